"""What came of replaying history, as text, Markdown or JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from app.rules.trying.replaying import Example, OfRule, Tally

Format = Literal["text", "markdown", "json"]

MARK = "<!-- sowbot replay -->"
"""First line of the Markdown: by it the CI job finds the note that it wrote before."""
_LONGEST = 160


@dataclass(frozen=True, slots=True)
class Replayed:
    """A tally, and what it is of."""

    draft: str
    against: str
    """The other rule file; empty: what was recorded."""
    tally: Tally
    changed_facts: Sequence[str]
    seconds: float


def report(replayed: Replayed, form: Format) -> str:
    """In the wanted form."""
    forms: dict[Format, Callable[[Replayed], Iterator[str]]] = {"text": _text, "markdown": _markdown, "json": _json}
    return "\n".join(forms[form](replayed)) + "\n"


def _text(replayed: Replayed) -> Iterator[str]:
    tally = replayed.tally
    yield f"{replayed.draft} against {replayed.against or 'what was recorded'}{_span(tally)}:"
    yield f"  {tally.decisions:>9,} decisions made again"
    yield f"  {tally.same:>9,} the same"
    yield f"  {tally.differ:>9,} differ"
    for rule, count in _by_weight(tally):
        yield ""
        yield f"{rule}: {_counts(count)}"
        for example in count.examples:
            yield f"  {example.at:%Y-%m-%d %H:%M} {example.item} {example.happened}"
            yield from (f"    - {_short(one)}" for one in example.was)
            yield from (f"    + {_short(one)}" for one in example.would_be)
    left = list(_left_out(replayed))
    if left:
        yield ""
        yield "Not decided again:"
        yield from (f"  {sentence}" for sentence in left)


def _markdown(replayed: Replayed) -> Iterator[str]:
    tally = replayed.tally
    yield MARK
    yield f"### `{replayed.draft}` on {tally.decisions:,} recorded decisions"
    yield ""
    compared = f"`{replayed.against}`" if replayed.against else "what was recorded"
    yield f"Compared with {compared}{_span(tally)}: **{tally.same:,}** are the same, **{tally.differ:,}** differ."
    if tally.rules:
        yield ""
        yield "| Rule | Decisions | It acts where it did not | It no longer acts | It acts otherwise |"
        yield "| --- | ---: | ---: | ---: | ---: |"
        for rule, count in _by_weight(tally):
            yield f"| `{rule}` | {count.total:,} | {count.more:,} | {count.less:,} | {count.other:,} |"
    for rule, count in _by_weight(tally):
        yield ""
        yield f"<details><summary>Examples: {rule}</summary>"
        yield ""
        for example in count.examples:
            yield from _example(example)
        yield ""
        yield "</details>"
    for sentence in _left_out(replayed):
        yield ""
        yield f"*{sentence}*"


def _example(example: Example) -> Iterator[str]:
    """In a code block, where nothing that people wrote can act."""
    yield "```diff"
    yield f"# {example.at:%Y-%m-%d %H:%M} {example.item} {_fenced(example.happened)}"
    yield from (f"- {_fenced(_short(one))}" for one in example.was)
    yield from (f"+ {_fenced(_short(one))}" for one in example.would_be)
    yield "```"


def _json(replayed: Replayed) -> Iterator[str]:
    yield json.dumps(asdict(replayed), indent=2, ensure_ascii=False, default=str)


def _left_out(replayed: Replayed) -> Iterator[str]:
    """What replaying can't say, in sentences."""
    tally = replayed.tally
    if tally.newly_wanted:
        yield (
            f"{tally.newly_wanted:,} deliveries were set aside unseen, and the draft would look at their items; "
            "what it would do there is not known."
        )
    if tally.set_aside:
        yield f"{tally.set_aside:,} deliveries were set aside unseen, and the draft would set them aside, too."
    if tally.unrecorded:
        yield f"{tally.unrecorded:,} have no record of what was looked at (repeated deliveries, or older ones)."
    if replayed.changed_facts:
        names = ", ".join(replayed.changed_facts)
        yield (
            f"The draft reads these facts otherwise: {names}. History keeps what was read then, not the texts, "
            "so that part of the draft is not tried here."
        )


def _by_weight(tally: Tally) -> list[tuple[str, OfRule]]:
    return sorted(tally.rules.items(), key=lambda pair: (-pair[1].total, pair[0]))


def _counts(count: OfRule) -> str:
    parts = [(count.more, "it acts where it did not"), (count.less, "it no longer acts"), (count.other, "otherwise")]
    return ", ".join(f"{number:,} {what}" for number, what in parts if number)


def _span(tally: Tally) -> str:
    if tally.first is None or tally.last is None:
        return ""
    return f", {tally.first:%Y-%m-%d} to {tally.last:%Y-%m-%d}"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _fenced(text: str) -> str:
    """A line that can't end its code block."""
    return " ".join(text.replace("`", "'").split())
