"""Builds a customer's project from its blueprint. Each piece is found before it is made, so a second run resumes.

On a dry port the same builder tells what it would make, and on a survey what is missing or differs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.domain.decision import Outcome, Result
from app.gitlab.port import GitLab, IssueView, NewIssue, ProjectView
from app.handler import Templates
from handlers.collaboration.blueprint import Blueprint, FilePart, IssuePart, Size
from handlers.collaboration.deal import Deal, Iteration, context_of, iterations_of
from handlers.collaboration.names import group_path
from handlers.collaboration.time_boxes import WAITS, TimeBoxes

__all__ = ["Builder", "Deal", "Piece"]


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing of the project, and what became of it."""

    kind: str
    """group, project, label, board, milestone, iterations, epic, issue, file."""
    name: str
    outcome: Outcome

    @property
    def missing(self) -> bool:
        """It was not there: it is made now, or would be."""
        return self.outcome.result in (Result.APPLIED, Result.SHADOWED)

    @property
    def refused(self) -> bool:
        """GitLab would not."""
        return self.outcome.result is Result.REFUSED

    @property
    def differs(self) -> str:
        """How what is there differs from the blueprint."""
        return str(self.outcome.data.get("differs", ""))

    @property
    def waits(self) -> str:
        """What the iteration is called that GitLab has to make before the issue can be put into it."""
        return str(self.outcome.data.get(WAITS, ""))


