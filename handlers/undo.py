"""Take back what the bot's last plan did to the item.

Labels, stage, assignment and state are set to what they were before the plan, unless somebody has changed them since;
the bot's comments are folded below a line that says so; issues that it filed are closed with a note, not deleted;
reminders that it set are forgotten. What can't be taken back is said: a message in a channel, a group or project, a
card that an illegal move was put back from, an approval. The same rule does not do it to this item again.

Reads: the item's earlier decisions and how their steps ended; the item now.
Writes: the above, and one comment with every outcome; internal where it was asked in an internal note.
Silent when: the answer is there already.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.domain.decision import Outcome, Result, Step, write_of
from app.domain.item import ItemKey, TakenBack
from app.gitlab.escape import mention
from app.handler import Context, Earlier, Handler
from app.rules.actions import ActionSpec, Effects, Params
from handlers.approvals import approvals_among
from handlers.asked import answer, asker
from handlers.earlier import last_deed
from handlers.note_text import stage_title, write_note
from handlers.remind import AGAIN
from handlers.why import happened_in_words

_NO_ACT = frozenset({"status_note", "react", "help", "why", "retry", "undo", "record_approval", "void_approvals"})
"""Actions that are no acts on the deal, or keep a record: there is nothing to take back."""

_STAYS = {
    "notify": "A message that went to a channel can't be called back.",
    "digest": "A message that went to a channel can't be called back.",
    "create_collaboration_project": "The customer's group and project stay: what is in them is for people to remove.",
    "describe_item": "The block in the description stays; edit the description to change it.",
    "update_issue": "What was written to the linked issue stays there.",
    "restore_stage": "A card that was put back stays: move it again yourself, and the board looks at that move anew.",
}
"""Actions that can't be taken back, and what is said of each."""


class UndoParams(Params):
    """Which template."""

    template: str = "undone"
    """A file of templates/comment/, without .md. It knows ``plan`` and ``lines``."""


def effects(_params: UndoParams) -> Effects:
    """Whatever an earlier plan did, the other way round; never an approval, never a stage that the board refused."""
    return Effects(speaks=True)


def run(ctx: Context, params: UndoParams) -> Outcome:
    """Find the plan, take it back step by step from its end, and tell."""
    if any(taken.told == ctx.change.delivery_id for taken in ctx.snapshot.memory.taken_back):
        return Outcome(Result.ALREADY_SO, "It was taken back already.")
    gone = {(taken.rule, taken.write) for taken in ctx.snapshot.memory.taken_back}
    deed = last_deed(ctx, lambda one: any((step.rule, write_of(step)) not in gone for step, _ in _acts(one)))
    if not deed:
        return answer(ctx, params.template, {"plan": None, "lines": []})
    acts = [act for plan in deed for act in reversed(_acts(plan))]
    lines = list(dict.fromkeys(line for step, end in acts for line in _one(ctx, step, end)))
    happened = happened_in_words(deed[-1].change)
    values = {"plan": {"at": deed[-1].decision.at, "happened": happened}, "lines": lines}
    told = answer(ctx, params.template, values)
    # Last and all at once: before a crash the same plan is found again, after it this is known to be done.
    ctx.records.take_back(ctx.item, [_taken(ctx, step, end) for step, end in acts if _of_a_rule(step)])
    return Outcome(told.result, f"Took back what was decided when {happened}.", url=told.url)


def _acts(earlier: Earlier) -> list[tuple[Step, Outcome]]:
    """What the plan really did, but for notes that only keep up to date or answer."""
    ended = [(step, end) for step, end in earlier.ends if end is not None and end.result is Result.APPLIED]
    return [
        (step, end)
        for step, end in ended
        if step.action == "restore_stage" or (_of_a_rule(step) and step.action not in _NO_ACT)
    ]


def _of_a_rule(step: Step) -> bool:
    """What the board does by itself follows from where the card is, and goes on doing so."""
    return "." not in step.rule


def _taken(ctx: Context, step: Step, end: Outcome) -> TakenBack:
    labels = [*_texts(end.data.get("added")), *_texts(end.data.get("removed"))]
    what = f"the change of {', '.join(labels)}" if labels else f"its {step.action.replace('_', ' ')}"
    return TakenBack(step.rule, write_of(step), what, asker(ctx), ctx.now, told=ctx.change.delivery_id)


