"""A new scoping issue as the Services Calculator files one: its title, labels and table of open questions."""

from __future__ import annotations

from app.sandbox.acts.filing import file_issue
from app.sandbox.acts.issue_edit import Edit
from app.sandbox.state import Issue, Project, User, World

LABEL = "Services Calculator"
PUBLIC_SECTOR = "Public Sector US"

_MIGRATION = (
    ("**Source SCM systems**", "Bitbucket Server", "Decides the migration path"),
    ("**Destination GitLab deployment**", "GitLab.com", "Dedicated, self-managed and SaaS differ in effort"),
    ("**Total users**", "1,000", "Size of the waves"),
    ("**Total git repositories**", "1,234", "Size of the migration"),
    ("CI/CD systems", "Jenkins", "What has to be cut over"),
    ("SSO identity provider", "Auth0", "Mapping of users"),
)
_IMPLEMENTATION = (
    ("**Where will GitLab run?**", "Customer's cloud", "Decides the reference architecture"),
    ("**Expected users**", "2,000", "Size of the installation"),
    ("**High availability?**", "yes", "Number of nodes"),
    ("Disaster recovery goals", "4 hours", "Geo or backups"),
    ("Identity provider", "SAML", "Sign-in set-up"),
)
WORKS = {"Migration": _MIGRATION, "Implementation": _IMPLEMENTATION}


def calculator(world: World, otherwise: User) -> User:
    """The account of the Services Calculator; who asks, where there is none."""
    return next((user for user in world.users.values() if "calculator" in user.username), otherwise)


def plan_project(world: World) -> Project | None:
    """The project in which scoping issues live: PS Plan, else the first."""
    projects = sorted(world.projects.values(), key=lambda project: (project.path != "ps-plan", project.id))
    return projects[0] if projects else None


def description(work: str, opportunity: str) -> str:
    """The table that the account team has to fill in."""
    head = "| Question | Customer Response | Example response | Rationale for asking |\n| --- | --- | --- | --- |"
    rows = (f"| {question} | to-do | {example} | {why} |" for question, example, why in WORKS[work])
    table = "\n".join([head, *rows])
    return f"## SSOT\n\n### {work}\n\n{table}\n\nOpportunity: {opportunity or 'to-do'}\n"


def file_scoping_issue(
    world: World, project: Project, asker: User, *, customer: str, work: str, opportunity: str, public_sector: bool
) -> Issue:
    """File it with the calculator's rights."""
    titles = [LABEL, PUBLIC_SECTOR] if public_sector else [LABEL]
    title = f"{customer} - Scope Issue and Write SOW"
    edit = Edit(fields={"title": title, "description": description(work, opportunity)}, labels=titles)
    return file_issue(world, calculator(world, asker), project, edit)
