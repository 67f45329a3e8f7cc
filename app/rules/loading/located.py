"""YAML as plain data together with where each piece stands. Bad input becomes problems, never an exception.

YAML 1.2 as ruamel.yaml composes it. Only true, false, null and numbers are more than text: dates, times, ``on`` and
``no`` stay what the admin wrote.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, cast

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from app.rules.loading.problems import Problem, dotted
from app.rules.loading.yaml_words import in_plain_words

Path = tuple[str | int, ...]

MAX_CHARACTERS = 500_000
MAX_NODES = 50_000
"""Aliases count each time they are used, so a small file can't unfold into a huge one."""
MAX_DEPTH = 40

_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_TEXT_LIKE = {"str", "timestamp", "merge", "value"}


@dataclass(frozen=True, slots=True)
class Span:
    """From a place to the one after its end. Lines and columns count from 1."""

    line: int
    column: int
    end_line: int
    end_column: int
    file: int = 0
    """Which file: 0 the rule file itself, then those that it includes."""


@dataclass
class Located:
    """What was read. ``data`` is None if nothing could be."""

    name: str
    lines: list[str]
    data: dict[str, Any] | None = None
    values: dict[Path, Span] = field(default_factory=dict)
    keys: dict[Path, Span] = field(default_factory=dict)
    """Where the key of a mapping's entry stands, by the entry's path."""
    problems: list[Problem] = field(default_factory=list)
    included: list[tuple[str, list[str]]] = field(default_factory=list)
    """Name and lines of each included file."""

    def name_of(self, file: int) -> str:
        """What problems call a file."""
        return self.included[file - 1][0] if file else self.name

    def span(self, path: Path, *, key: bool = False) -> Span:
        """Where ``path`` stands; of something absent, where the nearest block around it stands."""
        while path:
            found = self.keys.get(path) if key else self.values.get(path)
            found = found or self.values.get(path)
            if found:
                return found
            path, key = path[:-1], True
        return Span(1, 1, 1, 2)

    def excerpt(self, line: int, file: int = 0) -> str:
        """A source line, counted from 1."""
        lines = self.included[file - 1][1] if file else self.lines
        return lines[line - 1] if 0 < line <= len(lines) else ""

    def end_on_line(self, span: Span) -> int:
        """The column after the span's end on its first line."""
        if span.end_line == span.line:
            return max(span.end_column, span.column + 1)
        return max(len(self.excerpt(span.line, span.file).rstrip()) + 1, span.column + 1)


