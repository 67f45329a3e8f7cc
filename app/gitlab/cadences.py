"""Iteration cadences, and issues in iterations, by GitLab's GraphQL: REST can only list. They come with Premium.

A cadence is made *automatic*: GitLab then makes its iterations itself, so many in advance, and adds one as each ends.
Iterations of such a cadence can't be made by hand, and cadences without it are on their way out.

An issue is put into an iteration as a work item. ``issueSetIteration`` does that too, but belongs to the issues that
work items replace.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.gitlab.transport import BotGitlab, graphql
from app.gitlab.views import MOST_AHEAD, CadenceView, IterationView
from app.gitlab.work_items import done, mutated, work_item_id

_LIST = """
query cadences($path: ID!) {
  group(fullPath: $path) {
    iterationCadences(first: 100) { nodes { id title durationInWeeks startDate automatic } }
  }
}
"""
_CREATE = """
mutation createCadence($input: IterationCadenceCreateInput!) {
  iterationCadenceCreate(input: $input) { iterationCadence { id title } errors }
}
"""
_ITERATIONS = """
query iterationsOfCadence($path: ID!, $cadence: IterationsCadenceID!, $after: String) {
  group(fullPath: $path) {
    iterations(iterationCadenceIds: [$cadence], includeAncestors: false, first: 100, after: $after) {
      nodes { id startDate dueDate }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""
_PUT = """
mutation putIntoIteration($input: WorkItemUpdateInput!) {
  workItemUpdate(input: $input) {
    workItem { id widgets { ... on WorkItemWidgetIteration { iteration { id } } } }
    errors
  }
}
"""


def cadences_of(api: BotGitlab, group: str) -> tuple[CadenceView, ...]:
    """The group's cadences. Raises Refused where this GitLab knows none."""
    return tuple(
        CadenceView(str(node["title"]), int(node.get("durationInWeeks") or 0), _day(node.get("startDate")))
        for node in _cadences(api, group)
    )


def iterations_of(api: BotGitlab, group: str, cadence: str) -> tuple[IterationView, ...]:
    """The iterations that there are of the group's cadence with this title, by their dates. Raises Refused."""
    cadence_id = next((str(node["id"]) for node in _cadences(api, group) if node["title"] == cadence), None)
    if cadence_id is None:
        return ()
    found = (
        IterationView(str(node["id"]), _day(node.get("startDate")), _day(node.get("dueDate")))
        for node in _iterations(api, group, cadence_id)
    )
    return tuple(sorted(found, key=lambda one: one.start_date))  # GitLab promises no order


def set_iteration(api: BotGitlab, *, issue_id: int, iteration_id: str) -> str:
    """Put an issue (by its global number) into an iteration; the id of the one that it is in then, or nothing: GitLab
    leaves out without a word what the bot may not do, and iterations of other groups."""
    wanted = {"id": work_item_id(issue_id), "iterationWidget": {"iterationId": iteration_id}}
    item = mutated(graphql(api, _PUT, {"input": wanted}), "workItemUpdate")
    held = (widget.get("iteration") for widget in item.get("widgets") or [])
    return next((str(one["id"]) for one in held if one), "")


def create_cadence(api: BotGitlab, group: str, *, title: str, weeks: int, start_date: str, ahead: int) -> None:
    """A new automatic cadence. Raises Refused with GitLab's words."""
    wanted = {
        "groupPath": group,
        "title": title,
        "durationInWeeks": weeks,
        "startDate": start_date,
        "iterationsInAdvance": max(1, min(ahead, MOST_AHEAD)),
        "automatic": True,
        "active": True,
        "rollOver": False,
    }
    done(graphql(api, _CREATE, {"input": wanted}), "iterationCadenceCreate")


def _cadences(api: BotGitlab, group: str) -> list[dict[str, Any]]:
    found = graphql(api, _LIST, {"path": group}).get("group") or {}
    return list((found.get("iterationCadences") or {}).get("nodes") or [])


def _iterations(api: BotGitlab, group: str, cadence_id: str) -> Iterator[dict[str, Any]]:
    after: str | None = None
    while True:
        found = graphql(api, _ITERATIONS, {"path": group, "cadence": cadence_id, "after": after}).get("group") or {}
        page = found.get("iterations") or {}
        yield from page.get("nodes") or []
        following = page.get("pageInfo") or {}
        after = following.get("endCursor")
        if not following.get("hasNextPage") or not after:
            return


def _day(moment: object) -> str:
    """The date of what GitLab gives as a date or as a time."""
    return str(moment or "")[:10]
