"""The channels of the rule file that is in use now: a reload changes them, a restart is not needed."""

from __future__ import annotations

from collections.abc import Callable

from app.domain.decision import Outcome
from app.domain.message import NOTHING, About
from app.outbound.channels import BookChannels
from app.rules.book import RuleBook


class CurrentChannels:
    """The ``Channels`` of a handler's context. Addresses are looked up for each message."""

    def __init__(self, book: Callable[[], RuleBook], of_the_book: Callable[[RuleBook], BookChannels]) -> None:
        self._book = book
        self._of_the_book = of_the_book

    def post(self, channel: str, text: str, *, key: str, about: About = NOTHING) -> Outcome:
        """Post ``text`` once. Raises TryLater when the channel can't take it now."""
        return self._of_the_book(self._book()).post(channel, text, key=key, about=about)

    def post_held(self) -> None:
        """Post what was held back, because a channel was at its limit."""
        self._of_the_book(self._book()).post_held()
