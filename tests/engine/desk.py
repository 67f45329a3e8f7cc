"""The engine's desk without its queue: real handlers, rules and ledger over a GitLab in memory, attended by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from app.domain.change import Change, Kind
from app.domain.item import ItemKey, Note, Person, Snapshot
from app.engine import ledger, parked
from app.engine.attend import Attend
from app.engine.healing.gaps import Gaps
from app.engine.healing.position import Position
from app.engine.healing.store import Store
from app.engine.history import DatabaseRecords
from app.engine.inbox import InboxWriter
from app.engine.migrations import create_tables
from app.engine.people import Directory
from app.engine.perform import Tools
from app.engine.rulebook import Rules
from app.engine.tables import connect, database_url
from app.engine.timers import DatabaseTimers
from app.gitlab.history import FailedDelivery, HookView, LabelEvent, Place, Updated
from handlers import by_name
from tests.handlers.fake_gitlab import BOT, FakeGitLab
from tests.handlers.scene import BOOK, PS_PLAN, ROOT, TEMPLATES, FakeChannels

START = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
MANAGER = Person("engagement.manager", 7)
ITEM = ItemKey(1, 1)
CALCULATOR = "Services Calculator"
OPEN = "Open"


@dataclass
class WatchedGitLab(FakeGitLab):
    """Calls ``before_read`` each time that the item is looked at: the moment at which people act between two steps."""

    before_read: Callable[[int], None] = lambda number: None  # nobody acts
    reads: int = 0
    restored: list[tuple[str, ...]] = field(default_factory=list)
    """Stage labels that the bot put on."""

    def read_item(self, key: ItemKey) -> Snapshot:
        self.reads += 1
        self.before_read(self.reads)
        return super().read_item(key)


@dataclass
class Desk:
    """One item on the board, and a bot that attends to it when it is told to."""

    folder: Path
    gitlab: WatchedGitLab = field(default_factory=WatchedGitLab)
    events: list[LabelEvent] = field(default_factory=list)
    clock: int = 0

    def __post_init__(self) -> None:
        self.database: sa.Engine = connect(database_url("", self.folder), pool_size=3)
        create_tables(self.database)
        self.writer = InboxWriter(self.database, triage=lambda _: (True, ""), enqueue=lambda *_, **__: None)
        self.gitlab.add_project(PS_PLAN)
        self.gitlab.items[ITEM] = Snapshot(
            key=ITEM,
            id=1001,
            project_path=PS_PLAN,
            title="Acme - Scope Issue and Write SOW",
            description="",
            state="opened",
            labels=(CALCULATOR,),
            author=Person("account.executive", 3),
            assignees=(MANAGER,),
            web_url="https://gitlab.example/1",
            created_at=START,
            updated_at=START,
        )
        store, position = Store(self.database, self.writer), Position(self.database)
        position.begin(START)
        rules = Rules(ROOT / "label_rules.yaml", lambda _: BOOK)
        self.attend = Attend(
            tools=Tools(
                database=self.database,
                handlers=by_name(),
                templates=TEMPLATES,
                channels=FakeChannels(),
                timers=DatabaseTimers(self.database),
                records=DatabaseRecords(self.database, url=lambda name: f"https://why/{name}", try_again=self._retry),
                decision_url=lambda _: "",
            ),
            rules=rules,
            directory=Directory(self.gitlab),
            fresh_gitlab=lambda: self.gitlab,
            later=self._never,
            fill_gap=Gaps(self, store, position).fill,
            settle_s=0,
            believed_s=0,
        )

    def moved(self, stage: str, *, by: Person = MANAGER) -> Change:
        """Somebody drags the card now; the delivery that tells so, which is not delivered yet."""
        self.clock += 1
        at = START + timedelta(minutes=self.clock)
        before = self.gitlab.items[ITEM]
        removed = tuple(label for label in before.labels if label.startswith("proposal::"))
        added = () if stage == OPEN else (f"proposal::{stage}",)
        labels = (*(label for label in before.labels if label not in removed), *added)
        self.gitlab.items[ITEM] = replace(before, labels=labels, updated_at=at)
        for label, adds in [*((one, True) for one in added), *((one, False) for one in removed)]:
            self.events.append(LabelEvent(len(self.events) + 1, at, by, label, adds))
        name = f"move {self.clock}"
        return Change(
            name, f"{self.clock:032}", Kind.EDITED, "Issue Hook", ITEM, PS_PLAN, by, at, labels, added, removed,
            title=before.title,
        )  # fmt: skip

    def deliver(self, *changes: Change) -> None:
        """GitLab tells."""
        with self.database.begin() as connection:
            self.writer.put_now(connection, changes)

    def settle(self) -> None:
        """Attend until nothing is open."""
        for _ in range(10):
            self.attend(str(ITEM))
            if not ledger.open_entries(self.database, str(ITEM)):
                return
        raise AssertionError("the item never settles")

    @property
    def stage(self) -> str:
        """Where the card is."""
        return BOOK.stage_of(self.gitlab.items[ITEM].labels).removeprefix("proposal::")

    @property
    def notes(self) -> str:
        """All that the bot said."""
        return "\n".join(self.gitlab.bodies(ITEM))

    def close(self) -> None:
        """Close the database."""
        self.database.dispose()

    def _retry(self, delivery: str) -> str:
        return parked.retry(self.database, delivery, enqueue=lambda *_, **__: None, triage=lambda _: (True, ""))

    def _never(self, item: str, *, delay_s: float, reason: str) -> None:
        raise AssertionError(f"{item} had to wait: {reason}")

    # ── what healing asks ──────────────────────────────────────────────────────────────────────────────────────────
    def whoami(self) -> Person:
        return BOT

    def find_place(self, path: str) -> Place:
        return Place("project", path)

    def hooks(self, place: Place) -> Sequence[HookView]:
        return ()

    def failed_deliveries(self, hook: HookView, since: datetime) -> Sequence[FailedDelivery]:
        return ()

    def issues_updated_since(self, place: Place, since: datetime) -> Sequence[Updated]:
        return (Updated(self.gitlab.items[ITEM]),)

    def label_events(self, key: ItemKey) -> Sequence[LabelEvent]:
        return tuple(self.events)

    def comments(self, key: ItemKey) -> Sequence[Note]:
        return ()

    def try_hook(self, hook: HookView) -> None:
        return None
