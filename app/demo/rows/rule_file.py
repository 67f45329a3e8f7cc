"""The rule file itself changes, in a merge request."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

from app.demo.acts import Act
from app.demo.bot import ROOT
from app.demo.deal import Deal
from app.demo.expect import Expectation
from app.demo.rows.register import plays
from app.demo.rows.setting import DISCOVERY, request
from app.demo.scene import Moment, Scene

ADMIN = "an admin"


def proposes(old: str, new: str, then: Sequence[Expectation]) -> Act:
    """Somebody changes a word of the rule file; the job of docs/ci/replay.gitlab-ci.yml checks and replays the draft
    against what this very bot has decided so far."""

    def do(scene: Scene) -> None:
        folder = scene.log.parent
        draft = folder / f"draft-{abs(hash(new))}.yaml"
        draft.write_text((ROOT / "label_rules.yaml").read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
        told = _sowbot(scene, "check", str(draft))
        if ": fine" in told:
            told += _sowbot(scene, "replay", str(draft), "--format", "markdown")
        (folder / "merge-request.txt").write_text(told, encoding="utf-8")

    return Act(ADMIN, f"changes “{_line(old)}” to “{_line(new)}” in a merge request", do, then)


def _line(text: str) -> str:
    return " ".join(text.split())


def _sowbot(scene: Scene, *command: str) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SOWBOT_", "SLACK_"))}
    own = {"SOWBOT_DATA_DIR": str(scene.log.parent), "SOWBOT_GITLAB_URL": scene.cast.gitlab, "PYTHONPATH": str(ROOT)}
    own |= {"SOWBOT_GITLAB_TOKEN": scene.cast.bot_token, "SOWBOT_WEBHOOK_SECRET": "unused-by-this-command"}
    done = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-m", "app.cli", *command],
        cwd=ROOT,
        env=kept | own,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def job_says(*words: str) -> Expectation:
    """What the job would write into the merge request has these words."""

    def test(moment: Moment) -> str | None:
        told = (moment.scene.log.parent / "merge-request.txt").read_text(encoding="utf-8")
        return None if all(word in told for word in words) else told[:300]

    return Expectation(f"the merge request reads of {', '.join(f'“{word}”' for word in words)}", test)


@plays(68)
def merge_request(_: Deal) -> Sequence[Act]:
    """A merge request that changes the rule file: a mistake is named, a sound draft is replayed on what has happened"""
    return [
        request(at=DISCOVERY),
        proposes('add: "EM_Status::Waiting"', 'add: "EM_Status::Wating"', [job_says("error", "EM_Status::Wating")]),
        proposes("name: discovery\n", "name: discovery\n    mode: shadow\n", [job_says("fine", "discovery")]),
    ]
