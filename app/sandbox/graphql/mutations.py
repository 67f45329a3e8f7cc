"""The mutations workItemCreate, workItemUpdate and workItemDelete; their own ``errors`` tell of refusals."""

from __future__ import annotations

from typing import Any

from app.sandbox.acts.access import OWNER, PLANNER, group_level, level_at, project_level, sees_group, sees_issue
from app.sandbox.acts.filing import file_issue
from app.sandbox.acts.issue_edit import Edit
from app.sandbox.acts.labelling import usable_labels
from app.sandbox.acts.removal import remove_issue
from app.sandbox.acts.updating import home_of, update_issue
from app.sandbox.graphql.cadences import create_cadence
from app.sandbox.graphql.choose import Node, gid
from app.sandbox.graphql.language import GraphQLError
from app.sandbox.graphql.nodes import TYPE_IDS, takes_iteration, work_item_node
from app.sandbox.graphql.queries import find_home, record_id
from app.sandbox.http.problems import ApiError
from app.sandbox.state import Group, Issue, Iteration, User, World

NOT_THERE = (
    "The resource that you are attempting to access does not exist or you don't have permission to perform this action"
)


def mutation_root(world: World, actor: User, *, event_uuid: str | None) -> Node:
    """What a mutation starts from."""
    cadences = {"iterationCadenceCreate": lambda arguments: create_cadence(world, actor, _input(arguments))}
    return {
        "__typename": "Mutation",
        **(cadences if world.iterations else {}),
        "workItemCreate": lambda arguments: _create(world, actor, _input(arguments), event_uuid),
        "workItemUpdate": lambda arguments: _update(world, actor, _input(arguments), event_uuid),
        "workItemDelete": lambda arguments: _delete(world, actor, _input(arguments)),
    }


def _input(arguments: dict[str, Any]) -> dict[str, Any]:
    given = arguments.get("input")
    if not isinstance(given, dict):
        raise GraphQLError("Argument 'input' is required")
    return given


def _create(world: World, actor: User, given: dict[str, Any], event_uuid: str | None) -> Node:
    home = find_home(world, actor, str(given.get("namespacePath") or given.get("projectPath")))
    if home is None:
        raise GraphQLError(NOT_THERE)
    type_id = record_id(given.get("workItemTypeId"))
    kind = next((name for name, known in TYPE_IDS.items() if known == type_id), None)
    in_group = isinstance(home, Group)
    if kind is None or (kind == "EPIC") != in_group or (kind == "EPIC" and not world.epics):
        return _result("WorkItemCreatePayload", errors=["Work item type is not available in this namespace"])
    level = group_level(world, actor, home) if isinstance(home, Group) else project_level(world, actor, home)
    if level < PLANNER:
        raise GraphQLError(NOT_THERE)
    edit = _edit(world, actor, home_labels={each.id: each.title for each in usable_labels(world, home)}, given=given)
    _read_iteration(world, actor, kind, given, edit)
    edit.fields["item_type"] = kind.capitalize()
    try:
        issue = file_issue(world, actor, home, edit, event_uuid=event_uuid)
    except ApiError as refusal:
        return _result("WorkItemCreatePayload", errors=_sentences(refusal))
    return _result("WorkItemCreatePayload", work_item_node(world, issue, viewer=actor))


def _update(world: World, actor: User, given: dict[str, Any], event_uuid: str | None) -> Node:
    issue = _found(world, actor, given)
    if level_at(world, actor, issue) < PLANNER and actor.id != issue.author_id:
        raise GraphQLError(NOT_THERE)
    home = home_of(world, issue)
    edit = _edit(world, actor, home_labels={each.id: each.title for each in usable_labels(world, home)}, given=given)
    _read_iteration(world, actor, issue.item_type, given, edit)
    try:
        _adopt(world, actor, issue, given.get("hierarchyWidget") or {})
        update_issue(world, actor, issue, edit, event_uuid=event_uuid)
    except ApiError as refusal:
        return _result("WorkItemUpdatePayload", errors=_sentences(refusal))
    return _result("WorkItemUpdatePayload", work_item_node(world, issue, viewer=actor))


