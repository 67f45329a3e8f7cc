"""Note text: what a template may speak of, and the one line of provenance below every note.

Every template knows the names of ``CONTEXT_NAMES``; an action's ``with:`` adds its own, and may replace ``because``.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import PurePath

from app.domain.decision import Mode
from app.domain.item import Snapshot
from app.handler import Context, Rendered
from app.rules.model import FactDef, People, RuleFile, Stage
from handlers.privacy import is_private

CONTEXT_NAMES = frozenset(
    {"item", "actor", "facts", "shown", "stage", "stages", "people", "made", "because", "rule", "now"}
)
"""Top-level names of every template's context: see ``docs/templates.md``."""

_RENAMED = {"mention": "mover"}
"""``mention`` is a function of the templates: the value of that name which comes with a move is called ``mover``."""


def template_context(ctx: Context, extra: Mapping[str, object] | None = None) -> dict[str, object]:
    """What a template on the item's own project may name: everything the issue says."""
    return {
        "item": _item(ctx),
        "actor": ctx.change.actor.username if ctx.change.actor else "",
        "facts": {**dict.fromkeys(ctx.rules.facts), **ctx.facts},
        "shown": {name: shown(ctx.rules.facts.get(name), value) for name, value in ctx.facts.items()},
        "stage": _stage(ctx.rules, ctx.stage),
        "stages": {stage.stage: stage_title(stage.stage) for stage in ctx.rules.board.stages},
        "people": {name: handles(people) for name, people in ctx.rules.people.items()},
        "made": dict(ctx.made),
        "because": ctx.step.because,
        "rule": ctx.step.rule,
        "now": ctx.now,
        **{_RENAMED.get(name, name): value for name, value in (extra or {}).items()},
    }


def outside_context(ctx: Context, extra: Mapping[str, object] | None = None) -> dict[str, object]:
    """What a message that leaves GitLab may name. For a private item: its reference and address, nothing it says."""
    full = template_context(ctx, extra)
    if not is_private(ctx):
        return full
    reference = reference_of(ctx.snapshot)
    bare = {"title": reference, "customer": "", "name": reference, "labels": [], "author": "", "assignees": []}
    return {
        **full,
        **dict.fromkeys(extra or {}, ""),
        "item": {**_item(ctx), **bare},
        "actor": "",
        "facts": dict.fromkeys([*ctx.rules.facts, *ctx.facts]),
        "shown": {},
        "made": {},
        "because": "",
    }


def write_note(ctx: Context, template: str, extra: Mapping[str, object] | None = None, *, steady: bool = False) -> str:
    """A comment's whole text: the rendered template and the line that says where it comes from.

    ``steady`` leaves out what differs from decision to decision, so that a note edited in place changes only when what
    it says does.
    """
    rendered: Rendered = ctx.templates.render(f"comment/{template}", template_context(ctx, extra))
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


def handles(people: People) -> list[str]:
    """Whom to mention so that all of a people list hear of it: its group's path, else its users."""
    return [people.group] if people.group else list(people.users)


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
        "assignees": [person.username for person in snapshot.assignees],
        "labels": list(snapshot.labels),
        "state": snapshot.state,
        "private": is_private(ctx),
    }


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


def shown(definition: FactDef | None, value: object) -> str:
    """A fact's value as people write it: ``82,000 USD``, ``MSA``, a list with commas."""
    if isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value)
    if definition and definition.money and isinstance(value, int | float | Decimal):
        return f"{value:,.2f} {definition.money}".replace(".00 ", " ")
    return "" if value is None else str(value)


def stage_title(stage: str) -> str:
    """A stage as people say it: ``Ready For Approval`` for ``proposal::Ready For Approval``, ``SOW WIP``."""
    return stage.rsplit("::", 1)[-1].replace("_", " ")
