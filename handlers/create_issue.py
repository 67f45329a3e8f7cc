"""File an issue from a template and link it to the item.

Reads: the issues linked to the item (with ``unless_linked``), the newest of the project (with ``wait_seconds``), the
item's labels and confidentiality.
Writes: one issue in the project, marked so that a second run finds it, and a link. An issue filed for a private item
carries its private labels, and is confidential where the item is; its title names the item's reference instead of what
the item says, because titles are shown wherever something links to it, and in another project so does its description.
Silent when: the bot filed it already, or (with ``unless_linked``) somebody else did and linked it.

With ``wait_seconds`` it gives somebody else, such as the Services Calculator, so long after the item was filed to file
the issue too; what was filed for the same customer meanwhile, and belongs to nothing yet, is linked instead. Nothing is
waited for when the bot itself filed the item.

With ``for_each_line: Follow-up`` it files one issue for each line ``- [ ] Follow-up: …`` of the item's text that is not
ticked off, once for the same words, and assigns whom the line names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from pydantic import Field, model_validator

from app.domain.decision import Outcome, Result
from app.errors import NotYet
from app.gitlab.port import IssueView, NewIssue
from app.handler import Context, Handler, Rendered
from app.rules.actions import ActionSpec, Effects, Params
from app.rules.telling.words import Quote
from handlers.approvals import approvals_among, refusal
from handlers.linked import already_linked, as_data, find_linked, find_unlinked
from handlers.marked_lines import MarkedLine, marked_lines
from handlers.note_text import outside_context, provenance, short_reference, template_context
from handlers.outcomes import whole
from handlers.privacy import is_private, private_labels, stays
from handlers.routing import row_for

MOST_LINES = 20
"""Issues that one list may become: GitLab limits how many are filed in a minute, and nobody works on more."""

MOST_WAIT_S = 300
"""Longest ``wait_seconds``: what else happens to the item waits with it."""


class CreateIssueParams(Params):
    """What to file, and where."""

    template: str
    """A file of templates/issue/, without .md."""
    project: str | None = None
    """Short name of one of ``projects``; default: the file's default project, else the item's own."""
    link: Literal["relates_to", "blocks", "is_blocked_by"] | None = "relates_to"
    """How it is linked to the item; null: not at all."""
    unless_linked: bool = False
    """Not if an issue is linked whose title holds the template's ``finds`` words, whoever filed it."""
    wait_seconds: int = Field(default=0, ge=0, le=MOST_WAIT_S)
    """Seconds since the item was filed that somebody else is given to file the issue; with ``unless_linked`` only."""
    assign_route: str | None = None
    """A table under ``routes`` that says whom the new issue is assigned to; its labels are not taken."""
    for_each_line: str | None = None
    """One issue for each line ``<this text>: …``; the template knows the line as ``line.text`` and ``line.people``."""
    with_: dict[str, Any] = Field(default={}, alias="with")
    """More values for the template, by name."""

    @model_validator(mode="after")
    def _one_way(self) -> CreateIssueParams:
        if self.for_each_line is not None and self.unless_linked:
            raise ValueError("for_each_line files an issue for each line, whatever is linked: leave out unless_linked")
        if self.wait_seconds and not self.unless_linked:
            raise ValueError("wait_seconds waits for somebody else: write unless_linked: true, too")
        return self


def effects(_params: CreateIssueParams) -> Effects:
    """Another issue, and a link."""
    return Effects(outside=True)


def run(ctx: Context, params: CreateIssueParams) -> Outcome:
    """File it, unless it is there; link it either way."""
    if params.for_each_line is not None:
        return _for_each_line(ctx, params, marked_lines(ctx, params.for_each_line))
    rendered = _rendered(ctx, params, params.with_, {})
    if params.unless_linked and (found := find_linked(ctx, rendered)):
        return already_linked(found)
    if params.wait_seconds and (found := find_unlinked(ctx, rendered, project_of(ctx, params.project))):
        return _link(ctx, params, found)
    _wait(ctx, params)
    return _file(ctx, params, rendered, f"{params.template}/{ctx.item}", _routed(ctx, params.assign_route))


def _wait(ctx: Context, params: CreateIssueParams) -> None:
    """Raises NotYet while somebody else may still file it."""
    own = ctx.snapshot.bot is not None and ctx.snapshot.author.id == ctx.snapshot.bot.id
    left = params.wait_seconds - (ctx.now - ctx.snapshot.created_at).total_seconds()
    if left > 0 and not own:
        # Never longer than asked for: GitLab's clock may be ahead of ours.
        left = min(left, params.wait_seconds)
        raise NotYet(f"Waits {left:.0f} seconds, because somebody else may file that issue.", after_s=left)


