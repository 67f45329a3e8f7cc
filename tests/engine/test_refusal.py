"""A bad rule file is refused loudly: counted, told to the admins once, and the last good one stays in force."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.engine.rulebook import Rules
from app.errors import TryLater
from app.metrics import Metrics
from app.rules.book import RuleBook
from app.rules.loading.load import load_or_raise
from tests.rules.toy import ACTIONS, SOUND

BAD = SOUND.replace("channel: services, template", "chanel: services, template")


class Told:
    """Who is told of refusals; ``deaf`` to as many as said."""

    def __init__(self, *, deaf: int = 0) -> None:
        self.heard: list[tuple[str, str]] = []
        self.deaf = deaf

    def __call__(self, problem: str, digest: str) -> None:
        if self.deaf:
            self.deaf -= 1
            raise TryLater("GitLab is away.")
        self.heard.append((problem, digest))


def _load(path: Path) -> RuleBook:
    return load_or_raise(path, actions=ACTIONS, name=path.name)


def _write(path: Path, text: str) -> None:
    """With a time of its own: two writes within the clock's grain are told apart all the same."""
    second = int(path.stat().st_mtime) + 10 if path.exists() else 1
    path.write_text(text, encoding="utf-8")
    os.utime(path, (second, second))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "rules.yaml"
    _write(path, SOUND)
    return path


def test_each_refusal_is_counted_and_told(file: Path) -> None:
    told, metrics = Told(), Metrics()
    rules = Rules(file, _load, on_refused=told, on_bad=metrics.rules_refused)
    _write(file, BAD)
    rules.look()
    rules.look()
    [(problem, _)] = told.heard
    assert "there is no setting called 'chanel' here" in problem
    assert rules.problem == problem
    said = metrics.render().decode()
    assert "sowbot_rules_refused_total 1.0" in said
    assert "sowbot_rules_stale 1.0" in said
    assert [rule.name for rule in rules.book.file.rules] == ["ta-gate", "normalise"]


def test_a_mended_file_is_no_longer_stale() -> None:
    metrics = Metrics()
    metrics.rules_refused()
    metrics.rules("abc")
    assert "sowbot_rules_stale 0.0" in metrics.render().decode()


def test_the_same_bad_content_has_the_same_digest_and_another_has_another(file: Path) -> None:
    told = Told()
    rules = Rules(file, _load, on_refused=told)
    for text in (BAD, SOUND, BAD, BAD.replace("chanel", "channnel")):
        _write(file, text)
        rules.look()
    first, second, third = (digest for _, digest in told.heard)
    assert first == second != third


def test_who_could_not_be_told_is_told_later(file: Path) -> None:
    told = Told(deaf=1)
    rules = Rules(file, _load, on_refused=told, tell_again_s=0)
    _write(file, BAD)
    rules.look()
    assert told.heard == []
    rules.look()
    assert len(told.heard) == 1


def test_nobody_is_told_late_of_what_is_mended(file: Path) -> None:
    told = Told(deaf=1)
    rules = Rules(file, _load, on_refused=told)
    _write(file, BAD)
    rules.look()
    _write(file, SOUND)
    rules.look()
    rules.look()
    assert told.heard == []
