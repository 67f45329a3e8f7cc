"""The budget: learned from GitLab's headers, shared by all workers, kept below limits that come without any."""

from __future__ import annotations

from email.utils import formatdate

import httpx
import pytest
import respx
from hypothesis import given
from hypothesis import strategies as st

from app.errors import RateLimited
from app.gitlab.budget import ISSUES, NOTES, UNTOLD_WAIT_S, Budget, Told, Window, bulk, usual_pace
from app.gitlab.faults import LONGEST_WAIT_S
from app.gitlab.pace import AGAIN_S
from app.gitlab.transport import open_gitlab

NOTE = ("POST", NOTES.removeprefix("POST "))
ISSUE = ("POST", ISSUES.removeprefix("POST "))
READ = ("GET", "/projects/:id/issues/:id")


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def budget(clock: Clock) -> Budget:
    return Budget(notes_per_minute=60, issues_per_minute=200, clock=clock, wall=clock)


def call(budget: Budget, what: tuple[str, str], status: int = 200, **headers: object) -> None:
    budget.ask(*what)
    budget.tell(*what, status, {name.replace("_", "-"): str(value) for name, value in headers.items()})


def wait_for(budget: Budget, what: tuple[str, str]) -> float:
    with pytest.raises(RateLimited) as raised:
        budget.ask(*what)
    assert raised.value.after_s is not None
    return raised.value.after_s


def test_the_last_call_that_headers_allow_is_the_last_that_is_made(budget: Budget, clock: Clock) -> None:
    call(budget, READ, ratelimit_limit=2000, ratelimit_remaining=1, ratelimit_reset=1030)
    call(budget, READ, ratelimit_limit=2000, ratelimit_remaining=0, ratelimit_reset=1030)
    assert wait_for(budget, READ) == 30
    clock.now = 1030
    call(budget, READ)


def test_calls_on_their_way_are_counted(budget: Budget) -> None:
    call(budget, READ, ratelimit_limit=2000, ratelimit_remaining=2, ratelimit_reset=1030)
    budget.ask(*READ)
    budget.ask(*READ)
    assert wait_for(budget, READ) == 30


def test_a_429_of_one_worker_holds_back_all_of_them(budget: Budget, clock: Clock) -> None:
    call(budget, READ, 429, retry_after=17, ratelimit_name="throttle_authenticated_api")
    assert wait_for(budget, READ) == 17
    assert wait_for(budget, NOTE) == 17
    clock.now += 17
    call(budget, NOTE)


def test_a_429_without_headers_holds_back_its_own_kind_of_call(budget: Budget, clock: Clock) -> None:
    call(budget, NOTE, 429)
    assert wait_for(budget, NOTE) == UNTOLD_WAIT_S
    call(budget, READ)
    call(budget, ISSUE)
    clock.now += UNTOLD_WAIT_S
    call(budget, NOTE)


def test_a_wrong_clock_of_ours_does_not_lengthen_the_wait(clock: Clock) -> None:
    budget = Budget(clock=clock, wall=lambda: 0.0)
    date = formatdate(50_000, usegmt=True)
    call(budget, READ, date=date, ratelimit_limit=10, ratelimit_remaining=0, ratelimit_reset=50_020)
    assert wait_for(budget, READ) == 20


@pytest.mark.parametrize(("what", "most"), [(NOTE, 54), (ISSUE, 180)])
def test_notes_and_issues_are_paced_below_the_limit(
    budget: Budget, clock: Clock, what: tuple[str, str], most: int
) -> None:
    for _ in range(most):
        call(budget, what)
    assert wait_for(budget, what) == 60
    call(budget, READ)
    clock.now += 60
    call(budget, what)


def test_one_of_several_makes_no_more_than_its_lot_and_asks_for_more_soon(budget: Budget, clock: Clock) -> None:
    news: list[float] = []
    budget.on_news(lambda: news.append(clock.now))
    budget.grant({NOTES: 18, ISSUES: 0}, clock.now + 100)
    for _ in range(18):
        call(budget, NOTE)
    assert news == []
    assert wait_for(budget, NOTE) == AGAIN_S
    assert wait_for(budget, ISSUE) == AGAIN_S
    assert len(news) == 2
    assert {what: wish.needs for what, wish in budget.wishes().items()} == {NOTES: 19, ISSUES: 1}


