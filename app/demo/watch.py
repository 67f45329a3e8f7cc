"""What the bot did between two views of the sandbox, as lines that a person can follow."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from app.demo.scene import Moment
from app.demo.text import excerpt, message
from app.demo.view import Issue, LabelMove, Note

FEW = 3
"""More new issues than this in one place are told in one line."""
_LABELLING = ("label", "restore_stage", "move", "set_quarter", "assign")
_BUILDING = ("create_collaboration_project",)
_FILING = ("create_issue", "create_collaboration_project")
_PROVENANCE = re.compile(r"^<sub>Rule `(?P<rule>[^`]+)` · `(?P<file>[^`]+)` line (?P<line>\d+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class News:
    """One thing that the bot did."""

    at: datetime | None
    """None where GitLab doesn't tell."""
    what: str
    actions: tuple[str, ...] = ()
    """Actions of the rule file that could have done it …"""
    about: tuple[str, ...] = ()
    """… and words that the right one's outcome names: a label, a reference."""
    lines: tuple[str, ...] = ()
    why: str = ""
    """Rule and line of the rule file."""
    after_s: float | None = None
    """Seconds after the act that it answers."""


def news_of(moment: Moment, *, since: datetime | None) -> list[News]:
    """Everything that the bot did, in order; ``since``: when the act ended, for how long each took."""
    found = [*_notes(moment), *_labels(moment), *_fields(moment), *_made(moment), *_posts(moment)]
    dated = sorted((each for each in found if each.at), key=lambda each: str(each.at))
    news = [*(each for each in found if each.at is None), *dated]
    return news if since is None else [replace(each, after_s=_seconds(since, each.at)) for each in news]


def _seconds(since: datetime, at: datetime | None) -> float | None:
    return None if at is None else max(0.0, (at - since).total_seconds())


def doings_of(moment: Moment) -> list[tuple[str, str]]:
    """What people did, in order: who, and what."""
    bot, found = moment.scene.bot, list[tuple[datetime, str, str]]()
    for issue in moment.now.issues.values():
        if issue.id not in moment.before.issues and issue.author != bot:
            found.append((issue.created_at, issue.author, f"files {issue.reference} “{issue.title}”"))
    for move in moment.new_label_moves():
        if move.by != bot and move.issue_id in moment.before.issues:
            verb, where = ("puts", "on") if move.added else ("takes", "off")
            reference = moment.now.issues[move.issue_id].reference
            found.append((move.at, move.by, f"{verb} {move.label} {where} {reference}"))
    for note in moment.now.notes.values():
        if note.author != bot and note.id not in moment.before.notes:
            reference = moment.now.issues[note.issue_id].reference
            found.append((note.created_at, note.author, f"comments on {reference}: {excerpt(note.body)}"))
    return [(who, what) for _, who, what in sorted(found)]


def _notes(moment: Moment) -> Iterator[News]:
    for note in moment.now.notes.values():
        old = moment.before.notes.get(note.id)
        if note.author != moment.scene.bot or (old is not None and old.body == note.body):
            continue
        if not moment.concerns(note.issue_id):
            continue
        where = moment.now.issues[note.issue_id].reference
        what = f"comments on {where}" if old is None else f"brings its note on {where} up to date"
        line = excerpt(note.body, old.body if old else "")
        yield News(note.updated_at, what, lines=(line,), why=provenance(note))


def provenance(note: Note) -> str:
    """Rule and line that a note names below itself."""
    found = _PROVENANCE.search(note.body)
    return f"rule {found['rule']}, {found['file']} line {found['line']}" if found else ""


def _labels(moment: Moment) -> Iterator[News]:
    by_issue: dict[int, list[LabelMove]] = defaultdict(list)
    for move in moment.new_label_moves():
        if move.by == moment.scene.bot:
            by_issue[move.issue_id].append(move)
    for issue_id, moves in by_issue.items():
        issue = moment.now.issues[issue_id]
        if issue_id not in moment.before.issues and issue.author == moment.scene.bot:
            continue  # Labels at birth are told with the birth.
        yield from _told(issue, moves)


def _told(issue: Issue, moves: list[LabelMove]) -> Iterator[News]:
    """A label that took the place of another of its scope is told as one thing."""
    gone = {scope_of(move.label): move.label for move in moves if not move.added}
    came = {scope_of(move.label) for move in moves if move.added}
    for move in moves:
        scope = scope_of(move.label)
        if move.added:
            instead = f", in place of {gone[scope]}" if scope and scope in gone else ""
            yield News(move.at, f"puts {move.label} on {issue.reference}{instead}", _LABELLING, (move.label,))
        elif not scope or scope not in came:
            yield News(move.at, f"takes {move.label} off {issue.reference}", _LABELLING, (move.label,))


def scope_of(label: str) -> str:
    """``TA`` for ``TA::Approved``; empty for a label without a scope."""
    return label.rpartition("::")[0]


def _fields(moment: Moment) -> Iterator[News]:
    for issue in moment.now.issues.values():
        old = moment.before.issues.get(issue.id)
        if (old and old.assignees == issue.assignees and old.state == issue.state) or issue.author == moment.scene.bot:
            continue
        if not moment.concerns(issue.id):
            continue
        for someone in issue.assignees:
            if old is None or someone not in old.assignees:
                yield News(issue.updated_at, f"assigns @{someone} to {issue.reference}", ("assign",), (someone,))
        if old is not None and old.state != issue.state:
            verb = "closes" if issue.state == "closed" else "opens again"
            yield News(issue.updated_at, f"{verb} {issue.reference}", ("close", "reopen"))


def _made(moment: Moment) -> Iterator[News]:
    for group in moment.now.groups.values():
        if group.path not in moment.before.groups and moment.holds(group.path):
            yield News(None, f"makes the private group {_short(group.path)}", _BUILDING)
    for project in moment.now.projects.values():
        if project.path not in moment.before.projects and moment.holds(project.path):
            yield News(None, f"makes the private project {_short(project.path)}", _BUILDING)
    by_place: dict[tuple[str, str], list[Issue]] = defaultdict(list)
    for issue in moment.now.issues.values():
        if issue.id not in moment.before.issues and issue.author == moment.scene.bot and moment.concerns(issue.id):
            by_place[issue.place, issue.kind].append(issue)
    for (place, kind), issues in by_place.items():
        noun = "epic" if kind == "Epic" else "issue"
        if len(issues) <= FEW:
            for issue in issues:
                yield News(issue.created_at, f"files {noun} {issue.reference} “{issue.title}”", _FILING)
        else:
            titles = ", ".join(issue.title for issue in issues)
            last = max(issue.created_at for issue in issues)
            yield News(last, f"files {len(issues)} {noun}s in {place.rsplit('/', 1)[-1]}: {titles}", _FILING)


def _short(path: str) -> str:
    return "/".join(path.split("/")[-2:])


def _posts(moment: Moment) -> Iterator[News]:
    for post in moment.posts():
        yield News(post.at, f"tells #{post.channel} in Slack", ("notify",), lines=(message(post.text),))
