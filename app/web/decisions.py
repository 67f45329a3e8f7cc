"""The page behind the *why* link of every note: one delivery, every rule, what decided, and how each write ended.

The link is the key: it carries a code that only the bot can make, and is found only in notes, so whoever may read the
issue may read why. Without the code there is nothing to see, not even whether the delivery exists.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.engine.ledger import Account
from app.rules.reading.fact_tests import fact_words

_pages = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "pages"), autoescape=True, undefined=StrictUndefined
)
_pages.filters["words"] = fact_words
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    "Cache-Control": "no-store",
}


class DecisionLinks:
    """Makes and checks the links."""

    def __init__(self, public_url: str, secret: bytes) -> None:
        self._public_url = public_url.rstrip("/")
        self._secret = secret

    def url(self, delivery_id: str) -> str:
        """The page's address; empty without a public URL."""
        if not self._public_url:
            return ""
        return f"{self._public_url}/decisions/{quote(delivery_id, safe='')}?code={self._code(delivery_id)}"

    def fits(self, delivery_id: str, code: str) -> bool:
        """Whether the code is the one that belongs to the delivery."""
        return hmac.compare_digest(self._code(delivery_id).encode(), code.encode("utf-8", "replace"))

    def _code(self, delivery_id: str) -> str:
        message = b"decision " + delivery_id.encode("utf-8", "replace")
        return hmac.new(self._secret, message, hashlib.sha256).hexdigest()[:32]


def router(links: DecisionLinks, find: Callable[[str], Account | None]) -> APIRouter:
    """``GET /decisions/{delivery_id}?code=…``."""
    routes = APIRouter()

    @routes.get("/decisions/{delivery_id:path}", responses={404: {"description": "No such page, or a wrong code."}})
    def decision(delivery_id: str, code: Annotated[str, Query(max_length=64)] = "") -> HTMLResponse:
        """One delivery and what became of it."""
        found = find(delivery_id) if links.fits(delivery_id, code) else None
        if found is None:
            page = _pages.get_template("nothing.html").render()
            return HTMLResponse(page, status_code=404, headers=_HEADERS)
        return HTMLResponse(_pages.get_template("decision.html").render(account=found), headers=_HEADERS)

    return routes