def test_a_lot_is_good_for_its_time_only(budget: Budget, clock: Clock) -> None:
    budget.grant({NOTES: 54}, clock.now + 30)
    call(budget, NOTE)
    clock.now += 30
    assert wait_for(budget, NOTE) == AGAIN_S
    budget.grant({NOTES: 54}, clock.now + 30)
    call(budget, NOTE)


def test_a_lot_shrinks_no_further_than_what_was_made_in_its_minute(budget: Budget, clock: Clock) -> None:
    for _ in range(20):
        call(budget, NOTE)
    assert budget.lower(NOTES, 5) == 20
    wait_for(budget, NOTE)
    clock.now += 60
    assert budget.lower(NOTES, 5) == 5
    assert budget.lower(NOTES, 30) == 5, "only a grant makes it larger"


def test_bulk_work_leaves_a_part_for_people(budget: Budget) -> None:
    call(budget, READ, ratelimit_limit=100, ratelimit_remaining=30, ratelimit_reset=1030)
    with bulk():
        assert wait_for(budget, READ) == 30
    call(budget, READ)
    for _ in range(40):
        call(budget, NOTE)
    with bulk():
        wait_for(budget, NOTE)
    call(budget, NOTE)


@given(st.lists(st.floats(0, 20), min_size=1, max_size=400))
def test_no_minute_ever_sees_more_notes_than_the_limit(pauses: list[float]) -> None:
    clock = Clock()
    budget = Budget(notes_per_minute=60, clock=clock, wall=clock)
    made: list[float] = []
    for pause in pauses:
        clock.now += pause
        try:
            call(budget, NOTE)
            made.append(clock.now)
        except RateLimited:
            clock.now += 1
    for start in made:
        assert sum(start <= at < start + 60 for at in made) <= 60


def test_what_one_process_was_told_holds_back_another(budget: Budget, clock: Clock) -> None:
    call(budget, NOTE, 429)
    call(budget, READ, ratelimit_limit=2000, ratelimit_remaining=0, ratelimit_reset=1030)
    elsewhere = Clock()
    elsewhere.now = 5.0
    other = Budget(clock=elsewhere)
    other.hear(budget.told())
    assert wait_for(other, NOTE) == UNTOLD_WAIT_S
    assert wait_for(other, READ) == 30
    clock.now += 30
    assert budget.told() == Told({}, None)


def test_what_another_was_told_makes_no_wait_shorter_and_none_endless(budget: Budget) -> None:
    call(budget, READ, 429, retry_after=17, ratelimit_name="throttle_authenticated_api")
    budget.hear(Told({"": 3.0, NOTES: 1e9}, Window(2000, 0, 1e9)))
    assert wait_for(budget, READ) == 17
    assert wait_for(budget, NOTE) == LONGEST_WAIT_S


def test_a_429_is_news_and_no_other_answer_is(budget: Budget) -> None:
    news: list[str] = []
    budget.on_news(lambda: news.append("told"))
    call(budget, READ, ratelimit_limit=2000, ratelimit_remaining=0, ratelimit_reset=1030)
    assert news == []
    budget = Budget()
    budget.on_news(lambda: news.append("told"))
    call(budget, NOTE, 429)
    assert news == ["told"]


def test_gitlab_com_has_its_own_limits_and_others_have_the_defaults() -> None:
    assert usual_pace("https://gitlab.com") == (60, 200)
    assert usual_pace("https://gitlab.example.com/git") == (300, 0)
    assert usual_pace("https://notgitlab.com") == (300, 0)


def test_what_the_budget_refuses_never_leaves_and_a_lost_answer_is_told(clock: Clock) -> None:
    budget = Budget(clock=clock, wall=clock)
    api = open_gitlab(url="https://gitlab.example", token="secret", budget=budget)  # a made-up one
    with respx.mock(base_url="https://gitlab.example/api/v4") as wire:
        route = wire.get("/user").mock(
            side_effect=[httpx.ReadTimeout("x"), httpx.Response(429, headers={"Retry-After": "5"})]
        )
        for _ in range(4):
            with pytest.raises(Exception, match=r"in time|429|slow down"):
                api.http_get("/user")
        assert route.call_count == 2
    api.session.close()
