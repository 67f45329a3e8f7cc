"""Stage timers: which reminders are set, forgotten, paused or let go on when a card changes its stage.

A stage with ``pauses_reminders`` lets every timer of the item stand still; each keeps the working time that it has
left. A card that goes back to the stage which it left finds that stage's reminders where they were. If it goes
elsewhere they are forgotten, and the new stage's begin anew. Timers that belong to a date never stand still.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.domain.item import Memory
from app.rules.book import RuleBook
from app.rules.deciding.occurrences import STAGE_TIMER
from app.rules.deciding.passage import Passage
from app.rules.deciding.reminders import reminders_of, timer_params

Action = tuple[str, dict[str, object], str]
"""Handler, parameters, and why."""


def stage_timers(book: RuleBook, memory: Memory, passage: Passage) -> Iterator[Action]:
    """The steps for a card that has ``entered`` a stage or ``begun`` in it. ``memory`` is that of before."""
    old, new = book.stages.get(passage.origin), book.stages.get(passage.stage)
    left, entered = f"The item left {passage.origin}.", f"The item entered {passage.stage}."
    goes_on = rests = False
    if passage.ending == "entered":
        rested = old is not None and old.pauses_reminders
        rests = new is not None and new.pauses_reminders
        goes_on = rested and not rests and passage.stage == memory.stage_before_hold
        if rested:
            # Its own reminders end with it, be there what may below.
            if reminders_of(old):
                yield "remind", {"cancel": f"{STAGE_TIMER}{passage.origin}/*"}, left
        elif not rests and (old is None or reminders_of(old)):
            yield "remind", {"cancel": f"{STAGE_TIMER}*"}, left
        if rested and not rests:
            if not goes_on:
                yield "remind", {"cancel": f"{STAGE_TIMER}*"}, f"The item was in {memory.stage_before_hold} before."
            yield "remind", {"resume": "*"}, f"{left} Its reminders go on with the time that they had left."
        elif rests and not rested:
            yield "remind", {"pause": "*"}, f"{entered} No reminder comes due while it is there."
    if not goes_on:
        for number, remind in enumerate(reminders_of(new), start=1):
            yield "remind", timer_params(passage.stage, number, remind), entered