def _link(ctx: Context, params: CreateIssueParams, found: IssueView) -> Outcome:
    if params.link is None:
        return already_linked(found)
    linked = ctx.gitlab.ensure_link(ctx.item, found.key, link_type=params.link)
    sentence = f"{found.reference} was filed already; no second one was. {linked.sentence}"
    return replace(linked, sentence=sentence, url=found.web_url, data=as_data(found))


def _routed(ctx: Context, route: str | None) -> list[str]:
    row = row_for(ctx, route) if route else None
    return list(row.assign) if row else []


def _rendered(
    ctx: Context, params: CreateIssueParams, extra: Mapping[str, object], bare: Mapping[str, object]
) -> Rendered:
    """The template with all that the item says, where that may stand. ``bare`` holds values that say nothing of it.

    Of a private item titles never say anything: they travel with every link. Nor does anything in another project.
    """
    name = f"issue/{params.template}"
    if not is_private(ctx):
        return ctx.templates.render(name, template_context(ctx, extra))
    discreet = ctx.templates.render(name, {**outside_context(ctx, extra), **bare})
    if not stays(ctx, project_of(ctx, params.project)):
        return discreet
    full = ctx.templates.render(name, template_context(ctx, extra))
    return replace(full, meta={**full.meta, "title": discreet.meta.get("title", "")})


def _file(
    ctx: Context, params: CreateIssueParams, rendered: Rendered, marker: str, people: Sequence[str] = ()
) -> Outcome:
    issue = _new_issue(ctx, rendered, people)
    if approving := approvals_among(ctx.rules, issue.labels):
        return refusal(approving)
    view, made = ctx.gitlab.ensure_issue(project_of(ctx, params.project), marker=marker, issue=issue)
    parts = [made]
    if params.link:
        parts.append(ctx.gitlab.ensure_link(ctx.item, view.key, link_type=params.link))
    return whole(parts, url=view.web_url, data=as_data(view))


def _for_each_line(ctx: Context, params: CreateIssueParams, lines: Sequence[MarkedLine]) -> Outcome:
    done: list[Outcome] = []
    for number, line in enumerate(lines[:MOST_LINES], start=1):
        said: dict[str, object] = {**params.with_, "line": {"text": line.text, "people": list(line.people)}}
        bare = {"line": {"text": f"{short_reference(ctx.snapshot)}, number {number}", "people": []}}
        rendered = _rendered(ctx, params, said, bare)
        done.append(_file(ctx, params, rendered, f"{params.template}/{ctx.item}/{line.name}", line.people))
    if not done:
        return Outcome(Result.NOT_APPLICABLE, f"{short_reference(ctx.snapshot)} has no line '{params.for_each_line}:'.")
    references = [one.data["reference"] for one in done if "reference" in one.data]
    return whole(done, data={"references": references, "left_out": max(0, len(lines) - MOST_LINES)})


def project_of(ctx: Context, short_name: str | None) -> str | int:
    """Path or id of the project that a short name stands for; without one the default, else the item's own."""
    name = short_name or ctx.rules.defaults.project
    return ctx.rules.projects.get(name, name) if name else ctx.item.project_id


def _new_issue(ctx: Context, rendered: Rendered, people: Sequence[str] = ()) -> NewIssue:
    labels = [*_texts(rendered.meta.get("labels")), *private_labels(ctx.book, ctx.snapshot.labels)]
    return NewIssue(
        title=str(rendered.meta.get("title", "")),
        description=f"{rendered.body.strip()}\n\n{provenance(ctx, steady=True)}\n",
        labels=tuple(dict.fromkeys(labels)),
        assignees=tuple(dict.fromkeys([*_texts(rendered.meta.get("assignees")), *people])),
        confidential=ctx.snapshot.confidential or bool(rendered.meta.get("confidential")),
    )


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [str(one) for one in value] if isinstance(value, Iterable) else []


def _says(params: CreateIssueParams, quote: Quote) -> str:
    where = f" in {quote(params.project)}" if params.project else ""
    unless = ", unless one is linked" if params.unless_linked else ""
    if params.for_each_line is not None:
        each = f"for each line {quote(params.for_each_line + ':')}"
        return f"files an issue from the template {quote(params.template)}{where} {each}"
    return f"files an issue from the template {quote(params.template)}{where}{unless}"


HANDLER = Handler(
    spec=ActionSpec(
        name="create_issue",
        params=CreateIssueParams,
        effects=effects,
        purpose="File an issue from a template and link it to the item.",
        offers={"template": "issue/", "project": "project", "assign_route": "route"},
        says=_says,
        templates=lambda params: (f"issue/{params.template}",),
        projects=lambda params: (params.project,) if params.project else (),
        routes=lambda params: (params.assign_route,) if params.assign_route else (),
    ),
    run=run,
)
