"""The running bot sweeps by itself: at its start, and then on its schedule."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

import pytest
from dbos import DBOS

import app.bot
from app.engine.healing import sweep
from tests.engine.healing.theatre import Theatre, eventually, theatre

NEVER = "0 0 29 2 *"
EACH_SECOND = "* * * * * *"


def moved_on_and_answered(place: Theatre, iid: int) -> None:
    """A move that no delivery tells; the bot's answer has to come all the same."""
    before = _notes(place)
    place.lose()
    place.move(iid, "Awaiting_Discovery")
    place.deliver_well()
    assert eventually(lambda: _notes(place) > before, within_s=30)


def _notes(place: Theatre) -> int:
    return sum(len(issue["notes"]) for issue in place.state().values())


def test_the_running_bot_sweeps_on_its_schedule_again_and_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.bot, "SWEEPS_EVERY", EACH_SECOND)
    monkeypatch.setattr(sweep, "IN_FLIGHT", timedelta())
    with theatre(tmp_path) as place, place.bot() as bot:
        iid = place.file()
        place.quiet(bot)
        moved_on_and_answered(place, iid)
        place.calls.clear()
        log_of_the_hook = "GET /projects/:id/hooks/:id/events"  # two for each sweep, and nothing else asks for it
        assert eventually(lambda: place.calls.count(log_of_the_hook) >= 6)
    place.calls.clear()
    time.sleep(2)
    assert not place.calls, "a bot that was stopped asks nothing"


def test_the_start_sweeps_without_waiting_for_the_schedule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.bot, "SWEEPS_EVERY", NEVER)
    with theatre(tmp_path) as place:
        with place.bot() as bot:
            iid = place.file()
            place.quiet(bot)
        before = _notes(place)
        place.lose()
        place.move(iid, "Awaiting_Discovery")
        place.deliver_well()
        with place.bot() as bot:
            assert eventually(lambda: _notes(place) > before, within_s=30)
            place.quiet(bot)
            assert "proposal::Awaiting_Discovery" in place.labels(iid)


def test_the_schedule_is_every_five_minutes_as_the_documents_say(tmp_path: Path) -> None:
    with theatre(tmp_path) as place, place.bot():
        schedules = {one["schedule_name"]: one["schedule"] for one in DBOS.list_schedules()}
    assert schedules["sweep"] == "*/5 * * * *"
