"""The way to GitLab: one host, no repetition, no sleep, and every failure in our words."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import httpx
import pytest
import requests
import respx

from app.errors import Forbidden, NotFound, RateLimited, Refused, SowbotError, TryLater
from app.gitlab.faults import LONGEST_WAIT_S, Conflict, message_of, wait_of
from app.gitlab.routes import route_of
from app.gitlab.transport import BotGitlab, graphql, open_gitlab

URL = "https://gitlab.example.com"
API = f"{URL}/api/v4"


@pytest.fixture
def api() -> Iterator[BotGitlab]:
    opened = open_gitlab(url=f"{URL}/", token="glpat-secret")
    yield opened
    opened.session.close()


@pytest.fixture
def wire() -> Iterator[respx.MockRouter]:
    with respx.mock as router:
        yield router


def test_the_token_goes_to_the_one_host_only(api: BotGitlab, wire: respx.MockRouter) -> None:
    route = wire.get(f"{API}/user").respond(json={"id": 1})
    api.http_get("/user")
    assert route.calls.last.request.headers["PRIVATE-TOKEN"] == "glpat-secret"
    for elsewhere in ("https://evil.example/api/v4/user", f"{URL}.evil.example/x", f"{URL}@evil.example/"):
        with pytest.raises(requests.exceptions.InvalidSchema):
            api.http_get(elsewhere)


def test_a_redirect_is_not_followed_but_said(api: BotGitlab, wire: respx.MockRouter) -> None:
    wire.get(f"{API}/projects/a%2Fb").respond(301, headers={"Location": "https://evil.example/x?token=1"})
    with pytest.raises(Refused, match=r"301, a redirect to https://evil\.example/x: write that address"):
        api.projects.get("a/b")


def test_next_pages_are_fetched_by_our_own_address(api: BotGitlab, wire: respx.MockRouter) -> None:
    wire.get(f"{API}/projects/1/labels", params={"page": "2"}).respond(json=[{"id": 2, "name": "b"}])
    link = '<http://internal:8080/api/v4/projects/1/labels?page=2>; rel="next"'
    wire.get(f"{API}/projects/1/labels").respond(json=[{"id": 1, "name": "a"}], headers={"Link": link})
    names = [label.name for label in api.projects.get(1, lazy=True).labels.list(get_all=True)]
    assert names == ["a", "b"]


@pytest.mark.parametrize(
    ("status", "body", "kind", "words"),
    [
        (400, {"message": {"path": ["has already been taken"]}}, Refused, "path has already been taken"),
        (401, {"message": "401 Unauthorized"}, Forbidden, "Is the bot's token right"),
        (403, {"message": "403 Forbidden"}, Forbidden, "403 Forbidden"),
        (403, {"error": "insufficient_scope", "error_description": "Needs api"}, Forbidden, "Needs api"),
        (404, {"message": "404 Project Not Found"}, NotFound, "404 Project Not Found"),
        (409, {"message": "Issue(s) already assigned"}, Conflict, "already assigned"),
        (422, {"error": "captcha needed"}, Refused, "captcha needed"),
        (500, {"message": "500 Internal Server Error"}, TryLater, "500"),
        (502, "<html>Bad Gateway</html>", TryLater, r"with 502\.$"),
    ],
)
def test_each_refusal_becomes_the_error_of_whoever_must_act(
    api: BotGitlab, wire: respx.MockRouter, status: int, body: object, kind: type[SowbotError], words: str
) -> None:
    content = body if isinstance(body, str) else json.dumps(body)
    route = wire.post(f"{API}/projects/1/issues").respond(status, content=content.encode())
    with pytest.raises(kind, match=words) as raised:
        api.projects.get(1, lazy=True).issues.create({"title": "x"})
    assert type(raised.value) is kind
    assert "secret" not in str(raised.value)
    assert route.call_count == 1


def test_a_limit_says_how_long_to_wait(api: BotGitlab, wire: respx.MockRouter) -> None:
    for headers, expected in (({"Retry-After": "7"}, 7.0), ({}, None)):
        route = wire.get(f"{API}/user").respond(429, headers=headers, text="Retry later")
        with pytest.raises(RateLimited) as raised:
            api.http_get("/user")
        assert raised.value.after_s == expected
        assert route.call_count == 1
        wire.reset()


def test_every_form_of_waiting_time_is_read() -> None:
    now = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
    clock: Callable[[], float] = now.timestamp
    in_a_minute = now + timedelta(minutes=1)
    cases: list[tuple[dict[str, str], float | None]] = [
        ({"retry-after": "3"}, 3.0),
        ({"retry-after": format_datetime(in_a_minute, usegmt=True)}, 60.0),
        ({"retry-after": format_datetime(now - timedelta(days=1), usegmt=True)}, 0.0),
        ({"retry-after": "99999999"}, LONGEST_WAIT_S),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-1"}, None),
        ({"ratelimit-reset": str(int(in_a_minute.timestamp()))}, 60.0),
        ({"retry-after": "soon", "ratelimit-reset": str(int(in_a_minute.timestamp()))}, 60.0),
        ({}, None),
    ]
    for headers, expected in cases:
        assert wait_of(headers, clock=clock) == expected


@pytest.mark.parametrize(
    "fault", [httpx.ConnectTimeout, httpx.ReadTimeout, httpx.PoolTimeout, httpx.ConnectError, httpx.RemoteProtocolError]
)
def test_a_broken_connection_is_tried_later_and_not_repeated_here(
    api: BotGitlab, wire: respx.MockRouter, fault: type[httpx.TransportError]
) -> None:
    route = wire.post(f"{API}/projects/1/issues/2/notes").mock(side_effect=fault("broken"))
    with pytest.raises(TryLater, match=r"POST /projects/:id/issues/:id/notes"):
        api.projects.get(1, lazy=True).issues.get(2, lazy=True).notes.create({"body": "x"})
    assert route.call_count == 1


def test_a_web_page_is_no_answer(api: BotGitlab, wire: respx.MockRouter) -> None:
    wire.get(f"{API}/user").respond(html="<html>Sign in</html>")
    with pytest.raises(Refused, match="is the address of GitLab right"):
        api.http_get("/user")


def test_cookies_and_netrc_are_left_alone(
    api: BotGitlab, wire: respx.MockRouter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine gitlab.example.com login me password mine")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    route = wire.get(f"{API}/user").respond(json={"id": 1}, headers={"Set-Cookie": "_gitlab_session=1; Path=/"})
    api.http_get("/user")
    api.http_get("/user")
    sent = route.calls.last.request.headers
    assert "cookie" not in sent
    assert "authorization" not in sent


def test_names_arrive_as_they_were_written(api: BotGitlab, wire: respx.MockRouter) -> None:
    wire.get(url=f"{API}/projects/a%2Fb.c/labels/proposal%3A%3ASOW%20WIP").respond(json={"id": 1, "name": "x"})
    assert api.projects.get("a/b.c", lazy=True).labels.get("proposal::SOW WIP").id == 1


def test_a_compressed_answer_is_read(api: BotGitlab, wire: respx.MockRouter) -> None:
    packed = gzip.compress(b'{"id": 7}')
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    wire.get(f"{API}/user").respond(content=packed, headers=headers)
    assert api.http_get("/user") == {"id": 7}


def test_a_gitlab_below_a_path_works(wire: respx.MockRouter) -> None:
    seen: list[tuple[str, str, int, int | None]] = []
    api = open_gitlab(url=f"{URL}/gitlab", token="t", on_call=lambda *call: seen.append(call))
    wire.get(f"{URL}/gitlab/api/v4/user").respond(json={"id": 1}, headers={"RateLimit-Remaining": "41"})
    api.http_get("/user")
    with pytest.raises(requests.exceptions.InvalidSchema):
        api.http_get(f"{URL}/other")
    assert seen == [("GET", "/user", 200, 41)]


def test_every_call_is_counted_by_its_route(wire: respx.MockRouter) -> None:
    seen: list[tuple[str, str, int, int | None]] = []
    api = open_gitlab(url=URL, token="t", on_call=lambda *call: seen.append(call))
    wire.put(f"{API}/projects/7/issues/3").mock(side_effect=httpx.ReadTimeout("slow"))
    with pytest.raises(TryLater):
        api.projects.get(7, lazy=True).issues.update(3, {"add_labels": "a"})
    assert seen == [("PUT", "/projects/:id/issues/:id", 0, None)]


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/api/v4/projects/7/issues/3/notes/9/award_emoji", "/projects/:id/issues/:id/notes/:id/award_emoji"),
        ("/api/v4/groups/a%2Fb/members/all", "/groups/:id/members/all"),
        ("/api/graphql", "/api/graphql"),
        ("/api/v4/projects/1/repository/files/a%2Eb", "/projects/:id/repository/files/:id"),
    ],
)
def test_a_route_has_no_names_in_it(path: str, route: str) -> None:
    assert route_of(path) == route


def test_a_read_only_connection_refuses_every_write_before_it_leaves(wire: respx.MockRouter) -> None:
    api = open_gitlab(url=URL, token="t", read_only=True)
    wire.get(f"{API}/user").respond(json={"id": 1})
    wire.post(f"{URL}/api/graphql").respond(json={"data": {"group": None}})
    api.http_get("/user")
    assert graphql(api, "query q { group }", {}) == {"group": None}
    writes: list[Callable[[], object]] = [
        lambda: api.http_post("/projects", post_data={"name": "x"}),
        lambda: api.http_put("/projects/1", post_data={"name": "x"}),
        lambda: api.http_delete("/projects/1"),
        lambda: api.http_patch("/projects/1", post_data={"name": "x"}),
        lambda: graphql(api, "mutation m { x }", {}),
        lambda: graphql(api, "query q { a } mutation m { x }", {}),
    ]
    for write in writes:
        with pytest.raises(Refused, match="A dry run does not send"):
            write()
    assert len(wire.calls) == 2


def test_graphql_errors_are_errors_though_the_status_is_200(api: BotGitlab, wire: respx.MockRouter) -> None:
    wire.post(f"{URL}/api/graphql").respond(json={"data": None, "errors": [{"message": "Field 'x' doesn't exist"}]})
    with pytest.raises(Refused, match="Field 'x' doesn't exist"):
        graphql(api, "query q { x }", {})


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"message": {"title": ["can\'t be blank", "is odd"]}}', "title can't be blank, is odd"),
        (b'{"message": {"error": "Too often."}}', "Too often"),
        (b'{"error": "x is missing"}', "x is missing"),
        (b"Retry later\n", "Retry later"),
        (b"<html>", ""),
        (b"", ""),
        (b"[]", ""),
        (b"\xff\xfe", "\ufffd\ufffd"),
    ],
)
def test_gitlabs_own_words_are_found(body: bytes, message: str) -> None:
    assert message_of(body) == message
