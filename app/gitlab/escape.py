"""Text from people is data: makes it harmless in what the bot writes to GitLab.

GitLab runs quick actions (``/close``) found at the start of a line *after* removing every carriage return, mails
whoever is mentioned, links what looks like a reference, and hides HTML comments. A backslash before ``@ # ! $ & ~ % ^``
keeps GitLab's reference filters away, and before any ASCII punctuation it keeps Markdown away. Some of GitLab's
shorthands (emoji, bare URLs, ``[issue:1]``) are looked for after Markdown is rendered, where a backslash no longer
helps: these are broken with a WORD JOINER, which is invisible and has no width.
"""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

WORD_JOINER = "\u2060"

TITLE_LIMIT = 255
"""Characters that GitLab allows in a title."""

_SPECIAL = str.maketrans({char: f"\\{char}" for char in r"\`*_[]<>~@#!$%&^|{}"})
_BREAKS = re.compile("[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")
# C0 and C1 controls, and the characters that turn the direction of writing: nobody sees them, parsers disagree on them.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_AT_LINE_START = re.compile(r"(?P<mark>[-+=:/]|\d{1,9}(?=[.)]))")
_SHORTHANDS = re.compile(
    r":(?=[-+\w]+:)"  # :emoji:
    r"|:(?=//)"  # https://… and any other scheme
    r"|www(?=\.)"
    r"|GL(?=-\d)"  # GL-123, GitLab's long form of #123
    r"|\[(?=\[|\w+:|[-+])"  # [[page]], [issue:1], [-removed-]
    r"|\{(?=[-+])",  # {+added+}
    re.IGNORECASE,
)
_REFERENCE_SIGIL = re.compile(r"[@#!~%&$^](?=[\w\"*{(])")
_NAME = r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,253}[A-Za-z0-9_-])?"
_PATH = rf"{_NAME}(?:/{_NAME}){{0,20}}"
_NAMESPACE = re.compile(_PATH)
_ISSUE_REFERENCE = re.compile(rf"(?:{_PATH})?[#&]\d{{1,18}}")
_LABEL = re.compile(r"[\w(+-][\w :.,()/+-]*")
_CROWDS = frozenset({"all"})


class Safe(str):
    """Markdown that this program wrote itself: it is printed as it stands.

    Anything that is done to it in a template (joined, cut, upper-cased) gives plain text again, which is escaped.
    """

    __slots__ = ()


def plain(text: str) -> str:
    """One line without unseen characters; Markdown is left in. For names, label titles and the like."""
    return _UNSEEN.sub("", _BREAKS.sub(" ", text)).strip()


def title(text: str) -> str:
    """For an issue's title: GitLab renders references there, but no backslashes."""
    line = _REFERENCE_SIGIL.sub(lambda found: found.group() + WORD_JOINER, _break_shorthands(plain(text)))
    return line if len(line) <= TITLE_LIMIT else line[: TITLE_LIMIT - 1].rstrip() + "…"


def inline(text: str) -> Safe:
    """Shown literally within a line: no line break, Markdown, HTML, mention, reference, quick action or link."""
    line = _break_shorthands(plain(text))
    escaped = line.translate(_SPECIAL)
    start = _AT_LINE_START.match(escaped)
    if start is None:
        return Safe(escaped)
    mark = start.group("mark")
    # A number becomes a list only by the dot or bracket behind it: that is the character to escape.
    return Safe(f"{mark}\\{escaped[len(mark) :]}" if mark[0].isdigit() else f"\\{escaped}")


def block(text: str) -> Safe:
    """A quotation of several lines; each is prefixed, so that none can end the quotation or start anything."""
    lines = [inline(line) for line in _lines(text)]
    return Safe("\n".join(f"> {line}" if line else ">" for line in lines))


def code(text: str) -> Safe:
    """In code type. The HTML element, because backticks inside a table can be broken out of with ``|``."""
    return Safe(f"<code>{inline(text)}</code>")


def link(text: str, url: str) -> Safe:
    """A link with an escaped text; the text and address as plain escaped text unless the address is http(s)."""
    address = _safe_address(url)
    if address is None:
        return inline(f"{text} ({url})" if text != url else url)
    return Safe(f"[{inline(text)}]({address})")


def mention(name: str) -> Safe:
    """A mention that is meant: ``@username``, or ``@group/subgroup`` as the rule file names it.

    ``@all`` and whatever is no name comes out escaped.
    """
    name = name.removeprefix("@")
    if not _NAMESPACE.fullmatch(name) or name.lower() in _CROWDS:
        return inline(f"@{name}")
    return Safe(f"@{name}")


def reference(text: str) -> Safe:
    """A reference that is meant: ``group/project#7``. Anything else comes out escaped."""
    return Safe(text) if _ISSUE_REFERENCE.fullmatch(text) else inline(text)


def label(name: str) -> Safe:
    """A label shown as GitLab shows labels; one with odd characters in its name comes out escaped."""
    odd = not _LABEL.fullmatch(name) or _break_shorthands(name) != name
    return inline(name) if odd else Safe(f'~"{name}"')


def _break_shorthands(text: str) -> str:
    return _SHORTHANDS.sub(lambda found: found.group() + WORD_JOINER, text)


def _lines(text: str) -> list[str]:
    # GitLab removes every CR before it looks for line starts: so "\n\r/close" has to be split as "\n/close".
    return re.split("[\n\v\f\x1c-\x1e\x85\u2028\u2029]", text.replace("\r\n", "\n").replace("\r", "\n"))


def _safe_address(url: str) -> str | None:
    if any(char.isspace() or char in '<>[]"\\`{}|^' for char in url) or _UNSEEN.search(url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        return None
    # Brackets would end the link; a bare & may begin an HTML entity; what is percent-encoded already stays so.
    return quote(url, safe="%/:=?#~+!,;&-._").replace("&", "&amp;")
