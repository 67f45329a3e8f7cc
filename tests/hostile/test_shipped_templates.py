"""Every shipped template, with something hostile in every value that a person could have written."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from app.gitlab.escape import Safe
from app.sandbox.acts.mentions import mentioned_names
from app.sandbox.quick_actions.extract import extract
from tests.handlers.scene import TEMPLATES
from tests.handlers.test_templates import NAMES, contexts
from tests.hostile.theatre import CARRIAGES, SMUGGLED, VICTIM

ADMINS = frozenset({"people", "stages", "stage", "rule", "origin", "target", "to", "who"})
"""Values that come from the rule file; some are keys by which a template looks others up."""
ACTIONS = ("close", "reopen", "label", "assign", "confidential", "duplicate", "move")
POISON = (
    SMUGGLED,
    CARRIAGES,
    "all",
    f"\n/close\n@{VICTIM}\n",
    f"x](http://evil.example) @{VICTIM}",
    f"https://docs.google.com/x)@{VICTIM}\n/close",
    "javascript:alert(1)",
    f"```\n/close\n```\n@{VICTIM}",
    f"</details>\n\n/close\n<a href=http://evil.example>@{VICTIM}</a>",
    f"<!--\n/close\n@{VICTIM} -->",
)


def poisoned(value: object, poison: str, name: str = "") -> object:
    """The same value with every text in it replaced."""
    if name in ADMINS or isinstance(value, Safe):
        return value
    if isinstance(value, str):
        return poison if value else ""
    if isinstance(value, Mapping):
        return {key: poisoned(inner, poison, str(key)) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [poisoned(inner, poison) for inner in value]
    return value


@pytest.mark.parametrize("name", NAMES)
def test_no_value_runs_a_quick_action_mentions_somebody_or_becomes_a_link(name: str) -> None:
    for poison in POISON:
        for context in contexts(name):
            rendered = TEMPLATES.render(name, {key: poisoned(value, poison, key) for key, value in context.items()})
            assert extract(rendered.body, ACTIONS)[1] == [], (poison, rendered.body)
            assert "](http://evil" not in rendered.body.replace("\\](", ""), (poison, rendered.body)
            assert "](javascript" not in rendered.body, (poison, rendered.body)
            assert "<a href" not in rendered.body.replace("\\<a", ""), (poison, rendered.body)
            # GitLab looks for no quick actions, Markdown or HTML in titles, but for references.
            for text in (rendered.body, str(rendered.meta.get("title", ""))):
                assert not {VICTIM, "all"} & set(mentioned_names(text)), (poison, text)
            assert "\n" not in str(rendered.meta.get("title", ""))
