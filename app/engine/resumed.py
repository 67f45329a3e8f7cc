"""What a step did before a crash and could not record. Done again it reads "already so", as if somebody else had done
it. Then nobody could take it back, and the bot would not know what people undo. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.domain.decision import Outcome, Result
from app.engine.standdown import by_bot, is_about
from app.rules.actions import Effects

BEFORE = " That was before a restart."
"""After what was done, for whoever compares times."""


def as_done(
    outcome: Outcome, effects: Effects, *, then: Sequence[str], now: Sequence[str], own: Sequence[Effects]
) -> Outcome:
    """Of an outcome *already so* of a step that may have been carried out before a restart: *applied* where it was.

    A comment carries the step's own mark, so it can be nobody else's. Labels were changed by the step if they differ
    from those at the decision as it wanted, and no other step did it (``own``: what those did since). What people move
    meanwhile makes the step stand down before it gets here.
    """
    added = [one for one in now if one not in then and one in effects.adds | effects.stages and not by_bot(own, one)]
    gone = [one for one in then if one not in now and is_about(effects, one) and not by_bot(own, one)]
    if not added and not gone and "note_id" not in outcome.data:
        return outcome
    changed = {name: labels for name, labels in (("added", added), ("removed", gone)) if labels}
    sentence = f"{'Changed the labels.' if changed else 'Posted the comment.'}{BEFORE}"
    return replace(outcome, result=Result.APPLIED, sentence=sentence, data={**outcome.data, **changed})
