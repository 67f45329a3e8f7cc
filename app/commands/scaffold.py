"""``./run scaffold``: what a customer's project lacks, or how it differs from the blueprint; with ``--apply`` build it.

The same builder as the rule's: on a survey it tells, on the live port it makes. What is there is never overwritten.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import handlers
from app.checking.access import reading_gitlab, writing_gitlab
from app.domain.decision import Outcome
from app.domain.item import ItemKey, Snapshot
from app.errors import AdminMustAct
from app.gitlab.port import GitLab, GitLabReader
from app.gitlab.survey import SurveyGitLab
from app.rules.book import RuleBook
from app.rules.deciding.remember import private_item
from app.rules.loading.load import load_or_raise
from app.rules.loading.suggest import did_you_mean
from app.rules.reading.facts import read_facts
from app.shipped import RULES, TEMPLATES
from app.templating.folder import TemplateFolder
from handlers.collaboration.blueprint import read_blueprint
from handlers.collaboration.build import Builder, Piece
from handlers.collaboration.deal import Deal, Plan
from handlers.collaboration.names import group_path, same_customer
from handlers.collaboration.reading import deal_of, is_partner_staffed, number_of, project_manager
from handlers.collaboration.telling import KINDS, remarks, waiting
from handlers.collaboration.tie import tie
from handlers.note_text import CONTEXT_NAMES

MISSING = 1
"""Exit code of a plan in which something is missing, and of a build that GitLab refused in part."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which project, from what, and whether it shall be built."""

    item: str | None = None
    customer: str | None = None
    sow: str | None = None
    po: str | None = None
    activities: Sequence[str] = ()
    pm: str | None = None
    iterations: int | None = None
    weeks: int | None = None
    size: str | None = None
    start: str | None = None
    partner: bool = False
    root: str | None = None
    blueprint: str = "customer_project"
    private_too: bool = False
    apply: bool = False
    as_json: bool = False
    rules: Path = RULES
    templates: Path = TEMPLATES
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)


@dataclass(frozen=True, slots=True)
class _Subject:
    """The deal, the scoping issue if there is one, and whether a partner staffs it."""

    deal: Deal
    item: Snapshot | None
    partner: bool
    left_out: int


def scaffold(wanted: Wanted) -> int:
    """Plan or build, and print it. 0: nothing is missing, or all was built. 1: something is missing, or was refused."""
    if (wanted.item is None) == (wanted.customer is None):
        raise AdminMustAct("Name one deal: --item group/project#7 (or its address), or --customer with --sow or --po.")
    templates = TemplateFolder(wanted.templates)
    book = load_or_raise(
        wanted.rules, actions=handlers.specs(), templates=templates, context_names=CONTEXT_NAMES, name=str(wanted.rules)
    )
    with _door(wanted) as (reader, gitlab):
        subject = _subject(wanted, reader, book, templates)
        root = _root(wanted, book, partner=subject.partner)
        _not_anothers(reader, root, subject.deal.customer)
        builder = _builder(wanted, gitlab, templates, subject.deal)
        project, pieces = builder.places(root)
        pieces += builder.furnish(project)
        tied = None
        if subject.item is not None and wanted.apply:
            tied = tie(gitlab, subject.item, project, customer=subject.deal.customer)
    said = [*waiting(pieces), *remarks(subject.deal, subject.left_out, large=builder.large)]
    _tell(wanted, project.path, pieces, said, tied)
    wrong = any(piece.refused or (piece.missing and not wanted.apply) for piece in pieces)
    return MISSING if wrong else 0


@contextmanager
def _door(wanted: Wanted) -> Iterator[tuple[GitLabReader, GitLab]]:
    """A plan gets a port that can't write; a build gets the live one."""
    if wanted.apply:
        with writing_gitlab(wanted.environ) as live:
            yield live, live
    else:
        with reading_gitlab(wanted.environ) as reader:
            yield reader, SurveyGitLab(reader)


def _builder(wanted: Wanted, gitlab: GitLab, templates: TemplateFolder, deal: Deal) -> Builder:
    where = f"templates/collaboration/{wanted.blueprint}.yaml"
    text = templates.blueprint(f"collaboration/{wanted.blueprint}")
    return Builder(gitlab, templates, read_blueprint(text, deal.names(), where=where), deal)


def _subject(wanted: Wanted, reader: GitLabReader, book: RuleBook, templates: TemplateFolder) -> _Subject:
    if wanted.item is None:
        return _Subject(_described(wanted, wanted.customer or ""), None, wanted.partner, 0)
    key = _key(reader, wanted.item)
    item = replace(reader.read_item(key), notes=reader.read_notes(key), bot=reader.whoami())
    if private_item(book, item) and not wanted.private_too:
        raise AdminMustAct(
            "This deal is Public Sector or confidential, and nothing is built for it by itself."
            " If you mean to, and may, add --private-too."
        )
    facts = read_facts(book, item)
    if not number_of(facts) and not (wanted.sow or wanted.po):
        raise AdminMustAct('The SOW\'s number is not known: add a line "SOW number: <number>" there, or --sow here.')
    named = facts.get("customer")
    customer = str(named) if isinstance(named, str) else item.title.split(" - ", 1)[0].strip()
    # The heading of the activities is the blueprint's own, whatever the deal's names are.
    blank = Deal(customer, number_of(facts), project_manager(facts), [])
    blueprint = read_blueprint(
        templates.blueprint(f"collaboration/{wanted.blueprint}"), blank.names(), where=wanted.blueprint
    )
    deal, left_out = deal_of(item, facts, customer=customer, blueprint=blueprint)
    partner = wanted.partner or is_partner_staffed(facts, item.description)
    return _Subject(_overridden(deal, wanted), item, partner, left_out)


