"""The port of a dry run: it reads, and says what it would write. It holds nothing that could write."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.domain.decision import Outcome, Result
from app.domain.item import ItemKey, Note, Person, Snapshot
from app.gitlab.port import GitLabReader, GitLabWriter, GroupView, IssueView, NewIssue, ProjectView
from app.gitlab.views import BoardView, CadenceView, EpicView, IterationView, LabelView, MilestoneView

_WRITES = tuple(name for name in vars(GitLabWriter) if not name.startswith("_"))


class DryReader:
    """The port's reading half. Raises TypeError for a reader that could write as well."""

    def __init__(self, reader: GitLabReader) -> None:
        if can := [name for name in _WRITES if hasattr(reader, name)]:
            raise TypeError(f"A dry run takes a reader only; this one has {', '.join(can)}.")
        self._reader = reader

    def whoami(self) -> Person:
        """See the port."""
        return self._reader.whoami()

    def read_item(self, key: ItemKey) -> Snapshot:
        """See the port."""
        return self._reader.read_item(key)

    def read_notes(self, key: ItemKey) -> tuple[Note, ...]:
        """See the port."""
        return self._reader.read_notes(key)

    def linked_issues(self, key: ItemKey) -> tuple[IssueView, ...]:
        """See the port."""
        return self._reader.linked_issues(key)

    def find_issues(self, project: str | int, *, marker: str) -> tuple[IssueView, ...]:
        """See the port."""
        return self._reader.find_issues(project, marker=marker)

    def described_issues(self, project: str | int, *, marker: str) -> tuple[IssueView, ...]:
        """See the port."""
        return self._reader.described_issues(project, marker=marker)

    def open_issues(self, project: str | int, *, labels: Sequence[str]) -> tuple[IssueView, ...]:
        """See the port."""
        return self._reader.open_issues(project, labels=labels)

    def recent_issues(self, project: str | int, *, since: datetime) -> tuple[IssueView, ...]:
        """See the port."""
        return self._reader.recent_issues(project, since=since)

    def project(self, project: str | int) -> ProjectView:
        """See the port."""
        return self._reader.project(project)

    def group(self, path: str) -> GroupView | None:
        """See the port."""
        return self._reader.group(path)

    def group_members(self, path: str) -> frozenset[str]:
        """See the port."""
        return self._reader.group_members(path)

    def label_titles(self, project: str | int) -> frozenset[str]:
        """See the port."""
        return self._reader.label_titles(project)

    def group_labels(self, group: str) -> tuple[LabelView, ...]:
        """See the port."""
        return self._reader.group_labels(group)

    def boards(self, project: str) -> tuple[BoardView, ...]:
        """See the port."""
        return self._reader.boards(project)

    def milestones(self, project: str) -> tuple[MilestoneView, ...]:
        """See the port."""
        return self._reader.milestones(project)

    def file_text(self, project: str, *, path: str) -> str | None:
        """See the port."""
        return self._reader.file_text(project, path=path)

    def find_epic(self, group: str, *, marker: str = "", titles: Sequence[str] = ()) -> EpicView | None:
        """See the port."""
        return self._reader.find_epic(group, marker=marker, titles=titles)

    def cadences(self, group: str) -> tuple[CadenceView, ...] | None:
        """See the port."""
        return self._reader.cadences(group)

    def iterations(self, group: str, *, cadence: str) -> tuple[IterationView, ...]:
        """See the port."""
        return self._reader.iterations(group, cadence=cadence)

    def iteration_of(self, key: ItemKey) -> IterationView | None:
        """See the port."""
        return self._reader.iteration_of(key)


