"""What must stand when the customer's project was asked for, and who must not be in it."""

from __future__ import annotations

from datetime import date, timedelta

from app.demo.cast import PM
from app.demo.deal import Deal
from app.demo.expect import Expectation
from app.demo.scene import Moment
from app.demo.view import Issue, Place


def project_is_ready(deal: Deal) -> list[Expectation]:
    """Group, SOW project, epics, labels, boards, RAID log, retrospective, Iteration 0; nobody invited."""
    name = f"SOW-{deal.sow_number}"
    return [
        Expectation(f"one private group for the customer with one private project {name}", lambda m: _places(m, name)),
        Expectation("each activity has its workstream epic in the customer's group", lambda m: _epics(m, name)),
        Expectation("labels, boards and milestones are set up", lambda m: _furniture(m, name)),
        *(_issue_about(name, word) for word in ("RAID", "Retro", "Iteration 0")),
        Expectation("nobody but the bot was put into group or project", _nobody_invited),
    ]


def built_below(root: str) -> Expectation:
    """The SOW project came to be below this group."""

    def test(moment: Moment) -> str | None:
        made = [path for path in moment.now.projects if _is_new(moment, path)]
        return None if made and all(path.startswith(f"{root}/") for path in made) else ", ".join(made) or "no project"

    return Expectation(f"the project is made below {root.rpartition('/')[2]}", test)


def in_iterations(deal: Deal, count: int) -> Expectation:
    """The issues of so many iterations are in those of the project's cadence, which begins with Iteration 0."""
    name = f"SOW-{deal.sow_number}"

    def test(moment: Moment) -> str | None:
        project = built(moment, name)
        if project is None:
            return "no project"
        group = moment.now.furniture(project.path.rpartition("/")[0])
        cadence = next((each for each in group["cadences"] if each["title"] == name), None)
        if cadence is None:
            return "no cadence"
        for number in range(1, count + 1):
            day = date.fromisoformat(cadence["start_date"]) + timedelta(weeks=cadence["weeks"] * number)
            issues = [each for each in _issues_of(moment, project) if each.title.startswith(f"Iteration {number}: ")]
            others = {each.iteration or "none" for each in issues if not each.iteration.startswith(f"{day} ")}
            if others or not issues:
                return f"those of iteration {number}, from {day}, are in {', '.join(sorted(others)) or 'no project'}"
        return None

    return Expectation(f"the issues of its {count} iterations are in the iterations of the cadence {name}", test)


def built(moment: Moment, name: str) -> Place | None:
    """The SOW project that came to be since then."""
    new = (project for path, project in moment.now.projects.items() if _is_new(moment, path))
    return next((project for project in new if project.name == name), None)


def _is_new(moment: Moment, path: str) -> bool:
    return path not in moment.before.groups and path not in moment.before.projects and moment.holds(path)


def _places(moment: Moment, name: str) -> str | None:
    groups = [group for path, group in moment.now.groups.items() if _is_new(moment, path)]
    projects = [project for path, project in moment.now.projects.items() if _is_new(moment, path)]
    found = f"groups {[g.path for g in groups]}, projects {[p.path for p in projects]}"
    if len(groups) != 1 or len(projects) != 1:
        return found
    group, project = groups[0], projects[0]
    right = (
        group.name == moment.scene.deal.customer
        and group.path.rpartition("/")[0] == moment.scene.delivery_root
        and project.path == f"{group.path}/{name}"
        and group.visibility == project.visibility == "private"
    )
    return None if right else f"{found}, {group.visibility} and {project.visibility}"


def _epics(moment: Moment, name: str) -> str | None:
    project = built(moment, name)
    if project is None:
        return "no project"
    group = project.path.rpartition("/")[0]
    epics = [issue for issue in moment.now.issues.values() if issue.kind == "Epic" and issue.place == group]
    titles = sorted(epic.title for epic in epics if name in epic.labels)
    return None if titles == sorted(moment.scene.deal.activities) else f"epics labelled {name}: {titles}"


def _furniture(moment: Moment, name: str) -> str | None:
    project = built(moment, name)
    if project is None:
        return "no project"
    inside = moment.now.furniture(project.path)
    titles = moment.now.labels_usable_in(project.path)
    manager = f"PM::{moment.scene.cast[PM].username}"
    wanted = {name, manager, "PSD Workflow::Not Started", "PS RAID Log", "PS Risk", "Escalated"}
    boards = [board["name"] for board in inside["boards"] if board["lists"]]
    if wanted <= titles and {"PSD Workflow", "RAID"} <= set(boards) and inside["milestones"]:
        return None
    return f"missing labels {sorted(wanted - titles)}; boards {boards}; {len(inside['milestones'])} milestones"


def _issue_about(name: str, word: str) -> Expectation:
    def test(moment: Moment) -> str | None:
        project = built(moment, name)
        titles = [issue.title for issue in _issues_of(moment, project)]
        return None if any(word.casefold() in title.casefold() for title in titles) else f"issues: {titles}"

    return Expectation(f"the project has an issue about {word}", test)


def _issues_of(moment: Moment, project: Place | None) -> list[Issue]:
    return [issue for issue in moment.now.issues.values() if project is not None and issue.place == project.path]


def _nobody_invited(moment: Moment) -> str | None:
    """The bot is there as the maker; everybody of GitLab's comes with the groups above, and a customer with nothing."""
    places = [place for path, place in moment.now.groups.items() if _is_new(moment, path)]
    places += [place for path, place in moment.now.projects.items() if _is_new(moment, path)]
    invited = [f"{who} in {place.path}" for place in places for who in place.members if who != moment.scene.bot]
    return ", ".join(invited) or None
