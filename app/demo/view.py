"""All that the sandbox GitLab holds at one moment, as its own state page tells it: what expectations look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Note:
    """A comment; system notes are left out."""

    id: int
    issue_id: int
    author: str
    body: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue, or an epic (then ``place`` is a group's path)."""

    id: int
    iid: int
    place: str
    kind: str
    title: str
    description: str
    state: str
    labels: tuple[str, ...]
    author: str
    assignees: tuple[str, ...]
    created_at: datetime
    updated_at: datetime
    confidential: bool
    web_url: str
    iteration: str
    """The dates of the iteration that it is in, or empty."""

    @property
    def full_reference(self) -> str:
        """``group/project#7``, of an epic ``group&7``."""
        return f"{self.place}{'&' if self.kind == 'Epic' else '#'}{self.iid}"

    @property
    def reference(self) -> str:
        """``ps-plan#7``, of an epic ``customer&7``."""
        return f"{self.place.rsplit('/', 1)[-1]}{'&' if self.kind == 'Epic' else '#'}{self.iid}"


@dataclass(frozen=True, slots=True)
class LabelMove:
    """Who put on or took off a label; ``n`` counts them for each issue."""

    issue_id: int
    n: int
    by: str
    label: str
    added: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Post:
    """A message in the stand-in Slack."""

    channel: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """A group or a project; ``path`` is the full one."""

    path: str
    name: str
    visibility: str
    members: tuple[str, ...]
    """Usernames of those who were put into it itself."""


@dataclass(frozen=True, slots=True)
class Mention:
    """That somebody was told of a text by an @-mention."""

    username: str
    issue_id: int
    by: str


class View:
    """The state page and the webhooks' log, and the same as records. Two views are equal if GitLab holds the same."""

    def __init__(self, raw: Json, deliveries: list[Json]) -> None:
        self.raw = raw
        items = [*raw["issues"], *raw["epics"]]
        self.issues: dict[int, Issue] = {item["id"]: _issue(item) for item in items}
        self._by_reference = {item["reference"]: self.issues[item["id"]] for item in items}
        self.notes = {note.id: note for item in items for note in _notes(item)}
        self.label_moves = [move for item in items for move in _label_moves(item)]
        self.groups = {each["full_path"]: _place(each) for each in raw["groups"]}
        self.projects = {each["full_path"]: _place(each) for each in raw["projects"]}
        self.mentions = [_mention(each, self._by_reference) for each in raw["mentions"]]
        self.posts = sorted(
            (
                Post(channel, post["text"], _time(post["posted_at"]))
                for channel, posts in raw["slack"].items()
                for post in posts
            ),
            key=lambda post: post.at,
        )
        self.deliveries = deliveries

    def __eq__(self, other: object) -> bool:
        return isinstance(other, View) and self.raw == other.raw and len(self.deliveries) == len(other.deliveries)

    def __hash__(self) -> int:
        return id(self)

    def issue(self, project: str, iid: int) -> Issue:
        """An issue of a project."""
        return self._by_reference[f"{project}#{iid}"]

    def linked(self, issue: Issue) -> list[Issue]:
        """The issues linked to it."""
        here = issue.full_reference
        pairs = [(link["source"], link["target"]) for link in self.raw["links"]]
        ends = [target for source, target in pairs if source == here] + [s for s, target in pairs if target == here]
        return [self._by_reference[end] for end in ends]

    def notes_on(self, issue: Issue) -> list[Note]:
        """Its comments, oldest first."""
        return [note for note in self.notes.values() if note.issue_id == issue.id]

    def furniture(self, path: str) -> Json:
        """Members, labels, boards, milestones and files of a group or a project."""
        return next(each for each in [*self.raw["groups"], *self.raw["projects"]] if each["full_path"] == path)

    def labels_usable_in(self, path: str) -> set[str]:
        """Labels of a project and of all groups above it."""
        places = [each for each in [*self.raw["groups"], *self.raw["projects"]] if _is_at_or_above(each, path)]
        return {label["name"] for place in places for label in place["labels"]}


def _is_at_or_above(place: Json, path: str) -> bool:
    return path == place["full_path"] or path.startswith(f"{place['full_path']}/")


def _issue(raw: Json) -> Issue:
    return Issue(
        id=raw["id"],
        iid=raw["iid"],
        place=raw["reference"].rpartition("&" if raw["type"] == "Epic" else "#")[0],
        kind=raw["type"],
        title=raw["title"],
        description=raw["description"] or "",
        state=raw["state"],
        labels=tuple(raw["labels"]),
        author=raw["author"],
        assignees=tuple(raw["assignees"]),
        created_at=_time(raw["created_at"]),
        updated_at=_time(raw["updated_at"]),
        confidential=raw["confidential"],
        web_url=raw["web_url"],
        iteration=raw["iteration"] or "",
    )


def _notes(raw: Json) -> list[Note]:
    return [
        Note(note["id"], raw["id"], note["author"], note["body"], _time(note["created_at"]), _time(note["updated_at"]))
        for note in raw["notes"]
        if not note["system"]
    ]


def _label_moves(raw: Json) -> list[LabelMove]:
    return [
        LabelMove(raw["id"], n, event["by"], event["label"] or "", event["action"] == "add", _time(event["created_at"]))
        for n, event in enumerate(raw["label_events"])
    ]


def _place(raw: Json) -> Place:
    return Place(raw["full_path"], raw["name"], raw["visibility"], tuple(each["username"] for each in raw["members"]))


def _mention(raw: Json, by_reference: dict[str, Issue]) -> Mention:
    return Mention(raw["username"], by_reference[raw["in"]].id, raw["by"])


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
