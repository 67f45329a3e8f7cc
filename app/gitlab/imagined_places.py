"""The imagined GitLab beyond the item: groups, projects and what hangs on them, in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.domain.decision import Outcome, Result
from app.domain.item import ItemKey, Snapshot
from app.gitlab.port import GitLabReader, GroupView, ProjectView
from app.gitlab.views import (
    MOST_AHEAD,
    BoardView,
    CadenceView,
    EpicView,
    IterationView,
    LabelView,
    MilestoneView,
)

_FIRST_NUMBER = 1_000_000
"""Ids and iids of what is only imagined begin here, so that they are told from real ones."""


@dataclass(frozen=True, slots=True)
class Written:
    """One write that a real GitLab would have seen."""

    what: str
    """labels, comment, status note, issue, description, link, parent, state, assignees, emoji, group, project, label,
    milestone, board, file, epic, epic text, cadence, iteration."""
    where: str
    """``group/project#7``, or a path."""
    sentence: str
    text: str = ""
    """The whole text, where there is one."""
    made: str = ""
    """Title or path of what was made."""


def applied(sentence: str) -> Outcome:
    """It was done."""
    return Outcome(Result.APPLIED, sentence)


def already(sentence: str) -> Outcome:
    """It was so."""
    return Outcome(Result.ALREADY_SO, sentence)


def imagined_boxes(*, weeks: int, start_date: str, ahead: int) -> tuple[IterationView, ...]:
    """The iterations that GitLab would make first: end to end, ten at the most."""
    first, length = date.fromisoformat(start_date), timedelta(weeks=weeks)
    starts = (first + number * length for number in range(min(ahead, MOST_AHEAD)))
    return tuple(
        IterationView(f"imagined:{day}", day.isoformat(), (day + length - timedelta(days=1)).isoformat())
        for day in starts
    )


