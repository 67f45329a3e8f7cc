"""Names: what the file speaks of must be defined in it."""

from __future__ import annotations

from collections.abc import Iterable

from app.rules.loading.checks.known import SECTIONS, Known
from app.rules.loading.checks.uses import Kind, Use
from app.rules.loading.findings import Findings
from app.rules.loading.suggest import did_you_mean

_CALLED: dict[Kind, str] = {
    "label": "label",
    "stage": "stage",
    "people": "people list",
    "fact": "fact",
    "project": "project",
    "channel": "channel",
    "route": "route",
}


def check_names(uses: Iterable[Use], known: Known, findings: Findings) -> frozenset[Kind]:
    """Report each name that nothing defines, and old forms of labels where the rule file must write today's.

    Returns the kinds of name that were found wanting: what they were meant to be may look unused or out of reach.
    """
    wanting: set[Kind] = set()
    for use in uses:
        today = known.old_forms.get(use.name.casefold()) if use.kind in ("label", "stage") else None
        if known.has(use.kind, use.name) or (today is not None and use.old_form_allowed):
            continue
        wanting.add(use.kind)
        if today is None:
            hint = did_you_mean(use.name, known.names[use.kind])
            hint = hint or f"define it under '{SECTIONS[use.kind]}'"
            findings.error(use.path, f"unknown {_CALLED[use.kind]} '{use.name}'", hint, key=use.at_key)
        else:
            message = f"'{use.name}' is an old form of '{today}'; the bot reads it as that one"
            findings.error(use.path, message, f"write '{today}'", key=use.at_key)
    return frozenset(wanting)
