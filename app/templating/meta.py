"""Front matter of a template: splitting it off, reading it as YAML, and turning rendered values into typed ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import MarkedYAMLError

from app.templating.check import TemplateProblem, nearest

LISTS = frozenset({"labels", "assignees", "needs"})
FLAGS = frozenset({"confidential"})
TEXTS = frozenset({"title", "due", "project", "finds"})
"""``finds``: words in the title of an issue that somebody else may have made instead of this one."""
KEYS = LISTS | FLAGS | TEXTS


@dataclass(frozen=True, slots=True)
class Parts:
    """A template file: its front matter as written, and its body. Line numbers of both are those of the file."""

    meta: Mapping[str, Any]
    lines: Mapping[str, int]
    body: str
    """Preceded by as many empty lines as the front matter had."""
    problems: tuple[TemplateProblem, ...] = ()


def split(source: str) -> Parts:
    """Front matter and body. Without a first line ``---`` all is body."""
    lines = source.replace("\r\n", "\n").split("\n")
    if lines[0].rstrip() != "---":
        return Parts({}, {}, "\n".join(lines))
    end = next((number for number, line in enumerate(lines[1:], start=1) if line.rstrip() == "---"), None)
    if end is None:
        return Parts({}, {}, "", (TemplateProblem(1, "The front matter has no end: a line of three dashes."),))
    body = "\n" * (end + 1) + "\n".join(lines[end + 1 :])
    return _read("\n" + "\n".join(lines[1:end]), body)


def typed(key: str, value: Any, render: Callable[[str, str], str]) -> object:
    """A front matter value with its texts rendered (``render(key, text)``), as the type that its key has."""
    if key in LISTS:
        parts = value if isinstance(value, list) else [value]
        return [text for part in parts if (text := render(key, str(part)))]
    if key in FLAGS:
        return value if isinstance(value, bool) else render(key, str(value)).lower() in ("yes", "true")
    return render(key, str(value))


def _read(yaml: str, body: str) -> Parts:
    try:
        data = YAML(typ="rt", pure=True).load(yaml)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        hint = " A value with {{ … }} has to stand in quotes." if "{{" in yaml else ""
        return Parts({}, {}, body, (TemplateProblem(line, f"The front matter is no YAML: {error.problem}.{hint}"),))
    if data is None:
        return Parts({}, {}, body)
    if not isinstance(data, CommentedMap):
        return Parts({}, {}, body, (TemplateProblem(1, "The front matter has to be lines of the form key: value."),))
    lines = {str(key): data.lc.key(key)[0] + 1 for key in data}
    return Parts(
        {str(key): value for key, value in data.items() if value is not None},
        lines,
        body,
        tuple(_key_problems(data, lines)),
    )


def _key_problems(data: CommentedMap, lines: Mapping[str, int]) -> list[TemplateProblem]:
    problems = []
    for key, value in data.items():
        name = str(key)
        if name not in KEYS:
            problems.append(TemplateProblem(lines[name], f"Front matter has no key {name!r}.", nearest(name, KEYS)))
        elif not _fits(name, value):
            hint = " A value with {{ … }} has to stand in quotes." if isinstance(value, dict) else ""
            problems.append(TemplateProblem(lines[name], f"{name} has to be {_form(name)}.{hint}"))
    return problems


def _fits(name: str, value: object) -> bool:
    if isinstance(value, list):
        return name in LISTS and not any(isinstance(part, dict | list) for part in value)
    return not isinstance(value, dict)


def _form(name: str) -> str:
    return "a text or a list of texts" if name in LISTS else "yes or no" if name in FLAGS else "one text"
