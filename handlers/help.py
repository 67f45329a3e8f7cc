"""Say what whoever asks may ask for here.

The list is made from the rules that answer commands and from their ``why``: what does not apply to this issue now, or
to this person, is named in one line below.

Reads: the rules, the item, who is in which people list.
Writes: one comment; internal where it was asked in an internal note.
Silent when: the answer is there already.
"""

from __future__ import annotations

from app.domain.decision import Mode, Outcome
from app.handler import Context, Handler
from app.rules.actions import ActionSpec, Effects, Params
from app.rules.deciding.conditions import check
from app.rules.deciding.view import View
from app.rules.model import Rule
from handlers.asked import answer


class HelpParams(Params):
    """Which template."""

    template: str = "help"
    """A file of templates/comment/, without .md. It knows ``asked``, ``not_now`` and ``me``."""


def effects(_params: HelpParams) -> Effects:
    """It speaks, nothing else."""
    return Effects(speaks=True)


def run(ctx: Context, params: HelpParams) -> Outcome:
    """List them."""
    book = ctx.book
    view = View.of_snapshot(
        book, ctx.snapshot, stage=ctx.stage or "", facts=ctx.facts, actor=ctx.change.actor, now=ctx.now
    )
    asked: dict[str, str] = {}
    not_now: list[str] = []
    for rule in ctx.rules.rules:
        if not rule.when.command or book.mode(rule) is Mode.OFF:
            continue
        words = rule.when.command[0]
        if _applies(rule, view):
            asked.setdefault(words, rule.why)
        else:
            not_now.append(words)
    values = {
        "asked": [{"words": words, "why": why} for words, why in asked.items()],
        "not_now": [words for words in dict.fromkeys(not_now) if words not in asked],
        "me": ctx.gitlab.whoami().username,
    }
    return answer(ctx, params.template, values)


def _applies(rule: Rule, view: View) -> bool:
    """Whether the rule would answer now; where that can't be known it may be tried."""
    if check(rule.when, view).holds is False:
        return False
    return rule.unless is None or check(rule.unless, view).holds is not True


HANDLER = Handler(
    spec=ActionSpec(
        name="help",
        params=HelpParams,
        effects=effects,
        purpose="Say what whoever asks may ask for here.",
        offers={"template": "comment/"},
        says=lambda _params, _quote: "tells what may be asked of it here",
        announces=True,
        templates=lambda params: (f"comment/{params.template}",),
    ),
    run=run,
)
