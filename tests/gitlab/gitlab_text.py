"""A small model of what GitLab finds in a text: quick actions and references. For tests only.

Written from GitLab's documented behaviour: carriage returns are removed first; an action is a slash and a word at the
very start of a line, outside code; a reference is a sigil that no backslash precedes, outside code.
"""

from __future__ import annotations

import re

_FENCE = re.compile(r"^(`{3,}|~{3,})[^\n]*\n.*?^\1[`~]*[ ]*$", re.MULTILINE | re.DOTALL)
_ACTION = re.compile(r"^/([A-Za-z_]+)", re.MULTILINE)
_ESCAPED = re.compile(r"\\[!-/:-@\[-`{-~]")
_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)(?:(?!\n\n).)*?(?<!`)\1(?!`)", re.DOTALL)
_REFERENCES = {
    "mention": re.compile(r"(?<!\w)@[A-Za-z0-9_]"),
    "issue": re.compile(r"#\d|GL-\d", re.IGNORECASE),
    "merge request": re.compile(r"!\d"),
    "label": re.compile(r"~[\w\"]"),
    "milestone": re.compile(r"%[\w\"]"),
    "epic": re.compile(r"&\d"),
    "snippet": re.compile(r"\$\d"),
    "alert": re.compile(r"\^alert#"),
    "long form": re.compile(r"\[\w+:[^\]]*\]"),
    "address": re.compile(r"\w://|(?<!\w)www\.", re.IGNORECASE),
    "emoji": re.compile(r":[-+\w]+:"),
}


def quick_actions(text: str) -> list[str]:
    """Names of the actions that would run."""
    return _ACTION.findall(_FENCE.sub("", text.replace("\r", "")))


def references(text: str) -> set[str]:
    """Kinds of references found."""
    bare = _CODE_SPAN.sub("", _ESCAPED.sub("\x00", _FENCE.sub("", text.replace("\r", ""))))
    # What Markdown's backslash cannot stop is looked for after rendering: there, the escaped characters are back.
    rendered = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)
    late = {"issue": re.compile(r"\bGL-\d"), **{name: _REFERENCES[name] for name in ("long form", "address", "emoji")}}
    return {name for name, pattern in _REFERENCES.items() if pattern.search(bare)} | {
        name for name, pattern in late.items() if pattern.search(rendered)
    }


def html(text: str) -> bool:
    """Does the text open a tag, a comment or an automatic link?"""
    return re.search(r"<[A-Za-z/!?]", _ESCAPED.sub("\x00", text)) is not None
