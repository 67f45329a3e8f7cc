"""Reading the deal out of a scoping issue: its number, size, project manager, activities, and who staffs it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from app.domain.item import Snapshot
from app.rules.reading.facts import people_named
from app.rules.reading.visible import visible_lines
from handlers.collaboration.activities import read_activities
from handlers.collaboration.blueprint import Blueprint
from handlers.collaboration.deal import Deal, Plan

_PARTNER_QUESTION = "partner staff"
_YES = ("yes", "fully", "partly", "partner")


def number_of(facts: Mapping[str, object]) -> str:
    """``SOW-3697``, else ``PO-118``, else empty."""
    for fact, prefix in (("sow_number", "SOW"), ("po_number", "PO")):
        value = facts.get(fact)
        if isinstance(value, int):
            return f"{prefix}-{value}"
    return ""


def deal_of(
    snapshot: Snapshot, facts: Mapping[str, object], *, customer: str, blueprint: Blueprint
) -> tuple[Deal, int]:
    """The deal, and how many of its activities stay behind because they name prices."""
    activities, left_out = read_activities(snapshot, blueprint.epics.heading)
    return Deal(customer, number_of(facts), project_manager(facts), activities, plan_of(facts)), left_out


def project_manager(facts: Mapping[str, object]) -> str:
    """Username of the project manager, or empty."""
    return next(iter(people_named(facts, "project_manager")), "")


def plan_of(facts: Mapping[str, object]) -> Plan:
    """How large the project is, by the facts ``project_size``, ``iterations``, ``weeks`` and ``start_date``."""
    flag = facts.get("project_size")
    return Plan(
        flag=flag if isinstance(flag, str) else "",
        iterations=_whole(facts.get("iterations")),
        weeks=_whole(facts.get("weeks")),
        start=_day(facts.get("start_date")),
    )


def is_partner_staffed(facts: Mapping[str, object], *texts: str) -> bool:
    """Whether a partner staffs it, fully or partly: by the fact ``staffed_by``, or by a row of a questions table."""
    said = facts.get("staffed_by")
    if isinstance(said, str):
        return said.casefold() in ("partner", "both")
    return any(_row_says_yes(line) for text in texts for line in visible_lines(text))


def _row_says_yes(line: str) -> bool:
    """``| May a partner staff it, fully or partly? | partly, Acme Services |``."""
    cells = [cell.strip(" *_`") for cell in line.strip().strip("|").split("|")]
    if len(cells) < 2 or _PARTNER_QUESTION not in cells[0].casefold():
        return False
    return cells[1].casefold().startswith(_YES)


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
