"""Words that stand for what must not get out, and how they are looked for."""

from __future__ import annotations

import html
from urllib.parse import unquote

from app.gitlab.escape import WORD_JOINER

CUSTOMER = "Zanzibar Canary Agency"
PERSON = "canary.person"
OF_THE_ITEM = ("zanzibar", "canary", "98,765", "98765", "76767")
"""Every word that an item of these tests says and that names it, its customer, its people or its sums."""
INTERNAL = ("kiwibird", "87,654", "87654", "54545")
"""Likewise of internal notes."""

LINES = {
    "requested_by": f"@{PERSON}",
    "account_team": f"@{PERSON}, @canary.architect",
    "project_manager": f"@{PERSON}",
    "territory": "EMEA Zanzibar",
    "estimate_total": "98,765 USD",
    "sow_number": "76767",
    "po_number": "76767",
    "close_date": "2026-09-17",
    "start_date": "2026-09-17",
    "terms": "MSA",
}
INTERNAL_LINES = {
    "requested_by": "@kiwibird.person",
    "account_team": "@kiwibird.person, @kiwibird.architect",
    "project_manager": "@kiwibird.person",
    "territory": "EMEA Kiwibird",
    "estimate_total": "87,654 USD",
    "sow_number": "54545",
    "po_number": "54545",
    "close_date": "2026-09-18",
    "start_date": "2026-09-18",
    "terms": "Standard",
}


def found_in(text: str, words: tuple[str, ...]) -> list[str]:
    """Which of the words stand in a text, however it is escaped."""
    plain = html.unescape(unquote(text)).replace("\\", "").replace(WORD_JOINER, "").casefold()
    return [word for word in words if word in plain]
