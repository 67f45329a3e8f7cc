"""GitLab's fiscal quarters: the year starts on 1 February and is named for the calendar year in which it ends.

Source: the finance page of GitLab's handbook. So Q322 is August to October 2021.
"""

from __future__ import annotations

from datetime import date, timedelta


def close_quarter(day: date) -> str:
    """The quarter in which a deal of that day closes, as labels write it: ``Q322``."""
    fiscal_year = day.year + (1 if day.month >= 2 else 0)
    quarter = (day.month - 2) % 12 // 3 + 1
    return f"Q{quarter}{fiscal_year % 100:02}"


def quarter_end(day: date) -> date:
    """The last day of the fiscal quarter in which the day lies: the end of April, July, October or January."""
    months = 3 - (day.month - 2) % 12 % 3
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, 1) - timedelta(days=1)
