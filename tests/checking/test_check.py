"""``./run check``: exit codes, the three forms, several files, and what GitLab is asked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from app.checking.formats import painter
from app.cli import app
from app.commands.check import CouldNotRun, Wish, check
from app.sandbox.acts.labelling import add_label
from app.sandbox.app import create_sandbox
from app.sandbox.seed import PS_GROUP, Seeded, seed
from app.sandbox.state import World
from tests.sandbox.serving import serving

ROOT = Path(__file__).parents[2]
SHIPPED = (ROOT / "label_rules.yaml").read_text(encoding="utf-8")
BAD = SHIPPED.replace('add: "TA::Needs-Review"', 'add: "TA::Needs-Reveiw"', 1)


def wish(*, environ: Mapping[str, str] | None = None, **how: bool) -> Wish:
    return Wish(ROOT / "templates", environ=environ or {}, **how)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with a good and a bad rule file."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.yaml").write_text(SHIPPED, encoding="utf-8")
    (tmp_path / "bad.yaml").write_text(BAD, encoding="utf-8")
    return tmp_path


def test_a_sound_file_ends_with_0(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check([Path("good.yaml")], wish()) == 0
    assert capsys.readouterr().out.startswith("good.yaml: fine. ")


def test_an_error_ends_with_1_and_every_file_is_looked_at(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check([Path("bad.yaml"), Path("good.yaml")], wish()) == 1
    said = capsys.readouterr()
    assert "bad.yaml: 1 error, 0 warnings; it can't be used." in said.out
    assert "good.yaml: fine." in said.out
    assert "unknown label 'TA::Needs-Reveiw' (did you mean 'TA::Needs-Review'?)" in said.err


def test_a_file_that_is_not_there_ends_with_2_and_the_others_are_looked_at(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check([Path("none.yaml"), Path("bad.yaml")], wish()) == 2
    said = capsys.readouterr()
    assert "none.yaml: there is no such file" in said.err
    assert "bad.yaml: 1 error" in said.out


def test_without_the_templates_it_cannot_run(here: Path) -> None:
    with pytest.raises(CouldNotRun, match="there is no such folder"):
        check([Path("good.yaml")], Wish(here / "nowhere"))
    ended = CliRunner().invoke(app, ["check", "good.yaml", "--templates", "nowhere"])
    assert ended.exit_code == 2


def test_the_command_takes_the_formats_it_names_and_no_other(here: Path) -> None:
    templates = ["--templates", str(ROOT / "templates")]
    assert CliRunner().invoke(app, ["check", "good.yaml", "--format", "json", *templates]).exit_code == 0
    assert CliRunner().invoke(app, ["check", "good.yaml", "--format", "xml", *templates]).exit_code == 2


def test_json_says_all_that_is_known(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check([Path("bad.yaml")], wish(), form="json") == 1
    told = json.loads(capsys.readouterr().out)
    assert told["files"][0]["errors"] == 1
    assert told["files"][0]["usable"] is False
    [problem] = told["problems"]
    assert problem["check"] == "rule-file"
    assert problem["severity"] == "error"
    assert problem["suggestion"] == "did you mean 'TA::Needs-Review'?"
    assert BAD.splitlines()[problem["line"] - 1][problem["column"] - 1 :].startswith('"TA::Needs-Reveiw"')


def test_gitlabs_report_has_what_gitlab_documents(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    [entry] = _gitlab(here / "bad.yaml", capsys, {"CI_PROJECT_DIR": str(here)})
    assert entry["check_name"] == "sowbot-rule-file"
    assert entry["severity"] == "critical"
    assert entry["location"]["path"] == "bad.yaml"
    assert BAD.splitlines()[entry["location"]["lines"]["begin"] - 1].endswith('"TA::Needs-Reveiw"}')
    assert "TA::Needs-Reveiw" in entry["description"]
    assert re.fullmatch("[0-9a-f]{64}", entry["fingerprint"])


def test_a_finding_keeps_its_fingerprint_when_it_moves_and_twins_have_their_own(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = here / "bad.yaml"
    [before] = _gitlab(path, capsys)
    path.write_text(f"# a new line above\n\n{BAD}", encoding="utf-8")
    [after] = _gitlab(path, capsys)
    assert after["fingerprint"] == before["fingerprint"]
    assert after["location"]["lines"]["begin"] == before["location"]["lines"]["begin"] + 2
    path.write_text(SHIPPED.replace('add: "TA::Needs-Review"', 'add: "TA::Needs-Reveiw"'), encoding="utf-8")
    twins = _gitlab(path, capsys)
    assert len({one["fingerprint"] for one in twins}) == len(twins) > 1


def test_no_findings_are_an_empty_report(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _gitlab(here / "good.yaml", capsys) == []


FIGHT = """
  - name: ask
    why: It is asked for.
    when: {event: label added, label: "pc-consulting-checklist"}
    do:
      - label: {add: "RDM::needs-review"}
  - name: take-back
    why: It is not asked for.
    when: {event: label added, label: "pc-consulting-checklist"}
    do:
      - label: {remove: "RDM::needs-review"}
