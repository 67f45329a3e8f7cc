"""Rate limits: announced in headers, or not at all."""

from __future__ import annotations

from email.utils import parsedate_to_datetime

from tests.sandbox.place import Place


def test_every_answer_tells_what_is_left(place: Place) -> None:
    place.world.limits.api_per_minute = 10
    first, second = (place.ask("GET", "/user") for _ in range(2))
    assert (first.headers["ratelimit-limit"], first.headers["ratelimit-name"]) == ("10", "throttle_authenticated_api")
    assert (first.headers["ratelimit-observed"], second.headers["ratelimit-observed"]) == ("1", "2")
    assert second.headers["ratelimit-remaining"] == "8"
    assert int(second.headers["ratelimit-reset"]) > place.world.now().timestamp()


def test_beyond_it_comes_a_plain_429(place: Place) -> None:
    place.world.limits.api_per_minute = 2
    answer = [place.ask("GET", "/user") for _ in range(3)][-1]
    assert (answer.status_code, answer.text) == (429, "Retry later\n")
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert parsedate_to_datetime(answer.headers["ratelimit-resettime"]) is not None
    assert place.ask("GET", "/user", by="csm").status_code == 200


def test_the_count_starts_anew_each_minute(place: Place) -> None:
    place.world.limits.api_per_minute = 1
    now = place.world.now().replace(second=59)
    place.world.clock = lambda: now
    assert [place.ask("GET", "/user").status_code for _ in range(2)] == [200, 429]
    later = now.replace(minute=(now.minute + 1) % 60, second=0) if now.minute < 59 else now.replace(year=now.year + 1)
    place.world.clock = lambda: later
    assert place.ask("GET", "/user").status_code == 200


def test_a_limit_of_zero_is_none(place: Place) -> None:
    place.world.limits.api_per_minute = 0
    assert "ratelimit-limit" not in place.ask("GET", "/user").headers


def test_application_limits_come_without_any_header(place: Place) -> None:
    place.world.limits.notes_per_minute = 1
    place.world.limits.issues_per_minute = 1
    project = f"/projects/{place.seeded.ps_plan.id}/issues"
    issue = place.ask("POST", project, json={"title": "One"}).json()
    notes = f"{project}/{issue['iid']}/notes"
    assert place.ask("POST", notes, json={"body": "One"}).status_code == 201
    for path, sent in ((project, {"title": "Two"}), (notes, {"body": "Two"})):
        answer = place.ask("POST", path, json=sent)
        assert answer.status_code == 429
        message = "This endpoint has been requested too many times. Try again later."
        assert answer.json() == {"message": {"error": message}}
        assert not [name for name in answer.headers if name.startswith(("ratelimit", "retry"))]
    assert len(place.world.notes) == 1
    assert place.ask("POST", notes, by="csm", json={"body": "Mine"}).status_code == 201
