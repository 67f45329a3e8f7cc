"""Reminders that nobody ever receives: forgotten or answered before they come due, or never needed."""

from __future__ import annotations

from dataclasses import replace

from app.domain.change import Change, Kind
from app.rules.deciding.board_steps import REMINDERS
from app.rules.deciding.occurrences import STAGE_TIMER
from app.rules.deciding.reminders import reminders_of
from app.rules.model import Remind, Stage
from app.rules.verifying.cases import Case, Cases, add_move, groups
from app.rules.verifying.chain import Follower
from app.rules.verifying.cone import Cone
from app.rules.verifying.happening import Happening
from app.rules.verifying.hope import Hope
from app.rules.verifying.occasions import timers_set
from app.rules.verifying.scene import World
from app.rules.verifying.slices import Inquiry
from app.rules.verifying.story import story_of


def ask(inquiry: Inquiry) -> None:
    """Look at the reminders of stages, then at those that rules set."""
    for number, stage in enumerate(inquiry.book.file.board.stages):
        for place, remind in enumerate(reminders_of(stage), start=1):
            if inquiry.budget.spent():
                inquiry.budget.leave_out("reminders")
                return
            _ask_second(inquiry, number, place, stage, remind)
            _ask_stage(inquiry, number, place, stage, remind)
    for index, rule in inquiry.writing:
        if any(True for _ in timers_set(rule)):
            _ask_rule(inquiry, index)


def _path(number: int, place: int, stage: Stage) -> tuple[str | int, ...]:
    return ("board", "stages", number, "remind", *((place - 1,) if isinstance(stage.remind, list) else ()))


def _ask_second(inquiry: Inquiry, number: int, place: int, stage: Stage, remind: Remind) -> None:
    then, after = remind.then, remind.after
    if then is None or then.unit != after.unit or then.amount > after.amount:
        return
    same = f"the second reminder of {stage.stage} ({then}) comes no later than the first ({after})"
    message = f"{same}: both count from the same start"
    inquiry.find("idle reminder", (*_path(number, place, stage), "then"), message)


def _ask_stage(inquiry: Inquiry, number: int, place: int, stage: Stage, remind: Remind) -> None:
    """Whether the reminder is still set once the bot rests, and there is an item for which it is not needless."""
    timer = f"{STAGE_TIMER}{stage.stage}/{place}"
    path = _path(number, place, stage)
    if (needless := _always_needless(inquiry, stage, remind, timer)) is not None:
        inquiry.find("idle reminder", path, f"nobody ever receives this reminder of {stage.stage}: {needless}")
        return
    meddling = [index for index, _ in inquiry.writing if _meddles(inquiry, index)]
    if not meddling:
        return
    part, first = inquiry.slice(meddling), None
    for origin in inquiry.book.stages:
        if origin == stage.stage:
            continue
        cone = Cone.of_rules(inquiry.book, [inquiry.book.file.rules[index] for index in meddling])
        add_move(cone, inquiry.book, origin, stage.stage)
        cases = Cases(cone, [Happening("moved", stage.stage, origin)], inquiry.budget)
        for case in cases:
            chain = part.follow(case.world, case.setting, case.change)
            if chain.rounds[0].decisions[0].memory.stage != stage.stage or chain.rounds[0].decisions[0].memory.refused:
                continue
            if timer in chain.world.timers and not chain.world.closed:
                return
            first = first or case
        if not cases.complete:
            return
    if first is not None:
        chain = inquiry.whole.follow(first.world, first.setting, first.change)
        why = "the item is closed by then" if timer in chain.world.timers else "it is forgotten as soon as it is set"
        message = f"nobody ever receives this reminder of {stage.stage}: {why}"
        inquiry.find("idle reminder", path, message, story_of(inquiry, first, chain))


def _meddles(inquiry: Inquiry, index: int) -> bool:
    """Whether a rule may close an item, move it, or forget reminders of stages, when a card has moved."""
    rule = inquiry.book.file.rules[index]
    if not set(rule.when.event) & {"stage entered", "stage left", "label added", "label removed", "move warned"}:
        return False
    for _, action, params, effects in inquiry.steps(index):
        cancel = params.get("cancel")
        if effects.closes or effects.stages:
            return True
        if action == "remind" and isinstance(cancel, str) and (cancel == "*" or cancel.startswith("stage")):
            return True
        if any(inquiry.book.canonical(one) in inquiry.book.stages for one in effects.adds | effects.removes if one):
            return True
    return False


def _always_needless(inquiry: Inquiry, stage: Stage, remind: Remind, timer: str) -> str | None:
    """Why it is needless on every item of its stage; None if there is one that needs it."""
    if remind.unless is None:
        return None
    cone = Cone(inquiry.book)
    cone.label(inquiry.book.canonical(inquiry.book.file.board.only), wanted=True)
    cone.condition(remind.unless, wanted=False)
    cone.stages = {stage.stage: True}
    alone, reason = inquiry.slice([]), None
    cases = Cases(cone, [Happening("timer", timer)], inquiry.budget)
    for case in cases:
        if case.before.accepted != stage.stage:
            continue
        decision = alone.decide(case.world, case.setting, case.change)
        if any(step.rule == REMINDERS for step in decision.plan):
            return None
        said = next((one.reason for one in decision.verdicts if one.rule == REMINDERS), "")
        reason = reason or said.removeprefix("No reminder: ").rstrip(".")
    return reason if cases.complete else None


def _ask_rule(inquiry: Inquiry, index: int) -> None:
    """Whether a reminder that a rule sets is ever heard of."""
    rule = inquiry.book.file.rules[index]
    helping = [
        other for other, _ in inquiry.writing if other == index or _meddles(inquiry, other) or _listens(inquiry, other)
    ]
    part = inquiry.slice(helping)
    names = list(timers_set(rule))
    first: Case | None = None
    for cone, happenings in groups(inquiry.book, [rule], inquiry.occasions(index)):
        cases = Cases(cone, happenings, inquiry.budget, bot_too=rule.also_own_changes, hope=Hope(inquiry.book, [rule]))
        for case in cases:
            if not any(step.rule == rule.name for step in part.decide(case.world, case.setting, case.change).plan):
                continue
            chain = part.follow(case.world, case.setting, case.change)
            if any(_received(part, chain.world, case, name) for name in names):
                return
            first = first or case
        if not cases.complete:
            return
    if first is None:
        return
    chain = inquiry.whole.follow(first.world, first.setting, first.change)
    if any(_received(inquiry.whole, chain.world, first, name) for name in names):
        return
    why = "the item is closed by then" if chain.world.timers & set(names) else "it is forgotten as soon as it is set"
    number = next(n for n, action, params, _ in inquiry.steps(index) if action == "remind" and params.get("name"))
    message = f"nobody ever receives the reminder '{names[0]}' of rule '{rule.name}': {why}"
    inquiry.find("idle reminder", ("rules", index, "do", number), message, story_of(inquiry, first, chain))


def _listens(inquiry: Inquiry, index: int) -> bool:
    return "timer" in inquiry.book.file.rules[index].when.event


def _received(follower: Follower, world: World, case: Case, name: str) -> bool:
    """Whether anything is done when the timer comes due. Rules that hear it may wait for what people do till then."""
    if name not in world.timers:
        return False
    if follower.heard(name):
        return True
    extra = {"who": "assignee", "says": ""}
    due = Change("story", "story", Kind.TIMER, "timer", item=case.setting.key, timer=name, extra=extra)
    decision = follower.decide(replace(world, timers=world.timers - {name}), case.setting, due)
    return bool(decision.plan)
