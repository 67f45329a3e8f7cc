"""Who is asking: the access token of a request, and the user that it belongs to."""

from __future__ import annotations

from fastapi import Request

from app.sandbox.http import problems
from app.sandbox.state import Token, User, World

WRITE_SCOPES = frozenset({"api"})
READ_SCOPES = frozenset({"api", "read_api"})


def world_of(request: Request) -> World:
    """The world that this sandbox serves."""
    world = request.app.state.world
    assert isinstance(world, World)
    return world


def presented_token(request: Request) -> str | None:
    """The token that a request carries, in any of the three places where GitLab looks."""
    if header := request.headers.get("private-token"):
        return header
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and value:
        return value.strip()
    return request.query_params.get("private_token")


def current_token(request: Request) -> Token:
    """The valid token of a request; raises 401 as GitLab does."""
    world = world_of(request)
    token = world.tokens.get(presented_token(request) or "")
    if token is None:
        raise problems.unauthorized()
    if token.revoked:
        raise problems.invalid_token("Token was revoked. You have to re-authorize from the user.")
    if token.expires_at is not None and token.expires_at <= world.now().date().isoformat():
        raise problems.invalid_token("Token is expired. You can either do re-authorization or token refresh.")
    return token


def current_user(request: Request) -> User:
    """The user on whose behalf a request acts. Usable as a FastAPI dependency; checks the token's scope for writes."""
    return authenticate(request, writes=request.method not in {"GET", "HEAD", "OPTIONS"})[1]


def authenticate(request: Request, *, writes: bool) -> tuple[Token, User]:
    """Token and user of a request, checked for reading or for writing; raises 401 or 403."""
    token = current_token(request)
    require_scope(token, writes=writes)
    user = world_of(request).users.get(token.user_id)
    if user is None:
        raise problems.unauthorized()
    if user.state != "active":
        raise problems.forbidden("Your account has been blocked.")
    return token, user


def require_scope(token: Token, *, writes: bool) -> None:
    """Raise 403 unless the token's scopes allow reading, or writing."""
    needed = WRITE_SCOPES if writes else READ_SCOPES
    if not needed & set(token.scopes):
        raise problems.insufficient_scope(" ".join(sorted(needed)))
