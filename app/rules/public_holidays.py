"""Prints the public holidays of a country: ``python -m app.rules.public_holidays US 2026 2027``.

A program rather than a function, see ``calendar_words.py``. The dates are the ``holidays`` library's.
"""

from __future__ import annotations

import sys

UNKNOWN = 3
"""Exit code for a country or subdivision that the library does not know; the sentence is on stdout."""


def main(code: str, years: list[int]) -> int:
    """One ISO date a line, observed days included."""
    import holidays

    country, _, subdivision = code.partition("-")
    try:
        days = holidays.country_holidays(country, subdiv=subdivision or None, years=years)
    except NotImplementedError:
        known = holidays.list_supported_countries()
        if country not in known:
            print(f"no holidays are known for the country '{country}'; write a code such as US, DE or DE-BY")
        else:
            there = ", ".join(known[country]) or "none"
            print(f"no holidays are known for '{subdivision}' in {country}; known there: {there}")
        return UNKNOWN
    print("\n".join(day.isoformat() for day in sorted(days)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], [int(year) for year in sys.argv[2:]]))
