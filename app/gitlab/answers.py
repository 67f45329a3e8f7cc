"""GitLab's JSON as typed data: only what the bot reads, lenient where versions and tiers differ."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from app.domain.item import ItemKey, Note, Person, Snapshot
from app.gitlab.port import GroupView, IssueView, ProjectView
from app.gitlab.views import BoardView, IterationView, LabelView, MilestoneView


class Answer(BaseModel):
    """Base: what we do not know of is ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class UserAnswer(Answer):
    """A user as a part of other things."""

    id: int
    username: str
    name: str = ""
    state: str = "active"

    def person(self) -> Person:
        """In the words of the domain."""
        return Person(username=self.username, id=self.id, name=self.name)


class References(Answer):
    """How to write of an issue."""

    full: str


class IterationAnswer(Answer):
    """The iteration of an issue."""

    id: int
    start_date: str | None = None
    due_date: str | None = None

    def view(self) -> IterationView:
        """In the words of the port, which names it as GraphQL does."""
        return IterationView(f"gid://gitlab/Iteration/{self.id}", self.start_date or "", self.due_date or "")


class IssueAnswer(Answer):
    """An issue as GET and PUT answer it."""

    id: int
    iid: int
    project_id: int
    title: str
    description: str | None = None
    state: str
    labels: tuple[str, ...] = ()
    author: UserAnswer
    assignees: tuple[UserAnswer, ...] = ()
    web_url: str
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None = None
    confidential: bool = False
    discussion_locked: bool | None = None
    issue_type: str | None = "issue"
    references: References
    due_date: str | None = None
    epic_iid: int | None = None
    iteration: IterationAnswer | None = None

    @property
    def key(self) -> ItemKey:
        """Its name."""
        return ItemKey(self.project_id, self.iid)

    @property
    def text(self) -> str:
        """The description, empty where there is none."""
        return self.description or ""

    def snapshot(self, bot: Person) -> Snapshot:
        """In the words of the domain."""
        return Snapshot(
            key=self.key,
            id=self.id,
            project_path=self.references.full.rpartition("#")[0],
            title=self.title,
            description=self.text,
            state=self.state,
            labels=self.labels,
            author=self.author.person(),
            assignees=tuple(user.person() for user in self.assignees),
            web_url=self.web_url,
            created_at=self.created_at,
            updated_at=self.updated_at,
            confidential=self.confidential,
            # The API says test_case where webhooks say Test Case.
            item_type=(self.issue_type or "issue").replace("_", " ").title(),
            closed_at=self.closed_at,
            discussion_locked=bool(self.discussion_locked),
            bot=bot,
        )

    def view(self) -> IssueView:
        """As a found or filed issue."""
        return IssueView(
            key=self.key,
            id=self.id,
            title=self.title,
            web_url=self.web_url,
            reference=self.references.full,
            state=self.state,
            description=self.text,
            labels=self.labels,
            created_at=self.created_at,
            confidential=self.confidential,
        )


class NoteAnswer(Answer):
    """A comment or a system note."""

    id: int
    body: str
    author: UserAnswer
    created_at: datetime
    system: bool = False
    internal: bool | None = None
    confidential: bool | None = None

    def note(self) -> Note:
        """In the words of the domain. ``confidential`` is what ``internal`` was called before."""
        internal = bool(self.confidential if self.internal is None else self.internal)
        return Note(self.id, self.body, self.author.person(), self.created_at, internal)


class Namespace(Answer):
    """Where a project lies."""

    id: int


class ProjectAnswer(Answer):
    """A project."""

    id: int
    name: str
    path_with_namespace: str
    web_url: str
    namespace: Namespace
    archived: bool = False
    default_branch: str | None = None
    import_status: str | None = None
    import_error: str | None = None
    marked_for_deletion_on: str | None = None
    marked_for_deletion_at: str | None = None

    def view(self) -> ProjectView:
        """In the words of the port."""
        return ProjectView(
            self.id, self.path_with_namespace, self.name, self.web_url, self.namespace.id, archived=self.archived
        )


class GroupAnswer(Answer):
    """A group."""

    id: int
    name: str
    full_path: str
    web_url: str
    marked_for_deletion_on: str | None = None

    def view(self) -> GroupView:
        """In the words of the port."""
        return GroupView(self.id, self.full_path, self.name, self.web_url)


class LabelAnswer(Answer):
    """A label of a project or group."""

    id: int
    title: str = Field(validation_alias="name")
    color: str = ""
    description: str | None = None

    def view(self, *, inherited: bool) -> LabelView:
        """In the words of the port."""
        return LabelView(self.title, self.color, self.description or "", inherited=inherited)


class MilestoneAnswer(Answer):
    """A milestone of a project."""

    id: int
    title: str
    start_date: str | None = None
    due_date: str | None = None

    def view(self) -> MilestoneView:
        """In the words of the port."""
        return MilestoneView(self.title, self.start_date or "", self.due_date or "")


class BoardList(Answer):
    """A column of a board; those without a label are left alone."""

    id: int
    position: int | None = None
    label: LabelAnswer | None = None


class BoardAnswer(Answer):
    """A board with its columns and its filter."""

    id: int
    name: str
    lists: tuple[BoardList, ...] = ()
    labels: tuple[LabelAnswer | str, ...] = ()
    """Titles alone in some versions."""

    def view(self) -> BoardView:
        """In the words of the port: columns of labels alone."""
        columns = sorted(self.lists, key=lambda one: one.position or 0)
        titles = tuple(one.label.title for one in columns if one.label is not None)
        only = tuple(label if isinstance(label, str) else label.title for label in self.labels)
        return BoardView(self.name, titles, only)
