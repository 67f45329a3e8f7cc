"""Comment on the linked issue that a template stands for, keep a block of its description, or close it.

Reads: the issues linked to the item; with ``blanks`` that issue's description.
Writes: a note on the linked issue, a block at the end of its description that is replaced in place, its state. In
another project it says nothing of a private item but its reference.
Silent when: no such issue is linked, it says so already, the template has nothing to say, or (with ``blanks: only``)
all of its questions are answered.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, model_validator

from app.domain.decision import Outcome, Result
from app.gitlab.port import IssueView
from app.handler import Context, Handler
from app.rules.actions import ActionSpec, Effects, Params
from app.rules.telling.words import Quote, listed
from handlers.blanks import blank_fields
from handlers.linked import as_data, find_linked
from handlers.note_text import outside_context, short_reference, template_context, write_note
from handlers.outcomes import whole
from handlers.privacy import stays


class UpdateIssueParams(Params):
    """Which issue, and what to write there."""

    of: str
    """The issue's template: a file of templates/issue/, without .md. Its ``finds`` words find the issue."""
    comment: str | None = None
    """A file of templates/comment/, without .md, to post as a comment there."""
    append: str | None = None
    """A file of templates/comment/, without .md, to keep as a block at the end of the description there."""
    close: bool = False
    """Close it as well."""
    blanks: Literal["only", "name"] | None = None
    """Let the templates name what is blank in its tables, as ``blanks``. ``only``: write nothing where nothing is."""
    with_: dict[str, Any] = Field(default={}, alias="with")
    """More values for the templates, by name."""

    @model_validator(mode="after")
    def _something(self) -> UpdateIssueParams:
        if self.comment is None and self.append is None and not self.close:
            raise ValueError("say what to do: comment, append or close")
        return self


def effects(_params: UpdateIssueParams) -> Effects:
    """Another issue only."""
    return Effects(outside=True)


def run(ctx: Context, params: UpdateIssueParams) -> Outcome:
    """Write there, if the issue is linked."""
    # Filed while the item was private, its title holds the reference; filed before that, what the item says.
    contexts = [make(ctx, params.with_) for make in (template_context, outside_context)]
    found = next(
        (one for said in contexts if (one := find_linked(ctx, ctx.templates.render(f"issue/{params.of}", said)))), None
    )
    if found is None:
        sentence = f"No issue of the kind '{params.of}' is linked to {short_reference(ctx.snapshot)}."
        return Outcome(Result.NOT_APPLICABLE, sentence)
    extra: dict[str, object] = {"blanks": [], **params.with_}
    if params.blanks is not None:
        extra["blanks"] = blanks = blank_fields(ctx.gitlab.read_item(found.key).description)
        if params.blanks == "only" and not blanks:
            return Outcome(Result.NOT_APPLICABLE, f"Nothing is blank in {found.reference}.", url=found.web_url)
    return whole(_write(ctx, params, found, extra), url=found.web_url, data=as_data(found))


def _write(ctx: Context, params: UpdateIssueParams, issue: IssueView, extra: Mapping[str, object]) -> list[Outcome]:
    done: list[Outcome] = []
    leaves = not stays(ctx, issue.key.project_id)
    if params.append is not None:
        marker = f"{ctx.step.rule}/{params.append}/{ctx.item}"
        if text := write_note(ctx, params.append, extra, steady=True, bare=leaves):
            done.append(ctx.gitlab.append_to_description(issue.key, marker=marker, text=text))
    if params.comment is not None and (body := write_note(ctx, params.comment, extra, bare=leaves)):
        done.append(ctx.gitlab.ensure_note(issue.key, marker=f"{ctx.step.key}/{ctx.item}", body=body))
    if params.close:
        done.append(ctx.gitlab.set_state(issue.key, state="closed"))
    return done


def _templates(params: UpdateIssueParams) -> tuple[str, ...]:
    comments = [name for name in (params.comment, params.append) if name is not None]
    return (f"issue/{params.of}", *(f"comment/{name}" for name in comments))


def _says(params: UpdateIssueParams, quote: Quote) -> str:
    said = [f"comments with the template {quote(params.comment)}"] if params.comment else []
    said += [f"keeps the block {quote(params.append)} up to date"] if params.append else []
    where = f"on the linked issue {quote(params.of)}" + (" what is blank in it" if params.blanks else "")
    closes = [f"closes the linked issue {quote(params.of)}"] if params.close else []
    return listed([*([f"{listed(said)} {where}"] if said else []), *closes])


HANDLER = Handler(
    spec=ActionSpec(
        name="update_issue",
        params=UpdateIssueParams,
        effects=effects,
        purpose="Comment on the linked issue that a template stands for, keep a block of its description, or close it.",
        offers={"of": "issue/", "comment": "comment/", "append": "comment/"},
        says=_says,
        templates=_templates,
        gives=frozenset({"blanks"}),
    ),
    run=run,
)
