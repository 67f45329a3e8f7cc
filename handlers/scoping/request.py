"""Files the scoping issue that the Services Calculator's form asks for. Once, however often it is tried.

Reads: whether GitLab knows the people whom the form names.
Writes: one issue from ``templates/issue/scoping_issue.md``, with the board's label and, where the box is ticked, the
first label of ``private``. Where GitLab does not know the username, the issue says so; and unless the request is
private, an internal note holds the e-mail address, then the only way to whoever asked. It stands nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from app.domain.decision import Outcome
from app.domain.item import Person
from app.errors import AdminMustAct
from app.gitlab.escape import Safe, code
from app.gitlab.port import GitLab, NewIssue
from app.handler import Templates
from app.rules.model import RuleFile
from handlers.approvals import approvals_among
from handlers.scoping.tables import tables, title_of

TEMPLATE = "issue/scoping_issue"
FORM_NAMES = (
    *("customer", "requested_by", "account_team", "territory", "opportunity"),
    *("unknown", "services", "tables", "migrates_to"),
)
"""What the template may name."""
TO_GITLAB_COM = "self_managed_to_gitlab_com"
"""The service whose destination needs no question."""


class Door(GitLab, Protocol):
    """GitLab, and who is there."""

    def user(self, username: str) -> Person | None:
        """An active user by name, without case; None if there is none."""
        ...


class Request(BaseModel):
    """What the form said, as it was stored."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    customer: str
    username: str
    email: str | None = None
    services: list[str] = []
    public_sector_us: bool = False
    answers: dict[str, dict[str, str]] = {}
    account_team: list[str] = []
    territory: str | None = None
    opportunity: str | None = None


def file_request(gitlab: Door, templates: Templates, rules: RuleFile, form: str, *, name: str) -> Outcome:
    """File it, unless it is filed. ``form`` is JSON, ``name`` that of the request. Raises what the port raises, and
    AdminMustAct when the rule file can't say how a private request is marked."""
    request = Request.model_validate_json(form)
    known, unknown = _people(gitlab, [request.username, *request.account_team])
    project = _project(rules)
    issue = new_issue(templates, rules, request, known=known, unknown=unknown)
    view, made = gitlab.ensure_issue(project, marker=f"{TEMPLATE}/{name}", issue=issue)
    if request.username in unknown and request.email and not request.public_sector_us:
        said = f"Whoever asked for this gave the address {code(request.email)}: the form's username is not known here."
        gitlab.ensure_note(view.key, marker=f"{TEMPLATE}/{name}/email", body=said, internal=True)
    return made


def new_issue(
    templates: Templates, rules: RuleFile, request: Request, *, known: Sequence[str], unknown: Sequence[str]
) -> NewIssue:
    """What is filed."""
    asked = [one for one in [request.username] if one in known]
    rendered = templates.render(
        TEMPLATE,
        {
            "customer": request.customer,
            "requested_by": asked,
            "account_team": list(known),
            "territory": request.territory or "",
            "opportunity": request.opportunity or "",
            "unknown": list(unknown),
            "services": [title_of(templates, one) for one in request.services],
            "tables": tables(templates, request.services, request.answers),
            "migrates_to": "GitLab.com" if TO_GITLAB_COM in request.services else "",
        },
    )
    labels = [*_labels(rules, request), *(str(one) for one in rendered.meta.get("labels") or ())]
    if approving := approvals_among(rules, labels):
        raise AdminMustAct(f"templates/{TEMPLATE}.md sets {', '.join(approving)}, which means an approval.")
    return NewIssue(
        title=str(rendered.meta.get("title", "")),
        description=f"{rendered.body.strip()}\n\n{Safe('<sub>Filed for the Services Calculator</sub>')}\n",
        labels=tuple(dict.fromkeys(labels)),
        confidential=bool(rendered.meta.get("confidential")),
    )


def _labels(rules: RuleFile, request: Request) -> list[str]:
    if not request.public_sector_us:
        return [rules.board.only]
    if not rules.private.labels:
        raise AdminMustAct("A Public Sector request can't be filed: the rule file names no label under private.labels.")
    return [rules.board.only, rules.private.labels[0]]


def _project(rules: RuleFile) -> str | int:
    name = rules.defaults.project
    if name is None:
        raise AdminMustAct("The rule file names no default project (defaults.project), where requests are filed.")
    return rules.projects.get(name, name)


def _people(gitlab: Door, usernames: Sequence[str]) -> tuple[list[str], list[str]]:
    """Those GitLab knows, and those it does not."""
    looked = {one: gitlab.user(one) for one in dict.fromkeys(usernames)}
    return [one for one, user in looked.items() if user], [one for one, user in looked.items() if not user]
