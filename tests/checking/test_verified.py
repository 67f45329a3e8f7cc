"""``check`` tells what the verifier found, with its story, and how far it looked."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.commands.check import Wish, check

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "tests" / "rules" / "corpus"
WISH = Wish(ROOT / "templates")


def test_a_loop_fails_the_check_and_is_told_as_a_story(capsys: pytest.CaptureFixture[str]) -> None:
    assert check([CORPUS / "faulty" / "loop_scoped_flip.yaml"], WISH) == 1
    said = capsys.readouterr()
    assert "error: rules[0]: loop: rule 'a' (line 21) and rule 'b' (line 27) never come to rest" in said.err
    assert "    3. Rule 'a' (line 21) adds 's::y' and removes 's::x', because label added ('s::x').\n" in said.err
    assert "it must not be used as it is" in said.out


def test_a_rule_that_never_fires_is_a_warning(capsys: pytest.CaptureFixture[str]) -> None:
    file = CORPUS / "faulty" / "shadowed_twice_the_same.yaml"
    assert check([file], WISH) == 0
    assert "warning: rules[1]: shadowed: rule 'b' changes nothing" in capsys.readouterr().err


def test_how_far_it_looked_is_told_of_every_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert check([ROOT / "label_rules.yaml"], WISH) == 0
    assert "\n  Verified " in capsys.readouterr().out
