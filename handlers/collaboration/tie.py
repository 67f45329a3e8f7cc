"""The tie between a customer's project and its scoping issue, kept on the internal side only.

When the project is built, the scoping issue gets a block with its address and a marker made of the customer's path and
the SOW's name. An issue of the project leads back by that marker; in the customer's project itself nothing points
inside. The marker is looked for in the internal project alone, where everybody who may edit issues is GitLab's.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.domain.decision import Outcome, Result
from app.domain.item import Snapshot
from app.errors import NotFound
from app.gitlab.escape import link
from app.gitlab.markers import marker
from app.gitlab.port import GitLab, GitLabReader, ProjectView
from app.rules.model import RuleFile
from handlers.collaboration.names import group_path

HEADING = "**Collaboration project:**"


@dataclass(frozen=True, slots=True)
class Where:
    """A customer's project by its place: below which root, of which customer, for which SOW."""

    root: str
    customer: str
    """Path of the customer's group, its last part."""
    sow: str

    @property
    def path(self) -> str:
        """Full path of the project."""
        return f"{self.root}/{self.customer}/{self.sow}"

    @property
    def group(self) -> str:
        """Full path of the customer's group."""
        return f"{self.root}/{self.customer}"


def roots_of(rules: RuleFile) -> list[str]:
    """Paths that the rule file names: below some of them customers' groups lie."""
    return [str(place) for place in rules.projects.values() if not isinstance(place, int)]


def where_is(project_path: str, rules: RuleFile) -> Where | None:
    """The place of a customer's project; None for any other path."""
    above, _, sow = project_path.rpartition("/")
    root, _, customer = above.rpartition("/")
    known = {one.casefold() for one in roots_of(rules)}
    if not customer or root.casefold() not in known or not sow.upper().startswith(("SOW-", "PO-")):
        return None
    return Where(root, customer, sow)


def tie_marker(customer: str, sow: str) -> str:
    """The marker for a customer (name or path of the group) and a SOW. The case of both does not count."""
    return marker("collaboration-project", f"{group_path(customer)}/{sow}".casefold())


def tie(gitlab: GitLab, item: Snapshot, project: ProjectView, *, customer: str) -> Outcome:
    """Write the address of the project into its scoping issue."""
    text = f"{HEADING} {link(project.name, project.web_url)}"
    return gitlab.append_to_description(item.key, marker=tie_marker(customer, project.name), text=text)


def scoping_issue(gitlab: GitLabReader, rules: RuleFile, where: Where) -> Snapshot | None:
    """The scoping issue from which the project was built, with its comments; None if none says so."""
    home = rules.defaults.project
    if home is None:
        return None
    wanted = tie_marker(where.customer, where.sow)
    found = gitlab.described_issues(rules.projects.get(home, home), marker=wanted)
    on_board = [one for one in found if rules.board.only in one.labels] or list(found)
    if not on_board:
        return None
    key = min(one.key for one in on_board)
    return replace(gitlab.read_item(key), notes=gitlab.read_notes(key), bot=gitlab.whoami())


def project_of_deal(gitlab: GitLabReader, rules: RuleFile, *, customer: str, sow: str) -> ProjectView | None:
    """The customer's project of this SOW, below whichever root; None while there is none."""
    for root in roots_of(rules):
        try:
            return gitlab.project(Where(root, group_path(customer), sow).path)
        except NotFound:
            continue
    return None


def is_done(outcome: Outcome) -> bool:
    """Whether the tie stands."""
    return outcome.result in (Result.APPLIED, Result.ALREADY_SO)
