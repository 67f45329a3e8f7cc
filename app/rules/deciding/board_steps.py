"""What the board itself asks for, beside the rules: putting cards back, warnings, reminders, right spelling."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.domain.change import Change, Kind
from app.domain.decision import Mode, Source, Step, Verdict
from app.domain.item import Snapshot
from app.rules.book import OPEN, RuleBook
from app.rules.deciding.moves import MoveJudgement
from app.rules.deciding.passage import Passage
from app.rules.deciding.reminders import due
from app.rules.deciding.stage_timers import Action, stage_timers
from app.rules.deciding.view import View, board_label

MOVES, REMINDERS, SPELLING = "board.moves", "board.reminders", "labels.spelling"
"""Names that stand where a rule's name stands; rule names have no dots."""

ROWS: Mapping[str, tuple[int, ...]] = {MOVES: (4, 5, 7), REMINDERS: (19, 26), SPELLING: (56, 57)}
"""Rows of the automation table that the board itself performs, beside the rules."""

Part = tuple[Verdict, tuple[Step, ...]]


@dataclass(frozen=True, slots=True)
class BoardCase:
    """One change of one item, seen by the board."""

    book: RuleBook
    snapshot: Snapshot
    change: Change
    passage: Passage
    view: View
    """The item as it will be once a refused card is back."""
    own: bool
    """The bot did it itself."""

    def parts(self) -> list[Part]:
        """Verdicts of the board, each with its steps."""
        found = [reminder_part(self)] if self.change.kind is Kind.TIMER else []
        if self.view.stage:
            found += [self._move(), self._timers(), self._spelling()]
        return [part for part in found if part is not None]

    def part(self, rule: str, source: Source, reason: str, actions: Iterable[Action]) -> Part | None:
        mode = self.book.file.defaults.mode
        listed = () if mode is Mode.OFF else tuple(actions)
        steps = tuple(
            Step(step_key(rule, index, self.change), action, params, rule, source, mode, because)
            for index, (action, params, because) in enumerate(listed)
        )
        return Verdict(rule, source, bool(steps), reason, mode), steps

    def _move(self) -> Part | None:
        passage, judgement = self.passage, self.passage.judgement
        if judgement is None:
            return None
        actions: list[Action] = []
        if passage.ending == "refused":
            restore = {"to": passage.origin, "refused": passage.target}
            actions = [("restore_stage", dict(restore), judgement.because), self._told("move_refused", judgement)]
        elif passage.ending == "entered" and judgement.verdict == "warn":
            actions = [self._told("move_warned", judgement)]
        if passage.ending == "entered" and (others := self._other_stages()):
            why = f"A card is in one stage; it is in {passage.target} now."
            actions.append(("label", {"add": [], "remove": others}, why))
        return self.part(MOVES, judgement.source, passage.sentence, actions)

    def _told(self, template: str, judgement: MoveJudgement) -> Action:
        actor = self.change.actor
        values = {
            "origin": self.passage.origin,
            "target": self.passage.target,
            "unmet": [{"what": one.what, "because": one.because} for one in judgement.unmet],
            "because": judgement.because,
            "mention": actor.username if actor else "",
        }
        return "comment", {"template": template, "with": values}, judgement.because

    def _other_stages(self) -> list[str]:
        """Stage labels that GitLab's Free tier left beside the new one."""
        labels = self.snapshot.labels
        return [one for one in labels if self.book.canonical(one) in self.book.stages and not self._here(one)]

    def _here(self, title: str) -> bool:
        return self.book.canonical(title) == self.passage.target

    def _timers(self) -> Part | None:
        """Forget the old stage's timers, set the new one's; let all stand still on hold, and go on after it."""
        passage = self.passage
        if passage.ending not in ("entered", "begun"):
            return None
        actions = list(stage_timers(self.book, self.snapshot.memory, passage))
        if not actions:
            return None
        return self.part(REMINDERS, self.stage_source(passage.stage), f"The item is in {passage.stage} now.", actions)

    def _spelling(self) -> Part | None:
        """Swap labels in an old or wrong spelling that this delivery shows for those of the rule file."""
        if self.own:
            return None
        shown = {*(self.change.labels or ()), *self.change.added}
        wrong = [one for one in self.snapshot.labels if one in shown and misspelt(self.book, one)]
        if not wrong:
            return None
        refused = self.passage.target if self.passage.put_back else ""
        right = [title for title in self.book.canonical_all(wrong) if title != refused]
        add = [title for title in right if title not in self.snapshot.labels]
        pairs = ", ".join(f"'{one}' is written '{self.book.canonical(one)}' now" for one in wrong)
        pairs_told = [(one, self.book.canonical(one)) for one in wrong]
        swapped = [{"old": old, "new": new} for old, new in pairs_told if new != refused]
        told: dict[str, object] = {"template": "label_respelt", "with": {"swapped": swapped}, "about": "item"}
        actions: list[Action] = [("label", {"add": add, "remove": wrong}, f"{pairs}.")]
        if swapped:
            actions.append(("comment", told, f"{pairs}."))
        return self.part(SPELLING, self.book.source("labels"), pairs, actions)

    def stage_source(self, stage: str) -> Source:
        names = list(self.book.stages)
        return self.book.source(f"board.stages.{names.index(stage)}" if stage in names else "board.stages")


def reminder_part(case: BoardCase) -> Part | None:
    """A timer came due: remind, if there still is a reason."""
    found = due(case.book, case.snapshot, case.change, case.view)
    if found is None:
        return None
    source = case.stage_source(found.stage)
    if found.needless:
        return case.part(REMINDERS, source, f"No reminder: {found.needless}.", ())
    params: dict[str, object] = {"template": "reminder", "with": found.values}
    because = str(found.values["says"]) or f"The item is in {found.stage}."
    return case.part(REMINDERS, source, "A reminder is due.", [("comment", params, because)])


def step_key(rule: str, index: int, change: Change, *, once: bool = False) -> str:
    """The step's name: the same whenever the same change is decided. ``once``: the same for the item's whole life."""
    return f"{rule}.{index}.{'once' if once else change.meaning[:12] or 'once'}"


def misspelt(book: RuleBook, title: str) -> bool:
    """Whether the rule file knows the label, but writes it otherwise."""
    return book.canonical(title) != title and book.canonical(title) != OPEN


def shows_misspelling(book: RuleBook, change: Change) -> bool:
    """Whether the delivery shows, on an item that may be on the board, a label in another spelling."""
    titles = (*(change.labels or ()), *change.added)
    if change.labels is not None and board_label(book) not in book.canonical_all(change.labels):
        return False
    return any(misspelt(book, title) for title in titles)
