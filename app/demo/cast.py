"""Who plays which part: the people whom the sandbox's seed puts there, each with a token of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.demo.people import Person
from app.sandbox.seed import EDUCATION, GITLAB_DELIVERY, PS_PLAN, seed
from app.sandbox.state import World

CALCULATOR = "Services Calculator"
AE, SA, EM, TA = "account executive", "solutions architect", "engagement manager", "technical architect"
EM_LEAD = "engagement managers' lead"
RDM, LEADER, PC, PM = "delivery manager", "PS leader", "project coordinator", "project manager"
TRAINING, LEAD = "training coordinator", "team lead"
"""The parts."""

_PLAYED_BY = {
    CALCULATOR: "services-calculator",
    AE: "account.executive",
    SA: "solutions.architect",
    EM: "engagement.manager",
    EM_LEAD: "engagement.lead",
    TA: "technical.architect",
    RDM: "delivery.manager",
    LEADER: "ps.leader",
    PC: "project.coordinator",
    PM: "project.manager",
    TRAINING: "training.coordinator",
    LEAD: "team.lead",
}
_ADMIN, _BOT = "root", "sowbot"


@dataclass(frozen=True, slots=True)
class Cast:
    """The players, and the places where they play."""

    people: Mapping[str, Person]
    """By part: ``engagement manager``, ``solutions architect`` …"""
    admin: Person
    """Sets up what the story needs; no part of it."""
    bot: str
    """The bot's username."""
    bot_token: str
    gitlab: str
    """Address of the sandbox."""
    plan_project: str
    """Path of the PS Plan project."""
    education_project: str
    """Path of the project of Education Services."""
    delivery_root: str
    """Path of the group below which customers' groups are made."""

    def __getitem__(self, part: str) -> Person:
        return self.people[part]

    def named(self, part: str) -> str:
        """``Erin Matthews (engagement manager)``; who is no person of the cast keeps the name of the part."""
        person = self.people.get(part)
        return part if person is None or person.name == part else f"{person.name} ({part})"


def seed_world(world: World, *, gitlab: str) -> Cast:
    """Put everybody into an empty world that will be served at ``gitlab``."""
    seeded = seed(world)

    def person(username: str) -> Person:
        user = seeded.users[username]
        return Person(username=username, name=user.name, token=seeded.tokens[username], gitlab=gitlab)

    return Cast(
        people={part: person(username) for part, username in _PLAYED_BY.items()},
        admin=person(_ADMIN),
        bot=_BOT,
        bot_token=seeded.tokens[_BOT],
        gitlab=gitlab,
        plan_project=PS_PLAN,
        education_project=EDUCATION,
        delivery_root=GITLAB_DELIVERY,
    )
