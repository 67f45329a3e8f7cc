"""Amounts of money as people write them: 82,000 USD, $82.5k, EUR 82.000,50. What is doubtful is not guessed at."""

from __future__ import annotations

import re
from decimal import Decimal

_NUMBER = re.compile(r"[0-9]+(?:[ ,.'’_\u00a0\u202f][0-9]+)*")
_LETTERS = re.compile(r"[^\W\d_]+|[$€£¥]")
_MOST_DIGITS = 18

_DOLLARS = frozenset({"USD", "AUD", "CAD", "HKD", "NZD", "SGD"})
_CURRENCIES = {
    "$": _DOLLARS,
    "dollar": _DOLLARS,
    "dollars": _DOLLARS,
    "us$": frozenset({"USD"}),
    "€": frozenset({"EUR"}),
    "euro": frozenset({"EUR"}),
    "euros": frozenset({"EUR"}),
    "£": frozenset({"GBP"}),
    "pounds": frozenset({"GBP"}),
    "¥": frozenset({"JPY", "CNY"}),
    "yen": frozenset({"JPY"}),
}
_CODES = frozenset({"AUD", "BRL", "CAD", "CHF", "CNY", "DKK", "EUR", "GBP", "INR", "JPY", "NOK", "SEK", "SGD", "USD"})
"""Codes that are known in lower case, too; any three capitals are taken for a code."""
_SCALES = {"k": 1_000, "m": 1_000_000, "mn": 1_000_000, "million": 1_000_000, "thousand": 1_000}
_REMARK = ("(", ",", ";", "[")


def read_money(text: str, currency: str) -> dict[str, object]:
    """``{"amount", "currency", "text"}``, or ``{"unreadable": text}`` when the number or its currency is in doubt.

    No currency at all means the expected one. A second number (a range, a product) makes it unreadable, unless it
    stands in a remark after the amount.
    """
    unreadable: dict[str, object] = {"unreadable": text}
    found = _NUMBER.search(text)
    if not found:
        return unreadable
    before, after = text[: found.start()].rstrip(), text[found.end() :]
    if before.endswith(("-", "−")):
        return unreadable
    scale, after = _scale(after)
    amount = _amount(found[0], scaled=scale != 1)
    named_after, rest = _leading_currency(after)
    expected = currency.upper()
    named = [names for names in (_currency(before.split()[-1] if before else ""), named_after) if names]
    if amount is None or any(expected not in names for names in named):
        return unreadable
    if any(letter.isdigit() for letter in rest) and not rest.startswith(_REMARK):
        return unreadable
    total = amount * scale
    whole = total == total.to_integral_value()
    return {"amount": int(total) if whole else float(total), "currency": expected, "text": text}


def _scale(after: str) -> tuple[int, str]:
    """The factor that a following ``k`` or ``million`` means, and what comes after it."""
    word = _LETTERS.match(after.lstrip())
    factor = _SCALES.get(word[0].casefold()) if word else None
    return (factor, after.lstrip()[len(word[0]) :]) if word and factor else (1, after)


def _leading_currency(after: str) -> tuple[frozenset[str], str]:
    """The currencies that the first word may mean (none: it is no currency), and what comes after it."""
    start = after.lstrip()
    word = "US$" if start[:3].casefold() == "us$" else (match[0] if (match := _LETTERS.match(start)) else "")
    names = _currency(word)
    return names, (start[len(word) :] if names else start).strip()


def _currency(word: str) -> frozenset[str]:
    """The currencies that a word may mean; a code that nobody knows means itself."""
    bare = word.strip("()[]~:,.;*")
    known = _CURRENCIES.get(bare.casefold())
    if known:
        return known
    if bare.upper() in _CODES or (len(bare) == 3 and bare.isascii() and bare.isalpha() and bare.isupper()):
        return frozenset({bare.upper()})
    return frozenset()


def _amount(token: str, *, scaled: bool) -> Decimal | None:
    """The number, with either comma or point as decimal sign; None where the grouping makes no sense."""
    if sum(letter.isdigit() for letter in token) > _MOST_DIGITS:
        return None
    decimal = _decimal_sign(token, scaled=scaled)
    head, _, tail = token.rpartition(decimal) if decimal else (token, "", "")
    signs = {letter for letter in head if not letter.isdigit()}
    if len(signs) > 1 or decimal in signs or not (tail or "0").isdigit():
        return None
    if signs:
        first, *groups = head.split(signs.pop())
        if len(first) > 3 or any(len(group) != 3 for group in groups):
            return None
        head = first + "".join(groups)
    return Decimal(f"{head}.{tail or 0}")


def _decimal_sign(token: str, *, scaled: bool) -> str:
    """Which of comma and point is the decimal sign here; empty if neither is."""
    commas, points = token.count(","), token.count(".")
    if commas and points:
        return "," if token.rindex(",") > token.rindex(".") else "."
    sign = "," if commas else "."
    if commas + points != 1:
        return ""
    # 82.000 and 82,000 are thousands; 82.5, 0.500 and the 82.500 of "82.500k" are not.
    grouped = len(token.rpartition(sign)[2]) == 3 and not token.startswith("0") and not scaled
    return "" if grouped else sign
