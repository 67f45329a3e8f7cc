"""Finds what a text points to: ``#7``, ``group/project#7``, ``group&3``, ``~"a label"``, ``@user``, or an address."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from app.sandbox.acts.access import sees_issue
from app.sandbox.acts.labelling import Home, home_group
from app.sandbox.state import Issue, Project, User, World

_ITEM = re.compile(r"(?P<path>[\w./-]*)(?P<mark>[#&])(?P<iid>\d+)", re.ASCII)
_ADDRESS = re.compile(r"https?://\S+")
_ITEM_PATH = re.compile(r"/(?:groups/)?(?P<path>.+?)/-/(?P<kind>issues|epics|work_items)/(?P<iid>\d+)/?")
_LABEL = re.compile(r'~(?:"([^"]+)"|([^\s~,"]+))')


def issues_named(world: World, viewer: User, home: Home, text: str) -> list[Issue]:
    """The issues and epics that a text names and the viewer sees, in order."""
    found: list[Issue] = []
    for address in _ADDRESS.findall(text):
        if match := _ITEM_PATH.fullmatch(urlsplit(address).path):
            found += _items(world, match["path"], int(match["iid"]))
    for match in _ITEM.finditer(_ADDRESS.sub(" ", text)):
        found += _items(world, _absolute(world, home, match["path"], match["mark"]), int(match["iid"]), match["mark"])
    return [issue for issue in found if sees_issue(world, viewer, issue)]


def label_titles_named(text: str) -> list[str]:
    """Label titles in a command's argument; without any tilde each word is one."""
    if "~" not in text:
        return text.split()
    return [quoted or plain for quoted, plain in _LABEL.findall(text)]


def users_named(world: World, asker: User, text: str) -> list[User]:
    """Users in a command's argument, with or without ``@``; ``me`` is the asker."""
    by_name = {user.username.casefold(): user for user in world.users.values()} | {"me": asker}
    names = (word.lstrip("@").casefold() for word in re.split(r"[\s,]+", text))
    return [by_name[name] for name in names if name in by_name]


def _absolute(world: World, home: Home, path: str, mark: str) -> str:
    group = home_group(world, home)
    if not path:
        return home.full_path if mark == "#" and isinstance(home, Project) else group.full_path
    return path if "/" in path or mark == "&" else f"{group.full_path}/{path}"


def _items(world: World, path: str, iid: int, mark: str | None = None) -> list[Issue]:
    lowered = path.casefold()
    for issue in world.issues.values():
        if issue.iid != iid:
            continue
        if issue.project_id is not None:
            fits = mark != "&" and world.projects[issue.project_id].full_path.casefold() == lowered
        else:
            fits = issue.group_id is not None and world.groups[issue.group_id].full_path.casefold() == lowered
        if fits:
            return [issue]
    return []
