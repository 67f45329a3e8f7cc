"""Conditions in three values: yes, no, or not known; each with the value that decided, as words for people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from app.rules.deciding.places import within
from app.rules.deciding.times import age_holds, idle_holds
from app.rules.deciding.view import View
from app.rules.model import CommentedTest, Condition, LabelsTest
from app.rules.patterns import like
from app.rules.reading.fact_tests import fact_holds, facts_hold
from app.rules.reading.facts import people_named


class Answer(NamedTuple):
    """Whether something holds (None: it can't be known from what is known), and why."""

    holds: bool | None
    reason: str
    held: int = 0
    """How many parts held before the one that did not: of two rules, the higher is the nearer miss."""


YES = Answer(True, "nothing more is asked")


def check(condition: Condition, view: View) -> Answer:
    """Whether all written parts hold. The first no decides, else the first unknown."""
    reasons: list[str] = []
    doubt: str | None = None
    for name, judge in _PARTS:
        wanted = getattr(condition, name)
        if wanted is None:
            continue
        answer = judge(wanted, view)
        if answer.holds is False:
            return Answer(False, answer.reason, len(reasons))
        if answer.holds is None:
            doubt = doubt or answer.reason
        else:
            reasons.append(answer.reason)
    if doubt is not None:
        return Answer(None, doubt, len(reasons))
    return Answer(True, "; ".join(reasons), len(reasons)) if reasons else YES


def carried(name: str, view: View) -> str | None:
    """The label on the item that ``name`` means: in any spelling, or as a glob (``TA::*``). None: there is none."""
    labels = view.labels or frozenset()
    canonical = view.book.canonical(name)
    if canonical in labels:
        return canonical
    return next((label for label in sorted(labels) if like(label, canonical)), None)


def among(people: Iterable[str], usernames: Sequence[str], view: View) -> bool | None:
    """Whether one of the users is in one of the people lists; None where a list that could not be read may hold it."""
    known = True
    for name in people:
        members = view.book.members.get(name)
        if members is None:
            known = False
        elif any(username.casefold() in members for username in usernames):
            return True
    return False if known or not usernames else None


def _labels(wanted: LabelsTest, view: View) -> Answer:
    if view.labels is None:
        return Answer(None, "the labels are not known")
    found: list[str] = []
    for name in wanted.none:
        if label := carried(name, view):
            return Answer(False, f"label '{label}' is on the item")
    for name in wanted.all:
        label = carried(name, view)
        if label is None:
            return Answer(False, f"label '{name}' is not on the item")
        found.append(label)
    if wanted.any:
        label = next(filter(None, (carried(name, view) for name in wanted.any)), None)
        if label is None:
            return Answer(False, f"the item has none of the labels {_quoted(wanted.any)}")
        found.append(label)
    if found:
        return Answer(True, f"{_quoted(found)} {'is' if len(found) == 1 else 'are'} on the item")
    return Answer(True, f"the item has none of the labels {_quoted(wanted.none)}")


def _stage(wanted: Sequence[str], view: View) -> Answer:
    if view.stage is None:
        return Answer(None, "the stage is not known")
    if not view.stage:
        return Answer(False, "the item is not on the board")
    holds = view.stage in {view.book.canonical(name) for name in wanted}
    return Answer(holds, f"the item is in {view.stage}")


def _author(wanted: Sequence[str], view: View) -> Answer:
    return _one_of_people("the author", wanted, view.author.username if view.author else None, view)


def _actor(wanted: Sequence[str], view: View) -> Answer:
    if view.actor is None:
        return Answer(None, "whoever did it is not known")
    username, doubt = view.actor.username, ""
    for role in (name for name in wanted if name not in view.book.file.people):
        named, words = in_role(role, view)
        if named is None:
            doubt = doubt or f"{words} not known"
        elif username.casefold() in {one.casefold() for one in named}:
            return Answer(True, f"whoever did it, {username}, is {words}")
    lists = [name for name in wanted if name in view.book.file.people]
    answer = _one_of_people("whoever did it", lists, username, view) if lists else None
    if answer is not None and answer.holds is not False:
        return answer
    if doubt:
        return Answer(None, doubt)
    return answer or Answer(False, f"whoever did it, {username}, is not {' or '.join(wanted)}")


def in_role(role: str, view: View) -> tuple[Sequence[str] | None, str]:
    """Usernames of the author, the assignees or those whom a fact names (None: not known); and the role's words."""
    if role == "author":
        return ([view.author.username] if view.author else None), "the author"
    if role == "assignee":
        return view.assignees, "an assignee"
    words = f"of the {role.replace('_', ' ')}"
    return (None if view.facts is None else people_named(view.facts, role)), words


def _one_of_people(role: str, wanted: Sequence[str], username: str | None, view: View) -> Answer:
    if username is None:
        return Answer(None, f"{role} is not known")
    lists = " or ".join(wanted)
    holds = among(wanted, (username,), view)
    if holds is None:
        return Answer(None, f"it is not known who is in {lists}")
    return Answer(holds, f"{role}, {username}, is {'' if holds else 'not '}in {lists}")


def _assignee(wanted: Sequence[str] | str, view: View) -> Answer:
    if view.assignees is None:
        return Answer(None, "the assignees are not known")
    if wanted in ("nobody", ["nobody"]):
        named = ", ".join(view.assignees)
        return Answer(not view.assignees, f"the item is assigned to {named or 'nobody'}")
    if not view.assignees:
        return Answer(False, "nobody is assigned")
    holds = among(wanted, view.assignees, view)
    lists = " or ".join(wanted)
    if holds is None:
        return Answer(None, f"it is not known who is in {lists}")
    return Answer(holds, f"{'an' if holds else 'no'} assignee is in {lists}")


def _confidential(wanted: bool, view: View) -> Answer:
    if view.confidential is None:
        return Answer(None, "it is not known whether the item is confidential")
    return Answer(view.confidential is wanted, f"the item is {'' if view.confidential else 'not '}confidential")


def _on_board(wanted: bool, view: View) -> Answer:
    if view.on_board is None:
        return Answer(None, "the labels are not known")
    return Answer(view.on_board is wanted, f"the item is {'' if view.on_board else 'not '}on the board")


def _item_type(wanted: Sequence[str], view: View) -> Answer:
    if view.item_type is None:
        return Answer(None, "the type of the item is not known")
    holds = _one_word(view.item_type) in {_one_word(name) for name in wanted}
    return Answer(holds, f"the item's type is {view.item_type}")


def _one_word(name: str) -> str:
    """GitLab writes one type as ``Test Case``, ``test_case`` and ``TEST_CASE``."""
    return name.casefold().replace(" ", "_")


def _title(wanted: Sequence[str], view: View) -> Answer:
    if view.title is None:
        return Answer(None, "the title is not known")
    for pattern in wanted:
        if like(view.title, pattern):
            return Answer(True, f"the title is like '{pattern}'")
    return Answer(False, f"the title is not like {_quoted(wanted)}")


def _project(wanted: Sequence[str], view: View) -> Answer:
    known = True
    for name in wanted:
        place = view.book.file.projects.get(name, name)
        if isinstance(place, int) or place.isdigit():
            known, same = known and view.project_id is not None, view.project_id == int(place)
        else:
            known, same = known and view.project_path is not None, within(view.project_path or "", place)
        if same:
            return Answer(True, f"the item is in {name}")
    where = view.project_path or view.project_id
    return Answer(False, f"the item is in {where}") if known else Answer(None, "the project's path is not known")


def _any_of(wanted: Sequence[Condition], view: View) -> Answer:
    answers = [check(one, view) for one in wanted]
    for holds in (True, None):
        for answer in answers:
            if answer.holds is holds:
                return answer
    return Answer(False, "; ".join(answer.reason for answer in answers))


def _all_of(wanted: Sequence[Condition], view: View) -> Answer:
    answers = [check(one, view) for one in wanted]
    for holds in (False, None):
        for answer in answers:
            if answer.holds is holds:
                return answer
    return Answer(True, "; ".join(answer.reason for answer in answers))


def _not(wanted: Condition, view: View) -> Answer:
    answer = check(wanted, view)
    return answer if answer.holds is None else Answer(not answer.holds, answer.reason)


def _fact(wanted: Any, view: View) -> Answer:
    return Answer(*fact_holds(wanted, view.facts))


def _facts(wanted: Any, view: View) -> Answer:
    return Answer(*facts_hold(wanted, view.facts, view.changed))


def _age(wanted: Any, view: View) -> Answer:
    return Answer(*age_holds(wanted, view))


def _idle(wanted: Any, view: View) -> Answer:
    return Answer(*idle_holds(wanted, view))


def _commented(wanted: CommentedTest, view: View) -> Answer:
    whom = " or ".join(wanted.by)
    since = view.stage_since if wanted.since == "stage entered" else None
    if view.comments is None or (wanted.since == "stage entered" and since is None):
        return Answer(None, f"whether somebody of {whom} has commented is not known")
    authors = dict.fromkeys(author for author, at in view.comments if since is None or at >= since)
    lists = [name for name in wanted.by if name != "assignee"]
    assigned = {name.casefold() for name in view.assignees or ()} if "assignee" in wanted.by else set()
    known = True
    for author in authors:
        holds = author.casefold() in assigned or among(lists, (author,), view)
        if holds:
            return Answer(True, f"{author}, of {whom}, has commented")
        known = known and holds is not None
    when = f" since it is in {view.stage}" if since is not None else ""
    return Answer(False if known else None, f"nobody of {whom} has commented{when}")


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


# What a delivery tells comes first: triage answers most questions there and stops.
_PARTS: tuple[tuple[str, Callable[[Any, View], Answer]], ...] = (
    ("labels", _labels),
    ("on_board", _on_board),
    ("stage", _stage),
    ("project", _project),
    ("title", _title),
    ("actor", _actor),
    ("fact", _fact),
    ("facts", _facts),
    ("author", _author),
    ("assignee", _assignee),
    ("confidential", _confidential),
    ("item_type", _item_type),
    ("age", _age),
    ("idle", _idle),
    ("commented", _commented),
    ("any_of", _any_of),
    ("all_of", _all_of),
    ("not_", _not),
)
