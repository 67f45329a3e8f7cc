"""Digests: one message for each time that comes, whatever fails on the way, and nothing private in an open channel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest
import sqlalchemy as sa

from app.domain.decision import Mode, Outcome, Result
from app.domain.item import ItemKey, Memory, Person, Snapshot
from app.domain.message import NOTHING, About
from app.engine.digests import Digests
from app.engine.migrations import create_tables
from app.engine.records import dump, memory_json
from app.engine.tables import connect, digests, memory
from app.errors import TryLater
from app.rules.book import RuleBook
from tests.handlers.fake_gitlab import BOT
from tests.handlers.scene import BOOK, PS_PLAN, TEMPLATES

MONDAY = datetime(2026, 6, 8, 15, 0, tzinfo=UTC)
"""Eight in the morning in California."""
BOARD = "Services Calculator"
SECRET = "Agency of Secrets"


def card(iid: int, *labels: str, assigned: bool = True, **more: object) -> Snapshot:
    """An issue of ps-plan; its title names the customer."""
    made = Snapshot(
        key=ItemKey(1, iid),
        id=iid,
        project_path=PS_PLAN,
        title=f"{SECRET} {iid}",
        description=SECRET,
        state="opened",
        labels=(BOARD, *labels),
        author=Person("account.executive", 3),
        assignees=(Person("engagement.manager", 7),) if assigned else (),
        web_url=f"https://gitlab.example/ps-plan/{iid}",
        created_at=MONDAY,
        updated_at=MONDAY,
        bot=BOT,
    )
    return replace(made, **more)  # type: ignore[arg-type]  # fields of the snapshot


@dataclass
class Board:
    """The issues, and how often they were asked for."""

    items: Sequence[Snapshot] = ()
    asked: list[tuple[str, ...]] = field(default_factory=list)
    fails: bool = False

    def labelled_issues(
        self, project: str | int, *, labels: Sequence[str], state: Literal["opened", "all"]
    ) -> tuple[Snapshot, ...]:
        self.asked.append(tuple(labels))
        if self.fails:
            raise TryLater("GitLab is away.")
        assert project == PS_PLAN
        wanted = [one for one in self.items if set(labels) <= set(one.labels)]
        return tuple(one for one in wanted if state == "all" or one.state == "opened")


@dataclass
class Channels:
    """What was posted, by key."""

    posted: dict[str, tuple[str, str]] = field(default_factory=dict)
    fails: bool = False

    def post(self, channel: str, text: str, *, key: str, about: About = NOTHING) -> Outcome:
        if self.fails:
            raise TryLater("Slack is away.")
        if key in self.posted:
            return Outcome(Result.ALREADY_SO, "It was posted.")
        self.posted[key] = (channel, text)
        return Outcome(Result.APPLIED, f"Told {channel}.")


@dataclass
class Week:
    """Digests over a board that the tests fill."""

    database: sa.Engine
    board: Board = field(default_factory=Board)
    channels: Channels = field(default_factory=Channels)
    book: RuleBook = BOOK

    def at(self, now: datetime) -> int:
        made = Digests(self.database, lambda: self.book, lambda: self.board, self.channels, TEMPLATES)
        return made.run(now)

    def text(self, channel: str = "ps-engagement-mgrs") -> str:
        said = "\n".join(text for to, text in self.channels.posted.values() if to == channel)
        return said.replace("\\", "")


@pytest.fixture
def week(url: str) -> Iterator[Week]:
    engine = connect(url, pool_size=2)
    create_tables(engine)
    yield Week(engine)
    engine.dispose()


def remember(week: Week, iid: int, stage: str, days: int) -> None:
    known = Memory(stage=stage, stage_entered_at=MONDAY - timedelta(days=days))
    with week.database.begin() as connection:
        connection.execute(memory.insert().values(item=f"1#{iid}", memory=dump(memory_json, known), seq=1))


def test_on_monday_the_week_is_told_once(week: Week) -> None:
    week.board.items = (
        card(1, "proposal::SOW_WIP", "RDM::needs-review"),
        card(2, "proposal::SOW_WIP"),
        card(3),
        card(4, "proposal::closed_won", "close_qtr::Q227", state="closed"),
        card(5, "proposal::closed_won", "close_qtr::Q227", state="closed"),
        card(6, "proposal::closed_lost", "close_qtr::Q227", state="closed"),
        card(7, "proposal::closed_lost", "close_qtr::Q127", state="closed"),
    )
    remember(week, 1, "proposal::SOW_WIP", 9)
    remember(week, 2, "proposal::SOW_WIP", 2)
    assert week.at(MONDAY - timedelta(minutes=1)) == 0
    assert week.at(MONDAY) == 1
    assert week.at(MONDAY) == week.at(MONDAY + timedelta(minutes=1)) == 0
    text = week.text()
    assert "3 open requests" in text
    assert "SOW WIP: 2, the oldest for 9 days ([ps-plan#1](https://gitlab.example/ps-plan/1))" in text
    assert "Open: 1" in text
    assert "Waiting, **RDM::needs-review**: 1" in text
    assert "Q227 so far: 2 won, 1 lost, a win rate of 67%." in text
    assert SECRET not in text
    assert week.board.asked == [(BOARD,), (BOARD, "close_qtr::Q227")]


def test_a_quarter_without_outcomes_has_no_rate(week: Week) -> None:
    week.at(MONDAY - timedelta(minutes=1))
    week.at(MONDAY)
    assert "Q227 so far: 0 won, 0 lost." in week.text()


def test_each_workday_tells_what_nobody_has_taken_and_is_silent_when_there_is_nothing(week: Week) -> None:
    morning = MONDAY + timedelta(days=1, minutes=30)
    week.at(morning - timedelta(minutes=1))
    week.board.items = (card(1, "Segment::SMB"),)
    assert week.at(morning) == 1
    assert week.channels.posted == {}
    week.board.items = (card(1, "Segment::SMB", assigned=False), card(2), card(3, "Segment::SMB"))
    assert week.at(morning + timedelta(days=1)) == 1
    assert "segment: 2" in week.text()
    assert "ps-plan#3" not in week.text()
    saturday = MONDAY + timedelta(days=5, minutes=31)
    week.at(MONDAY + timedelta(days=4, minutes=31))
    assert week.at(saturday) == 0


def test_private_cards_are_a_number_in_the_open_and_a_reference_in_their_own_channel(week: Week) -> None:
    morning = MONDAY + timedelta(days=1, minutes=30)
    remembered = Memory(stage="Open", sensitive=True)
    with week.database.begin() as connection:
        connection.execute(memory.insert().values(item="1#8", memory=dump(memory_json, remembered), seq=1))
    week.board.items = (
        card(6, "Public Sector US", assigned=False),
        card(7, assigned=False, confidential=True),
        card(8, assigned=False),
        card(9, assigned=False),
    )
    week.at(morning - timedelta(minutes=1))
    week.at(morning)
    assert "ps-plan#9" in week.text()
    assert "and 3 private" in week.text()
    for iid in (6, 7, 8):
        assert f"#{iid}" not in week.text()
        assert f"ps-plan#{iid}" in week.text("us-pubsec")
    assert "ps-plan#9" not in week.text("us-pubsec")
    assert SECRET not in week.text() + week.text("us-pubsec")


def test_the_oldest_card_of_a_stage_is_not_named_where_it_is_private(week: Week) -> None:
    week.board.items = (card(6, "Public Sector US"), card(9))
    remember(week, 6, "Open", 30)
    remember(week, 9, "Open", 3)
    week.at(MONDAY - timedelta(minutes=1))
    week.at(MONDAY)
    assert "#6" not in week.text()
    assert "Open: 2, the oldest for 30 days ([ps-plan#9]" not in week.text()


def test_what_cannot_be_posted_is_tried_again_and_given_up_after_a_day(week: Week) -> None:
    week.at(MONDAY - timedelta(minutes=1))
    week.board.fails = True
    assert week.at(MONDAY) == 0
    week.board.fails, week.channels.fails = False, True
    assert week.at(MONDAY + timedelta(minutes=1)) == 0
    week.channels.fails = False
    assert week.at(MONDAY + timedelta(minutes=2)) == 1
    assert list(week.channels.posted) == ["digest:week:2026-06-08T15:00Z"]
    week.board.fails = True
    week.at(MONDAY + timedelta(days=7))
    assert week.at(MONDAY + timedelta(days=8, hours=1)) >= 1
    with week.database.connect() as connection:
        sentences = connection.scalars(sa.select(digests.c.sentence).where(digests.c.name == "week")).all()
    assert "It could not be posted in time." in sentences


def test_a_bot_that_was_down_makes_up_for_the_last_time_only(week: Week) -> None:
    week.at(MONDAY - timedelta(days=3))
    assert week.at(MONDAY + timedelta(hours=2)) == 2
    assert sorted(week.channels.posted) == ["digest:week:2026-06-08T15:00Z"]  # the other had nothing to tell


def test_a_clock_that_is_set_back_tells_nothing_twice(week: Week) -> None:
    week.at(MONDAY - timedelta(minutes=1))
    week.at(MONDAY)
    week.at(MONDAY - timedelta(hours=5))
    week.at(MONDAY - timedelta(minutes=1))
    week.at(MONDAY)
    assert list(week.channels.posted) == ["digest:week:2026-06-08T15:00Z"]
    with week.database.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(digests)) == 1


def test_a_digest_on_trial_is_made_and_not_posted(week: Week) -> None:
    trial = [one.model_copy(update={"mode": Mode.SHADOW}) for one in BOOK.file.digests]
    week.book = replace(BOOK, file=BOOK.file.model_copy(update={"digests": trial}))
    week.at(MONDAY - timedelta(minutes=1))
    assert week.at(MONDAY) == 1
    assert week.channels.posted == {}
    with week.database.connect() as connection:
        assert connection.scalar(sa.select(digests.c.sentence)) == "It would have told ps-engagement-mgrs."


def test_a_long_list_is_cut_and_the_rest_counted(week: Week) -> None:
    morning = MONDAY + timedelta(days=1, minutes=30)
    week.board.items = tuple(card(iid, assigned=False) for iid in range(1, 41))
    week.at(morning - timedelta(minutes=1))
    week.at(morning)
    assert week.text().count("](https://") == 15
    assert "and 25 more" in week.text()
