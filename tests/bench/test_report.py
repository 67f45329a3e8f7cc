"""The one report of ``./run bench``: every part has its section, and what is not installed is named."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.bench import report
from app.bench.page import _PARTS, benchmarks_page
from app.errors import SowbotError

MACHINE = {"processors": 2, "python": "3.11.7", "system": "Linux x86_64", "load_before": 0.1}


def page(**parts: dict[str, Any]) -> str:
    return benchmarks_page({"at": "2026-11-28", "machine": MACHINE, "took_s": 600, "parts": parts})


def test_every_part_has_a_section() -> None:
    assert set(_PARTS) == set(report.PARTS)


def test_the_figures_of_a_part_are_printed() -> None:
    said = page(end_to_end={"drags": 30, "p50_ms": 280, "p95_ms": 410, "max_ms": 433})
    assert "## From the drag to the note (`end_to_end`)" in said
    assert "| p50 | 280 ms |" in said
    assert "2 processors, Linux x86_64, Python 3.11.7; 600 seconds" in said
    assert "did other work" not in said


def test_a_busy_machine_is_named() -> None:
    said = benchmarks_page({"at": "x", "machine": MACHINE | {"load_before": 4.2}, "took_s": 1, "parts": {}})
    assert "The machine did other work as well (its load was 4.2" in said


def test_a_peer_that_is_not_installed_is_named_as_not_measured() -> None:
    figures = dict.fromkeys(
        (
            "p50_ms_at_217", "p99_ms_at_217", "max_ms_at_217", "deliveries_at_217", "per_minute_at_217", "failures",
            "cpu_ms_a_delivery", "cpu_cores_at_217", "bytes_a_delivery", "per_second", "bare_per_second",
            "ratio_to_bare", "idle_memory_mb", "memory_after_mb", "first_ack_after_start_s",
        ),
        1,
    )  # fmt: skip
    said = page(intake=figures | {"gidgetlab_per_second": None, "ratio_to_gidgetlab": None})
    assert "| not measured: gidgetlab is not installed |" in said
    assert "1 a second; the bot has 1 of that" in said


def test_one_part_can_be_measured_alone(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "PARTS", {"deciding": lambda: {"held": False, "per_second": 7}, "other": dict})
    assert report.main(only=["deciding"], as_json=True) == 1
    told = json.loads(capsys.readouterr().out)
    assert list(told["parts"]) == ["deciding"]
    assert told["parts"]["deciding"]["per_second"] == 7
    assert report.main(only=["other"], as_json=True) == 0


def test_an_unknown_part_is_refused_by_name() -> None:
    with pytest.raises(SowbotError, match=r"no part called speed\. The parts are: intake, end_to_end"):
        report.main(only=["speed"], as_json=True)
