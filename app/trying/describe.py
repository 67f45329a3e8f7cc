"""An issue described in a small YAML file: the words of ``given`` in a test, checked against the rule file."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from app.errors import AdminMustAct
from app.rules.book import RuleBook
from app.rules.loading.checks.known import Known
from app.rules.loading.checks.names import check_names
from app.rules.loading.findings import Findings
from app.rules.loading.located import read
from app.rules.loading.problems import render_all
from app.rules.loading.sentences import explain
from app.rules.trying.checks import names_in_given
from app.rules.trying.written import Given


def read_description(path: Path, book: RuleBook) -> Given:
    """Raises AdminMustAct with every fault of the file, each with its place."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise AdminMustAct(f"{path} can't be read: {error}") from error
    located = read(text, str(path))
    findings = Findings(located)
    given: Given | None = None
    if located.data is not None:
        try:
            given = Given.model_validate(located.data)
        except ValidationError as error:
            explain(error, model=Given, at=(), data=located.data, findings=findings)
        known = Known.of(book.file.model_dump(by_alias=True))
        check_names(names_in_given(located.data, ()), known, findings)
    if given is None or findings.errors:
        raise AdminMustAct(render_all(findings.problems))
    return given
