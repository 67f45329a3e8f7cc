"""The merge request's job: what it writes into its comment, run with everything outside of it replaced."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1]
JOB = YAML(typ="safe").load((ROOT / "docs/ci/replay.gitlab-ci.yml").read_text(encoding="utf-8"))["replay-rules"]
RUN = """#!/bin/sh
echo "$@" >> calls.txt
case "$1" in
  check) echo "label_rules.yaml: ${VERDICT}"; [ "$VERDICT" = fine ] ;;
  replay) printf '%s\\n' '<!-- sowbot replay -->' 'Nothing would be decided otherwise.' ;;
esac
"""
CURL = """#!/bin/sh
case "$*" in
  *per_page*) printf '%s\\n' "$THERE" ;;
  *) echo "$@" >> curl.txt ;;
esac
"""

pytestmark = pytest.mark.skipif(not shutil.which("jq"), reason="needs jq")


def run_job(folder: Path, *, verdict: str, there: str = "[]") -> tuple[int, str, str]:
    """Exit code, the comment's text, and how it is sent."""
    (folder / "bin").mkdir()
    for name, text in (("run", RUN), ("bin/curl", CURL)):
        (folder / name).write_text(text, encoding="utf-8")
        (folder / name).chmod(0o755)
    environment = {
        "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
        "VERDICT": verdict,
        "THERE": there,
        "NOTES": "https://gitlab.example/notes",
        "SOWBOT_NOTE_TOKEN": "token",
    }
    script = "set -e\n" + "\n".join(JOB["script"])
    done = subprocess.run(["/bin/bash", "-c", script], cwd=folder, env=environment, capture_output=True, text=True)
    note = json.loads((folder / "note.json").read_text(encoding="utf-8"))["body"]
    return done.returncode, note, (folder / "curl.txt").read_text(encoding="utf-8")


def test_a_sound_file_is_checked_replayed_and_told_in_one_comment(tmp_path: Path) -> None:
    code, note, sent = run_job(tmp_path, verdict="fine")
    assert code == 0
    assert note.startswith("<!-- sowbot replay -->")
    assert "Nothing would be decided otherwise." in note
    assert "label_rules.yaml: fine" in note
    assert "--request POST https://gitlab.example/notes" in sent
    assert [line.split()[0] for line in (tmp_path / "calls.txt").read_text().splitlines()] == ["check", "replay"]


def test_a_bad_file_is_not_replayed_the_comment_says_why_and_the_job_fails(tmp_path: Path) -> None:
    there = json.dumps([{"id": 7, "body": "<!-- sowbot replay -->\nold"}, {"id": 8, "body": "a person's"}])
    code, note, sent = run_job(tmp_path, verdict="1 error", there=there)
    assert code == 1
    assert note.startswith("<!-- sowbot replay -->")
    assert "The bot would refuse this rule file" in note
    assert "label_rules.yaml: 1 error" in note
    assert "--request PUT https://gitlab.example/notes/7" in sent
    assert (tmp_path / "calls.txt").read_text().splitlines() == ["check label_rules.yaml"]


def test_it_runs_only_where_the_rule_file_changes() -> None:
    assert JOB["rules"] == [{"if": '$CI_PIPELINE_SOURCE == "merge_request_event"', "changes": ["label_rules.yaml"]}]
