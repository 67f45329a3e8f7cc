"""Outcomes of a handler that writes more than once: what the whole of it came to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.domain.decision import Outcome, Result

_GRAVITY = (Result.REFUSED, Result.STOOD_DOWN, Result.APPLIED, Result.ALREADY_SO)
"""What counts most first: a refusal must not hide behind a success."""


CHANGED = ("added", "removed", "assigned", "state_before")
"""What the outcome of a write tells of the item before and after, so that it can be taken back."""


def whole(parts: Sequence[Outcome], *, url: str = "", data: Mapping[str, object] | None = None) -> Outcome:
    """The gravest result of the parts, with the sentences of those that changed or refused something."""
    result = next((one for one in _GRAVITY if any(part.result is one for part in parts)), Result.NOT_APPLICABLE)
    told = [part for part in parts if part.result is not Result.ALREADY_SO] or list(parts)
    sentence = " ".join(dict.fromkeys(part.sentence for part in told))
    changed = {key: part.data[key] for part in parts for key in CHANGED if key in part.data}
    return Outcome(
        result,
        sentence,
        url=url or next((part.url for part in parts if part.url), ""),
        data={**changed, **(data or {})},
    )
