"""The lines of a Markdown text that a reader sees: without code blocks and HTML comments. Linear in its length."""

from __future__ import annotations

from collections.abc import Iterator

MOST_TEXT = 1_048_576
"""Characters of one text that are read: GitLab's own limit for a description."""
_BULLETS = ("- ", "* ", "+ ")


def visible_lines(text: str) -> Iterator[str]:
    """Each line that is shown as text, list bullets and emphasis included."""
    return _outside_code(_outside_comments(text[:MOST_TEXT].split("\n")))


def _outside_comments(lines: list[str]) -> Iterator[tuple[str, bool]]:
    """Lines without their HTML comments, and whether the line is inside a fenced code block."""
    fence, hidden = "", False
    for line in lines:
        shown = line.rstrip("\r")
        if not fence:
            shown, hidden = _without_comments(shown, hidden) if hidden or "<!--" in shown else (shown, False)
        mark = _fence_of(shown)
        if fence:
            if mark.startswith(fence) and not shown.strip().strip(fence[0]):
                fence = ""
            yield "", True
        elif mark:
            fence = mark
            yield "", True
        else:
            yield shown, False


def _without_comments(line: str, hidden: bool) -> tuple[str, bool]:
    """The line's visible part, and whether a comment is still open at its end."""
    shown, at = [], 0
    while True:
        mark = "-->" if hidden else "<!--"
        found = line.find(mark, at)
        if not hidden:
            shown.append(line[at:] if found < 0 else line[at:found])
        if found < 0:
            return "".join(shown), hidden
        at, hidden = found + len(mark), not hidden


def _fence_of(line: str) -> str:
    """The run of three or more backticks or tildes that the line begins with; empty if none."""
    start = line.lstrip(" ")
    mark = start[:1]
    if mark not in ("`", "~") or not start.startswith(mark * 3):
        return ""
    run = start[: len(start) - len(start.lstrip(mark))]
    # A backtick after the run makes it inline code: ```like this```.
    return "" if mark == "`" and "`" in start[len(run) :] else run


def _outside_code(lines: Iterator[tuple[str, bool]]) -> Iterator[str]:
    """Lines that are not in an indented code block: indented by four after a blank line, outside of a list."""
    blank, in_list, in_code = True, False, False
    for line, fenced in lines:
        if fenced:
            blank, in_code = True, False
            continue
        start = line.strip()
        if not start:
            blank = True
            yield ""
            continue
        indented = line.startswith(("    ", "\t"))
        in_code = indented and not in_list and (blank or in_code)
        if not indented:
            in_list = start.startswith(_BULLETS) or _numbered(start) or (in_list and not blank)
        blank = False
        if not in_code:
            yield line


def _numbered(line: str) -> bool:
    head = line[:10].partition(" ")[0]
    return head[:-1].isdigit() and head[-1:] in (".", ")")
