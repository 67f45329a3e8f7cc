"""Triage: whether a delivery is worth a look at the item, from the delivery alone and in microseconds.

It says no only where ``decide`` could plan nothing, whatever the API would tell: what is not known counts as possible.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.change import Change, Kind
from app.domain.item import Person
from app.rules.book import RuleBook
from app.rules.deciding.board_steps import shows_misspelling
from app.rules.deciding.conditions import check
from app.rules.deciding.occurrences import Occurrence, hears, told
from app.rules.deciding.remember import carries_private_label, may_change_facts
from app.rules.deciding.view import View


@dataclass(frozen=True, slots=True)
class Triage:
    """Whether anything may have to be done, and why (not)."""

    wanted: bool
    reason: str


def triage(book: RuleBook, change: Change, *, own: bool = False, bot: Person | None = None) -> Triage:
    """Judge a delivery by what it says. ``own``: the bot made the change, which most rules do not ask for. ``bot`` is
    who it is, where that is known: then only what is asked of it may be a command."""
    if change.kind is Kind.OTHER:
        return Triage(False, change.remark or "no rule can speak of this kind of event")
    if change.kind is Kind.REQUEST:
        return Triage(True, "an issue is to be filed")
    if change.item is None:
        return Triage(False, "it is about no issue")
    if change.kind is Kind.TIMER:
        return Triage(True, "a timer came due")
    view = View.of_change(book, change)
    if reason := _board_wants(book, change, view):
        return Triage(True, reason)
    return _rules_want(book, change, view, own=own, bot=bot)


def _board_wants(book: RuleBook, change: Change, view: View) -> str:
    if change.removed and carries_private_label(book, change.removed):
        return "it was private until now"
    if view.on_board is False:
        return _schedules_want(book, change, view)
    if any(title in book.stages for title in book.canonical_all((*change.added, *change.removed))):
        return "a stage label moved"
    if change.kind is Kind.OPENED and view.on_board:
        return "an item came on the board"
    if change.kind is Kind.REOPENED and book.listening.get("schedule"):
        return "schedules pass over closed items, and it is open again"
    return "a label is in another spelling" if shows_misspelling(book, change) else ""


def _schedules_want(book: RuleBook, change: Change, view: View) -> str:
    """Schedules pass over what the bot does not remember, so an item beside the board is looked at when it begins to be
    one that a schedule asks for, whoever began it."""
    if change.kind not in (Kind.OPENED, Kind.REOPENED) and not change.added:
        return ""
    for rule in book.listening.get("schedule", ()):
        if rule.when.on_board is False and check(rule.when, view).holds is not False:
            return f"{rule.name} may want it when its time comes"
    return ""


def _rules_want(book: RuleBook, change: Change, view: View, *, own: bool, bot: Person | None) -> Triage:
    nearest, most = "", -1
    answers = any(rule.when.command for rule in book.listening.get("command", ()))
    for occurrence in _possible(book, change, bot):
        if occurrence.event == "command" and answers and not own:
            return Triage(True, "a command is answered, also one that nobody knows")
        for rule in book.listening.get(occurrence.event, ()):
            if (own and not rule.also_own_changes) or not hears(book, rule.when, occurrence):
                continue
            answer = check(rule.when, view)
            if answer.holds is False:
                if answer.held > most:
                    nearest, most = f"; nearest: {rule.name}, because {answer.reason}", answer.held
                continue
            hindered = check(rule.unless, view) if rule.unless is not None else None
            if hindered is None or not hindered.holds:
                return Triage(True, f"{rule.name} may want it")
            nearest, most = f"; nearest: {rule.name}, because unless {hindered.reason}", answer.held + 1
    return Triage(False, f"no rule matched{nearest}")


def _possible(book: RuleBook, change: Change, bot: Person | None) -> Iterator[Occurrence]:
    """What the delivery tells, and the change of a fact that it may bring. Stages are the board's, see above."""
    yield from told(book, change, bot)
    if may_change_facts(change):
        yield Occurrence("fact changed")
        yield Occurrence("approval void")
