"""What a digest says, counted from the cards, purely. In an open channel private cards are a number, nothing more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from app.domain.item import ItemKey, Memory, Snapshot
from app.rules.book import RuleBook
from app.rules.deciding.remember import private_item
from app.rules.deciding.view import board_label
from app.rules.fiscal import close_quarter
from app.rules.model import Digest
from app.rules.model.digests import ASSIGNEE
from app.rules.patterns import like

MOST_LISTED = 15
"""Cards in one list; the others are counted."""
QUARTER = "close_qtr::"


@dataclass(frozen=True, slots=True)
class Card:
    """An issue on the board, as far as a digest needs it."""

    reference: str
    url: str
    stage: str
    labels: frozenset[str]
    assigned: bool
    private: bool
    days: int | None
    """Whole days in its stage; None: nobody has told since when."""


def quarter_label(book: RuleBook, now: datetime) -> str:
    """The label of the fiscal quarter in which ``now`` lies."""
    return f"{QUARTER}{close_quarter(book.calendar.day_of(now))}"


def cards_of(
    book: RuleBook, items: Iterable[Snapshot], memories: Mapping[ItemKey, Memory], now: datetime
) -> list[Card]:
    """The open items that are on the board."""
    found = []
    for item in items:
        labels = frozenset(book.canonical_all(item.labels))
        if board_label(book) not in labels or item.state == "closed":
            continue
        memory = memories.get(item.key, Memory())
        stage = book.stage_of(item.labels)
        since = memory.stage_entered_at if memory.stage == stage else None
        private = private_item(book, replace(item, memory=memory))
        days = max((now - since).days, 0) if since is not None else None
        reference = f"{item.project_path.rpartition('/')[2]}#{item.key.iid}"
        found.append(Card(reference, item.web_url, stage, labels, bool(item.assignees), private, days))
    return sorted(found, key=lambda card: (-(card.days if card.days is not None else -1), card.reference))


def said(
    book: RuleBook, digest: Digest, cards: Sequence[Card], decided: Iterable[Snapshot], *, now: datetime
) -> dict[str, object]:
    """The values of the digest's template. Lists name no private card; they are counted beside them."""
    lacking = [card for card in cards if any(_lacks(book, card, what) for what in digest.lacking)]
    waiting = [
        {"label": name, **_list([card for card in cards if _waits(book, card, name)])} for name in digest.waiting_for
    ]
    return {
        "name": digest.name,
        "why": digest.why,
        "lacking": _list(lacking),
        "stages": _stages(book, cards) if digest.stages else [],
        "stage_count": len(cards),
        "waiting": [one for one in waiting if one["count"]],
        "win_rate": _win_rate(book, decided, now) if digest.win_rate else None,
        "private": sum(card.private for card in cards),
        "all_private": False,
    }


def listing(book: RuleBook, card: Card) -> list[Digest]:
    """The digests that speak of the card as it is now, in the file's order."""
    return [
        digest
        for digest in book.file.digests
        if digest.stages
        or any(_lacks(book, card, what) for what in digest.lacking)
        or any(_waits(book, card, name) for name in digest.waiting_for)
    ]


def told_privately(digest: Digest, cards: Sequence[Card], book: RuleBook) -> dict[str, object] | None:
    """The same for the private channel: only the private cards, by reference. None: there is none to tell of."""
    ours = [replace(card, private=False) for card in cards if card.private]
    quiet = digest.model_copy(update={"win_rate": False, "stages": False})
    values = said(book, quiet, ours, (), now=datetime.min.replace(tzinfo=UTC))
    return {**values, "all_private": True} if worth_telling(quiet, values) else None


def worth_telling(digest: Digest, values: Mapping[str, object]) -> bool:
    """Whether there is news: a digest that only lists says nothing while its lists are empty."""
    lacking = values["lacking"]
    listed = bool(isinstance(lacking, dict) and lacking["count"]) or bool(values["waiting"])
    return listed or digest.stages or digest.win_rate


def _lacks(book: RuleBook, card: Card, what: str) -> bool:
    if what == ASSIGNEE:
        return not card.assigned
    return not any(like(label, book.canonical(what)) for label in card.labels)


def _waits(book: RuleBook, card: Card, name: str) -> bool:
    return book.canonical(name) in card.labels


def _list(cards: Sequence[Card]) -> dict[str, object]:
    open_ones = [card for card in cards if not card.private]
    shown = [
        {"reference": card.reference, "url": card.url, "days": card.days, "stage": card.stage.rpartition("::")[2]}
        for card in open_ones[:MOST_LISTED]
    ]
    more = len(open_ones) - len(shown)
    return {"count": len(cards), "cards": shown, "more": more, "private": len(cards) - len(open_ones)}


def _stages(book: RuleBook, cards: Sequence[Card]) -> list[dict[str, object]]:
    """A line for each stage with cards, left to right: how many, and the oldest if it may be named."""
    lines: list[dict[str, object]] = []
    for name in book.stages:
        here = [card for card in cards if card.stage == name]
        known = [card.days for card in here if card.days is not None]
        oldest = here[0] if known and not here[0].private else None
        if here:
            lines.append(
                {
                    "stage": name.rpartition("::")[2].replace("_", " "),
                    "count": len(here),
                    "days": max(known, default=None),
                    "middle": sorted(known)[len(known) // 2] if known else None,
                    "oldest": {"reference": oldest.reference, "url": oldest.url} if oldest is not None else None,
                }
            )
    return lines


def _win_rate(book: RuleBook, decided: Iterable[Snapshot], now: datetime) -> dict[str, object]:
    """By labels alone: whoever carries the quarter's label and an outcome's, on the board."""
    quarter = quarter_label(book, now)
    ends = {stage.stage: stage.ends for stage in book.file.board.stages if stage.ends}
    outcomes = []
    for item in decided:
        labels = book.canonical_all(item.labels)
        if board_label(book) in labels and quarter.casefold() in (label.casefold() for label in labels):
            outcomes += [ends[label] for label in labels if label in ends][-1:]
    won, lost = outcomes.count("won"), outcomes.count("lost")
    percent = round(100 * won / (won + lost)) if won + lost else None
    return {"quarter": quarter.removeprefix(QUARTER), "won": won, "lost": lost, "percent": percent}
