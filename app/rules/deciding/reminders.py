"""Reminders: the timers of a stage, and what is said when one comes due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.domain.change import Change
from app.domain.item import Snapshot
from app.rules.book import RuleBook
from app.rules.deciding.conditions import check
from app.rules.deciding.occurrences import STAGE_TIMER, Occurrence, hears
from app.rules.deciding.view import View
from app.rules.model import People, Remind, Stage
from app.rules.reading.facts import people_named, told_internally

_SECOND = "/then"
_MOST = 4
"""Digits of a reminder's number that are read."""


@dataclass(frozen=True, slots=True)
class Due:
    """A reminder whose time has come."""

    stage: str
    values: dict[str, object] = field(default_factory=dict)
    """For the template."""
    needless: str = ""
    """Why nobody has to be reminded any more; empty if somebody has."""


def reminders_of(stage: Stage | None) -> list[Remind]:
    """A stage's reminders as a list."""
    if stage is None or stage.remind is None:
        return []
    return stage.remind if isinstance(stage.remind, list) else [stage.remind]


def timer_params(stage: str, number: int, remind: Remind) -> dict[str, object]:
    """What the ``remind`` action needs to set a stage's reminder."""
    return {
        "name": f"{STAGE_TIMER}{stage}/{number}",
        "after": str(remind.after),
        "who": remind.who,
        "says": remind.says,
        "then": str(remind.then) if remind.then is not None else None,
        "then_who": remind.then_who,
    }


def due(book: RuleBook, snapshot: Snapshot, change: Change, view: View) -> Due | None:
    """The reminder that a timer means. None: the timer is one that a rule answers."""
    if not change.timer.startswith(STAGE_TIMER):
        return _of_rule(book, snapshot, change, view)
    name = change.timer.removeprefix(STAGE_TIMER)
    stage, _, number = name.removesuffix(_SECOND).rpartition("/")
    lines = reminders_of(book.stages.get(stage))
    index = int(number[:_MOST]) if number.isascii() and number.isdigit() else 0
    if not 0 < index <= len(lines):
        return Due(stage, needless=f"the rule file has no reminder '{change.timer}' any more")
    remind = lines[index - 1]
    who = (remind.then_who or remind.who) if name.endswith(_SECOND) else remind.who
    return Due(stage, _values(book, snapshot, view, who, remind.says, stage), _needless(snapshot, view, stage, remind))


def _of_rule(book: RuleBook, snapshot: Snapshot, change: Change, view: View) -> Due | None:
    """A timer that a rule set with the ``remind`` action: its words came with it."""
    occurrence = Occurrence("timer", timer=change.timer)
    answered = any(hears(book, rule.when, occurrence) for rule in book.listening.get("timer", ()))
    if answered or not change.extra.keys() & {"who", "says"}:
        return None
    who, says = change.extra.get("who", "assignee"), change.extra.get("says", "")
    stage = view.stage or ""
    closed = "the item is closed" if snapshot.state == "closed" else ""
    return Due(stage, _values(book, snapshot, view, who, says, stage), closed)


def _needless(snapshot: Snapshot, view: View, stage: str, remind: Remind) -> str:
    if snapshot.state == "closed":
        return "the item is closed"
    if view.stage != stage:
        return f"the item is in {view.stage} by now" if view.stage else "the item is not on the board"
    answer = check(remind.unless, view) if remind.unless is not None else None
    return answer.reason if answer is not None and answer.holds else ""


def _values(book: RuleBook, snapshot: Snapshot, view: View, who: str, says: str, stage: str) -> dict[str, object]:
    since, hidden = snapshot.memory.stage_entered_at, told_internally(book, snapshot)
    # A reminder is public: it calls nobody whom only an internal note names.
    openly = {name: said for name, said in (view.facts or {}).items() if name not in hidden}
    return {
        "who": receivers(book.file.people, snapshot, openly, who),
        "says": says,
        "stage": stage,
        "since": since.isoformat() if since else "",
    }


def receivers(people: Mapping[str, People], snapshot: Snapshot, facts: Mapping[str, object], who: str) -> list[str]:
    """Usernames or a group's path for ``who`` of a reminder; of a list with a group and users, both.

    ``@name`` is a user by name; several stand with commas between them.
    """
    if "," in who:
        several = [name for one in who.split(",") for name in receivers(people, snapshot, facts, one.strip())]
        return list(dict.fromkeys(several))
    if who.startswith("@"):
        return [who[1:]]
    found = people.get(who)
    if found is not None:
        return found.handles
    if who == "account_team":
        return account_team(snapshot, facts)
    assignees = [person.username for person in snapshot.assignees]
    named = assignees if who == "assignee" and assignees else [snapshot.author.username]
    return instead_of_the_bot(people, snapshot, named)


def instead_of_the_bot(people: Mapping[str, People], snapshot: Snapshot, names: list[str]) -> list[str]:
    """The names; where they are the bot's own, which files what the calculator sends, whoever is assigned, else
    the engagement managers: nobody else is known to speak for a request that names nobody."""
    bot = snapshot.bot
    if bot is None or [name.casefold() for name in names] != [bot.username.casefold()]:
        return names
    managers = people.get("engagement_managers")
    asked = managers.handles if managers else []
    return [person.username for person in snapshot.assignees] or asked or names


def account_team(snapshot: Snapshot, facts: Mapping[str, object]) -> list[str]:
    """Usernames of the account team: the facts ``account_team`` or ``requested_by``, else whoever filed the issue."""
    named = people_named(facts, "account_team") or people_named(facts, "requested_by")
    return named or [snapshot.author.username]
