"""Who acts on the pages: whoever was picked in the page's head. The sandbox asks for no password."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse

from app.sandbox.http.auth import world_of
from app.sandbox.state import User, World

COOKIE = "sandbox_person"


def people(world: World) -> list[User]:
    """Everybody who can be picked: people first, bots after them, each by name."""
    return sorted((u for u in world.users.values() if u.state == "active"), key=lambda u: (u.bot, u.admin, u.name))


def acting(request: Request) -> User:
    """The person picked, else the first."""
    everybody = people(world_of(request))
    if not everybody:
        raise HTTPException(503, "The sandbox has no people yet.")
    picked = request.cookies.get(COOKIE, "")
    return next((user for user in everybody if str(user.id) == picked), everybody[0])


def require_same_site(request: Request) -> None:
    """Refuse a form that another site sent in this person's name."""
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise HTTPException(403, "This form was sent from another site.")


def back_to(address: str | None) -> RedirectResponse:
    """To a page of this site, whatever was asked."""
    path = urlsplit(address or "/").path or "/"
    return RedirectResponse("/" + path.lstrip("/\\"), status_code=303)


def people_router() -> APIRouter:
    """``POST /-/act-as``: pick a person."""
    router = APIRouter()

    @router.post("/-/act-as")
    async def act_as(request: Request) -> RedirectResponse:
        require_same_site(request)
        form = await request.form()
        answer = back_to(str(form.get("next", "/")))
        answer.set_cookie(COOKIE, str(form.get("person", "")), samesite="lax", httponly=True, max_age=30 * 24 * 3600)
        return answer

    return router
