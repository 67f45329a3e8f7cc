"""Users, and what a client asks of the instance itself."""

from __future__ import annotations

from fastapi.responses import JSONResponse

from app.sandbox.http import problems
from app.sandbox.http.api import Api, Call
from app.sandbox.http.paging import page
from app.sandbox.shapes.basics import Json, user_basic, user_full

api = Api()

VERSION = {"version": "19.1.0-ee", "revision": "sandbox"}


@api.get("/version")
def version(_call: Call) -> Json:
    """The version whose behaviour is imitated."""
    return dict(VERSION)


@api.get("/metadata")
def metadata(_call: Call) -> Json:
    """Version and edition."""
    kas = {"enabled": False, "externalUrl": None, "externalK8sProxyUrl": None, "version": None}
    return VERSION | {"enterprise": True, "kas": kas}


@api.get("/user")
def myself(call: Call) -> Json:
    """The token's own user."""
    return user_full(call.world, call.user, to_self=True)


@api.get("/users")
def list_users(call: Call) -> JSONResponse:
    """All users; ``username`` is compared as a whole, ``search`` is in username, name or e-mail."""
    username, search = call.params.text("username"), (call.params.text("search") or "").casefold()
    found = [
        user
        for user in call.world.users.values()
        if (username is None or user.username.casefold() == username.casefold())
        and search in f"{user.username} {user.name}".casefold()
        and not (call.params.flag("active") and user.state != "active")
    ]
    found.sort(key=lambda user: user.id, reverse=True)
    return page(call, found, lambda user: user_basic(call.world, user) | {"locked": False, "public_email": None})


@api.get("/users/{user_id}")
def get_user(call: Call) -> Json:
    """One user by id."""
    for user in call.world.users.values():
        if str(user.id) == call.path("user_id"):
            return user_full(call.world, user, to_self=call.user.admin)
    raise problems.not_found("User")
