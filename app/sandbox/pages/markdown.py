"""Shows GitLab text as HTML: tables, lists, links, labels by name; comments stay hidden.

Tags other than ``sub`` and ``code`` are shown as text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token
from markupsafe import Markup

_ADDRESS = re.compile(r"https?://[^\s<>\"']*[^\s<>\"'.,;:!?)\]*_]")
_LABEL = re.compile(r'~"([^"\n]+)"')
_TAGS = ("<sub>", "</sub>", "<code>", "</code>")
_TASK = {"[ ] ": "☐ ", "[x] ": "☑ ", "[X] ": "☑ "}


def _html(_renderer: object, tokens: Sequence[Token], at: int, _options: Any, _env: Any) -> str:
    """HTML in a text: comments vanish as on GitLab's page, small print and code look so, other tags are text."""
    if tokens[at].content in _TAGS:
        return tokens[at].content
    parts = re.split(r"<!--.*?(?:-->|\Z)", tokens[at].content, flags=re.DOTALL)
    return escapeHtml("".join(parts).strip("\n"))


def _text(_renderer: object, tokens: Sequence[Token], at: int, _options: Any, _env: Any) -> str:
    content = tokens[at].content
    if at == 0 and (box := _TASK.get(content[:4])):
        content = box + content[4:]
    in_link = at > 0 and tokens[at - 1].type == "link_open"
    return escapeHtml(content) if in_link else _with_links(content)


def _image(_renderer: object, tokens: Sequence[Token], at: int, _options: Any, _env: Any) -> str:
    """Only its description: the picture itself would be fetched from strangers."""
    return escapeHtml(f"🖼 {tokens[at].content}")


def _with_links(text: str) -> str:
    pieces, at = list[str](), 0
    for found in _ADDRESS.finditer(text):
        address = escapeHtml(found.group())
        pieces += [_with_labels(text[at : found.start()]), f'<a href="{address}">{address}</a>']
        at = found.end()
    return "".join([*pieces, _with_labels(text[at:])])


def _with_labels(text: str) -> str:
    """Label references as their names in a frame: GitLab shows them in the label's colour."""
    parts = [escapeHtml(part) for part in _LABEL.split(text)]
    parts[1::2] = [f'<span class="named-label">{name}</span>' for name in parts[1::2]]
    return "".join(parts)


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True, "breaks": True}).enable(["table", "strikethrough"])
    for kind, rule in {"html_block": _html, "html_inline": _html, "text": _text, "image": _image}.items():
        parser.add_render_rule(kind, rule)
    return parser


_MARKDOWN = _parser()


def markdown(text: str | None) -> Markup:
    """The text as safe HTML."""
    return Markup(_MARKDOWN.render(text or ""))  # noqa: S704 - the rules above escape all that people wrote
