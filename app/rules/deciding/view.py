"""View: what is known of an item when conditions are asked, be it all (a snapshot) or little (a delivery alone).

One evaluator serves triage, deciding and simulating: ``None`` in a field means *not known*, never *none*.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.domain.change import Change, Kind
from app.domain.item import Approval, Person, Snapshot
from app.rules.book import OPEN, RuleBook
from app.rules.deciding.remember import may_change_facts
from app.rules.reading.activity import comments_of_people, last_activity


@dataclass(frozen=True, slots=True)
class View:
    """What is known of an item at one moment."""

    book: RuleBook
    labels: frozenset[str] | None = None
    """In the rule file's spelling."""
    stage: str | None = None
    """Empty: the item is not on the board."""
    facts: Mapping[str, object] | None = None
    actor: Person | None = None
    author: Person | None = None
    assignees: tuple[str, ...] | None = None
    confidential: bool | None = None
    item_type: str | None = None
    title: str | None = None
    project_id: int | None = None
    project_path: str | None = None
    now: datetime | None = None
    stage_since: datetime | None = None
    """When the item came into its stage."""
    active_at: datetime | None = None
    """When a person last did something to it."""
    approvals: tuple[Approval, ...] = ()
    """What people said of approvals, oldest first."""
    changed: frozenset[str] | None = None
    """Facts that what happened has changed."""
    comments: tuple[tuple[str, datetime], ...] | None = None
    """Who of the people has commented, and when."""

    @property
    def on_board(self) -> bool | None:
        """Whether the item carries the label that puts it on the board."""
        return None if self.labels is None else board_label(self.book) in self.labels

    @classmethod
    def of_snapshot(
        cls,
        book: RuleBook,
        snapshot: Snapshot,
        *,
        stage: str,
        facts: Mapping[str, object],
        actor: Person | None = None,
        now: datetime | None = None,
        changed: frozenset[str] = frozenset(),
    ) -> View:
        """Everything about the item is known; only who did it may not be."""
        return cls(
            book=book,
            labels=frozenset(book.canonical_all(snapshot.labels)),
            stage=stage,
            facts=facts,
            actor=actor,
            author=snapshot.author,
            assignees=tuple(person.username for person in snapshot.assignees),
            confidential=snapshot.confidential,
            item_type=snapshot.item_type,
            title=snapshot.title,
            project_id=snapshot.key.project_id,
            project_path=snapshot.project_path,
            now=now,
            stage_since=snapshot.memory.stage_entered_at if snapshot.memory.stage == stage else None,
            active_at=last_activity(snapshot),
            approvals=snapshot.memory.approvals,
            changed=changed,
            comments=None if snapshot.notes is None else tuple(comments_of_people(snapshot)),
        )

    @classmethod
    def of_change(cls, book: RuleBook, change: Change) -> View:
        """What a delivery says by itself. Facts, people and confidentiality are for the API to say."""
        labels = None if change.labels is None else frozenset(book.canonical_all(change.labels))
        return cls(
            book=book,
            labels=labels,
            stage=_stage_told(book, change, labels),
            actor=change.actor,
            title=change.title or None,
            project_id=change.item.project_id if change.item else None,
            project_path=change.project_path or None,
            changed=None if may_change_facts(change) else frozenset(),
        )


def board_label(book: RuleBook) -> str:
    """The label that puts an issue on the board, in the rule file's spelling."""
    return book.canonical(book.file.board.only)


def _stage_told(book: RuleBook, change: Change, labels: frozenset[str] | None) -> str | None:
    """The stage, where the delivery leaves no doubt: two stage labels, or none on a closed item, need the memory."""
    if labels is None:
        return None
    if board_label(book) not in labels:
        return ""
    stages = [label for label in labels if label in book.stages]
    if len(stages) == 1:
        return stages[0]
    return OPEN if not stages and change.kind is Kind.OPENED else None
