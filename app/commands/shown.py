"""Pages that show what commands print: every ``console`` block of theirs is run and its output written below it."""

from __future__ import annotations

import io
import re
import shlex
import tempfile
from contextlib import chdir, redirect_stdout
from pathlib import Path

import handlers
from app.bench.history import history
from app.errors import Bug
from app.rules.loading.load import load_or_raise
from app.templating.folder import TemplateFolder
from handlers.note_text import CONTEXT_NAMES

SHOWN = ("docs/simulate.md", "docs/replay.md")

HISTORY = 400
"""Deliveries in the ``history.jsonl`` that the pages speak of."""

_BLOCK = re.compile(
    r"^(?P<fence>`{3,})(?P<kind>console|markdown)\n"
    r"(?P<first>(?:\$|<!-- \$) (?P<command>[^\n]*?)(?: -->)?)\n"
    r".*?^(?P=fence)$",
    re.MULTILINE | re.DOTALL,
)
"""A block whose first line is ``$ ./run …``, in Markdown as a comment."""


def refreshed(page: Path, root: Path) -> str:
    """The page with the output of its commands as it is now. They run in a folder made for it, on copies."""
    with tempfile.TemporaryDirectory() as folder:
        _furnish(Path(folder), root)
        with chdir(folder):
            return _BLOCK.sub(_with_output, page.read_text(encoding="utf-8"))


def _furnish(folder: Path, root: Path) -> None:
    rules = (root / "label_rules.yaml").read_text(encoding="utf-8")
    (folder / "label_rules.yaml").write_text(rules, encoding="utf-8")
    (folder / "draft.yaml").write_text(rules.replace("over: 50000", "over: 25000"), encoding="utf-8")
    (folder / "templates").symlink_to(root.resolve() / "templates")
    (folder / "docs").symlink_to(root.resolve() / "docs")
    book = load_or_raise(
        folder / "label_rules.yaml",
        actions=handlers.specs(),
        templates=TemplateFolder(root / "templates"),
        context_names=CONTEXT_NAMES,
    )
    with (folder / "history.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(history(book, HISTORY))


def _with_output(block: re.Match[str]) -> str:
    said = _output(block["command"]).rstrip("\n")
    return f"{block['fence']}{block['kind']}\n{block['first']}\n{said}\n{block['fence']}"


def _output(command: str) -> str:
    """What ``./run …`` prints. Raises Bug when it does not end well: such a page would show an error as an answer."""
    # Imported late: the command line knows the pages, and the pages know the command line.
    import typer.main

    from app.cli import app

    program, *arguments = shlex.split(command)
    if program != "./run":
        raise Bug(f"A page shows {program!r}; only ./run can be shown.")
    printed = io.StringIO()
    with redirect_stdout(printed):
        code = typer.main.get_command(app).main(arguments, prog_name="sowbot", standalone_mode=False)
    if code:
        raise Bug(f"{command} ended with {code}.")
    return printed.getvalue()
