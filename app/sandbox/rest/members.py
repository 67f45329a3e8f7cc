"""Members of groups and projects: direct ones, and with ``/all`` the inherited ones too."""

from __future__ import annotations

from collections.abc import Iterable

from fastapi.responses import JSONResponse

from app.sandbox.acts.access import LEVELS, MAINTAINER, OWNER, ancestry, group_level, project_level
from app.sandbox.acts.labelling import Home, home_group
from app.sandbox.http import problems
from app.sandbox.http.api import Api, Call
from app.sandbox.http.paging import page
from app.sandbox.rest.address import home_of_address
from app.sandbox.shapes.basics import Json
from app.sandbox.shapes.places import member_json
from app.sandbox.state import Member, Project, User

api = Api()


def _direct(call: Call, home: Home) -> list[Member]:
    of_project = isinstance(home, Project)
    return [m for m in call.world.members if (m.project_id if of_project else m.group_id) == home.id]


def _all(call: Call, home: Home) -> list[Member]:
    """Each user once, with their highest level."""
    above = {group.id for group in ancestry(call.world, home_group(call.world, home))}
    held = [m for m in call.world.members if m.group_id in above] + (
        _direct(call, home) if isinstance(home, Project) else []
    )
    highest: dict[int, Member] = {}
    for member in sorted(held, key=lambda each: each.access_level):
        highest[member.user_id] = member
    return sorted(highest.values(), key=lambda each: each.user_id)


def _list(call: Call) -> JSONResponse:
    return _page(call, _direct(call, home_of_address(call)))


def _list_all(call: Call) -> JSONResponse:
    return _page(call, _all(call, home_of_address(call)))


def _get(call: Call) -> Json:
    return member_json(call.world, _found(call, _direct(call, home_of_address(call))))


def _get_any(call: Call) -> Json:
    return member_json(call.world, _found(call, _all(call, home_of_address(call))))


def _add(call: Call) -> Json:
    home = _managed(call)
    level = _level(call)
    user = _wanted_user(call)
    if any(member.user_id == user.id for member in _direct(call, home)):
        raise problems.conflict("Member already exists")
    member = Member(
        user_id=user.id,
        access_level=level,
        project_id=home.id if isinstance(home, Project) else None,
        group_id=None if isinstance(home, Project) else home.id,
        expires_at=call.params.day("expires_at"),
    )
    call.world.members.append(member)
    return member_json(call.world, member)


def _change(call: Call) -> Json:
    member = _found(call, _direct(call, _managed(call)))
    member.access_level = _level(call)
    if "expires_at" in call.params:
        member.expires_at = call.params.day("expires_at")
    return member_json(call.world, member)


def _remove(call: Call) -> None:
    call.world.members.remove(_found(call, _direct(call, _managed(call))))


for _place in ("projects", "groups"):
    api.get(f"/{_place}/{{id}}/members")(_list)
    api.post(f"/{_place}/{{id}}/members")(_add)
    api.get(f"/{_place}/{{id}}/members/all")(_list_all)
    api.get(f"/{_place}/{{id}}/members/all/{{user_id}}")(_get_any)
    api.get(f"/{_place}/{{id}}/members/{{user_id}}")(_get)
    api.put(f"/{_place}/{{id}}/members/{{user_id}}")(_change)
    api.delete(f"/{_place}/{{id}}/members/{{user_id}}")(_remove)


def _managed(call: Call) -> Home:
    """The place, if the caller may manage its members: maintainers of a project, owners of a group."""
    home = home_of_address(call)
    in_project = isinstance(home, Project)
    level = (
        project_level(call.world, call.user, home)
        if isinstance(home, Project)
        else group_level(call.world, call.user, home)
    )
    if level < (MAINTAINER if in_project else OWNER):
        raise problems.forbidden()
    return home


def _level(call: Call) -> int:
    call.params.required("access_level")
    level = call.params.whole("access_level")
    if level not in LEVELS:
        raise problems.bad_parameter("access_level does not have a valid value")
    return level


def _wanted_user(call: Call) -> User:
    user_id, username = call.params.whole("user_id"), call.params.text("username")
    if user_id is None and username is None:
        raise problems.bad_parameter("user_id, username are missing, exactly one parameter must be provided")
    for user in call.world.users.values():
        if user.id == user_id or (username is not None and user.username == username):
            return user
    raise problems.not_found("User")


def _found(call: Call, members: Iterable[Member]) -> Member:
    for member in members:
        if str(member.user_id) == call.path("user_id"):
            return member
    raise problems.not_found()


def _page(call: Call, members: list[Member]) -> JSONResponse:
    query = (call.params.text("query") or "").casefold()
    users = call.world.users
    fitting = [m for m in members if query in f"{users[m.user_id].username} {users[m.user_id].name}".casefold()]
    return page(call, fitting, lambda member: member_json(call.world, member))
