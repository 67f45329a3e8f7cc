"""The scene: who plays, what about, and what the sandbox holds now as against before an act."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from app.demo.cast import Cast
from app.demo.deal import Deal
from app.demo.people import ActFailed, IssueAddress, NotThere, Person
from app.demo.view import Issue, LabelMove, Note, Post, View
from app.gitlab.escape import WORD_JOINER
from app.sandbox.seed import PS_GROUP

REQUEST, INTAKE = "the request", "the intake issue"
"""What acts and expectations are about, unless they name something else: a name that an act gave to what it filed, or
words of a title."""


COMPANY_TIME = ZoneInfo("America/Los_Angeles")
"""Where the calendar of the shipped rule file lives."""
_DAYS = re.compile(r"\{in (\d+) days\}")


class SendsForms(Protocol):
    """See ``app/demo/request.py``."""

    def send(self, form: Mapping[str, object]) -> None: ...


@dataclass
class Scene:
    """What acts and expectations may refer to."""

    deal: Deal
    cast: Cast
    log: Path
    """Where the bot writes its log."""
    calculator: SendsForms | None = None
    """The Services Calculator, where the bot takes its forms."""
    request: IssueAddress | None = field(default=None)
    """The scoping issue, once it is filed."""
    alone: bool = True
    """Nothing else is played in the same world. Otherwise only what is the scene's own counts."""
    named: dict[str, IssueAddress] = field(default_factory=dict)
    """Other issues that its people filed, by the name that the story has for them."""
    bot_url: str = ""
    deal_token: str = ""
    """Signs what Salesforce and the calculator tell the bot."""
    time: Callable[[str], None] | None = None
    """Lets so much time go by (``25 hours``, ``3 business days``) for GitLab and bot; None where none passes."""
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    """The time there."""
    settle: Callable[[], None] = lambda: None
    """Waits until the bot has nothing to do in the scene any more."""

    def __post_init__(self) -> None:
        self.plan_project = self.cast.plan_project
        self.delivery_root = self.cast.delivery_root
        self.bot = self.cast.bot

    @property
    def scoping(self) -> IssueAddress:
        """The scoping issue's address."""
        if self.request is None:
            raise ActFailed("The story speaks of the scoping issue before it was filed.")
        return self.request

    def at(self, now: View) -> Moment:
        """A moment of which only the present counts."""
        return Moment(self, now, now)

    def file(self, iid: int) -> None:
        """Remember the scoping issue that was just filed."""
        self.request = IssueAddress(self.plan_project, iid)

    def dated(self, text: str) -> str:
        """A text with days in it, such as ``{in 10 days}``, as those days are written."""
        today = self.now().astimezone(COMPANY_TIME)
        return _DAYS.sub(lambda found: f"{today + timedelta(days=int(found[1])):%Y-%m-%d}", text)

    def name(self, name: str, project: str, iid: int) -> None:
        """Remember another issue that was just filed."""
        self.named[name] = IssueAddress(project, iid)

    def bot_log(self) -> list[str]:
        """What the bot logged so far, line by line."""
        return self.log.read_text(encoding="utf-8", errors="replace").splitlines()

    def intake(self, asked_by: Person) -> IssueAddress:
        """The intake issue, found by its link as a person finds it."""
        for found in asked_by.linked(self.scoping):
            if "scheduling intake" in str(found["title"]).casefold():
                return IssueAddress(self.plan_project, int(found["iid"]))
        raise ActFailed(f"No Project Scheduling Intake is linked to {self.scoping}.")

    def address(self, on: str) -> IssueAddress:
        """Where an issue of the scene is, as a person who looks for it finds it: by its name, or words of its title."""
        if on == REQUEST:
            return self.scoping
        if on == INTAKE:
            return self.intake(self.cast.admin)
        if on in self.named:
            return self.named[on]
        admin, sow = self.cast.admin, f"SOW-{self.deal.sow_number}"
        listed = [*admin.search(PS_GROUP, self.deal.customer), *admin.search(PS_GROUP, sow)]
        # What the bot files for a private deal is named after the scoping issue, not after the customer.
        mine = f"#{self.scoping.iid} - "
        listed += [each for each in admin.search(PS_GROUP, on) if mine in str(each["title"]).replace(WORD_JOINER, "")]
        found = [each for each in listed if on.casefold() in str(each["title"]).casefold()]
        if not found:
            raise NotThere(f"There is no issue of {self.deal.customer} called “{on}”.")
        return IssueAddress(str(found[0]["references"]["full"]).rpartition("#")[0], int(found[0]["iid"]))


