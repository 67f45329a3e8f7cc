"""Slack by incoming webhooks: each message once, or not at all.

An incoming webhook can't be asked what it holds, so a message that may have arrived is not sent again: one posted twice
does more harm than one missed, and the outcome says so wherever outcomes are read.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import MappingProxyType

import httpx
from pydantic import SecretStr

from app.domain.decision import Outcome, Result
from app.errors import RateLimited, TryLater
from app.outbound.sent import SentStore
from app.outbound.slack_text import slack_text

TIMEOUT_S = 10.0
LONGEST_WAIT_S = 3600.0

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
    "no_text": "the message is empty",
}
"""https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling_errors"""


class SlackChannels:
    """The ``Channels`` of a handler's context, on Slack."""

    def __init__(
        self,
        urls: Mapping[str, SecretStr],
        mentions: Mapping[str, str],
        sent: SentStore,
        client: httpx.Client,
        *,
        variables: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """``urls``: the incoming webhooks' addresses by channel, without the channels whose address is not set.

        ``mentions``: what is put before each message as it stands, such as ``<!subteam^S012ABC>``; it comes from the
        rule file. ``variables``: the names that the rule file gives to the addresses, for sentences.
        """
        self._urls = urls
        self._mentions = mentions
        self._sent = sent
        self._client = client
        self._variables = variables

    def post(self, channel: str, text: str, *, key: str) -> Outcome:
        """Post ``text`` (Markdown, as templates make it) once: a second call with the same key posts nothing.

        Raises TryLater when Slack can't take it now and certainly has not taken it."""
        url = self._urls.get(channel)
        variable = self._variables.get(channel, f"the variable that the rule file names for {channel}")
        if url is None:
            return Outcome(
                Result.NOT_APPLICABLE,
                f"Nothing was posted to {channel}: set {variable} to the address of its Slack webhook.",
            )
        if not _is_web_address(url):
            sentence = f"Nothing was posted to {channel}: what {variable} holds is not an https:// address."
            return Outcome(Result.REFUSED, sentence)
        before = self._sent.begin(key)
        if before == "sent":
            return Outcome(Result.ALREADY_SO, f"Posted to {channel} before.")
        if before == "unknown":
            return _unsure(channel, "an earlier try ended without an answer and may have arrived")
        answer = self._send(channel, url, f"{self._mentions.get(channel, '')} {slack_text(text)}".strip(), key)
        if answer is None:
            return _unsure(channel, "Slack did not answer, and may have posted this")
        if answer.is_success:
            self._sent.done(key)
            return Outcome(Result.APPLIED, f"Posted to {channel}.")
        self._sent.forget(key)
        return _refused(channel, _why(answer, variable))

    def _send(self, channel: str, url: SecretStr, message: str, key: str) -> httpx.Response | None:
        """The answer; None where there was none although the message went out."""
        # Errors are raised "from None": the client's own hold the address.
        try:
            answer = self._client.post(
                url.get_secret_value(), json={"text": message}, follow_redirects=False, timeout=TIMEOUT_S
            )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
            self._sent.forget(key)
            raise TryLater(f"Slack can't be reached to post to {channel}.") from None
        except httpx.TransportError:
            return None
        if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
            self._sent.forget(key)
            raise RateLimited(
                f"Slack asks to post less often to {channel}.", after_s=_wait(answer.headers.get("Retry-After"))
            )
        if answer.is_server_error:
            self._sent.forget(key)
            raise TryLater(f"Slack can't take a message for {channel} now (status {answer.status_code}).")
        return answer


def _is_web_address(url: SecretStr) -> bool:
    try:
        address = httpx.URL(url.get_secret_value())
    except httpx.InvalidURL:
        return False
    return address.scheme in ("https", "http") and bool(address.host)


def _refused(channel: str, why: str) -> Outcome:
    return Outcome(Result.REFUSED, f"Slack refused the message for {channel}: {why}.")


def _unsure(channel: str, why: str) -> Outcome:
    return Outcome(
        Result.STOOD_DOWN,
        f"Not posted to {channel} again: {why}, and Slack can't be asked. Look there whether it is missing.",
    )


def _why(answer: httpx.Response, variable: str) -> str:
    """In words; what Slack answered is only shown when it is one of its known words."""
    if answer.is_redirect:
        return f"the address leads elsewhere (status {answer.status_code}), which is not followed; look at {variable}"
    meaning = _MEANINGS.get(answer.text.strip()[:100])
    return meaning.format(variable=variable) if meaning else f"status {answer.status_code}; look at {variable}"


def _wait(value: str | None) -> float | None:
    """Seconds of a Retry-After header, which is a number or a date."""
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            until = parsedate_to_datetime(value)
        except ValueError:
            return None
        aware = until if until.tzinfo else until.replace(tzinfo=UTC)
        seconds = (aware - datetime.now(UTC)).total_seconds()
    # "nan" is a number to Python, and less than nothing and more than everything at once.
    return min(max(seconds, 0.0), LONGEST_WAIT_S) if seconds == seconds else None
