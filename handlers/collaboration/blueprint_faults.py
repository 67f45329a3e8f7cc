"""What is wrong with a blueprint, by line and column, with what was probably meant: for ``check``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Any

from pydantic import ValidationError

from app.rules.loading.findings import Findings
from app.rules.loading.located import Path, read
from app.rules.loading.problems import Problem
from app.rules.loading.sentences import explain
from app.rules.loading.suggest import did_you_mean
from app.rules.loading.templates_index import TemplateIndex
from app.rules.loading.tolerant import below, block, items, names, texts
from handlers.collaboration.blueprint import NUMBER, PLACEHOLDERS, Blueprint

TEMPLATE_NAMES = frozenset(
    {"customer", "sow", "pm", "activity", "number", "iterations", "weeks", "starts", "ends", "large", "week"}
)
"""What templates of the customer's project may name: nothing of the scoping issue is among it."""

_BRACES = re.compile(r"\{([^{}]*)\}")
_FOLDER = "collaboration"
_SPELT = {title.replace(":: ", "::"): title for title in (f"PS:: Priority {one}" for one in ("High", "Medium", "Low"))}
"""Labels that people are used to in a spelling that looks like a slip."""


def blueprint_problems(text: str, name: str, templates: TemplateIndex) -> tuple[Problem, ...]:
    """All faults of a blueprint's text; ``name`` is what the problems call the file."""
    located = read(text, name)
    findings = Findings(located)
    if located.data is None:
        return findings.problems
    data = located.data
    try:
        Blueprint.model_validate(data)
    except ValidationError as error:
        explain(error, model=Blueprint, at=(), data=data, findings=findings)
    _placeholders(data, findings)
    _labels(data, findings)
    _templates(data, templates, findings)
    _files(data, findings)
    return findings.problems


def _placeholders(data: dict[str, Any], findings: Findings) -> None:
    for path, text in texts(data):
        allowed = PLACEHOLDERS if path[:1] == ("iterations",) else tuple(one for one in PLACEHOLDERS if one != NUMBER)
        for word in _BRACES.findall(text):
            if word not in allowed:
                message = f"{{{word}}} stands for nothing here"
                findings.error(path, message, did_you_mean(word, allowed))
        if _BRACES.sub("", text).count("{") or _BRACES.sub("", text).count("}"):
            findings.error(path, "a brace is left over", "write {customer}, {sow} or {pm}")


def _labels(data: dict[str, Any], findings: Findings) -> None:
    """Labels are named once, and boards and epics name labels that are there."""
    titled = [(path, below(one, "title")) for path, one in items(data.get("labels"), ("labels",))]
    titles = [(path, title) for path, title in titled if isinstance(title, str)]
    counted = Counter(title.casefold() for _, title in titles)
    seen: set[str] = set()
    for path, title in titles:
        if counted[title.casefold()] > 1 and title.casefold() in seen:
            findings.error((*path, "title"), f"the label '{title}' is listed twice", "keep one of them")
        seen.add(title.casefold())
        if usual := _SPELT.get(title):
            findings.warning((*path, "title"), f"people know this label as '{usual}'", "with the blank")
    known = [title for _, title in titles]
    for path, title in _label_uses(data):
        if title not in known:
            findings.error(path, f"no label '{title}' is listed under labels", did_you_mean(title, known))


def _label_uses(data: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    for path, board in items(data.get("boards"), ("boards",)):
        for key in ("lists", "only"):
            yield from names(block(board).get(key), (*path, key))
    yield from names(below(data, "epics", "labels"), ("epics", "labels"))


def _templates(data: dict[str, Any], templates: TemplateIndex, findings: Findings) -> None:
    there = [name.removeprefix(f"{_FOLDER}/") for name in templates.names() if name.startswith(f"{_FOLDER}/")]
    for path, name in _template_uses(data):
        if name not in there:
            near = did_you_mean(name, there, else_list=False)
            findings.error(path, f"there is no template templates/{_FOLDER}/{name}.md", near)
            continue
        for problem in templates.problems(f"{_FOLDER}/{name}", TEMPLATE_NAMES):
            findings.error(path, f"templates/{_FOLDER}/{name}.md: {problem}")


def _template_uses(data: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    blocks: Iterable[tuple[Path, Any]] = [
        (("epics",), data.get("epics")),
        *items(data.get("issues"), ("issues",)),
        *items(data.get("files"), ("files",)),
    ]
    for path, part in blocks:
        template = below(part, "template")
        if isinstance(template, str):
            yield (*path, "template"), template


def _files(data: dict[str, Any], findings: Findings) -> None:
    for path, part in items(data.get("files"), ("files",)):
        wanted = below(part, "path")
        if isinstance(wanted, str) and (wanted.startswith("/") or ".." in PurePosixPath(wanted).parts or not wanted):
            findings.error((*path, "path"), f"'{wanted}' is no path inside the repository", "for example docs/plan.md")
