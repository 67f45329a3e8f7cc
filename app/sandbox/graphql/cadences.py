"""Iteration cadences in GraphQL: a group's, their iterations, and ``iterationCadenceCreate``.

Without the tier none of these fields exists.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from app.sandbox.acts.access import REPORTER, ancestry, find_group, group_level
from app.sandbox.acts.planning import add_cadence, iterations_of, sequence_of, state_of
from app.sandbox.graphql.choose import Node, connection, gid
from app.sandbox.graphql.language import GraphQLError
from app.sandbox.http.problems import ApiError
from app.sandbox.shapes.basics import iso
from app.sandbox.shapes.places import iteration_url
from app.sandbox.state import Cadence, Group, Iteration, User, World

CADENCE = "Iterations::Cadence"


def cadence_fields(world: World, group: Group) -> dict[str, Any]:
    """What a group has of them; nothing where the tier has none."""
    if not world.iterations:
        return {}
    held = [each for each in world.cadences.values() if each.group_id == group.id]
    return {
        "iterationCadences": connection("IterationCadence", [_cadence_node(each) for each in held]),
        "iterations": lambda arguments: _iterations(world, group, arguments),
    }


def iteration_node(world: World, iteration: Iteration) -> Node:
    """An iteration. Those of automatic cadences have no title."""
    cadence = world.cadences[iteration.cadence_id]
    return {
        "__typename": "Iteration",
        "id": gid("Iteration", iteration.id),
        "iid": str(iteration.iid),
        "sequence": sequence_of(world, iteration),
        "title": None,
        "description": None,
        "state": state_of(world, iteration),
        "startDate": iteration.start_date.isoformat(),
        "dueDate": iteration.due_date.isoformat(),
        "createdAt": iso(iteration.created_at),
        "updatedAt": iso(iteration.created_at),
        "webUrl": iteration_url(world, iteration),
        "iterationCadence": _cadence_node(cadence),
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


def _iterations(world: World, group: Group, arguments: dict[str, Any]) -> Node:
    """Of the group and, unless they are not wanted, of those above; of some cadences, if these are named."""
    deep = arguments.get("includeAncestors") is not False
    groups = {above.id for above in ancestry(world, group)} if deep else {group.id}
    named = arguments.get("iterationCadenceIds")
    wanted = {str(each) for each in (named if isinstance(named, list) else [named])}
    held = [
        each
        for each in world.cadences.values()
        if each.group_id in groups and (named is None or gid(CADENCE, each.id) in wanted)
    ]
    nodes = [iteration_node(world, each) for each in iterations_of(world, held)]
    page: Node = connection("Iteration", nodes)(arguments)
    return page


def _cadence_node(cadence: Cadence) -> Node:
    return {
        "__typename": "IterationCadence",
        "id": gid(CADENCE, cadence.id),
        "title": cadence.title,
        "durationInWeeks": cadence.weeks,
        "startDate": cadence.start_date.isoformat(),
        "iterationsInAdvance": cadence.ahead,
        "automatic": True,
        "active": True,
    }


def _result(cadence: Node | None = None, *, errors: list[str] | None = None) -> Node:
    return {"__typename": "IterationCadenceCreatePayload", "iterationCadence": cadence, "errors": errors or []}
