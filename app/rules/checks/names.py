"""Names: what the file speaks of must be defined in it."""

from __future__ import annotations

from collections.abc import Iterable

from app.rules.checks.known import SECTIONS, Known
from app.rules.checks.uses import Kind, Use
from app.rules.findings import Findings
from app.rules.suggest import did_you_mean

_CALLED: dict[Kind, str] = {
    "label": "label",
    "stage": "stage",
    "people": "people list",
    "fact": "fact",
    "project": "project",
    "channel": "channel",
    "route": "route",
}


def check_names(uses: Iterable[Use], known: Known, findings: Findings) -> None:
    """Report each name that nothing defines, and old forms of labels where the rule file must write today's."""
    for use in uses:
        if known.has(use.kind, use.name):
            continue
        today = known.old_forms.get(use.name.casefold()) if use.kind in ("label", "stage") else None
        if today is None:
            hint = did_you_mean(use.name, known.names[use.kind])
            hint = hint or f"define it under '{SECTIONS[use.kind]}'"
            findings.error(use.path, f"unknown {_CALLED[use.kind]} '{use.name}'", hint, key=use.at_key)
        elif not use.old_form_allowed:
            message = f"'{use.name}' is an old form of '{today}'; the bot reads it as that one"
            findings.error(use.path, message, f"write '{today}'", key=use.at_key)
