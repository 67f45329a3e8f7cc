"""A test as an admin writes it: given an issue, when somebody does something, then this must have come of it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from app.rules.duration import Duration
from app.rules.model import Block, Deal, LabelsTest, Names

UNCHANGED = "unchanged"
"""In ``then: {stage: unchanged}``: where the card was before."""

BOT = "bot"
"""In ``by``: the bot itself."""

SCOPING_TITLE = "Example Bank - Scope Issue and Write SOW"


def _zoned(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("add the time zone, for example 2026-06-09T10:00:00Z")
    return value


Moment = Annotated[datetime, AfterValidator(_zoned)]


class Said(Block):
    """A comment on the issue. A bare text is one by nobody in particular."""

    text: str
    """What it says."""
    by: str = ""
    """A username, or a people list that the writer is in."""


def _bare_text(value: object) -> object:
    return {"text": value} if isinstance(value, str) else value


SaidOrText = Annotated[Said, BeforeValidator(_bare_text, json_schema_input_type=str | Said)]


class Edit(Block):
    """What is written anew. A key that is left out stays as it is."""

    title: str | None = None
    """The new title."""
    description: str | None = None
    """The new description."""
    confidential: bool | None = None
    """Whether it is confidential now."""

    @model_validator(mode="after")
    def _something(self) -> Edit:
        if not self.model_fields_set:
            raise ValueError("say what is edited: title, description or confidential")
        return self


_KINDS = (
    "move_to",
    "opened",
    "closed",
    "reopened",
    "comment",
    "command",
    "edit",
    "assign",
    "emoji",
    "emoji_taken_back",
    "timer",
    "schedule",
    "digest",
    "deal",
    "wait",
)
DealField = Literal["opportunity_id", "account", "sow_number", "amount", "currency", "close_date", "stage"]
"""What a deal event may tell."""
_LABEL_KINDS = ("add_label", "remove_label", "add_unknown_label")


class Deed(Block):
    """One thing that somebody does. ``by`` says who; without it, somebody who is in no people list."""

    move_to: Names | None = None
    """Drag the card to this stage. With several, the test is run for each."""
    add_label: Names | None = None
    """Put these labels on; may stand beside remove_label."""
    remove_label: Names | None = None
    """Take these labels off."""
    add_unknown_label: Names | None = None
    """Put labels on that the rule file does not know."""
    opened: Literal[True] | None = None
    """The issue is filed, as it is given."""
    closed: Literal[True] | None = None
    """The issue is closed."""
    reopened: Literal[True] | None = None
    """The issue is opened again."""
    comment: str | None = None
    """Somebody comments with this text."""
    command: str | None = None
    """Somebody asks the bot for this in a comment: ``remind me in 3 days to call``, without the bot's name."""
    internal: bool = False
    """With *comment* and *command*: in an internal note."""
    edit: Edit | None = None
    """Title, description or confidentiality are edited."""
    assign: Names | None = None
    """These people are assigned, nobody else."""
    emoji: str | None = None
    """Somebody reacts with this emoji, such as thumbsup."""
    emoji_taken_back: str | None = None
    """Somebody takes this reaction back."""
    on_note_of: Names | None = None
    """With *emoji* and *emoji_taken_back*: on the last comment that one of these rules wrote."""
    timer: str | None = None
    """The timer of this name comes due now."""
    schedule: str | None = None
    """The time comes that a rule's ``at`` names, written as there."""
    digest: str | None = None
    """The time of this digest comes; the issue is the whole board."""
    deal: Deal | None = None
    """Another system tells this of the deal."""
    deal_says: dict[DealField, str] = Field(default={})
    """With *deal*: what it tells besides, as texts: sow_number, close_date, amount, currency …"""
    wait: Duration | None = None
    """This much time goes by; timers that come due on the way go off: 3 days, 72 business hours."""
    by: Names | None = None
    """Who does it: a username, ``bot``, or a people list that they are in. With several, the test is run for each."""

    @model_validator(mode="after")
    def _one_thing(self) -> Deed:
        done = [kind for kind in _KINDS if getattr(self, kind) is not None]
        labels = any(getattr(self, kind) is not None for kind in _LABEL_KINDS)
        if len(done) + labels != 1:
            raise ValueError(f"write exactly one of: {', '.join((*_LABEL_KINDS, *_KINDS))}")
        if self.deal_says and self.deal is None:
            raise ValueError("deal_says goes with deal: write what happened to the deal")
        if self.internal and self.comment is None and self.command is None:
            raise ValueError("internal goes with comment and command")
        if self.on_note_of and self.emoji is None and self.emoji_taken_back is None:
            raise ValueError("on_note_of goes with emoji and emoji_taken_back: write which")
        return self


