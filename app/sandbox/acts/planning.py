"""Iteration cadences: an automatic one gets its iterations from GitLab, end to end, so many in advance."""

from __future__ import annotations

from datetime import date, timedelta

from app.sandbox.acts.access import ancestry
from app.sandbox.acts.labelling import Home
from app.sandbox.state import Cadence, Group, Iteration, Project, World

MOST_WEEKS = 4
MOST_AHEAD = 10


def add_cadence(
    world: World, group: Group, *, title: str, weeks: int, start_date: date, ahead: int
) -> Cadence | list[str]:
    """The cadence with its iterations, or why there is none, in GitLab's words."""
    errors = []
    if not title.strip():
        errors.append("Title can't be blank")
    if any(each.title.casefold() == title.casefold() for each in world.cadences.values() if each.group_id == group.id):
        errors.append("Title has already been taken")
    if not 1 <= weeks <= MOST_WEEKS:
        errors.append(f"Duration in weeks must be in 1..{MOST_WEEKS}")
    if not 1 <= ahead <= MOST_AHEAD:
        errors.append(f"Iterations in advance must be in 1..{MOST_AHEAD}")
    earliest = world.now().date() - timedelta(days=7 * weeks - 1)
    if not errors and start_date < earliest:
        errors.append(
            "The automation start date would retroactively create a past iteration."
            f" {earliest} is the earliest possible start date."
        )
    if errors:
        return errors
    cadence = Cadence(world.next_id(), group.id, title, weeks, start_date, ahead, created_at=world.now())
    world.cadences[cadence.id] = cadence
    iterations_of(world, [cadence])
    return cadence


def iterations_of(world: World, cadences: list[Cadence]) -> list[Iteration]:
    """The iterations of cadences. GitLab's own job adds to them each night; here it has run when somebody looks."""
    for cadence in cadences if world.iterations_at_once else ():
        _make_due(world, cadence)
    ids = {each.id for each in cadences}
    return [each for each in world.iterations_made.values() if each.cadence_id in ids]


def sequence_of(world: World, iteration: Iteration) -> int:
    """Its number within the cadence, from 1."""
    earlier = (each for each in world.iterations_made.values() if each.cadence_id == iteration.cadence_id)
    return sum(each.start_date <= iteration.start_date for each in earlier)


def state_of(world: World, iteration: Iteration) -> str:
    """``upcoming``, ``current`` or ``closed``, by today's date."""
    today = world.now().date()
    if iteration.due_date < today:
        return "closed"
    return "current" if iteration.start_date <= today else "upcoming"


def iteration_fits(world: World, home: Home, iteration_id: int | None) -> bool:
    """Whether work there can be put into it: it has to be of the group, or of one above."""
    iteration = world.iterations_made.get(iteration_id) if iteration_id is not None else None
    if iteration is None:
        return False
    group = world.groups[home.group_id] if isinstance(home, Project) else home
    return world.cadences[iteration.cadence_id].group_id in {above.id for above in ancestry(world, group)}


def _make_due(world: World, cadence: Cadence) -> None:
    """Up to the current iteration, and so many that begin later."""
    made = [each for each in world.iterations_made.values() if each.cadence_id == cadence.id]
    today, length = world.now().date(), timedelta(weeks=cadence.weeks)
    begins = max((each.due_date + timedelta(days=1) for each in made), default=cadence.start_date)
    upcoming = sum(each.start_date > today for each in made)
    while begins <= today or upcoming < cadence.ahead:
        number = world.next_iid("iteration", cadence.group_id)
        one = Iteration(world.next_id(), number, cadence.id, begins, begins + length - timedelta(days=1), world.now())
        world.iterations_made[one.id] = one
        upcoming += begins > today
        begins += length
