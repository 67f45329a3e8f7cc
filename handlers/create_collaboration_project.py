"""Build the customer's group and SOW project from a blueprint, or say what would have to be built.

The group is found or made below the root, private; in it the project ``SOW-<number>`` (``PO-<number>`` for a purchase
order) with labels, boards, milestones, iterations, workstream epics, issues and files. Nobody is ever invited, and
nothing of the scoping issue but the customer's name, the number, the activities, the size and the project manager goes
in. The scoping issue gets a block with the project's address, by which issues of the project lead back to it.

Reads: the customer's name, the facts ``sow_number``, ``po_number``, ``project_manager``, ``iterations``, ``weeks``,
``project_size``, ``start_date`` and ``staffed_by``, the list of activities, the linked intake issue.
Writes: everything below the customer's group, and the block; what is there is left as it is, so a second run adds what
is missing, and puts issues into iterations that GitLab has made meanwhile. With ``how: request`` nothing: the plan is
there for a comment of the same rule to show.
Silent when: all of it is there. Refuses private items (but see ``private``), items without a number, and a group that
is another customer's.
"""

from __future__ import annotations

from typing import Literal

from app.domain.change import Kind
from app.domain.decision import Outcome, Result
from app.domain.item import Person
from app.errors import Refused, TryLater
from app.gitlab.dry import DryGitLab
from app.gitlab.invented import InventedGitLab
from app.gitlab.port import ProjectView
from app.handler import Context, Handler
from app.rules.actions import ActionSpec, Effects, Params
from app.rules.deciding.decide import is_own
from app.rules.telling.words import Quote
from handlers.collaboration.blueprint import Blueprint, read_blueprint
from handlers.collaboration.build import Builder, Piece
from handlers.collaboration.deal import Deal
from handlers.collaboration.names import group_path, same_customer
from handlers.collaboration.reading import deal_of, is_partner_staffed, number_of, project_manager
from handlers.collaboration.telling import plan_parts, remarks, summary
from handlers.collaboration.tie import is_done, tie
from handlers.create_issue import project_of
from handlers.linked import find_linked
from handlers.note_text import customer_of, template_context, without_internal
from handlers.privacy import tells_privately

PRIVATE = "Public Sector and confidential work gets its project by hand; the bot builds nothing for it."
NO_NUMBER = 'The project is named after the SOW, and its number is not known: add a line "SOW number: <number>".'
ITERATIONS_COME_S = 10.0
"""Wait before looking again for the first iterations of a new cadence."""
SANDBOX_ROOT = "sandbox-root"
"""Short name of the project or group to try things in: there the bot builds unless a rule says otherwise."""


class CreateCollaborationProjectParams(Params):
    """From what, where, and whether it is really built."""

    blueprint: str = "customer_project"
    """A file of templates/collaboration/, without .yaml."""
    root: str
    """The group in which customers' groups are: a short name of ``projects``."""
    partner_root: str | None = None
    """The group for work that a partner staffs, fully or partly; default: the same."""
    how: Literal["direct", "request"] | None = None
    """direct: build it. request: make nothing, and leave the whole plan for a comment or a merge request. Default:
    direct below a root that is called ``sandbox-root``, request below any other."""
    private: Literal["refuse", "on_command"] = "refuse"
    """Public Sector and confidential items: refuse, or build when a person asks for it in a comment."""


def effects(_params: CreateCollaborationProjectParams) -> Effects:
    """All of it is elsewhere, except the block in the description."""
    return Effects(outside=True)


def run(ctx: Context, params: CreateCollaborationProjectParams) -> Outcome:
    """Build it, or the part of it that is missing; or say what would be built."""
    ctx = without_internal(ctx)
    if tells_privately(ctx) and not (params.private == "on_command" and _is_commanded(ctx)):
        return _refused(PRIVATE)
    if not number_of(ctx.facts):
        return _refused(NO_NUMBER)
    partner = _is_partner_staffed(ctx)
    name = params.partner_root if partner and params.partner_root else params.root
    root = str(project_of(ctx, name))
    direct = (params.how or ("direct" if name == SANDBOX_ROOT else "request")) == "direct"
    try:
        if trouble := _taken(ctx, root):
            return _refused(trouble)
        blueprint = blueprint_for(ctx, params.blueprint)
        deal, left_out = deal_of(ctx.snapshot, ctx.facts, customer=customer_of(ctx), blueprint=blueprint)
        site = _Site(ctx, blueprint, deal, left_out, root, partner)
        return site.build() if direct else site.plan()
    except Refused as error:
        return _refused(f"{error} What was made before that stays, and is found when it is asked for again.")


def blueprint_for(ctx: Context, name: str) -> Blueprint:
    """The blueprint with the deal's names in it."""
    names = Deal(customer_of(ctx), number_of(ctx.facts), project_manager(ctx.facts), []).names()
    where = f"templates/collaboration/{name}.yaml"
    return read_blueprint(ctx.templates.blueprint(f"collaboration/{name}"), names, where=where)


