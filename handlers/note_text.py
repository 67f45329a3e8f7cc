"""Note text: what a template may speak of, and the one line of provenance below every note.

Every template knows the names of ``CONTEXT_NAMES``; an action's ``with:`` adds its own. ``facts`` holds values as they
were read, ``shown`` the same facts as people write them; a fact that the issue does not state is empty in both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import PurePath

from app.domain.decision import Mode
from app.domain.item import Snapshot
from app.handler import ON_DAY, Context
from app.rules.book import RuleBook
from app.rules.deciding.reminders import account_team, instead_of_the_bot, receivers
from app.rules.model import RuleFile, Stage
from app.rules.reading.fact_tests import fact_words
from app.rules.reading.facts import people_named, told_internally
from handlers.privacy import is_private

IN_A_NOTE = "see the internal notes"
"""Stands for what only an internal note says, wherever somebody else could read it."""

DEAL_SAYS = ("opportunity_id", "account", "sow_number", "amount", "currency", "close_date", "stage")
"""What a deal event may tell: texts, as ``app/webhook/deal_event.py`` puts them into the change."""

CONTEXT_NAMES = frozenset(
    {
        *(f"item.{name}" for name in ("title", "name", "customer", "reference", "url", "author", "filer")),
        *(f"item.{name}" for name in ("team", "assignees", "labels", "state", "private")),
        *(f"stage.{name}" for name in ("name", "title", "means", "who_acts", "leave_when", "checklist", "limit")),
        *("timer.name", "timer.who", "timer.says", "timer.day", "next.name", "next.title", "next.by", "next.needs"),
        *(f"deal.{name}" for name in ("event", *DEAL_SAYS, "value")),
        *(f"next_reminder.{name}" for name in ("on", "who", "says", "resting", "quiet")),
        *("by_clock.quiet", "by_clock.digests"),
        *("actor", "because", "rule", "now", "approvals", "came_from", "line.text", "line.people", "offer.url"),
        *("facts.*", "shown.*", "stages.*", "people.*", "made.*"),
    }
)
"""The names of every template's context, dotted; ``facts.*`` stands for each fact of the rule file."""


def template_context(
    ctx: Context, extra: Mapping[str, object] | None = None, *, internal: bool = False
) -> dict[str, object]:
    """What a template on the item's own project may name: everything the issue says.

    What only an internal note says is left out, unless what is written is ``internal`` itself.
    """
    hidden = () if internal else told_internally(ctx.book, ctx.snapshot)
    ctx = ctx if internal else without_internal(ctx)
    return {
        "item": _item(ctx),
        "actor": ctx.change.actor.username if ctx.change.actor else "",
        "facts": {**dict.fromkeys(ctx.rules.facts), **ctx.facts},
        "shown": {
            **dict.fromkeys(ctx.rules.facts, ""),
            **{name: fact_words(said) for name, said in ctx.facts.items()},
            **dict.fromkeys(hidden, IN_A_NOTE),
        },
        "stage": _stage(ctx.rules, ctx.stage),
        "stages": {stage.stage: stage_title(stage.stage) for stage in ctx.rules.board.stages},
        "people": {name: people.handles for name, people in ctx.rules.people.items()},
        "made": dict(ctx.made),
        "because": ctx.step.because,
        "rule": ctx.step.rule,
        "now": ctx.now,
        "timer": _timer(ctx),
        "deal": _deal(ctx),
        "next": None,
        "next_reminder": None,
        "by_clock": None,
        "came_from": came_from(ctx.book, ctx.snapshot, ctx.stage),
        "line": {"text": "", "people": []},
        "offer": {"url": ""},
        "approvals": [],
        **(extra or {}),
    }


def without_internal(ctx: Context) -> Context:
    """The same without the facts that only an internal note says: for what a customer may see."""
    hidden = told_internally(ctx.book, ctx.snapshot)
    return replace(ctx, facts={name: said for name, said in ctx.facts.items() if name not in hidden})


def outside_context(
    ctx: Context, extra: Mapping[str, object] | None = None, *, private: bool | None = None
) -> dict[str, object]:
    """What a text may name that leaves the item's project. For a private item: its reference and address, nothing else.

    Where a template wants the customer's name, it gets the reference.
    """
    full = template_context(ctx, extra)
    if not (is_private(ctx) if private is None else private):
        return full
    reference = reference_of(ctx.snapshot)
    nobody: dict[str, object] = {"author": "", "filer": "", "team": [], "assignees": []}
    bare = {"title": reference, "customer": short_reference(ctx.snapshot), "name": reference, "labels": [], **nobody}
    return {
        **full,
        **dict.fromkeys(extra or {}, ""),
        "item": {**_item(ctx), **bare},
        "actor": "",
        "deal": {**dict.fromkeys(_deal(ctx), ""), "event": ctx.change.deal},
        "facts": dict.fromkeys([*ctx.rules.facts, *ctx.facts]),
        "shown": dict.fromkeys([*ctx.rules.facts, *ctx.facts], ""),
        "made": {},
        "because": "",
    }


