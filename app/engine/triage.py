"""Triage as the inbox does it: the rules' own, and before it the bot's own echoes."""

from __future__ import annotations

import structlog

from app.domain.change import Change, Kind
from app.domain.item import Person
from app.engine.rulebook import Rules
from app.errors import SowbotError
from app.gitlab.port import GitLabReader
from app.rules.deciding.triage import triage

log = structlog.get_logger(__name__)

OWN = "the bot did this itself, and no rule asks for its own changes"


class Sieve:
    """Says of each delivery whether it is worth a look. Runs in the transaction that stores it, so it asks nobody."""

    def __init__(self, rules: Rules, gitlab: GitLabReader) -> None:
        self._rules = rules
        self._gitlab = gitlab
        self._me: Person | None = None

    def find_out_who_i_am(self) -> None:
        """Ask GitLab for the bot's account. While it is unknown own changes are looked at too: dearer, never wrong."""
        try:
            self._me = self._gitlab.whoami()
        except SowbotError as error:
            log.warning("triage.bot_unknown", reason=str(error))

    def __call__(self, change: Change) -> tuple[bool, str]:
        """Whether it is wanted, and why (not). Where the card is has to be remembered, whoever moved it."""
        own = self._is_own(change)
        judged = triage(self._rules.book, change, own=own, bot=self._me)
        return judged.wanted, OWN if own and not judged.wanted else judged.reason

    def _is_own(self, change: Change) -> bool:
        if change.kind is Kind.TIMER:
            return False
        if change.actor is None or change.actor.id is None:
            return change.marked
        return self._me is not None and change.actor.id == self._me.id
