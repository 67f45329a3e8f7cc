"""The place that an address under ``/projects`` or ``/groups`` names, for resources that both have."""

from __future__ import annotations

from app.sandbox.acts.access import find_group, find_project
from app.sandbox.acts.labelling import Home
from app.sandbox.http.api import PREFIX, Call


def home_of_address(call: Call, *, at_least: int = 0) -> Home:
    """The project or group; 404 unless seen, 403 below the access level ``at_least``."""
    of_group = str(call.request.scope["path"]).startswith(f"{PREFIX}/groups/")
    finder = find_group if of_group else find_project
    return finder(call.world, call.user, call.path("id"), at_least=at_least)
