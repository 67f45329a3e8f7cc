"""Say why the bot did, or did not do, what it last did here.

``why`` tells of the last decision that did something, with rule, line, the value that decided and a link, and of what
was decided since. ``why not <rule>`` tells what kept a rule from acting.

Reads: the item's earlier decisions. What an internal note set going is told in internal notes only.
Writes: one comment; internal where it was asked in an internal note.
Silent when: the answer is there already.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.domain.change import Change, Kind
from app.domain.decision import Outcome, Result, Verdict
from app.handler import Context, Earlier, Handler
from app.rules.actions import ActionSpec, Effects, Params
from app.rules.loading.suggest import did_you_mean
from app.rules.reading.activity import same_person
from handlers.asked import answer, details, whispered
from handlers.earlier import last_deed

MOST = 40
"""Decisions that are looked through."""
SHOWN = 6
"""Rules and steps of one decision that are told."""


class WhyParams(Params):
    """Which template."""

    template: str = "why"
    """A file of templates/comment/, without .md. It knows ``rule_asked``, ``near``, ``did``, ``since``, ``kept``."""


def effects(_params: WhyParams) -> Effects:
    """It speaks, nothing else."""
    return Effects(speaks=True)


def run(ctx: Context, params: WhyParams) -> Outcome:
    """Look it up and say it."""
    before = [one for one in ctx.records.earlier(ctx.item, most=MOST) if _may_be_told(ctx, one)]
    asked = _rule_asked(details(ctx))
    rules = [rule.name for rule in ctx.rules.rules]
    values: dict[str, object] = {"rule_asked": asked, "near": "", "did": None, "since": None, "kept": None}
    if asked and asked not in rules:
        values["near"] = did_you_mean(asked, rules, else_list=False)
    elif asked:
        values["kept"] = _last_word(ctx, before, asked)
    else:
        deed = last_deed(ctx, lambda one: _may_be_told(ctx, one) and _acted(one))
        values["did"] = _told(*reversed(deed)) if deed else None
        newest = next((one for one in before if not _is_own(ctx, one)), None)
        values["since"] = _told(newest) if newest is not None and not _acted(newest) else None
    return answer(ctx, params.template, values)


def _rule_asked(text: str) -> str:
    """Of ``not ta-gate`` the rule's name; empty if none is named."""
    words = [word.strip("`.,?!") for word in text.split()]
    return " ".join(words[1:]) if words[:1] == ["not"] else " ".join(words)


def _may_be_told(ctx: Context, earlier: Earlier) -> bool:
    """Not this very question, nor others like it; and no internal talk where all can read."""
    change = earlier.change
    if change.delivery_id == ctx.change.delivery_id or any(step.action in _ANSWERS for step, _ in earlier.ends):
        return False
    return whispered(ctx) or not (change.comment is not None and change.comment.internal)


_ANSWERS = frozenset({"why", "help"})


def _acted(earlier: Earlier) -> bool:
    return any(end is not None and end.result is Result.APPLIED for _, end in earlier.ends)


def _is_own(ctx: Context, earlier: Earlier) -> bool:
    actor = earlier.change.actor
    return actor is not None and same_person(actor, ctx.gitlab.whoami())


def _told(earlier: Earlier, *echoes: Earlier) -> dict[str, object]:
    """A decision, with those that answered the bot's own writes of it."""
    plans = (earlier, *echoes)
    matched = [verdict for plan in plans for verdict in plan.decision.verdicts if verdict.matched]
    ended = [(step, end) for plan in plans for step, end in plan.ends if end is not None]
    ends = [(step, end) for step, end in ended if end.result is not Result.ALREADY_SO]
    return {
        "at": earlier.decision.at,
        "happened": happened_in_words(earlier.change),
        "who": earlier.change.actor.username if earlier.change.actor else "",
        "summary": earlier.decision.summary,
        "rules": [_rule(verdict) for verdict in matched[:SHOWN]],
        "steps": [
            {"rule": step.rule, "result": str(end.result), "sentence": end.sentence} for step, end in ends[:SHOWN]
        ],
        "url": earlier.url,
    }


def _rule(verdict: Verdict) -> dict[str, object]:
    return {
        "name": verdict.rule,
        "file": verdict.source.file.rpartition("/")[2],
        "line": verdict.source.line,
        "reason": verdict.reason,
    }


def _last_word(ctx: Context, before: Sequence[Earlier], rule: str) -> dict[str, object] | None:
    """What the rule said last of something that it listens for; else of anything."""
    looked = [one for one in before if _verdict(one, rule) is not None and not _is_own(ctx, one)]
    heard = [one for one in looked if not _kept(one, rule)["reason"].startswith("no ")]
    return next((_kept(one, rule) for one in (*heard, *looked)), None)


def _verdict(earlier: Earlier, rule: str) -> Verdict | None:
    return next((one for one in earlier.decision.verdicts if one.rule == rule), None)


def _kept(earlier: Earlier, rule: str) -> dict[str, Any]:
    verdict = _verdict(earlier, rule)
    assert verdict is not None
    return {**_told(earlier), **_rule(verdict), "matched": verdict.matched}


def happened_in_words(change: Change) -> str:
    """What a change was, as half a sentence: ``the label 'TA::Approved' was put on``."""
    said = [f"the label '{label}' was put on" for label in change.added if change.kind is not Kind.OPENED]
    said += [f"the label '{label}' was taken off" for label in change.removed]
    return " and ".join(said) or _KINDS.get(change.kind, str(change.kind))


_KINDS: dict[Kind, str] = {
    Kind.OPENED: "the issue was filed",
    Kind.EDITED: "the issue was edited",
    Kind.CLOSED: "the issue was closed",
    Kind.REOPENED: "the issue was opened again",
    Kind.COMMENTED: "there was a comment",
    Kind.COMMENT_EDITED: "a comment was edited",
    Kind.EMOJI: "somebody reacted",
    Kind.EMOJI_TAKEN_BACK: "somebody took a reaction back",
    Kind.TIMER: "a reminder came due",
    Kind.SCHEDULE: "its time came",
    Kind.DEAL: "the CRM told of the deal",
}


HANDLER = Handler(
    spec=ActionSpec(
        name="why",
        params=WhyParams,
        effects=effects,
        purpose="Say why the bot did, or did not do, what it last did here.",
        offers={"template": "comment/"},
        says=lambda _params, _quote: "says why it did what it last did here",
        announces=True,
        templates=lambda params: (f"comment/{params.template}",),
    ),
    run=run,
)
