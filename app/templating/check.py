"""Finds what is wrong in a template before anybody is written to: unknown names, filters, constructs, with a guess."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass
from difflib import get_close_matches

from jinja2 import nodes

from app.templating.language import FILTERS, FORBIDDEN, OWN_FILTERS, TESTS, children

_QUICK_ACTION = re.compile(r"^(?:\s*\{%.*?%\})*(?P<action>/[a-z_]+|/(?=\{\{))(?=\s|$|\{)")


@dataclass(frozen=True, slots=True)
class TemplateProblem:
    """What is wrong in a template, for the person who wrote it."""

    line: int
    message: str
    suggestion: str = ""
    """The nearest name that would be right, or empty."""

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}" + (f" Did you mean {self.suggestion}?" if self.suggestion else "")


def nearest(name: str, known: Set[str]) -> str:
    """The known name most like this one, or empty."""
    return next(iter(get_close_matches(name, sorted(known), n=1, cutoff=0.6)), "")


def structure_problems(tree: nodes.Template) -> Iterator[TemplateProblem]:
    """What is wrong whatever the values: constructs, filters and tests that there are not."""
    for node in _walk(tree):
        if name := FORBIDDEN.get(type(node)):
            yield TemplateProblem(node.lineno, f"Templates have no {name}.")
        elif isinstance(node, nodes.Filter) and node.name not in FILTERS | set(OWN_FILTERS):
            yield _unknown(node, "filter", node.name, FILTERS | set(OWN_FILTERS))
        elif isinstance(node, nodes.Test) and node.name not in TESTS:
            yield _unknown(node, "test", node.name, TESTS)
        elif isinstance(node, nodes.CondExpr) and node.expr2 is None:
            yield TemplateProblem(node.lineno, "An inline if needs an else, or nothing could be printed.")


def name_problems(tree: nodes.Template, known: Set[str]) -> Iterator[TemplateProblem]:
    """Names that are not among ``known``: dotted, where ``facts.*`` stands for every name below ``facts``."""
    local = {node.name for node in _walk(tree) if isinstance(node, nodes.Name) and node.ctx == "store"} | {"loop"}
    for node, path in _mentioned(tree):
        if path.split(".")[0] not in local and not _is_known(path, known):
            exact = {name for name in known if not name.endswith(".*")}
            yield TemplateProblem(node.lineno, f"There is no value {path!r} here.", nearest(path, exact))


def quick_action_problems(source: str) -> Iterator[TemplateProblem]:
    """Lines that GitLab would not print but carry out."""
    for number, line in enumerate(source.splitlines(), start=1):
        if found := _QUICK_ACTION.match(line):
            message = f"GitLab would run {found['action']} as a quick action; use front matter or an action instead."
            yield TemplateProblem(number, message)


def _unknown(node: nodes.Node, kind: str, name: str, known: Set[str]) -> TemplateProblem:
    return TemplateProblem(node.lineno, f"There is no {kind} {name!r}.", nearest(name, known))


def _is_known(path: str, known: Set[str]) -> bool:
    return any(
        path == name or name.startswith(f"{path}.") or (name.endswith(".*") and path.startswith(name.removesuffix("*")))
        for name in known
    )


def _walk(node: nodes.Node) -> Iterator[nodes.Node]:
    for child in children(node):
        yield child
        yield from _walk(child)


def _mentioned(node: nodes.Node) -> Iterator[tuple[nodes.Node, str]]:
    """Each outermost dotted name that is read."""
    for child in children(node):
        path = _dotted(child)
        if path:
            yield child, path
        else:
            yield from _mentioned(child)


def _dotted(node: nodes.Node) -> str:
    if isinstance(node, nodes.Name):
        return node.name if node.ctx == "load" else ""
    if isinstance(node, nodes.Getattr):
        below = _dotted(node.node)
        return f"{below}.{node.attr}" if below else ""
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
        below = _dotted(node.node)
        return f"{below}.{node.arg.value}" if below else ""
    return ""
