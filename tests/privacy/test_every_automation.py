"""Law 12 over every automation of the shipped rule file: what a private item or an internal note says stays inside.

Each test of the rule file is played with canaries in all that people write, so a rule that is added with its test is
covered by itself. What left is searched: the requests to every kind of channel, everything written outside the item's
own project, titles (which links show), and public notes.
"""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from app.rules.book import RuleBook
from app.rules.model import Private, Rule
from tests.privacy.canaries import INTERNAL, OF_THE_ITEM, found_in
from tests.privacy.plays import CONFIDENTIAL, LIVE, NOTES, PUBLIC_SECTOR, WAYS, Played, play_all, plays

PRIVATE = (PUBLIC_SECTOR, CONFIDENTIAL)
SILENT: dict[tuple[str, str], str] = {}
"""(way, rule): why it can't be made to act on such an item. Rules whose own condition excludes it need no entry."""


def leaks(texts: Iterable[tuple[str, str]], words: tuple[str, ...]) -> list[str]:
    """Each as a sentence: where, which words, and the text."""
    found = ((where, found_in(text, words), text) for where, text in texts)
    return [f"{where}: {', '.join(which)} in {text[:600]}" for where, which, text in found if which]


def named(play: Played, texts: Iterable[str]) -> list[tuple[str, str]]:
    return [(f"{play.name} ({', '.join(sorted(play.rules))})", text) for text in texts]


def excludes(rule: Rule, way: str) -> bool:
    """Whether the rule says itself that it is not for such items."""
    unless = rule.unless.model_dump_json(exclude_defaults=True) if rule.unless else ""
    if way == PUBLIC_SECTOR:
        return PUBLIC_SECTOR in unless or (rule.when.labels is not None and PUBLIC_SECTOR in rule.when.labels.none)
    return way == CONFIDENTIAL and (rule.when.confidential is False or '"confidential":true' in unless)


def digest(play: Played) -> bool:
    """Whether it is of the whole board, of which the item is a part."""
    return play.deeds[-1].digest is not None


@pytest.mark.parametrize("way", WAYS)
def test_every_rule_was_made_to_act(way: str) -> None:
    acted = frozenset().union(*(play.rules for play in plays(way)))
    idle = [
        rule.name
        for rule in LIVE.file.rules
        if rule.name not in acted and not excludes(rule, way) and (way, rule.name) not in SILENT
    ]
    assert idle == [], "give the rule a test in the rule file that makes it act, or list it in SILENT with a reason"
    needless = [entry for entry in SILENT if entry[0] == way and entry[1] in acted]
    assert needless == []


@pytest.mark.parametrize("way", PRIVATE)
def test_no_message_to_any_kind_of_channel_says_what_a_private_item_says(way: str) -> None:
    sent = [pair for play in plays(way) for pair in named(play, (text for _, _, text in play.channels.sent))]
    assert len(sent) > 30
    assert leaks(sent, OF_THE_ITEM) == []


@pytest.mark.parametrize("way", PRIVATE)
def test_no_channel_but_the_private_one_hears_of_a_private_item(way: str) -> None:
    """7.3 (a)."""
    told = {(channel, play.name) for play in plays(way) if not digest(play) for channel, _, _ in play.channels.sent}
    assert told
    assert [one for one in told if one[0] != LIVE.file.private.channel] == []


@pytest.mark.parametrize("way", PRIVATE)
def test_a_digest_counts_a_private_item_in_an_open_channel_and_says_no_more(way: str) -> None:
    """7.3 (a): a number is nobody's name; the reference goes to the private channel."""
    sent = [(channel, text, play) for play in plays(way) if digest(play) for channel, _, text in play.channels.sent]
    quietly = [text for channel, text, _ in sent if channel == LIVE.file.private.channel]
    openly = [(text, play) for channel, text, play in sent if channel != LIVE.file.private.channel]
    assert quietly
    assert openly
    assert any("ps-plan#" in text for text in quietly)
    for text, play in openly:
        assert "ps-plan#" not in text
        assert play.world.item.web_url not in text


@pytest.mark.parametrize("way", PRIVATE)
def test_what_is_written_outside_its_own_project_says_nothing_of_a_private_item(way: str) -> None:
    """7.3 (b)."""
    written = [(f"{play.name}, {where}", text) for play in plays(way) for where, text in play.outside()]
    assert leaks(written, OF_THE_ITEM) == []


@pytest.mark.parametrize("way", PRIVATE)
def test_the_title_of_an_issue_that_is_filed_for_a_private_item_names_its_reference_only(way: str) -> None:
    titles = [pair for play in plays(way) for pair in named(play, play.titles())]
    assert titles
    assert leaks(titles, OF_THE_ITEM) == []


@pytest.mark.parametrize("way", PRIVATE)
def test_no_group_project_or_epic_is_made_for_a_private_item_unless_a_person_asks(way: str) -> None:
    """7.3 (c)."""
    built = [
        (play.name, one.what, one.where)
        for play in plays(way)
        for one in play.world.gitlab.written
        if one.what in ("group", "project", "epic", "file", "milestone", "board")
        if not any(deed.by and (deed.add_label or deed.comment) for deed in play.deeds[-1:])
    ]
    assert built == []


def test_without_a_private_channel_nothing_is_posted_and_a_comment_asks_to_pass_it_on() -> None:
    """7.3 (a)."""
    private = Private(labels=LIVE.file.private.labels, confidential=True)
    book = RuleBook(
        file=LIVE.file.model_copy(update={"private": private}), path=LIVE.path, lines=LIVE.lines, members=LIVE.members
    )
    told = {play.name for play in plays(PUBLIC_SECTOR) if play.channels.sent and not digest(play)}
    for play in play_all(book, PUBLIC_SECTOR):
        if digest(play):
            continue
        assert play.channels.sent == [], play.name
        if play.name in told:
            told.discard(play.name)
            assert any("This issue is private" in note for note in play.public_notes()), play.name
    assert not told


def test_nothing_of_an_internal_note_reaches_a_public_note_another_project_or_a_channel() -> None:
    texts: list[tuple[str, str]] = []
    for play in plays(NOTES):
        texts += named(play, play.public_notes())
        texts += named(play, (text for _, text in play.outside()))
        texts += named(play, (text for _, _, text in play.channels.sent))
    assert len(texts) > 200
    assert leaks(texts, INTERNAL) == []


def test_the_search_finds_what_it_looks_for() -> None:
    """The notes of a private item, in its own project, do say what it says: so the canaries are in play."""
    for way in PRIVATE:
        said = " ".join(note for play in plays(way) for note in play.public_notes())
        assert {"zanzibar", "canary", "98,765"} <= set(found_in(said, OF_THE_ITEM))
    noted = [note.body for play in plays(NOTES) for note in play.world.item.notes or () if note.internal]
    assert set(found_in(" ".join(noted), INTERNAL)) == set(INTERNAL) - {"87654"}
