"""A link that opens a prefilled issue, and nothing that is filed."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import unquote

import pytest

from app.domain.decision import Result
from tests.handlers.scene import Scene

OFFER = {"template": "escalation", "comment": "project_red", "project_fact": "collaboration_project"}


def offered(line: str) -> str:
    """What the bot says on an issue with this line."""
    scene = Scene(description=line)
    scene.gitlab.items[scene.key] = replace(scene.item, title="Example Bank")
    assert scene.run("offer_issue", OFFER).result is Result.APPLIED
    assert scene.run("offer_issue", OFFER).result is Result.ALREADY_SO
    assert len(scene.gitlab.items) == 1
    (body,) = scene.gitlab.bodies(scene.key)
    return body


def test_the_link_opens_the_form_of_the_customer_s_project_filled_in() -> None:
    body = offered("Collaboration project: https://gitlab.example/customers/bank/SOW-3697/-/boards")
    address = body.split("(https://", 1)[1].split(")", 1)[0]
    assert address.startswith("gitlab.example/customers/bank/SOW-3697/-/issues/new?issue%5Btitle%5D=Escalation&amp;")
    assert "## Until it is solved" in unquote(address)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "Collaboration project: soon",
        "Collaboration project: https://gitlab.evil/customers/bank",
        "Collaboration project: https://gitlab.example/bank",
        "Collaboration project: javascript:alert(1)",
    ],
)
def test_what_is_no_project_of_this_gitlab_gets_no_link(line: str) -> None:
    body = offered(line)
    assert "issues/new" not in body
    assert "Collaboration project: <link>" in body
