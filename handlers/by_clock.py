"""What the file's schedules will do with an item, in words that stay true: for the note that says where it stands.

A reminder has its day, and stands beside it. A schedule comes again and again, so its days are told as the rule file
writes them, and the note need not be edited when one has passed.
"""

from __future__ import annotations

from app.domain.decision import Mode
from app.domain.item import Snapshot
from app.handler import Context
from app.rules.book import RuleBook
from app.rules.deciding.conditions import check
from app.rules.deciding.view import View
from app.rules.digest import cards_of, listing


def by_clock(ctx: Context, now: Snapshot, view: View) -> dict[str, object]:
    """``quiet``: lengths of time without anybody's doing after which the bot says something here; ``digests``: ``at``
    and ``channel`` of those that speak of the item by its reference."""
    return {"quiet": _quiet(ctx.book, view), "digests": _digests(ctx, now)}


def _quiet(book: RuleBook, view: View) -> list[str]:
    """The shortest first, as the rules are usually written; those that would not act on this item are left out."""
    told: list[str] = []
    for rule in book.listening.get("schedule", ()):
        idle = rule.when.idle
        if idle is None or idle.over is None or book.mode(rule) not in (Mode.LIVE, Mode.ANNOUNCE):
            continue
        besides = check(rule.when.model_copy(update={"idle": None}), view).holds
        if besides and not (rule.unless is not None and check(rule.unless, view).holds):
            told.append(str(idle.over))
    return list(dict.fromkeys(told))


def _digests(ctx: Context, now: Snapshot) -> list[dict[str, str]]:
    book, private = ctx.book, ctx.rules.private.channel
    told: list[dict[str, str]] = []
    for card in cards_of(book, [now], {now.key: ctx.snapshot.memory}, ctx.now):
        for digest in listing(book, card):
            # In an open channel a private card is only counted, and stages tell the private channel nothing.
            named = not card.private or bool(private and (digest.lacking or digest.waiting_for))
            if named and book.digest_mode(digest) is Mode.LIVE:
                channel = (private if card.private else None) or digest.channel
                told += [{"at": str(at), "channel": channel} for at in digest.at]
    return told