def read(text: str, name: str) -> Located:
    """Read a rule file's text; ``name`` is what the problems call it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    located = Located(name, lines)
    if len(text) > MAX_CHARACTERS:
        complain(located, Span(1, 1, 1, 2), (), f"the file is too large: {len(text)} characters, {MAX_CHARACTERS} fit")
        return located
    node = _compose(text, located)
    if located.problems:
        return located
    if node is None:
        complain(located, Span(1, 1, 1, 2), (), "the file is empty; a rule file begins with 'version: 1'")
    elif not isinstance(node, MappingNode):
        complain(located, _span(node), (), "the file must be made of blocks such as 'board:' and 'rules:'")
    else:
        _Walk(located).start(node)
    return located


def _compose(text: str, located: Located) -> Node | None:
    yaml = YAML(typ="safe", pure=True)
    yaml.max_depth = MAX_DEPTH
    # Its warning about a reused anchor goes through the warnings module, which a caller may have made fatal.
    yaml.composer.warn_double_anchors = False
    try:
        node: Node | None = yaml.compose(text)
    except ReaderError as error:
        before = text[: error.position]
        line, column = before.count("\n") + 1, error.position - before.rfind("\n")
        what = f"a character that can't stand in a rule file (U+{error.character:04X}); delete it"
        complain(located, Span(line, column, line, column + 1), (), what)
        return None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        message, hint = in_plain_words(error)
        complain(located, Span(line, column, line, column + 1), (), message, hint)
        return None
    except Exception as error:  # malformed escapes and directives break the parser in many other ways
        complain(located, Span(1, 1, 1, 2), (), f"not valid YAML: {str(error).strip() or type(error).__name__}")
        return None
    return node


class _Walk:
    """One pass over the node tree that fills a ``Located``."""

    def __init__(self, located: Located) -> None:
        self._located = located
        self._nodes = 0

    def start(self, root: MappingNode) -> None:
        data = self._mapping(root, ())
        if self._nodes > MAX_NODES:
            self._located.problems.clear()
            complain(self._located, _span(root), (), f"the file is too large: more than {MAX_NODES} settings")
        else:
            self._located.data = data

    def _value(self, node: Node, path: Path) -> Any:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            return None
        if len(path) > MAX_DEPTH:  # only an alias inside its own anchor gets here: the composer counts the rest
            complain(self._located, _span(node), path[:1], "blocks are nested too deeply here")
            return None
        self._located.values[path] = self._value_span(node, path)
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            self._check_tag(node, path, "seq")
            return [self._value(child, (*path, index)) for index, child in enumerate(node.value)]
        return self._scalar(cast(ScalarNode, node), path)

    def _value_span(self, node: Node, path: Path) -> Span:
        """An empty value has its mark somewhere below; people look for it at its key."""
        empty = isinstance(node, ScalarNode) and node.value == "" and node.style is None
        return self._located.keys.get(path, _span(node)) if empty else _span(node)

    def _mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        self._check_tag(node, path, "map")
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if self._nodes > MAX_NODES:
                break
            if not isinstance(key_node, ScalarNode):
                complain(self._located, _span(key_node), path, "a key must be a word or a text in quotes")
                continue
            key = self._text(key_node, path)
            place = (*path, key)
            if key in data:
                first = self._located.keys[place].line
                message = f"'{key}' is written twice in this block (first on line {first})"
                complain(self._located, _span(key_node), place, message, "keep one of them")
                continue
            self._located.keys[place] = _span(key_node)
            data[key] = self._value(value_node, place)
        return data

    def _scalar(self, node: ScalarNode, path: Path) -> object:
        kind = _kind(node)
        text = self._text(node, path)
        if kind not in _TEXT_LIKE | {"null", "bool", "int", "float"}:
            complain(self._located, _span(node), path, f"the tag '{node.tag}' is not known", "delete it")
            return text
        return text if node.style is not None or kind in _TEXT_LIKE else _plain(kind, text)

    def _text(self, node: ScalarNode, path: Path) -> str:
        """What the scalar says. Escapes in quotes can make what neither databases nor terminals take."""
        text = str(node.value)
        if _UNFIT.search(text):
            complain(self._located, _span(node), path, "an escape here makes a character that can't stand in text")
        return text

    def _check_tag(self, node: Node, path: Path, kind: str) -> None:
        if _kind(node) != kind:
            complain(self._located, _span(node), path, f"the tag '{node.tag}' is not known", "delete it")


def _kind(node: Node) -> str:
    """``str`` for ``tag:yaml.org,2002:str``; a foreign tag comes back whole."""
    return str(node.tag).removeprefix("tag:yaml.org,2002:")


def _plain(kind: str, text: str) -> object:
    """The value of an unquoted word. What the resolver took for a number and is none stays text."""
    if kind == "null":
        return None
    if kind == "bool":
        return {"true": True, "false": False}.get(text.lower(), text)
    digits = text.replace("_", "")
    try:
        if kind == "float":
            return float(digits)
        return int(digits, 0) if digits.lstrip("+-").lower().startswith(("0x", "0o", "0b")) else int(digits)
    except ValueError:
        return text


def _span(node: Node) -> Span:
    start, end = node.start_mark, node.end_mark
    return Span(start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def complain(located: Located, span: Span, path: Path, message: str, suggestion: str = "") -> None:
    """Add an error to the problems."""
    located.problems.append(
        Problem(
            "error",
            located.name_of(span.file),
            span.line,
            span.column,
            located.end_on_line(span),
            dotted(path),
            message,
            suggestion,
            located.excerpt(span.line, span.file),
        )
    )
