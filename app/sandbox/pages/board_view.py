"""What a board shows: its columns and the cards in each. Pure reading of the world."""

from __future__ import annotations

from dataclasses import dataclass

from app.sandbox.acts.access import descendants, sees_issue
from app.sandbox.shapes.issues import comments_of
from app.sandbox.state import Board, Issue, Label, User, World

OPEN, CLOSED = "open", "closed"
"""The keys of the two columns that every board has."""


@dataclass(frozen=True)
class Card:
    """An issue in a column."""

    issue: Issue
    labels: list[Label]
    """Without those that every card here has: the column's own and the board's filter."""
    assignees: list[User]
    comments: int


@dataclass(frozen=True)
class Column:
    """``key``: ``open``, ``closed`` or the id of the list."""

    key: str
    title: str
    label: Label | None
    cards: list[Card]


def board_issues(world: World, board: Board, viewer: User) -> list[Issue]:
    """The issues within the board's filter that the viewer sees, newest first."""
    wanted, projects = set(board.label_ids), _project_ids(world, board)
    found = (
        issue
        for issue in world.issues.values()
        if issue.project_id in projects and wanted <= set(issue.label_ids) and sees_issue(world, viewer, issue)
    )
    return sorted(found, key=lambda issue: issue.id, reverse=True)


def _project_ids(world: World, board: Board) -> set[int]:
    if board.group_id is None:
        return {board.project_id} if board.project_id is not None else set()
    below = {group.id for group in descendants(world, world.groups[board.group_id])}
    return {project.id for project in world.projects.values() if project.group_id in below}


def columns_of(world: World, board: Board, viewer: User) -> list[Column]:
    """Open, the lists from left to right, Closed. An issue with two list labels is in both columns, as in GitLab."""
    issues = board_issues(world, board, viewer)
    opened = [issue for issue in issues if issue.state == "opened"]
    lists = sorted(board.lists, key=lambda each: each.position)
    on_board = {each.label_id for each in lists}
    columns = [_column(world, board, OPEN, "Open", None, [i for i in opened if not on_board & set(i.label_ids)])]
    for each in lists:
        if label := world.labels.get(each.label_id):
            held = [issue for issue in opened if label.id in issue.label_ids]
            columns.append(_column(world, board, str(each.id), label.title, label, held))
    closed = sorted((i for i in issues if i.state == "closed"), key=lambda i: i.updated_at, reverse=True)
    return [*columns, _column(world, board, CLOSED, "Closed", None, closed)]


def _column(world: World, board: Board, key: str, title: str, label: Label | None, issues: list[Issue]) -> Column:
    understood = {*board.label_ids, label.id if label else 0}
    return Column(key, title, label, [_card(world, issue, understood) for issue in issues])


def _card(world: World, issue: Issue, understood: set[int]) -> Card:
    held = sorted((world.labels[i] for i in issue.label_ids if i in world.labels), key=lambda label: label.title)
    return Card(
        issue=issue,
        labels=[label for label in held if label.id not in understood],
        assignees=[world.users[i] for i in issue.assignee_ids if i in world.users],
        comments=len(comments_of(world, issue)),
    )
