"""The editors' schema agrees with the loader."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

import handlers
from app.rules.loading.located import read
from app.rules.loading.schema import json_schema
from app.rules.loading.schema_names import EXAMPLES, names_of
from tests.rules.toy import ACTIONS, SOUND

SCHEMA = json_schema(ACTIONS)
VALIDATOR = Draft202012Validator(SCHEMA)


def _faults(text: str) -> list[Any]:
    return list(VALIDATOR.iter_errors(read(text, "r").data))


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_a_sound_file_is_sound_to_it() -> None:
    assert [error.message for error in _faults(SOUND)] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("- notify:", "- notfy:"),
        ("- close:", "- {close: {}, label: {}}"),
        ("channel: services, template", "chanel: services, template"),
        ("event: label added", "event: label add"),
        ("after: 24 hours", "after: 24 hors"),
        ("why: Old", "wy: Old"),
        ("by: leaders", "by: {x: 1}"),
        ("- sow_link", "- {facts: sow_link}"),
    ],
)
def test_what_the_loader_refuses_by_shape_it_refuses_too(old: str, new: str) -> None:
    assert _faults(SOUND.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("event: label added", "event: [label added, comment]"),
        ("name: estimate_total, over: 50000}, labels", "name: estimate_total, is: 5}, labels"),
        ("by: leaders", "by: [leaders]"),
        ("{from: any", "{from: [any]"),
    ],
)
def test_what_the_loader_allows_it_allows_too(old: str, new: str) -> None:
    assert _faults(SOUND.replace(old, new)) == []


def test_docstrings_are_what_an_editor_shows() -> None:
    definitions = SCHEMA["$defs"]
    assert definitions["Rule"]["properties"]["why"]["description"].startswith("One sentence")
    actions = definitions["Rule"]["properties"]["do"]["items"]["properties"]
    assert actions["label"]["description"] == "Add labels and remove others."
    assert definitions["LabelParams"]["properties"]["add"]["description"] == "Labels to add."


def test_settings_that_may_be_left_out_are_not_offered_as_null() -> None:
    assert SCHEMA["$defs"]["People"]["properties"]["group"]["type"] == "string"


def test_two_actions_whose_models_share_a_name_keep_their_own() -> None:
    assert SCHEMA["$defs"]["Rule"]["properties"]["do"]["items"]["minProperties"] == 1
    assert {"MoveParams", "RouteParams"} <= SCHEMA["$defs"].keys()


SHIPPED = json_schema(handlers.specs())


@pytest.mark.parametrize(
    ("block", "setting"),
    [
        (block, setting)
        for block, definition in SHIPPED["$defs"].items()
        for setting in definition.get("properties", {})
        if block != "Need"
    ],
)
def test_every_setting_is_explained_on_hover(block: str, setting: str) -> None:
    assert SHIPPED["$defs"][block]["properties"][setting].get("description")


def test_every_block_of_the_file_is_explained_on_hover() -> None:
    assert [name for name, one in SHIPPED["properties"].items() if not {"description", "$ref"} & one.keys()] == []


def test_the_names_of_a_file_are_offered_and_others_stay_allowed() -> None:
    data = read(SOUND, "r").data
    assert data is not None
    schema = json_schema(ACTIONS, names_of(data, ["comment/welcome"]))
    assert "Calculator" in schema["$defs"]["KnownLabel"]["enum"]
    assert schema["$defs"]["KnownCommentTemplate"]["enum"] == ["welcome"]
    assert list(Draft202012Validator(schema).iter_errors(data)) == []
    other = read(SOUND.replace("by: leaders", "by: nobody_yet"), "r").data
    assert list(Draft202012Validator(schema).iter_errors(other)) == []


def test_examples_fit_their_settings() -> None:
    for setting, examples in EXAMPLES.items():
        block, _, name = setting.partition(".")
        definition = SHIPPED if block == "RuleFile" else SHIPPED["$defs"][block]
        validator = Draft202012Validator({**definition["properties"][name], "$defs": SHIPPED["$defs"]})
        assert all(validator.is_valid(example) for example in examples), setting