@dataclass(frozen=True, slots=True)
class Builder:
    """One building site."""

    gitlab: GitLab
    templates: Templates
    blueprint: Blueprint
    deal: Deal

    @property
    def large(self) -> bool:
        """Whether the project is large."""
        return self.deal.plan.is_large(self.blueprint)

    def places(self, root: str) -> tuple[ProjectView, list[Piece]]:
        """The customer's group below ``root``, and the project in it. Nobody is invited to either."""
        group, grouped = self.gitlab.ensure_group(
            parent=root,
            name=self.deal.customer,
            path=group_path(self.deal.customer),
            description=self.blueprint.group_description,
        )
        project, projected = self.gitlab.ensure_project(
            group=group.path,
            name=self.deal.sow,
            path=self.deal.sow,
            description=self.blueprint.project_description,
        )
        return project, [Piece("group", group.path, grouped), Piece("project", project.path, projected)]

    def furnish(self, project: ProjectView) -> Iterator[Piece]:
        """Labels first, since boards, epics and issues need them; milestones before the issues that are under one."""
        group = project.path.rpartition("/")[0]
        yield from self._labels(group)
        for board in self.blueprint.boards:
            outcome = self.gitlab.ensure_board(project.path, name=board.name, lists=board.lists, only=board.only)
            yield Piece("board", board.name, outcome)
        for milestone in self.blueprint.milestones:
            outcome = self.gitlab.ensure_milestone(
                project.path, title=milestone.title, description=milestone.description
            )
            yield Piece("milestone", milestone.title, outcome)
        iterations = list(self._iterations(group, project))
        yield from iterations
        yield from self.epics(project, self.deal.activities or [self.deal.sow])
        yield from self._issues(project, cadence=any(piece.kind == "iterations" for piece in iterations))
        for file in self.blueprint.files:
            if self._of_size(file.when):
                yield self._file(project, file)

    def epics(self, project: ProjectView, activities: list[str]) -> Iterator[Piece]:
        """Without a list of activities the SOW itself is the one workstream: work needs a place to hang on."""
        part = self.blueprint.epics
        for activity in activities:
            context = context_of(self.deal, self.blueprint, activity=activity)
            rendered = self.templates.render(f"collaboration/{part.template}", context)
            title = str(rendered.meta.get("title", ""))
            _, outcome = self.gitlab.ensure_epic(
                project.path.rpartition("/")[0],
                marker=f"{self.deal.sow}/{activity.casefold()}",
                title=title,
                description=rendered.body.strip(),
                labels=part.labels,
                fallback_project=project.path,
            )
            yield Piece("epic", activity, outcome)

    def issue(self, project: ProjectView, template: str, *, key: str = "", **more: object) -> Piece:
        """One issue from a template; ``key`` tells it from others of the same template."""
        return self._file_issue(project, template, key=key, **more)[0]

    def awaits_the_first(self, pieces: list[Piece]) -> bool:
        """Whether GitLab has made no iteration at all yet: the first is there as soon as any is."""
        return any(piece.waits == self._sprint(one) for one in self._sprints()[:1] for piece in pieces)

    def _file_issue(
        self, project: ProjectView, template: str, *, key: str = "", **more: object
    ) -> tuple[Piece, IssueView]:
        milestone = str(more.pop("milestone", "")) or None
        rendered = self.templates.render(f"collaboration/{template}", context_of(self.deal, self.blueprint, **more))
        labels = rendered.meta.get("labels") or []
        issue = NewIssue(
            title=str(rendered.meta.get("title", "")),
            description=rendered.body.strip(),
            labels=tuple(str(label) for label in labels),
            milestone=milestone,
        )
        marker = f"{self.deal.sow}/{template}" + (f"/{key}" if key else "")
        view, outcome = self.gitlab.ensure_issue(project.path, marker=marker, issue=issue)
        return Piece("issue", issue.title, outcome), view

    def _labels(self, group: str) -> Iterator[Piece]:
        for label in self.blueprint.labels:
            outcome = self.gitlab.ensure_label(
                group=group, title=label.title, color=label.color, description=label.description
            )
            yield Piece("label", label.title, outcome)

    def _iterations(self, group: str, project: ProjectView) -> Iterator[Piece]:
        """A cadence of the group; where there can be none, a milestone for each iteration stands in."""
        found, part = self._sprints(), self.blueprint.iterations
        start = self.deal.plan.start
        if found and part.kind == "iterations" and start is not None:
            outcome = self.gitlab.ensure_cadence(
                group, title=self.deal.sow, weeks=part.weeks, start_date=start.isoformat(), ahead=len(found) + 1
            )
            if outcome.result not in (Result.NOT_APPLICABLE, Result.REFUSED):
                yield Piece("iterations", self.deal.sow, outcome)
                return
        for one in found:
            title = self._sprint(one)
            outcome = self.gitlab.ensure_milestone(
                project.path, title=title, start_date=_iso(one.starts) or None, due_date=_iso(one.ends) or None
            )
            yield Piece("milestone", title, outcome)

    def _issues(self, project: ProjectView, *, cadence: bool) -> Iterator[Piece]:
        """All are filed before any is put into its iteration: meanwhile GitLab makes those of a new cadence."""
        boxed: list[tuple[Piece, IssueView, Iteration]] = []
        for part in self.blueprint.issues:
            if not self._is_wanted(part):
                continue
            if part.each is None:
                yield self.issue(project, part.template)
            for one in self._sprints() if part.each else ():
                piece, view = self._file_each(project, part, one, milestone="" if cadence else self._sprint(one))
                if cadence:
                    boxed.append((piece, view, one))
                else:
                    yield piece
        if boxed:
            yield from self._into_iterations(project, boxed)

    def _file_each(
        self, project: ProjectView, part: IssuePart, one: Iteration, *, milestone: str
    ) -> tuple[Piece, IssueView]:
        return self._file_issue(
            project,
            part.template,
            key=str(one.number),
            number=one.number,
            starts=_iso(one.starts),
            ends=_iso(one.ends),
            milestone=milestone,
        )

    def _into_iterations(
        self, project: ProjectView, boxed: list[tuple[Piece, IssueView, Iteration]]
    ) -> Iterator[Piece]:
        group = project.path.rpartition("/")[0]
        boxes = TimeBoxes(self.gitlab, self.gitlab.iterations(group, cadence=self.deal.sow))
        for piece, view, one in boxed:
            yield replace(piece, outcome=boxes.put(view, piece.outcome, one, called=self._sprint(one)))

    def _is_wanted(self, part: IssuePart) -> bool:
        word = part.if_activity.casefold()
        asked = not word or any(word in activity.casefold() for activity in self.deal.activities)
        return asked and self._of_size(part.when)

    def _file(self, project: ProjectView, file: FilePart) -> Piece:
        context = context_of(self.deal, self.blueprint)
        content = self.templates.render(f"collaboration/{file.template}", context).body.strip() + "\n"
        outcome = self.gitlab.ensure_file(project.path, path=file.path, content=content, message=f"Add {file.path}")
        if file.grows and "differs" in outcome.data:
            outcome = Outcome(outcome.result, f"The file {file.path} is there, and people write on in it.")
        return Piece("file", file.path, outcome)

    def _of_size(self, wanted: Size | None) -> bool:
        return wanted is None or (wanted == "large") is self.large

    def _sprints(self) -> list[Iteration]:
        return iterations_of(self.deal, self.blueprint)

    def _sprint(self, iteration: Iteration) -> str:
        return self.blueprint.iterations.title.replace("{number}", str(iteration.number))


def _iso(day: object) -> str:
    return "" if day is None else str(day)