"""


def test_rules_that_fight_are_found_and_the_story_is_told(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "good.yaml").write_text(SHIPPED.replace("\nrules:\n", f"\nrules:\n{FIGHT}", 1), encoding="utf-8")
    check([Path("good.yaml")], wish(), form="json")
    told = json.loads(capsys.readouterr().out)
    [problem] = [one for one in told["problems"] if one["check"] == "verifier"]
    assert problem["message"].startswith("undo:")
    assert len(problem["story"]) > 1
    check([Path("good.yaml")], wish())
    assert f"\n    1. {problem['story'][0]}\n" in capsys.readouterr().err


def test_a_test_of_the_file_that_fails_is_an_error(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = SHIPPED.replace("over: 50000", "over: 900000")
    (here / "good.yaml").write_text(wrong, encoding="utf-8")
    assert check([Path("good.yaml")], wish(), form="json") == 1
    told = json.loads(capsys.readouterr().out)
    assert {one["check"] for one in told["problems"]} >= {"rule-tests"}
    assert told["files"][0]["usable"] is True


class Terminal:
    """A stream that says what it is."""

    def __init__(self, *, terminal: bool) -> None:
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


@pytest.mark.parametrize(
    ("terminal", "environ", "coloured"),
    [
        (True, {}, True),
        (True, {"NO_COLOR": ""}, True),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"TERM": "dumb"}, False),
        (False, {}, False),
    ],
)
def test_colours_are_for_terminals_whose_owner_wants_them(
    terminal: bool, environ: dict[str, str], coloured: bool
) -> None:
    paint = painter(Terminal(terminal=terminal), environ)
    assert (paint is not None) is coloured
    assert paint is None or paint("error", "x") == "\x1b[1;31mx\x1b[0m"


def test_channels_without_an_address_are_warned_of_when_asked(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    secrets = here / "secrets"
    secrets.mkdir()
    (secrets / "slack_us_pubsec").write_text("https://hooks.slack.example/x", encoding="utf-8")
    hooks = ("SLACK_PS_PRACTICE", "SLACK_PS_INTERNAL", "SLACK_PS_PROJECT_LEADERSHIP")
    environ = {"SLACK_BOT_TOKEN": "xoxb-y", "SOWBOT_SECRETS_DIR": str(secrets)}
    environ |= dict.fromkeys(hooks, "https://hooks.slack.example/y")
    assert check([Path("good.yaml")], wish(environ=environ, environment=True)) == 0
    said = capsys.readouterr().err
    assert "SLACK_PS_ENGAGEMENT_MGRS is not set, so nothing can be posted to 'ps-engagement-mgrs'" in said
    assert said.count("warning:") == 1


@pytest.fixture
def gitlab() -> Iterator[tuple[World, Seeded, dict[str, str]]]:
    """A sandbox GitLab, what is in it, and the environment that leads there."""
    world = World()
    made = seed(world)
    with serving(create_sandbox(world)) as url:
        world.base_url = url
        yield world, made, {"SOWBOT_GITLAB_URL": url, "SOWBOT_GITLAB_TOKEN": made.tokens["sowbot"]}


def test_online_finds_nothing_wrong_with_the_shipped_file(
    here: Path, gitlab: tuple[World, Seeded, dict[str, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    world, made, environ = gitlab
    add_label(world, title="CP::Scaffold", color="#6f42c1", home=made.ps_plan)
    assert check([Path("good.yaml")], wish(environ=environ, online=True), form="json") == 0
    told = json.loads(capsys.readouterr().out)
    assert [one["message"] for one in told["problems"] if one["check"] == "online"] == []


def test_online_names_what_gitlab_does_not_know(
    here: Path, gitlab: tuple[World, Seeded, dict[str, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    world, made, environ = gitlab
    next(one for one in world.labels.values() if one.title == "RDM::approved").title = "RDM::aproved"
    empty = made.groups["gitlab-com/ps-ta"].id
    world.members[:] = [one for one in world.members if one.group_id != empty]
    wrong = SHIPPED.replace("users: [project.manager]", "users: [project.manger]")
    wrong = wrong.replace("group: gitlab-com/ps-leadership", "group: gitlab-com/ps-leaders")
    wrong = wrong.replace(f"education-services: {PS_GROUP}/education-services", f"education-services: {PS_GROUP}/edu")
    wrong = wrong.replace("- close: {}", "- close: {}\n      - assign: {users: [engagement.manger]}", 1)
    (here / "good.yaml").write_text(wrong, encoding="utf-8")
    assert check([Path("good.yaml")], wish(environ=environ, online=True), form="json") == 1
    told = json.loads(capsys.readouterr().out)
    found = {one["message"]: one["suggestion"] for one in told["problems"] if one["check"] == "online"}
    assert found == {
        f"GitLab shows the bot no project or group '{PS_GROUP}/edu'": "is it right, and is the bot a member?",
        "GitLab shows the bot no group 'gitlab-com/ps-leaders'": "is the path right, and is the bot a member?",
        "the group 'gitlab-com/ps-ta' has no active members, so nobody of this list hears anything": "",
        "GitLab has no active user 'project.manger'": "",
        "GitLab has no active user 'engagement.manger'": "did you mean 'engagement.manager'?",
        "GitLab has no label 'CP::Scaffold' for ps-plan": "create it there: GitLab > ps-plan > Manage > Labels",
        "GitLab has no label 'RDM::approved' for ps-plan": "did you mean 'RDM::aproved'?",
    }


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({}, "SOWBOT_GITLAB_URL is not set; SOWBOT_GITLAB_TOKEN is not set"),
        ({"SOWBOT_GITLAB_URL": "gitlab", "SOWBOT_GITLAB_TOKEN": "x"}, "is not an address such as"),
        ({"SOWBOT_GITLAB_URL": "http://127.0.0.1:1", "SOWBOT_GITLAB_TOKEN": "x"}, "GitLab could not be reached"),
    ],
)
def test_online_without_gitlab_could_not_run(here: Path, environ: dict[str, str], said: str) -> None:
    ended = CliRunner(env={"SOWBOT_GITLAB_URL": None, "SOWBOT_GITLAB_TOKEN": None, **environ}).invoke(
        app, ["check", "good.yaml", "--online", "--templates", str(ROOT / "templates")]
    )
    assert ended.exit_code == 2
    assert said in ended.stderr


def test_a_token_that_gitlab_does_not_know_is_said(here: Path, gitlab: tuple[World, Seeded, dict[str, str]]) -> None:
    with pytest.raises(CouldNotRun, match="Is the bot's token right"):
        check([Path("good.yaml")], wish(environ={**gitlab[2], "SOWBOT_GITLAB_TOKEN": "wrong"}, online=True))


def _gitlab(
    path: Path, capsys: pytest.CaptureFixture[str], environ: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    check([path], wish(environ=environ), form="gitlab")
    entries: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return entries
