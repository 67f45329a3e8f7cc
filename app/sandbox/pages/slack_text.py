"""Shows Slack's own markup as HTML."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

_LINK = re.compile(r"<(https?://[^|>\s]+)(?:\|([^>]*))?>")
_BOLD = re.compile(r"(?<!\w)\*(\S[^*\n]*)\*(?!\w)")


def slack_text(text: str) -> Markup:
    """Slack's own markup (``<address|words>``, ``*bold*``, ``&lt;``) as safe HTML."""
    pieces, at = list[Markup](), 0
    for link in _LINK.finditer(text):
        pieces += [_words(text[at : link.start()])]
        pieces += [Markup('<a href="{}">{}</a>').format(link[1], _words(link[2] or link[1]))]
        at = link.end()
    return Markup("").join([*pieces, _words(text[at:])])


def _words(text: str) -> Markup:
    # Slack asks senders to escape &, < and >; they are unescaped first, so that they are not escaped twice.
    plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return Markup(_BOLD.sub(r"<b>\1</b>", str(escape(plain))))  # noqa: S704 - escaped on this line
