"""The people of the sandbox, named by their part in the process, and which groups they are in."""

from __future__ import annotations

from dataclasses import dataclass

from app.sandbox.acts.access import DEVELOPER, GUEST, MAINTAINER, OWNER, REPORTER


@dataclass(frozen=True)
class Person:
    """Somebody: ``level`` is theirs in the PS group; ``teams`` are groups below gitlab-com that they are in."""

    username: str
    name: str
    level: int
    teams: tuple[str, ...] = ()
    admin: bool = False


PEOPLE = (
    Person("root", "Administrator", 0, admin=True),
    Person("services-calculator", "Services Calculator", REPORTER),
    Person("engagement.manager", "Erin Matthews", DEVELOPER, ("ps-engagement-managers",)),
    Person("engagement.manager.two", "Elliot Moreau", DEVELOPER, ("ps-engagement-managers",)),
    Person("engagement.lead", "Elena Lund", MAINTAINER, ("ps-engagement-leads",)),
    Person("practice.manager", "Priya Nair", MAINTAINER),
    Person("solutions.architect", "Sam Arden", REPORTER),
    Person("technical.architect", "Tess Archer", DEVELOPER, ("ps-ta",)),
    Person("delivery.manager", "Dana Mori", MAINTAINER, ("ps-delivery-managers",)),
    Person("ps.leader", "Lee Okafor", OWNER, ("ps-leadership",)),
    Person("ps.director", "Priya Desai", OWNER, ("ps-leadership",)),
    Person("project.coordinator", "Pat Corrigan", DEVELOPER, ("ps-project-coordinators",)),
    Person("project.manager", "Paulo Marques", MAINTAINER),
    Person("training.coordinator", "Toni Caro", DEVELOPER, ("ps-training-coordinators",)),
    Person("team.lead", "Tara Lind", REPORTER),
    Person("account.executive", "Alex Engel", REPORTER),
    Person("csm", "Casey Miller", REPORTER),
    Person("bystander", "Billie Stander", GUEST),
)

TEAMS = {
    "ps-leadership": "PS Leadership",
    "ps-ta": "PS Technical Architects",
    "ps-delivery-managers": "PS Delivery Managers",
    "ps-engagement-managers": "PS Engagement Managers",
    "ps-project-coordinators": "PS Project Coordinators",
    "ps-engagement-leads": "PS Engagement Management Leads",
    "ps-training-coordinators": "PS Training Coordinators",
}
"""Groups by path, with their names: the bot asks them who may approve what."""

BOT = Person("sowbot", "sowbot", OWNER)
