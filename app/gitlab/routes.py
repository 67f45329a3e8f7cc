"""The route of an API call: its path with every name and number replaced, so that metrics have a closed set of them."""

from __future__ import annotations

# fmt: off
_WORDS = frozenset(
    {
        "all", "api", "award_emoji", "boards", "commits", "discussions", "events", "files", "graphql", "groups",
        "hooks", "import", "issues", "labels", "links", "lists", "members", "merge_requests", "metadata", "milestones",
        "move", "namespaces", "notes", "personal_access_tokens", "projects", "repository", "resource_label_events",
        "resend", "rotate", "self", "subgroups", "templates", "test", "tree", "user", "users", "version",
    }
)
# fmt: on


def route_of(path: str) -> str:
    """``/projects/:id/issues/:id`` for ``/api/v4/projects/7/issues/3``."""
    parts = path.removeprefix("/api/v4").strip("/").split("/")
    return "/" + "/".join(part if part in _WORDS else ":id" for part in parts if part)
