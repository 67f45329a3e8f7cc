"""Build the customer's group and SOW project from a blueprint.

The group is found or made below the root, private; in it the project ``SOW-<number>`` (``PO-<number>`` for a purchase
order) with labels, boards, milestones, workstream epics, issues and files. Nobody is ever invited, and nothing of the
scoping issue but the customer's name, the number, the activities and the project manager goes in.

Reads: the customer's name, the facts ``sow_number``, ``po_number`` and ``project_manager``, the list of activities.
Writes: everything below the customer's group; what is there is left as it is, so a second run adds what is missing.
Silent when: all of it is there. Refuses private items, items without a number, and a group that is another customer's.
"""

from __future__ import annotations

from collections import Counter

from app.domain.decision import Outcome, Result
from app.errors import Refused
from app.gitlab.port import ProjectView
from app.handler import Context, Handler
from app.rules.actions import ActionSpec, Effects, Params
from handlers.collaboration.activities import read_activities
from handlers.collaboration.blueprint import read_blueprint
from handlers.collaboration.build import Builder, Deal
from handlers.collaboration.names import group_path, same_customer
from handlers.create_issue import project_of
from handlers.note_text import customer_of, without_internal
from handlers.privacy import tells_privately

PRIVATE = "Public Sector and confidential work gets its project by hand; the bot builds nothing for it."
NO_NUMBER = 'The project is named after the SOW, and its number is not known: add a line "SOW number: <number>".'


class CreateCollaborationProjectParams(Params):
    """From what, and where."""

    blueprint: str = "customer_project"
    """A file of templates/collaboration/, without .yaml."""
    root: str
    """The group in which customers' groups are: a short name of ``projects``."""


def effects(_params: CreateCollaborationProjectParams) -> Effects:
    """All of it is elsewhere."""
    return Effects(outside=True)


def run(ctx: Context, params: CreateCollaborationProjectParams) -> Outcome:
    """Build it, or the part of it that is missing."""
    ctx = without_internal(ctx)
    sow = _number(ctx)
    if tells_privately(ctx):
        return _refused(PRIVATE)
    if not sow:
        return _refused(NO_NUMBER)
    root = str(project_of(ctx, params.root))
    try:
        if trouble := _taken(ctx, root):
            return _refused(trouble)
        return _build(ctx, params, root, sow)
    except Refused as error:
        return _refused(f"{error} What was made before that stays, and is found when it is asked for again.")


def _build(ctx: Context, params: CreateCollaborationProjectParams, root: str, sow: str) -> Outcome:
    names = Deal(customer_of(ctx), sow, _project_manager(ctx), []).names()
    where = f"templates/collaboration/{params.blueprint}.yaml"
    blueprint = read_blueprint(ctx.templates.blueprint(f"collaboration/{params.blueprint}"), names, where=where)
    activities, left_out = read_activities(ctx.snapshot, blueprint.epics.heading)
    deal = Deal(names["customer"], sow, names["pm"], activities)
    builder = Builder(ctx.gitlab, ctx.templates, blueprint, deal)
    project, outcomes = builder.places(root)
    outcomes += builder.furnish(project)
    return _summary(project, outcomes, deal, left_out)


def _summary(project: ProjectView, outcomes: list[Outcome], deal: Deal, left_out: int) -> Outcome:
    counts = Counter(outcome.result for outcome in outcomes)
    made, found, refused = (counts[one] for one in (Result.APPLIED, Result.ALREADY_SO, Result.REFUSED))
    said = [f"{made} things were made, {found} were there already."]
    if refused:
        first = next(outcome.sentence for outcome in outcomes if outcome.result is Result.REFUSED)
        said.append(f"GitLab refused {refused} of them, the first: {first}")
    if not deal.activities:
        said.append("No activities were listed, so there is one epic for the whole SOW.")
    if left_out:
        said.append(f"Left out, because they name prices or costs: {left_out} of the activities.")
    sentence = " ".join(said)
    result = Result.REFUSED if refused else Result.APPLIED if made else Result.ALREADY_SO
    data: dict[str, object] = {"name": deal.sow, "web_url": project.web_url, "made": made, "found": found}
    return Outcome(result, f"{deal.sow}: {sentence}", url=project.web_url, data={**data, "sentence": sentence})


def _number(ctx: Context) -> str:
    """``SOW-3697``, else ``PO-118``, else empty."""
    for fact, prefix in (("sow_number", "SOW"), ("po_number", "PO")):
        value = ctx.facts.get(fact)
        if isinstance(value, int):
            return f"{prefix}-{value}"
    return ""


def _project_manager(ctx: Context) -> str:
    named = ctx.facts.get("project_manager")
    return str(named[0]) if isinstance(named, list) and named else ""


def _taken(ctx: Context, root: str) -> str:
    """Why the group that is there may not be used; empty if it may, or there is none.

    Two customers whose names give one path must never share a group.
    """
    group = ctx.gitlab.group(f"{root}/{group_path(customer_of(ctx))}")
    if group is None or same_customer(group.name, customer_of(ctx)):
        return ""
    return f"The group {group.path} is there under another name. Rename one of them, or make the project by hand."


def _refused(sentence: str) -> Outcome:
    return Outcome(Result.REFUSED, sentence, data={"sentence": sentence, "web_url": ""})


HANDLER = Handler(
    spec=ActionSpec(
        name="create_collaboration_project",
        params=CreateCollaborationProjectParams,
        effects=effects,
        purpose="Build the customer's group and SOW project from a blueprint.",
        offers={"root": "project"},
        says=lambda params, quote: (
            f"builds the customer's group and project from {quote(params.blueprint)} below {quote(params.root)}"
        ),
        projects=lambda params: (params.root,),
    ),
    run=run,
)
