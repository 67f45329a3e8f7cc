"""Puts the pages together on an application: static files, style sheet of the labels, pages, friendly errors."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from app.sandbox.chat import Chat
from app.sandbox.http.auth import world_of
from app.sandbox.http.problems import answer_no_route
from app.sandbox.pages.boards import boards_router
from app.sandbox.pages.browse import browse_router
from app.sandbox.pages.chat_page import chat_page_router
from app.sandbox.pages.issues import issues_router
from app.sandbox.pages.live import Live, live_router
from app.sandbox.pages.people import people, people_router
from app.sandbox.pages.render import FOLDER, label_styles, page


def install_pages(app: FastAPI, *, chat: Chat, live: Live) -> None:
    """Add the pages. Call it last: a page answers any address that nothing before it has taken."""
    app.mount("/-/static", StaticFiles(directory=FOLDER / "static"), name="sandbox-static")
    pages = (_styles_router(), live_router(live), people_router(), boards_router(), chat_page_router(chat))
    for router in (*pages, issues_router(), browse_router()):
        app.include_router(router, include_in_schema=False)
    app.add_exception_handler(HTTPException, _answer_problem)


def _styles_router() -> APIRouter:
    router = APIRouter()

    @router.get("/-/labels.css")
    async def styles(request: Request) -> Response:
        world = world_of(request)
        with world.lock:
            return Response(label_styles(world), media_type="text/css")

    return router


async def _answer_problem(request: Request, error: Exception) -> Response:
    """A page for a browser, GitLab's JSON for the API, a sentence for the pages' own script."""
    assert isinstance(error, HTTPException)
    if request.url.path.startswith("/api/"):
        return await answer_no_route(request, error)
    if "text/html" not in request.headers.get("accept", "") or not people(world_of(request)):
        return JSONResponse({"message": error.detail}, error.status_code)
    return _problem_page(request, error)


def _problem_page(request: Request, error: HTTPException) -> HTMLResponse:
    headings = {404: "Not found", 403: "Not allowed"}
    heading = headings.get(error.status_code, f"Error {error.status_code}")
    world = world_of(request)
    with world.lock:
        return page(request, "message.html", status=error.status_code, heading=heading, text=error.detail)
