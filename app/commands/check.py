"""``./run check``: everything that is wrong with rule files and their templates, in one run."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Literal

import handlers
from app.checking.access import is_given, reading_gitlab
from app.checking.finding import Check, Finding, Report
from app.checking.formats import as_gitlab, as_json, as_text, count, painter, verdict
from app.checking.outside import Asked, check_environment, check_online
from app.errors import AdminMustAct, Refused, TryLater
from app.rules.book import RuleBook
from app.rules.loading.findings import Findings
from app.rules.loading.including import read_with_included
from app.rules.loading.load import load_file
from app.rules.loading.problems import Problem
from app.rules.loading.suggest import did_you_mean
from app.rules.verifying.verified import Verified, as_problem
from app.rules.verifying.verify import SECONDS, verify
from app.templating.folder import TemplateFolder
from app.trying.findings import problems_of
from app.trying.tests import run_tests
from handlers.collaboration.blueprint_faults import blueprint_problems
from handlers.note_text import CONTEXT_NAMES

Format = Literal["text", "json", "gitlab"]

COULD_NOT_RUN = 2


class CouldNotRun(AdminMustAct):
    """A file can't be checked."""


@dataclass(frozen=True, slots=True)
class Wish:
    """How to check."""

    templates: Path
    online: bool = False
    """Ask GitLab whether labels, groups, users and projects are there; includes ``environment``."""
    environment: bool = False
    """Look whether each channel's address is given."""
    seconds: float = SECONDS
    """How long the verifier may search, for each file."""
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)


def check(files: Sequence[Path], wish: Wish, *, form: Format = "text") -> int:
    """0: no errors (there may be warnings). 1: errors. 2: a file, the templates or GitLab can't be read."""
    if not wish.templates.is_dir():
        raise CouldNotRun(f"{wish.templates}: there is no such folder; name the templates' folder with --templates")
    reports, failed = [], []
    with _gitlab(wish) as gitlab:
        for path in files:
            try:
                reports.append(look(path, wish, gitlab))
            except CouldNotRun as error:
                failed.append(str(error))
    _tell(reports, form, wish.environ)
    for sentence in failed:
        print(f"sowbot: {sentence}", file=sys.stderr)
    if failed:
        return COULD_NOT_RUN
    return 1 if any(report.count("error") for report in reports) else 0


def look(path: Path, wish: Wish, gitlab: Asked | None = None) -> Report:
    """All checks of one file. Raises CouldNotRun when it can't be read."""
    _readable(path)
    templates = TemplateFolder(wish.templates)
    loaded = load_file(path, actions=handlers.specs(), templates=templates, context_names=CONTEXT_NAMES, name=str(path))
    found = _as("rule-file", loaded.problems)
    if loaded.book is None:
        return Report(str(path), tuple(found), usable=False)
    book = loaded.book
    found += _blueprints(book, templates, wish.templates)
    tested = run_tests(book, handlers=handlers.by_name(), templates=templates)
    found += _as("rule-tests", problems_of(tested, book=book))
    verified = verify(book, handlers.specs(), seconds=wish.seconds)
    found += _told(verified, path)
    found += _outside(path, book, wish, gitlab)
    return Report(
        str(path),
        tuple(found),
        usable=True,
        summary=(*_summary(book), count(len(tested.results), "test")),
        remarks=(verified.note,),
    )


def _blueprints(book: RuleBook, templates: TemplateFolder, folder: Path) -> list[Finding]:
    """Faults of the blueprints that rules build from, each told at its own line."""
    found: list[Finding] = []
    for name in dict.fromkeys(_blueprints_named(book)):
        file = folder / "collaboration" / f"{name}.yaml"
        try:
            text = file.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            there = [one.stem for one in file.parent.glob("*.yaml")]
            message = f"the blueprint can't be read: {error}"
            problem = Problem("error", str(file), 1, 1, 2, "", message, did_you_mean(name, there))
            found.append(Finding("blueprint", problem))
            continue
        found += _as("blueprint", blueprint_problems(text, str(file), templates))
    return found


def _blueprints_named(book: RuleBook) -> Iterator[str]:
    specs = handlers.specs()
    for rule in book.file.rules:
        for entry in rule.do:
            action, settings = next(iter(entry.items()))
            named = getattr(specs[action].params.model_validate(settings or {}), "blueprint", None)
            if isinstance(named, str):
                yield named


def _readable(path: Path) -> None:
    try:
        with path.open("rb"):
            return
    except FileNotFoundError:
        raise CouldNotRun(f"{path}: there is no such file") from None
    except OSError as error:
        raise CouldNotRun(f"{path}: can't be read: {error.strerror or error}") from None


@contextmanager
def _gitlab(wish: Wish) -> Iterator[Asked | None]:
    """The door to GitLab, if it is wanted; whatever keeps it shut means that the check could not run."""
    if not wish.online:
        yield None
        return
    try:
        with reading_gitlab(wish.environ) as gitlab:
            yield gitlab
    except (TryLater, Refused) as error:
        raise CouldNotRun(f"--online: {error}") from error


def _outside(path: Path, book: RuleBook, wish: Wish, gitlab: Asked | None) -> list[Finding]:
    found: list[Finding] = []
    if wish.environment or wish.online:
        findings = _findings(path)
        check_environment(book, partial(is_given, environ=wish.environ), findings)
        found += _as("environment", findings.problems)
    if gitlab is not None:
        findings = _findings(path)
        check_online(book, handlers.specs(), gitlab, findings)
        found += _as("online", findings.problems)
    return found


def _findings(path: Path) -> Findings:
    """A place for what is found that knows where each piece of the file and its included ones stands."""
    return Findings(read_with_included(path.read_text(encoding="utf-8-sig"), str(path), path)[0])


def _as(check: Check, problems: Sequence[Problem]) -> list[Finding]:
    return [Finding(check, problem) for problem in problems]


def _told(verified: Verified, path: Path) -> list[Finding]:
    """What the verifier found, with its stories."""
    if not verified.findings:
        return []
    located = _findings(path).located
    return [Finding("verifier", as_problem(one, located), one.story) for one in verified.findings]


def _summary(book: RuleBook) -> tuple[str, ...]:
    return (count(len(book.file.rules), "rule"), count(len(book.stages), "stage"))


def _tell(reports: Sequence[Report], form: Format, environ: Mapping[str, str]) -> None:
    if form == "json":
        print(as_json(reports))
    elif form == "gitlab":
        print(as_gitlab(reports, Path(environ.get("CI_PROJECT_DIR") or Path.cwd())))
    else:
        if text := as_text(reports, painter(sys.stderr, environ)):
            print(text, file=sys.stderr)
        for report in reports:
            print(verdict(report))
