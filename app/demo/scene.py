"""The scene: who plays, what about, and what the sandbox holds now as against before an act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from app.demo.cast import Cast
from app.demo.deal import Deal
from app.demo.people import ActFailed, IssueAddress, Person
from app.demo.view import Issue, LabelMove, Note, Post, View


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

    def bot_log(self) -> list[str]:
        """What the bot logged so far, line by line."""
        return self.log.read_text(encoding="utf-8", errors="replace").splitlines()

    def intake(self, asked_by: Person) -> IssueAddress:
        """The intake issue, found by its link as a person finds it."""
        for found in asked_by.linked(self.scoping):
            if "scheduling intake" in str(found["title"]).casefold():
                return IssueAddress(self.plan_project, int(found["iid"]))
        raise ActFailed(f"No Project Scheduling Intake is linked to {self.scoping}.")


@dataclass(frozen=True, slots=True)
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
        return [move for move in self.now.label_moves if move not in old]

    def label_moves(self, on: Issue) -> list[LabelMove]:
        """Those of one issue."""
        return [move for move in self.new_label_moves() if move.issue_id == on.id]

    def posts(self) -> list[Post]:
        """What was posted in any channel since then."""
        return list(self.now.posts[len(self.before.posts) :])

    def told(self) -> set[str]:
        """Usernames of those whom the bot mentioned since then."""
        return {each.username for each in self.now.mentions[len(self.before.mentions) :] if each.by == self.scene.bot}


def is_intake(issue: Issue) -> bool:
    """Whether an issue is a Project Scheduling Intake."""
    return "scheduling intake" in issue.title.casefold()