class Given(Block):
    """The issue before it happens. What is left out is as usual: on the board, open, in Open, without facts."""

    stage: Names = Field(default=["Open"], min_length=1)
    """The stage that it is in. With several, the test is run for each."""
    labels: Names = Field(default=[])
    """Labels besides the stage's and the board's."""
    on_board: bool = True
    """false: without the label that puts it on the board."""
    title: str = SCOPING_TITLE
    """Its title."""
    description: str = ""
    """Its description, from which facts are read."""
    comments: list[SaidOrText] = Field(default=[])
    """Comments, oldest first: texts, or blocks with text and by."""
    author: str = "requester"
    """A username, or a people list that the author is in."""
    assignees: Names = Field(default=[])
    """Usernames."""
    closed: bool = False
    """Whether it is closed."""
    confidential: bool = False
    """Whether it is confidential."""
    item_type: str = "Issue"
    """Its type, as GitLab calls it."""
    project: str | None = None
    """Short name of one of ``projects``; default: the file's default project."""
    linked: Names = Field(default=[])
    """Titles of issues that are linked to it."""
    people: dict[str, Names] = Field(default={})
    """Members of people lists, by list: usernames besides those that ``by`` stands for."""
    in_stage_for: Duration | None = None
    """How long it has been in its stage; default: one day."""
    at: Moment | None = None
    """When it happens; default: a Tuesday morning."""
    happened: list[Deed] = Field(default=[])
    """What happened before, in order. Only what comes after is looked at by ``then``."""


class Expected(Block):
    """What must be so afterwards. Everything that is written must hold."""

    stage: str | None = None
    """The stage that the card is in, or ``unchanged``."""
    labels: LabelsTest | None = None
    """Labels that are on it (all, any) or are not (none)."""
    closed: bool | None = None
    """Whether the issue is closed."""
    assigned: Names | None = None
    """These people are assigned (perhaps with others)."""
    refused: bool | None = None
    """Whether the card was put back."""
    warned: bool | None = None
    """Whether the move stands with a warning."""
    rules: Names = Field(default=[])
    """These rules matched."""
    not_rules: Names = Field(default=[])
    """These rules did not match."""
    comment_says: Names = Field(default=[])
    """Each of these texts stands in a comment that the bot wrote on the issue."""
    comment_mentions: Names = Field(default=[])
    """The same: a label, a fact or a person that a comment of the bot speaks of."""
    no_comment_says: Names = Field(default=[])
    """None of these texts stands in a comment that the bot wrote on the issue."""
    reacts: Names | None = None
    """The bot reacted with these emoji, and no others; ``[]``: with none."""
    notify: Names | None = None
    """These channels heard of it, and no others; ``[]``: none did."""
    channel_says: Names = Field(default=[])
    """Each of these texts stands in a message to a channel."""
    no_channel_says: Names = Field(default=[])
    """None of these texts stands in a message to a channel."""
    creates: Names | None = None
    """Titles or paths (or a part of them) of issues, groups and projects that were made; ``[]``: none was."""
    timers: Names = Field(default=[])
    """Timers that are set afterwards; globs allowed: ``stage/Open*``."""
    no_timers: Names = Field(default=[])
    """Timers that are not set afterwards; globs allowed."""
    nothing: Literal[True] | None = None
    """The bot did nothing at all: no rule matched, nothing was written, nobody was told."""

    @model_validator(mode="after")
    def _something(self) -> Expected:
        if not self.model_fields_set:
            raise ValueError("say what must be so: stage, labels, rules, comment_says, nothing …")
        return self


class WrittenTest(Block):
    """An example that must come out right whenever the file is checked or loaded."""

    name: str
    """What it shows, in a sentence; unique."""
    given: Given = Given()
    """The issue before it happens."""
    when: Deed
    """What somebody does."""
    then: Expected
    """What must have come of it."""
