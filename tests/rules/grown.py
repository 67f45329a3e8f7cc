"""Rule files of any size that are sound by construction, and faults to put into them.

Every rule writes a label scope that no other rule writes under the same conditions: rules that share a stage differ in
the kind of deal, of which an item carries one; rules that share a fact differ in its range.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from random import Random
from typing import Any

STAGES = 12
KINDS = 40
FACTS = 8

Rule = dict[str, Any]


def grown_file(rules: int, *, seed: int = 0, faults: Iterable[Rule] = ()) -> str:
    """A sound rule file with so many rules; ``faults`` are put among them. JSON, which is YAML too."""
    random = Random(seed)
    made = [_SHAPES[number % len(_SHAPES)](number // len(_SHAPES), number) for number in range(rules)]
    random.shuffle(made)
    for fault in faults:
        made.insert(random.randrange(len(made) + 1), fault)
    written = {label for rule in made for do in rule["do"] for label in do.get("label", {}).values()}
    written |= {rule["when"]["label"] for rule in made if "label" in rule["when"]}
    named = {"Deal", "fault::a", "fault::b", "quiet", *(f"kind::{kind}" for kind in range(KINDS))} | written
    return json.dumps(
        {
            "version": 1,
            "people": {"leads": {"group": "acme/leads"}, "managers": {"users": ["manager.one"]}},
            "labels": {label: {} for label in sorted(named) if not label.startswith("proposal::")},
            "facts": {f"amount_{fact}": {"line": f"Amount {fact}", "money": "USD"} for fact in range(FACTS)},
            "board": _board(),
            "rules": made,
        },
        indent=1,
    )


def stage(number: int) -> str:
    """The label of a stage; the first is Open."""
    return f"proposal::S{number % STAGES}" if number % STAGES else "Open"


def _board() -> dict[str, Any]:
    stages: list[dict[str, Any]] = [{"stage": stage(number)} for number in range(STAGES)]
    stages[-1]["ends"] = "won"
    stages[3]["remind"] = {"after": "2 days", "who": "leads", "unless": {"labels": {"any": ["quiet"]}}}
    moves: list[dict[str, Any]] = []
    for number in range(STAGES - 1):
        on: dict[str, Any] = {"from": stage(number), "to": stage(number + 1)}
        if number % 3 == 1:
            on |= {"needs": [{"label": f"kind::{number}", "if": _over(number, 100)}], "otherwise": "restore"}
        if number == STAGES - 2:
            on |= {"by": "leads", "otherwise": "restore"}
        moves += [on, {"from": stage(number + 1), "to": stage(number)}]
    return {"title": "Deals", "only": "Deal", "stages": stages, "moves": moves}


def _over(fact: int, amount: int) -> dict[str, Any]:
    return {"fact": {"name": f"amount_{fact % FACTS}", "over": amount}}


def _rule(number: int, when: dict[str, Any], *do: dict[str, Any], **more: Any) -> Rule:
    return {"name": f"rule-{number}", "why": "It is grown for a test.", "when": when, "do": list(do), **more}


def _turn(turn: int, number: int) -> Rule:
    """Whose turn it is, by stage and kind of deal."""
    where = stage(1 + turn % (STAGES - 1))
    kind = turn // (STAGES - 1)
    when = {"event": "stage entered", "stage": where, "labels": {"all": ["Deal", f"kind::{kind}"]}}
    return _rule(number, when, {"label": {"add": f"turn::{turn % 5}"}})


def _size(turn: int, number: int) -> Rule:
    """How large it is, by ranges of an amount that do not overlap."""
    fact, step = turn % FACTS, turn // FACTS
    test = {"name": f"amount_{fact}", "over": step * 1000, "under": (step + 1) * 1000}
    when = {"event": "fact changed", "fact": test, "labels": {"all": ["Deal"]}}
    return _rule(number, when, {"label": {"add": f"size_{fact}::{step}"}})


def _guard(turn: int, number: int) -> Rule:
    """An approval that counts only from some people."""
    when = {"event": "label added", "label": f"ok-{turn}", "labels": {"all": ["Deal"]}}
    return _rule(number, when, {"label": {"remove": f"ok-{turn}"}}, unless={"actor": ["leads", "managers"][turn % 2]})


def _asked(turn: int, number: int) -> Rule:
    """A chain of the bot's own changes that comes to an end."""
    when = {"event": "label added", "label": f"chain-{turn}", "labels": {"none": [f"chain-{turn + 1}"]}}
    return _rule(number, when, {"label": {"add": f"chain-{turn + 1}"}}, also_own_changes=turn % 7 != 6)


def _told(turn: int, number: int) -> Rule:
    """Words only."""
    when = {"event": ["comment", "issue edited"], "stage": stage(turn), "labels": {"any": [f"kind::{turn % KINDS}"]}}
    return _rule(number, when, {"comment": {"template": f"words-{turn}"}})


_SHAPES: tuple[Callable[[int, int], Rule], ...] = (_turn, _size, _guard, _asked, _told)

FAULTS: dict[str, tuple[Rule, ...]] = {
    "loop": (
        _rule(
            9001, {"event": "label added", "label": "fault::a"}, {"label": {"add": "fault::b"}}, also_own_changes=True
        ),
        _rule(
            9002, {"event": "label added", "label": "fault::b"}, {"label": {"add": "fault::a"}}, also_own_changes=True
        ),
    ),
    "undo": (
        _rule(9001, {"event": "issue closed"}, {"label": {"add": "quiet"}}),
        _rule(9002, {"event": "issue closed", "labels": {"all": ["kind::3"]}}, {"label": {"remove": "quiet"}}),
    ),
    "scope": (
        _rule(9001, {"event": "stage entered", "stage": stage(3)}, {"label": {"add": "fault::a"}}),
        _rule(9002, {"event": "label removed", "label": stage(2)}, {"label": {"add": "fault::b"}}),
    ),
    "never fires": (
        _rule(
            9001,
            {"event": "comment", "labels": {"all": ["kind::1", "kind::2"]}},
            {"comment": {"template": "never"}},
        ),
    ),
    "self-defeating": (_rule(9001, {"event": "label removed", "label": "fault::a"}, {"label": {"add": "fault::a"}}),),
    "shadowed": (
        _rule(9001, {"event": "issue reopened"}, {"label": {"add": "quiet"}}),
        _rule(9002, {"event": "issue reopened", "stage": stage(2)}, {"label": {"add": "quiet"}}),
    ),
    "endless restore": (_rule(9001, {"event": "move refused", "to": stage(5)}, {"move": {"to": stage(6)}}),),
}
"""By kind of finding: rules that, put into a sound file, must lead to it."""
