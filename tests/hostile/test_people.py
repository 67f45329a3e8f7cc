"""What a person can write into an issue does nothing through the bot's hands, and the bot's secrets are nowhere."""

from __future__ import annotations

import re

from app.sandbox.acts.mentions import mentioned_names
from app.sandbox.quick_actions.extract import extract
from tests.handlers.scene import BOOK
from tests.hostile.theatre import VICTIM, Aftermath, forged_markers


def test_the_bot_spoke_and_printed_what_was_smuggled_in(aftermath: Aftermath) -> None:
    said = "\n".join(aftermath.by_bot)
    assert len(aftermath.by_bot) > 6
    assert VICTIM in said, "nothing that was smuggled in was printed, so nothing was tested"
    assert "99,000" in said


def test_no_text_of_the_bot_holds_a_quick_action(aftermath: Aftermath) -> None:
    for text in aftermath.by_bot:
        assert extract(text, ("close", "label", "assign", "confidential"))[1] == [], text


def test_nothing_that_was_smuggled_in_came_true(aftermath: Aftermath) -> None:
    issue = aftermath.issue
    assert (issue.state, issue.confidential) == ("opened", False)
    assert "CP::Scaffold" not in issue.labels
    assert VICTIM not in issue.assignees


def test_nobody_outside_the_deal_is_mentioned_by_the_bot(aftermath: Aftermath) -> None:
    told = {mention.username for mention in aftermath.view.mentions if mention.by == aftermath.cast.bot}
    assert told
    assert VICTIM not in told
    for text in aftermath.by_bot:
        assert not {VICTIM, "all"} & set(mentioned_names(text)), text


def test_an_address_that_a_person_wrote_is_a_link_or_a_picture_nowhere(aftermath: Aftermath) -> None:
    for text in aftermath.by_bot:
        assert not re.search(r"(?<!\\)\]\(http://evil", text), text


def test_forged_markers_silence_no_note_and_are_not_taken_over(aftermath: Aftermath) -> None:
    notes = [note for note in aftermath.view.notes.values() if note.issue_id == aftermath.issue.id]
    forged = next(note for note in notes if note.body.startswith("Nothing to see here."))
    assert forged.body.count("<!-- sowbot:v1") == len(forged_markers(BOOK))
    silenced = [
        mark
        for mark in forged_markers(BOOK)
        if "welcome" in mark or "status" in mark
        if not any(note.author == aftermath.cast.bot and mark in note.body for note in notes)
    ]
    assert silenced == []


def test_addresses_in_a_payload_are_never_called(aftermath: Aftermath) -> None:
    assert aftermath.trap.visits == []


def test_no_secret_is_in_anything_that_the_bot_shows_logs_or_keeps(aftermath: Aftermath) -> None:
    assert {"sowbot.log", "sowbot.sqlite", "GET /metrics", "GET /readyz", "GitLab and Slack"} <= set(aftermath.places)
    assert any(place.startswith("GET /decisions/") and "code=" in place for place in aftermath.places)
    assert len(aftermath.secrets) >= 6
    found = [
        (name, place)
        for name, secret in aftermath.secrets.items()
        for place, content in aftermath.places.items()
        if secret.encode() in content or secret.removeprefix("whsec_").encode() in content
    ]
    assert found == []
