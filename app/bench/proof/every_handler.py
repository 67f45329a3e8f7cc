"""What the deals don't bring about by themselves, so that every action of the registry writes, and which ones did.

A new action needs nothing here if a rule of the shipped file has it in a deal as it is played. Otherwise it gets a rule
``proof-…`` in ``rules.yaml`` beside this file. A test fails while an action has neither.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from app.bench.proof import boundaries
from app.demo.acts import Act
from app.demo.cast import EM
from app.demo.scene import Scene
from app.shipped import RULES
from handlers import by_name

OURS = Path(__file__).with_name("rules.yaml")


def write_rules(folder: Path, *, shipped: Path = RULES) -> Path:
    """The shipped rule file with the proofs' rules included; where it was written."""
    own = folder / "proof_rules.yaml"
    own.write_text(OURS.read_text(encoding="utf-8"), encoding="utf-8")
    text = shipped.read_text(encoding="utf-8")
    assert "\nversion: 1\n" in text and "\ninclude:" not in text  # noqa: PT018  # both are about the one place
    whole = folder / "label_rules.yaml"
    whole.write_text(text.replace("\nversion: 1\n", f"\nversion: 1\ninclude: [{own.name}]\n", 1), encoding="utf-8")
    return whole


def acts() -> list[Act]:
    """One for each of the proofs' rules, in their order; for the end of a deal."""
    return [_asks_for(str(rule["name"])) for rule in YAML(typ="safe").load(OURS)["rules"]]


def _asks_for(name: str) -> Act:
    def do(scene: Scene) -> None:
        person = scene.cast[EM]
        # The line is what the fact "proof_issue" is read from.
        person.comment(scene.scoping, f"@sowbot {name}\n\nProof issue: #{scene.intake(person).iid}")

    return Act(EM, f"asks for {name}", do, [])


def covered(met: set[str], died: set[str], wrote: Mapping[str, int]) -> dict[str, Any]:
    """What the report says of boundaries: by action, and of starting and recovering.

    ``met``: names of boundaries that a bot came by. ``died``: those at which one died. ``wrote``: by action, how many
    steps changed something.
    """
    by_action = {name: _of(name, met, died) | {"wrote": wrote.get(name, 0)} for name in by_name()}
    beside = {name for name in met | died if boundaries.action_of(name) is None}
    return {
        "handlers": by_action,
        "handlers_that_never_wrote": sorted(name for name in by_action if not wrote.get(name)),
        "handlers_without_a_kill": sorted(name for name, one in by_action.items() if not one["died_at"]),
        "start": _told({name for name in beside if boundaries.OF_THE_START in name}, died),
        "between_steps": _told({name for name in beside if boundaries.OF_THE_START not in name}, died),
        "recovery": _told({name for name in met | died if name.endswith(boundaries.AGAIN)}, died),
    }


def _of(action: str, met: set[str], died: set[str]) -> dict[str, Any]:
    return _told({name for name in met | died if boundaries.action_of(name) == action}, died)


def _told(names: set[str], died: set[str]) -> dict[str, Sequence[str]]:
    return {"died_at": sorted(names & died), "not_died_at": sorted(names - died)}