def write_note(
    ctx: Context,
    template: str,
    extra: Mapping[str, object] | None = None,
    *,
    steady: bool = False,
    seen: Snapshot | None = None,
    bare: bool = False,
    internal: bool = False,
) -> str:
    """A comment's whole text: the rendered template and the line that says where it comes from; empty where the
    template has nothing to say.

    ``steady`` leaves out what differs from decision to decision, so that a note edited in place changes only when what
    it says does. ``seen`` is a newer look at the item than the decision's. ``bare`` says of a private item no more than
    a message that leaves GitLab does. ``internal``: only those who may read internal notes see it.
    """
    if seen is not None:
        ctx = replace(ctx, snapshot=replace(seen, memory=ctx.snapshot.memory, notes=ctx.snapshot.notes))
    context = outside_context(ctx, extra) if bare else template_context(ctx, extra, internal=internal)
    rendered = ctx.templates.render(f"comment/{template}", context)
    if not rendered.body.strip():
        return ""
    return f"{rendered.body.strip()}\n\n{provenance(ctx, steady=steady)}\n"


def provenance(ctx: Context, *, steady: bool = False) -> str:
    """One small line: rule, line of the rule file, mode, and the decision where it can be read."""
    step = ctx.step
    said = [f"Rule `{step.rule}`", f"`{PurePath(step.source.file).name}` line {step.source.line}"]
    if step.mode is not Mode.LIVE:
        said.append(f"mode {step.mode}")
    if ctx.decision_url and not steady:
        said.append(f"[why]({ctx.decision_url})")
    return f"<sub>{' · '.join(said)}</sub>"


def came_from(book: RuleBook, snapshot: Snapshot, stage: str | None) -> str:
    """The stage that a card on hold left, and goes back to; empty if it is not on hold, or nobody has told."""
    here = book.stages.get(stage or "")
    return snapshot.memory.stage_before_hold or "" if here is not None and here.pauses_reminders else ""


def reference_of(snapshot: Snapshot) -> str:
    """``group/project#7``: links from everywhere in GitLab and says nothing of the title."""
    return f"{snapshot.project_path}#{snapshot.key.iid}"


def short_reference(snapshot: Snapshot) -> str:
    """``project#7``, for sentences."""
    return f"{PurePath(snapshot.project_path).name}#{snapshot.key.iid}"


def customer_of(ctx: Context) -> str:
    """The customer's name: the fact ``customer``, else what stands before `` - `` in the title, else the title."""
    named = ctx.facts.get("customer")
    if isinstance(named, str) and named.strip():
        return named.strip()
    return ctx.snapshot.title.split(" - ", 1)[0].strip()


def _item(ctx: Context) -> dict[str, object]:
    snapshot = ctx.snapshot
    return {
        "title": snapshot.title,
        "name": snapshot.title,
        "customer": customer_of(ctx),
        "reference": reference_of(snapshot),
        "url": snapshot.web_url,
        "author": snapshot.author.username,
        "filer": (
            people_named(ctx.facts, "requested_by")
            or instead_of_the_bot(ctx.rules.people, snapshot, [snapshot.author.username])
        )[0],
        "team": instead_of_the_bot(ctx.rules.people, snapshot, account_team(snapshot, ctx.facts)),
        "assignees": [person.username for person in snapshot.assignees],
        "labels": list(ctx.book.canonical_all(snapshot.labels)),
        "state": snapshot.state,
        "private": is_private(ctx),
    }


def _timer(ctx: Context) -> dict[str, object]:
    """The reminder that came due, as the remind action set it; empty in all other changes."""
    extra = ctx.change.extra
    told = receivers(ctx.rules.people, ctx.snapshot, ctx.facts, extra.get("who", ""))
    return {"name": ctx.change.timer, "who": told, "says": extra.get("says", ""), "day": extra.get(ON_DAY, "")}


def _deal(ctx: Context) -> dict[str, object]:
    """What another system told of the deal; all of it empty in changes of other kinds, and what it left out."""
    told = {name: ctx.change.extra.get(name, "") if ctx.change.deal else "" for name in DEAL_SAYS}
    amount = f"{Decimal(told['amount']):,.2f}".removesuffix(".00") if told["amount"] else ""
    return {"event": ctx.change.deal, **told, "value": f"{amount} {told['currency']}" if amount else ""}


def _stage(rules: RuleFile, name: str | None) -> dict[str, object]:
    found = next((stage for stage in rules.board.stages if stage.stage == name), Stage(stage=name or ""))
    return {
        "name": found.stage,
        "title": stage_title(found.stage),
        "means": found.means,
        "who_acts": found.who_acts,
        "leave_when": found.leave_when,
        "checklist": list(found.checklist),
        "limit": found.limit,
    }


def stage_title(stage: str) -> str:
    """A stage as people say it: ``Ready For Approval`` for ``proposal::Ready For Approval``, ``SOW WIP``."""
    return stage.rsplit("::", 1)[-1].replace("_", " ")
