"""Events in words: what happened."""

from __future__ import annotations

from collections.abc import Callable

from app.rules.model import Event, When
from app.rules.telling.words import Quote, either, listed, plainly

ABOUT: dict[Event, str] = {"stage entered": "stage"}
"""Conditions that belong into the event's own clause, if it is the only event."""

_PLAIN: dict[Event, str] = {
    "issue opened": "an issue is filed",
    "issue closed": "the issue is closed",
    "issue reopened": "the issue is opened again",
    "issue edited": "the issue is edited",
}


def happened(when: When, quote: Quote) -> str:
    """What happened, as a clause: ``the label X is put on``."""
    return listed([_event(event, when, quote, alone=len(when.event) == 1) for event in when.event], "or")


def said_already(when: When) -> frozenset[str]:
    """Keys of the condition that ``happened`` tells."""
    return frozenset({ABOUT[when.event[0]]} if len(when.event) == 1 and when.event[0] in ABOUT else ())


def _event(event: Event, when: When, quote: Quote, *, alone: bool) -> str:
    if event in _PLAIN:
        return _PLAIN[event]
    return _WITH_SETTINGS[event](when, quote, alone)


def _labelled(how: str) -> Callable[[When, Quote, bool], str]:
    def clause(when: When, quote: Quote, _alone: bool) -> str:
        which = f"the label {either(when.label, quote)}" if when.label else "a label"
        known = {None: "", True: ", unknown to this file,", False: ", known to this file,"}[when.unknown]
        return f"{which}{known} is {how}"

    return clause


def _entered(when: When, quote: Quote, alone: bool) -> str:
    where = either(when.stage, quote) if alone and when.stage else "a stage"
    return f"the card enters {where}{_from_to(when, quote, to=False)}"


def _left(when: When, quote: Quote, _alone: bool) -> str:
    return f"the card leaves its stage{_from_to(when, quote, origin=False)}"


def _move(how: str) -> Callable[[When, Quote, bool], str]:
    def clause(when: When, quote: Quote, _alone: bool) -> str:
        return f"a move{_from_to(when, quote)} {how}"

    return clause


def _from_to(when: When, quote: Quote, *, origin: bool = True, to: bool = True) -> str:
    said = ""
    if (origin or not to) and when.from_:
        said += f" from {either(when.from_, quote)}"
    if to and when.to:
        said += f" to {either(when.to, quote)}"
    return said


def _fact(when: When, _quote: Quote, _alone: bool) -> str:
    what = plainly(when.fact.name) if when.fact is not None else "something that the bot reads in the issue"
    return f"{what} changes"


def _command(when: When, quote: Quote, _alone: bool) -> str:
    return f"somebody gives the bot the command {either(when.command, quote)}" if when.command else "a command is given"


def _emoji(when: When, quote: Quote, _alone: bool) -> str:
    return f"somebody reacts with {either(when.emoji, quote) if when.emoji else 'an emoji'}"


def _emoji_back(when: When, quote: Quote, _alone: bool) -> str:
    return f"somebody takes {f'the reaction {either(when.emoji, quote)}' if when.emoji else 'a reaction'} back"


def _void(when: When, quote: Quote, _alone: bool) -> str:
    return f"{f'the approval {either(when.approval, quote)}' if when.approval else 'an approval'} becomes void"


def _deal(when: When, quote: Quote, _alone: bool) -> str:
    what = either([str(one) for one in when.deal], quote) if when.deal else "something"
    stage = f", whose stage is like {either(when.deal_stage, quote)}" if when.deal_stage else ""
    return f"the CRM tells {what} of the deal{stage}"


def _comment(how: str) -> Callable[[When, Quote, bool], str]:
    def clause(when: When, quote: Quote, _alone: bool) -> str:
        return f"somebody {how}{f' in words like {either(when.text, quote)}' if when.text else ''}"

    return clause


def _timer(when: When, quote: Quote, _alone: bool) -> str:
    return f"the reminder {either(when.timer, quote)} comes due" if when.timer else "a reminder comes due"


def _schedule(when: When, _quote: Quote, _alone: bool) -> str:
    return f"it is {listed([str(one) for one in when.at], 'or')}" if when.at else "the time has come"


_WITH_SETTINGS: dict[Event, Callable[[When, Quote, bool], str]] = {
    "label added": _labelled("put on"),
    "label removed": _labelled("taken off"),
    "stage entered": _entered,
    "stage left": _left,
    "fact changed": _fact,
    "comment": _comment("comments"),
    "comment edited": _comment("edits a comment"),
    "command": _command,
    "emoji": _emoji,
    "emoji taken back": _emoji_back,
    "deal event": _deal,
    "timer": _timer,
    "schedule": _schedule,
    "approval void": _void,
    "move refused": _move("is put back"),
    "move warned": _move("is made with a warning"),
}
