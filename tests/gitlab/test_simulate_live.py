"""./run simulate on an issue of a GitLab that is there: it reads over HTTP and sends nothing that writes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.commands.simulate import Wanted, simulate
from app.errors import AdminMustAct, NotFound
from tests.gitlab.conftest import Stage
from tests.gitlab.sandbox_world import BOT_TOKEN

ROOT = Path(__file__).parents[2]


@pytest.fixture
def live(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """The sandbox as the GitLab of the settings."""
    monkeypatch.setenv("SOWBOT_GITLAB_URL", stage.scene.world.base_url)
    monkeypatch.setenv("SOWBOT_GITLAB_TOKEN", BOT_TOKEN)
    return stage


def wanted(item: str, move_to: str | None = None, by: str = "") -> Wanted:
    return Wanted(
        item=item, rules=ROOT / "label_rules.yaml", templates=ROOT / "templates", move_to=move_to, by=by, form="json"
    )


def test_a_live_issue_is_read_and_left_as_it_is(live: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    live.scene.put_labels("Services Calculator", "proposal::Awaiting_Discovery")
    before = live.scene.labels()
    item = f"ps/ps-plan#{live.scene.item.iid}"
    assert simulate(wanted(item, "proposal::SOW_WIP", "engagement.manager")) == 0
    (deed,) = json.loads(capsys.readouterr().out)["deeds"]
    assert deed["diff"]["stage"] == {"from": "proposal::SOW_WIP", "to": "proposal::Awaiting_Discovery"}
    assert any(one["what"] == "comment" for one in deed["diff"]["written"])
    assert live.scene.labels() == before
    assert live.scene.notes() == []


def test_an_issue_that_is_not_there_is_said(live: Stage) -> None:
    with pytest.raises(NotFound):
        simulate(wanted("ps/ps-plan#999"))
    with pytest.raises(AdminMustAct, match="group/project#7"):
        simulate(wanted("ps/ps-plan"))


def test_somebody_of_a_list_that_cannot_be_read_is_nobody(live: Stage) -> None:
    with pytest.raises(AdminMustAct, match="ps_leadership"):
        simulate(wanted(f"ps/ps-plan#{live.scene.item.iid}", "proposal::SOW_WIP", "ps_leadership"))
