"""Concern: whether any rule could want what happened to an item lately, from the item alone.

For whoever finds an item that changed and does not know yet what happened to it. It says no only where ``decide`` could
plan nothing, whatever it was: each event is asked whether it could still hold on the item as it is now.
"""

from __future__ import annotations

from dataclasses import replace

from app.domain.item import Snapshot
from app.rules.book import RuleBook
from app.rules.deciding.conditions import check
from app.rules.deciding.view import View, board_label
from app.rules.model import Event, Rule
from app.rules.patterns import like_any
from app.rules.reading.facts import read_facts

_IN_COMMENTS: tuple[Event, ...] = ("comment", "command")
_WHILE_OPEN: tuple[Event, ...] = ("issue opened", "issue reopened")
_UNTOLD: tuple[Event, ...] = (
    *("issue opened", "issue closed", "issue reopened", "issue edited", "label added", "label removed"),
    *("fact changed", "comment", "command"),
)
"""What GitLab still tells of an item afterwards, beside the board. What is left out needs a memory (stages, timers,
approvals), comes from elsewhere (deals), or leaves no trace (emoji, edits of comments)."""


def may_concern(book: RuleBook, item: Snapshot, *, commented: bool = True) -> bool:
    """Whether a rule may want something of it, or look at it when its time comes. ``commented``: it has comments; what
    facts it states can only be known of one that has none."""
    labels = frozenset(book.canonical_all(item.labels))
    if board_label(book) in labels:
        return True
    view = View(
        book=book,
        labels=labels,
        stage="",
        facts=None if commented else read_facts(book, replace(item, notes=())),
        author=item.author,
        assignees=tuple(person.username for person in item.assignees),
        confidential=item.confidential,
        item_type=item.item_type,
        title=item.title,
        project_id=item.key.project_id,
        project_path=item.project_path,
    )
    events = [event for event in _UNTOLD if commented or event not in _IN_COMMENTS]
    if any(_possible(rule, event, item, view) for event in events for rule in book.listening.get(event, ())):
        return True
    waiting = (rule for rule in book.listening.get("schedule", ()) if rule.when.on_board is False)
    return any(check(rule.when, view).holds is not False for rule in waiting)


def _possible(rule: Rule, event: Event, item: Snapshot, view: View) -> bool:
    if event in _WHILE_OPEN and item.state == "closed":
        return False
    if event == "issue closed" and item.state != "closed":
        return False
    if event == "label added" and not _carries_one(rule, view):
        return False
    if check(rule.when, view).holds is False:
        return False
    return rule.unless is None or not check(rule.unless, view).holds


def _carries_one(rule: Rule, view: View) -> bool:
    """Whether the item carries a label that the rule waits for: one that is off again is not answered."""
    wanted = rule.when.label
    titles = view.labels or frozenset()
    return (
        bool(titles) if wanted is None else any(like_any(title, map(view.book.canonical, wanted)) for title in titles)
    )
