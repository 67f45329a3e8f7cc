"""What people said of approvals, and who may not say it."""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.item import Approval, Person
from app.rules.reading.facts import people_named


def counts(approval: Approval) -> bool:
    """Whether it is an approval, and not void."""
    return approval.verdict == "approved" and not approval.void


def filed(username: str, author: Person | None, facts: Mapping[str, object] | None) -> bool:
    """Whether they filed the item, or asked for it: what the calculator or the bot files, it files for somebody."""
    names = [*people_named(facts or {}, "requested_by"), *([author.username] if author else [])]
    return username.casefold() in {name.casefold() for name in names}
