"""What the deals don't bring about by themselves, so that every action of the registry writes, and which ones did.

A new action needs nothing here if a rule of the shipped file has it in a deal as it is played. Otherwise it gets an
act that sets such a rule going, or a rule ``proof-…`` in ``rules.yaml`` beside this file. A test fails while it has
neither.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from app.bench.proof import boundaries
from app.demo.acts import Act, writes
from app.demo.cast import EM, PM
from app.demo.scene import Scene
from app.shipped import RULES
from handlers import by_name
from handlers.collaboration.names import group_path

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


_COMMANDS = (
    "help",
    "why",
    "thanks",
    "remind me in 3 days to call the customer",
    "acceptance sent today",
)
"""Asked of the shipped rules. They stand before the proofs' own, so that ``why`` tells of the deal."""


def acts() -> list[Act]:
    """For the end of a deal: what asks the shipped rules, and one for each of the proofs' rules, in their order."""
    own = [str(rule["name"]) for rule in YAML(typ="safe").load(OURS)["rules"]]
    return [
        # What was approved is not what stands there now: that makes the approval void.
        writes(EM, "Estimate total: 12,345 USD", []),
        *(writes(EM, f"@sowbot {words}", []) for words in _COMMANDS),
        _orders_a_change(),
        _escalates(),
        *(_asks_for(name) for name in own if name.startswith(_ASKED)),
        # Takes back the label that the last of them put on.
        writes(EM, "@sowbot undo", []),
        writes(EM, "@sowbot retry", []),
        # Last of all, because no reminder comes from then on.
        writes(EM, "@sowbot snooze 2 weeks", []),
    ]


_ASKED = "proof-"
"""Rules that a command of their name sets going begin so; ``also-…`` are set going by another act."""


def _asks_for(name: str) -> Act:
    def do(scene: Scene) -> None:
        person = scene.cast[EM]
        # The line is what the fact "proof_issue" is read from.
        person.comment(scene.scoping, f"@sowbot {name}\n\nProof issue: #{scene.intake(person).iid}")

    return Act(EM, f"asks for {name}", do, [])


def _orders_a_change() -> Act:
    def do(scene: Scene) -> None:
        text = f"Scoping issue: #{scene.scoping.iid}\n\n## SOW activities\n\n- Second instance\n"
        title = f"{scene.deal.customer} - Change Order"
        scene.cast[EM].file_issue(scene.plan_project, title=title, description=text, labels=[])

    return Act(EM, "files a change order", do, [])


def _escalates() -> Act:
    def do(scene: Scene) -> None:
        project = f"{scene.delivery_root}/{group_path(scene.deal.customer)}/SOW-{scene.deal.sow_number}"
        scene.cast[PM].file_issue(project, title="The network is not open", description="", labels=["Escalated"])

    return Act(PM, "files an escalated issue in the customer's project", do, [])


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
