"""./run simulate: one issue, described or on a GitLab, in a changed world; and it can't write anywhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.commands.simulate import Wanted, moment, simulate
from app.errors import AdminMustAct

ROOT = Path(__file__).parents[1]
DEAR = ROOT / "docs" / "examples" / "dear_estimate.yaml"
SOW = "proposal::SOW_WIP"


def wanted(**more: Any) -> Wanted:
    """The shipped rules and templates."""
    return Wanted(**{"rules": ROOT / "label_rules.yaml", "templates": ROOT / "templates", "describe": DEAR, **more})


def simulated(capsys: pytest.CaptureFixture[str], **more: Any) -> list[dict[str, Any]]:
    """The deeds of the JSON form."""
    assert simulate(wanted(form="json", **more)) == 0
    deeds: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["deeds"]
    return deeds


def test_every_rule_is_told_with_the_value_that_decided(capsys: pytest.CaptureFixture[str]) -> None:
    (deed,) = simulated(capsys, move_to=SOW, by="engagement_managers")
    told = {one["rule"]: one for one in deed["turns"][0]["rules"]}
    assert told["ta-gate"]["matched"]
    assert "82,000 USD" in told["ta-gate"]["reason"]
    assert not told["won"]["matched"]
    assert told["won"]["reason"]
    assert len(told) > 20


def test_the_plan_is_a_difference(capsys: pytest.CaptureFixture[str]) -> None:
    (deed,) = simulated(capsys, move_to=SOW, by="engagement_managers")
    assert deed["diff"]["stage"] == {"from": SOW, "to": "proposal::Estimate_Feedback"}
    assert "TA::Needs-Review" in deed["diff"]["labels"]["added"]
    assert [one["channel"] for one in deed["diff"]["told"]] == ["ps-ta"]
    assert deed["comes_to_rest"]


def test_a_fact_may_be_set_whatever_the_text_says(capsys: pytest.CaptureFixture[str]) -> None:
    (deed,) = simulated(capsys, move_to=SOW, set_facts=["estimate_total=50,000 USD"])
    assert deed["diff"]["stage"]["to"] == SOW
    (deed,) = simulated(capsys, set_facts=["ssot_open_rows=2/5"])
    assert deed["turns"][0]["facts"]["ssot_open_rows"]["rows"] == 5


def test_deeds_follow_one_another_and_time_goes_by(capsys: pytest.CaptureFixture[str]) -> None:
    deeds = simulated(
        capsys,
        add_labels=["TA::Needs-Review"],
        remove_labels=["EM_Status::ToDo"],
        move_to="proposal::Strawman_WIP",
        comment="We wait.",
        wait="3 business days",
        at=moment("2026-07-01T10:00:00-07:00"),
    )
    assert [deed["deed"].split(":")[0] for deed in deeds] == [
        "Labels are changed",
        "A comment",
        "The card is moved to proposal",
        "3 business days go by",
    ]
    assert "waiting for a Technical Architect" in json.dumps(deeds[-1]["diff"])


def test_without_a_deed_the_bot_only_looks(capsys: pytest.CaptureFixture[str]) -> None:
    (deed,) = simulated(capsys)
    assert deed["diff"]["labels"] == {"added": [], "removed": []}
    assert simulate(wanted()) == 0
    assert "edited (description)" in capsys.readouterr().out


def test_a_draft_is_tried_instead_of_the_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    draft = tmp_path / "draft.yaml"
    text = (ROOT / "label_rules.yaml").read_text(encoding="utf-8").replace("over: 50000", "over: 90000")
    draft.write_text(text, encoding="utf-8")
    (deed,) = simulated(capsys, move_to=SOW, rules=draft)
    assert deed["diff"]["stage"]["to"] == SOW


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"describe": None}, "Name one issue"),
        ({"item": "a/b#1"}, "Name one issue"),
        ({"move_to": "proposal::SOW_WPI"}, "did you mean 'proposal::SOW_WIP'"),
        ({"set_facts": ["estimate_totl=5"]}, "did you mean 'estimate_total'"),
        ({"set_facts": ["estimate_total"]}, "write name=value"),
        ({"set_facts": ["ssot_open_rows=some"]}, "says nothing"),
        ({"wait": "a while"}, "is not a length of time"),
    ],
)
def test_what_cannot_be_understood_is_said(more: dict[str, Any], says: str) -> None:
    with pytest.raises(AdminMustAct, match=says):
        simulate(wanted(**more))


@pytest.mark.parametrize("text", ["yesterday", "2026-06-09T10:00:00"])
def test_a_time_needs_its_zone(text: str) -> None:
    with pytest.raises(AdminMustAct, match="--at"):
        moment(text)


def test_a_description_is_checked_like_a_test(tmp_path: Path) -> None:
    file = tmp_path / "issue.yaml"
    file.write_text("stage: proposal::SOW_WPI\nlables: [Deal]\n", encoding="utf-8")
    with pytest.raises(AdminMustAct) as caught:
        simulate(wanted(describe=file))
    assert "issue.yaml:1:8: error: stage: unknown stage" in str(caught.value)
    assert "did you mean 'labels'?" in str(caught.value)
