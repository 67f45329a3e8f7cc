"""Which labels can be used where, found by title or id, and made when a request names one that is unknown."""

from __future__ import annotations

from collections.abc import Iterable

from app.sandbox.acts.access import PLANNER, ancestry, project_level
from app.sandbox.state import Group, Label, Project, User, World

DEFAULT_COLOR = "#6699cc"

Home = Project | Group
"""Where an issue or epic lives."""


def home_group(world: World, home: Home) -> Group:
    """The group of a project; a group itself."""
    return world.groups[home.group_id] if isinstance(home, Project) else home


def usable_labels(world: World, home: Home) -> list[Label]:
    """Labels of the place and of the groups above it, by title."""
    above = {group.id for group in ancestry(world, home_group(world, home))}
    project_id = home.id if isinstance(home, Project) else None
    usable = (
        label
        for label in world.labels.values()
        if label.group_id in above or (project_id is not None and label.project_id == project_id)
    )
    return sorted(usable, key=lambda label: (label.title.casefold(), label.id))


def find_label(world: World, home: Home, ref: str) -> Label | None:
    """A usable label by exact title, else by id."""
    usable = usable_labels(world, home)
    by_title = next((label for label in usable if label.title == ref), None)
    return by_title or next((label for label in usable if str(label.id) == ref), None)


def known_labels(world: World, home: Home, titles: Iterable[str]) -> list[Label]:
    """The labels with these titles, unknown ones left out, in the order of the titles."""
    by_title = {label.title: label for label in usable_labels(world, home)}
    return [by_title[title] for title in titles if title in by_title]


def labels_made_known(world: World, actor: User, home: Home, titles: Iterable[str]) -> list[Label]:
    """The labels with these titles; an unknown one becomes a project label if the actor may make labels."""
    by_title = {label.title: label for label in usable_labels(world, home)}
    found = []
    for title in titles:
        label = by_title.get(title)
        if label is None and isinstance(home, Project) and project_level(world, actor, home) >= PLANNER:
            label = by_title[title] = add_label(world, title=title, color=DEFAULT_COLOR, home=home)
        if label is not None:
            found.append(label)
    return found


def add_label(world: World, *, title: str, color: str, home: Home, description: str | None = None) -> Label:
    """A new label of a project or group."""
    label = Label(
        id=world.next_id(),
        title=title,
        color=color,
        description=description,
        project_id=home.id if isinstance(home, Project) else None,
        group_id=home.id if isinstance(home, Group) else None,
        created_at=world.now(),
        updated_at=world.now(),
    )
    world.labels[label.id] = label
    return label
