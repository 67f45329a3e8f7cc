"""Reads GraphQL documents: operations, fields with aliases and arguments, inline and named fragments, variables.

Not understood: directives, block strings, subscriptions. There is no GraphQL library among the dependencies, and the
sandbox needs only to read what clients send.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_TOKEN = re.compile(
    r"[\s,﻿]+|#[^\n]*"
    r'|(?P<token>\.\.\.|[!$():=@\[\]{}|&]|"(?:[^"\\\n]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[_A-Za-z]\w*)',
    re.ASCII,
)


class GraphQLError(Exception):
    """The document can't be read or asks for something that is not there; the message is for the client."""


@dataclass(frozen=True)
class Field:
    """A field as asked for."""

    name: str
    key: str
    """The alias, or the name again."""
    arguments: dict[str, Any]
    selection: tuple[Field | Fragment, ...] = ()


@dataclass(frozen=True)
class Fragment:
    """Fields that count for one type only (``... on WorkItemWidgetLabels``)."""

    on: str | None
    selection: tuple[Field | Fragment, ...]


@dataclass(frozen=True)
class Operation:
    """A query or a mutation."""

    kind: str
    selection: tuple[Field | Fragment, ...]


@dataclass
class _Reader:
    tokens: list[str]
    variables: Mapping[str, Any]
    at: int = 0
    fragments: dict[str, Fragment] = field(default_factory=dict)

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, expected: str = "") -> str:
        word = self.peek()
        if not word or (expected and word != expected):
            raise GraphQLError(f"Expected {expected or 'more'}, actual: {word or 'end of the document'}")
        self.at += 1
        return word

    def took(self, word: str) -> bool:
        if self.peek() != word:
            return False
        self.at += 1
        return True


def read(document: str, variables: Mapping[str, Any], operation_name: str | None = None) -> Operation:
    """The operation of a document, its variables filled in. Raises GraphQLError."""
    reader = _Reader(_tokens(document), variables)
    _collect_fragments(reader)
    found: Operation | None = None
    while reader.peek():
        kind, name, operation = _definition(reader)
        if kind != "fragment" and (operation_name in {None, name} or found is None):
            found = operation
    if found is None:
        raise GraphQLError("No operation in the document")
    return found


def _tokens(document: str) -> list[str]:
    tokens, at = [], 0
    while at < len(document):
        match = _TOKEN.match(document, at)
        if match is None:
            raise GraphQLError(f"Parse error on {document[at]!r}")
        if match["token"]:
            tokens.append(match["token"])
        at = match.end()
    return tokens


def _collect_fragments(reader: _Reader) -> None:
    """Named fragments may be used before they are written: read them first."""
    starts = [
        at for at, word in enumerate(reader.tokens) if word == "fragment" and reader.tokens[at + 2 : at + 3] == ["on"]
    ]
    for start in reversed(starts):
        reader.at = start + 1
        name = reader.take()
        reader.take("on")
        on = reader.take()
        reader.fragments[name] = Fragment(on=on, selection=_selection(reader))
    reader.at = 0


def _definition(reader: _Reader) -> tuple[str, str | None, Operation]:
    if reader.peek() == "{":
        return "query", None, Operation("query", _selection(reader))
    kind = reader.take()
    if kind not in {"query", "mutation", "fragment"}:
        raise GraphQLError(f"Unexpected {kind!r} in the document")
    name = reader.take() if reader.peek() not in {"(", "{"} else None
    if kind == "fragment":
        reader.take("on")
        reader.take()
    defaults = _variable_definitions(reader) if reader.peek() == "(" else {}
    reader.variables = {**defaults, **reader.variables}
    return kind, name, Operation(kind, _selection(reader))


def _variable_definitions(reader: _Reader) -> dict[str, Any]:
    reader.take("(")
    defaults: dict[str, Any] = {}
    while not reader.took(")"):
        reader.take("$")
        name = reader.take()
        reader.take(":")
        while reader.peek() not in {"$", ")", "="}:
            reader.take()
        if reader.took("="):
            defaults[name] = _value(reader)
    return defaults


def _selection(reader: _Reader) -> tuple[Field | Fragment, ...]:
    reader.take("{")
    chosen: list[Field | Fragment] = []
    while not reader.took("}"):
        chosen.append(_spread(reader) if reader.took("...") else _field(reader))
    return tuple(chosen)


def _spread(reader: _Reader) -> Fragment:
    if reader.peek() == "{":
        return Fragment(on=None, selection=_selection(reader))
    name = reader.take()
    if name == "on":
        return Fragment(on=reader.take(), selection=_selection(reader))
    if name not in reader.fragments:
        raise GraphQLError(f"Fragment {name} was used, but not defined")
    return reader.fragments[name]


def _field(reader: _Reader) -> Field:
    key = name = reader.take()
    if reader.took(":"):
        name = reader.take()
    arguments: dict[str, Any] = {}
    if reader.took("("):
        while not reader.took(")"):
            argument = reader.take()
            reader.take(":")
            arguments[argument] = _value(reader)
    selection = _selection(reader) if reader.peek() == "{" else ()
    return Field(name=name, key=key, arguments=arguments, selection=selection)


def _value(reader: _Reader) -> Any:
    word = reader.take()
    if word == "$":
        return reader.variables.get(reader.take())
    if word == "[":
        values = []
        while not reader.took("]"):
            values.append(_value(reader))
        return values
    if word == "{":
        held: dict[str, Any] = {}
        while not reader.took("}"):
            name = reader.take()
            reader.take(":")
            held[name] = _value(reader)
        return held
    if word[0] in '"-0123456789':
        return json.loads(word)
    return {"true": True, "false": False, "null": None}.get(word, word)
