"""References: which issue a text means, as people write it: its address, ``group/project#7``, or ``#7`` at home."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from app.domain.item import Snapshot

_ADDRESS = re.compile(r"https?://[^\s<>()\[\]\"'|`]+", re.IGNORECASE)
_PROJECT = r"[\w.][\w.-]*(?:/[\w.][\w.-]*){1,20}"
_PATH = re.compile(rf"/(?P<project>{_PROJECT})(?:/-)?/(?:issues|work_items)/(?P<iid>\d{{1,15}})/?")
_SHORT = re.compile(rf"(?<![\w&/#-])(?P<project>{_PROJECT})?#(?P<iid>\d{{1,15}})(?!\w)")


def read_reference(text: str) -> str | None:
    """The first address of an issue in the text, else the first ``group/project#7`` or ``#7``; None if there is none.

    An address is left as it stands, because only whoever knows where the item lives can tell whose it is.
    """
    for found in _ADDRESS.finditer(text):
        address = found[0].rstrip(".,;:!?*_~+")
        if _PATH.fullmatch(unquote(urlsplit(address).path)):
            return address
    short = _SHORT.search(_ADDRESS.sub(" ", text))
    return short[0] if short else None


def at_home(said: str, snapshot: Snapshot) -> str | None:
    """``group/project#7`` for what ``read_reference`` gave on this item; None for an issue of another GitLab."""
    if "://" not in said:
        return f"{snapshot.project_path}{said}" if said.startswith("#") else said
    there = urlsplit(said)
    found = _PATH.fullmatch(unquote(there.path))
    if found is None or there.netloc.casefold() != urlsplit(snapshot.web_url).netloc.casefold():
        return None
    return f"{found['project']}#{found['iid']}"
