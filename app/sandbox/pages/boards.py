"""The board page, and what a drag on it does."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from pydantic import BaseModel, ConfigDict

from app.sandbox.acts.access import sees_issue
from app.sandbox.acts.issue_edit import Edit
from app.sandbox.acts.updating import update_issue
from app.sandbox.http.auth import world_of
from app.sandbox.pages.board_view import CLOSED, OPEN, columns_of
from app.sandbox.pages.people import acting, require_same_site
from app.sandbox.pages.render import page
from app.sandbox.pages.rights import require_edit
from app.sandbox.state import Board, Issue, User, World


class Move(BaseModel):
    """A card (global issue id) and the keys of the columns it left and reached."""

    model_config = ConfigDict(extra="forbid", strict=True)

    issue: int
    from_list: str
    to_list: str


def edit_for(world: World, board: Board, issue: Issue, move: Move) -> Edit:
    """What GitLab changes when a card is dragged: one update that takes the old list's label and puts the new one's.

    To Open, every list label of the board is taken. To Closed, the issue is closed and keeps its labels.
    """
    titles = {str(each.id): world.labels[each.label_id].title for each in board.lists if each.label_id in world.labels}
    titles_or_ends = titles.keys() | {OPEN, CLOSED}
    if {move.from_list, move.to_list} - titles_or_ends:
        raise HTTPException(404, "The board has no such list any more. Reload the page.")
    if move.to_list == CLOSED:
        return Edit(state_event="close")
    edit = Edit(state_event="reopen" if issue.state == "closed" else None)
    if move.to_list == OPEN:
        held = {world.labels[label_id].title for label_id in issue.label_ids if label_id in world.labels}
        edit.remove_labels = [title for title in titles.values() if title in held]
    else:
        edit.add_labels = [titles[move.to_list]]
        edit.remove_labels = [titles[move.from_list]] if move.from_list in titles else []
    return edit


def find_board(world: World, board_id: int) -> Board:
    """The board; 404 if there is none."""
    if board_id not in world.boards:
        raise HTTPException(404, "There is no such board.")
    return world.boards[board_id]


def start_path(world: World) -> str:
    """Where ``/`` leads: to the SOW board, else to any board, else to the list of groups."""
    boards = sorted(
        world.boards.values(), key=lambda board: ("SOW" not in board.name, board.group_id is None, board.id)
    )
    return f"/boards/{boards[0].id}" if boards else "/-/explore"


def boards_router() -> APIRouter:
    """``/``, ``/boards/:id`` and ``/boards/:id/move``."""
    router = APIRouter()

    @router.get("/")
    async def start(request: Request) -> RedirectResponse:
        world = world_of(request)
        with world.lock:
            return RedirectResponse(start_path(world))

    @router.get("/boards/{board_id}")
    async def show(board_id: int, request: Request) -> HTMLResponse:
        world = world_of(request)
        with world.lock:
            board = find_board(world, board_id)
            columns = columns_of(world, board, acting(request))
            return page(request, "board.html", board=board, columns=columns, now=world.now())

    @router.post("/boards/{board_id}/move")
    async def drag(board_id: int, move: Move, request: Request) -> Response:
        require_same_site(request)
        world = world_of(request)
        with world.lock:
            _drag(world, acting(request), find_board(world, board_id), move)
        return JSONResponse({"moved": True})

    return router


def _drag(world: World, actor: User, board: Board, move: Move) -> None:
    issue = world.issues.get(move.issue)
    if issue is None or not sees_issue(world, actor, issue):
        raise HTTPException(404, "There is no such issue any more. Reload the page.")
    if move.from_list == move.to_list:
        return
    edit = edit_for(world, board, issue, move)
    require_edit(world, actor, issue, edit)
    update_issue(world, actor, issue, edit)
