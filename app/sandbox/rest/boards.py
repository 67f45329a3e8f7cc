"""Issue boards of projects and groups, and their label lists."""

from __future__ import annotations

from fastapi.responses import JSONResponse

from app.sandbox.acts.access import PLANNER
from app.sandbox.acts.labelling import Home, known_labels, usable_labels
from app.sandbox.http import problems
from app.sandbox.http.api import Api, Call
from app.sandbox.http.paging import page
from app.sandbox.rest.address import home_of_address
from app.sandbox.shapes.basics import Json
from app.sandbox.shapes.places import board_json, board_list_json
from app.sandbox.state import Board, BoardList, Project

api = Api()


def _held(call: Call, home: Home) -> list[Board]:
    of_project = isinstance(home, Project)
    return [
        each for each in call.world.boards.values() if (each.project_id if of_project else each.group_id) == home.id
    ]


def _list(call: Call) -> JSONResponse:
    return page(call, _held(call, home_of_address(call)), lambda board: board_json(call.world, board))


def _get(call: Call) -> Json:
    return board_json(call.world, _board(call, home_of_address(call)))


def _create(call: Call) -> Json:
    home = home_of_address(call, at_least=PLANNER)
    in_project = isinstance(home, Project)
    board = Board(
        id=call.world.next_id(),
        name=call.params.required("name"),
        project_id=home.id if in_project else None,
        group_id=None if in_project else home.id,
    )
    call.world.boards[board.id] = board
    return board_json(call.world, board)


def _update(call: Call) -> Json:
    home = home_of_address(call, at_least=PLANNER)
    board = _board(call, home)
    board.name = call.params.text("name") or board.name
    if (titles := call.params.titles("labels")) is not None:
        board.label_ids = [label.id for label in known_labels(call.world, home, titles)]
    for name in ("hide_backlog_list", "hide_closed_list"):
        if (flag := call.params.flag(name)) is not None:
            setattr(board, name, flag)
    return board_json(call.world, board)


def _delete(call: Call) -> None:
    del call.world.boards[_board(call, home_of_address(call, at_least=PLANNER)).id]


def _lists(call: Call) -> JSONResponse:
    columns = sorted(_board(call, home_of_address(call)).lists, key=lambda column: column.position)
    return page(call, columns, lambda column: board_list_json(call.world, column))


def _get_list(call: Call) -> Json:
    return board_list_json(call.world, _column(call, _board(call, home_of_address(call))))


def _create_list(call: Call) -> Json:
    home = home_of_address(call, at_least=PLANNER)
    board = _board(call, home)
    label_id = call.params.whole("label_id")
    if label_id is None:
        names = "label_id, milestone_id, iteration_id, assignee_id"
        raise problems.bad_parameter(f"{names} are missing, exactly one parameter must be provided")
    if label_id not in {label.id for label in usable_labels(call.world, home)}:
        raise problems.bad_parameter("Label not found!")
    if any(column.label_id == label_id for column in board.lists):
        raise problems.bad_request({"label": ["has already been taken"]})
    column = BoardList(id=call.world.next_id(), label_id=label_id, position=len(board.lists))
    board.lists.append(column)
    return board_list_json(call.world, column)


def _move_list(call: Call) -> Json:
    board = _board(call, home_of_address(call, at_least=PLANNER))
    column = _column(call, board)
    call.params.required("position")
    others = sorted((each for each in board.lists if each is not column), key=lambda each: each.position)
    others.insert(call.params.whole("position") or 0, column)
    _number(board, others)
    return board_list_json(call.world, column)


def _delete_list(call: Call) -> None:
    board = _board(call, home_of_address(call, at_least=PLANNER))
    column = _column(call, board)
    _number(board, [each for each in sorted(board.lists, key=lambda each: each.position) if each is not column])


for _place in ("projects", "groups"):
    _boards = f"/{_place}/{{id}}/boards"
    api.get(_boards)(_list)
    api.post(_boards)(_create)
    api.get(f"{_boards}/{{board_id}}")(_get)
    api.put(f"{_boards}/{{board_id}}")(_update)
    api.delete(f"{_boards}/{{board_id}}")(_delete)
    api.get(f"{_boards}/{{board_id}}/lists")(_lists)
    api.post(f"{_boards}/{{board_id}}/lists")(_create_list)
    api.get(f"{_boards}/{{board_id}}/lists/{{list_id}}")(_get_list)
    api.put(f"{_boards}/{{board_id}}/lists/{{list_id}}")(_move_list)
    api.delete(f"{_boards}/{{board_id}}/lists/{{list_id}}")(_delete_list)


def _board(call: Call, home: Home) -> Board:
    for board in _held(call, home):
        if str(board.id) == call.path("board_id"):
            return board
    raise problems.not_found("Board")


def _column(call: Call, board: Board) -> BoardList:
    for column in board.lists:
        if str(column.id) == call.path("list_id"):
            return column
    raise problems.not_found("List")


def _number(board: Board, columns: list[BoardList]) -> None:
    for position, column in enumerate(columns):
        column.position = position
    board.lists = columns
