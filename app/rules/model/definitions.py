"""What the rule file defines by name, and what holds for all of it: people, channels, labels, facts, the calendar."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BeforeValidator, Field, field_validator, model_validator

from app.domain.decision import Mode
from app.rules.limit import Throttle
from app.rules.model.base import Block, Names

WEBHOOKS = ("slack", "mattermost", "teams", "webhook")
KINDS = ("slack", "slack_bot", "mattermost", "teams", "webhook")
"""Of channels."""


_SO_MANY = re.compile(r"([1-9]\d?) of ([1-9]\d?)")


class Defaults(Block):
    """What holds for rules that do not say otherwise."""

    mode: Mode = Mode.LIVE
    """off | shadow (decides, writes nothing) | announce (comments only) | live"""
    project: str | None = None
    """Where issues are filed when an action names no project: one of ``projects``."""
    shadow_when_undone: str = "3 of 10"
    """A rule goes to shadow when people took back what it did on so many of the last issues that it acted on; off:
    never."""

    @field_validator("shadow_when_undone")
    @classmethod
    def _so_many_of(cls, value: str) -> str:
        if value != "off" and not _SO_MANY.fullmatch(value):
            raise ValueError(f"{value!r} does not say how many of how many; write for example '3 of 10', or 'off'")
        return value

    @property
    def undone_limit(self) -> tuple[int, int] | None:
        """How many of how many; None: never."""
        found = _SO_MANY.fullmatch(self.shadow_when_undone)
        return (int(found[1]), int(found[2])) if found else None


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

    @property
    def handles(self) -> list[str]:
        """Whom to mention so that all of them hear of it: the group's path and the users."""
        return [*([self.group] if self.group else []), *self.users]


class SlackBot(Block):
    """A Slack app's own account, which can answer in threads: what is said of one issue stays together."""

    token: str
    """Name of the environment variable (or secrets file) that holds the bot's token, ``xoxb-…``."""
    channel: str
    """The channel's id, such as C012ABC (in Slack: the channel's details, at the end), or "#name" of a public one."""

    @field_validator("channel")
    @classmethod
    def _a_channel(cls, value: str) -> str:
        if not re.fullmatch(r"[CGD][A-Z0-9]{5,30}|#[^\s#@<>&]{1,80}", value):
            raise ValueError(f'{value!r} is no channel of Slack; write its id, such as C012ABC, or "#name" in quotes')
        return value


class Channel(Block):
    """A door out besides GitLab, of exactly one kind. Its address is a secret: named here, held by the environment."""

    slack: str | None = None
    """Slack, by an incoming webhook: name of the environment variable (or secrets file) that holds its URL."""
    slack_bot: SlackBot | None = None
    """Slack, by a bot's token: the only kind that can keep what is said of one issue in one thread."""
    mattermost: str | None = None
    """Mattermost, by an incoming webhook: name of the variable that holds its URL."""
    teams: str | None = None
    """Microsoft Teams, by a workflow that takes webhook requests: name of the variable that holds its URL."""
    webhook: str | None = None
    """Any other system, which takes JSON: name of the variable that holds its URL."""
    signing: str | None = None
    """With *webhook*: name of the variable that holds the signing token, ``whsec_…`` (Standard Webhooks)."""
    mention: str = ""
    """Text put before each message, such as a Slack user group ``<!subteam^S012ABC>``."""
    throttle: Throttle | None = None
    """So many messages in a time, ``20 in 10 minutes``; what is more comes together in one message afterwards."""

    @model_validator(mode="after")
    def _one_kind(self) -> Channel:
        if len(self.kinds()) != 1:
            raise ValueError(f"name exactly one kind of channel: {', '.join(KINDS)}")
        if self.signing is not None and self.webhook is None:
            raise ValueError("signing goes with webhook: the other kinds know the bot by their secret address or token")
        return self

    def kinds(self) -> list[str]:
        """The kinds that are named; in a loaded file exactly one."""
        return [kind for kind in KINDS if getattr(self, kind) is not None]

    def variables(self) -> dict[tuple[str, ...], str]:
        """The variables that hold its secrets, by where in the channel's block they are named."""
        named: dict[tuple[str, ...], str | None] = {(kind,): getattr(self, kind) for kind in WEBHOOKS}
        named[("slack_bot", "token")] = self.slack_bot.token if self.slack_bot else None
        named[("signing",)] = self.signing
        return {path: variable for path, variable in named.items() if variable is not None}


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
    of: str | None = None
    """Whose label it is: one of ``projects``, a project or a group of customers' projects; default: that of the issues.
    """


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


class ApprovalDef(Block):
    """Something that only people approve. A label alone, or more about it."""

    label: str
    """The label that means it, or the stage. People set it; no action ever does."""
    of: Names = Field(default=[])
    """Facts that are approved with it: written down with each approval, which is void when one of them changes."""
    void_when_back_from: Names = Field(default=[])
    """Stages: a card that goes back out of one of them makes the approval void."""
    quorum: int = Field(default=1, ge=1, le=9)
    """How many people have to approve before the card may go to this stage."""
    not_by_author: bool = False
    """true: whoever filed the issue does not approve it."""


def _bare_label(value: object) -> object:
    return {"label": value} if isinstance(value, str) else value


LabelOrApproval = Annotated[ApprovalDef, BeforeValidator(_bare_label, json_schema_input_type=str | ApprovalDef)]
"""An approval by its label alone, or with more about it."""


class Private(Block):
    """Items that are never named in an open channel, a customer's project or a log."""

    labels: list[str] = Field(default=[])
    """An issue that carries one of these is private."""
    channel: str | None = None
    """The one channel that may hear of them; none: nothing is posted, the bot comments instead."""
    confidential: bool = True
    """Confidential issues are private too."""
