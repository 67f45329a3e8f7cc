"""GitLab's fiscal quarters: the year starts on 1 February and is named for the calendar year in which it ends.

Source: the finance page of GitLab's handbook. So Q322 is August to October 2021.
"""

from __future__ import annotations

from datetime import date


def close_quarter(day: date) -> str:
    """The quarter in which a deal of that day closes, as labels write it: ``Q322``."""
    fiscal_year = day.year + (1 if day.month >= 2 else 0)
    quarter = (day.month - 2) % 12 // 3 + 1
    return f"Q{quarter}{fiscal_year % 100:02}"
