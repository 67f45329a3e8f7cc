"""How many decisions a second one processor makes, from a change and the item as it is to the plan."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import handlers
from app.bench.history import deals
from app.domain.change import Change
from app.domain.item import Snapshot
from app.rules.book import RuleBook
from app.rules.deciding.decide import decide
from app.rules.loading.load import load_or_raise
from app.rules.reading.facts import read_facts
from app.shipped import RULES, TEMPLATES
from app.templating.folder import TemplateFolder
from handlers.note_text import CONTEXT_NAMES

DIFFERENT = 2_000


def measure(seconds: float) -> dict[str, Any]:
    """By the shipped rule file, over made-up deals, again and again for so long."""
    book = load_or_raise(
        RULES, actions=handlers.specs(), templates=TemplateFolder(TEMPLATES), context_names=CONTEXT_NAMES
    )
    told = list(_told(book))
    made, planned = 0, 0
    began = time.process_time()
    while time.process_time() - began < seconds:
        for snapshot, change in told:
            decision = decide(book, snapshot, change, read_facts(book, snapshot), snapshot.updated_at)
            made += 1
            planned += len(decision.plan)
    spent = time.process_time() - began
    return {
        "decisions": made,
        "steps_planned": planned,
        "per_second": round(made / spent),
        "ms_each": round(spent * 1000 / made, 3),
        "rules": len(book.file.rules),
    }


def _told(book: RuleBook) -> Iterator[tuple[Snapshot, Change]]:
    for number, (_, told, _) in enumerate(deals(book, DIFFERENT)):
        yield told.snapshot, replace(told.change, delivery_id=f"made-up-{number}")
