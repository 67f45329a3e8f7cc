"""Iteration cadences by GitLab's GraphQL: REST can only list iterations. They come with the Premium tier.

A cadence is made *automatic*: GitLab then makes its iterations itself, so many in advance, and adds one as each ends.
Iterations of such a cadence can't be made by hand, and cadences without it are on their way out.
"""

from __future__ import annotations

from app.errors import Refused
from app.gitlab.transport import BotGitlab, graphql
from app.gitlab.views import CadenceView

MOST_AHEAD = 10
"""Iterations that GitLab makes in advance, at the most."""

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


def cadences_of(api: BotGitlab, group: str) -> tuple[CadenceView, ...]:
    """The group's cadences. Raises Refused where this GitLab knows none."""
    found = graphql(api, _LIST, {"path": group}).get("group") or {}
    nodes = (found.get("iterationCadences") or {}).get("nodes") or []
    return tuple(
        CadenceView(str(node["title"]), int(node.get("durationInWeeks") or 0), str(node.get("startDate") or "")[:10])
        for node in nodes
    )


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
    payload = graphql(api, _CREATE, {"input": wanted}).get("iterationCadenceCreate") or {}
    if errors := payload.get("errors"):
        raise Refused(f"GitLab refused iterationCadenceCreate: {'; '.join(map(str, errors))}.")
