"""Deal: all that a customer's project may know of the deal, and how large the project is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from handlers.collaboration.blueprint import Blueprint


@dataclass(frozen=True, slots=True)
class Plan:
    """How large the project is, as far as somebody has said."""

    flag: str = ""
    """``large`` or ``small`` if an engagement manager wrote so: that decides."""
    iterations: int | None = None
    """Iterations that are expected, Iteration 0 not counted."""
    weeks: int | None = None
    """Planned length, Iteration 0 counted."""
    start: date | None = None
    """First day of Iteration 0."""

    @property
    def known(self) -> bool:
        """Whether anything is known of the size."""
        return bool(self.flag) or self.iterations is not None or self.weeks is not None

    def is_large(self, blueprint: Blueprint) -> bool:
        """Exactly as many iterations as the limit is small; what nobody knows is small."""
        if self.flag:
            return self.flag == "large"
        limit = blueprint.large_over
        return (self.iterations or 0) > limit.iterations or (self.weeks or 0) > limit.weeks


@dataclass(frozen=True, slots=True)
class Deal:
    """Nothing of scoping, money or people inside."""

    customer: str
    sow: str
    """``SOW-3697`` or ``PO-118``."""
    pm: str
    """Username of the project manager, or empty."""
    activities: list[str]
    plan: Plan = Plan()

    def names(self) -> dict[str, str]:
        """What texts of the blueprint may name."""
        return {"customer": self.customer, "sow": self.sow, "pm": self.pm}


@dataclass(frozen=True, slots=True)
class Iteration:
    """One time box."""

    number: int
    starts: date | None
    ends: date | None


def iterations_of(deal: Deal, blueprint: Blueprint) -> list[Iteration]:
    """Those of a large project, after Iteration 0, which is as long as each of them; none of a small one."""
    plan, part = deal.plan, blueprint.iterations
    if not plan.is_large(blueprint):
        return []
    count = plan.iterations
    if count is None:
        count = -(-(plan.weeks or 0) // part.weeks) - 1
    # A project that is called large without a number gets as many as make one large.
    count = max(1, min(count if count > 0 else blueprint.large_over.iterations + 1, part.most))
    return [_iteration(number, plan.start, part.weeks) for number in range(1, count + 1)]


def context_of(deal: Deal, blueprint: Blueprint, **more: object) -> dict[str, object]:
    """What a template of the customer's project may name. ``TEMPLATE_NAMES`` lists it."""
    given: Mapping[str, object] = {
        **deal.names(),
        "activity": "",
        "number": 0,
        "iterations": len(iterations_of(deal, blueprint)),
        "weeks": blueprint.iterations.weeks,
        "starts": "",
        "ends": "",
        "large": deal.plan.is_large(blueprint),
        "week": "",
    }
    return {**given, **more}


def _iteration(number: int, start: date | None, weeks: int) -> Iteration:
    if start is None:
        return Iteration(number, None, None)
    starts = start + timedelta(weeks=weeks * number)
    return Iteration(number, starts, starts + timedelta(days=7 * weeks - 1))
