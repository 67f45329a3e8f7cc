"""Which rules and which of the rule file's tests perform each automation, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.domain.decision import Mode, Source
from app.handler import Handler, Templates
from app.process.rows import Elsewhere, Process, Row, by_number, rows_of
from app.rules.book import RuleBook
from app.rules.deciding.board_steps import REMINDERS
from app.rules.trying.cases import as_if_live, cases_of, written
from app.trying.outcome import Came
from app.trying.tests import play


@dataclass(frozen=True, slots=True)
class Performer:
    """A rule that performs rows, a digest, or a stage's reminder."""

    name: str
    rows: tuple[int, ...]
    source: Source
    mode: Mode
    tests: tuple[str, ...]
    """Names of the rule file's tests that name the rule; where none does, of those in which it matched. Of a stage's
    reminder those in which it came due."""
    is_rule: bool = True


@dataclass(frozen=True, slots=True)
class Survey:
    """The process beside the rule file."""

    process: Process
    performers: tuple[Performer, ...]
    tests: frozenset[str]
    """Names of all tests in the rule file."""

    def performing(self, row: int) -> tuple[Performer, ...]:
        """The rules of a row, in the file's order."""
        return tuple(each for each in self.performers if row in each.rows)

    def elsewhere(self, row: int) -> Elsewhere | None:
        """What performs it besides rules."""
        return self.process.elsewhere.get(row)

    def done(self, row: Row) -> bool:
        """Whether anything performs it."""
        return bool(self.performing(row.row)) or self.elsewhere(row.row) is not None

    def missing(self) -> tuple[int, ...]:
        """Numbers of the rows that nothing performs."""
        return tuple(row.row for row in self.process.rows if not self.done(row))


def survey(book: RuleBook, process: Process, *, handlers: Mapping[str, Handler], templates: Templates) -> Survey:
    """Put both beside each other. The rule file's tests are played for it."""
    naming, matching, due = _tests_by_rule(book, handlers, templates)
    performers = tuple(
        Performer(
            name=rule.name,
            rows=rows_of(rule.row),
            source=source,
            mode=book.mode(rule),
            tests=tuple(naming.get(rule.name) or matching.get(rule.name) or ()),
        )
        for rule, source in zip(book.file.rules, book.rule_sources, strict=True)
    )
    performers = (*_reminders(book, due), *performers, *_digests(book))
    return Survey(process, performers, frozenset(test.name for test in book.file.tests))


def problems(found: Survey, *, root: Path) -> Iterator[str]:
    """What does not fit, as sentences; rows that nothing performs are told by ``Survey.missing``.

    ``root``: the folder in which the paths of proofs are looked for.
    """
    numbers = by_number(found.process)
    if list(numbers) != list(range(1, len(numbers) + 1)):
        yield "The rows of the process are not numbered one after the other."
    for rule in found.performers:
        yield from _of_rule(found, rule, numbers)
    for name in found.process.without_row.keys() - {rule.name for rule in found.performers}:
        yield f"without_row explains the rule {name}, which does not exist."
    for row in found.process.rows:
        yield from _of_row(found, row)
    for number, one in found.process.elsewhere.items():
        yield from _of_elsewhere(found, number, one, root)


def _of_rule(found: Survey, rule: Performer, numbers: Mapping[int, Row]) -> Iterator[str]:
    explained = rule.name in found.process.without_row
    for row in rule.rows:
        if row not in numbers:
            yield f"{rule.source}: the rule {rule.name} names row {row}, which does not exist."
    if rule.rows and not rule.tests:
        yield f"{rule.source}: the rule {rule.name} has a row, and no test tries it."
    if rule.rows and explained:
        yield f"{rule.source}: the rule {rule.name} has a row and is explained as one without."
    if not rule.rows and not explained and rule.is_rule:
        yield f"{rule.source}: the rule {rule.name} has no row, and without_row does not say why it is there."


def _of_row(found: Survey, row: Row) -> Iterator[str]:
    for key in (key for keys in row.origin.values() for key in keys if key not in found.process.sources):
        yield f"Row {row.row} comes from {key}, which is no known source."
    rules = found.performing(row.row)
    live = any(rule.mode is Mode.LIVE for rule in rules)
    reason = row.row in found.process.not_live
    if row.explicit and rules and not live and not reason:
        yield f"Row {row.row} is explicit in a first document, and none of its rules is live; not_live gives no reason."
    if reason and (live or not rules):
        yield f"not_live gives a reason for row {row.row}, which needs none."


def _of_elsewhere(found: Survey, number: int, one: Elsewhere, root: Path) -> Iterator[str]:
    if not one.tests and not one.proof:
        yield f"Row {number} is performed elsewhere, and no test shows it."
    for name in one.tests:
        if name not in found.tests:
            yield f"Row {number} is shown by the test “{name}”, which does not exist."
    if one.proof and not (root / one.proof).exists():
        yield f"Row {number} is shown by {one.proof}, which does not exist."


def _tests_by_rule(
    book: RuleBook, handlers: Mapping[str, Handler], templates: Templates
) -> tuple[dict[str, list[str]], dict[str, list[str]], dict[Source, list[str]]]:
    """Names of tests: by the rules that they name, by the rules that matched in them, and by where the stage stands
    whose reminder came due in them."""
    live = as_if_live(book)
    naming: dict[str, list[str]] = {}
    matching: dict[str, list[str]] = {}
    due: dict[Source, list[str]] = {}
    for index, test in enumerate(live.file.tests):
        told = written(test)
        for rule in dict.fromkeys(told.then.rules):
            naming.setdefault(rule, []).append(test.name)
        came = [play(live, case, handlers=handlers, templates=templates) for case in cases_of(told, index)]
        for rule in frozenset[str]().union(*(one.rules for one in came)):
            matching.setdefault(rule, []).append(test.name)
        for source in {each for one in came for each in _came_due(one)}:
            due.setdefault(source, []).append(test.name)
    return naming, matching, due


def _came_due(came: Came) -> Iterator[Source]:
    for turn in came.turns:
        if any(step.rule == REMINDERS and step.action == "comment" for step in turn.decision.plan):
            yield from (told.source for told in turn.decision.verdicts if told.rule == REMINDERS and told.matched)


def _reminders(book: RuleBook, due: Mapping[Source, list[str]]) -> Iterator[Performer]:
    """The stages' own reminders that say which row they perform."""
    for index, stage in enumerate(book.file.board.stages):
        listed = stage.remind if isinstance(stage.remind, list) else [stage.remind] if stage.remind else []
        rows = tuple(dict.fromkeys(row for each in listed for row in rows_of(each.row)))
        if rows:
            source, name = book.source(f"board.stages.{index}"), f"the reminder of {stage.stage}"
            yield Performer(name, rows, source, book.file.defaults.mode, tuple(due.get(source, ())), is_rule=False)


def _digests(book: RuleBook) -> Iterator[Performer]:
    """The digests, with the tests in which their time comes."""
    for index, digest in enumerate(book.file.digests):
        tests = tuple(test.name for test in book.file.tests if written(test).when.digest == digest.name)
        source, name = book.source(f"digests.{index}"), f"the digest {digest.name}"
        yield Performer(name, rows_of(digest.row), source, book.digest_mode(digest), tests, is_rule=False)
