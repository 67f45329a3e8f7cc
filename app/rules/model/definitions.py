"""What the rule file defines by name, and what holds for all of it: people, channels, labels, facts, the calendar."""

from __future__ import annotations

from pydantic import Field, model_validator

from app.domain.decision import Mode
from app.rules.model.base import Block


class Defaults(Block):
    """What holds for rules that do not say otherwise."""

    mode: Mode = Mode.LIVE
    """off | shadow (decides, writes nothing) | announce (comments only) | live"""
    project: str | None = None
    """Where issues are filed when an action names no project: one of ``projects``."""


class People(Block):
    """A set of people: a GitLab group, a list of usernames, or both."""

    group: str | None = None
    """Full path of a GitLab group; its members count, inherited ones included."""
    users: list[str] = Field(default=[])
    """GitLab usernames, without @."""

    @model_validator(mode="after")
    def _someone(self) -> People:
        if self.group is None and not self.users:
            raise ValueError("name a GitLab group (group: …) or at least one user (users: […])")
        return self


class Channel(Block):
    """A door out besides GitLab. The URL is a secret: the file names it, the environment holds it."""

    slack: str
    """Name of the environment variable (or secrets file) that holds the incoming webhook's URL."""
    mention: str = ""
    """Text put before each message, such as a Slack user group ``<!subteam^S012ABC>``."""


class Calendar(Block):
    """When people work. Business days and hours are counted in it."""

    timezone: str = "UTC"
    """IANA name, such as America/Los_Angeles."""
    workdays: str = "Mon-Fri"
    """A range or list: Mon-Fri, or Mon,Tue,Thu."""
    hours: str = "00:00-24:00"
    """Working hours of a day. The default counts all 24, so that ``72 business hours`` is three business days."""
    holidays: str | None = None
    """Country code, with a subdivision after a dash if wanted: US, DE-BY."""
    also_closed: list[str] = Field(default=[])
    """More days off, as ISO dates."""


class LabelDef(Block):
    """A label that the bot may set or look at."""

    color: str = "#6699cc"
    """Hex colour with which ``setup`` creates it."""
    description: str = ""
    """What the label means, for the people who see it in GitLab."""
    also_written: list[str] = Field(default=[])
    """Old or misspelt forms that people use: read as this label."""


class FactDef(Block):
    """One thing read out of the issue's text. Name where it is (line, link, table, title_before) and what it is."""

    line: str | None = None
    """A line ``<this text>: <value>`` in the description or a comment; the newest mention wins."""
    link: str | None = None
    """A link whose address starts with this host and path, such as docs.google.com/spreadsheets."""
    table: str | None = None
    """Heading of the questions table, such as SSOT; the fact is the list of rows without an answer."""
    unanswered: str = "to-do"
    """What an empty answer cell holds; a blank cell counts as well."""
    title_before: str | None = None
    """The part of the issue's title before this text."""
    money: str | None = None
    """The value is an amount in this currency: USD."""
    number: bool = False
    """The value is a whole number; ``SOW-`` or ``#`` before it is dropped."""
    date: bool = False
    """The value is an ISO date."""
    one_of: list[str] = Field(default=[])
    """The value is one of these, compared without case."""
    people: bool = False
    """The value is a list of @usernames."""
    issue: bool = False
    """The value is an issue of the same GitLab: its link, ``group/project#7``, or ``#7`` in the item's own project."""
    means: str = ""
    """What to write, in words for the person who is asked for it: *a line "SOW: <link to the document>"*."""

    @model_validator(mode="after")
    def _one_place(self) -> FactDef:
        places = [name for name in ("line", "table", "title_before") if getattr(self, name) is not None]
        if len(places) > 1 or (not places and self.link is None):
            raise ValueError("say where the fact is: one of line, link, table, title_before (line may go with link)")
        return self


class Private(Block):
    """Items that are never named in an open channel, a customer's project or a log."""

    labels: list[str] = Field(default=[])
    """An issue that carries one of these is private."""
    channel: str | None = None
    """The one channel that may hear of them; none: nothing is posted, the bot comments instead."""
    confidential: bool = True
    """Confidential issues are private too."""
