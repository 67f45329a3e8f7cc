"""What ``bench hostile`` does with rule files, templates and texts, and where it notes what went wrong."""

from __future__ import annotations

import signal
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import handlers
from app.bench.mutations import ROOT, Mutator
from app.domain.item import ItemKey, Person, Snapshot
from app.gitlab import escape
from app.rules.book import RuleBook
from app.rules.loading.load import load
from app.rules.reading.facts import read_facts
from app.templating.folder import TemplateFault, TemplateFolder
from handlers.note_text import CONTEXT_NAMES

HANGS_AFTER_S = 30
"""Wall-clock time after which one input is a hang."""
SLOWEST_S = 1.0
"""CPU time that one input may cost."""


class Hang(BaseException):
    """Not an Exception: nothing may take it for an ordinary failure."""


@dataclass
class Found:
    """What was seen."""

    statuses: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    """Inputs that did not end as they must, in words; the first twenty."""
    wrongs: int = 0
    slowest_s: float = 0.0

    def add(self, what: str) -> None:
        """One more that went wrong."""
        self.wrongs += 1
        if len(self.wrong) < 20:
            self.wrong.append(what[:300])


def shortened(shipped: bytes) -> bytes:
    """All blocks of the shipped file, with its first rule alone: the rest is more of the same, and takes its time."""
    rules = shipped.index(b"\nrules:\n")
    second = shipped.index(b"\n  - name: ", shipped.index(b"\n  - name: ", rules) + 1)
    return shipped[:second] + b"\n"


def try_rule_file(mutator: Mutator, source: bytes, found: Found) -> None:
    """Spoil the file: it is loaded or refused with a reason, and each finding has its place."""
    text = mutator.rule_file(source).decode("utf-8", "replace")
    lines = len(text.splitlines()) + 1

    def check() -> str:
        loaded = load(text, actions=handlers.specs(), context_names=CONTEXT_NAMES)
        if not loaded.book and not loaded.errors:
            return "refused without a reason"
        for problem in loaded.problems:
            placed = 1 <= problem.line <= lines and problem.column >= 1
            if not placed or not problem.message:
                return f"a finding without its place: {problem}"
        return ""

    _timed("rule file", check, text, found)


def try_template(mutator: Mutator, folder: Path, found: Found) -> None:
    """Spoil a template: it is rendered, or its fault is named."""
    shipped = sorted((ROOT / "templates" / "comment").glob("*.md"))
    source = mutator.template(mutator.one_of(shipped).read_bytes()).decode("utf-8", "replace")
    (folder / "spoiled.md").write_text(source, encoding="utf-8")

    def check() -> str:
        templates = TemplateFolder(folder)
        templates.problems("spoiled", CONTEXT_NAMES)
        try:
            templates.render("spoiled", {})
        except TemplateFault:
            return ""
        return ""

    _timed("template", check, source, found)


def try_text(text: str, book: RuleBook, found: Found) -> None:
    """Read facts out of what somebody wrote, and escape it."""
    moment = datetime(2026, 6, 9, tzinfo=UTC)
    item = Snapshot(
        ItemKey(1, 1), 1, "a/b", text, text, "opened", (), Person("somebody", 3), (), "", moment, moment, notes=()
    )

    def check() -> str:
        read_facts(book, item)
        written = f"{escape.inline(text)}\n{escape.block(text)}"
        several_lines = "\n" in escape.title(text)
        return "not escaped" if "\n/close" in written or "<!--" in written or several_lines else ""

    _timed("text", check, text, found)


def _timed(kind: str, check: Any, source: str, found: Found) -> None:
    signal.setitimer(signal.ITIMER_REAL, HANGS_AFTER_S)
    began = time.thread_time()
    try:
        problem = check()
    except (Hang, Exception) as error:
        problem = f"{type(error).__name__}: {error}"
    spent = time.thread_time() - began
    signal.setitimer(signal.ITIMER_REAL, 0)
    if spent > SLOWEST_S:
        problem = problem or f"took {spent:.1f} s"
    found.slowest_s = max(found.slowest_s, spent)
    if problem:
        found.add(f"{kind}: {problem}: {source[:120]!r}")