def _delete(world: World, actor: User, given: dict[str, Any]) -> Node:
    issue = _found(world, actor, given)
    if level_at(world, actor, issue) < OWNER:
        raise GraphQLError(NOT_THERE)
    remove_issue(world, issue)
    return {"__typename": "WorkItemDeletePayload", "errors": []}


def _edit(world: World, actor: User, *, home_labels: dict[int, str], given: dict[str, Any]) -> Edit:
    edit = Edit()
    if "title" in given:
        edit.fields["title"] = given["title"]
    if "confidential" in given:
        edit.fields["confidential"] = bool(given["confidential"])
    description = (given.get("descriptionWidget") or {}).get("description", given.get("description"))
    if description is not None:
        edit.fields["description"] = description
    edit.state_event = {"CLOSE": "close", "REOPEN": "reopen"}.get(str(given.get("stateEvent")))
    labels = given.get("labelsWidget") or {}
    edit.relabelled = bool(labels)
    adding = labels.get("addLabelIds") or labels.get("labelIds") or []
    edit.add_labels = [home_labels[each] for each in map(record_id, adding) if each in home_labels]
    gone = labels.get("removeLabelIds") or []
    edit.remove_labels = [home_labels[each] for each in map(record_id, gone) if each in home_labels]
    if (people := given.get("assigneesWidget")) is not None:
        edit.assignee_ids = [record_id(each) for each in people.get("assigneeIds") or []]
    for name, value in (given.get("startAndDueDateWidget") or {}).items():
        if name in {"startDate", "dueDate"}:
            edit.fields["start_date" if name == "startDate" else "due_date"] = value
    _read_parent(world, actor, given.get("hierarchyWidget") or {}, edit)
    return edit


def _read_parent(world: World, actor: User, hierarchy: dict[str, Any], edit: Edit) -> None:
    if "parentId" not in hierarchy:
        return
    parent = world.issues.get(record_id(hierarchy["parentId"]))
    if hierarchy["parentId"] is not None and (parent is None or not sees_issue(world, actor, parent)):
        raise GraphQLError(NOT_THERE)
    edit.parent_id, edit.parent_sent = None if parent is None else parent.id, True


def _read_iteration(world: World, actor: User, kind: str, given: dict[str, Any], edit: Edit) -> None:
    """An iteration of another group is left out later, without a word, as GitLab does."""
    if "iterationWidget" not in given:
        return
    if not takes_iteration(world, kind):
        named = kind.capitalize()
        raise GraphQLError(f"Following widget keys are not supported by {named} type: [:iteration_widget]")
    wanted = (given["iterationWidget"] or {}).get("iterationId")
    if wanted is not None and not str(wanted).startswith(gid("Iteration", 0)[:-1]):
        raise GraphQLError(f'"{wanted}" does not represent an instance of Iteration')
    found = world.iterations_made.get(record_id(wanted))
    if wanted is not None and (found is None or not _sees_iteration(world, actor, found)):
        raise GraphQLError(NOT_THERE)
    edit.fields["iteration_id"] = None if found is None else found.id


def _sees_iteration(world: World, actor: User, iteration: Iteration) -> bool:
    return sees_group(world, actor, world.groups[world.cadences[iteration.cadence_id].group_id])


def _adopt(world: World, actor: User, issue: Issue, hierarchy: dict[str, Any]) -> None:
    for child_id in map(record_id, hierarchy.get("childrenIds") or []):
        child = world.issues.get(child_id)
        if child is not None and level_at(world, actor, child) >= PLANNER:
            child.parent_id = issue.id


def _found(world: World, actor: User, given: dict[str, Any]) -> Issue:
    issue = world.issues.get(record_id(given.get("id")))
    if issue is None or not sees_issue(world, actor, issue):
        raise GraphQLError(NOT_THERE)
    return issue


def _result(typename: str, work_item: Node | None = None, *, errors: list[str] | None = None) -> Node:
    return {"__typename": typename, "workItem": work_item, "errors": errors or []}


def _sentences(refusal: ApiError) -> list[str]:
    message = refusal.body.get("message")
    if isinstance(message, dict):
        return [f"{name.capitalize()} {text}" for name, texts in message.items() for text in texts]
    return [str(message)]
