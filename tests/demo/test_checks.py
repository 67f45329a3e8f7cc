from __future__ import annotations

from datetime import datetime

import pytest

from app.demo.checks.deal import fiscal_quarter


@pytest.mark.parametrize(
    ("day", "label"),
    [
        ("2021-08-01", "close_qtr::Q322"),
        ("2021-10-31", "close_qtr::Q322"),
        ("2021-11-01", "close_qtr::Q422"),
        ("2022-01-31", "close_qtr::Q422"),
        ("2022-02-01", "close_qtr::Q123"),
        ("2022-04-30", "close_qtr::Q123"),
        ("2022-05-01", "close_qtr::Q223"),
    ],
)
def test_the_fiscal_year_starts_in_february_and_is_named_for_its_end(day: str, label: str) -> None:
    assert fiscal_quarter(datetime.fromisoformat(f"{day}T12:00:00+00:00")) == label
