"""What the bot files and writes for a private item in its own project, and in another one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.decision import Result
from handlers.scoping.request import FORM_NAMES
from tests.handlers.scene import PS_PLAN, Scene

CUSTOMER = "Zanzibar Canary Agency"
PRIVATE = ("Services Calculator", "Public Sector US")
EDUCATION = "gitlab-com/customer-success/professional-services-group/education-services"
FILE = {"template": "project_scheduling_intake"}


def scene_of(labels: tuple[str, ...] = PRIVATE) -> Scene:
    scene = Scene(title=f"{CUSTOMER} - Scope Issue and Write SOW", labels=labels)
    scene.gitlab.add_project(EDUCATION)
    return scene


def filed(scene: Scene) -> tuple[str, str]:
    """Title and description of the one issue that was filed."""
    (made,) = (one for key, one in scene.gitlab.items.items() if key != scene.key)
    return made.title, made.description


def test_in_its_own_project_an_issue_is_called_after_the_reference() -> None:
    scene = scene_of()
    assert scene.run("create_issue", FILE).result is Result.APPLIED
    title, _ = filed(scene)
    assert title.replace("\u2060", "") == "ps-plan#12 - Project Scheduling Intake"


def test_an_open_items_issue_is_called_after_the_customer() -> None:
    scene = scene_of(("Services Calculator",))
    scene.run("create_issue", FILE)
    assert filed(scene)[0] == f"{CUSTOMER} - Project Scheduling Intake"


@pytest.mark.parametrize("template", ["project_scheduling_intake", "scoping_issue"])
def test_in_another_project_nothing_of_it_is_said(template: str) -> None:
    scene = scene_of()
    values = dict.fromkeys(FORM_NAMES, "") | {
        "customer": CUSTOMER,
        "requested_by": ["canary.person"],
        "account_team": ["canary.person"],
    }
    params = {"template": template, "project": "education-services", "with": {**values, "territory": "Zanzibar"}}
    try:
        scene.run("create_issue", params)
    except Exception as error:
        pytest.fail(f"{template}: {error}")
    text = "\n".join(filed(scene))
    assert "anzibar" not in text
    assert "anary" not in text
    assert PS_PLAN in text.replace("\\", "") or template == "scoping_issue"


def test_a_comment_in_another_project_names_the_reference_only() -> None:
    scene = scene_of()
    scene.run("create_issue", {**FILE, "project": "education-services"})
    scene.run("update_issue", {"of": "project_scheduling_intake", "comment": "intake_won", "append": "intake_won"})
    (other,) = (key for key in scene.gitlab.items if key != scene.key)
    said = "\n".join([*scene.gitlab.bodies(other), *filed(scene)])
    assert "anzibar" not in said


def test_an_intake_that_was_filed_before_the_label_came_is_still_found() -> None:
    scene = scene_of(("Services Calculator",))
    scene.run("create_issue", FILE)
    scene.gitlab.items[scene.key] = replace(scene.item, labels=PRIVATE)
    assert scene.run("update_issue", {"of": "project_scheduling_intake", "comment": "intake_won"}).result is (
        Result.APPLIED
    )
