"""The list of handlers, and the page that is made from it."""

from __future__ import annotations

import sys

import pytest

from app.handler import Handler
from handlers import HANDLERS, by_name, specs
from handlers.describe import actions_markdown
from tests.handlers.scene import ROOT


def test_the_page_of_actions_is_up_to_date() -> None:
    written = (ROOT / "docs/actions.md").read_text(encoding="utf-8")
    assert written == actions_markdown(), "docs/actions.md is out of date; write it with ./run docs"


def test_names_are_unique_and_lead_to_their_handlers() -> None:
    assert len(by_name()) == len(HANDLERS) == len(specs())
    assert all(specs()[name] is handler.spec for name, handler in by_name().items())


@pytest.mark.parametrize("handler", HANDLERS, ids=lambda handler: handler.name)
def test_a_handler_says_what_it_does_reads_writes_and_when_it_is_silent(handler: Handler) -> None:
    story = sys.modules[handler.run.__module__].__doc__ or ""
    assert story.splitlines()[0] == handler.spec.purpose
    for part in ("\nReads:", "\nWrites:", "\nSilent when:"):
        assert part in story
    assert all(field.description for field in handler.spec.params.model_fields.values())