class DryGitLab(DryReader):
    """Every write is a sentence in ``would``. What would be made has the id 0."""

    def __init__(self, reader: GitLabReader) -> None:
        super().__init__(reader)
        self.would: list[str] = []

    def change_labels(self, key: ItemKey, *, add: Sequence[str] = (), remove: Sequence[str] = ()) -> Outcome:
        """See the port."""
        parts = [f"add {', '.join(add)}"] if add else []
        parts += [f"remove {', '.join(remove)}"] if remove else []
        return self._would(f"{' and '.join(parts) or 'change no label'} on {key}")

    def ensure_note(self, key: ItemKey, *, marker: str, body: str, internal: bool = False) -> Outcome:
        """See the port."""
        return self._would(f"post {'an internal' if internal else 'a'} comment on {key} ({marker}):\n{body}")

    def ensure_sticky(self, key: ItemKey, *, marker: str, body: str, internal: bool = False) -> Outcome:
        """See the port."""
        kind = "an internal" if internal else "a"
        return self._would(f"post or update {kind} status comment on {key} ({marker}):\n{body}")

    def ensure_issue(self, project: str | int, *, marker: str, issue: NewIssue) -> tuple[IssueView, Outcome]:
        """See the port."""
        number = project if isinstance(project, int) else 0
        view = IssueView(
            ItemKey(number, 0), 0, issue.title, "", f"{project}#new", "opened", issue.description, issue.labels
        )
        return view, self._would(f'file the issue "{issue.title}" in {project} ({marker})')

    def append_to_description(self, key: ItemKey, *, marker: str, text: str) -> Outcome:
        """See the port."""
        return self._would(f"add to the description of {key} ({marker}):\n{text}")

    def ensure_link(self, key: ItemKey, other: ItemKey, *, link_type: str = "relates_to") -> Outcome:
        """See the port."""
        return self._would(f"link {key} to {other} ({link_type})")

    def set_state(self, key: ItemKey, *, state: str) -> Outcome:
        """See the port."""
        return self._would(f"{'close' if state == 'closed' else 'reopen'} {key}")

    def assign(self, key: ItemKey, *, usernames: Sequence[str], keep: bool = True) -> Outcome:
        """See the port."""
        return self._would(f"assign {', '.join(usernames)} to {key}{'' if keep else ' and nobody else'}")

    def withdraw_note(self, key: ItemKey, *, note_id: int, banner: str) -> Outcome:
        """See the port."""
        return self._would(f"mark comment {note_id} on {key} as taken back:\n{banner}")

    def react(self, key: ItemKey, *, note_id: int, emoji: str) -> Outcome:
        """See the port."""
        return self._would(f"react with :{emoji}: to comment {note_id} on {key}")

    def ensure_group(self, *, parent: str, name: str, path: str, description: str = "") -> tuple[GroupView, Outcome]:
        """See the port."""
        del description
        return GroupView(0, f"{parent}/{path}", name, ""), self._would(f'make the group {parent}/{path} ("{name}")')

    def ensure_project(self, *, group: str, name: str, path: str, description: str = "") -> tuple[ProjectView, Outcome]:
        """See the port."""
        del description
        view = ProjectView(0, f"{group}/{path}", name, "", 0)
        return view, self._would(f'make the project {group}/{path} ("{name}")')

    def ensure_label(
        self, *, project: str | None = None, group: str | None = None, title: str, color: str, description: str = ""
    ) -> Outcome:
        """See the port."""
        del description
        return self._would(f'make the label "{title}" ({color}) in {project or group}')

    def ensure_milestone(
        self,
        project: str,
        *,
        title: str,
        description: str = "",
        start_date: str | None = None,
        due_date: str | None = None,
    ) -> Outcome:
        """See the port."""
        del description, start_date
        return self._would(f'make the milestone "{title}" in {project}{f", due {due_date}" if due_date else ""}')

    def ensure_board(self, project: str, *, name: str, lists: Sequence[str], only: Sequence[str] = ()) -> Outcome:
        """See the port."""
        del only
        return self._would(f'make the board "{name}" in {project} with the columns {", ".join(lists)}')

    def ensure_file(self, project: str, *, path: str, content: str, message: str) -> Outcome:
        """See the port."""
        return self._would(f"commit {path} to {project} ({len(content)} characters): {message}")

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
        """See the port."""
        del description, labels, fallback_project
        return None, self._would(f'make the epic "{title}" in {group} ({marker})')

    def ensure_parent(self, key: ItemKey, epic: EpicView) -> Outcome:
        """See the port."""
        return self._would(f'put {key} into the epic "{epic.title}"')

    def describe_epic(self, epic_id: str, *, marker: str, text: str) -> Outcome:
        """See the port."""
        return self._would(f"add to the description of the epic {epic_id} ({marker}):\n{text}")

    def ensure_cadence(self, group: str, *, title: str, weeks: int, start_date: str, ahead: int) -> Outcome:
        """See the port."""
        length = f"{weeks} week{'' if weeks == 1 else 's'}"
        return self._would(f'make the iteration cadence "{title}" in {group}: {ahead} of {length} from {start_date}')

    def ensure_iteration(self, key: ItemKey, iteration: IterationView) -> Outcome:
        """See the port."""
        return self._would(f"put {key} into the iteration {iteration.dates}")

    def _would(self, what: str) -> Outcome:
        sentence = f"Would {what}"
        self.would.append(sentence)
        return Outcome(Result.SHADOWED, sentence if sentence.endswith((".", "\n")) else f"{sentence}.")
