"""explain: a decision as text for people, every rule with the value that decided and every step with its reason."""

from __future__ import annotations

from collections.abc import Iterator

from app.domain.decision import Decision, Mode, Step, Verdict
from app.rules.reading.fact_tests import fact_words


def explain(decision: Decision) -> str:
    """The whole decision, one line a rule and a step."""
    return "\n".join(_lines(decision))


def _lines(decision: Decision) -> Iterator[str]:
    yield decision.summary
    yield ""
    yield f"Decided {decision.at:%Y-%m-%d %H:%M:%S %Z} on delivery {decision.delivery_id}."
    yield f"Stage: {decision.stage or 'not on the board'}"
    for name, value in sorted(decision.facts.items()):
        yield f"Fact: {name} is {fact_words(value)}"
    for title, matched in (("Matched", True), ("Did not match", False)):
        found = [verdict for verdict in decision.verdicts if verdict.matched is matched]
        if found:
            yield ""
            yield f"{title}:"
            yield from (f"  {_verdict(verdict)}" for verdict in found)
    yield ""
    if not decision.plan:
        yield "Nothing is to be done."
        return
    yield "To do:"
    for number, step in enumerate(decision.plan, start=1):
        yield f"  {number}. {_step(step)}"


def _verdict(verdict: Verdict) -> str:
    return f"{verdict.rule} ({verdict.source}{_mode(verdict.mode)}): {verdict.reason}"


def _step(step: Step) -> str:
    settings = ", ".join(
        f"{name}: {_setting(value)}" for name, value in step.params.items() if value not in (None, [], "")
    )
    because = f" Because: {step.because}" if step.because else ""
    return f"{step.action} {{{settings}}} ({step.rule}{_mode(step.mode)}).{because}"


def _setting(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_setting(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_setting(one) for one in value) + "]"
    return str(value)


def _mode(mode: Mode) -> str:
    return "" if mode is Mode.LIVE else f", {mode.value}"
