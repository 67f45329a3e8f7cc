"""The rule file as data: every key an admin may write, what it means, and nothing else.

The JSON Schema for editors is made from these models, so docstrings here are what an admin reads on hover.
Loading with positions and cross-checks is in ``load.py``; meaning is in ``decide.py``.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from app.domain.decision import Mode
from app.rules.duration import Duration
from app.rules.limit import AsOftenAs
from app.rules.schedule import ScheduleText

VERSION = 1
"""The version of the rule language that this program reads. What a new one changes: docs/rules-language.md."""


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _this_version(value: object) -> object:
    """Say what to do about a version that this program does not read."""
    if isinstance(value, bool) or value == VERSION:
        return value
    if isinstance(value, int) and value > VERSION:
        raise ValueError(
            f"this file is written in version {value} of the rule language, and this sowbot reads version {VERSION}: "
            f"start a newer sowbot, or write the file in version {VERSION} (see docs/rules-language.md)"
        )
    raise ValueError(f"there is no version {value!r} of the rule language; write 'version: {VERSION}'")


Names = Annotated[list[str], BeforeValidator(_as_list, json_schema_input_type=str | list[str])]
"""One name or a list of names."""


class Block(BaseModel):
    """Base of every block: a key that does not exist is an error, never ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True, populate_by_name=True)


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
    users: list[str] = []
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
    also_closed: list[str] = []
    """More days off, as ISO dates."""


class LabelDef(Block):
    """A label that the bot may set or look at."""

    color: str = "#6699cc"
    """Hex colour with which ``setup`` creates it."""
    description: str = ""
    """What the label means, for the people who see it in GitLab."""
    also_written: list[str] = []
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
    one_of: list[str] = []
    """The value is one of these, compared without case."""
    people: bool = False
    """The value is a list of @usernames."""
    means: str = ""
    """What to write, in words for the person who is asked for it: *a line "SOW: <link to the document>"*."""

    @model_validator(mode="after")
    def _one_place(self) -> FactDef:
        places = [name for name in ("line", "table", "title_before") if getattr(self, name) is not None]
        if len(places) > 1 or (not places and self.link is None):
            raise ValueError("say where the fact is: one of line, link, table, title_before (line may go with link)")
        return self


class FactTest(Block):
    """A test of one fact's value."""

    name: str
    """Which: one of ``facts``. Without over, under or is, it suffices that it is known."""
    over: float | None = None
    """Strictly more than this."""
    under: float | None = None
    """Strictly less than this."""
    equals: str | float | None = Field(default=None, validation_alias=AliasChoices("equals", "is"))
    """The same as this, compared without case."""


class FactsTest(Block):
    """Which facts are there."""

    present: Names = []
    """All of these are known (a table: it was found)."""
    missing: Names = []
    """All of these are unknown."""
    complete: Names = []
    """All rows of these tables are answered."""
    incomplete: Names = []
    """These tables have unanswered rows."""
    changed: Names = []
    """One of these was changed by what just happened."""


class LabelsTest(Block):
    """Which labels the item carries now."""

    all: Names = []
    """It carries all of these."""
    any: Names = []
    """It carries at least one of these."""
    none: Names = []
    """It carries none of these. ``TA::*`` means every label of that scope."""


class SpanTest(Block):
    """How long something has lasted, counted in the calendar."""

    over: Duration | None = None
    """Longer than this: 2 business days."""
    under: Duration | None = None
    """Not yet so long."""

    @model_validator(mode="after")
    def _some_length(self) -> SpanTest:
        if self.over is None and self.under is None:
            raise ValueError("say how long: over: 2 business days, or under: …")
        return self


class AgeTest(Block):
    """How old something about the item is."""

    in_stage: SpanTest
    """How long it has been in the stage where it is."""


class Condition(Block):
    """What must be true of the item. All keys that are written must hold."""

    labels: LabelsTest | None = None
    """Which labels the issue carries: ``{all: […], any: […], none: […]}``."""
    stage: Names | None = None
    """The item is in one of these stages."""
    fact: FactTest | None = None
    """What one fact says: ``{name: estimate_total, over: 50000}``."""
    facts: FactsTest | None = None
    """Which facts are known: ``{present: […], missing: […]}``; which tables have no open rows: ``{complete: […]}``."""
    author: Names | None = None
    """The issue's author is in one of these people lists."""
    actor: Names | None = None
    """Whoever did it is in one of these people lists."""
    assignee: Names | Literal["nobody"] | None = None
    """An assignee is in one of these people lists; ``nobody``: no assignee."""
    confidential: bool | None = None
    """true: only if the issue is confidential. false: only if it is not."""
    item_type: Names | None = None
    """GitLab's type of the item: Issue, Incident, Task …"""
    title: Names | None = None
    """Glob patterns, compared without case: ``* - Scope Issue and Write SOW``."""
    project: Names | None = None
    """Short names of ``projects``."""
    age: AgeTest | None = None
    """How long it has been in its stage: ``{in_stage: {over: 2 business days}}``."""
    idle: SpanTest | None = None
    """How long no person has done anything to it: ``{over: 45 days}``."""
    any_of: list[Condition] | None = None
    """At least one of these conditions holds. Three deep at most."""
    all_of: list[Condition] | None = None
    """All of these conditions hold. Three deep at most."""
    not_: Condition | None = Field(default=None, alias="not")
    """This condition does not hold."""


