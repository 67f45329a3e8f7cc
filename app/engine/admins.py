"""The admins' issue: where the bot says that its rule file was refused, once for each bad content."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import structlog

from app.domain.item import ItemKey
from app.errors import Refused
from app.gitlab.markers import marker
from app.gitlab.port import GitLab

log = structlog.get_logger(__name__)

MOST_CHARACTERS = 20_000
"""Of the problems; GitLab takes a million, people read a few."""


class AdminsIssue:
    """Comments on the issue that ``SOWBOT_ADMINS_ISSUE`` names; says nothing if none is named."""

    def __init__(self, gitlab: Callable[[], GitLab], issue: str | None, file: str) -> None:
        """``issue`` is ``group/project#7``; ``file`` is what people call the rule file."""
        self._gitlab = gitlab
        self._issue = issue
        self._file = file

    def rules_refused(self, problems: str, digest: str) -> None:
        """Say that the rule file was refused. Raises TryLater while GitLab can't take it.

        The same content is told of once, also after a restart: its marker is found on the issue.
        """
        if self._issue is None:
            return
        path, _, iid = self._issue.rpartition("#")
        gitlab = self._gitlab()
        try:
            key = ItemKey(gitlab.project(path).id, int(iid))
            gitlab.ensure_note(key, marker=marker("rules-refused", digest), body=_body(self._file, problems))
        except Refused as error:
            log.error("rules.refusal_untold", issue=self._issue, problem=str(error))  # no trace is wanted

    def rule_stood_aside(self, rule: str, reason: str) -> None:
        """Say that a rule turned itself to shadow. Raises TryLater while GitLab can't take it."""
        said = (
            f"**The rule `{rule}` turned itself to shadow**: {reason}. It decides and writes nothing until it is "
            f"changed in `{self._file}`, or until an operator runs `./run undone reset {rule}`."
        )
        self._say(marker("rule-stood-aside", f"{rule}/{hashlib.sha256(reason.encode()).hexdigest()[:12]}"), said)

    def _say(self, mark: str, body: str) -> None:
        if self._issue is None:
            return
        path, _, iid = self._issue.rpartition("#")
        gitlab = self._gitlab()
        try:
            gitlab.ensure_note(ItemKey(gitlab.project(path).id, int(iid)), marker=mark, body=body)
        except Refused as error:
            log.error("admins.untold", issue=self._issue, problem=str(error))  # no trace is wanted


def _body(file: str, problems: str) -> str:
    return (
        f"**The rule file was refused.** `{file}` as it stands now can't be used; the last good one stays in force. "
        "Mend what is listed here; `./run check` shows the same. The bot looks at the file every few seconds.\n\n"
        f"{_code(problems)}"
    )


def _code(text: str) -> str:
    """The text as a code block that nothing in it can end.

    GitLab passes over quick actions only in blocks between lines of exactly three backticks; indented by four, no line
    is such a line, and none begins with a slash. A hidden marker copied from elsewhere must not look like the bot's.
    """
    cut = text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]}\n… and more"
    lines = [f"    {line}".rstrip() for line in cut.replace("<!--", "<! --").splitlines()]
    return "\n".join(["```text", *lines, "```"])
