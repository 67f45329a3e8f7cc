"""Access tokens: those of groups and projects, each with a bot user, and what a token may do about itself."""

from __future__ import annotations

import secrets
from datetime import timedelta

from fastapi.responses import JSONResponse

from app.sandbox.acts.access import MAINTAINER, OWNER, group_level, project_level
from app.sandbox.acts.labelling import Home
from app.sandbox.http import problems
from app.sandbox.http.api import Api, Call
from app.sandbox.http.paging import page
from app.sandbox.rest.address import home_of_address
from app.sandbox.shapes.basics import Json, iso
from app.sandbox.state import Member, Project, Token, User, World

api = Api()

SCOPES = frozenset({"api", "read_api", "read_repository", "write_repository", "read_user"})


def make_token(
    world: World,
    user: User,
    *,
    name: str,
    scopes: tuple[str, ...] = ("api",),
    value: str | None = None,
    expires_at: str | None = None,
    home: Home | None = None,
    access_level: int | None = None,
) -> Token:
    """A new token of a user; its value is random unless given."""
    token = Token(
        id=world.next_id(),
        value=value or f"glpat-{secrets.token_urlsafe(15)}",
        user_id=user.id,
        name=name,
        scopes=scopes,
        expires_at=expires_at,
        project_id=home.id if isinstance(home, Project) else None,
        group_id=None if home is None or isinstance(home, Project) else home.id,
        access_level=access_level,
        created_at=world.now(),
    )
    world.tokens[token.value] = token
    return token


def _list(call: Call) -> JSONResponse:
    return page(call, _held(call, _managed(call)), lambda token: token_json(call.world, token))


def _create(call: Call) -> Json:
    home = _managed(call)
    name = call.params.required("name")
    scopes = tuple(call.params.titles("scopes") or [])
    if not scopes:
        raise problems.bad_parameter("scopes is missing")
    if not SCOPES.issuperset(scopes):
        raise problems.bad_parameter("scopes does not have a valid value")
    call.params.required("expires_at")
    in_project = isinstance(home, Project)
    level = call.params.whole("access_level") or MAINTAINER
    user_id = call.world.next_id()
    username = f"{'project' if in_project else 'group'}_{home.id}_bot_{secrets.token_hex(16)}"
    bot = User(
        id=user_id, username=username, name=name, email=f"{username}@noreply.sandbox.example", bot=True,
        created_at=call.world.now(),
    )  # fmt: skip
    call.world.users[bot.id] = bot
    call.world.members.append(
        Member(
            user_id=bot.id,
            access_level=level,
            project_id=home.id if in_project else None,
            group_id=None if in_project else home.id,
        )
    )
    token = make_token(
        call.world, bot, name=name, scopes=scopes, home=home, access_level=level,
        expires_at=call.params.day("expires_at"),
    )  # fmt: skip
    return token_json(call.world, token, shows_value=True)


def _revoke(call: Call) -> None:
    _found(call, _managed(call)).revoked = True


def _rotate(call: Call) -> JSONResponse:
    return _rotated(call, _found(call, _managed(call)))


def _rotate_self(call: Call) -> JSONResponse:
    if call.token.project_id is None and call.token.group_id is None:
        raise problems.ApiError(405, {"message": "405 Method Not Allowed"})
    return _rotated(call, call.token)


@api.get("/personal_access_tokens/self")
def get_self(call: Call) -> Json:
    """The token that asks."""
    return token_json(call.world, call.token)


@api.post("/personal_access_tokens/self/rotate")
def rotate_personal(call: Call) -> JSONResponse:
    """A new token instead of the one that asks, whatever its kind."""
    return _rotated(call, call.token)


for _place in ("projects", "groups"):
    _tokens = f"/{_place}/{{id}}/access_tokens"
    api.get(_tokens)(_list)
    api.post(_tokens)(_create)
    api.post(f"{_tokens}/self/rotate")(_rotate_self)
    api.post(f"{_tokens}/{{token_id}}/rotate")(_rotate)
    api.get(f"{_tokens}/{{token_id}}")(lambda call: token_json(call.world, _found(call, _managed(call))))
    api.delete(f"{_tokens}/{{token_id}}")(_revoke)


def token_json(world: World, token: Token, *, shows_value: bool = False) -> Json:
    """A token; its value is shown only when it is made."""
    dead = token.expires_at is not None and token.expires_at <= world.now().date().isoformat()
    shown = {
        "id": token.id,
        "name": token.name,
        "description": None,
        "revoked": token.revoked,
        "created_at": iso(token.created_at),
        "scopes": list(token.scopes),
        "user_id": token.user_id,
        "last_used_at": None,
        "active": not token.revoked and not dead,
        "expires_at": token.expires_at,
    }
    if token.access_level is not None:
        shown["access_level"] = token.access_level
    return shown | ({"token": token.value} if shows_value else {})


def _rotated(call: Call, old: Token) -> JSONResponse:
    expires_at = call.params.day("expires_at") or (call.world.now().date() + timedelta(days=7)).isoformat()
    old.revoked = True
    new = make_token(
        call.world, call.world.users[old.user_id], name=old.name, scopes=old.scopes, expires_at=expires_at,
        access_level=old.access_level,
    )  # fmt: skip
    new.group_id, new.project_id = old.group_id, old.project_id
    return JSONResponse(token_json(call.world, new, shows_value=True))


def _managed(call: Call) -> Home:
    """The place, if the caller may manage its tokens: maintainers of a project, owners of a group."""
    home = home_of_address(call)
    if isinstance(home, Project):
        allowed = project_level(call.world, call.user, home) >= MAINTAINER
    else:
        allowed = group_level(call.world, call.user, home) >= OWNER
    if not allowed:
        raise problems.unauthorized()
    return home


def _held(call: Call, home: Home) -> list[Token]:
    of_project = isinstance(home, Project)
    return [
        each for each in call.world.tokens.values() if (each.project_id if of_project else each.group_id) == home.id
    ]


def _found(call: Call, home: Home) -> Token:
    for token in _held(call, home):
        if str(token.id) == call.path("token_id"):
            return token
    raise problems.not_found()