Event = Literal[
    "issue opened",
    "issue closed",
    "issue reopened",
    "issue edited",
    "label added",
    "label removed",
    "stage entered",
    "stage left",
    "fact changed",
    "comment",
    "comment edited",
    "command",
    "emoji",
    "deal event",
    "timer",
    "schedule",
    "move refused",
    "move warned",
]


Deal = Literal["stage_changed", "closed_won", "closed_lost", "legal_stamped"]
Deals = Annotated[list[Deal], BeforeValidator(_as_list, json_schema_input_type=Deal | list[Deal])]
"""One happening of the deal or a list of them."""

Schedules = Annotated[
    list[ScheduleText], BeforeValidator(_as_list, json_schema_input_type=ScheduleText | list[ScheduleText])
]
"""One time or a list of them."""


class When(Condition):
    """What happened, and what must be true of the item then."""

    event: Annotated[list[Event], BeforeValidator(_as_list, json_schema_input_type=Event | list[Event])]
    """One event or several; with several, any of them."""
    label: Names | None = None
    """With *label added* and *label removed*: which (globs allowed, ``proposal::*``)."""
    from_: Names | None = Field(default=None, alias="from")
    """With *stage entered* and the move events: the stage it was in."""
    to: Names | None = None
    """With *stage left* and the move events: the stage it went to (or was to go to)."""
    timer: Names | None = None
    """With *timer*: its name."""
    command: Names | None = None
    """With *command*: the words after the bot's name, ``approve`` or ``scope dispute``; more may follow them."""
    emoji: Names | None = None
    """With *emoji*: which, without colons: ``thumbsup``."""
    deal: Deals | None = None
    """With *deal event*: what was told of the deal."""
    at: Schedules | None = None
    """With *schedule*: when, in the calendar's time zone: ``Mon 08:00``, ``every workday 08:00``."""


