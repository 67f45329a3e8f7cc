"""A world around an issue that is there: read from GitLab once, through a door that can't write."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from app.domain.item import ItemKey, Person
from app.engine.people import Directory
from app.errors import AdminMustAct
from app.gitlab.dry import DryReader
from app.gitlab.imagined import ImaginedGitLab
from app.gitlab.port import GitLabReader
from app.handler import Handler, Templates
from app.rules.book import RuleBook
from app.rules.trying.imagine import settled_memory
from app.trying.world import World


def live_world(
    book: RuleBook,
    reader: GitLabReader,
    reference: str,
    *,
    now: datetime,
    handlers: Mapping[str, Handler],
    templates: Templates,
) -> World:
    """The item as GitLab has it; the bot is taken to have seen everything of it until now.

    ``reference``: ``group/project#7`` or ``12#7``. Raises NotFound when the bot is shown no such item.
    """
    dry = DryReader(reader)
    key = _key(dry, reference)
    gitlab = ImaginedGitLab(dry, now=now)
    known = book.with_members(Directory(dry).members(book.file.people))
    item = gitlab.whole(key)
    return World(known, handlers, templates, gitlab, key, settled_memory(known, item, item.updated_at), now)


def somebody(world: World, name: str) -> Person:
    """Who ``--as`` means: a user, or a member of a people list. Without a name, nobody that a list knows."""
    if name not in world.book.file.people:
        return Person(name or "somebody")
    members = sorted(world.book.members.get(name, ()))
    if not members:
        raise AdminMustAct(f"--as {name}: that people list is empty, or GitLab does not show who is in it.")
    return Person(members[0])


def _key(reader: GitLabReader, reference: str) -> ItemKey:
    project, _, number = reference.rpartition("#")
    if not project or not number.isascii() or not number.isdigit():
        raise AdminMustAct(f"--item {reference}: write it as group/project#7, with the issue's number.")
    where = project if not project.isdigit() else int(project)
    return ItemKey(reader.project(where).id, int(number))
