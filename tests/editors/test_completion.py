"""In an editor with yaml-language-server: keys, labels in use, handlers and the rest are offered and explained."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

import handlers
from tests.editors.language_server import ROOT, Editor, editing, find_server

SHIPPED = (ROOT / "label_rules.yaml").read_text(encoding="utf-8")
HEAD = "# yaml-language-server: $schema=./label_rules.schema.json\nversion: 1\n"
RULE = f"{HEAD}rules:\n  - name: x\n    why: Because.\n"


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    server = find_server()
    if server is None:
        how = "npm install --prefix .venv-node yaml-language-server@2.0.0"
        pytest.skip(f"yaml-language-server is not installed; get it with: {how}")
    folder = tmp_path_factory.mktemp("edited")
    shutil.copy(ROOT / "label_rules.schema.json", folder)
    file = folder / "label_rules.yaml"
    file.write_text(HEAD, encoding="utf-8")
    with editing(server, file) as opened:
        yield opened


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        (f"{HEAD}|", {"people", "labels", "facts", "board", "rules", "tests"}),
        (f"{RULE}    |", {"when", "unless", "do", "mode", "as_often_as"}),
        (f"{RULE}    when:\n      |", {"event", "labels", "stage", "fact", "actor"}),
        (f"{RULE}    when:\n      event: |", {"label added", "stage entered", "fact changed", "command"}),
        (f"{RULE}    when:\n      event: stage entered\n      stage: |", {"Open", "proposal::SOW_WIP"}),
        (f"{RULE}    unless:\n      actor: |", {"ps_leadership", "technical_architects"}),
        (f"{RULE}    mode: |", {"off", "shadow", "announce", "live"}),
        (f"{RULE}    do:\n      - label:\n          add: |", {"TA::Needs-Review", "EM_Status::ToDo"}),
        (f"{RULE}    do:\n      - label:\n          remove:\n            - |", {"TA::Needs-Review"}),
        (f"{RULE}    do:\n      - comment:\n          template: |", {"welcome", "ta_review_needed"}),
        (f"{RULE}    do:\n      - notify:\n          channel: |", {"ps-ta", "us-pubsec"}),
        (f"{RULE}    do:\n      - assign:\n          route: |", {"engagement-managers"}),
        (f"{HEAD}board:\n  moves:\n    - from: |", {"any", "Open", "proposal::Approved"}),
        (f"{HEAD}board:\n  moves:\n    - needs:\n        - |", {"fact", "label", "sow_link"}),
    ],
)
def test_what_can_stand_there_is_offered(editor: Editor, text: str, offered: set[str]) -> None:
    assert offered <= editor.completions(text)


def test_every_handler_is_offered(editor: Editor) -> None:
    assert set(handlers.specs()) <= editor.completions(f"{RULE}    do:\n      - |")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"{RULE}    also_own_ch|anges: true\n", "React to what the bot itself did"),
        (f"{RULE}    do:\n      - lab|el: {{add: x}}\n", "Add labels to the item and remove others."),
        (f"{RULE}    do:\n      - label: {{ad|d: x}}\n", "Labels to add."),
        (f"{RULE}    when: {{event: timer, acto|r: x}}\n", "is in one of these people lists"),
        (f"{HEAD}board:\n  unlis|ted: warn\n", "What happens on a move that no line"),
        (f"{HEAD}calendar:\n  workd|ays: Mon-Fri\n", "Mon, Tue, Thu"),
    ],
)
def test_a_key_is_explained_on_hover(editor: Editor, text: str, shown: str) -> None:
    assert shown in editor.hover(text)


def test_the_shipped_file_has_no_red_line_and_a_misspelt_key_has_one(editor: Editor) -> None:
    assert editor.faults(SHIPPED) == []
    assert any("wy" in fault for fault in editor.faults(SHIPPED.replace("    why: ", "    wy: ", 1)))


def test_a_label_that_the_file_does_not_name_yet_is_no_fault(editor: Editor) -> None:
    assert editor.faults(SHIPPED.replace('add: "TA::Needs-Review"', 'add: "TA::Quite-New"')) == []