class Need(Block):
    """Something a move needs. Write a fact's name, or one of these."""

    fact: str | None = None
    """This fact is known; for a table: it is complete."""
    label: Names | None = None
    """One of these labels is on the item."""
    without_label: str | None = None
    """This label is not on the item."""
    any_of: list[Need] | None = None
    """One of these suffices."""
    if_: Condition | None = Field(default=None, alias="if")
    """The need holds only under this condition."""
    because: str = ""
    """The reason, for the person whose card is put back."""

    @model_validator(mode="before")
    @classmethod
    def _bare_fact(cls, value: Any) -> Any:
        return {"fact": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_kind(self) -> Need:
        kinds = [n for n in ("fact", "label", "without_label", "any_of") if getattr(self, n) is not None]
        if len(kinds) != 1:
            raise ValueError("a need names exactly one of: fact, label, without_label, any_of")
        return self


Otherwise = Literal["allow", "warn", "restore"]


class Move(Block):
    """A way from stage to stage. A move that is not listed is illegal."""

    from_: Names = Field(alias="from")
    """The stage or stages that the card leaves; ``any`` means every stage."""
    to: Names
    """The stage or stages that it may go to."""
    needs: list[Need] = []
    """What must be there before: facts, labels. Each may have its own reason."""
    by: Names | None = None
    """Only people of these lists may make this move."""
    otherwise: Otherwise = "warn"
    """What the bot does when a need or ``by`` fails: allow | warn (say so) | restore (put the card back and say so)."""
    warn: str = ""
    """The move is legal, but the bot says this."""
    because: str = ""
    """The reason behind ``by`` or the needs."""


class Remind(Block):
    """A reminder while the item stays in a stage."""

    after: Duration
    """24 hours, 2 business days, 72 business hours, 2 months."""
    who: str = "assignee"
    """assignee, author, or one of ``people``."""
    then: Duration | None = None
    """A second reminder, counted from the same start."""
    then_who: str | None = None
    """Who hears of the second one; default: the same."""
    unless: Condition | None = None
    """No reminder when this holds at the time."""
    says: str = ""
    """What to do, in the reminder's words."""


class Stage(Block):
    """A column of the board."""

    stage: str
    """The label, or ``Open`` for items without one."""
    means: str = ""
    """What it says about a deal that its card is here, in a sentence."""
    who_acts: str = ""
    """Who has the next move, in words: *the engagement manager*."""
    leave_when: str = ""
    """What must have happened before the card moves on."""
    checklist: list[str] = []
    """What the stage note lists as still to do."""
    limit: str = ""
    """The time limit, in words."""
    also_written: list[str] = []
    """Old or misspelt forms of the label: read as this stage."""
    remind: list[Remind] | Remind | None = None
    """Who hears of it when a card stays too long."""
    pauses_reminders: bool = False
    """No reminder comes due while a card is here."""
    ends: Literal["won", "lost"] | None = None
    """The deal is over here. Exactly one stage is the won one."""
    color: str = "#6699cc"
    """Hex colour of the label."""


class Board(Block):
    """The board: which issues, which columns, which moves."""

    title: str
    """The board's name in GitLab."""
    only: str
    """The label that puts an issue on the board."""
    scope: str = "proposal"
    """The part of the stage labels before ``::``."""
    stages: list[Stage]
    """The columns, from left to right."""
    moves: list[Move]
    """The ways from stage to stage."""
    unlisted: Otherwise = "restore"
    """What happens on a move that no line of ``moves`` allows."""


class Private(Block):
    """Items that are never named in an open channel, a customer's project or a log."""

    labels: list[str] = []
    """An issue that carries one of these is private."""
    channel: str | None = None
    """The one channel that may hear of them; none: nothing is posted, the bot comments instead."""
    confidential: bool = True
    """Confidential issues are private too."""


class RouteWhen(Block):
    """What an issue must look like for a row of a routing table. All keys that are written must hold."""

    label: Names | None = None
    """One of these labels is on it; globs allowed: ``Segment::*_EMEA``."""
    filer: Names | None = None
    """One of these users filed it, without @."""
    fact: dict[str, Names] = {}
    """These facts have one of these values, compared without case; globs allowed: ``territory: [EMEA*]``."""


class Route(Block):
    """A row of a routing table: the first whose ``when`` holds decides. A row without ``when`` fits every issue."""

    when: RouteWhen | None = None
    """For which issues; left out: for all."""
    assign: Names = []
    """Users to assign, without @."""
    add_labels: Names = []
    """Labels to add as well."""


class Rule(Block):
    """When something happens and something holds, do something, because."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    """Lower case, digits and dashes; unique. Notes name it."""
    why: str
    """One sentence for the person who asks why the bot did this."""
    when: When
    """What happened, and what must be true of the issue then."""
    unless: Condition | None = None
    """The rule stays silent when this holds."""
    do: list[dict[str, Any]]
    """Actions in order, each a block of one key: the action's name, and its settings below it."""
    mode: Mode | None = None
    """off | shadow (decides, writes nothing) | announce (comments only) | live. Default: ``defaults.mode``."""
    also_own_changes: bool = False
    """React to what the bot itself did, too. Off: the bot's own changes start nothing."""
    priority: int = 0
    """Rules with a higher number are tried, and act, first. Among equals the order in the file counts."""
    stop_after: bool = False
    """Once this rule matched, none of the rules after it is tried for the same event."""
    as_often_as: AsOftenAs | None = None
    """For one item: ``once per item``, ``once per stage`` (per stay in it), ``1 in 24 hours``. Unset: every time."""
    row: list[int] | int | None = None
    """Rows of the automation table that this rule performs."""


class Test(Block):
    """An example that must come out right whenever the file is checked or loaded."""

    name: str
    """What it shows, in words."""
    given: dict[str, Any]
    """The issue before: its stage, labels, description …"""
    when: dict[str, Any]
    """What happens: a move, a label, a comment …"""
    then: dict[str, Any]
    """What must have come of it: the stage, labels, words of a comment …"""


class RuleFile(Block):
    """The whole of ``label_rules.yaml``."""

    version: Annotated[Literal[1], BeforeValidator(_this_version)]
    """The version of the rule language. Always 1 for now."""
    include: Names = []
    """More files with rules, labels and so on, by their paths beside this file."""
    defaults: Defaults = Defaults()
    """What holds for rules that do not say otherwise."""
    projects: dict[str, str | int] = {}
    """Short names for projects and groups: a path or a numeric id."""
    people: dict[str, People] = {}
    """Lists of people by name: a GitLab group, usernames, or both."""
    channels: dict[str, Channel] = {}
    """Slack channels by name. Their addresses are secrets and stay out of the file."""
    calendar: Calendar = Calendar()
    """When people work: time zone, working days and hours, holidays."""
    labels: dict[str, LabelDef] = {}
    """Every label that the bot sets or looks at, besides the stages."""
    facts: dict[str, FactDef] = {}
    """What the bot reads out of the issue's text, by name."""
    approvals: list[str] = []
    """Labels that mean an approval, stages among them. People set them; no action ever does. (Putting a card back into
    the approved stage that an illegal move took it from is allowed: that approval was a person's.)"""
    private: Private = Private()
    """Which issues are never named in an open channel."""
    board: Board
    """The board: its columns and the moves between them."""
    routes: dict[str, list[Route]] = {}
    """Routing tables by name: rows tried from the top, see the assign action."""
    rules: list[Rule]
    """When something happens, do something, because."""
    tests: list[Test] = []
    """Examples that must come out right whenever the file is checked or loaded."""
