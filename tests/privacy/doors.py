"""All doors out of an imagined world: every message goes to a channel of each kind, and what is sent is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx
from pydantic import SecretStr

from app.domain.decision import Outcome
from app.domain.message import NOTHING, About
from app.outbound.channels import BookChannels
from app.rules.limit import parse_throttle
from app.rules.model import Channel
from app.rules.model.definitions import SlackBot
from app.trying.doors import ImaginedChannels
from tests.outbound.memory import Memory

KINDS = {
    "slack": Channel(slack="A"),
    "slack_bot": Channel(slack_bot=SlackBot(token="A", channel="C012ABCDE")),  # a variable's name
    "mattermost": Channel(mattermost="A"),
    "teams": Channel(teams="A"),
    "webhook": Channel(webhook="A", signing="B"),
    "throttled": Channel(slack="A", throttle=parse_throttle("1 in 1 hour")),
}
_SECRETS = {"A": SecretStr("https://channel.example/hook"), "B": SecretStr("whsec_" + "a2l3aQ".ljust(44, "A"))}


@dataclass
class AllKinds(ImaginedChannels):
    """Posts each message as every kind of channel would get it."""

    sent: list[tuple[str, str, str]] = field(default_factory=list)
    """The channel that was meant, the kind, and the whole request as text."""

    def __post_init__(self) -> None:
        self._meant = ""
        self._kind = ""
        client = httpx.Client(transport=httpx.MockTransport(self._take))
        self._all = {
            kind: BookChannels({kind: channel}, _SECRETS.get, Memory(), client) for kind, channel in KINDS.items()
        }

    def post(self, channel: str, text: str, *, key: str, about: About = NOTHING) -> Outcome:
        """See the protocol."""
        self._meant = channel
        for kind, channels in self._all.items():
            self._kind = kind
            channels.post(kind, text, key=key, about=about)
        return super().post(channel, text, key=key, about=about)

    def close(self) -> None:
        """What was held back goes out, too."""
        self._kind = "throttled"
        self._all["throttled"].post_held()

    def _take(self, request: httpx.Request) -> httpx.Response:
        said = json.dumps(json.loads(request.content), ensure_ascii=False)
        self.sent.append((self._meant, self._kind, f"{request.url} {dict(request.headers)} {said}"))
        return httpx.Response(200, json={"ok": True, "ts": "1.2"})


def texts_of(sent: list[tuple[str, str, str]]) -> Iterator[str]:
    """The requests."""
    return (text for _, _, text in sent)
