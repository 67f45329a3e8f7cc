"""Times, colours and users as GitLab's API writes them."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from html import escape
from typing import Any

from app.sandbox.state import Label, User, World

Json = dict[str, Any]


def iso(moment: datetime) -> str:
    """``2026-05-28T05:54:03.097Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def iso_or_none(moment: datetime | None) -> str | None:
    """The same, None for none."""
    return None if moment is None else iso(moment)


def text_color(color: str) -> str:
    """Black or white, whichever can be read on a label of this colour."""
    digits = color.lstrip("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    light = sum(int(digits[at : at + 2], 16) for at in (0, 2, 4)) > 500
    return "#1F1E24" if light else "#FFFFFF"


def label_basic(label: Label) -> Json:
    """A label inside something else."""
    return {
        "id": label.id,
        "name": label.title,
        "description": label.description,
        "description_html": escape(label.description or ""),
        "text_color": text_color(label.color),
        "color": label.color,
    }


def avatar_url(user: User) -> str:
    """An address of the form that GitLab gives for a user without a picture of their own."""
    return f"https://www.gravatar.com/avatar/{sha256(user.email.encode()).hexdigest()}?s=80&d=identicon"


def user_basic(world: World, user: User) -> Json:
    """A user inside something else."""
    return {
        "id": user.id,
        "username": user.username,
        "name": user.name,
        "state": user.state,
        "avatar_url": avatar_url(user),
        "web_url": f"{world.base_url}/{user.username}",
    }


def user_by_id(world: World, user_id: int | None) -> Json | None:
    """The same by id; None where there is nobody."""
    user = world.users.get(user_id) if user_id is not None else None
    return None if user is None else user_basic(world, user)


def user_full(world: World, user: User, *, to_self: bool) -> Json:
    """``GET /user`` (``to_self``) and ``GET /users/:id``."""
    shown = user_basic(world, user) | {
        "locked": False,
        "bot": user.bot,
        "bio": "",
        "location": "",
        "public_email": None,
        "linkedin": "",
        "twitter": "",
        "website_url": "",
        "organization": "",
        "job_title": "",
        "pronouns": None,
        "work_information": None,
        "local_time": None,
        "created_at": iso(user.created_at),
    }
    if to_self:
        shown |= {
            "email": user.email,
            "commit_email": user.email,
            "is_admin": user.admin,
            "confirmed_at": iso(user.created_at),
            "two_factor_enabled": False,
            "external": False,
            "private_profile": False,
            "can_create_group": user.admin,
            "can_create_project": not user.bot,
            "projects_limit": 100000,
            "identities": [],
            "namespace_id": None,
        }
    return shown
