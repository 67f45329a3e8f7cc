"""A small world: one group tree, one project with a board, four people, two tokens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from app.sandbox.state import Board, BoardList, Group, Issue, Label, Member, Project, Token, User, World

ANA, GUEST, BOT, ROOT = 1, 2, 3, 4
TOP, PS, PLAN = 10, 11, 20
DISCOVERY, WRITING, CALCULATOR, TA = 30, 31, 32, 33
BOARD, DISCOVERY_LIST, WRITING_LIST = 60, 61, 62
HEADERS = {"PRIVATE-TOKEN": "glpat-ana"}


class Clock:
    """A clock that stands still until it is told to move."""

    def __init__(self) -> None:
        self.time = datetime(2026, 5, 28, 5, 54, 3, 97_000, UTC)

    def __call__(self) -> datetime:
        return self.time

    def pass_by(self, passed: timedelta) -> None:
        """Let time pass."""
        self.time += passed


def small_world(clock: Clock | None = None) -> World:
    """Ana maintains it all, the guest only looks, the bot is a maintainer too, root is the administrator."""
    world = World(clock=clock or Clock())
    for user in (
        User(ANA, "ana", "Ana Ribeiro", "ana@example.com"),
        User(GUEST, "gus", "Gus Guest", "gus@example.com"),
        User(BOT, "sowbot", "sowbot", "bot@example.com", bot=True),
        User(ROOT, "root", "Root", "root@example.com", admin=True),
    ):
        world.users[user.id] = user
    world.tokens["glpat-ana"] = Token("glpat-ana", ANA, "ana")
    world.tokens["glpat-root"] = Token("glpat-root", ROOT, "root")
    world.tokens["glpat-gus"] = Token("glpat-gus", GUEST, "gus")
    world.groups[TOP] = Group(TOP, "Acme Corp", "acme", None, "acme")
    world.groups[PS] = Group(PS, "PS", "ps", TOP, "acme/ps")
    world.projects[PLAN] = Project(
        PLAN, "PS Plan", "ps-plan", PS, "acme/ps/ps-plan", files={"README.md": "# Read me\n", "src/a.txt": "<plain>"}
    )
    levels = {ANA: 50, GUEST: 10, BOT: 40}
    world.members += [Member(user, level, group_id=TOP) for user, level in levels.items()]
    titles = ("proposal::Awaiting_Discovery", "proposal::SOW_WIP", "Services Calculator", "TA::Needs-Review")
    for number, title in enumerate(titles, DISCOVERY):
        world.labels[number] = Label(number, title, "#6699cc", group_id=TOP)
    lists = [BoardList(DISCOVERY_LIST, DISCOVERY, 0), BoardList(WRITING_LIST, WRITING, 1)]
    world.boards[BOARD] = Board(BOARD, "SOW Board", group_id=TOP, label_ids=[CALCULATOR], lists=lists)
    return world


def put_issue(
    world: World, *, labels: tuple[int, ...] = (), confidential: bool = False, title: str = "A deal"
) -> Issue:
    """An issue that is simply there, without an event."""
    now = world.now()
    issue = Issue(
        id=world.next_id(),
        iid=world.next_iid("issue", PLAN),
        project_id=PLAN,
        title=title,
        description="Words",
        author_id=ANA,
        created_at=now,
        updated_at=now,
        confidential=confidential,
        label_ids=list(labels),
    )
    world.issues[issue.id] = issue
    return issue
