"""Channels follow the rule file that is in use."""

from __future__ import annotations

import json

import httpx
import respx
from pydantic import SecretStr

from app.domain.decision import Result
from app.outbound.channels import BookChannels
from app.outbound.current import CurrentChannels
from app.rules.book import RuleBook
from tests.outbound.memory import Memory
from tests.rules.toy import SOUND, check

SECRETS = {"SLACK_SERVICES": SecretStr("https://hooks.slack.example/one")}


def _book(text: str) -> RuleBook:
    book = check(text).book
    assert book is not None
    return book


@respx.mock
def test_a_channel_that_a_reload_brings_can_be_posted_to() -> None:
    posted = respx.post("https://hooks.slack.example/one").mock(return_value=httpx.Response(200, text="ok"))
    book = _book(SOUND)
    with httpx.Client() as client:

        def of_the_book(book: RuleBook) -> BookChannels:
            return BookChannels(book.file.channels, SECRETS.get, Memory(), client)

        channels = CurrentChannels(lambda: book, of_the_book)
        assert channels.post("leaders", "Hello", key="1").result is Result.NOT_APPLICABLE
        book = _book(
            SOUND.replace("channels:\n", 'channels:\n  leaders: {slack: SLACK_SERVICES, mention: "<!here>"}\n')
        )
        assert channels.post("leaders", "Hello", key="1").result is Result.APPLIED
    assert json.loads(posted.calls.last.request.content)["text"] == "<!here> Hello"