def _one(ctx: Context, step: Step, end: Outcome) -> list[str]:
    """Take one step back; what came of it, in sentences."""
    if step.action in _STAYS:
        return [_STAYS[step.action]]
    data, said = end.data, list[str]()
    if "added" in data or "removed" in data:
        said += _labels(ctx, _texts(data.get("added")), _texts(data.get("removed")))
    if assigned := _texts(data.get("assigned")):
        said.append(_unassign(ctx, assigned))
    if before := data.get("state_before"):
        said.append(ctx.gitlab.set_state(ctx.item, state=str(before)).sentence)
    if step.action == "comment" and "note_id" in data:
        banner = f"**Taken back** at the wish of {mention(asker(ctx))}: this counts no more."
        said.append(ctx.gitlab.withdraw_note(ctx.item, note_id=int(str(data["note_id"])), banner=banner).sentence)
    if step.action in _FILES and {"project_id", "iid"} <= data.keys():
        said.append(_close(ctx, ItemKey(int(str(data["project_id"])), int(str(data["iid"]))), str(data["reference"])))
    if step.action in ("remind", "remind_me"):
        said.append(_forget(ctx, step, data))
    return said or [f"What the action {step.action} did stays as it is."]


_FILES = frozenset({"create_issue", "create_issues"})


def _labels(ctx: Context, added: list[str], removed: list[str]) -> Iterator[str]:
    """Only what is still as the plan left it: a person's newer change stays."""
    book = ctx.book
    now = ctx.gitlab.read_item(ctx.item).labels
    off = [label for label in added if label in now]
    if gone := [label for label in added if label not in now]:
        yield f"{', '.join(gone)}: taken off already."
    back = [label for label in removed if label not in now]
    stage_moved = any(label in book.stages for label in added) and not any(label in now for label in added)
    if stage_moved:
        yield f"The card is in {stage_title(book.stage_of(now))} by now, and stays there."
        back = [label for label in back if book.canonical(label) not in book.stages]
    if approving := approvals_among(ctx.rules, back):
        yield f"{', '.join(approving)} means an approval, so only a person puts it back."
        back = [label for label in back if label not in approving]
    if off or back:
        outcome = ctx.gitlab.change_labels(ctx.item, add=back, remove=off)
        done = [*([f"Took off {', '.join(off)}."] if off else []), *([f"Put back {', '.join(back)}."] if back else [])]
        yield " ".join(done) if outcome.result in (Result.APPLIED, Result.ALREADY_SO) else outcome.sentence


def _unassign(ctx: Context, assigned: list[str]) -> str:
    present = [person.username for person in ctx.gitlab.read_item(ctx.item).assignees]
    still = [name for name in assigned if name in present]
    if not still:
        return "Whom I had assigned is not assigned any more."
    ctx.gitlab.assign(ctx.item, usernames=[name for name in present if name not in still], keep=False)
    return f"Took {', '.join(still)} off the issue."


def _close(ctx: Context, key: ItemKey, reference: str) -> str:
    body = write_note(ctx, "issue_taken_back")
    ctx.gitlab.ensure_note(key, marker=f"{ctx.step.key}/{key}", body=body)
    ctx.gitlab.set_state(key, state="closed")
    return f"Closed {reference}, which I had filed, with a note that says why."


def _forget(ctx: Context, step: Step, data: Mapping[str, object]) -> str:
    names = _texts(data.get("timers"))
    if isinstance(name := step.params.get("name"), str):
        names += [name, name + AGAIN]
    if not names:
        return "Reminders that were forgotten can't be brought back."
    for name in names:
        ctx.timers.cancel(ctx.item, name)
    return f"Forgot the reminder {names[0]}."


def _texts(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list | tuple) else []


HANDLER = Handler(
    spec=ActionSpec(
        name="undo",
        params=UndoParams,
        effects=effects,
        purpose="Take back what the bot's last plan did to the item.",
        offers={"template": "comment/"},
        says=lambda _params, _quote: "takes back what it did last on the issue",
        templates=lambda params: (f"comment/{params.template}", "comment/issue_taken_back"),
    ),
    run=run,
)
