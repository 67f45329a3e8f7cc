"""A GitLab in memory, behind the bot's port: it keeps what is written, so that doing it twice can be seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from app.domain.decision import Outcome, Result
from app.domain.item import ItemKey, Note, Person, Snapshot
from app.errors import NotFound
from app.gitlab.imagined_places import imagined_boxes
from app.gitlab.markers import folded
from app.gitlab.port import GroupView, IssueView, NewIssue, ProjectView
from app.gitlab.views import BoardView, CadenceView, EpicView, IterationView, LabelView, MilestoneView, elsewhere

BOT = Person("sowbot", 1)
WHEN = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)


def applied(sentence: str) -> Outcome:
    """It was done."""
    return Outcome(Result.APPLIED, sentence)


def already(sentence: str) -> Outcome:
    """It was so."""
    return Outcome(Result.ALREADY_SO, sentence)


@dataclass
class FakeGitLab:
    """Projects, groups, issues and what hangs on them. ``writes`` counts what really changed."""

    items: dict[ItemKey, Snapshot] = field(default_factory=dict)
    notes: dict[ItemKey, list[tuple[str, str, bool]]] = field(default_factory=dict)
    """Marker, body and whether internal, oldest first."""
    links: set[tuple[ItemKey, ItemKey]] = field(default_factory=set)
    markers: dict[ItemKey, str] = field(default_factory=dict)
    blocks: dict[tuple[ItemKey, str], str] = field(default_factory=dict)
    projects: dict[str, ProjectView] = field(default_factory=dict)
    groups: dict[str, GroupView] = field(default_factory=dict)
    labels: set[tuple[str, str]] = field(default_factory=set)
    colors: dict[tuple[str, str], str] = field(default_factory=dict)
    """Colour of a group's label, where it is not the one that was asked for."""
    parents: dict[ItemKey, str] = field(default_factory=dict)
    """Id of the epic that an issue is in."""
    epic_blocks: dict[tuple[str, str], str] = field(default_factory=dict)
    has_epics: bool = True
    has_iterations: bool = True
    made_cadences: dict[tuple[str, str], CadenceView] = field(default_factory=dict)
    boxes: dict[tuple[str, str], tuple[IterationView, ...]] = field(default_factory=dict)
    """The iterations of each cadence, by group and title."""
    boxes_come_at_once: bool = True
    """GitLab makes the iterations of a cadence in the background: False, before it has."""
    boxed: dict[ItemKey, IterationView] = field(default_factory=dict)
    """The iteration that an issue is in."""
    milestone_titles: set[tuple[str, str]] = field(default_factory=set)
    board_lists: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    files: dict[tuple[str, str], str] = field(default_factory=dict)
    epics: dict[tuple[str, str], tuple[str, str, tuple[str, ...]]] = field(default_factory=dict)
    """By group and marker: title, description, labels."""
    reactions: list[tuple[int, str]] = field(default_factory=list)
    """Comment and emoji."""
    writes: int = 0
    next_id: int = 500

    # ── reading ────────────────────────────────────────────────────────────────────────────────────────────────────
    def whoami(self) -> Person:
        return BOT

    def read_item(self, key: ItemKey) -> Snapshot:
        if key not in self.items:
            raise NotFound(f"There is no {key}.")
        return self.items[key]

    def read_notes(self, key: ItemKey) -> tuple[Note, ...]:
        return tuple(
            Note(number, body, BOT, WHEN, internal)
            for number, (_, body, internal) in enumerate(self.notes.get(key, []), start=1)
        )

    def linked_issues(self, key: ItemKey) -> tuple[IssueView, ...]:
        others = {b if a == key else a for a, b in self.links if key in (a, b)}
        return tuple(self._view(other) for other in sorted(others))

    def find_issues(self, project: str | int, *, marker: str) -> tuple[IssueView, ...]:
        home = self.project(project).id
        return tuple(self._view(key) for key, mark in self.markers.items() if mark == marker and key.project_id == home)

    def project(self, project: str | int) -> ProjectView:
        for view in self.projects.values():
            if project in (view.id, view.path) or str(project).lower() == view.path.lower():
                return view
        raise NotFound(f"There is no project {project}.")

    def group(self, path: str) -> GroupView | None:
        return next((view for view in self.groups.values() if view.path.lower() == path.lower()), None)

    def group_members(self, path: str) -> frozenset[str]:
        return frozenset()

    def label_titles(self, project: str | int) -> frozenset[str]:
        return frozenset(title for _, title in self.labels)

    def described_issues(self, project: str | int, *, marker: str) -> tuple[IssueView, ...]:
        home = self.project(project).id
        return tuple(self._view(key) for key, mark in self.blocks if mark == marker and key.project_id == home)

    def open_issues(self, project: str | int, *, labels: Sequence[str]) -> tuple[IssueView, ...]:
        home = self.project(project).id
        items = sorted((one for one in self.items.values() if one.key.project_id == home), key=lambda one: one.key)
        found = (one for one in items if one.state == "opened" and set(labels) <= set(one.labels))
        return tuple(self._view(one.key) for one in found)

    def recent_issues(self, project: str | int, *, since: datetime) -> tuple[IssueView, ...]:
        home = self.project(project).id
        items = sorted((one for one in self.items.values() if one.key.project_id == home), key=lambda one: one.key)
        found = (one for one in items if one.state == "opened" and one.created_at >= since)
        return tuple(self._view(one.key) for one in found)

    def group_labels(self, group: str) -> tuple[LabelView, ...]:
        mine = sorted(title for place, title in self.labels if place == group)
        return tuple(LabelView(title, self.colors.get((group, title), "")) for title in mine)

    def boards(self, project: str) -> tuple[BoardView, ...]:
        return tuple(BoardView(name, lists) for (place, name), lists in self.board_lists.items() if place == project)

    def milestones(self, project: str) -> tuple[MilestoneView, ...]:
        return tuple(MilestoneView(title) for place, title in sorted(self.milestone_titles) if place == project)

    def file_text(self, project: str, *, path: str) -> str | None:
        return self.files.get((project, path))

    def find_epic(self, group: str, *, marker: str = "", titles: Sequence[str] = ()) -> EpicView | None:
        wanted = {title.casefold() for title in titles}
        for (place, mark), (title, _, _) in self.epics.items() if self.has_epics else ():
            if place == group and (mark == marker or title.casefold() in wanted):
                return EpicView(f"gid://gitlab/WorkItem/{mark}", 1, title, f"https://gitlab.example/epics/{mark}")
        return None

    def cadences(self, group: str) -> tuple[CadenceView, ...] | None:
        if not self.has_iterations:
            return None
        return tuple(one for (place, _), one in self.made_cadences.items() if place == group)

    def iterations(self, group: str, *, cadence: str) -> tuple[IterationView, ...]:
        return self.boxes.get((group, cadence), ()) if self.boxes_come_at_once else ()

    def iteration_of(self, key: ItemKey) -> IterationView | None:
        return self.boxed.get(key)

    # ── writing ────────────────────────────────────────────────────────────────────────────────────────────────────
    def change_labels(self, key: ItemKey, *, add: Sequence[str] = (), remove: Sequence[str] = ()) -> Outcome:
        before = self.items[key].labels
        scopes = {title.rpartition("::")[0] for title in add if "::" in title}
        kept = [
            one
            for one in before
            if one not in remove
            and (one in add or not one.rpartition("::")[0] or one.rpartition("::")[0] not in scopes)
        ]
        after = tuple(dict.fromkeys([*kept, *add]))
        if set(after) == set(before):
            return already("The labels are so already.")
        self.items[key] = replace(self.items[key], labels=after)
        self.writes += 1
        added, removed = [x for x in after if x not in before], [x for x in before if x not in after]
        return replace(applied("Changed the labels."), data={"added": added, "removed": removed})

    def ensure_note(self, key: ItemKey, *, marker: str, body: str, internal: bool = False) -> Outcome:
        notes = self.notes.setdefault(key, [])
        for number, (mark, _, _) in enumerate(notes, start=1):
            if mark == marker:
                return replace(already("The comment is there already."), data={"note_id": number})
        notes.append((marker, body, internal))
        self.writes += 1
        return replace(applied("Commented."), data={"note_id": len(notes)})

    def ensure_sticky(self, key: ItemKey, *, marker: str, body: str, internal: bool = False) -> Outcome:
        notes = self.notes.setdefault(key, [])
        for index, (mark, old, _) in enumerate(notes):
            if mark == marker:
                if old == body:
                    return already("The note says so already.")
                notes[index] = (marker, body, internal)
                self.writes += 1
                return applied("Brought the note up to date.")
        return self.ensure_note(key, marker=marker, body=body, internal=internal)

    def ensure_issue(self, project: str | int, *, marker: str, issue: NewIssue) -> tuple[IssueView, Outcome]:
        found = self.find_issues(project, marker=marker)
        if found:
            return found[0], already(f"{found[0].reference} is there already.")
        home = self.project(project)
        key = ItemKey(home.id, 1 + max((one.iid for one in self.items if one.project_id == home.id), default=0))
        self.items[key] = Snapshot(
            key=key,
            id=self._id(),
            project_path=home.path,
            title=issue.title,
            description=issue.description,
            state="opened",
            labels=issue.labels,
            author=BOT,
            assignees=tuple(Person(name) for name in issue.assignees),
            web_url=f"{home.web_url}/-/issues/{key.iid}",
            created_at=WHEN,
            updated_at=WHEN,
            confidential=issue.confidential,
        )
        self.markers[key] = marker
        view = self._view(key)
        return view, applied(f"Filed {view.reference}.")

    def append_to_description(self, key: ItemKey, *, marker: str, text: str) -> Outcome:
        if self.blocks.get((key, marker)) == text:
            return already("The description says so already.")
        self.blocks[key, marker] = text
        self.writes += 1
        return applied("Changed the description.")

    def ensure_link(self, key: ItemKey, other: ItemKey, *, link_type: str = "relates_to") -> Outcome:
        if (key, other) in self.links or (other, key) in self.links:
            return already("They are linked already.")
        self.links.add((key, other))
        self.writes += 1
        return applied(f"Linked {other}.")

    def set_state(self, key: ItemKey, *, state: str) -> Outcome:
        if self.items[key].state == state:
            return already(f"It is {state} already.")
        before = self.items[key].state
        self.items[key] = replace(self.items[key], state=state)
        self.writes += 1
        return replace(applied(f"It is {state} now."), data={"state_before": before})

    def assign(self, key: ItemKey, *, usernames: Sequence[str], keep: bool = True) -> Outcome:
        present = [person.username for person in self.items[key].assignees]
        wanted = list(dict.fromkeys([*(present if keep else []), *usernames]))
        if wanted == present:
            return already("They are assigned already.")
        self.items[key] = replace(self.items[key], assignees=tuple(Person(name) for name in wanted))
        self.writes += 1
        done = [name for name in wanted if name not in present]
        return replace(applied(f"Assigned {', '.join(usernames)}."), data={"assigned": done})

    def withdraw_note(self, key: ItemKey, *, note_id: int, banner: str) -> Outcome:
        mark, body, internal = self.notes[key][note_id - 1]
        if body.startswith(banner):
            return already("It is marked already.")
        self.notes[key][note_id - 1] = (mark, folded(body, banner), internal)
        self.writes += 1
        return applied("Marked it.")

    def react(self, key: ItemKey, *, note_id: int, emoji: str) -> Outcome:
        if (note_id, emoji) in self.reactions:
            return already("It has it.")
        self.reactions.append((note_id, emoji))
        return applied(f"Reacted with {emoji}.")

    def ensure_group(self, *, parent: str, name: str, path: str, description: str = "") -> tuple[GroupView, Outcome]:
        full = f"{parent}/{path}"
        found = self.group(full)
        if found:
            return found, already("The group is there.")
        view = GroupView(self._id(), full, name, f"https://gitlab.example/groups/{full}")
        self.groups[full] = view
        return view, applied("Made the group.")

    def ensure_project(self, *, group: str, name: str, path: str, description: str = "") -> tuple[ProjectView, Outcome]:
        full = f"{group}/{path}"
        if full in self.projects:
            return self.projects[full], already("The project is there.")
        view = self.add_project(full, name)
        self.writes += 1
        return view, applied("Made the project.")

    def ensure_label(
        self, *, project: str | None = None, group: str | None = None, title: str, color: str, description: str = ""
    ) -> Outcome:
        return self._add(self.labels, (project or group or "", title))

    def ensure_milestone(
        self,
        project: str,
        *,
        title: str,
        description: str = "",
        start_date: str | None = None,
        due_date: str | None = None,
    ) -> Outcome:
        return self._add(self.milestone_titles, (project, title))

    def ensure_board(self, project: str, *, name: str, lists: Sequence[str], only: Sequence[str] = ()) -> Outcome:
        if (project, name) in self.board_lists:
            return already("The board is there.")
        self.board_lists[project, name] = tuple(lists)
        self.writes += 1
        return applied("Made the board.")

    def ensure_file(self, project: str, *, path: str, content: str, message: str) -> Outcome:
        if (project, path) in self.files:
            return already("The file is there.")
        self.files[project, path] = content
        self.writes += 1
        return applied("Wrote the file.")

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
        if not self.has_epics:
            return None, Outcome(Result.NOT_APPLICABLE, "This GitLab has no epics here.")
        known = (group, marker) in self.epics
        if not known:
            self.epics[group, marker] = (title, description, tuple(labels))
            self.writes += 1
        return f"gid://gitlab/WorkItem/{marker}", already("The epic is there.") if known else applied("Made the epic.")

    def ensure_parent(self, key: ItemKey, epic: EpicView) -> Outcome:
        there = self.parents.get(key)
        if there is not None:
            return already("It is there.") if there == epic.id else Outcome(Result.NOT_APPLICABLE, "In another epic.")
        self.parents[key] = epic.id
        self.writes += 1
        return applied("Put into the epic.")

    def describe_epic(self, epic_id: str, *, marker: str, text: str) -> Outcome:
        if self.epic_blocks.get((epic_id, marker)) == text:
            return already("The epic says so already.")
        self.epic_blocks[epic_id, marker] = text
        self.writes += 1
        return applied("Changed the epic's description.")

    def ensure_cadence(self, group: str, *, title: str, weeks: int, start_date: str, ahead: int) -> Outcome:
        if not self.has_iterations:
            return Outcome(Result.NOT_APPLICABLE, "This GitLab has no iterations here.")
        if (group, title) in self.made_cadences:
            return already("The cadence is there.")
        self.made_cadences[group, title] = CadenceView(title, weeks, start_date)
        self.boxes[group, title] = imagined_boxes(weeks=weeks, start_date=start_date, ahead=ahead)
        self.writes += 1
        return applied("Made the cadence.")

    def ensure_iteration(self, key: ItemKey, iteration: IterationView) -> Outcome:
        if key in self.boxed:
            there = self.boxed[key]
            return already("It is in it.") if there == iteration else elsewhere("It", there)
        self.boxed[key] = iteration
        self.writes += 1
        return applied("Put into the iteration.")

    # ── setting the scene ──────────────────────────────────────────────────────────────────────────────────────────
    def add_project(self, path: str, name: str = "") -> ProjectView:
        """A project that is there."""
        view = ProjectView(self._id(), path, name or path, f"https://gitlab.example/{path}", self._id())
        self.projects[path] = view
        return view

    def bodies(self, key: ItemKey) -> list[str]:
        """Texts of the item's notes."""
        return [body for _, body, _ in self.notes.get(key, [])]

    def _add(self, known: set[tuple[str, str]], entry: tuple[str, str]) -> Outcome:
        if entry in known:
            return already("It is there.")
        known.add(entry)
        self.writes += 1
        return applied("Made it.")

    def _id(self) -> int:
        self.next_id += 1
        self.writes += 1
        return self.next_id

    def _view(self, key: ItemKey) -> IssueView:
        item = self.items[key]
        return IssueView(
            key=key,
            id=item.id,
            title=item.title,
            web_url=item.web_url,
            reference=f"{item.project_path}#{key.iid}",
            state=item.state,
            description=item.description,
            labels=item.labels,
            created_at=item.created_at,
            confidential=item.confidential,
        )
