"""The sheet: every rule as a sentence that an admin can read aloud."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping

from app.domain.decision import Mode
from app.rules.actions import ActionSpec
from app.rules.book import RuleBook
from app.rules.model import Rule
from app.rules.telling.conditions import told
from app.rules.telling.digests import digest_sentences
from app.rules.telling.events import happened, said_already
from app.rules.telling.words import Quote, as_code, in_quotes, sentence

WIDTH = 100

_MODES = {
    Mode.OFF: "It is switched off.",
    Mode.SHADOW: "For now the bot only records what it would do.",
    Mode.ANNOUNCE: "For now the bot only comments.",
}


def as_text(book: RuleBook, actions: Mapping[str, ActionSpec]) -> str:
    """The sheet as plain text, a paragraph a rule."""
    paragraphs = []
    for rule in book.file.rules:
        said = " ".join(_sentences(rule, book, actions, in_quotes))
        paragraphs.append(_paragraph(rule.name, said))
    for digest in book.file.digests:
        paragraphs.append(_paragraph(digest.name, " ".join(digest_sentences(digest, book, in_quotes))))
    return "\n\n".join(paragraphs) + "\n"


def as_markdown(book: RuleBook, actions: Mapping[str, ActionSpec]) -> str:
    """The sheet as a section of a page."""
    parts = []
    for rule in book.file.rules:
        parts += [f"### {rule.name}", " ".join(_sentences(rule, book, actions, as_code, strong="**"))]
    for digest in book.file.digests:
        parts += [f"### {digest.name}", " ".join(digest_sentences(digest, book, as_code, strong="**"))]
    return "\n\n".join(parts) + "\n"


def _paragraph(name: str, said: str) -> str:
    return f"{name}\n{textwrap.indent(textwrap.fill(said, WIDTH, break_on_hyphens=False), '  ')}"


def _sentences(
    rule: Rule, book: RuleBook, actions: Mapping[str, ActionSpec], quote: Quote, *, strong: str = ""
) -> Iterator[str]:
    when = rule.when
    said = f"{strong}When{strong} {happened(when, quote)}"
    if condition := told(when, quote, without=said_already(when)):
        said += f", {strong}and{strong} {_named(condition)}"
    if rule.unless is not None:
        said += f", {strong}unless{strong} {_named(told(rule.unless, quote))}"
    doing = ", then ".join(_action(entry, actions, quote) for entry in rule.do)
    yield f"{said}, {strong}the bot{strong} {doing}."
    yield f"{strong}Because:{strong} {sentence(rule.why)}"
    yield from _settings(rule, book)


def _named(condition: str) -> str:
    """With the issue called by its name where the clause begins with it."""
    return f"the issue {condition[3:]}" if condition.startswith("it ") else condition


def _settings(rule: Rule, book: RuleBook) -> Iterator[str]:
    mode = book.mode(rule)
    if mode in _MODES:
        yield _MODES[mode]
    if rule.as_often_as is not None:
        yield f"For one issue, at most {rule.as_often_as}."
    if rule.also_own_changes:
        yield "What the bot itself did counts too."
    if rule.priority:
        yield f"It goes {'before' if rule.priority > 0 else 'after'} the others (priority {rule.priority})."
    if rule.stop_after:
        yield "No later rule is tried then."


def _action(entry: Mapping[str, object], actions: Mapping[str, ActionSpec], quote: Quote) -> str:
    name, settings = next(iter(entry.items()))
    spec = actions[name]
    return spec.tells(spec.params.model_validate(settings or {}), quote)
