"""Builds a customer's project from its blueprint. Each piece is found before it is made, so a second run resumes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.decision import Outcome
from app.gitlab.port import GitLab, NewIssue, ProjectView
from app.handler import Templates
from handlers.collaboration.blueprint import Blueprint, IssuePart
from handlers.collaboration.names import group_path


@dataclass(frozen=True, slots=True)
class Deal:
    """All that the customer's project may know of the deal: nothing of scoping, money or people inside."""

    customer: str
    sow: str
    """``SOW-3697`` or ``PO-118``."""
    pm: str
    """Username of the project manager, or empty."""
    activities: list[str]

    def names(self) -> dict[str, str]:
        """What texts of the blueprint and its templates may name."""
        return {"customer": self.customer, "sow": self.sow, "pm": self.pm}


@dataclass(frozen=True, slots=True)
class Builder:
    """One building site."""

    gitlab: GitLab
    templates: Templates
    blueprint: Blueprint
    deal: Deal

    def places(self, root: str) -> tuple[ProjectView, list[Outcome]]:
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
        return project, [grouped, projected]

    def furnish(self, project: ProjectView) -> Iterator[Outcome]:
        """Labels first, since boards, epics and issues need them."""
        group = project.path.rpartition("/")[0]
        for label in self.blueprint.labels:
            yield self.gitlab.ensure_label(
                group=group, title=label.title, color=label.color, description=label.description
            )
        for board in self.blueprint.boards:
            yield self.gitlab.ensure_board(project.path, name=board.name, lists=board.lists)
        for milestone in self.blueprint.milestones:
            yield self.gitlab.ensure_milestone(project.path, title=milestone.title, description=milestone.description)
        yield from self._epics(group, project)
        for part in self.blueprint.issues:
            if self._wanted(part):
                yield self._issue(project, part)
        for file in self.blueprint.files:
            content = self.templates.render(f"collaboration/{file.template}", self._context()).body.strip() + "\n"
            yield self.gitlab.ensure_file(project.path, path=file.path, content=content, message=f"Add {file.path}")

    def _epics(self, group: str, project: ProjectView) -> Iterator[Outcome]:
        part = self.blueprint.epics
        # Without a list of activities the SOW itself is the one workstream: work needs a place to hang on.
        for activity in self.deal.activities or [self.deal.sow]:
            rendered = self.templates.render(f"collaboration/{part.template}", self._context(activity))
            _, outcome = self.gitlab.ensure_epic(
                group,
                marker=f"{self.deal.sow}/{activity.casefold()}",
                title=str(rendered.meta.get("title", "")),
                description=rendered.body.strip(),
                labels=part.labels,
                fallback_project=project.path,
            )
            yield outcome

    def _issue(self, project: ProjectView, part: IssuePart) -> Outcome:
        rendered = self.templates.render(f"collaboration/{part.template}", self._context())
        labels = rendered.meta.get("labels") or []
        issue = NewIssue(
            title=str(rendered.meta.get("title", "")),
            description=rendered.body.strip(),
            labels=tuple(str(label) for label in labels),
        )
        _, outcome = self.gitlab.ensure_issue(project.path, marker=f"{self.deal.sow}/{part.template}", issue=issue)
        return outcome

    def _wanted(self, part: IssuePart) -> bool:
        word = part.if_activity.casefold()
        return not word or any(word in activity.casefold() for activity in self.deal.activities)

    def _context(self, activity: str = "") -> dict[str, object]:
        return {**self.deal.names(), "activity": activity}
