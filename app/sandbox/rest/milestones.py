"""Milestones of projects and groups."""

from __future__ import annotations

from fastapi.responses import JSONResponse

from app.sandbox.acts.access import PLANNER
from app.sandbox.acts.labelling import Home
from app.sandbox.http import problems
from app.sandbox.http.api import Api, Call
from app.sandbox.http.paging import page
from app.sandbox.rest.address import home_of_address
from app.sandbox.shapes.basics import Json
from app.sandbox.shapes.places import milestone_json
from app.sandbox.state import Milestone, Project

api = Api()

_CHANGEABLE = ("title", "description", "due_date", "start_date", "state_event")


def _held(call: Call, home: Home) -> list[Milestone]:
    of_project = isinstance(home, Project)
    held = call.world.milestones.values()
    return [each for each in held if (each.project_id if of_project else each.group_id) == home.id]


def _list(call: Call) -> JSONResponse:
    state, title = call.params.text("state"), call.params.text("title")
    search, iids = (call.params.text("search") or "").casefold(), call.params.wholes("iids")
    fitting = [
        each
        for each in _held(call, home_of_address(call))
        if state in {None, "all", each.state}
        and title in {None, each.title}
        and search in f"{each.title} {each.description}".casefold()
        and (iids is None or each.iid in iids)
    ]
    return page(call, fitting[::-1], lambda each: milestone_json(call.world, each))


def _get(call: Call) -> Json:
    return milestone_json(call.world, _found(call, home_of_address(call)))


def _create(call: Call) -> Json:
    home = home_of_address(call)
    title = call.params.required("title")
    home_of_address(call, at_least=PLANNER)
    _check_title(call, home, title)
    in_project = isinstance(home, Project)
    milestone = Milestone(
        id=call.world.next_id(),
        iid=call.world.next_iid("project milestone" if in_project else "group milestone", home.id),
        project_id=home.id if in_project else None,
        group_id=None if in_project else home.id,
        title=title,
        description=call.params.text("description") or "",
        due_date=call.params.day("due_date"),
        start_date=call.params.day("start_date"),
        created_at=call.world.now(),
        updated_at=call.world.now(),
    )
    call.world.milestones[milestone.id] = milestone
    return milestone_json(call.world, milestone)


def _update(call: Call) -> Json:
    home = home_of_address(call, at_least=PLANNER)
    milestone = _found(call, home)
    call.params.require_any(_CHANGEABLE)
    if (title := call.params.text("title")) is not None and title != milestone.title:
        _check_title(call, home, title)
        milestone.title = title
    if "description" in call.params:
        milestone.description = call.params.text("description") or ""
    for name in ("due_date", "start_date"):
        if name in call.params:
            setattr(milestone, name, call.params.day(name))
    if event := call.params.text("state_event"):
        call.params.one_of("state_event", ("close", "activate"), "")
        milestone.state = "closed" if event == "close" else "active"
    milestone.updated_at = call.world.now()
    return milestone_json(call.world, milestone)


def _delete(call: Call) -> None:
    milestone = _found(call, home_of_address(call, at_least=PLANNER))
    del call.world.milestones[milestone.id]
    for issue in call.world.issues.values():
        if issue.milestone_id == milestone.id:
            issue.milestone_id = None


for _place in ("projects", "groups"):
    api.get(f"/{_place}/{{id}}/milestones")(_list)
    api.post(f"/{_place}/{{id}}/milestones")(_create)
    api.get(f"/{_place}/{{id}}/milestones/{{milestone_id}}")(_get)
    api.put(f"/{_place}/{{id}}/milestones/{{milestone_id}}")(_update)
    api.delete(f"/{_place}/{{id}}/milestones/{{milestone_id}}")(_delete)


def _found(call: Call, home: Home) -> Milestone:
    for milestone in _held(call, home):
        if str(milestone.id) == call.path("milestone_id"):
            return milestone
    raise problems.not_found()


def _check_title(call: Call, home: Home, title: str) -> None:
    if not title.strip():
        raise problems.bad_request({"title": ["can't be blank"]})
    if any(each.title == title for each in _held(call, home)):
        raise problems.bad_request({"title": ["already being used for another group or project milestone."]})
