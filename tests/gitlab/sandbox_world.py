"""A small world for the contract tests: a group with a project, its labels, people, and the bot with its token."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.item import ItemKey
from app.sandbox.state import Group, Issue, Label, Member, Note, Project, Token, User, World

BOT_TOKEN = "glpat-sandbox-bot-token"
STAGES = ("proposal::Awaiting_Discovery", "proposal::SOW_WIP", "proposal::Ready For Approval")
LABELS = (*STAGES, "Services Calculator", "TA::Approved")
DEVELOPER, MAINTAINER, OWNER = 30, 40, 50


@dataclass(frozen=True)
class Scene:
    """The world and what the tests name in it."""

    world: World
    bot: User
    manager: User
    project: Project
    item: ItemKey

    @property
    def issue(self) -> Issue:
        """The scoping issue."""
        return self.find(self.item)

    def find(self, key: ItemKey) -> Issue:
        """An issue by its name."""
        issues = self.world.issues.values()
        return next(one for one in issues if (one.project_id, one.iid) == (key.project_id, key.iid))

    def labels(self, key: ItemKey | None = None) -> set[str]:
        """Titles on an issue."""
        return {self.world.labels[number].title for number in self.find(key or self.item).label_ids}

    def put_labels(self, *titles: str) -> None:
        """Labels on the scoping issue, whatever GitLab would say."""
        ids = {label.title: label.id for label in self.world.labels.values()}
        self.issue.label_ids[:] = [ids[title] for title in titles]

    def notes(self) -> list[Note]:
        """Comments on the scoping issue."""
        return [note for note in self.world.notes.values() if note.issue_id == self.issue.id and not note.system]


def make_scene(*, scoped_labels: bool = True, epics: bool = True) -> Scene:
    """A new world with one scoping issue in it."""
    world = World(scoped_labels=scoped_labels, epics=epics)
    bot = _user(world, "sowbot", bot=True)
    manager = _user(world, "engagement.manager")
    outsider = _user(world, "outsider")
    group = Group(world.next_id(), "PS", "ps", None, "ps")
    world.groups[group.id] = group
    project = Project(world.next_id(), "PS Plan", "ps-plan", group.id, "ps/ps-plan")
    world.projects[project.id] = project
    world.members += [Member(bot.id, OWNER, group_id=group.id), Member(manager.id, DEVELOPER, group_id=group.id)]
    world.tokens[BOT_TOKEN] = Token(BOT_TOKEN, bot.id, "bot")
    for title in LABELS:
        label = Label(world.next_id(), title, "#6699cc", group_id=group.id)
        world.labels[label.id] = label
    assert outsider.id not in {member.user_id for member in world.members}
    issue = make_issue(world, project, manager, "Acme - Scope Issue and Write SOW", "Estimate total: 82,000 USD")
    return Scene(world, bot, manager, project, ItemKey(project.id, issue.iid))


def make_issue(world: World, project: Project, author: User, title: str, description: str) -> Issue:
    """An issue as if it had been filed."""
    now = world.now()
    number = world.next_iid("issue", project.id)
    issue = Issue(world.next_id(), number, project.id, title, description, author.id, now, now)
    world.issues[issue.id] = issue
    return issue


def _user(world: World, username: str, *, bot: bool = False) -> User:
    user = User(world.next_id(), username, username.title(), f"{username}@example.com", bot=bot)
    world.users[user.id] = user
    return user
