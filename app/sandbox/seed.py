"""Fills an empty world with GitLab's Professional Services: groups, projects, people, labels and the board."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.sandbox.acts.access import DEVELOPER, OWNER, REPORTER
from app.sandbox.acts.labelling import Home, add_label
from app.sandbox.rest.tokens import make_token
from app.sandbox.seed_labels import (
    BOARD_FILTER,
    BOARD_LABELS,
    DELIVERY_LABELS,
    EDUCATION_LABELS,
    GROUP_LABELS,
    PS_PLAN_LABELS,
    STAGES,
    SUPPORT_LABELS,
)
from app.sandbox.seed_people import BOT, PEOPLE, TEAMS, Person
from app.sandbox.state import Board, BoardList, Group, Member, Project, User, World

PS_GROUP = "gitlab-com/customer-success/professional-services-group"
PS_PLAN = f"{PS_GROUP}/ps-plan"
EDUCATION = f"{PS_GROUP}/education-services"
DELIVERY = f"{PS_GROUP}/professional-services-delivery"
GITLAB_DELIVERY = f"{DELIVERY}/gitlab-professional-services"
PARTNER_DELIVERY = f"{DELIVERY}/gitlab-partner-collaboration"
SUPPORT = "gitlab-com/support"
SUPPORT_OPS = f"{SUPPORT}/support-ops-organizations"
BOARD_NAME = "SOW Proposal Approval"

GROUP_NAMES = {
    "gitlab-com": "GitLab.com",
    "gitlab-com/customer-success": "Customer Success",
    PS_GROUP: "Professional Services Group",
    DELIVERY: "Professional Services Delivery",
    GITLAB_DELIVERY: "GitLab Professional Services",
    PARTNER_DELIVERY: "GitLab Partner Collaboration",
    SUPPORT: "Support",
    **{f"gitlab-com/{path}": name for path, name in TEAMS.items()},
}

VISIBILITY = {
    "gitlab-com": "public",
    "gitlab-com/customer-success": "public",
    **{f"gitlab-com/{path}": "internal" for path in TEAMS},
}
"""Who is in which team can be read by everybody signed in, the bot too, which is in none of them."""


@dataclass
class Seeded:
    """What was made, by name."""

    users: dict[str, User] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    """Token values by username. ``root`` is the administrator, ``sowbot`` the bot."""
    groups: dict[str, Group] = field(default_factory=dict)
    projects: dict[str, Project] = field(default_factory=dict)
    """By full path; see the constants of this module."""
    board: Board | None = None

    @property
    def ps_plan(self) -> Project:
        """The project in which the scoping issues live."""
        return self.projects[PS_PLAN]


def seed(world: World, *, tokens: Mapping[str, str] | None = None) -> Seeded:
    """Fill the world. ``tokens`` gives the values of some users' tokens by username; the others are random."""
    made = Seeded()
    for path, name in GROUP_NAMES.items():
        made.groups[path] = _group(world, made, path, name)
    for person in (*PEOPLE, BOT):
        _person(world, made, person, (tokens or {}).get(person.username))
    for path, name in (
        (PS_PLAN, "PS Plan"),
        (EDUCATION, "Education Services"),
        (SUPPORT_OPS, "Support Ops Organizations"),
    ):
        made.projects[path] = _project(world, made, path, name)
    for home, labels in (
        (made.groups[PS_GROUP], BOARD_LABELS | GROUP_LABELS),
        (made.groups[DELIVERY], DELIVERY_LABELS),
        (made.projects[PS_PLAN], PS_PLAN_LABELS),
        (made.projects[EDUCATION], EDUCATION_LABELS),
        (made.projects[SUPPORT_OPS], SUPPORT_LABELS),
    ):
        _labels(world, home, labels)
    # Another team's project, in which the bot has been let in to file issues.
    support = made.groups[SUPPORT].id
    world.members.append(Member(user_id=made.users[BOT.username].id, access_level=REPORTER, group_id=support))
    made.board = _board(world, made.groups[PS_GROUP])
    return made


def _group(world: World, made: Seeded, full_path: str, name: str) -> Group:
    parent_path, _, path = full_path.rpartition("/")
    parent = made.groups[parent_path].id if parent_path else None
    now = world.now()
    group = Group(
        id=world.next_id(),
        name=name,
        path=path,
        parent_id=parent,
        full_path=full_path,
        visibility=VISIBILITY.get(full_path, "private"),
        created_at=now,
    )
    world.groups[group.id] = group
    return group


def _project(world: World, made: Seeded, full_path: str, name: str) -> Project:
    group_path, _, path = full_path.rpartition("/")
    project = Project(
        id=world.next_id(),
        name=name,
        path=path,
        group_id=made.groups[group_path].id,
        full_path=full_path,
        creator_id=made.users["root"].id,
        created_at=world.now(),
        last_activity_at=world.now(),
    )
    world.projects[project.id] = project
    return project


def _person(world: World, made: Seeded, person: Person, token: str | None) -> None:
    user = User(
        id=world.next_id(),
        username=person.username,
        name=person.name,
        email=f"{person.username}@sandbox.example",
        admin=person.admin,
        bot=person is BOT,
        created_at=world.now(),
    )
    world.users[user.id] = made.users[user.username] = user
    if person.level:
        group_id = made.groups[PS_GROUP].id
        world.members.append(Member(user_id=user.id, access_level=person.level, group_id=group_id))
    for team in person.teams:
        group_id = made.groups[f"gitlab-com/{team}"].id
        world.members.append(Member(user_id=user.id, access_level=DEVELOPER, group_id=group_id))
    home = made.groups[PS_GROUP] if person is BOT else None
    level = OWNER if person is BOT else None
    made.tokens[user.username] = make_token(
        world, user, name=f"{person.username} in the sandbox", value=token, home=home, access_level=level
    ).value


def _labels(world: World, home: Home, labels: Mapping[str, str]) -> None:
    for title, color in labels.items():
        add_label(world, title=title, color=color, home=home)


def _board(world: World, group: Group) -> Board:
    by_title = {label.title: label.id for label in world.labels.values() if label.group_id == group.id}
    board = Board(id=world.next_id(), name=BOARD_NAME, group_id=group.id, label_ids=[by_title[BOARD_FILTER]])
    board.lists = [
        BoardList(id=world.next_id(), label_id=by_title[stage], position=position)
        for position, stage in enumerate(STAGES)
    ]
    world.boards[board.id] = board
    return board
