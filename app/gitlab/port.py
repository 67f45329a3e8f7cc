"""The one door to GitLab: what the bot may ask of it, and in which words it answers.

Three forms: ``live`` (python-gitlab over httpx), ``dry`` (reads, cannot write) and the sandbox, which is reached
through ``live`` over HTTP. Every write is a named delta or an ``ensure_…`` that finds before it makes, so that doing it
twice is doing it once. Every write looks at GitLab's answer, because GitLab drops what it does not permit silently.

Nothing here sleeps or retries: :class:`app.errors.TryLater` and its kin say what the engine has to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.domain.decision import Outcome
from app.domain.item import ItemKey, Note, Person, Snapshot
from app.gitlab.views import BoardView, CadenceView, EpicView, IterationView, LabelView, MilestoneView


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
    created_at: datetime | None = None
    """Unknown where it was not read."""
    confidential: bool = False


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
    milestone: str | None = None
    """Title of a milestone of the project; left out where there is none of that title."""


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

    def described_issues(self, project: str | int, *, marker: str) -> tuple[IssueView, ...]:
        """Issues of the project whose description carries the marker, whoever filed them: what the bot wrote into
        other people's issues. Anybody who may edit issues there can copy a marker, so it may only be looked for where
        those people are trusted."""
        ...

    def open_issues(self, project: str | int, *, labels: Sequence[str]) -> tuple[IssueView, ...]:
        """Open issues of the project that carry all of the labels, oldest first."""
        ...

    def recent_issues(self, project: str | int, *, since: datetime) -> tuple[IssueView, ...]:
        """Open issues of the project that were filed since then, whoever did it, oldest first."""
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

    def group_labels(self, group: str) -> tuple[LabelView, ...]:
        """The labels usable in a group, those of the groups above included. Raises NotFound."""
        ...

    def boards(self, project: str) -> tuple[BoardView, ...]:
        """The issue boards of a project with their columns."""
        ...

    def milestones(self, project: str) -> tuple[MilestoneView, ...]:
        """The milestones of a project, closed ones included."""
        ...

    def file_text(self, project: str, *, path: str) -> str | None:
        """A file of the default branch; None if there is none."""
        ...

    def find_epic(self, group: str, *, marker: str = "", titles: Sequence[str] = ()) -> EpicView | None:
        """The bot's epic with this marker; else the oldest one with one of these titles, compared without case, whoever
        made it. None where there is none, or the tier has no epics."""
        ...

    def cadences(self, group: str) -> tuple[CadenceView, ...] | None:
        """The group's own iteration cadences; None where this GitLab or tier has none."""
        ...

    def iterations(self, group: str, *, cadence: str) -> tuple[IterationView, ...]:
        """The iterations that GitLab has made so far of the group's cadence with this title, by their dates."""
        ...

    def iteration_of(self, key: ItemKey) -> IterationView | None:
        """The iteration that an issue is in; None if it is in none, or the tier has none. Raises NotFound."""
        ...


class GitLabWriter(Protocol):
    """Every change the bot can make. Outcomes: APPLIED, ALREADY_SO, NOT_APPLICABLE or REFUSED, each with a sentence."""

    def change_labels(self, key: ItemKey, *, add: Sequence[str] = (), remove: Sequence[str] = ()) -> Outcome:
        """Add and remove labels as a delta. Adding ``scope::x`` removes every other ``scope::…`` by name as well, so
        that the Free tier and old doubles come out right. Labels unknown to the project are refused, since GitLab would
        create a misspelt one. Reads the item first if no fresh snapshot is at hand. What was changed is in the
        outcome's data as ``added`` and ``removed``."""
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
        """``closed`` or ``opened``. What it was before is in the outcome's data as ``state_before``."""
        ...

    def assign(self, key: ItemKey, *, usernames: Sequence[str], keep: bool = True) -> Outcome:
        """Assign people beside the present ones (``keep``), or instead; unknown users are named in the outcome. Who was
        put on is in its data as ``assigned``."""
        ...

    def withdraw_note(self, key: ItemKey, *, note_id: int, banner: str) -> Outcome:
        """Fold one of the bot's own notes below ``banner``, which says that it counts no more; once. NOT_APPLICABLE
        where the note is gone or somebody else's."""
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
        """A label of a project or a group; colour and description of an existing one are left alone.

        Of what is there and differs from what is asked for, this and the methods below say how: as ``differs`` among
        the outcome's data."""
        ...

    def ensure_milestone(
        self,
        project: str,
        *,
        title: str,
        description: str = "",
        start_date: str | None = None,
        due_date: str | None = None,
    ) -> Outcome:
        """A milestone of a project."""
        ...

    def ensure_board(self, project: str, *, name: str, lists: Sequence[str], only: Sequence[str] = ()) -> Outcome:
        """An issue board with a list for each label title, in this order. ``only``: labels of its filter, which is set
        where the tier has filters and only when the board is made. A board that is there gets the lists that it lacks;
        the order that people gave it stays."""
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
        fallback_project: str | None,
    ) -> tuple[str | None, Outcome]:
        """A group epic by the work item GraphQL API: its global id. Where the tier has none: a parent issue in
        ``fallback_project`` instead, and None as id; without such a project nothing is made (NOT_APPLICABLE)."""
        ...

    def ensure_parent(self, key: ItemKey, epic: EpicView) -> Outcome:
        """Put an issue below an epic. One that is below another epic stays there (NOT_APPLICABLE)."""
        ...

    def describe_epic(self, epic_id: str, *, marker: str, text: str) -> Outcome:
        """As ``append_to_description``, for an epic."""
        ...

    def ensure_cadence(self, group: str, *, title: str, weeks: int, start_date: str, ahead: int) -> Outcome:
        """A cadence whose iterations GitLab makes by itself, ``ahead`` of them (10 at most) in advance, and a moment
        later. Where the tier has none: NOT_APPLICABLE."""
        ...

    def ensure_iteration(self, key: ItemKey, iteration: IterationView) -> Outcome:
        """Put an issue into an iteration. One that is in another stays there, for a person's hand outranks a rule:
        NOT_APPLICABLE, with ``differs`` among its data."""
        ...


class GitLab(GitLabReader, GitLabWriter, Protocol):
    """Reading and writing."""
