"""Tells the story in the terminal: calm colours on a terminal, plain text elsewhere or with NO_COLOR."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Sequence
from copy import copy
from io import StringIO
from typing import IO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from app.demo.watch import News

_INDENT = 10
_WIDTH_UNSEEN = 140
"""Where nobody looks at it live (a pipe, a CI log), lines are not folded to 80 columns."""


def _console(file: IO[str], width: int | None, *, colours: bool | None = None) -> Console:
    return Console(
        file=file, highlight=False, markup=False, emoji=False, soft_wrap=False, width=width, force_terminal=colours
    )


class Narrator:
    """Writes one line after another to stdout, or to stderr when stdout is for JSON."""

    def __init__(self, *, to_stderr: bool = False) -> None:
        stream = sys.stderr if to_stderr else sys.stdout
        self._console = _console(stream, None if stream.isatty() else _WIDTH_UNSEEN)
        self._began = time.monotonic()

    def aside(self) -> tuple[Narrator, StringIO]:
        """Another one, whose lines look the same and are kept until somebody wants to print them."""
        kept, other = StringIO(), copy(self)
        other._console = _console(kept, self._console.width, colours=self._console.is_terminal)
        other._began = time.monotonic()
        return other, kept

    @property
    def width(self) -> int:
        """Signs in a line."""
        return self._console.width

    def title(self, text: str, below: str = "") -> None:
        """The first lines."""
        self._line(Text(text, style="bold"))
        if below:
            self._line(Text(below, style="dim"))

    def chapter(self, number: int, text: str) -> None:
        """A step of the deal begins."""
        self.heading(f"{number}. {text}")

    def heading(self, text: str) -> None:
        """What follows is about this."""
        self._line(Text(""))
        self._line(Text(text, style="bold"))

    def act(self, who: str, what: str) -> None:
        """Somebody does something."""
        passed = time.monotonic() - self._began
        stamp = f"{int(passed) // 60:>3}:{passed % 60:04.1f}"
        self._hung(Text(f"{stamp:<{_INDENT}}", style="dim"), Text.assemble((who, "bold cyan"), f" {what}"))

    def news(self, news: News) -> None:
        """The bot did something: what, how long after the act, and why."""
        took = f" ({news.after_s:.1f} s)" if news.after_s is not None else ""
        why = f" · {news.why}" if news.why else ""
        self._hung(Text(" " * _INDENT), Text.assemble(("sowbot ", "bold green"), news.what, (took + why, "dim")))
        for line in news.lines:
            self._hung(Text(" " * (_INDENT + 2)), Text(line, style="italic"))

    def held(self, texts: Sequence[str]) -> None:
        """Expectations that came true."""
        if texts:
            self._hung(Text(" " * _INDENT), Text("✓ " + " ✓ ".join(texts), style="green dim"))

    def broken(self, text: str, found: str) -> None:
        """An expectation did not: what was found instead."""
        self._hung(Text(" " * _INDENT), Text.assemble(("✗ ", "bold red"), (text, "red"), f"; found: {found}"))

    def verdict(self, held: int, of: int, took_s: float) -> None:
        """How it all ended."""
        self.total(f"{held} of {of} expectations held, in {took_s:.0f} s.", good=held == of)

    def done(self, rows: str, title: str, took: str) -> None:
        """A scene was played and all came true."""
        self._hung(Text(f"{rows:>7}  "), Text.assemble(("✓ ", "green"), title, (f" ({took})", "dim")))

    def table(self, table: Table) -> None:
        """A table."""
        self._console.print(table)

    def total(self, text: str, *, good: bool) -> None:
        """How it all ended, in a sentence."""
        self._line(Text(""))
        self._line(Text(text, style="bold green" if good else "bold red"))

    def plain(self, lines: Iterable[str] = ("",)) -> None:
        """Lines as they are."""
        for line in lines:
            self._line(Text(line))

    def _hung(self, margin: Text, body: Text) -> None:
        """The body folded beside its margin."""
        for number, part in enumerate(body.wrap(self._console, max(40, self._console.width - len(margin)))):
            part.rstrip()
            self._line(Text.assemble(margin if number == 0 else " " * len(margin), part))

    def _line(self, text: Text) -> None:
        self._console.print(text, overflow="ignore", no_wrap=True, crop=False)