def _overridden(deal: Deal, wanted: Wanted) -> Deal:
    """What was said on the command line counts more than what the issue says."""
    plan = replace(
        deal.plan,
        flag=wanted.size or deal.plan.flag,
        iterations=wanted.iterations or deal.plan.iterations,
        weeks=wanted.weeks or deal.plan.weeks,
        start=_day(wanted.start) or deal.plan.start,
    )
    return replace(
        deal,
        sow=_number(wanted) or deal.sow,
        pm=wanted.pm or deal.pm,
        activities=list(wanted.activities) or deal.activities,
        plan=plan,
    )


def _described(wanted: Wanted, customer: str) -> Deal:
    number = _number(wanted)
    if not customer.strip() or not number:
        raise AdminMustAct("A project is named after the customer and the SOW: --customer with --sow or --po.")
    plan = Plan(wanted.size or "", wanted.iterations, wanted.weeks, _day(wanted.start))
    return Deal(customer.strip(), number, wanted.pm or "", list(wanted.activities), plan)


def _number(wanted: Wanted) -> str:
    """``SOW-3697`` of 3697, SOW-3697 and sow-3697 alike."""
    for prefix, value in (("SOW", wanted.sow), ("PO", wanted.po)):
        if value:
            digits = value.upper().removeprefix(f"{prefix}-").strip()
            if not digits.isascii() or not digits.isdigit():
                raise AdminMustAct(f"--{prefix.lower()} {value}: write the number, such as 3697.")
            return f"{prefix}-{int(digits)}"
    return ""


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise AdminMustAct(f"--start {text}: write a day as 2026-07-06.") from error


def _root(wanted: Wanted, book: RuleBook, *, partner: bool) -> str:
    name = wanted.root or ("partner-root" if partner else "delivery-root")
    place = book.file.projects.get(name, name if "/" in name else None)
    if place is None:
        hint = did_you_mean(name, list(book.file.projects))
        raise AdminMustAct(f"--root {name}: no such name under projects in {wanted.rules}. {hint}".strip())
    return str(place)


def _not_anothers(reader: GitLabReader, root: str, customer: str) -> None:
    group = reader.group(f"{root}/{group_path(customer)}")
    if group is not None and not same_customer(group.name, customer):
        raise AdminMustAct(
            f"The group {group.path} is called {group.name}: it is another customer's, and is never shared."
        )


def _key(reader: GitLabReader, reference: str) -> ItemKey:
    said = reference
    if "://" in reference:
        path, _, number = urlsplit(reference).path.strip("/").rpartition("/")
        said = f"{path.removesuffix('/issues').removesuffix('/work_items').removesuffix('/-')}#{number}"
    project, _, iid = said.rpartition("#")
    if not project or not iid.isascii() or not iid.isdigit():
        raise AdminMustAct(f"--item {reference}: write it as group/project#7, or as the issue's address.")
    return ItemKey(reader.project(int(project) if project.isdigit() else project).id, int(iid))


def _tell(wanted: Wanted, path: str, pieces: Sequence[Piece], said: Sequence[str], tied: Outcome | None) -> None:
    if wanted.as_json:
        _tell_json(wanted, path, pieces, said, tied)
        return
    verb = ("made", "there") if wanted.apply else ("missing", "there")
    print(f"{path}{'' if wanted.apply else ': a plan, nothing is written'}")
    for piece in pieces:
        if piece.refused:
            print(f"  refused  {KINDS[piece.kind].lower()}: {piece.name}: {piece.outcome.sentence}")
        elif piece.missing:
            print(f"  {verb[0]:<8} {KINDS[piece.kind].lower()}: {piece.name}{_which_part(piece)}")
        if piece.differs:
            print(f"  differs  {KINDS[piece.kind].lower()}: {piece.name}: {piece.differs}")
        if piece.waits:
            print(f"  waits    {KINDS[piece.kind].lower()}: {piece.name}: GitLab has not made its iteration yet")
    made = sum(piece.missing for piece in pieces)
    differ, refused = sum(bool(piece.differs) for piece in pieces), sum(piece.refused for piece in pieces)
    there = len(pieces) - made - refused
    waits = sum(bool(piece.waits) for piece in pieces)
    print(
        f"{made} {verb[0]}, {there} {verb[1]}, {differ} differ"
        + (f", {waits} wait" if waits else "")
        + (f", {refused} refused." if refused else ".")
    )
    for sentence in (*said, *((tied.sentence,) if tied is not None else ())):
        print(sentence)


def _which_part(piece: Piece) -> str:
    """Which columns a board lacks, and which iteration an issue is not in: board and issue themselves may be there."""
    sentence = piece.outcome.sentence
    part = {"board": "the columns ", "issue": "into the iteration "}.get(piece.kind, "")
    at = sentence.find(part) if part else -1
    if at < 0 or (piece.kind == "board" and "add" not in sentence.lower()):
        return ""
    return f" ({sentence[at:].rstrip('.')})"


def _tell_json(wanted: Wanted, path: str, pieces: Sequence[Piece], said: Sequence[str], tied: Outcome | None) -> None:
    entries = [
        {
            "kind": piece.kind,
            "name": piece.name,
            "state": "refused" if piece.refused else _state(wanted, piece),
            "differs": piece.differs,
            "waits": piece.waits,
            "sentence": piece.outcome.sentence,
        }
        for piece in pieces
    ]
    data = {
        "project": path,
        "applied": wanted.apply,
        "pieces": entries,
        "remarks": list(said),
        "tie": tied.sentence if tied is not None else "",
    }
    json.dump(data, sys.stdout, indent=2, ensure_ascii=False)
    print()


def _state(wanted: Wanted, piece: Piece) -> str:
    if not piece.missing:
        return "there"
    return "made" if wanted.apply else "missing"
