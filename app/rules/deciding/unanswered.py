"""Commands that no rule answers: whoever gave one hears why, and what would be understood."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from app.domain.item import Person
from app.rules.book import RuleBook
from app.rules.deciding.conditions import check, in_role
from app.rules.deciding.judge import Judged
from app.rules.deciding.occurrences import Happened, hears
from app.rules.deciding.view import View, board_label
from app.rules.loading.suggest import nearest
from app.rules.model import Rule
from app.rules.reading.commands import asks_for

COMMANDS = "board.commands"
"""Stands where a rule's name stands; rule names have no dots."""

MOST_SAID = 80
"""Characters of an unknown command that are repeated to whoever wrote it."""


def unanswered(
    book: RuleBook, events: Happened, judged: Sequence[Judged], view: View, actor: Person | None
) -> Iterator[dict[str, object]]:
    """For each command that is not answered what the template ``command_not_done`` needs."""
    rules = [rule for rule in book.listening.get("command", ()) if rule.when.command]
    if not rules:
        return
    verdicts = {one.rule.name: one for one in judged}
    for occurrence in events.occurrences:
        if occurrence.event != "command":
            continue
        meant = [rule for rule in book.listening.get("command", ()) if hears(book, rule.when, occurrence)]
        if any(verdicts[rule.name].verdict.matched for rule in meant):
            continue
        yield {
            "mention": actor.username if actor else "",
            "said": occurrence.command[:MOST_SAID],
            "known": _words(rules),
            "board": board_label(book),
            **_problem(book, meant, verdicts, view, occurrence.command, _words(rules)),
        }


def _problem(
    book: RuleBook,
    meant: Sequence[Rule],
    verdicts: dict[str, Judged],
    view: View,
    said: str,
    known: Sequence[str],
) -> dict[str, object]:
    nothing: dict[str, object] = {"suggestion": "", "who": [], "reason": ""}
    if not meant:
        return {**nothing, "problem": "unknown", "suggestion": _nearest(said, known)}
    who = [rule.when.actor for rule in meant if rule.when.actor and _only_the_person(rule, view)]
    if who:
        lists = dict.fromkeys(name for names in who for name in names)
        return {**nothing, "problem": "not entitled", "who": _handles(book, lists, view)}
    if not view.stage:
        return {**nothing, "problem": "off the board"}
    closest = max((verdicts[rule.name] for rule in meant), key=lambda one: one.nearness)
    return {**nothing, "problem": "not now", "reason": closest.verdict.reason}


def _only_the_person(rule: Rule, view: View) -> bool:
    """Whether all but the person would do."""
    if check(rule.when.model_copy(update={"actor": None}), view).holds is False:
        return False
    return rule.unless is None or check(rule.unless, view).holds is not True


def _handles(book: RuleBook, lists: Iterable[str], view: View) -> list[str]:
    """Names as people write them: a group's path, usernames; of a role (``author``) whoever has it here."""
    found: list[str] = []
    for name in lists:
        if people := book.file.people.get(name):
            found += people.handles
        elif name in ("author", "assignee"):
            # Whom a fact names may stand in an internal note alone, and this answer is public.
            found += in_role(name, view)[0] or ()
    return list(dict.fromkeys(found))


def _words(rules: Iterable[Rule]) -> list[str]:
    return list(dict.fromkeys(words for rule in rules for words in rule.when.command or ()))


def _nearest(said: str, known: Sequence[str]) -> str:
    """The command that may be meant: by as many words as a command has, then by the first alone."""
    words = said.split()
    for length in (3, 2, 1):
        near = nearest(" ".join(words[:length]), known)
        if near is not None and not asks_for(said, (near,)):
            return near
    return ""
