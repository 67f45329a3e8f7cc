"""Privacy: whether an item may be named outside its own project, asked in one place by every handler."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.handler import Context
from app.rules.book import RuleBook
from app.rules.deciding.remember import carries_private_label, private_item

PRIVATE = "private"
"""In what a step made: the item turned out to belong to a private one."""


def is_private(ctx: Context) -> bool:
    """Private items carry a label of ``private.labels``, or did, or are confidential where the file counts that.

    A label taken away in this very change does not lift it: nobody should be able to publish an item by one slip. What
    an earlier step of the plan related to a private item is as private.
    """
    if any(isinstance(made, Mapping) and made.get(PRIVATE) for made in ctx.made.values()):
        return True
    book = ctx.book
    told = (*(ctx.change.labels or ()), *ctx.change.removed)
    return private_item(book, ctx.snapshot) or carries_private_label(book, told)


def tells_privately(ctx: Context) -> bool:
    """Whether channels must not hear of it: it is private, or it hangs on an issue that carries a private label.

    Intake, epic and project of a private deal may lack the label: somebody put it on the scoping issue later. Costs a
    look at the linked issues where the item is none of the board's.
    """
    if is_private(ctx):
        return True
    book = ctx.book
    if not ctx.rules.private.labels or book.canonical(ctx.rules.board.only) in book.canonical_all(ctx.snapshot.labels):
        return False
    return any(carries_private_label(book, issue.labels) for issue in ctx.gitlab.linked_issues(ctx.item))


def stays(ctx: Context, project: str | int) -> bool:
    """Whether a project is the item's own."""
    return project == ctx.item.project_id or str(project).casefold() == ctx.snapshot.project_path.casefold()


def private_labels(book: RuleBook, labels: Iterable[str]) -> list[str]:
    """Those of the labels that mean *private*, in the rule file's spelling."""
    return [label for label in book.canonical_all(labels) if carries_private_label(book, (label,))]
