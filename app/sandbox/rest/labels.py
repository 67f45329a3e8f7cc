"""Labels of projects and groups."""

from __future__ import annotations

import re

from fastapi.responses import JSONResponse

from app.sandbox.acts.access import PLANNER, find_project
from app.sandbox.acts.labelling import Home, add_label, find_label, usable_labels
from app.sandbox.acts.removal import remove_label
from app.sandbox.http import problems
from app.sandbox.http.api import Api, Call
from app.sandbox.http.paging import page
from app.sandbox.rest.address import home_of_address
from app.sandbox.shapes.basics import Json, label_basic
from app.sandbox.state import Label, Project

api = Api()

_COLOR = re.compile(r"#[0-9A-Fa-f]{3}(?:[0-9A-Fa-f]{3})?")
_NAMED_COLORS = {"red": "#ff0000", "green": "#008000", "blue": "#0000ff", "gray": "#808080", "orange": "#ffa500"}
_CHANGEABLE = ("new_name", "color", "description", "priority", "archived")


def _list(call: Call) -> JSONResponse:
    home = home_of_address(call)
    above = call.params.flag("include_ancestor_groups") is not False
    search = (call.params.text("search") or "").casefold()
    labels = [
        label
        for label in usable_labels(call.world, home)
        if (above or home.id in {label.project_id, label.group_id})
        and search in f"{label.title} {label.description or ''}".casefold()
    ]
    counts = call.params.flag("with_counts") or False
    return page(call, labels, lambda label: label_json(call, label, home, counts=counts))


def _get(call: Call) -> Json:
    home = home_of_address(call)
    return label_json(call, _label(call, home), home)


def _create(call: Call) -> Json:
    home = home_of_address(call)
    title, color = call.params.required("name").strip(), _color(call.params.required("color"))
    home_of_address(call, at_least=PLANNER)
    if not title:
        raise problems.bad_request({"title": ["can't be blank"]})
    if "," in title:
        raise problems.bad_request({"title": ["is invalid"]})
    if any(label.title == title for label in usable_labels(call.world, home)):
        raise problems.conflict("Label already exists")
    label = add_label(
        call.world, title=title, color=color, home=home, description=call.params.text("description") or None
    )
    return label_json(call, label, home)


def _update(call: Call) -> Json:
    home = home_of_address(call, at_least=PLANNER)
    label = _own_label(call, home)
    call.params.require_any(_CHANGEABLE)
    if new_name := call.params.text("new_name"):
        if any(other.title == new_name and other is not label for other in usable_labels(call.world, home)):
            raise problems.bad_request({"title": ["has already been taken"]})
        label.title = new_name
    if color := call.params.text("color"):
        label.color = _color(color)
    if "description" in call.params:
        label.description = call.params.text("description") or None
    label.updated_at = call.world.now()
    return label_json(call, label, home)


def _delete(call: Call) -> None:
    home = home_of_address(call, at_least=PLANNER)
    remove_label(call.world, _own_label(call, home))


for _place in ("projects", "groups"):
    api.get(f"/{_place}/{{id}}/labels")(_list)
    api.post(f"/{_place}/{{id}}/labels")(_create)
    # The older form, with the label's name as a parameter; python-gitlab still changes labels so.
    api.put(f"/{_place}/{{id}}/labels")(_update)
    api.delete(f"/{_place}/{{id}}/labels")(_delete)
    api.get(f"/{_place}/{{id}}/labels/{{label}}")(_get)
    api.put(f"/{_place}/{{id}}/labels/{{label}}")(_update)
    api.delete(f"/{_place}/{{id}}/labels/{{label}}")(_delete)


@api.put("/projects/{id}/labels/{label}/promote")
def promote(call: Call) -> Json:
    """Make a project's label one of its group; the id stays."""
    project = find_project(call.world, call.user, call.path("id"), at_least=PLANNER)
    label = _own_label(call, project)
    label.project_id, label.group_id = None, project.group_id
    return label_json(call, label, project)


def label_json(call: Call, label: Label, home: Home, *, counts: bool = False) -> Json:
    """A label as the labels API gives it."""
    shown = label_basic(label) | {"subscribed": False, "archived": False}
    if isinstance(home, Project):
        shown |= {"priority": None, "is_project_label": label.project_id is not None}
    if counts:
        states = [issue.state for issue in call.world.issues.values() if label.id in issue.label_ids]
        shown |= {
            "open_issues_count": states.count("opened"),
            "closed_issues_count": states.count("closed"),
            "open_merge_requests_count": 0,
        }
    return shown


def _label(call: Call, home: Home) -> Label:
    ref = call.path("label") if "label" in call.request.path_params else call.params.required("name")
    label = find_label(call.world, home, ref)
    if label is None:
        raise problems.not_found("Label")
    return label


def _own_label(call: Call, home: Home) -> Label:
    """A label of this very place: those of the groups above are changed there."""
    label = _label(call, home)
    if home.id not in {label.project_id, label.group_id}:
        raise problems.not_found("Label")
    return label


def _color(value: str) -> str:
    color = _NAMED_COLORS.get(value.lower(), value)
    if not _COLOR.fullmatch(color):
        raise problems.bad_request({"color": ["must be a valid color code"]})
    return color
