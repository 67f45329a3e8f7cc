"""What an edit comes to under GitLab's rules: labels made and settled, people who may be assigned, errors."""

from __future__ import annotations

from app.sandbox.acts.access import GUEST, ancestry, group_level, project_level
from app.sandbox.acts.issue_edit import Edit
from app.sandbox.acts.labelling import Home, known_labels, labels_made_known
from app.sandbox.acts.scoped_labels import settle
from app.sandbox.http import problems
from app.sandbox.state import Issue, Label, Project, User, World

TITLE_LIMIT = 255
DESCRIPTION_LIMIT = 1_048_576


def check(edit: Edit) -> None:
    """Raise 400 for a title or description that GitLab does not take."""
    title, description = edit.fields.get("title"), edit.fields.get("description")
    if "title" in edit.fields and not str(title or "").strip():
        raise problems.bad_request({"title": ["can't be blank"]})
    if title and len(title) > TITLE_LIMIT:
        raise problems.bad_request({"title": [f"is too long (maximum is {TITLE_LIMIT} characters)"]})
    if description and len(description) > DESCRIPTION_LIMIT:
        size = f"{len(description) / 1_048_576:.2f}".rstrip("0").rstrip(".")
        raise problems.bad_request({"description": [f"is too long ({size} MiB). The maximum size is 1 MiB."]})


def labels_after(world: World, actor: User, home: Home, edit: Edit, *, before: list[Label]) -> list[Label]:
    """The labels that an issue has after the edit; unknown titles become project labels."""
    replacing = labels_made_known(world, actor, home, edit.labels) if edit.labels is not None else None
    adding = labels_made_known(world, actor, home, edit.add_labels)
    gone = {label.id for label in known_labels(world, home, edit.remove_labels)}
    start = before if replacing is None else replacing
    after = {label.id: label for label in (*start, *adding) if label.id not in gone}
    named = [*(replacing or []), *adding]
    kept = list(after.values())
    return settle(before=before, after=kept, named=named) if world.scoped_labels else kept


def assignable(world: World, home: Home, user_ids: list[int]) -> list[int]:
    """Those of the users who can be assigned: active, and members of the place. The others are dropped silently."""
    users = (world.users[user_id] for user_id in dict.fromkeys(user_ids) if user_id in world.users)
    return [user.id for user in users if user.state == "active" and _level(world, user, home) >= GUEST]


def milestone_fits(world: World, home: Home, milestone_id: int | None) -> bool:
    """Whether the milestone can be used there."""
    milestone = world.milestones.get(milestone_id) if milestone_id is not None else None
    if milestone is None or not isinstance(home, Project):
        return False
    above = {group.id for group in ancestry(world, world.groups[home.group_id])}
    return milestone.project_id == home.id or milestone.group_id in above


def labels_held(world: World, issue: Issue) -> list[Label]:
    """The labels of an issue, in the order in which they came."""
    return [world.labels[label_id] for label_id in issue.label_ids if label_id in world.labels]


def _level(world: World, user: User, home: Home) -> int:
    return project_level(world, user, home) if isinstance(home, Project) else group_level(world, user, home)