class _Site:
    """One deal that gets its project."""

    def __init__(self, ctx: Context, blueprint: Blueprint, deal: Deal, left_out: int, root: str, partner: bool) -> None:
        self.ctx, self.blueprint, self.deal = ctx, blueprint, deal
        self.left_out, self.root, self.partner = left_out, root, partner

    def build(self) -> Outcome:
        """Make what is missing."""
        builder = Builder(self.ctx.gitlab, self.ctx.templates, self.blueprint, self.deal)
        project, pieces = builder.places(self.root)
        pieces += builder.furnish(project)
        tied = tie(self.ctx.gitlab, self.ctx.snapshot, project, customer=self.deal.customer)
        said = summary(pieces, self.deal, self.left_out, large=builder.large)
        made_cadence = any(piece.kind == "iterations" and piece.missing for piece in pieces)
        if made_cadence and builder.awaits_the_first(pieces):
            # All else stands. Only a new cadence is waited for, so this comes once; then the note says what waits.
            raise TryLater(f"GitLab still makes the iterations of {self.deal.sow}.", after_s=ITERATIONS_COME_S)
        if not is_done(tied):
            said = f"{said} Its address could not be written into this issue's description: {tied.sentence}"
        made, refused = any(piece.missing for piece in pieces), any(piece.refused for piece in pieces)
        result = Result.REFUSED if refused else Result.APPLIED if made else Result.ALREADY_SO
        data = {**self._data(pieces, said), "web_url": project.web_url, "path": project.path, "how": "direct"}
        return Outcome(result, f"{self.deal.sow}: {said}", url=project.web_url, data=data)

    def plan(self) -> Outcome:
        """Nothing is made or even looked for: the whole of it is the plan."""
        empty = DryGitLab(InventedGitLab(Person("nobody"), frozenset()))
        builder = Builder(empty, self.ctx.templates, self.blueprint, self.deal)
        project, pieces = builder.places(self.root)
        pieces += builder.furnish(project)
        said = [f"{len(pieces)} things are to be made below {self.root}; nothing was made."]
        said += remarks(self.deal, self.left_out, large=builder.large)
        there = self._there(project)
        data = {
            **self._data(pieces, " ".join(said)),
            "made": 0,
            "web_url": there,
            "path": project.path,
            "how": "request",
            "plan": plan_parts(pieces),
        }
        return Outcome(Result.APPLIED, f"{self.deal.sow}: {' '.join(said)}", data=data)

    def _there(self, project: ProjectView) -> str:
        """Address of the project if somebody has built it already."""
        try:
            return self.ctx.gitlab.project(project.path).web_url
        except Refused:
            return ""

    def _data(self, pieces: list[Piece], said: str) -> dict[str, object]:
        made = sum(piece.missing for piece in pieces)
        return {
            "name": self.deal.sow,
            "made": made,
            "found": len(pieces) - made - sum(piece.refused for piece in pieces),
            "waiting": [piece.name for piece in pieces if piece.waits],
            "sentence": said,
            "partner": self.partner,
            "large": self.deal.plan.is_large(self.blueprint),
            "size_known": self.deal.plan.known,
            "support_note": self.blueprint.wants_support_note(self.deal.activities),
            "pm": self.deal.pm,
        }


def _is_commanded(ctx: Context) -> bool:
    """Whether a person asks for it in words, right now."""
    return ctx.change.kind is Kind.COMMENTED and not is_own(ctx.change, ctx.snapshot)


def _is_partner_staffed(ctx: Context) -> bool:
    """As the scoping issue says, else its intake issue."""
    if is_partner_staffed(ctx.facts, ctx.snapshot.description):
        return True
    if isinstance(ctx.facts.get("staffed_by"), str):
        return False
    intake = find_linked(ctx, ctx.templates.render("issue/project_scheduling_intake", template_context(ctx)))
    return intake is not None and is_partner_staffed({}, intake.description)


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


def _says(params: CreateCollaborationProjectParams, quote: Quote) -> str:
    where = f"below {quote(params.root)}"
    if params.partner_root:
        where += f" (or {quote(params.partner_root)}, if a partner staffs it)"
    if params.how is None or params.how == "request":
        return f"plans the customer's group and project from {quote(params.blueprint)} {where}, and builds nothing yet"
    return f"builds the customer's group and project from {quote(params.blueprint)} {where}"


HANDLER = Handler(
    spec=ActionSpec(
        name="create_collaboration_project",
        params=CreateCollaborationProjectParams,
        effects=effects,
        purpose="Build the customer's group and SOW project from a blueprint, or say what would have to be built.",
        offers={"root": "project", "partner_root": "project"},
        says=_says,
        projects=lambda params: (params.root, *((params.partner_root,) if params.partner_root else ())),
    ),
    run=run,
)