class ImaginedPlaces:
    """What both halves share, and the writes beyond items."""

    def __init__(self, reader: GitLabReader, *, now: datetime) -> None:
        self._reader = reader
        self.now = now
        """The moment at which the next write happens."""
        self.written: list[Written] = []
        self._items: dict[ItemKey, Snapshot] = {}
        self._notes: dict[tuple[ItemKey, str], int] = {}
        """The bot's notes by marker."""
        self._made: dict[ItemKey, str] = {}
        """Issues that were filed here, with their markers."""
        self._links: list[tuple[ItemKey, ItemKey]] = []
        self._parents: dict[ItemKey, str] = {}
        """The epic that an issue was put into."""
        self._boxes: dict[tuple[str, str], tuple[IterationView, ...]] = {}
        """The iterations of each cadence that was made, by group and title."""
        self._boxed: dict[ItemKey, IterationView] = {}
        """The iteration that an issue was put into."""
        self._projects: dict[str, ProjectView] = {}
        self._groups: dict[str, GroupView] = {}
        self._known: set[tuple[str, str, str]] = set()
        """Kind, place and name of all else that was made."""
        self._epics: dict[str, tuple[str, str]] = {}
        """Group and title of each epic, by marker."""
        self._last_number = _FIRST_NUMBER

    # ── reading ────────────────────────────────────────────────────────────────────────────────────────────────────
    def project(self, project: str | int) -> ProjectView:
        """See the port."""
        for view in self._projects.values():
            if project in (view.id, view.path):
                return view
        return self._reader.project(project)

    def group(self, path: str) -> GroupView | None:
        """See the port."""
        return self._groups.get(path.casefold()) or self._reader.group(path)

    def group_members(self, path: str) -> frozenset[str]:
        """See the port."""
        return self._reader.group_members(path)

    def label_titles(self, project: str | int) -> frozenset[str]:
        """See the port. Of a project made here: those made here."""
        path = self.project(project).path
        places = [path[:at] for at, letter in enumerate(path) if letter == "/"]
        mine = frozenset(name for kind, where, name in self._known if kind == "label" and where in (*places, path))
        return mine if path in self._projects else mine | self._reader.label_titles(project)

    def group_labels(self, group: str) -> tuple[LabelView, ...]:
        """See the port. What is made here looks as nobody has looked."""
        known = () if group.casefold() in self._groups else self._reader.group_labels(group)
        return (*known, *(LabelView(name, "") for name in self._named("label", group)))

    def boards(self, project: str) -> tuple[BoardView, ...]:
        """See the port."""
        known = () if project in self._projects else self._reader.boards(project)
        return (*known, *(BoardView(name) for name in self._named("board", project)))

    def milestones(self, project: str) -> tuple[MilestoneView, ...]:
        """See the port."""
        known = () if project in self._projects else self._reader.milestones(project)
        return (*known, *(MilestoneView(name) for name in self._named("milestone", project)))

    def file_text(self, project: str, *, path: str) -> str | None:
        """See the port."""
        texts = (one.text for one in self.written if (one.what, one.where, one.made) == ("file", project, path))
        mine = next(texts, None)
        return mine if mine is not None or project in self._projects else self._reader.file_text(project, path=path)

    def find_epic(self, group: str, *, marker: str = "", titles: Sequence[str] = ()) -> EpicView | None:
        """See the port."""
        mine = [
            EpicView(f"imagined:{key}", 1, name, "") for key, (where, name) in self._epics.items() if where == group
        ]
        wanted = {title.casefold() for title in titles}
        found = (one for one in mine if one.id == f"imagined:{marker}" or one.title.casefold() in wanted)
        known = (
            None if group.casefold() in self._groups else self._reader.find_epic(group, marker=marker, titles=titles)
        )
        return next(found, None) or known

    def cadences(self, group: str) -> tuple[CadenceView, ...] | None:
        """See the port."""
        known = () if group.casefold() in self._groups else self._reader.cadences(group)
        return None if known is None else (*known, *(CadenceView(name, 0) for name in self._named("cadence", group)))

    def iterations(self, group: str, *, cadence: str) -> tuple[IterationView, ...]:
        """See the port. Those of a cadence that was made here are there at once."""
        if (group, cadence) in self._boxes:
            return self._boxes[group, cadence]
        return () if group.casefold() in self._groups else self._reader.iterations(group, cadence=cadence)

    # ── writing ────────────────────────────────────────────────────────────────────────────────────────────────────
    def ensure_group(self, *, parent: str, name: str, path: str, description: str = "") -> tuple[GroupView, Outcome]:
        """See the port."""
        del description
        full = f"{parent}/{path}"
        if found := self.group(full):
            return found, already("The group is there.")
        view = GroupView(self._number(), full, name, f"imagined:{full}")
        self._groups[full.casefold()] = view
        return view, self._wrote(Written("group", full, f"made “{name}”", made=full))

    def ensure_project(self, *, group: str, name: str, path: str, description: str = "") -> tuple[ProjectView, Outcome]:
        """See the port."""
        del description
        full = f"{group}/{path}"
        if full in self._projects:
            return self._projects[full], already("The project is there.")
        view = ProjectView(self._number(), full, name, f"imagined:{full}", self._number())
        self._projects[full] = view
        return view, self._wrote(Written("project", full, f"made “{name}”", made=full))

    def ensure_label(
        self, *, project: str | None = None, group: str | None = None, title: str, color: str, description: str = ""
    ) -> Outcome:
        """See the port."""
        del color, description
        if project is not None and title in self.label_titles(project):
            return already("The label is there.")
        return self._once("label", project or group or "", title)

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
        del description, start_date, due_date
        return self._once("milestone", project, title)

    def ensure_board(self, project: str, *, name: str, lists: Sequence[str], only: Sequence[str] = ()) -> Outcome:
        """See the port."""
        del lists, only
        return self._once("board", project, name)

    def ensure_file(self, project: str, *, path: str, content: str, message: str) -> Outcome:
        """See the port."""
        del message
        return self._once("file", project, path, text=content)

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
        del labels, fallback_project
        self._epics.setdefault(marker, (group, title))
        return f"imagined:{marker}", self._once("epic", group, title, text=description)

    def describe_epic(self, epic_id: str, *, marker: str, text: str) -> Outcome:
        """See the port."""
        return self._once("epic text", epic_id, f"{marker}: {text}")

    def ensure_cadence(self, group: str, *, title: str, weeks: int, start_date: str, ahead: int) -> Outcome:
        """See the port."""
        wrote = self._once("cadence", group, title)
        if wrote.result is Result.APPLIED:
            self._boxes[group, title] = imagined_boxes(weeks=weeks, start_date=start_date, ahead=ahead)
        return wrote

    # ── what the two halves share ──────────────────────────────────────────────────────────────────────────────────
    def _once(self, kind: str, where: str, name: str, *, text: str = "") -> Outcome:
        if (kind, where, name) in self._known:
            return already(f"The {kind} is there.")
        self._known.add((kind, where, name))
        return self._wrote(Written(kind, where, f"made “{name}”", text=text, made=name))

    def _named(self, kind: str, place: str) -> list[str]:
        """Names of what was made of this kind there."""
        return sorted(name for what, where, name in self._known if (what, where) == (kind, place))

    def _wrote(self, what: Written) -> Outcome:
        self.written.append(what)
        return applied(f"{what.what} on {what.where}: {what.sentence}" if what.sentence else f"{what.what} written.")

    def _number(self) -> int:
        self._last_number += 1
        return self._last_number
