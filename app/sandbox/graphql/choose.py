"""Picks what a query asks for out of what there is: objects as dicts, fields with arguments as functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.sandbox.graphql.language import Field, Fragment, GraphQLError

Node = Mapping[str, Any]
"""An object: value, node, list or ``Resolver`` by field name; ``__typename`` names its type."""

Resolver = Callable[[dict[str, Any]], Any]
"""A field that takes arguments."""


def gid(kind: str, record_id: int) -> str:
    """A global id."""
    return f"gid://gitlab/{kind}/{record_id}"


def choose(value: Any, selection: Sequence[Field | Fragment]) -> Any:
    """The chosen part of a value. Raises GraphQLError for a field that its type does not have."""
    if isinstance(value, list):
        return [choose(each, selection) for each in value]
    if not isinstance(value, Mapping):
        return value
    if not selection:
        raise GraphQLError(f"Field must have selections (it returns {value.get('__typename')})")
    chosen: dict[str, Any] = {}
    for asked in selection:
        if isinstance(asked, Fragment):
            if asked.on in {None, value["__typename"], *value.get("__interfaces", ())}:
                chosen |= choose(value, asked.selection)
        else:
            chosen[asked.key] = _field(value, asked)
    return chosen


def connection(typename: str, nodes: list[Any]) -> Resolver:
    """A list with pages: all of it on one page, or as many as ``first`` says."""

    def resolve(arguments: dict[str, Any]) -> Node:
        start = int(arguments.get("after") or 0)
        end = start + int(arguments.get("first") or 100)
        return {
            "__typename": f"{typename}Connection",
            "nodes": nodes[start:end],
            "edges": [{"__typename": f"{typename}Edge", "node": node, "cursor": ""} for node in nodes[start:end]],
            "count": len(nodes),
            "pageInfo": {
                "__typename": "PageInfo",
                "hasNextPage": end < len(nodes),
                "hasPreviousPage": start > 0,
                "startCursor": str(start),
                "endCursor": str(min(end, len(nodes))),
            },
        }

    return resolve


def _field(node: Node, asked: Field) -> Any:
    if asked.name not in node:
        raise GraphQLError(f"Field '{asked.name}' doesn't exist on type '{node['__typename']}'")
    value = node[asked.name]
    if callable(value):
        value = value(asked.arguments)
    return choose(value, asked.selection)
