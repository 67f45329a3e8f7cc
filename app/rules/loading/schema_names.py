"""What the schema offers while typing: examples, and the names of one file. Other names stay allowed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.rules.actions import ActionSpec
from app.rules.loading.checks.known import Known
from app.rules.loading.checks.uses import ACTOR_ROLES
from app.rules.model import ROLES

Names = Mapping[str, Sequence[str]]
"""Names by kind: label, stage, people, fact, project, channel, route, and folders of templates (``comment/``)."""

_TAKES: dict[str, tuple[str, ...]] = {
    "label": (
        *("LabelsTest.all", "LabelsTest.any", "LabelsTest.none", "When.label", "Need.label", "Need.without_label"),
        *("RouteWhen.label", "Route.add_labels", "Private.labels", "Board.only", "RuleFile.approvals"),
        *("ApprovalDef.label", "When.approval"),
        *("Given.labels", "Deed.add_label", "Deed.remove_label"),
    ),
    "stage": (
        *("Condition.stage", "When.stage", "When.from", "When.to", "Move.from", "Move.to"),
        *("Given.stage", "Deed.move_to", "Expected.stage", "ApprovalDef.void_when_back_from"),
    ),
    "people": (
        *("Condition.author", "Condition.actor", "Condition.assignee", "When.author", "When.actor", "When.assignee"),
        *("Move.by", "Remind.who", "Remind.then_who", "Deed.by", "CommentedTest.by"),
    ),
    "fact": (
        *("FactTest.name", "FactsTest.present", "FactsTest.missing", "FactsTest.complete", "FactsTest.incomplete"),
        *("FactsTest.unreadable", "FactsTest.changed"),
        *("Need.fact", "ApprovalDef.of"),
    ),
    "project": ("Condition.project", "When.project", "Defaults.project", "Given.project"),
    "channel": ("Private.channel", "Expected.notify"),
}
"""Settings that take a name of each kind."""

_ALSO = {
    "Move.from": ("any",),
    "Condition.actor": ACTOR_ROLES,
    "When.actor": ACTOR_ROLES,
    "Remind.who": ROLES,
    "Remind.then_who": ROLES,
    "Deed.by": ("bot",),
    "CommentedTest.by": ("assignee",),
    "Expected.stage": ("unchanged",),
}
"""Words that a setting takes besides."""

EXAMPLES: dict[str, tuple[object, ...]] = {
    "RuleFile.version": (1,),
    "Calendar.timezone": ("America/Los_Angeles", "Europe/Berlin"),
    "Calendar.workdays": ("Mon-Fri", "Mon, Tue, Thu"),
    "Calendar.hours": ("09:00-17:30",),
    "Calendar.holidays": ("US", "DE-BY"),
    "Calendar.also_closed": (["2026-12-24"],),
    "Channel.slack": ("SLACK_PROFESSIONAL_SERVICES",),
    "SlackBot.token": ("SLACK_BOT_TOKEN",),
    "SlackBot.channel": ("C012ABC", "#professional-services"),
    "Channel.mattermost": ("MATTERMOST_PS",),
    "Channel.teams": ("TEAMS_PS",),
    "Channel.webhook": ("PAGER_URL",),
    "Channel.signing": ("PAGER_SIGNING_TOKEN",),
    "Channel.mention": ("<!subteam^S012ABC>",),
    "People.group": ("gitlab-com/ps-leadership",),
    "People.users": (["anna", "bert"],),
    "LabelDef.color": ("#6699cc",),
    "FactDef.line": ("Estimate total",),
    "FactDef.link": ("docs.google.com/document",),
    "FactDef.table": ("SSOT",),
    "FactDef.title_before": (" - Scope",),
    "FactDef.money": ("USD",),
    "FactDef.one_of": (["MSA", "Standard"],),
    "FactDef.means": ('a line "SOW: <link to the document>"',),
    "FactTest.over": (50000,),
    "FactTest.under": (50000,),
    "FactTest.equals": ("Standard",),
    "When.label": ("TA::*",),
    "When.command": ("approve",),
    "When.emoji": ("thumbsup",),
    "When.text": ("*moved to partner*",),
    "When.deal_stage": ("6*",),
    "When.timer": ("ta-review",),
    "Condition.title": ("* - Scope Issue and Write SOW",),
    "When.title": ("* - Scope Issue and Write SOW",),
    "Stage.stage": ("Open", "proposal::SOW_WIP"),
    "Stage.color": ("#c2e0c6",),
    "Rule.name": ("ta-gate",),
    "Rule.why": ("Estimates above 50,000 USD are reviewed before the SOW exists.",),
}
"""Shown on hover, and offered."""


def names_of(data: dict[str, Any], templates: Sequence[str] = ()) -> dict[str, list[str]]:
    """The names that a file defines, and the templates that there are (as ``folder/name``)."""
    found: dict[str, list[str]] = {kind: list(names) for kind, names in Known.of(data).names.items()}
    for template in sorted(templates):
        folder, _, name = template.partition("/")
        found.setdefault(f"{folder}/", []).append(name)
    return found


def offer(definitions: dict[str, Any], names: Names) -> None:
    """Put examples and the file's names into the definitions of the model's blocks."""
    for kind, known in names.items():
        if known:
            definitions[_definition(kind)] = {"description": f"Names of the kind *{kind}*.", "enum": list(known)}
    for setting, examples in EXAMPLES.items():
        _setting(definitions, setting)["examples"] = list(examples)
    for kind, settings in _TAKES.items():
        for setting in settings:
            suggest(_setting(definitions, setting), kind, names, also=_ALSO.get(setting, ()))


def offer_for_action(spec: ActionSpec, definition: Mapping[str, Any], names: Names) -> None:
    """Put the file's names into an action's settings."""
    for setting, kind in spec.offers.items():
        besides = ROLES if kind == "people" else ()
        suggest(definition["properties"][setting], kind, names, also=besides)


def _setting(definitions: Mapping[str, Any], setting: str) -> dict[str, Any]:
    block, _, name = setting.partition(".")
    found: dict[str, Any] = definitions[block]["properties"][name]
    return found


def suggest(schema: dict[str, Any], kind: str, names: Names, *, also: Sequence[str] = ()) -> None:
    """Wherever the value may be any text, offer the names of that kind first, and the words ``also``."""
    if not names.get(kind):
        return
    if schema.get("type") == "string" and "enum" not in schema:
        del schema["type"]
        words = [{"enum": list(also)}] if also else []
        schema["anyOf"] = [*words, {"$ref": f"#/$defs/{_definition(kind)}"}, {"type": "string"}]
        return
    for inner in (*schema.get("anyOf", ()), *([schema["items"]] if "items" in schema else [])):
        suggest(inner, kind, names, also=also)


def _definition(kind: str) -> str:
    """``KnownLabel``; ``KnownCommentTemplate`` for the folder ``comment/``."""
    return f"Known{kind.rstrip('/').capitalize()}{'Template' if kind.endswith('/') else ''}"
