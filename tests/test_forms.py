"""The issues that people file, as GitLab's own description templates."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.commands.forms import FORMS, issue_forms, write
from tests.handlers.scene import BOOK, ROOT, TEMPLATES


def test_each_form_is_called_like_its_label_and_puts_it_on() -> None:
    forms = dict(issue_forms(TEMPLATES, BOOK.file))
    assert len(forms) == len(FORMS)
    for name, text in forms.items():
        label = name.removesuffix(".md")
        assert label in BOOK.file.labels
        assert text.splitlines()[-1] == f'/label ~"{label}"'
        assert "None" not in text
        assert "to-do" in text


def test_writing_twice_says_nothing_the_second_time(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules, templates = ROOT / "label_rules.yaml", ROOT / "templates"
    assert write(rules, templates, tmp_path / "forms") == 0
    assert "work-at-risk.md" in capsys.readouterr().out
    assert write(rules, templates, tmp_path / "forms") == 0
    assert capsys.readouterr().out == ""
    assert len(list((tmp_path / "forms").iterdir())) == len(FORMS)
