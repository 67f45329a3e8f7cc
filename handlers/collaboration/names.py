"""Names of a customer's group: a path that GitLab accepts, and whether a group that is there is the same customer's."""

from __future__ import annotations

import hashlib
import unicodedata


def group_path(customer: str) -> str:
    """``Ripple-Labs`` for ``Ripple Labs, Inc.``-like names: words joined by hyphens, the same for the same name.

    A name without a Latin letter or digit gives ``customer-`` and a short hash of it.
    """
    latin = unicodedata.normalize("NFKD", customer).encode("ascii", "ignore").decode()
    words = "".join(char if char.isalnum() else " " for char in latin.replace("'", "")).split()
    if words:
        return "-".join(words)[:80].rstrip("-")
    return f"customer-{hashlib.sha256(customer.casefold().encode()).hexdigest()[:8]}"


def same_customer(one: str, other: str) -> bool:
    """Whether two names mean one customer: equal but for case, blanks and punctuation."""
    return _letters(one) == _letters(other)


def _letters(name: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKC", name).casefold() if char.isalnum())
