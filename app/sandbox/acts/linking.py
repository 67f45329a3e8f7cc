"""Making and undoing links between issues. No webhook tells of them."""

from __future__ import annotations

from app.sandbox.acts.system_notes import add_system_note
from app.sandbox.shapes.issues import reference
from app.sandbox.state import Issue, Link, User, World

LINK_TYPES = ("relates_to", "blocks", "is_blocked_by")


def find_link(world: World, one: Issue, other: Issue) -> Link | None:
    """The link between two issues, whichever was the source: GitLab keeps at most one."""
    pair = {one.id, other.id}
    return next((link for link in world.links.values() if {link.source_id, link.target_id} == pair), None)


def link_issues(world: World, actor: User, issue: Issue, other: Issue, *, link_type: str = "relates_to") -> Link | None:
    """Link two issues; None when they are linked already, or are the same. ``is_blocked_by`` is kept turned round."""
    if issue.id == other.id or find_link(world, issue, other) is not None:
        return None
    turned = link_type == "is_blocked_by"
    source, target = (other, issue) if turned else (issue, other)
    link = Link(
        id=world.next_id(),
        source_id=source.id,
        target_id=target.id,
        link_type="blocks" if turned else link_type,
        created_at=world.now(),
    )
    world.links[link.id] = link
    for here, there in ((issue, other), (other, issue)):
        add_system_note(world, actor, here, f"marked this issue as related to {reference(world, there)}")
    return link


def other_end(world: World, link: Link, issue: Issue) -> tuple[Issue, str]:
    """The issue on the far side of a link, and the link's type as seen from here."""
    if link.source_id == issue.id:
        return world.issues[link.target_id], link.link_type
    seen = "is_blocked_by" if link.link_type == "blocks" else link.link_type
    return world.issues[link.source_id], seen


def unlink(world: World, actor: User, link: Link) -> None:
    """Undo a link."""
    del world.links[link.id]
    one, other = world.issues[link.source_id], world.issues[link.target_id]
    for here, there in ((one, other), (other, one)):
        add_system_note(world, actor, here, f"removed the relation with {reference(world, there)}")
