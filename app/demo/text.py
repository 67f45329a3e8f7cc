"""A note in one line: what a person would read first, or what is new in it."""

from __future__ import annotations

import re

LENGTH = 150
_MARKS = re.compile(r"\*\*|`|^#+\s*|^[->] (\[ \] )?")
_LINK = re.compile(r"\[(?P<says>[^]]+)\]\(https?://[^)]+\)")
_SLACK_LINK = re.compile(r"<https?://[^|>]+\|(?P<says>[^>]+)>")


def visible(body: str) -> str:
    """A note without its hidden comments and its line of provenance."""
    return "\n".join(line for line in body.splitlines() if not line.startswith(("<!--", "<sub>"))).strip()


def excerpt(body: str, before: str = "") -> str:
    """Its first lines; of an edited note those that were not there ``before``."""
    old = set(visible(before).splitlines())
    lines = [_plain(line) for line in visible(body).splitlines() if line not in old]
    text = " · ".join(line for line in lines if line.strip("|-: "))
    if not text:
        return "(shorter: what was missing is there now)" if before else ""
    return text if len(text) <= LENGTH else text[: LENGTH - 1].rsplit(" ", 1)[0] + " …"


def message(text: str) -> str:
    """A Slack message in one line, links by their words and references without their path."""
    return " ".join(_SLACK_LINK.sub(lambda link: link["says"].rsplit("/", 1)[-1], text).split())


def _plain(line: str) -> str:
    return _MARKS.sub("", _LINK.sub(r"\g<says>", line)).replace("\\", "").strip()
