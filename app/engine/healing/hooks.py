"""The hooks that lead to this bot: where they are, how they are, and what of theirs failed."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

import structlog

from app.domain.change import Change
from app.errors import Refused
from app.gitlab.history import FailedDelivery, History, HookView, Place
from app.rules.deciding.places import within
from app.webhook.normalise import normalise

log = structlog.get_logger(__name__)

PATH = "/webhooks/gitlab"
AGAIN_S = 3600.0
"""A place without a hook of ours is asked again after this."""


class Hooks:
    """Finds our hooks in the places where they may be. A place that may not be looked at is told once in the log."""

    def __init__(
        self, history: History, public_url: str | None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._history = history
        self._public_url = public_url
        self._clock = clock
        self._hidden: set[Place] = set()
        self._without: dict[Place, float] = {}
        """Places that had no hook of ours, or did not show them, and when that was seen."""

    def ours(self, places: Sequence[Place]) -> tuple[tuple[HookView, ...], list[str]]:
        """Our hooks there and in the groups above; and what is wrong where there is none at all.

        Where there was none, it is looked again after an hour only: a bot has one or two hooks, and groups are many.
        While none is known it is looked everywhere each time, so that a new one is seen at once.
        """
        around = list(dict.fromkeys(each for place in places for each in places_of(place)))
        now = self._clock()
        due = [place for place in around if now - self._without.get(place, -AGAIN_S) >= AGAIN_S]
        found = self._look(due, now)
        if not found and due != around:
            found = self._look(around, now)
        return tuple(found), [] if found else list(self._none_of(places))

    def _none_of(self, places: Sequence[Place]) -> Iterator[str]:
        hidden = [place for place in places if place in self._hidden]
        if seen := [place for place in places if place not in self._hidden]:
            yield f"No webhook of {_listed(seen)} leads to this bot: none has an address that ends with {PATH}."
        if hidden:
            yield (
                f"The hooks of {_listed(hidden)} can't be read, so failed deliveries are not fetched and a disabled "
                "hook is not seen: give the bot the Maintainer role in a project, the Owner role in a group."
            )

    def _look(self, places: Sequence[Place], now: float) -> list[HookView]:
        found: list[HookView] = []
        for place in places:
            ours = self._in(place)
            found += ours
            if ours:
                self._without.pop(place, None)
            else:
                self._without[place] = now
        return found

    def _in(self, place: Place) -> list[HookView]:
        try:
            found = [hook for hook in self._history.hooks(place) if self._is_ours(hook)]
        except Refused as error:
            if place not in self._hidden:
                self._hidden.add(place)
                log.warning("sweep.hooks_unreadable", place=str(place), reason=str(error))
            return []
        self._hidden.discard(place)
        return found

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


def tells_of(hook: HookView, path: str, project_id: int | None = None) -> bool:
    """Whether the hook is of this place (a project's id may be known, too), or of a group around it."""
    return hook.place.path == str(project_id) or within(path, hook.place.path)


def places_of(place: Place) -> Iterator[Place]:
    """The project or group and the groups above it, nearest first: a group's hook tells of all that is below it."""
    yield place
    path = place.path
    while "/" in path:
        path = path.rpartition("/")[0]
        yield Place("group", path)


def _listed(places: Sequence[Place]) -> str:
    return ", ".join(map(str, places))


def _change(delivery: FailedDelivery) -> Change:
    body = json.dumps(delivery.data, ensure_ascii=False).encode("utf-8", "replace")
    return normalise(delivery.headers, body)
