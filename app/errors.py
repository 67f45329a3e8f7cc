"""One tree of errors, split by who must act. The class docstring is the default message."""

from __future__ import annotations


class SowbotError(Exception):
    """Something went wrong in sowbot."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message or (type(self).__doc__ or "").strip().split("\n")[0])


class AdminMustAct(SowbotError):
    """The configuration is wrong: somebody has to change a setting or the rule file."""


class SettingsError(AdminMustAct):
    """A setting is missing, misspelt or has a value that can't be used."""


class RulesError(AdminMustAct):
    """The rule file can't be used as it stands."""

    def __init__(self, message: str = "", *, files: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.files = files
        """Paths of the files that were read or wanted; a change to one of them may put it right."""


class PersonMustAct(SowbotError):
    """Somebody on the issue has to do something; the message is fit to be shown there."""


class TryLater(SowbotError):
    """GitLab (or a channel) can't answer now; the same call may work later."""

    def __init__(self, message: str = "", *, after_s: float | None = None) -> None:
        super().__init__(message)
        self.after_s = after_s
        """Seconds that the other side asked us to wait; None leaves it to the engine's own back-off."""


class RateLimited(TryLater):
    """GitLab asked us to slow down."""


class NotYet(TryLater):
    """Nothing failed: what was asked for has its time, which has not come. ``after_s`` is what is left of it."""


class Refused(SowbotError):
    """GitLab refuses this call and will go on refusing it."""


class NotFound(Refused):
    """GitLab shows no such thing to the bot: it does not exist, or the token may not see it."""


class Forbidden(Refused):
    """The bot's token lacks a right that this call needs."""


class StoodDown(SowbotError):
    """Somebody changed the item meanwhile; their hand outranks the rule."""


class Bug(SowbotError):
    """An error in sowbot itself: the event is parked, not lost."""
