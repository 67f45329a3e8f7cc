"""One step of a plan: the handler is called with what it may use, and every way it can end becomes an outcome."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa
import structlog

from app.domain.change import Change
from app.domain.decision import Decision, Mode, Outcome, Result, Step
from app.domain.item import Snapshot
from app.engine import ledger
from app.engine.clock import utc_now
from app.engine.discreet import for_the_log
from app.engine.fights import FIGHT, answered, fight, history_of, tried_by_hand, written
from app.engine.resumed import as_done
from app.engine.standdown import overtaken, touches_labels
from app.errors import AdminMustAct, PersonMustAct, Refused, StoodDown
from app.gitlab.port import GitLab
from app.handler import Channels, Context, Handler, Records, Templates, Timers
from app.rules.actions import Effects
from app.rules.book import RuleBook

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Tools:
    """What every step may use, whatever the item."""

    database: sa.Engine
    handlers: Mapping[str, Handler]
    templates: Templates
    channels: Channels
    timers: Timers
    records: Records
    decision_url: Callable[[str], str]
    """Where a person can read the decision of a delivery; empty text without a public URL."""


@dataclass(frozen=True, slots=True)
class Scene:
    """The item around a plan: what was seen, what was decided, and the door to GitLab for this look."""

    gitlab: GitLab
    book: RuleBook
    snapshot: Snapshot
    change: Change
    decision: Decision
    seq: int
    """Of the newest delivery that was decided by this look."""
    look: Callable[[], Snapshot]
    """Asks GitLab for the item as it is at this very moment."""


def perform(tools: Tools, scene: Scene, step: Step, made: Mapping[str, object]) -> Outcome:
    """Carry one step out. Raises TryLater when it has to be tried again; every other end is an outcome."""
    handler = tools.handlers.get(step.action)
    if handler is None:
        return Outcome(Result.REFUSED, f"This version of sowbot has no action called {step.action!r}.")
    if not allowed(step.mode, handler):
        return Outcome(Result.SHADOWED, f"Mode {step.mode.value}: {step.action} was not performed.")
    if instead := _let_go(tools, scene, step) or _overtaken(tools, scene, step):
        return instead
    context = Context(
        gitlab=scene.gitlab,
        templates=tools.templates,
        channels=tools.channels,
        timers=tools.timers,
        records=tools.records,
        book=scene.book,
        snapshot=remembering(scene.snapshot, scene.decision),
        change=scene.change,
        step=step,
        facts=scene.decision.facts,
        stage=scene.decision.stage,
        now=utc_now(),
        decision_url=tools.decision_url(scene.change.delivery_id),
        made=made,
    )
    outcome = carry_out(handler, context)
    if outcome.result is Result.REFUSED:
        reason = for_the_log(scene.book, scene.snapshot, scene.change, outcome.sentence)
        log.warning("step.refused", action=step.action, rule=step.rule, item=str(context.item), reason=reason)
    return outcome


def remembering(snapshot: Snapshot, decision: Decision) -> Snapshot:
    """The item with what is remembered of it after the decision. What was private until now is so to the end."""
    sensitive = snapshot.memory.sensitive or decision.memory.sensitive
    return replace(snapshot, memory=replace(decision.memory, sensitive=sensitive))


def carry_out(handler: Handler, context: Context) -> Outcome:
    """Run the handler. An error that somebody can act on is an outcome; TryLater and bugs are raised."""
    try:
        return handler.run(context, handler.parse(context.step.params))
    except StoodDown as error:
        return Outcome(Result.STOOD_DOWN, str(error))
    except (Refused, PersonMustAct, AdminMustAct) as error:
        return Outcome(Result.REFUSED, str(error))


def allowed(mode: Mode, handler: Handler) -> bool:
    """Whether the mode lets this handler act."""
    return mode is Mode.LIVE or (mode is Mode.ANNOUNCE and handler.spec.announces)


def effects_of(tools: Tools, step: Step) -> Effects | None:
    """What the step may do to its item; None for an action that this version does not have."""
    handler = tools.handlers.get(step.action)
    return handler.spec.effects(handler.parse(step.params)) if handler else None


def _let_go(tools: Tools, scene: Scene, step: Step) -> Outcome | None:
    """Not one more round of a fight over labels or state."""
    item = str(scene.snapshot.key)

    def counts(one: Step) -> bool:
        effects = effects_of(tools, one)
        return effects is not None and (touches_labels(effects) or effects.closes or effects.reopens)

    if not counts(step) or tried_by_hand(tools.database, item, step):
        return None
    history = history_of(tools.database, item, now=utc_now(), counts=counts)
    found = fight(history, written(step, answered(scene.change)))
    if found is None:
        return None
    log.warning("item.fight", item=item, rules=found.rules, first=found.first)
    sentence = f"Let go: this was written and undone too often in a short time. Rules: {', '.join(found.rules)}."
    return Outcome(Result.RETRYING if found.first else Result.STOOD_DOWN, sentence, data={FIGHT: list(found.rules)})


def _overtaken(tools: Tools, scene: Scene, step: Step) -> Outcome | None:
    """A second look right before labels are written: what people changed since the decision outranks it."""
    effects = effects_of(tools, step)
    if effects is None or not touches_labels(effects):
        return None
    then = scene.snapshot.labels if scene.decision.labels is None else scene.decision.labels
    what = overtaken(scene.book, effects, then=then, now=scene.look().labels, own=_done_since(tools, scene))
    if not what:
        return None
    who = mover(tools, scene)
    by = f", by @{who}" if who else ""
    return Outcome(Result.STOOD_DOWN, f"Stood down: {what} meanwhile{by}; that change is looked at next.")


def _done_since(tools: Tools, scene: Scene) -> list[Effects]:
    """What the bot did to the item since the decision."""
    done = ledger.done_since(tools.database, str(scene.snapshot.key), scene.decision.at)
    return [effects for step in done if (effects := effects_of(tools, step)) is not None]


def resumed(tools: Tools, scene: Scene, step: Step, outcome: Outcome) -> Outcome:
    """The outcome of the first step that an earlier attend left without one: it may have been carried out then."""
    effects = effects_of(tools, step)
    if effects is None or outcome.result is not Result.ALREADY_SO or scene.decision.labels is None:
        return outcome
    now = scene.look().labels if touches_labels(effects) else scene.decision.labels
    return as_done(outcome, effects, then=scene.decision.labels, now=now, own=_done_since(tools, scene))


def mover(tools: Tools, scene: Scene) -> str:
    """Who moved labels since the decision, as far as deliveries have told; empty if none has."""
    bot_id = scene.snapshot.bot.id if scene.snapshot.bot else None
    newer = ledger.moved_by_people_since(tools.database, str(scene.snapshot.key), scene.seq, bot_id)
    return next((change.actor.username for change in reversed(newer) if change.actor), "")


def moves_the_stage(tools: Tools, step: Step) -> str:
    """The stage that the step puts its card into; empty if it leaves the stage alone."""
    effects = effects_of(tools, step)
    return next(iter(sorted(effects.stages)), "") if effects else ""


def gather(outcomes: Sequence[ledger.PendingStep]) -> dict[str, object]:
    """What the plan's earlier steps made, by action."""
    return {done.step.action: done.outcome.data for done in outcomes if done.outcome and done.outcome.data}
