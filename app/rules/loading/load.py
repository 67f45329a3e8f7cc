"""Load a rule file: everything that is wrong with it in one run, or a RuleBook that may be used."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from app.errors import RulesError
from app.rules.actions import ActionSpec
from app.rules.book import RuleBook
from app.rules.loading.findings import Findings
from app.rules.loading.including import read_with_included
from app.rules.loading.located import Located
from app.rules.loading.problems import Problem, render_all
from app.rules.loading.references import check_references
from app.rules.loading.sentences import explain
from app.rules.loading.steps import check_steps
from app.rules.loading.templates_index import TemplateIndex
from app.rules.model import RuleFile


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of loading. ``book`` is None if any problem is an error; warnings leave it usable."""

    book: RuleBook | None
    problems: tuple[Problem, ...]
    files: tuple[str, ...] = ()
    """Paths of all files that were read or wanted: when one of them changes, the rules may have changed."""

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that forbid using the file."""
        return tuple(problem for problem in self.problems if problem.severity == "error")


def load(
    text: str,
    *,
    name: str = "label_rules.yaml",
    actions: Mapping[str, ActionSpec],
    templates: TemplateIndex | None = None,
    context_names: Set[str] = frozenset(),
    path: Path | None = None,
) -> Loaded:
    """Check ``text`` and read it. Never raises for what stands in the text; ``name`` is what problems call the file.

    ``path`` is where the text is from: files that it includes are looked for beside it. ``context_names`` are the
    dotted names that every template's context has, ``facts.*`` and ``people.*`` among them. Without ``templates`` those
    are left unchecked.
    """
    located, paths = read_with_included(text, name, path)
    files = tuple(str(one) for one in paths)
    findings = Findings(located)
    if located.data is None:
        return Loaded(None, findings.problems, files)
    steps = check_steps(located.data, actions, findings)
    file = _validate(located.data, findings)
    check_references(located.data, steps, findings, templates=templates, context_names=context_names)
    if file is None or findings.errors:
        return Loaded(None, findings.problems, files)
    book = RuleBook(file=file, path=name, lines=_lines(located), files=files, origins=_origins(located))
    return Loaded(book, findings.problems, files)


def load_file(
    path: Path,
    *,
    actions: Mapping[str, ActionSpec],
    templates: TemplateIndex | None = None,
    context_names: Set[str] = frozenset(),
    name: str = "",
) -> Loaded:
    """``load`` for a file; one that can't be read is a problem too. Problems call it by its path unless named."""
    name = name or str(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        return _unreadable(path, name, 1, f"the file can't be read: {error.strerror or error}")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        return _unreadable(path, name, line, "the file is not UTF-8 text", "save it as UTF-8")
    return load(text, name=name, actions=actions, templates=templates, context_names=context_names, path=path)


def load_or_raise(
    path: Path,
    *,
    actions: Mapping[str, ActionSpec],
    templates: TemplateIndex | None = None,
    context_names: Set[str] = frozenset(),
    name: str = "",
) -> RuleBook:
    """The RuleBook of a file. Raises RulesError whose text is the list of all errors."""
    loaded = load_file(path, actions=actions, templates=templates, context_names=context_names, name=name)
    if loaded.book is None:
        raise RulesError(render_all(loaded.errors), files=loaded.files)
    return loaded.book


def _validate(data: dict[str, object], findings: Findings) -> RuleFile | None:
    try:
        return RuleFile.model_validate(data)
    except ValidationError as error:
        explain(error, model=RuleFile, at=(), data=data, findings=findings)
        return None


def _lines(located: Located) -> dict[str, int]:
    places = {**located.values, **located.keys}
    return {".".join(str(part) for part in path): span.line for path, span in places.items()}


def _origins(located: Located) -> dict[str, str]:
    places = {**located.values, **located.keys}
    return {
        ".".join(str(part) for part in path): located.name_of(span.file) for path, span in places.items() if span.file
    }


def _unreadable(path: Path, name: str, line: int, message: str, suggestion: str = "") -> Loaded:
    return Loaded(None, (Problem("error", name, line, 1, 2, "", message, suggestion),), (str(path),))
