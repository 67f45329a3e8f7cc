"""Iteration cadences: an automatic one gets its iterations from GitLab, end to end, so many in advance."""

from __future__ import annotations

from datetime import date, timedelta

from app.sandbox.state import Cadence, Group, Iteration, World

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
    if errors:
        return errors
    cadence = Cadence(world.next_id(), group.id, title, weeks, start_date, ahead, created_at=world.now())
    world.cadences[cadence.id] = cadence
    for number in range(ahead):
        begins = start_date + timedelta(weeks=weeks * number)
        ends = begins + timedelta(days=7 * weeks - 1)
        made = Iteration(world.next_id(), world.next_iid("iteration", group.id), cadence.id, begins, ends)
        world.iterations_made[made.id] = made
    return cadence
