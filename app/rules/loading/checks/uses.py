"""Every place where the file names something that it must define elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from app.rules.loading.located import Path
from app.rules.loading.steps import StepUse
from app.rules.loading.tolerant import below, block, items, names
from app.rules.model import ROLES
from app.rules.model.digests import ASSIGNEE

Kind = Literal["label", "stage", "people", "fact", "project", "channel", "route"]


ACTOR_ROLES = ("author", "assignee")
"""Whom ``actor`` may name besides people lists and facts."""


@dataclass(frozen=True, slots=True)
class Use:
    """A name and where it stands."""

    kind: Kind
    name: str
    path: Path
    old_form_allowed: bool = False
    """A label may be named here by a form of its ``also_written``: an action takes off just that one."""
    at_key: bool = False


def collect(data: dict[str, Any], steps: Iterable[StepUse]) -> Iterator[Use]:
    """All of them."""
    yield from _named("project", below(data, "defaults", "project"), ("defaults", "project"))
    for path, label in approvals_named(data):
        yield Use("label", label, path)
    for path, approval in items(data.get("approvals"), ("approvals",)):
        yield from _named("fact", below(approval, "of"), (*path, "of"))
        yield from _named("stage", below(approval, "void_when_back_from"), (*path, "void_when_back_from"))
    yield from _named("label", below(data, "private", "labels"), ("private", "labels"))
    yield from _named("channel", below(data, "private", "channel"), ("private", "channel"))
    for title, label in block(data.get("labels")).items():
        yield from _named("project", below(label, "of"), ("labels", title, "of"))
    yield from _in_board(data)
    roles = people_facts(data)
    for _, path, condition in conditions(data):
        yield from _in_condition(condition, path, roles)
    for path, rule in items(data.get("rules"), ("rules",)):
        yield from _in_when(block(below(rule, "when")), (*path, "when"))
    for name, rows in block(data.get("routes")).items():
        for path, row in items(rows, ("routes", name)):
            yield from _in_route(row, path)
    stages = [below(stage, "stage") for _, stage in items(below(data, "board", "stages"), ())]
    columns: set[object] = {stage for stage in stages if isinstance(stage, str)}
    for path, digest in items(data.get("digests"), ("digests",)):
        yield from _in_digest(digest, path, columns)
    for step in steps:
        yield from _in_step(step)


def approvals_named(data: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    """Labels that mean an approval, written alone or with more about them."""
    for path, approval in items(data.get("approvals"), ("approvals",)):
        if isinstance(approval, dict):
            path, approval = (*path, "label"), approval.get("label")
        if isinstance(approval, str):
            yield path, approval


def conditions(data: dict[str, Any]) -> Iterator[tuple[int, Path, dict[str, Any]]]:
    """Every condition at any depth: how many ``any_of`` / ``all_of`` / ``not`` are around it, its path and itself."""
    for path, stage in items(below(data, "board", "stages"), ("board", "stages")):
        for remind_path, remind in items(below(stage, "remind"), (*path, "remind")):
            yield from _nested(below(remind, "unless"), (*remind_path, "unless"))
    for path, need in needs(data):
        yield from _nested(below(need, "if"), (*path, "if"))
    for path, rule in items(data.get("rules"), ("rules",)):
        yield from _nested(below(rule, "when"), (*path, "when"))
        yield from _nested(below(rule, "unless"), (*path, "unless"))


def needs(data: dict[str, Any]) -> Iterator[tuple[Path, Any]]:
    """Every need of a move, those inside ``any_of`` too."""
    for path, move in items(below(data, "board", "moves"), ("board", "moves")):
        yield from _nested_needs(below(move, "needs"), (*path, "needs"))


def _nested_needs(value: object, path: Path) -> Iterator[tuple[Path, Any]]:
    for place, need in items(value, path):
        yield place, need
        yield from _nested_needs(below(need, "any_of"), (*place, "any_of"))


def _nested(condition: object, path: Path, depth: int = 0) -> Iterator[tuple[int, Path, dict[str, Any]]]:
    if not isinstance(condition, dict):
        return
    yield depth, path, condition
    for key in ("any_of", "all_of", "not"):
        for place, inner in items(condition.get(key), (*path, key)):
            yield from _nested(inner, place, depth + 1)


def _named(kind: Kind, value: object, path: Path, *, besides: Iterable[str] = ()) -> Iterator[Use]:
    for place, name in names(value, path):
        if name not in besides:
            yield Use(kind, name, place)


def people_facts(data: dict[str, Any]) -> frozenset[str]:
    """Facts whose value is people."""
    return frozenset(name for name, fact in block(data.get("facts")).items() if block(fact).get("people") is True)


def _in_condition(condition: dict[str, Any], path: Path, roles: frozenset[str]) -> Iterator[Use]:
    for key in ("all", "any", "none"):
        yield from _named("label", below(condition, "labels", key), (*path, "labels", key))
    for key in ("present", "missing", "unreadable", "complete", "incomplete", "changed"):
        yield from _named("fact", below(condition, "facts", key), (*path, "facts", key))
    yield from _named("fact", below(condition, "fact", "name"), (*path, "fact", "name"))
    yield from _named("stage", condition.get("stage"), (*path, "stage"))
    yield from _named("project", condition.get("project"), (*path, "project"))
    for place, name in names(condition.get("actor"), (*path, "actor")):
        if name in roles:
            yield Use("fact", name, place)
        elif name not in ACTOR_ROLES:
            yield Use("people", name, place)
    yield from _named("people", condition.get("author"), (*path, "author"))
    yield from _named("people", condition.get("assignee"), (*path, "assignee"), besides=("nobody",))
    yield from _named("people", below(condition, "commented", "by"), (*path, "commented", "by"), besides=("assignee",))


def _in_when(when: dict[str, Any], path: Path) -> Iterator[Use]:
    yield from _named("label", when.get("label"), (*path, "label"))
    yield from _named("label", when.get("approval"), (*path, "approval"))
    yield from _named("stage", when.get("from"), (*path, "from"))
    yield from _named("stage", when.get("to"), (*path, "to"))


def _in_board(data: dict[str, Any]) -> Iterator[Use]:
    for path, stage in items(below(data, "board", "stages"), ("board", "stages")):
        for place, remind in items(below(stage, "remind"), (*path, "remind")):
            for key in ("who", "then_who"):
                yield from _named("people", below(remind, key), (*place, key), besides=ROLES)
    for path, move in items(below(data, "board", "moves"), ("board", "moves")):
        yield from _named("stage", below(move, "from"), (*path, "from"), besides=("any",))
        yield from _named("stage", below(move, "to"), (*path, "to"))
        yield from _named("people", below(move, "by"), (*path, "by"))
    for path, need in needs(data):
        if isinstance(need, str):
            yield Use("fact", need, path)
        yield from _named("fact", below(need, "fact"), (*path, "fact"))
        yield from _named("label", below(need, "label"), (*path, "label"))
        yield from _named("label", below(need, "without_label"), (*path, "without_label"))


def _in_route(row: object, path: Path) -> Iterator[Use]:
    yield from _named("label", below(row, "add_labels"), (*path, "add_labels"))
    yield from _named("label", below(row, "when", "label"), (*path, "when", "label"))
    for name in block(below(row, "when", "fact")):
        yield Use("fact", name, (*path, "when", "fact", name), at_key=True)


def _in_digest(digest: object, path: Path, stages: set[object]) -> Iterator[Use]:
    yield from _named("channel", below(digest, "channel"), (*path, "channel"))
    yield from _named("project", below(digest, "project"), (*path, "project"))
    yield from _named("label", below(digest, "lacking"), (*path, "lacking"), besides=(ASSIGNEE,))
    for place, name in names(below(digest, "waiting_for"), (*path, "waiting_for")):
        yield Use("stage" if name in stages else "label", name, place)


def _in_step(step: StepUse) -> Iterator[Use]:
    effects, spec, params = step.effects, step.spec, step.params
    for name in sorted(label for label in effects.adds - effects.stages if label is not None):
        yield Use("label", name, step.place_of(name))
    for name in sorted(label for label in effects.removes - effects.stages if label is not None):
        yield Use("label", name, step.place_of(name), old_form_allowed=True)
    for name in sorted(effects.stages):
        yield Use("stage", name, step.place_of(name))
    named: tuple[tuple[Kind, tuple[str, ...]], ...] = (
        ("channel", spec.channels(params)),
        ("people", spec.people(params)),
        ("project", spec.projects(params)),
        ("route", spec.routes(params)),
        ("fact", spec.facts(params)),
    )
    for kind, found in named:
        for name in found:
            yield Use(kind, name, step.place_of(name))
