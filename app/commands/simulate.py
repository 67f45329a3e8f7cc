"""``./run simulate``: what the rules would do with one issue, in this world or a changed one. Writes nothing."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import structlog

import handlers
from app.checking.access import reading_gitlab
from app.domain.item import Person
from app.errors import AdminMustAct
from app.rules.book import RuleBook
from app.rules.duration import Length, parse_length
from app.rules.loading.load import load_or_raise
from app.rules.loading.suggest import did_you_mean
from app.rules.reading.values import read_value
from app.rules.trying.deeds import happen, untouched
from app.rules.trying.imagine import Cast
from app.rules.trying.written import Deed
from app.shipped import RULES, TEMPLATES
from app.templating.folder import TemplateFolder
from app.trying.describe import read_description
from app.trying.live import live_world, somebody
from app.trying.outcome import Watch
from app.trying.tell import as_data, as_text
from app.trying.tests import do, invented_world
from app.trying.world import World
from handlers.note_text import CONTEXT_NAMES


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which issue, which rules, and how the world is to differ."""

    item: str | None = None
    describe: Path | None = None
    rules: Path = RULES
    templates: Path = TEMPLATES
    add_labels: Sequence[str] = ()
    remove_labels: Sequence[str] = ()
    move_to: str | None = None
    opened: bool = False
    closed: bool = False
    reopened: bool = False
    comment: str | None = None
    wait: str | None = None
    by: str = ""
    set_facts: Sequence[str] = ()
    """``name=value``."""
    at: datetime | None = None
    form: Literal["text", "json"] = "text"


def moment(text: str | None, option: str = "--at") -> datetime | None:
    """A time with its zone. Raises AdminMustAct for anything else."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise AdminMustAct(f"{option} {text}: write a time as 2026-06-09T10:00:00Z.") from error
    if found.tzinfo is None:
        raise AdminMustAct(f"{option} {text}: add the time zone, such as Z or -07:00.")
    return found


def simulate(wanted: Wanted) -> int:
    """Print what would come of it. Raises AdminMustAct for whatever can't be understood."""
    if (wanted.item is None) == (wanted.describe is None):
        raise AdminMustAct("Name one issue: --item group/project#7, or --describe FILE.")
    templates = TemplateFolder(wanted.templates)
    book = load_or_raise(
        wanted.rules,
        actions=handlers.specs(),
        templates=templates,
        context_names=CONTEXT_NAMES,
        name=str(wanted.rules),
    )
    wanted = replace(wanted, move_to=_stage(wanted.move_to, book))
    with _logs_aside(), _world(wanted, book, templates) as (world, who):
        told = list(_play(wanted, world, who))
    if wanted.form == "json":
        head = {"item": world.item.web_url, "title": world.item.title, "rules": str(wanted.rules)}
        json.dump({**head, "deeds": [data for data, _ in told]}, sys.stdout, indent=2, ensure_ascii=False, default=str)
        print()
        return 0
    item = world.item
    print(f"{item.project_path}#{item.key.iid} “{item.title}”, by {wanted.rules}. Nothing is written.")
    for _, lines in told:
        print("\n".join(lines))
    return 0


@contextmanager
def _logs_aside() -> Iterator[None]:
    """Log lines, such as that of a group that can't be read, go to stderr: stdout is for what was asked for."""
    before = structlog.get_config()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    try:
        yield
    finally:
        structlog.configure(**before)


@contextmanager
def _world(
    wanted: Wanted, book: RuleBook, templates: TemplateFolder
) -> Iterator[tuple[World, Callable[[str], Person]]]:
    """The world, and who is meant by a name in it."""
    by_name = handlers.by_name()
    if wanted.describe is not None:
        given = read_description(wanted.describe, book)
        if wanted.at is not None:
            given = given.model_copy(update={"at": wanted.at})
        if len(given.stage) > 1:
            raise AdminMustAct(f"{wanted.describe}: an issue is in one stage; this names {len(given.stage)}.")
        speaker = Deed(comment="", by=[wanted.by] if wanted.by else None)
        cast = Cast(book, given, [*given.happened, speaker])
        cast_book = book.with_members(cast.members)
        world = invented_world(cast_book, given, given.stage[0], cast, handlers=by_name, templates=templates)
        for deed in given.happened:
            do(world, deed, cast)
        yield _with_facts(world, wanted), cast.person
        return
    with reading_gitlab(os.environ) as reader:
        now = wanted.at or datetime.now(UTC)
        world = live_world(book, reader, wanted.item or "", now=now, handlers=by_name, templates=templates)
        yield _with_facts(world, wanted), lambda name: somebody(world, name)


