"""The hooks that lead to this bot: where they are, how they are, and what of theirs failed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime

import structlog

from app.domain.change import Change
from app.errors import Forbidden, NotFound, Refused
from app.gitlab.history import FailedDelivery, History, HookView, Place
from app.webhook.normalise import normalise

log = structlog.get_logger(__name__)

PATH = "/webhooks/gitlab"


class Hooks:
    """Finds our hooks in the places where they may be. A place that may not be looked at is told once."""

    def __init__(self, history: History, public_url: str | None) -> None:
        self._history = history
        self._public_url = public_url
        self._hidden: set[Place] = set()

    def ours(self, projects: Sequence[Place]) -> tuple[tuple[HookView, ...], list[str]]:
        """Our hooks, and what is wrong where there is none."""
        found: list[HookView] = []
        unread: list[Place] = []
        for place in dict.fromkeys(each for project in projects for each in places_of(project)):
            try:
                found += [hook for hook in self._history.hooks(place) if self._is_ours(hook)]
            except (Forbidden, NotFound) as error:
                unread.append(place)
                if place not in self._hidden:
                    self._hidden.add(place)
                    log.warning("sweep.hooks_unreadable", place=str(place), reason=str(error))
        if found:
            return tuple(found), []
        hidden = [str(place) for place in unread if place.kind == "project"]
        if hidden:
            return (), [
                f"The hooks of {', '.join(hidden)} can't be read, so failed deliveries are not fetched and a disabled "
                "hook is not seen: give the bot the Maintainer role there."
            ]
        where = ", ".join(str(place) for place in projects)
        return (), [f"No webhook of {where} leads to this bot: none has an address that ends with {PATH}."]

    def failed(self, hook: HookView, since: datetime) -> Iterator[Change]:
        """What the hook's failed deliveries say, oldest first. One that GitLab did not keep is left to the history."""
        for delivery in self._history.failed_deliveries(hook, since):
            if not delivery.data.get("oversize"):
                yield _change(delivery)

    def enable(self, hook: HookView) -> str:
        """Ask GitLab for a test delivery, which ends the disabling; what came of it, in words."""
        try:
            self._history.try_hook(hook)
        except Refused as error:
            return f"Hook {hook.id} of {hook.place} could not be enabled again by a test delivery: {error}"
        return f"Hook {hook.id} of {hook.place} was enabled again by a test delivery."

    def _is_ours(self, hook: HookView) -> bool:
        address = hook.url.split("?")[0].rstrip("/")
        return address.endswith(PATH) and (self._public_url is None or address.startswith(self._public_url))


def places_of(project: Place) -> Iterator[Place]:
    """The project and the groups above it, nearest first: a group's hook tells of its projects too."""
    yield project
    path = project.path
    while "/" in path:
        path = path.rpartition("/")[0]
        yield Place("group", path)


def _change(delivery: FailedDelivery) -> Change:
    body = json.dumps(delivery.data, ensure_ascii=False).encode("utf-8", "replace")
    return normalise(delivery.headers, body)
