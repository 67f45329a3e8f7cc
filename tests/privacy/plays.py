"""Plays every test of the shipped rule file again, with canaries in all that people write; keeps what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache

import handlers
from app.domain.item import Note, Person, Snapshot
from app.rules.book import RuleBook
from app.rules.trying.cases import Case, as_if_live, cases_of, written
from app.rules.trying.imagine import Cast
from app.rules.trying.written import Deed, Given, Said
from app.trying.tests import do, invented_world
from app.trying.world import World
from tests.handlers.scene import BOOK, TEMPLATES
from tests.privacy.canaries import CUSTOMER, INTERNAL_LINES, LINES, PERSON
from tests.privacy.doors import AllKinds

PUBLIC_SECTOR, CONFIDENTIAL, NOTES = "Public Sector US", "confidential", "internal notes"
WAYS = (PUBLIC_SECTOR, CONFIDENTIAL, NOTES)
_PARAGRAPH = (
    f"{CUSTOMER} pays 98,765 USD; ask {PERSON} (canary@canary.example), see https://canary.example/zanzibar/98765."
)
_SECRET_PARAGRAPH = "Between us: kiwibird, 87,654 USD at most, https://kiwibird.example/54545."  # a text
LIVE = as_if_live(BOOK)


@dataclass(frozen=True)
class Played:
    """One case, played in one way."""

    name: str
    way: str
    deeds: tuple[Deed, ...]
    world: World
    channels: AllKinds
    rules: frozenset[str]
    """Those that matched, in whatever happened."""

    @property
    def home(self) -> str:
        """The item's own project."""
        return self.world.item.project_path

    def outside(self) -> Iterator[tuple[str, str]]:
        """All that was written somewhere else than into the item's own project: where, and what."""
        for one in self.world.gitlab.written:
            if one.where.partition("#")[0] != self.home:
                yield one.where, f"{one.where}\n{one.sentence}\n{one.text}\n{one.made}"

    def titles(self) -> Iterator[str]:
        """Titles of the issues that were filed: GitLab shows them wherever something links to them."""
        return (one.made for one in self.world.gitlab.written if one.what == "issue")

    def public_notes(self) -> Iterator[str]:
        """What the bot wrote where everybody who sees an issue reads it: notes, descriptions, titles."""
        bot = self.world.gitlab.whoami()
        for item in self.world.gitlab._items.values():
            yield from (note.body for note in item.notes or () if note.author == bot and not note.internal)
        yield from (
            f"{one.text}\n{one.made}" for one in self.world.gitlab.written if one.what in ("issue", "description")
        )


@cache
def plays(way: str) -> tuple[Played, ...]:
    """Every case in this way; where the canaries keep a rule of it silent, once more with fewer of them."""
    return tuple(_played(LIVE, way))


def play_all(book: RuleBook, way: str) -> tuple[Played, ...]:
    """The same by another rule file."""
    return tuple(_played(book, way))


def _played(book: RuleBook, way: str) -> Iterator[Played]:
    for index, test in enumerate(book.file.tests):
        for case in cases_of(written(test), index):
            wanted = _play(book, case, "", lines=False, title=False).rules
            seen: frozenset[str] = frozenset()
            for lines, title in ((True, True), (False, True), (False, False)):
                played = _play(book, case, way, lines=lines, title=title)
                yield played
                seen |= played.rules
                if wanted <= seen:
                    break


def _play(book: RuleBook, case: Case, way: str, *, lines: bool, title: bool) -> Played:
    given, private = case.test.given, way in (PUBLIC_SECTOR, CONFIDENTIAL)
    deeds = [*given.happened, case.deed]
    if private:
        given = _with_canaries(book, given, way, lines=lines, title=title)
        deeds = [_deed_with_canaries(deed) for deed in deeds]
    cast = Cast(book, given, deeds)
    world = invented_world(
        replace(book, members=cast.members),
        given,
        case.stage,
        cast,
        handlers=handlers.by_name(),
        templates=TEMPLATES,
    )
    if way == NOTES:
        world.gitlab.put(_with_internal_note(book, world.item, lines=lines))
    channels = AllKinds()
    world.channels = channels
    for deed in deeds:
        do(world, deed, cast)
    channels.close()
    rules = frozenset(one.rule for turn in world.turns for one in turn.decision.verdicts if one.matched)
    return Played(case.name, way, tuple(deeds), world, channels, rules)


def _with_canaries(book: RuleBook, given: Given, way: str, *, lines: bool, title: bool) -> Given:
    more = _lines(book, LINES, given.description) if lines else ""
    update: dict[str, object] = {
        "description": f"{given.description}\n\n{_PARAGRAPH}\n\n{more}",
        "comments": [*given.comments, Said(text=_PARAGRAPH, by=PERSON)],
        "linked": [f"{one} (Zanzibar)" for one in given.linked],
    }
    if title:
        update["title"] = f"{CUSTOMER} {given.title}"
    if way == PUBLIC_SECTOR:
        update["labels"] = [*given.labels, PUBLIC_SECTOR]
    else:
        update["confidential"] = True
    return given.model_copy(update=update)


def _deed_with_canaries(deed: Deed) -> Deed:
    if deed.deal is not None:
        says = {"opportunity_id": "zanzibar-1", "account": CUSTOMER, "amount": "98765", "currency": "USD"}
        return deed.model_copy(update={"deal_says": {**says, "stage": "Zanzibar", **deed.deal_says}})
    if deed.comment is not None:
        return deed.model_copy(update={"comment": f"{deed.comment}\n\n{_PARAGRAPH}"})
    return deed


def _with_internal_note(book: RuleBook, item: Snapshot, *, lines: bool) -> Snapshot:
    said = f"{_SECRET_PARAGRAPH}\n\n{_lines(book, INTERNAL_LINES, '') if lines else ''}"
    at = item.created_at + timedelta(hours=1)
    note = Note(900, said, Person("kiwibird.person", 990), at, internal=True)
    return replace(item, notes=(*(item.notes or ()), note))


def _lines(book: RuleBook, values: dict[str, str], there: str) -> str:
    """A line for each fact that is read from one and that the text does not state already."""
    found = {name: one.line for name, one in book.file.facts.items() if one.line is not None}
    said = [
        f"{line}: {values.get(name, 'https://docs.google.com/document/d/' + values['sow_number'])}"
        for name, line in found.items()
        if f"{line}:" not in there
    ]
    return "\n".join(f"- {line}" for line in said)
