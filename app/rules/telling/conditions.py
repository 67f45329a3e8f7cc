"""Conditions in words: what must be true of the issue."""

from __future__ import annotations

from collections.abc import Iterator

from app.rules.model import Condition, FactsTest, FactTest, LabelsTest, SpanTest
from app.rules.telling.words import Quote, both, either, listed, number, plainly


def told(condition: Condition | None, quote: Quote, *, without: frozenset[str] = frozenset()) -> str:
    """All that must hold, as one clause; empty if nothing must. ``without``: keys that the sentence says elsewhere."""
    return " and ".join(clauses(condition, quote, without=without)) if condition is not None else ""


def clauses(condition: Condition, quote: Quote, *, without: frozenset[str] = frozenset()) -> Iterator[str]:
    """One clause for each thing that must hold."""
    wanted = condition.model_copy(update=dict.fromkeys(without))
    if wanted.labels is not None:
        yield from _labels(wanted.labels, quote)
    if wanted.stage is not None:
        yield f"it is in {either(wanted.stage, quote)}"
    if wanted.fact is not None:
        yield from _fact(wanted.fact, quote)
    if wanted.facts is not None:
        yield from _facts(wanted.facts)
    yield from _people(wanted, quote)
    yield from _kind(wanted, quote)
    yield from _times(wanted)
    yield from _nested(wanted, quote)


def _labels(test: LabelsTest, quote: Quote) -> Iterator[str]:
    if test.all:
        yield f"it carries {both(test.all, quote)}"
    if test.any:
        yield f"it carries {either(test.any, quote)}"
    if test.none:
        word = "neither" if len(test.none) > 1 else "no label"
        yield f"it carries {word} {listed([quote(one) for one in test.none], 'nor')}"


def _fact(test: FactTest, quote: Quote) -> Iterator[str]:
    what = plainly(test.name)
    if test.over is not None:
        yield f"{what} is over {number(test.over)}"
    if test.under is not None:
        yield f"{what} is under {number(test.under)}"
    if test.equals is not None:
        yield f"{what} is {quote(test.equals) if isinstance(test.equals, str) else number(test.equals)}"
    if test.over is None and test.under is None and test.equals is None:
        yield f"{what} is known"


def _facts(test: FactsTest) -> Iterator[str]:
    for names, word in (
        (test.present, "known"),
        (test.missing, "not known"),
        (test.complete, "complete"),
        (test.incomplete, "incomplete"),
    ):
        if names:
            verb = "is" if len(names) == 1 else "are"
            yield f"{listed([plainly(name) for name in names])} {verb} {word}"

    if test.unreadable:
        yield f"nobody understands {listed([plainly(name) for name in test.unreadable], 'or')}"
    if test.changed:
        yield f"{listed([plainly(name) for name in test.changed], 'or')} just changed"


def _people(condition: Condition, quote: Quote) -> Iterator[str]:
    if condition.author is not None:
        yield f"somebody of {either(condition.author, quote)} filed it"
    if condition.actor is not None:
        yield f"{_whoever(condition.actor, quote)} did it"
    if condition.assignee in ("nobody", ["nobody"]):
        yield "nobody is assigned"
    elif condition.assignee is not None:
        yield f"somebody of {either(condition.assignee, quote)} is assigned"
    if condition.commented is not None:
        since = " since the card came into its stage" if condition.commented.since == "stage entered" else ""
        lists = [quote(name) for name in condition.commented.by if name != "assignee"]
        who = [f"somebody of {listed(lists, 'or')}"] if lists else []
        who += ["an assignee"] if "assignee" in condition.commented.by else []
        yield f"{listed(who, 'or')} has commented{since}"


def _whoever(names: list[str], quote: Quote) -> str:
    """The issue's author, an assignee, or somebody of a list or a fact."""
    roles = {"author": "its author", "assignee": "an assignee"}
    others = [name for name in names if name not in roles]
    said = [roles[name] for name in names if name in roles]
    return listed([*said, *([f"somebody of {either(others, quote)}"] if others else [])], "or")


def _kind(condition: Condition, quote: Quote) -> Iterator[str]:
    if condition.on_board is not None:
        yield "it is on the board" if condition.on_board else "it is not on the board"
    if condition.confidential is not None:
        yield "it is confidential" if condition.confidential else "it is not confidential"
    if condition.item_type is not None:
        yield f"it is of the type {either(condition.item_type, quote)}"
    if condition.title is not None:
        yield f"its title looks like {either(condition.title, quote)}"
    if condition.project is not None:
        yield f"it is in the project {either(condition.project, quote)}"


def _times(condition: Condition) -> Iterator[str]:
    if condition.age is not None:
        yield from _span(condition.age.in_stage, "it has been in its stage for")
    if condition.idle is not None:
        yield from _span(condition.idle, "no person has done anything to it for")


def _span(test: SpanTest, what: str) -> Iterator[str]:
    if test.over is not None:
        yield f"{what} more than {test.over}"
    if test.under is not None:
        yield f"{what} less than {test.under}"


def _nested(condition: Condition, quote: Quote) -> Iterator[str]:
    if condition.any_of is not None:
        yield f"({'; or '.join(told(one, quote) for one in condition.any_of)})"
    if condition.all_of is not None:
        yield f"({'; and '.join(told(one, quote) for one in condition.all_of)})"
    if condition.not_ is not None:
        yield f"it is not so that {told(condition.not_, quote)}"
