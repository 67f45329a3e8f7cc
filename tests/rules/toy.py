"""Toy actions and templates, and a small sound rule file that the tests spoil."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import Field

from app.rules.actions import ActionSpec, Effects, Params
from app.rules.loading.load import Loaded, load
from app.rules.loading.problems import render_all
from app.rules.loading.templates_index import TemplateIndex
from app.rules.model import Names


class LabelParams(Params):
    """Which labels."""

    add: Names = Field(default=[])
    """Labels to add."""
    remove: Names = Field(default=[])
    """Labels to remove."""


class CommentParams(Params):
    """What to say."""

    template: str
    """A file of templates/comment/, without .md."""
    with_: dict[str, Any] = Field(default={}, alias="with")
    about: Literal["event", "item"] = "event"
    project: str | None = None
    date_fact: str | None = None


class NotifyParams(Params):
    """Where to say it."""

    channel: str
    template: str


class MoveParams(Params):
    """Where to."""

    to: str


class RouteParams(Params):
    """By which table."""

    route: str
    who: str = "assignee"


class NoParams(Params):
    """Nothing to set."""


def _optional(name: str | None) -> tuple[str, ...]:
    return (name,) if name else ()


def _label_effects(params: Any) -> Effects:
    return Effects(adds=frozenset(params.add), removes=frozenset(params.remove))


def _move_effects(params: Any) -> Effects:
    return Effects(adds=frozenset({params.to}), stages=frozenset({params.to}))


def _comment(params: Any) -> tuple[str, ...]:
    return (f"comment/{params.template}",)


def _channel(params: Any) -> tuple[str, ...]:
    return (params.channel,)


def _project(params: Any) -> tuple[str, ...]:
    return _optional(params.project)


def _fact(params: Any) -> tuple[str, ...]:
    return _optional(params.date_fact)


def _route(params: Any) -> tuple[str, ...]:
    return (params.route,)


def _who(params: Any) -> tuple[str, ...]:
    return () if params.who == "assignee" else (params.who,)


_SPECS = (
    ActionSpec("label", LabelParams, _label_effects, "Add labels and remove others."),
    ActionSpec(
        "comment",
        CommentParams,
        lambda _params: Effects(speaks=True),
        "Post a comment.",
        announces=True,
        templates=_comment,
        projects=_project,
        facts=_fact,
    ),
    ActionSpec(
        "notify",
        NotifyParams,
        lambda _params: Effects(outside=True),
        "Tell a channel.",
        templates=_comment,
        channels=_channel,
    ),
    ActionSpec("move", MoveParams, _move_effects, "Put the item into a stage."),
    ActionSpec("restore_stage", MoveParams, _move_effects, "Put a card back."),
    ActionSpec(
        "assign", RouteParams, lambda _params: Effects(assigns=True), "Assign people.", routes=_route, people=_who
    ),
    ActionSpec("close", NoParams, lambda _params: Effects(closes=True), "Close the item."),
)
ACTIONS: Mapping[str, ActionSpec] = {spec.name: spec for spec in _SPECS}


@dataclass
class ToyTemplates:
    """Templates by name with the variables that each one uses."""

    uses: dict[str, set[str]] = field(default_factory=dict)

    def names(self) -> set[str]:
        return set(self.uses)

    def problems(self, name: str, known: Set[str]) -> Iterable[object]:
        return [f"line 1: there is no '{used}'" for used in sorted(self.uses[name] - known)]


SOUND = """\
version: 1

defaults:
  project: plan

projects:
  plan: some-group/plan

people:
  leaders: {group: some-group/leaders}
  coordinators: {users: [coordinator.one]}

channels:
  services: {slack: SLACK_SERVICES}

calendar: {timezone: America/Los_Angeles, workdays: Mon-Fri}

labels:
  "Calculator": {color: "#6699cc"}
  "TA::Needs-Review": {color: "#d9534f"}
  "TA::Approved": {color: "#5cb85c", also_written: ["TA:Approved"]}
  "close_qtr::*": {}

facts:
  estimate_total: {line: "Estimate total", money: USD}
  sow_link: {line: "SOW", link: docs.google.com/document}
  open_rows: {table: SSOT, unanswered: to-do}
  territory: {line: Territory}
  terms: {line: Terms, one_of: [MSA, Standard]}
approvals: ["TA::Approved", "proposal::Approved"]

private: {labels: [], channel: services}

board:
  title: SOW approval
  only: "Calculator"
  stages:
    - stage: Open
      remind: {after: 24 hours, who: assignee, then: 48 hours, then_who: leaders}
    - stage: "proposal::SOW_WIP"
      also_written: ["proposal::Writing"]
    - stage: "proposal::Approved"
    - stage: "proposal::closed_won"
      ends: won
  moves:
    - {from: Open, to: "proposal::SOW_WIP"}
    - from: "proposal::SOW_WIP"
      to: ["proposal::Approved"]
      needs:
        - sow_link
        - label: "TA::Approved"
          if: {fact: {name: estimate_total, over: 50000}}
      by: leaders
      otherwise: restore
    - {from: any, to: "proposal::closed_won"}

routes:
  managers:
    - when: {fact: {territory: [EMEA*]}}
      assign: manager.one
      add_labels: ["TA::Needs-Review"]

rules:
  - name: ta-gate
    why: Large estimates are reviewed before the SOW exists.
    when: {event: fact changed, fact: {name: estimate_total, over: 50000}, labels: {none: ["TA::*"]}}
    do:
      - label: {add: ["TA::Needs-Review"]}
      - comment: {template: ta_review, with: {amount: 1}, date_fact: estimate_total, project: plan}
      - notify: {channel: services, template: ta_review}
  - name: normalise
    why: Old forms are put right.
    when: {event: label added, label: "TA::Approved"}
    unless: {actor: coordinators}
    do:
      - label: {remove: ["TA:Approved"]}
      - assign: {route: managers}
      - close:
"""


def check(text: str, *, templates: TemplateIndex | None = None) -> Loaded:
    """Load with the toy actions, as ``rules.yaml``."""
    return load(
        text,
        name="rules.yaml",
        actions=ACTIONS,
        templates=templates,
        context_names={"item.title", "facts.*", "people.*"},
    )


def spoiled(old: str, new: str) -> list[str]:
    """What is found, a line each without the source, when ``old`` of the sound file is replaced by ``new``."""
    assert SOUND.count(old) == 1, f"{old!r} is there {SOUND.count(old)} times"
    return heads(check(SOUND.replace(old, new)))


def heads(loaded: Loaded) -> list[str]:
    """The first line of each problem."""
    return [line for line in render_all(loaded.problems).split("\n") if line.startswith("rules.yaml:")]
