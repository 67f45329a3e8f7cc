"""Issue boards: a column for each label, in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.domain.decision import Outcome, Result
from app.gitlab.answers import BoardList, LabelAnswer
from app.gitlab.live_items import ItemWrites
from app.gitlab.read import PAGE


class BoardWrites(ItemWrites):
    """The port's method that makes boards."""

    def ensure_board(self, project: str, *, name: str, lists: Sequence[str]) -> Outcome:
        """See the port. Columns that somebody added stay."""
        self._require_labels(project, lists)
        boards = self._api.projects.get(project, lazy=True).boards
        board = next((one for one in boards.list(get_all=True) if one.name == name), None)
        made = board is None
        if board is None:
            board = boards.create({"name": name})
        changed = self._columns(project, board, lists)
        if made:
            return Outcome(Result.APPLIED, f'Made the board "{name}".', data={"board_id": board.id})
        if changed:
            return Outcome(Result.APPLIED, f'Put the columns of the board "{name}" right.', data={"board_id": board.id})
        return Outcome(Result.ALREADY_SO, f'The board "{name}" is so already.', data={"board_id": board.id})

    def _columns(self, project: str, board: Any, titles: Sequence[str]) -> bool:
        """Add and order the columns; True if anything had to be done."""
        have = _by_title(board)
        missing = [title for title in titles if title not in have]
        if missing:
            ids = self._label_ids(project)
            for title in missing:
                board.lists.create({"label_id": ids[title]})
            have = _by_title(board)
        order = sorted((one for one in titles), key=lambda title: have[title].position or 0)
        if order == list(titles):
            return bool(missing)
        for position, title in enumerate(titles):
            board.lists.update(have[title].id, {"position": position})
        return True

    def _label_ids(self, project: str) -> Mapping[str, int]:
        listed = self._api.projects.get(project, lazy=True).labels.list(get_all=True, per_page=PAGE)
        labels = [LabelAnswer.model_validate(one.attributes) for one in listed]
        return {label.title: label.id for label in labels}


def _by_title(board: Any) -> dict[str, BoardList]:
    lists = [BoardList.model_validate(one.attributes) for one in board.lists.list(get_all=True)]
    return {one.label.title: one for one in lists if one.label is not None}
