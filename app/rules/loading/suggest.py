"""Did you mean: the nearest known name to one that nobody knows."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

LIKENESS = 0.6
"""How alike two words must be (difflib's ratio) before one is offered for the other."""

LISTED = 8
"""As many known names as fit on a line of a terminal."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name most like ``word``, whatever the case; None if nothing is near.

    Labels of one scope are compared without it: the long ``proposal::`` in front would make any two of them alike.
    """
    by_folded = {name.casefold(): name for name in known}
    scope, colons, value = word.casefold().partition("::")
    if colons:
        family = {name[len(scope) + 2 :]: full for name, full in by_folded.items() if name.startswith(f"{scope}::")}
        if found := get_close_matches(value, family, n=1, cutoff=LIKENESS):
            return family[found[0]]
        by_folded = {name: full for name, full in by_folded.items() if not name.startswith(f"{scope}::")}
    found = get_close_matches(word.casefold(), by_folded, n=1, cutoff=LIKENESS)
    return by_folded[found[0]] if found else None


def did_you_mean(word: str, known: Iterable[str], *, else_list: bool = True) -> str:
    """``did you mean 'x'?``; else what there is to choose from, if that is little; else nothing."""
    names = list(known)
    near = nearest(word, names)
    if near is not None:
        return f"did you mean '{near}'?"
    if else_list and 0 < len(names) <= LISTED:
        return f"known here: {', '.join(names)}"
    return ""