@dataclass(frozen=True)
class Moment:
    """The sandbox before an act and now."""

    scene: Scene
    before: View
    now: View

    @property
    def scoping(self) -> Issue:
        """The scoping issue."""
        return self.now.issue(self.scene.scoping.project, self.scene.scoping.iid)

    @property
    def intakes(self) -> list[Issue]:
        """Project Scheduling Intake issues linked to the scoping issue."""
        return [issue for issue in self.now.linked(self.scoping) if is_intake(issue)]

    def find(self, on: str) -> Issue | None:
        """The issue or epic of the scene that has this name, or these words in its title; of several the newest."""
        if on == REQUEST:
            return self.scoping
        if on == INTAKE:
            return next(iter(self.intakes), None)
        if address := self.scene.named.get(on):
            return self.now.issue(address.project, address.iid)
        titled = [issue for issue in self.now.issues.values() if on.casefold() in issue.title.casefold()]
        return max((each for each in titled if self.concerns(each.id)), key=lambda each: each.id, default=None)

    def concerns(self, issue_id: int) -> bool:
        """Whether an issue is part of the scene."""
        return self.scene.alone or issue_id in self._own

    def holds(self, path: str) -> bool:
        """Whether a group or a project is part of the scene."""
        return self.scene.alone or self._is_customers(path)

    def said(self, on: Issue) -> list[Note]:
        """What the bot wrote or wrote anew on an issue since then."""
        old = self.before.notes
        return [
            note
            for note in self.now.notes_on(on)
            if note.author == self.scene.bot and (note.id not in old or old[note.id].body != note.body)
        ]

    def new_label_moves(self) -> list[LabelMove]:
        """Labels put on and taken off since then, by anybody, anywhere; in order for each issue."""
        old = set(self.before.label_moves)
        return [move for move in self.now.label_moves if move not in old and self.concerns(move.issue_id)]

    def label_moves(self, on: Issue) -> list[LabelMove]:
        """Those of one issue."""
        return [move for move in self.new_label_moves() if move.issue_id == on.id]

    def posts(self) -> list[Post]:
        """What was posted in any channel since then."""
        return [post for post in self.now.posts[len(self.before.posts) :] if self.scene.alone or self._speaks(post)]

    def told(self) -> set[str]:
        """Usernames of those whom the bot mentioned since then."""
        new = self.now.mentions[len(self.before.mentions) :]
        return {each.username for each in new if each.by == self.scene.bot and self.concerns(each.issue_id)}

    def fingerprint(self) -> tuple[object, ...]:
        """What changes when anything changes in the scene."""
        own = sorted(self._own)
        issues = [(each, self.now.issues[each]) for each in own]
        notes = [(note.id, note.updated_at) for note in self.now.notes.values() if note.issue_id in self._own]
        places = [path for path in (*self.now.groups, *self.now.projects) if self._is_customers(path)]
        return (*issues, *notes, *places, len(self.posts()))

    def own_iids(self) -> frozenset[int]:
        """Numbers of the scene's issues."""
        return frozenset(self.now.issues[each].iid for each in self._own)

    def _is_customers(self, path: str) -> bool:
        return self.scene.deal.customer.replace(" ", "-").casefold() in path.casefold()

    @cached_property
    def _own(self) -> frozenset[int]:
        """Filed by its people, linked to that, or with the customer's name in title, text or place."""
        scene, now = self.scene, self.now
        filed = [scene.request, *scene.named.values()]
        mine = [now.issue(each.project, each.iid) for each in filed if each is not None]
        found = {issue.id for issue in mine} | {each.id for issue in mine for each in now.linked(issue)}
        name = scene.deal.customer
        for issue in now.issues.values():
            if name in issue.title or name in issue.description or self._is_customers(issue.place):
                found.add(issue.id)
        return frozenset(found)

    def _speaks(self, post: Post) -> bool:
        """Whether a message names the customer, or has the address of one of the scene's issues."""
        urls = "|".join(re.escape(self.now.issues[each].web_url) for each in sorted(self._own))
        return self.scene.deal.customer in post.text or bool(urls and re.search(rf"({urls})(?!\d)", post.text))


def is_intake(issue: Issue) -> bool:
    """Whether an issue is a Project Scheduling Intake."""
    return "scheduling intake" in issue.title.casefold()
