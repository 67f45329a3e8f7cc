"""Slack by a bot's token: what is said of one issue stays in one thread.

https://docs.slack.dev/reference/methods/chat.postMessage: it answers 200 and ``ok: false`` for what it refuses.
"""

from __future__ import annotations

import json
from datetime import datetime

import httpx
from pydantic import SecretStr

from app.outbound.kind import Answer, Letter, Message, by_status, wait_s
from app.outbound.slack import written

_NEW_TOKEN = "its token is not valid any more: install the app again and set {variable} to the new token"  # noqa: S105  # a sentence
_MEANINGS = {
    "invalid_auth": "its token is wrong: set {variable} to the bot's token (xoxb-…)",
    "not_authed": "its token is wrong: set {variable} to the bot's token (xoxb-…)",
    "account_inactive": _NEW_TOKEN,
    "token_revoked": _NEW_TOKEN,
    "token_expired": _NEW_TOKEN,
    "not_allowed_token_type": "the token is of another kind: set {variable} to the bot's token (xoxb-…)",
    "missing_scope": "the app lacks the scope chat:write: add it and install the app again",
    "no_permission": "the app lacks the scope chat:write: add it and install the app again",
    "channel_not_found": "there is no such channel, or it is private and the bot is not in it: invite the bot there",
    "not_in_channel": "the bot is not in that channel: invite it there",
    "is_archived": "its channel is archived",
    "restricted_action": "a setting of the workspace forbids it",
    "restricted_action_thread_locked": "its thread is locked",
    "ekm_access_denied": "a setting of the workspace forbids it",
    "team_access_not_granted": "the app is not installed in that workspace",
    "msg_too_long": "the message is too long for it",
    "invalid_blocks": "it can't read the message's blocks",
    "no_text": "the message is empty",
}
_LATER = frozenset({"internal_error", "request_timeout", "service_unavailable", "team_added_to_org"})
"""``fatal_error`` is not among them: some of the work may have been done."""
_THREAD_GONE = frozenset({"thread_not_found", "message_not_found", "cannot_reply_to_message"})
_TOO_OFTEN = frozenset({"rate_limited", "ratelimited", "message_limit_exceeded"})


class SlackBot:
    """One channel, as the bot of a Slack app."""

    service = "Slack"

    def __init__(self, token: SecretStr, variable: str, *, channel: str, api: str) -> None:
        """``api`` is the address of Slack's Web API; ``channel`` an id or ``#name``."""
        self.variable = variable
        self.threads = channel
        self._token = token
        self._url = SecretStr(f"{api.rstrip('/')}/chat.postMessage")

    def letter(self, message: Message, now: datetime) -> Letter:
        """See the protocol."""
        del now
        said = {"channel": self.threads, **written(message), "unfurl_links": False, "unfurl_media": False}
        if message.reply_to:
            said["thread_ts"] = message.reply_to
        headers = {
            "Authorization": f"Bearer {self._token.get_secret_value()}",
            "Content-Type": "application/json; charset=utf-8",
        }
        return Letter(self._url, json.dumps(said, ensure_ascii=False).encode(), headers)

    def read(self, answer: httpx.Response) -> Answer:
        """See the protocol."""
        by_code = by_status(answer, self.variable)
        if by_code.ended != "posted":
            return by_code
        try:
            said = answer.json()
        except ValueError:
            said = None
        if not isinstance(said, dict):
            return Answer("refused", "what answers is not Slack's API; look at SOWBOT_SLACK_API")
        if said.get("ok") is True:
            return Answer("posted", posted_as=said["ts"] if isinstance(said.get("ts"), str) else "")
        return self._refused(str(said.get("error", "")), answer)

    def _refused(self, error: str, answer: httpx.Response) -> Answer:
        if error in _TOO_OFTEN:
            return Answer("limited", after_s=wait_s(answer.headers.get("Retry-After")))
        if error in _LATER:
            return Answer("later", error)
        if error in _THREAD_GONE:
            return Answer("thread gone")
        meaning = _MEANINGS.get(error, "for a reason that it does not explain; look at {variable}")
        return Answer("refused", meaning.format(variable=self.variable))
