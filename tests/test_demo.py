"""The demo as the acceptance test: it plays a whole deal and checks it against the sandbox; here its end state too."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from app.demo.welcome import FURTHER_REQUESTS

ROOT = Path(__file__).resolve().parents[1]
WITHIN_S = 150.0
Json = dict[str, Any]


def start(*options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "app.cli", "demo", "--json", *options],
        cwd=ROOT,
        env={**os.environ, "NO_COLOR": "1", "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def called(state: Json, words: str, *, requests: int) -> Json:
    """The story's own issue of that name: each request for scoping has one, and the story's came first."""
    found: list[Json] = [issue for issue in state["issues"] if words in issue["title"]]
    assert len(found) == requests
    return found[0]


@pytest.mark.slow
def test_a_whole_deal_comes_true() -> None:
    with start("--exit", "--seed", "7") as demo:
        out, story = demo.communicate(timeout=WITHIN_S)

    assert demo.returncode == 0, story
    assert "Traceback" not in story
    state = json.loads(out)
    request = called(state, "Scope Issue and Write SOW", requests=1)
    assert request["state"] == "closed"
    assert {"proposal::closed_won", "TA::Approved", "RDM::approved"} <= set(request["labels"])
    assert [label for label in request["labels"] if label.startswith("close_qtr::Q")]
    assert [project for project in state["projects"] if project["name"].startswith("SOW-")]
    assert state["story"]["held"] is True


@pytest.mark.slow
def test_a_public_sector_deal_stays_private_and_the_demo_ends_cleanly_on_ctrl_c() -> None:
    demo = start("--pubsec", "--seed", "11")
    assert demo.stderr is not None
    stuck = threading.Timer(WITHIN_S, demo.kill)
    stuck.start()
    try:
        story = []
        for line in demo.stderr:
            story.append(line)
            if "Ctrl-C ends it" in line:
                demo.send_signal(signal.SIGINT)
                break
        out, rest = demo.communicate()
    finally:
        stuck.cancel()

    told = "".join(story) + rest
    assert demo.returncode == 0, told
    assert "Traceback" not in told
    state = json.loads(out)
    assert set(state["slack"]) == {"us-pubsec"}
    requests = 1 + FURTHER_REQUESTS
    assert "Public Sector US" in called(state, "Scheduling Intake", requests=requests)["labels"]
    assert called(state, "Scope Issue and Write SOW", requests=requests)["state"] == "closed"
    on_the_board = [
        one for one in state["issues"] if "Services Calculator" in one["labels"] and one["state"] == "opened"
    ]
    assert len(on_the_board) == FURTHER_REQUESTS
    assert not [project for project in state["projects"] if project["name"].startswith("SOW-")]
