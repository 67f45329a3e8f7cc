"""Issue boards: a column for each label, in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from app.domain.decision import Outcome, Result
from app.errors import Refused
from app.gitlab.answers import BoardAnswer, BoardList, LabelAnswer
from app.gitlab.live_items import ItemWrites
from app.gitlab.read import PAGE
from app.gitlab.views import BoardView, already, board_differs


class BoardWrites(ItemWrites):
    """The port's method that makes boards."""

    def ensure_board(self, project: str, *, name: str, lists: Sequence[str], only: Sequence[str] = ()) -> Outcome:
        """See the port. Columns that somebody added stay, and so does the order that somebody gave them."""
        self._require_labels(project, [*lists, *only])
        boards = self._api.projects.get(project, lazy=True).boards
        board = next((one for one in boards.list(get_all=True) if one.name == name), None)
        made = board is None
        if board is None:
            board = boards.create({"name": name})
            self._filter(board, only)
        missing = self._add_columns(project, board, lists)
        data = {"board_id": board.id}
        if made:
            return Outcome(Result.APPLIED, f'Made the board "{name}".', data=data)
        found = BoardView(name, tuple(_titles(board)), BoardAnswer.model_validate(board.attributes).view().only)
        differs = board_differs(found, lists=tuple(lists), only=tuple(only) if found.only else ())
        if missing:
            sentence = f'Added the columns {", ".join(missing)} to the board "{name}".'
            return Outcome(Result.APPLIED, sentence, data={**data, **({"differs": differs} if differs else {})})
        return already(f'The board "{name}" is so already.', differs)

    def _filter(self, board: Any, only: Sequence[str]) -> None:
        """The Free tier has no filters: there the board shows all issues, and its columns tell them apart."""
        if only:
            board.labels = ",".join(only)
            with suppress(Refused):
                board.save()

    def _add_columns(self, project: str, board: Any, titles: Sequence[str]) -> list[str]:
        """Add what is missing, at the end, in order; its titles."""
        there = _titles(board)
        missing = [title for title in titles if title not in there]
        if missing:
            ids = self._label_ids(project)
            for title in missing:
                board.lists.create({"label_id": ids[title]})
        return missing

    def _label_ids(self, project: str) -> Mapping[str, int]:
        listed = self._api.projects.get(project, lazy=True).labels.list(get_all=True, per_page=PAGE)
        labels = [LabelAnswer.model_validate(one.attributes) for one in listed]
        return {label.title: label.id for label in labels}


def _titles(board: Any) -> list[str]:
    """Titles of the columns, from left to right."""
    lists = [BoardList.model_validate(one.attributes) for one in board.lists.list(get_all=True)]
    return [one.label.title for one in sorted(lists, key=lambda one: one.position or 0) if one.label is not None]
