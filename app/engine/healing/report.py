"""What a sweep found and mended, for people: the log, the metrics, ``readyz`` and ``./run sweep`` all tell this."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from app.domain.change import Change
from app.gitlab.history import HookView

FAILED = "failed delivery"
EXECUTABLE = "executable"


@dataclass
class Report:
    """One sweep."""

    began_at: datetime
    since: datetime
    """Changes from then on were looked for."""
    blind_from: datetime | None = None
    """The bot was not running from then until it was started again; None if it was."""
    hooks: tuple[HookView, ...] = ()
    """Those that lead to this bot."""
    looked_at: int = 0
    """Issues that changed since then."""
    mended: Counter[str] = field(default_factory=Counter)
    """By how it was found: ``failed delivery``, or the kind of change that no delivery told."""
    problems: list[str] = field(default_factory=list)
    """What somebody should see to."""
    unheard: list[str] = field(default_factory=list)
    """Places of which no hook tells, as far as can be seen: there sweeps are all that the bot hears."""
    kept_back: int = 0
    """Changes that an enabled hook should have told and no delivery did."""
    silent: bool = False
    """Changes were not told although the bot ran and a hook is enabled."""
    reenabled: list[str] = field(default_factory=list)

    def count(self, found: list[Change], *, failed: bool) -> None:
        """Count what was put into the inbox."""
        self.mended.update(FAILED if failed else change.kind.value for change in found)

    @property
    def untold(self) -> int:
        """Changes that no delivery told, failed or not."""
        return sum(self.mended.values()) - self.mended[FAILED]

    def sentences(self) -> list[str]:
        """The whole report in words."""
        said = []
        if self.blind_from is not None:
            said.append(f"sowbot was not running from {_time(self.blind_from)} on; it is {_time(self.began_at)} now.")
        said.append(f"Looked at {_number(self.looked_at, 'issue')} that changed since {_time(self.since)}.")
        if self.mended:
            parts = ", ".join(f"{count} {name}" for name, count in sorted(self.mended.items()))
            said.append(f"Mended {sum(self.mended.values())}: {parts}.")
        else:
            said.append("Nothing was missing.")
        if self.unheard:
            said.append(
                f"No webhook is seen that tells of {', '.join(self.unheard)}: without one, what happens there is found "
                "by sweeps alone."
            )
        said += [f"Hook {hook.id} of {hook.place} is {health(hook)}." for hook in self.hooks]
        return [*said, *self.reenabled, *self.problems]


def health(hook: HookView) -> str:
    """A hook's state in words."""
    until = f" until {_time(hook.disabled_until)}" if hook.disabled_until else ""
    return {
        "": "there; this GitLab does not tell its state",
        EXECUTABLE: "enabled",
        "temporarily_disabled": f"disabled by GitLab{until}, because deliveries failed",
        "disabled": "disabled by GitLab for good, because 40 deliveries in a row failed",
    }.get(hook.alert_status, hook.alert_status)


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"


def _number(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
