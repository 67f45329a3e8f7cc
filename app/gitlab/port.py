"""The one door to GitLab: what the bot may ask of it, and in which words it answers.

Three forms: ``live`` (python-gitlab over httpx), ``dry`` (reads, cannot write) and the sandbox, which is reached
through ``live`` over HTTP. Every write is a named delta or an ``ensure_…`` that finds before it makes, so that doing it
twice is doing it once. Every write looks at GitLab's answer, because GitLab drops what it does not permit silently.

Nothing here sleeps or retries: :class:`app.errors.TryLater` and its kin say what the engine has to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from app.domain.decision import Outcome
from app.domain.item import ItemKey, Note, Person, Snapshot


@dataclass(frozen=True, slots=True)
class ProjectView:
    """A project, as far as the bot needs it."""

    id: int
    path: str
    name: str
    web_url: str
    namespace_id: int
    archived: bool = False


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group."""

    id: int
    path: str
    name: str
    web_url: str


@dataclass(frozen=True, slots=True)
class IssueView:
    """An issue that the bot found or made: enough to link to it and to talk about it."""

    key: ItemKey
    id: int
    title: str
    web_url: str
    reference: str
    """Full reference that links from any project: ``group/project#7``."""
    state: str
    description: str = ""
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewIssue:
    """What an issue to be made shall look like. Text is final: escaped and rendered."""

    title: str
    description: str
    labels: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    confidential: bool = False
    due_date: str | None = None
    """ISO date."""
    epic_id: str | None = None
    """Global id of the parent epic, as ``ensure_epic`` returned it, or None."""


class GitLabReader(Protocol):
    """What may be asked without changing anything."""

    def whoami(self) -> Person:
        """The bot's own account (``GET /user``)."""
        ...

    def read_item(self, key: ItemKey) -> Snapshot:
        """The item now, without its notes. One call. Raises NotFound when it is gone or hidden."""
        ...

    def read_notes(self, key: ItemKey) -> tuple[Note, ...]:
        """Comments of people and bots, oldest first, system notes left out. One call per 100."""
        ...

    def linked_issues(self, key: ItemKey) -> tuple[IssueView, ...]:
        """Issues linked to the item, any link type."""
        ...

    def find_issues(self, project: str | int, *, marker: str) -> tuple[IssueView, ...]:
        """Issues of the project whose description carries the marker and whose author is the bot."""
        ...

    def project(self, project: str | int) -> ProjectView:
        """A project by path or id. Raises NotFound."""
        ...

    def group(self, path: str) -> GroupView | None:
        """A group by full path, compared without case; None if there is none that the bot may see."""
        ...

    def group_members(self, path: str) -> frozenset[str]:
        """Usernames of a group's members, inherited ones included. Raises NotFound."""
        ...

    def label_titles(self, project: str | int) -> frozenset[str]:
        """Titles of the labels usable in a project, its groups' included."""
        ...


class GitLabWriter(Protocol):
    """Every change the bot can make. Outcomes: APPLIED, ALREADY_SO, NOT_APPLICABLE or REFUSED, each with a sentence."""

    def change_labels(self, key: ItemKey, *, add: Sequence[str] = (), remove: Sequence[str] = ()) -> Outcome:
        """Add and remove labels as a delta. Adding ``scope::x`` removes every other ``scope::…`` by name as well, so
        that the Free tier and old doubles come out right. Labels unknown to the project are refused, since GitLab would
        create a misspelt one. Reads the item first if no fresh snapshot is at hand."""
        ...

    def ensure_note(self, key: ItemKey, *, marker: str, body: str, internal: bool = False) -> Outcome:
        """Post a comment unless a note of the bot with this marker is there already."""
        ...

    def ensure_sticky(self, key: ItemKey, *, marker: str, body: str, internal: bool = False) -> Outcome:
        """Post the one note with this marker, or edit it in place when its text differs."""
        ...

    def ensure_issue(self, project: str | int, *, marker: str, issue: NewIssue) -> tuple[IssueView, Outcome]:
        """File an issue unless the bot already filed one with this marker there."""
        ...

    def append_to_description(self, key: ItemKey, *, marker: str, text: str) -> Outcome:
        """Add a block to the end of the description, or replace the block between its markers."""
        ...

    def ensure_link(self, key: ItemKey, other: ItemKey, *, link_type: str = "relates_to") -> Outcome:
        """Link two issues. Link types beyond ``relates_to`` fall back to it where the tier lacks them."""
        ...

    def set_state(self, key: ItemKey, *, state: str) -> Outcome:
        """``closed`` or ``opened``."""
        ...

    def assign(self, key: ItemKey, *, usernames: Sequence[str], keep: bool = True) -> Outcome:
        """Assign people beside the present ones (``keep``), or instead; unknown users are named in the outcome."""
        ...

    def react(self, key: ItemKey, *, note_id: int, emoji: str) -> Outcome:
        """Award an emoji to a note."""
        ...

    def ensure_group(self, *, parent: str, name: str, path: str, description: str = "") -> tuple[GroupView, Outcome]:
        """A private subgroup under an existing parent."""
        ...

    def ensure_project(self, *, group: str, name: str, path: str, description: str = "") -> tuple[ProjectView, Outcome]:
        """A private blank project in a group, waited for until it can be configured (TryLater while it can't)."""
        ...

    def ensure_label(
        self, *, project: str | None = None, group: str | None = None, title: str, color: str, description: str = ""
    ) -> Outcome:
        """A label of a project or a group; colour and description of an existing one are left alone."""
        ...

    def ensure_milestone(
        self, project: str, *, title: str, description: str = "", due_date: str | None = None
    ) -> Outcome:
        """A milestone of a project."""
        ...

    def ensure_board(self, project: str, *, name: str, lists: Sequence[str]) -> Outcome:
        """An issue board with a list for each label title, in this order."""
        ...

    def ensure_file(self, project: str, *, path: str, content: str, message: str) -> Outcome:
        """A file on the default branch; an existing one is never overwritten."""
        ...

    def ensure_epic(
        self,
        group: str,
        *,
        marker: str,
        title: str,
        description: str,
        labels: Sequence[str] = (),
        fallback_project: str,
    ) -> tuple[str | None, Outcome]:
        """A group epic by the work item GraphQL API: its global id. Where the tier has none: a parent issue in
        ``fallback_project`` instead, and None as id."""
        ...


class GitLab(GitLabReader, GitLabWriter, Protocol):
    """Reading and writing."""
