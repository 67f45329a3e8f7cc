"""A made-up history: deals that go their way over the board, decided by a rule file as the bot would have done."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from app.domain.decision import Decision
from app.domain.item import ItemKey, Memory, Person, Snapshot
from app.engine.records import change_json, decision_json, dump, dump_seen
from app.rules.book import OPEN, RuleBook
from app.rules.deciding.decide import decide
from app.rules.reading.facts import read_facts
from app.rules.trying.deeds import Happening, commented, happen, untouched
from app.rules.trying.seen import seen_of
from app.rules.trying.written import Deed

BEGIN = datetime(2026, 1, 5, 16, 0, tzinfo=UTC)
BOT = Person("sowbot", 1)
TEAM = (Person("engagement.manager", 10), Person("ps.leader", 11), Person("account.executive", 12))
MEMBERS = {"engagement_managers": {"engagement.manager"}, "ps_leadership": {"ps.leader"}}
LINES = (
    "Estimate total: {amount},000 USD",
    "SOW: https://docs.google.com/document/d/{amount}",
    "Cost estimate: https://docs.google.com/spreadsheets/d/{amount}",
    "Terms: MSA",
    "Sales territory: EMEA North",
    "Thanks, the customer agrees.",
)
AN_ITEM = 20
"""Deliveries of one issue."""


Decided = tuple[RuleBook, Happening, Decision]
"""By which book, what happened, and what was decided."""


def history(book: RuleBook, decisions: int, *, seed: int = 1) -> Iterator[str]:
    """As many lines as are wanted, in the form of an exported history."""
    for known, told, decision in deals(book, decisions, seed=seed):
        seen = dump_seen(seen_of(known, told.snapshot, told.change))
        change = dump(change_json, told.change)
        yield f'{{"change":{change},"decision":{dump(decision_json, decision)},"seen":{seen}}}\n'


def deals(book: RuleBook, decisions: int, *, seed: int = 1) -> Iterator[Decided]:
    """As many decisions as are wanted."""
    chance = random.Random(seed)
    members = {name: frozenset(MEMBERS.get(name, {f"one.of.{name}"})) for name in book.file.people}
    known = book.with_members(members)
    made = 0
    while made < decisions:
        number = made // AN_ITEM + 1
        for one in _deal(known, chance, number, min(AN_ITEM, decisions - made)):
            yield one
            made += 1


def _deal(book: RuleBook, chance: random.Random, number: int, length: int) -> Iterator[Decided]:
    now = BEGIN + timedelta(minutes=number)
    item = _item(book, number, now)
    for step in range(length):
        name = f"made-up-{number}-{step}"
        told = _next(book, chance, item, now, name, first=step == 0)
        facts = read_facts(book, told.snapshot)
        decision = decide(book, told.snapshot, told.change, facts, now)
        yield book, told, decision
        item = replace(told.snapshot, memory=decision.memory)
        if decision.stage is not None and decision.stage != book.stage_of(item.labels):
            item = replace(item, labels=_back(book, item, decision.stage))
        now += timedelta(hours=chance.randint(1, 60))


def _next(book: RuleBook, chance: random.Random, item: Snapshot, now: datetime, name: str, *, first: bool) -> Happening:
    """What happens next to a deal: mostly moves and comments."""
    actor = chance.choice(TEAM)
    if first:
        return happen(book, item, Deed(opened=True), actor=actor, people=(), now=now, name=name)
    kind = chance.random()
    if kind < 0.4:
        to = chance.choice([stage for stage in book.stages if stage != book.stage_of(item.labels)])
        return happen(book, item, Deed(move_to=[to]), actor=actor, people=(), now=now, name=name)
    if kind < 0.5:
        deed = Deed(add_label=[chance.choice(list(book.file.labels))])
        return happen(book, item, deed, actor=actor, people=(), now=now, name=name)
    if kind < 0.8:
        text = chance.choice(LINES).format(amount=chance.randint(10, 110))
        return commented(item, text, actor, now, name)
    return untouched(item, actor, now, name)


def _back(book: RuleBook, item: Snapshot, stage: str) -> tuple[str, ...]:
    rest = tuple(one for one in item.labels if book.canonical(one) not in book.stages)
    return rest if stage == OPEN else (*rest, stage)


def _item(book: RuleBook, number: int, now: datetime) -> Snapshot:
    return Snapshot(
        key=ItemKey(4, number),
        id=number,
        project_path="group/project",
        title=f"Customer {number} - Scope Issue and Write SOW",
        description="Requested by: @account.executive",
        state="opened",
        labels=(book.file.board.only,),
        author=Person("services.calculator", 5),
        assignees=(TEAM[0],),
        web_url=f"https://gitlab.example/group/project/-/issues/{number}",
        created_at=now,
        updated_at=now,
        notes=(),
        bot=BOT,
        memory=Memory(),
    )