def _play(
    wanted: Wanted, world: World, who: Callable[[str], Person]
) -> Iterator[tuple[dict[str, object], Iterator[str]]]:
    """Each deed, with what came of it."""
    for said, deed in _deeds(wanted):
        watch = Watch(world)
        if deed is None:
            world.happens(untouched(world.item, who(wanted.by), world.now, world.name()))
        elif deed.wait is not None:
            world.wait(deed.wait)
        else:
            actor = who(wanted.by)
            name = world.name()
            world.happens(happen(world.book, world.item, deed, actor=actor, people=(), now=world.now, name=name))
        came = watch.came()
        yield as_data(world.book, said, came), as_text(world.book, said, came)


def _deeds(wanted: Wanted) -> Iterator[tuple[str, Deed | None]]:
    """What is done, in words and as data. None: the description is saved as it is, so that the bot looks."""
    by = f" by {wanted.by}" if wanted.by else ""
    found: list[tuple[str, Deed | None]] = []
    if wanted.opened:
        found.append((f"The issue is filed{by}", Deed(opened=True)))
    if wanted.add_labels or wanted.remove_labels:
        parts = [*(f"+{one}" for one in wanted.add_labels), *(f"-{one}" for one in wanted.remove_labels)]
        labels = Deed(add_label=list(wanted.add_labels), remove_label=list(wanted.remove_labels))
        found.append((f"Labels are changed{by}: {', '.join(parts)}", labels))
    if wanted.comment is not None:
        found.append((f"A comment{by}: {wanted.comment}", Deed(comment=wanted.comment)))
    if wanted.move_to is not None:
        found.append((f"The card is moved{by} to {wanted.move_to}", Deed(move_to=[wanted.move_to])))
    if wanted.closed or wanted.reopened:
        deed = Deed(closed=True) if wanted.closed else Deed(reopened=True)
        found.append((f"The issue is {'closed' if wanted.closed else 'reopened'}{by}", deed))
    if wanted.wait is not None:
        found.append((f"{wanted.wait} go by", Deed(wait=_length(wanted.wait))))
    yield from found or [(f"The description is saved{by}", None)]


def _stage(name: str | None, book: RuleBook) -> str | None:
    if name is None or name in book.stages:
        return name
    hint = did_you_mean(name, book.stages)
    raise AdminMustAct(f"--move-to {name}: there is no such stage{f' ({hint})' if hint else ''}.")


def _with_facts(world: World, wanted: Wanted) -> World:
    """The world with what ``--set-fact`` says."""
    definitions = world.book.file.facts
    facts: dict[str, object] = {}
    for written in wanted.set_facts:
        name, equals, text = written.partition("=")
        if not equals or name not in definitions:
            hint = did_you_mean(name, definitions)
            raise AdminMustAct(f"--set-fact {written}: write name=value with a fact of the rule file. {hint}".rstrip())
        value = _rows(text) if definitions[name].table is not None else read_value(definitions[name], text)
        if value is None:
            raise AdminMustAct(f"--set-fact {written}: that says nothing. It is {definitions[name].means or name}.")
        facts[name] = value
    world.set_facts = facts
    return world


def _rows(text: str) -> dict[str, object] | None:
    """``5`` or ``2/5``: of five rows two (or none) are open."""
    number, _, rows = text.rpartition("/")
    if not rows.isdigit() or (number and not number.isdigit()):
        return None
    names = [f"row {one}" for one in range(1, int(number or 0) + 1)]
    return {"rows": int(rows), "open": names, "answered": [], "open_required": names}


def _length(text: str) -> Length:
    try:
        return parse_length(text)
    except ValueError as error:
        raise AdminMustAct(f"--wait: {error}.") from error
