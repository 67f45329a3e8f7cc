"""Iteration cadences in GraphQL: a group's, and ``iterationCadenceCreate``. Without the tier neither field exists."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.sandbox.acts.access import REPORTER, find_group, group_level
from app.sandbox.acts.planning import add_cadence
from app.sandbox.graphql.choose import Node, connection
from app.sandbox.graphql.language import GraphQLError
from app.sandbox.graphql.nodes import gid
from app.sandbox.http.problems import ApiError
from app.sandbox.state import Cadence, Group, Iteration, User, World


def cadence_fields(world: World, group: Group) -> dict[str, Any]:
    """What a group has of them; nothing where the tier has none."""
    if not world.iterations:
        return {}
    held = [each for each in world.cadences.values() if each.group_id == group.id]
    return {
        "iterationCadences": connection("IterationCadence", [_cadence_node(each) for each in held]),
        "iterations": connection("Iteration", [_iteration_node(each) for each in _iterations(world, held)]),
    }


def create_cadence(world: World, actor: User, given: dict[str, Any]) -> Node:
    """Make an automatic cadence."""
    try:
        group = find_group(world, actor, str(given.get("groupPath")))
    except ApiError:
        group = None
    # GitLab lets Reporters of the group, and Planners, plan iterations.
    if group is None or group_level(world, actor, group) < REPORTER:
        raise GraphQLError(
            "The resource that you are attempting to access does not exist or you don't have permission to perform"
            " this action"
        )
    if not given.get("automatic"):
        return _result(errors=["Automatic must be true: manual cadences are deprecated"])
    day = str(given.get("startDate") or "")[:10]
    try:
        starts = date.fromisoformat(day)
    except ValueError:
        return _result(errors=["Start date can't be blank"])
    made = add_cadence(
        world,
        group,
        title=str(given.get("title") or ""),
        weeks=int(given.get("durationInWeeks") or 0),
        start_date=starts,
        ahead=int(given.get("iterationsInAdvance") or 0),
    )
    return _result(errors=made) if isinstance(made, list) else _result(_cadence_node(made))


def _iterations(world: World, cadences: list[Cadence]) -> list[Iteration]:
    ids = {each.id for each in cadences}
    return [each for each in world.iterations_made.values() if each.cadence_id in ids]


def _cadence_node(cadence: Cadence) -> Node:
    return {
        "__typename": "IterationCadence",
        "id": gid("Iterations::Cadence", cadence.id),
        "title": cadence.title,
        "durationInWeeks": cadence.weeks,
        "startDate": cadence.start_date.isoformat(),
        "iterationsInAdvance": cadence.ahead,
        "automatic": True,
        "active": True,
    }


def _iteration_node(iteration: Iteration) -> Node:
    return {
        "__typename": "Iteration",
        "id": gid("Iteration", iteration.id),
        "iid": str(iteration.iid),
        "title": None,
        "startDate": iteration.start_date.isoformat(),
        "dueDate": iteration.due_date.isoformat(),
    }


def _result(cadence: Node | None = None, *, errors: list[str] | None = None) -> Node:
    return {"__typename": "IterationCadenceCreatePayload", "iterationCadence": cadence, "errors": errors or []}
