"""Slack by an incoming webhook: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks"""

from __future__ import annotations

import json
from datetime import datetime

import httpx
from pydantic import SecretStr

from app.outbound.block_kit import blocks
from app.outbound.kind import Answer, Letter, Message, by_status
from app.outbound.slack_text import slack_text

_MEANINGS = {
    "no_service": "the webhook was removed or turned off: make a new one and set {variable} to its address",
    "invalid_token": "the address is wrong: set {variable} to the webhook's address",
    "no_team": "the address is wrong: set {variable} to the webhook's address",
    "no_active_hooks": "the webhook was turned off: make a new one and set {variable} to its address",
    "channel_not_found": "its channel is gone: make a new webhook and set {variable} to its address",
    "channel_is_archived": "its channel is archived",
    "action_prohibited": "a setting of the workspace forbids it",
    "posting_to_general_channel_denied": "a setting of the workspace forbids posting to that channel",
    "invalid_payload": "it can't read the message",
    "invalid_blocks": "it can't read the message's blocks",
    "no_text": "the message is empty",
}
"""https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling_errors"""


class SlackWebhook:
    """One channel, which the webhook's address stands for."""

    service = "Slack"
    threads = ""

    def __init__(self, url: SecretStr, variable: str) -> None:
        self.variable = variable
        self._url = url

    def letter(self, message: Message, now: datetime) -> Letter:
        """See the protocol."""
        del now
        body = json.dumps(written(message), ensure_ascii=False).encode()
        return Letter(self._url, body, {"Content-Type": "application/json; charset=utf-8"})

    def read(self, answer: httpx.Response) -> Answer:
        """See the protocol."""
        return by_status(answer, self.variable, _MEANINGS)


def written(message: Message) -> dict[str, object]:
    """The message for Slack: ``text`` is what notifications and screen readers say, the blocks are what is shown."""
    text = f"{message.mention} {slack_text(message.text)}".strip()
    return {"text": text, "blocks": blocks(message.text, message.about, message.mention)}
