"""Facts that only an internal note states: they count, and nothing public repeats them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from app.domain.change import Change, Kind
from app.domain.item import Memory, Note, Person
from app.rules.deciding.decide import decide
from app.rules.reading.facts import read_facts, told_internally
from handlers.note_text import IN_A_NOTE, outside_context, template_context
from tests.handlers.scene import BOOK, NOW, Scene

SAID = "Estimate total: 99,000 USD\nAccount team: @kiwibird.person"


def scene_with(*notes: tuple[str, bool]) -> Scene:
    """An issue with these comments: text, and whether it is internal."""
    scene = Scene(description="")
    made = tuple(
        Note(number, body, Person("engagement.manager", 7), NOW + timedelta(minutes=number), internal)
        for number, (body, internal) in enumerate(notes, start=1)
    )
    scene.gitlab.items[scene.key] = replace(scene.item, notes=made)
    return scene


def test_a_fact_of_an_internal_note_counts_and_is_not_printed() -> None:
    ctx = scene_with((SAID, True)).context("comment", {})
    assert "estimate_total" in ctx.facts
    for context in (template_context(ctx), outside_context(ctx)):
        assert context["shown"]["estimate_total"] == IN_A_NOTE  # type: ignore[index]  # a block of texts
        assert context["facts"]["estimate_total"] is None  # type: ignore[index]
        assert "kiwibird" not in str(context)


def test_who_may_read_internal_notes_is_told() -> None:
    ctx = scene_with((SAID, True)).context("comment", {})
    assert template_context(ctx, internal=True)["shown"]["estimate_total"] == "99,000 USD"  # type: ignore[index]


def test_what_somebody_said_openly_as_well_is_no_secret() -> None:
    for notes in (((SAID, True), (SAID, False)), ((SAID, False), (SAID, True))):
        scene = scene_with(*notes)
        assert told_internally(BOOK, scene.item) == ()
        assert template_context(scene.context("comment", {}))["shown"]["estimate_total"] == "99,000 USD"  # type: ignore[index]


def test_another_value_in_an_internal_note_hides_the_fact() -> None:
    scene = scene_with((SAID, False), ("Estimate total: 70,000 USD", True))
    assert told_internally(BOOK, scene.item) == ("estimate_total",)


def test_it_is_remembered_where_a_look_reads_no_notes() -> None:
    snapshot = scene_with((SAID, True)).item
    comment = Change("d", "m", Kind.COMMENTED, "Note Hook", actor=Person("engagement.manager", 7), at=NOW)
    memory = decide(BOOK, snapshot, comment, read_facts(BOOK, snapshot), NOW).memory
    assert set(memory.internal_facts) == {"estimate_total", "account_team"}
    unread = replace(snapshot, notes=None, memory=memory)
    assert told_internally(BOOK, unread) == memory.internal_facts
    assigned = Change("e", "n", Kind.EDITED, "Issue Hook", edited=frozenset({"assignees"}), at=NOW)
    later = decide(BOOK, unread, assigned, read_facts(BOOK, unread), NOW).memory
    assert later.internal_facts == memory.internal_facts
    assert Memory().internal_facts == ()
