"""Renders the texts below ``templates/``: Markdown with front matter, in which nothing that people wrote can act."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Template, TemplateError, TemplateSyntaxError, nodes

from app.errors import AdminMustAct
from app.handler import Rendered
from app.templating.check import TemplateProblem, name_problems, nearest, quick_action_problems, structure_problems
from app.templating.language import TemplateEnvironment, body_environment, plain_environment, title_environment
from app.templating.meta import Parts, split, typed

OUTPUT_LIMIT = 900_000
"""Characters that a rendered template may have: GitLab takes a million in a note."""

_NAME = re.compile(r"[a-z0-9_-]+(/[a-z0-9_-]+)*", re.IGNORECASE)


class TemplateFault(AdminMustAct):
    """A template can't be used as it stands."""


@dataclass(frozen=True, slots=True)
class _Loaded:
    stamp: tuple[int, int]
    body: Template
    meta: Mapping[str, Any]
    texts: Mapping[tuple[str, str], Template]
    """Compiled front matter texts by key and source."""


class TemplateFolder:
    """The templates of one folder. Files are read again when they change; it may be used from several threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._body = body_environment()
        self._title = title_environment()
        self._plain = plain_environment()
        self._loaded: dict[str, _Loaded] = {}
        self._lock = threading.Lock()

    def names(self) -> tuple[str, ...]:
        """Names of all templates, as ``folder/name``."""
        files = self._path.rglob("*.md")
        return tuple(sorted(file.relative_to(self._path).with_suffix("").as_posix() for file in files))

    def fingerprint(self) -> bytes:
        """A hash of every file's name and content: the same only while nothing was changed."""
        seen = hashlib.sha256()
        for file in sorted(one for one in self._path.rglob("*") if one.is_file()):
            seen.update(b"%b\0%b\0" % (file.relative_to(self._path).as_posix().encode(), file.read_bytes()))
        return seen.digest()

    def render(self, name: str, context: Mapping[str, object]) -> Rendered:
        """The text with the values of ``context``. Raises TemplateFault, naming file and line, when it can't."""
        loaded = self._load(name)
        try:
            meta = {
                key: typed(key, value, lambda key, text: _render(loaded.texts[key, text], context).strip())
                for key, value in loaded.meta.items()
            }
            return Rendered(body=_render(loaded.body, context).strip(), meta=meta)
        except (TemplateError, ArithmeticError, TypeError, ValueError) as error:
            file = self._file(name)
            raise TemplateFault(f"{_place(file, error)}: {error}. `sowbot check` finds such errors.") from error

    def blueprint(self, name: str) -> str:
        """The text of ``<name>.yaml`` as it is written. Raises TemplateFault if there is none."""
        file = self._path / f"{name}.yaml"
        if not _NAME.fullmatch(name) or not file.is_file():
            raise TemplateFault(f"There is no blueprint {name!r} in {self._path}.")
        return file.read_text(encoding="utf-8")

    def problems(self, name: str, known: Set[str]) -> list[TemplateProblem]:
        """What is wrong in a template, given the names that its context has (``item.title``, ``facts.*``)."""
        source = self._source(name)
        parts = split(source)
        found = [*parts.problems, *quick_action_problems(parts.body)]
        for environment, text, first_line in self._pieces(parts):
            try:
                tree = _parse(environment, text, first_line)
            except TemplateSyntaxError as error:
                found.append(TemplateProblem(error.lineno, f"{error.message}."))
            else:
                found += [*structure_problems(tree), *name_problems(tree, known)]
        return sorted(found, key=lambda problem: problem.line)

    def _load(self, name: str) -> _Loaded:
        file = self._file(name)
        stat = file.stat()
        stamp = (stat.st_mtime_ns, stat.st_size)
        with self._lock:
            found = self._loaded.get(name)
        if found is None or found.stamp != stamp:
            found = self._compile(file, stamp, self._source(name))
            with self._lock:
                self._loaded[name] = found
        return found

    def _compile(self, file: Path, stamp: tuple[int, int], source: str) -> _Loaded:
        parts = split(source)
        problems = [*parts.problems, *quick_action_problems(parts.body)]
        if problems:
            raise TemplateFault(f"{file}, {problems[0]}")
        texts = {
            (key, text): self._template(file, self._environment(key), text, parts.lines[key])
            for key, text in _meta_texts(parts)
        }
        return _Loaded(stamp, self._template(file, self._body, parts.body, 1), parts.meta, texts)

    def _template(self, file: Path, environment: TemplateEnvironment, source: str, first_line: int) -> Template:
        try:
            tree = _parse(environment, source, first_line)
        except TemplateSyntaxError as error:
            raise TemplateFault(f"{file}, line {error.lineno}: {error.message}.") from error
        if problem := next(structure_problems(tree), None):
            raise TemplateFault(f"{file}, {problem}")
        code = environment.compile(tree, filename=str(file))
        return Template.from_code(environment, code, {})

    def _pieces(self, parts: Parts) -> Iterator[tuple[TemplateEnvironment, str, int]]:
        for key, text in _meta_texts(parts):
            yield self._environment(key), text, parts.lines[key]
        yield self._body, parts.body, 1

    def _environment(self, key: str) -> TemplateEnvironment:
        return self._title if key == "title" else self._plain

    def _source(self, name: str) -> str:
        return self._file(name).read_text(encoding="utf-8")

    def _file(self, name: str) -> Path:
        file = self._path / f"{name}.md"
        if not _NAME.fullmatch(name) or not file.is_file():
            guess = nearest(name, set(self.names()))
            hint = f" Did you mean {guess}?" if guess else ""
            raise TemplateFault(f"There is no template {name!r} in {self._path}.{hint}")
        return file


def _meta_texts(parts: Parts) -> Iterator[tuple[str, str]]:
    for key, value in parts.meta.items():
        for part in value if isinstance(value, list) else [value]:
            if not isinstance(part, dict | list):
                yield key, str(part)


def _parse(environment: TemplateEnvironment, source: str, first_line: int) -> nodes.Template:
    # Empty lines before the text give its nodes, and so every message, the line numbers of the file.
    return environment.parse("\n" * (first_line - 1) + source)


def _render(template: Template, context: Mapping[str, object]) -> str:
    size = 0
    parts = []
    for part in template.generate(dict(context)):
        size += len(part)
        if size > OUTPUT_LIMIT:
            raise ValueError(f"the text grows beyond {OUTPUT_LIMIT:,} characters")
        parts.append(part)
    return "".join(parts)


def _place(file: Path, error: BaseException) -> str:
    line = None
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == str(file):
            line = trace.tb_lineno
        trace = trace.tb_next
    return f"{file}, line {line}" if line else str(file)
