"""Messages to channels: what one is about, for channels that show it apart from the text, and one that has to wait."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class About:
    """Everything in it is fit for the channel: of a private item only what may leave GitLab."""

    thread: str = ""
    """Messages with the same name go into one thread where the channel has threads: the item's key."""
    heading: str = ""
    """What it is about, in a few words: ``ps-plan#7``. Plain text."""
    url: str = ""
    """Where to look."""
    provenance: str = ""
    """Why it was posted, in one line. Plain text."""


NOTHING = About()
"""For a message that is about no item in particular."""


@dataclass(frozen=True, slots=True)
class Held:
    """A message that came when its channel was at its limit."""

    key: str
    text: str
    about: About = NOTHING
