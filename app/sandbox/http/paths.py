"""Addresses with an encoded slash (``projects/group%2Fproject/issues``), which must not become two path segments."""

from __future__ import annotations

from urllib.parse import unquote

from starlette.types import ASGIApp, Receive, Scope, Send

INNER_SLASH = "\x1f"
"""Stands for an encoded slash while routes are matched; a control character that no name may hold."""


class EncodedSlashes:
    """ASGI middleware: decodes the path segment by segment, since servers decode it as one and lose the difference."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (raw := scope.get("raw_path")):
            segments = raw.partition(b"?")[0].decode("ascii").split("/")
            scope = {**scope, "path": "/".join(unquote(segment).replace("/", INNER_SLASH) for segment in segments)}
        await self.app(scope, receive, send)


def inner(value: str) -> str:
    """A path parameter as it was meant, its slashes restored."""
    return value.replace(INNER_SLASH, "/")
