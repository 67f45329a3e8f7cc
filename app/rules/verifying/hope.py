"""Hope: whether rules may still fire when only a part of the item is known. It cuts off branches of the search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.domain.item import Person
from app.rules.book import RuleBook
from app.rules.deciding.conditions import check
from app.rules.deciding.view import View
from app.rules.model import Rule
from app.rules.verifying.scene import NOW, Setting


@dataclass(frozen=True)
class Hope:
    """Asks the real conditions, which know *not known*: a no on a part of the item is a no on all of it."""

    book: RuleBook
    rules: Sequence[Rule]
    """All of these are to fire together."""

    def view(self, setting: Setting, actor: Person | None) -> View:
        """What is known before labels, stage and times are chosen."""
        return View(
            book=self.book,
            facts=setting.values,
            actor=actor,
            author=setting.author,
            assignees=tuple(person.username for person in setting.assignees),
            confidential=setting.confidential,
            item_type=setting.item_type,
            title=setting.title,
            project_id=setting.project[0],
            project_path=setting.project[1],
            now=NOW,
            comments=tuple((person.username, NOW) for person in setting.commenters),
        )

    def left(self, view: View, labels: frozenset[str] | None = None) -> bool:
        """Whether all may fire, as far as that is known."""
        known = view if labels is None else replace(view, labels=labels)
        return not any(
            check(rule.when, known).holds is False
            or (rule.unless is not None and check(rule.unless, known).holds is True)
            for rule in self.rules
        )
