"""The port on a real GitLab (or the sandbox, which is reached the same way), put together from its parts."""

from __future__ import annotations

from app.gitlab.live_board import LiveBoard
from app.gitlab.live_boards import BoardWrites
from app.gitlab.live_epics import EpicWrites
from app.gitlab.live_history import LiveHistory
from app.gitlab.live_iterations import IterationWrites
from app.gitlab.live_notes import NoteWrites
from app.gitlab.live_places import PlaceWrites
from app.gitlab.read import LiveReader


class LiveGitLab(NoteWrites, EpicWrites, IterationWrites, BoardWrites, PlaceWrites):
    """Reading and writing. Make one with ``LiveGitLab(open_gitlab(url=…, token=…))`` and ask it for ``fresh`` ones.

    What it read of items it believes for two seconds and updates from the answers to its own writes, so an instance
    belongs to one look at an item, and to one thread. The connection and what changes seldom are shared.
    """

    def fresh(self) -> LiveGitLab:
        """A door without a memory of items. Costs next to nothing."""
        return LiveGitLab(self._api, known=self._known, item_max_age_s=self._item_max_age_s)

    def as_reader(self) -> LiveReader:
        """The same connection without any way to write."""
        return LiveReader(self._api, known=self._known, item_max_age_s=self._item_max_age_s)

    def history(self) -> LiveHistory:
        """What GitLab remembers beside the items, over the same connection; for healing."""
        return LiveHistory(self._api, self.fresh)

    def board(self) -> LiveBoard:
        """A look over the whole board, over the same connection; for digests."""
        return LiveBoard(self._api, self.as_reader)

    def forget_me(self) -> None:
        """The token was changed: ask again who it belongs to."""
        self._known.me.forget()

    def close(self) -> None:
        """Close the connections, of all doors that share them."""
        self._api.session.close()
