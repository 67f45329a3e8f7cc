"""Posting to the channels of a rule file: each message once, or not at all.

No kind of channel can be asked whether a message is there. One that may have arrived is therefore not sent again: a
message posted twice does more harm than one missed, and the outcome says so wherever outcomes are read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import httpx
import structlog

from app.domain.decision import Outcome, Result
from app.domain.message import NOTHING, About, Held
from app.errors import RateLimited, TryLater
from app.outbound.address import may_be_posted_to
from app.outbound.bundle import MOST, bundle_text
from app.outbound.kind import Answer, Kind, Letter, Message
from app.outbound.kinds import SLACK_API, NotSet, Secret, kind_of
from app.outbound.sent import SentStore
from app.rules.limit import SECONDS, Limit
from app.rules.model import Channel

TIMEOUT_S = 10.0

log = structlog.get_logger(__name__)


class BookChannels:
    """The ``Channels`` of a handler's context, for the channels that one rule file names."""

    def __init__(
        self,
        channels: Mapping[str, Channel],
        secret: Secret,
        sent: SentStore,
        client: httpx.Client,
        *,
        slack_api: str = SLACK_API,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._channels = channels
        self._secret = secret
        self._sent = sent
        self._client = client
        self._slack_api = slack_api
        self._clock = clock

    def post(self, channel: str, text: str, *, key: str, about: About = NOTHING) -> Outcome:
        """Post ``text`` (Markdown, as templates make it) once: a second call with the same key posts nothing.

        Raises TryLater when the channel can't take it now and certainly has not taken it."""
        kind = self._kind(channel)
        if isinstance(kind, Outcome):
            return kind
        limit = self._channels[channel].throttle
        place = self._place(channel)
        # What is about no item is a digest: folded into a line it would lose what it is for, and few of them come.
        if limit is not None and place is None and about.thread:
            if not self._sent.hold(channel, Held(key, text, about)):
                return self._known(channel, kind, key)
            return Outcome(
                Result.WAITING,
                f"Held back: {channel} takes {limit}. It comes there together with others, within a minute after "
                "there is room.",
            )
        return self._once(kind, self._message(channel, text, key, about), place)

    def post_held(self) -> None:
        """Post what was held back where there is room again. What can't be posted now stays for the next call."""
        for channel in self._sent.waiting():
            kind = self._kind(channel) if channel in self._channels else None
            if not isinstance(kind, Outcome | None):
                self._bundle(channel, kind)
            elif bundle := self._sent.held(channel, MOST):
                log.error("channel.held_dropped", channel=channel, messages=len(bundle[1]))
                self._sent.let_go(bundle[0])

    def _bundle(self, channel: str, kind: Kind) -> None:
        limit, place = self._channels[channel].throttle, self._place(channel)
        if limit is not None and place is None:
            return
        found = self._sent.held(channel, MOST)
        if found is None:
            return
        name, messages = found
        said = self._message(channel, bundle_text(messages, limit), f"held/{name}", NOTHING)
        try:
            outcome = self._once(kind, said, place)
        except TryLater as error:
            log.warning("channel.held_waits", channel=channel, messages=len(messages), reason=str(error))
            return
        told = log.info if outcome.result is Result.APPLIED else log.error
        told("channel.held_posted", channel=channel, messages=len(messages), result=outcome.result.value)
        self._sent.let_go(name)

    def _kind(self, channel: str) -> Kind | Outcome:
        defined = self._channels.get(channel)
        if defined is None:
            return Outcome(Result.NOT_APPLICABLE, f"Nothing was posted to {channel}: the rule file names none.")
        try:
            return kind_of(defined, self._secret, slack_api=self._slack_api)
        except NotSet as error:
            return Outcome(Result.NOT_APPLICABLE, f"Nothing was posted to {channel}: {error}.")

    def _place(self, channel: str) -> int | None:
        limit = self._channels[channel].throttle
        return self._sent.take_place(channel, limit.times, _seconds(limit)) if limit is not None else None

    def _message(self, channel: str, text: str, key: str, about: About) -> Message:
        return Message(channel, text, self._channels[channel].mention, about, key)

    def _once(self, kind: Kind, message: Message, place: int | None) -> Outcome:
        """At most once. The place among its channel's messages is given back when it was not used."""
        used = False
        try:
            letter = kind.letter(self._in_thread(kind, message), self._clock())
            if not may_be_posted_to(letter.url):
                said = f"what {kind.variable} holds is not an https:// address"
                return Outcome(Result.REFUSED, f"Nothing was posted to {message.channel}: {said}.")
            if self._sent.begin(message.key) != "new":
                return self._known(message.channel, kind, message.key)
            outcome = self._sent_now(kind, message, letter)
            used = outcome.result in (Result.APPLIED, Result.STOOD_DOWN)
            return outcome
        finally:
            if place is not None and not used:
                self._sent.give_back(place)

    def _in_thread(self, kind: Kind, message: Message) -> Message:
        if not kind.threads or not message.about.thread:
            return message
        reply_to = self._sent.thread(kind.threads, message.about.thread)
        return Message(message.channel, message.text, message.mention, message.about, message.key, reply_to)

    def _sent_now(self, kind: Kind, message: Message, letter: Letter) -> Outcome:
        channel, key = message.channel, message.key
        answer = self._send(kind, channel, letter, key)
        if answer is None:
            return _unsure(channel, kind, f"{kind.service} did not answer, and may have posted this")
        if answer.ended == "posted":
            if kind.threads and message.about.thread and answer.posted_as:
                self._sent.open_thread(kind.threads, message.about.thread, answer.posted_as)
            self._sent.done(key)
            return Outcome(Result.APPLIED, f"Posted to {channel}.")
        self._sent.forget(key)
        if answer.ended == "thread gone":
            self._sent.close_thread(kind.threads, message.about.thread)
            raise TryLater(f"The thread in {channel} is gone; the next try opens another.", after_s=0)
        if answer.ended == "limited":
            raise RateLimited(f"{kind.service} asks to post less often to {channel}.", after_s=answer.after_s)
        if answer.ended == "later":
            raise TryLater(f"{kind.service} can't take a message for {channel} now ({answer.why}).")
        return Outcome(Result.REFUSED, f"{kind.service} refused the message for {channel}: {answer.why}.")

    def _send(self, kind: Kind, channel: str, letter: Letter, key: str) -> Answer | None:
        """The answer; None where there was none although the message went out."""
        # Errors are raised "from None": the client's own hold the address.
        try:
            answer = self._client.post(
                letter.url.get_secret_value(),
                content=letter.body,
                headers=dict(letter.headers),
                follow_redirects=False,
                timeout=TIMEOUT_S,
            )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
            self._sent.forget(key)
            raise TryLater(f"{kind.service} can't be reached to post to {channel}.") from None
        except httpx.TransportError:
            return None
        return kind.read(answer)

    def _known(self, channel: str, kind: Kind, key: str) -> Outcome:
        if self._sent.begin(key) == "sent":
            return Outcome(Result.ALREADY_SO, f"Posted to {channel} before.")
        return _unsure(channel, kind, "an earlier try ended without an answer and may have arrived")


def _seconds(limit: Limit) -> float:
    return limit.per.amount * SECONDS[limit.per.unit] if not isinstance(limit.per, str) else 0.0


def _unsure(channel: str, kind: Kind, why: str) -> Outcome:
    return Outcome(
        Result.STOOD_DOWN,
        f"Not posted to {channel} again: {why}, and {kind.service} can't be asked. Look there whether it is missing.",
    )
