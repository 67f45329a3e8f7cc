"""Building a customer's place: group, project, labels, milestones, files."""

from __future__ import annotations

from typing import Any

from app.domain.decision import Outcome, Result
from app.errors import NotFound, Refused, TryLater
from app.gitlab.answers import GroupAnswer, MilestoneAnswer, ProjectAnswer
from app.gitlab.cadences import create_cadence
from app.gitlab.faults import Conflict
from app.gitlab.live_items import same_text
from app.gitlab.port import GroupView, ProjectView
from app.gitlab.read import PAGE, LiveReader
from app.gitlab.views import OTHER_TEXT, LabelView, already, label_differs, milestone_differs

IMPORT_POLL_S = 5.0
"""Wait before looking again at a project that GitLab still sets up."""

_TAKEN = "has already been taken"


class PlaceWrites(LiveReader):
    """The port's methods that make places and what is in them, except boards."""

    def ensure_group(self, *, parent: str, name: str, path: str, description: str = "") -> tuple[GroupView, Outcome]:
        """See the port. Raises Refused when it can't be made."""
        full_path = f"{parent}/{path}"
        if found := self._group(full_path) or self._subgroup(parent, path):
            _not_leaving("group", found.full_path, found.marked_for_deletion_on)
            return _place(found.view(), Result.ALREADY_SO, f"The group {found.full_path} is there already.")
        above = self._group(parent)
        if above is None:
            raise NotFound(f"There is no group {parent} that the bot may see.")
        wanted = {
            "name": name,
            "path": path,
            "parent_id": above.id,
            "visibility": "private",
            "description": description,
        }
        try:
            made = GroupAnswer.model_validate(self._api.groups.create(wanted).attributes)
        except Refused as error:
            raise _clearer(error, "group", full_path) from error
        self._known.groups.put(made.full_path.casefold(), made)
        return _place(made.view(), Result.APPLIED, f"Made the group {made.full_path}.")

    def ensure_project(self, *, group: str, name: str, path: str, description: str = "") -> tuple[ProjectView, Outcome]:
        """See the port. Raises Refused when it can't be made."""
        full_path = f"{group}/{path}"
        self._known.projects.forget(full_path)
        try:
            found = self._ready(self._project(full_path))
            return _place(found.view(), Result.ALREADY_SO, f"The project {full_path} is there already.")
        except NotFound:
            made = self._ready(self._make_project(group, name=name, path=path, description=description))
        return _place(made.view(), Result.APPLIED, f"Made the project {made.path_with_namespace}.")

    def ensure_label(
        self, *, project: str | None = None, group: str | None = None, title: str, color: str, description: str = ""
    ) -> Outcome:
        """See the port."""
        if project is not None:
            manager: Any = self._api.projects.get(project, lazy=True).labels
            differs = "" if title in self.label_titles(project) else None
        elif group is not None:
            manager = self._api.groups.get(group, lazy=True).labels
            there = next((one for one in self.group_labels(group) if one.title == title), None)
            differs = label_differs(there, color=color, description=description) if there else None
        else:
            raise Refused("A label belongs to a project or a group; neither was named.")
        if differs is not None:
            return already(f'The label "{title}" is there already.', differs)
        try:
            manager.create({"name": title, "color": color, "description": description})
        except Conflict:
            return Outcome(Result.ALREADY_SO, f'The label "{title}" is there already.')
        self._remember_label(project, group, LabelView(title, color, description))
        return Outcome(Result.APPLIED, f'Made the label "{title}".')

    def _remember_label(self, project: str | None, group: str | None, label: LabelView) -> None:
        if project is not None:
            self._known.labels.put(project, self.label_titles(project) | {label.title})
        elif group is not None:
            self._known.group_labels.put(group, (*self.group_labels(group), label))
            self._known.labels.forget()  # a group's label is a label of all its projects

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
        milestones = self._api.projects.get(project, lazy=True).milestones
        listed = [MilestoneAnswer.model_validate(one.attributes) for one in milestones.list(get_all=True, title=title)]
        if found := next((one.view() for one in listed if one.title == title), None):
            differs = milestone_differs(found, start_date=start_date, due_date=due_date)
            return already(f'The milestone "{title}" is there already.', differs)
        wanted = {"title": title, "description": description, "start_date": start_date, "due_date": due_date}
        made = milestones.create({name: value for name, value in wanted.items() if value})
        return Outcome(Result.APPLIED, f'Made the milestone "{title}".', data={"milestone_id": made.id})

    def ensure_file(self, project: str, *, path: str, content: str, message: str) -> Outcome:
        """See the port."""
        branch = self._project(project).default_branch or "main"
        files = self._api.projects.get(project, lazy=True).files
        found = self.file_text(project, path=path)
        if found is None:
            return self._commit(files, path=path, branch=branch, content=content, message=message)
        differs = "" if same_text(found, content) else OTHER_TEXT
        return already(f"The file {path} is there already, and was left as it is.", differs)

    def ensure_cadence(self, group: str, *, title: str, weeks: int, start_date: str, ahead: int) -> Outcome:
        """See the port."""
        there = self.cadences(group)
        if there is None:
            return Outcome(Result.NOT_APPLICABLE, "This GitLab has no iterations here.")
        if found := next((one for one in there if one.title == title), None):
            differs = "" if found.weeks == weeks else f"its iterations are {found.weeks} weeks long, not {weeks}"
            return already(f'The iteration cadence "{title}" is there already.', differs)
        try:
            create_cadence(self._api, group, title=title, weeks=weeks, start_date=start_date, ahead=ahead)
        except Refused as error:
            return Outcome(Result.REFUSED, f"No iteration cadence was made: {error}")
        return Outcome(Result.APPLIED, f'Made the iteration cadence "{title}".')

    def _commit(self, files: Any, *, path: str, branch: str, content: str, message: str) -> Outcome:
        try:
            files.create({"file_path": path, "branch": branch, "content": content, "commit_message": message})
        except Refused as error:
            if "already exists" not in str(error):
                raise
            return Outcome(Result.ALREADY_SO, f"The file {path} is there already, and was left as it is.")
        return Outcome(Result.APPLIED, f"Committed the file {path}.")

    def _subgroup(self, parent: str, path: str) -> GroupAnswer | None:
        """A subgroup whose path differs in case only: GitLab refuses to make a second one."""
        try:
            listed = self._api.groups.get(parent, lazy=True).subgroups.list(search=path, get_all=True, per_page=PAGE)
        except NotFound:
            return None
        wanted = f"{parent}/{path}".casefold()
        groups = (GroupAnswer.model_validate(one.attributes) for one in listed)
        return next((group for group in groups if group.full_path.casefold() == wanted), None)

    def _make_project(self, group: str, *, name: str, path: str, description: str) -> ProjectAnswer:
        above = self._group(group)
        if above is None:
            raise NotFound(f"There is no group {group} that the bot may see.")
        wanted = {
            "name": name,
            "path": path,
            "namespace_id": above.id,
            "visibility": "private",
            "description": description,
        }
        try:
            made = ProjectAnswer.model_validate(self._api.projects.create(wanted).attributes)
        except Refused as error:
            raise _clearer(error, "project", f"{group}/{path}") from error
        return self._known.projects.put(made.path_with_namespace, made)

    def _ready(self, project: ProjectAnswer) -> ProjectAnswer:
        """The project, if it can be configured. Raises TryLater while GitLab sets it up."""
        _not_leaving(
            "project",
            project.path_with_namespace,
            project.marked_for_deletion_on or project.marked_for_deletion_at,
        )
        if project.import_status in (None, "none", "finished"):
            return project
        self._known.projects.forget(project.path_with_namespace)
        if project.import_status == "failed":
            raise Refused(f"GitLab could not set up {project.path_with_namespace}: {project.import_error}.")
        raise TryLater(f"GitLab still sets up {project.path_with_namespace}.", after_s=IMPORT_POLL_S)


def _not_leaving(kind: str, path: str, day: str | None) -> None:
    if day:
        raise Refused(f"The {kind} {path} is marked for deletion ({day}): restore it, or free its path.")


def _clearer(error: Refused, kind: str, path: str) -> Refused:
    if _TAKEN not in str(error):
        return error
    return Refused(
        f"The path or name of the {kind} {path} is taken by something that the bot cannot see:"
        " probably a deleted one that GitLab still keeps. Remove it for good, or choose another path."
    )


def _place(view: Any, result: Result, sentence: str) -> tuple[Any, Outcome]:
    data: dict[str, object] = {"id": view.id, "path": view.path, "web_url": view.web_url}
    return view, Outcome(result, sentence, url=view.web_url, data=data)
