"""The rule file's own tests: each case is played in an imagined world and compared with what it expects."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from app.domain.decision import Source
from app.domain.item import ItemKey, Snapshot
from app.gitlab.imagined import ImaginedGitLab
from app.gitlab.invented import InventedGitLab
from app.handler import Handler, Templates
from app.rules.book import OPEN, RuleBook
from app.rules.calendar import BusinessCalendar
from app.rules.trying.cases import Case, as_if_live, cases_of, written
from app.rules.trying.deeds import happen
from app.rules.trying.imagine import A_DAY, NOW, THE_BOT, Cast, imagine_item
from app.rules.trying.written import Deed, Given
from app.trying.coverage import Coverage, Tried
from app.trying.outcome import Came, Watch, shortfalls
from app.trying.world import World


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case and how it ended."""

    name: str
    source: Source
    shortfalls: tuple[str, ...]
    """Empty: it passed."""


@dataclass(frozen=True, slots=True)
class Report:
    """All cases of a file."""

    results: tuple[CaseResult, ...]
    coverage: Coverage
    tests: int
    seconds: float

    @property
    def failed(self) -> tuple[CaseResult, ...]:
        """Those that did not come out right."""
        return tuple(one for one in self.results if one.shortfalls)

    def lines(self) -> Iterator[str]:
        """The report for people: what failed, then what no test tries."""
        for one in self.failed:
            yield f"{one.source}: the test “{one.name}” fails:"
            yield from (f"  - {what}" for what in one.shortfalls)
        passed = len(self.results) - len(self.failed)
        yield f"Tests: {passed} of {len(self.results)} cases pass ({self.tests} tests, {self.seconds * 1000:.0f} ms)."
        yield from self.coverage.lines()


def run_tests(book: RuleBook, *, handlers: Mapping[str, Handler], templates: Templates) -> Report:
    """Run them all, as if every rule's mode were live. Nothing is written, nobody is asked."""
    began = time.perf_counter()
    live = as_if_live(book)
    results: list[CaseResult] = []
    tried: list[Tried] = []
    for index, test in enumerate(book.file.tests):
        for case in cases_of(written(test), index):
            came = play(live, case, handlers=handlers, templates=templates)
            found = tuple(shortfalls(live, came, case.test.then))
            results.append(CaseResult(case.name, book.source(f"tests.{index}"), found))
            deed = case.deed
            tried.append(Tried(case.stage, deed.move_to[0] if deed.move_to else None, came, deed.digest))
    coverage = Coverage.of(live, tried)
    return Report(tuple(results), coverage, len(book.file.tests), time.perf_counter() - began)


def play(book: RuleBook, case: Case, *, handlers: Mapping[str, Handler], templates: Templates) -> Came:
    """Play one case; what came of its deed."""
    given = case.test.given
    deeds = [*given.happened, case.deed]
    cast = Cast(book, given, deeds)
    cast_book = book.with_members(cast.members)
    world = invented_world(cast_book, given, case.stage, cast, handlers=handlers, templates=templates)
    for deed in given.happened:
        do(world, deed, cast)
    watch = Watch(world)
    do(world, case.deed, cast)
    return watch.came()


def invented_world(
    book: RuleBook,
    given: Given,
    stage: str,
    cast: Cast,
    *,
    handlers: Mapping[str, Handler],
    templates: Templates,
) -> World:
    """A world around an issue that is only described."""
    item = imagine_item(book, given, stage, cast)
    reader = InventedGitLab(THE_BOT, known_labels(book))
    start = given.at or NOW
    gitlab = ImaginedGitLab(reader, now=start)
    gitlab.put(item)
    for number, title in enumerate(given.linked, start=1):
        gitlab.relate(item.key, _linked(item, number, title))
    world = World(book, handlers, templates, gitlab, item.key, item.memory, start)
    if given.in_stage_for is not None:
        since = item.memory.stage_entered_at or start - A_DAY
        world.go_to(BusinessCalendar.from_model(book.file.calendar).add(since, given.in_stage_for))
    return world


def do(world: World, deed: Deed, cast: Cast) -> None:
    """Somebody does it, or time goes by."""
    if deed.wait is not None:
        world.wait(deed.wait)
    elif deed.digest is not None:
        world.tells(deed.digest)
    elif deed.timer is not None:
        world.goes_off(deed.timer, world.now)
    else:
        actor = cast.person(deed.by[0] if deed.by else "")
        people = [cast.person(name) for name in deed.assign or ()]
        name = world.name()
        note = world.records.note_of(world.key, deed.on_note_of) if deed.on_note_of else None
        now = world.now
        done = happen(world.book, world.item, deed, actor=actor, people=people, now=now, name=name, note=note)
        world.happens(done)


def known_labels(book: RuleBook) -> frozenset[str]:
    """The labels that the file speaks of, in every spelling."""
    found = {book.file.board.only}
    for title, label in book.file.labels.items():
        found |= {title, *label.also_written}
    for stage in book.file.board.stages:
        found |= {stage.stage, *stage.also_written}
    return frozenset(found - {OPEN})


def _linked(item: Snapshot, number: int, title: str) -> Snapshot:
    key = ItemKey(item.key.project_id + number, number)
    fresh = replace(item, key=key, id=item.id + number, title=title, description="", labels=(), notes=())
    return replace(fresh, author=THE_BOT, web_url=f"https://gitlab.example/imagined/linked/{number}", state="opened")
