"""Takes things out of the world together with all that hangs on them. No webhook tells of a deletion."""

from __future__ import annotations

from app.sandbox.acts.access import descendants
from app.sandbox.state import Group, Issue, Label, Note, Project, World


def remove_issue(world: World, issue: Issue) -> None:
    """An issue with its notes, emoji, links and label events."""
    del world.issues[issue.id]
    for note in [note for note in world.notes.values() if note.issue_id == issue.id]:
        remove_note(world, note)
    world.awards = {key: held for key, held in world.awards.items() if held.issue_id != issue.id}
    world.links = {key: held for key, held in world.links.items() if issue.id not in {held.source_id, held.target_id}}
    world.label_events = {key: held for key, held in world.label_events.items() if held.issue_id != issue.id}
    for child in world.issues.values():
        if child.parent_id == issue.id:
            child.parent_id = None


def remove_note(world: World, note: Note) -> None:
    """A note with its emoji."""
    del world.notes[note.id]
    world.awards = {key: held for key, held in world.awards.items() if held.note_id != note.id}


def remove_label(world: World, label: Label) -> None:
    """A label: it goes from issues and boards; its events stay, without a label."""
    del world.labels[label.id]
    for issue in world.issues.values():
        issue.label_ids = [held for held in issue.label_ids if held != label.id]
    for board in world.boards.values():
        board.label_ids = [held for held in board.label_ids if held != label.id]
        board.lists = [column for column in board.lists if column.label_id != label.id]


def remove_project(world: World, project: Project) -> None:
    """A project with its issues, labels, milestones, boards, members and tokens."""
    for issue in [issue for issue in world.issues.values() if issue.project_id == project.id]:
        remove_issue(world, issue)
    world.labels = {key: held for key, held in world.labels.items() if held.project_id != project.id}
    world.milestones = {key: held for key, held in world.milestones.items() if held.project_id != project.id}
    world.boards = {key: held for key, held in world.boards.items() if held.project_id != project.id}
    world.members = [held for held in world.members if held.project_id != project.id]
    world.tokens = {key: held for key, held in world.tokens.items() if held.project_id != project.id}
    del world.projects[project.id]


def remove_group(world: World, group: Group) -> None:
    """A group with its subgroups and projects."""
    ids = {below.id for below in descendants(world, group)}
    for project in [project for project in world.projects.values() if project.group_id in ids]:
        remove_project(world, project)
    for epic in [issue for issue in world.issues.values() if issue.group_id in ids]:
        remove_issue(world, epic)
    world.labels = {key: held for key, held in world.labels.items() if held.group_id not in ids}
    world.milestones = {key: held for key, held in world.milestones.items() if held.group_id not in ids}
    world.boards = {key: held for key, held in world.boards.items() if held.group_id not in ids}
    world.members = [held for held in world.members if held.group_id not in ids]
    world.tokens = {key: held for key, held in world.tokens.items() if held.group_id not in ids}
    world.cadences = {key: held for key, held in world.cadences.items() if held.group_id not in ids}
    world.iterations_made = {
        key: held for key, held in world.iterations_made.items() if held.cadence_id in world.cadences
    }
    world.groups = {key: held for key, held in world.groups.items() if key not in ids}
