"""Fills the page templates: one Jinja environment with escaping on, and what every page needs."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.sandbox.http.auth import world_of
from app.sandbox.pages.issue_view import system_note
from app.sandbox.pages.markdown import markdown
from app.sandbox.pages.people import acting, people
from app.sandbox.pages.slack_text import slack_text
from app.sandbox.shapes.basics import text_color
from app.sandbox.shapes.issues import labels_of, reference
from app.sandbox.state import Issue, World

FOLDER = Path(__file__).parent
CSP = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; form-action 'self'; base-uri 'none'"
_JUST_NOW = 4.0
"""Seconds for which a changed card is shown as fresh."""

_environment = Environment(
    loader=FileSystemLoader(FOLDER / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A whole page. Call it with the world's lock held."""
    world = world_of(request)
    html = _environment.get_template(template).render(
        world=world,
        me=acting(request),
        people=people(world),
        here=request.url.path,
        label_version=max(world.labels, default=0),
        labels_of=partial(labels_of, world),
        path_of=partial(path_of, world),
        reference=partial(reference, world),
        **values,
    )
    return HTMLResponse(html, status, {"Content-Security-Policy": CSP, "Cache-Control": "no-store"})


def path_of(world: World, issue: Issue) -> str:
    """Where an issue or an epic is shown, within this site."""
    if issue.project_id is not None:
        return f"/{world.projects[issue.project_id].full_path}/-/issues/{issue.iid}"
    return f"/groups/{world.groups[issue.group_id or 0].full_path}/-/epics/{issue.iid}"


def label_styles(world: World) -> str:
    """A rule per label: its colour. A style sheet, because the page's policy forbids styles in the markup."""
    rules = (
        f".label-{label.id}{{--colour:{_safe_colour(label.color)};--ink:{text_color(_safe_colour(label.color))}}}"
        for label in world.labels.values()
    )
    return "\n".join(rules)


def _safe_colour(color: str) -> str:
    digits = color.removeprefix("#")
    hexadecimal = all(digit in "0123456789abcdefABCDEF" for digit in digits)
    return f"#{digits}" if len(digits) in (3, 6) and hexadecimal else "#6699cc"


def ago(moment: datetime, now: datetime) -> str:
    """How long ago, in one unit."""
    seconds = max(0, int((now - moment).total_seconds()))
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit} ago"
    return "just now"


def is_fresh(issue: Issue, now: datetime) -> bool:
    """Whether the issue changed a moment ago."""
    return (now - issue.updated_at).total_seconds() < _JUST_NOW


def initials(name: str) -> str:
    """One or two letters for a person's disc."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()


_environment.filters.update(
    markdown=markdown, ago=ago, fresh=is_fresh, initials=initials, system_note=system_note, slack=slack_text
)
