"""Who is told of a text: ``@name``, ``@group/path``, ``@all``, outside code and comments, unless escaped (``\\@``)."""

from __future__ import annotations

import re

from app.sandbox.acts.access import GUEST, group_level, level_at, sees_issue, sees_note
from app.sandbox.state import Issue, Mention, Note, User, World

# Fenced code first, then HTML comments, then code spans: a run of backticks up to the next run of the same length.
_SILENT = re.compile(
    r"^ {0,3}(?P<fence>`{3,}|~{3,}).*?(?:^ {0,3}(?P=fence)[`~]*[ \t]*$|\Z)"
    r"|<!--.*?(?:-->|\Z)"
    r"|(?<![`\\])(?P<run>`+)(?!`).+?(?<!`)(?P=run)(?!`)",
    re.DOTALL | re.MULTILINE,
)
_MENTION = re.compile(r"(?<!\w)@(?P<name>\w(?:[\w./-]*\w)?)", re.ASCII)


def mentioned_names(text: str) -> list[str]:
    """Names after ``@`` that GitLab would render as references, each once, in order."""
    heard = _SILENT.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))
    names = (found["name"] for found in _MENTION.finditer(heard) if not _escaped(heard, found.start()))
    return list(dict.fromkeys(names))


def record_mentions(world: World, *, text: str, before: str, issue: Issue, note: Note | None, by: User) -> None:
    """Remember everybody whom this text tells anew: who can read it, but not its writer."""
    already = set(mentioned_names(before))
    told: dict[int, User] = {}
    for name in mentioned_names(text):
        if name not in already:
            told |= {user.id: user for user in _people(world, name, issue)}
    for user in sorted(told.values(), key=lambda each: each.id):
        reads = sees_issue(world, user, issue) and (note is None or sees_note(world, user, note))
        if user.id != by.id and reads:
            world.mentions.append(
                Mention(
                    username=user.username,
                    issue_id=issue.id,
                    note_id=None if note is None else note.id,
                    by_id=by.id,
                    created_at=world.now(),
                )
            )


def _people(world: World, name: str, issue: Issue) -> list[User]:
    users = list(world.users.values())
    if name == "all":
        return [user for user in users if not user.admin and level_at(world, user, issue) >= GUEST]
    lowered = name.casefold()
    if by_name := [user for user in users if user.username.casefold() == lowered]:
        return by_name
    group = next((group for group in world.groups.values() if group.full_path.casefold() == lowered), None)
    if group is None:
        return []
    return [user for user in users if not user.admin and group_level(world, user, group) >= GUEST]


def _escaped(text: str, at: int) -> bool:
    before = text[:at]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 1
