"""Each kind of channel: what it is sent, and what its answers come to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import respx
from pydantic import SecretStr
from standardwebhooks import Webhook as Verifier

from app.domain.decision import Result
from app.domain.message import About
from app.errors import RateLimited, TryLater
from app.outbound.channels import BookChannels
from app.outbound.kind import Letter, Message
from app.outbound.teams import MOST_BYTES, Teams
from app.rules.model import Channel
from app.rules.model.definitions import SlackBot
from tests.outbound.memory import Memory

SIGNING = "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SECRETS = {
    "MATTERMOST": "https://mm.example/hooks/s3cr3t",
    "TEAMS": "https://teams.example/workflows/s3cr3t?sig=s3cr3t",
    "HOOK": "https://hook.example/s3cr3t",
    "SIGNING": SIGNING,
    "BAD": "whsec_short",
    "BOT": "xoxb-s3cr3t",
}
API = "https://slack.example/api"
CHANNELS = {
    "slack_bot": Channel(slack_bot=SlackBot(token="BOT", channel="C012ABCDE"), mention="<!subteam^S012ABC>"),
    "mattermost": Channel(mattermost="MATTERMOST", mention="@channel"),
    "teams": Channel(teams="TEAMS", mention="PS team:"),
    "webhook": Channel(webhook="HOOK", signing="SIGNING", mention="ps"),
    "unsigned": Channel(webhook="HOOK"),
    "badly signed": Channel(webhook="HOOK", signing="BAD"),
    "unset": Channel(webhook="HOOK", signing="NOWHERE"),
}
URLS = {
    "slack_bot": f"{API}/chat.postMessage",
    "mattermost": SECRETS["MATTERMOST"],
    "teams": SECRETS["TEAMS"],
    "webhook": SECRETS["HOOK"],
}
ABOUT = About("1#7", "ps-plan#7 · SOW WIP", "https://gitlab.example/-/issues/7", "Rule won · label_rules.yaml line 5")
NASTY = (
    r"**Won**: [ps-plan\#7](https://gitlab.example/7) by \@all \~town [x]\(https://evil.example\) <b> &amp; \*bold\*"
)
NOW = datetime(2026, 6, 9, 17, 0, tzinfo=UTC)


@dataclass
class Post:
    """The channels under test with the servers they talk to."""

    channels: BookChannels
    memory: Memory
    routes: dict[str, respx.Route]

    def sent(self, kind: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.routes[kind].calls.last.request.content)
        return found


@pytest.fixture
def post() -> Iterator[Post]:
    memory = Memory()

    def secret(name: str) -> SecretStr | None:
        return SecretStr(SECRETS[name]) if name in SECRETS else None

    with respx.mock(assert_all_called=False) as server, httpx.Client(follow_redirects=True) as client:
        answer = httpx.Response(200, json={"ok": True, "ts": "1700000000.000100"})
        routes = {kind: server.post(url).mock(return_value=answer) for kind, url in URLS.items()}
        channels = BookChannels(CHANNELS, secret, memory, client, slack_api=API, clock=lambda: NOW)
        yield Post(channels, memory, routes)


def test_the_bot_says_it_in_blocks_with_a_text_for_notifications(post: Post) -> None:
    assert post.channels.post("slack_bot", NASTY, key="k", about=ABOUT).result is Result.APPLIED
    said = post.sent("slack_bot")
    header, section, context = said["blocks"]
    assert said["channel"] == "C012ABCDE"
    assert "thread_ts" not in said
    assert (said["unfurl_links"], said["unfurl_media"]) == (False, False)
    assert header["text"] == {"type": "plain_text", "text": "ps-plan#7 · SOW WIP", "emoji": False}
    assert section["text"]["text"] == said["text"]
    assert said["text"] == (
        "<!subteam^S012ABC> *Won*: <https://gitlab.example/7|ps-plan#7> by @all ~town [x](https://evil.example) "
        "&lt;b&gt; &amp; *bold*"
    )
    assert section["accessory"]["url"] == ABOUT.url
    assert context["elements"][0]["text"] == ABOUT.provenance
    assert post.routes["slack_bot"].calls.last.request.headers["authorization"] == "Bearer xoxb-s3cr3t"


def test_what_is_said_of_one_issue_stays_in_one_thread(post: Post) -> None:
    for number in range(3):
        post.channels.post("slack_bot", "hello", key=f"k{number}", about=ABOUT)
        thread = post.sent("slack_bot").get("thread_ts", "")
        assert thread == ("1700000000.000100" if number else "")
    post.channels.post("slack_bot", "hello", key="other", about=About("1#8"))
    assert "thread_ts" not in post.sent("slack_bot")
    post.channels.post("slack_bot", "no issue", key="none")
    assert "thread_ts" not in post.sent("slack_bot")


def test_a_thread_that_is_gone_is_opened_anew_at_the_next_try(post: Post) -> None:
    post.memory.threads["C012ABCDE", "1#7"] = "1.1"
    gone = httpx.Response(200, json={"ok": False, "error": "thread_not_found"})
    fine = httpx.Response(200, json={"ok": True, "ts": "2.2"})
    post.routes["slack_bot"].mock(side_effect=[gone, fine])
    with pytest.raises(TryLater):
        post.channels.post("slack_bot", "hello", key="k", about=ABOUT)
    assert post.channels.post("slack_bot", "hello", key="k", about=ABOUT).result is Result.APPLIED
    assert post.memory.threads["C012ABCDE", "1#7"] == "2.2"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("not_in_channel", "invite it there"),
        ("channel_not_found", "invite the bot there"),
        ("invalid_auth", "set BOT to the bot's token"),
        ("missing_scope", "chat:write"),
        ("something s3cr3t", "for a reason that it does not explain; look at BOT"),
    ],
)
def test_slack_refuses_with_status_200_and_the_outcome_says_what_to_mend(post: Post, error: str, words: str) -> None:
    post.routes["slack_bot"].mock(return_value=httpx.Response(200, json={"ok": False, "error": error}))
    outcome = post.channels.post("slack_bot", "hello", key="k")
    assert outcome.result is Result.REFUSED
    assert words in outcome.sentence
    assert "s3cr3t" not in outcome.sentence
    assert post.memory.states == {}


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"null", b'"ok"'])
def test_what_is_not_slacks_api_is_named(post: Post, body: bytes) -> None:
    post.routes["slack_bot"].mock(return_value=httpx.Response(200, content=body))
    assert "SOWBOT_SLACK_API" in post.channels.post("slack_bot", "hello", key="k").sentence


def test_slacks_other_ways_to_say_later_are_understood(post: Post) -> None:
    limited = httpx.Response(200, json={"ok": False, "error": "ratelimited"}, headers={"Retry-After": "7"})
    later = httpx.Response(200, json={"ok": False, "error": "internal_error"})
    post.routes["slack_bot"].mock(side_effect=[limited, later])
    with pytest.raises(RateLimited) as caught:
        post.channels.post("slack_bot", "hello", key="k")
    assert caught.value.after_s == 7
    with pytest.raises(TryLater):
        post.channels.post("slack_bot", "hello", key="k")


def test_mattermost_gets_an_attachment_in_which_nobody_is_called(post: Post) -> None:
    assert post.channels.post("mattermost", NASTY, key="k", about=ABOUT).result is Result.APPLIED
    said = post.sent("mattermost")
    (attachment,) = said["attachments"]
    assert said["text"] == "@channel"
    assert attachment["title_link"] == ABOUT.url
    assert attachment["footer"] == ABOUT.provenance
    assert attachment["fallback"].startswith("Won: ps-plan")
    text = attachment["text"]
    assert text.startswith("**Won**: [ps\\-plan\\#")
    assert "](https://gitlab.example/7)" in text
    assert "](https://evil" not in text
    for call in ("@all", "~town", "<b>", " *bold*", "https://evil"):
        assert call not in text


def test_mattermosts_wish_to_wait_is_passed_on(post: Post) -> None:
    post.routes["mattermost"].mock(return_value=httpx.Response(429, headers={"X-Ratelimit-Reset": "3"}))
    with pytest.raises(RateLimited) as caught:
        post.channels.post("mattermost", "hello", key="k")
    assert caught.value.after_s == 3


def test_teams_gets_a_card_in_which_peoples_text_is_no_markdown(post: Post) -> None:
    post.routes["teams"].mock(return_value=httpx.Response(202))
    assert post.channels.post("teams", NASTY, key="k", about=ABOUT).result is Result.APPLIED
    (attachment,) = post.sent("teams")["attachments"]
    card = attachment["content"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert {element["type"] for element in card["body"]} == {"RichTextBlock"}
    heading, text, provenance = card["body"]
    assert heading["inlines"][0]["text"] == ABOUT.heading
    assert provenance["inlines"][0]["text"] == ABOUT.provenance
    runs = text["inlines"]
    assert runs[0]["text"] == "PS team: "
    assert runs[1] == {"type": "TextRun", "text": "Won", "weight": "Bolder"}
    links = [run["selectAction"]["url"] for run in runs if "selectAction" in run]
    assert links == ["https://gitlab.example/7"]
    assert card["actions"] == [{"type": "Action.OpenUrl", "title": "Open the issue", "url": ABOUT.url}]


@pytest.mark.parametrize("text", ["x" * 100_000, "é" * 100_000, "\\*" * 50_000, "**a** " * 20_000, "\n" * 60_000 + "x"])
def test_a_card_is_never_larger_than_teams_takes(text: str) -> None:
    body = Teams(SecretStr("https://teams.example"), "TEAMS").letter(Message("ps", text, about=ABOUT), NOW).body
    assert len(body) <= MOST_BYTES
    assert json.loads(body)["type"] == "message"


def test_a_webhook_is_signed_so_that_any_library_can_verify_it(post: Post) -> None:
    assert post.channels.post("webhook", NASTY, key="k", about=ABOUT).result is Result.APPLIED
    request = post.routes["webhook"].calls.last.request
    names = ("webhook-id", "webhook-timestamp", "webhook-signature")
    headers = {name: request.headers[name] for name in names}
    verifier = Verifier(SIGNING)
    signature = verifier.sign(headers["webhook-id"], NOW, request.content.decode())
    assert headers["webhook-signature"] == signature
    said = post.sent("webhook")
    assert said["type"] == "channel.message"
    assert said["timestamp"] == "2026-06-09T17:00:00+00:00"
    assert said["data"] | {"text": ""} == {
        "channel": "webhook",
        "mention": "ps",
        "text": "",
        "heading": ABOUT.heading,
        "url": ABOUT.url,
        "provenance": ABOUT.provenance,
        "thread": "1#7",
    }
    assert said["data"]["text"].startswith("Won: ps-plan#7 by @all")


def test_the_same_message_has_the_same_webhook_id_at_each_try(post: Post) -> None:
    post.routes["webhook"].mock(side_effect=[httpx.Response(503), httpx.Response(200)])
    with pytest.raises(TryLater):
        post.channels.post("unsigned", "hello", key="k")
    post.channels.post("unsigned", "hello", key="k")
    first, second = (call.request.headers for call in post.routes["webhook"].calls)
    assert first["webhook-id"] == second["webhook-id"]
    assert "webhook-signature" not in first


@pytest.mark.parametrize(("channel", "words"), [("badly signed", "what BAD holds"), ("unset", "set NOWHERE to its")])
def test_a_signing_token_that_is_none_or_not_there_posts_nothing(post: Post, channel: str, words: str) -> None:
    outcome = post.channels.post(channel, "hello", key="k")
    assert outcome.result is Result.NOT_APPLICABLE
    assert words in outcome.sentence
    assert post.routes["webhook"].call_count == 0


@pytest.mark.parametrize("kind", URLS)
@pytest.mark.parametrize(
    "failure",
    [400, 403, 404, 413, 302, 429, 500, httpx.ConnectError("s3cr3t"), httpx.ReadTimeout("s3cr3t")],
    ids=range(9),
)
def test_no_kind_ever_shows_its_secret_or_posts_twice(post: Post, kind: str, failure: int | Exception) -> None:
    answer = (
        httpx.Response(failure, text="s3cr3t", headers={"Location": "https://evil.example/s3cr3t"})
        if isinstance(failure, int)
        else failure
    )
    post.routes[kind].mock(side_effect=[answer])
    try:
        outcome = post.channels.post(kind, "hello", key="k", about=ABOUT)
        said = outcome.sentence
        assert outcome.result in (Result.REFUSED, Result.STOOD_DOWN)
    except TryLater as error:
        said = f"{error} {error.__cause__} {error.__suppress_context__}"
    assert "s3cr3t" not in said
    assert "evil" not in said
    assert post.routes[kind].call_count == 1
    if isinstance(failure, httpx.ReadTimeout):
        assert post.channels.post(kind, "hello", key="k").result is Result.STOOD_DOWN
        assert post.routes[kind].call_count == 1


def test_a_letter_shows_nothing_of_what_is_secret() -> None:
    letter = Letter(SecretStr("https://x.example/s3cr3t"), b"s3cr3t", {"Authorization": "Bearer s3cr3t"})
    assert "s3cr3t" not in f"{letter} {letter!r}"
