"""After the story: where to look, what to try, and the same telling of whatever the newcomer does."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime

from app.demo.narrate import Narrator
from app.demo.people import ActFailed
from app.demo.scene import Moment, Scene
from app.demo.theatre import Theatre
from app.demo.watch import doings_of, news_of

_LOOK_EVERY_S = 0.5


def invite(theatre: Theatre) -> Iterator[str]:
    """Addresses, and a few things worth trying."""
    gitlab = theatre.gitlab_url
    yield ""
    yield "Everything stays up. Look around:"
    yield f"  The board (drag cards)   {gitlab}/"
    yield f"  What Slack heard         {gitlab}/-/sandbox/slack"
    yield f"  The bot's health         {theatre.bot.url}/readyz"
    yield f"  The bot's log            {theatre.bot.log}"
    yield ""
    yield "Try this, as anybody you like (choose who you are at the top of the page):"
    yield "  - file a new scoping issue, and watch the bot answer on it"
    yield "  - drag its card straight to Approved"
    yield "  - follow the “why” link below a note of the bot"
    yield ""
    yield "What happens is told here. Ctrl-C ends it."


def follow(theatre: Theatre, scene: Scene, narrator: Narrator, *, until: threading.Event) -> None:
    """Tell what people do and what the bot answers, until it is time to end."""
    before, since = theatre.view(), datetime.now(UTC)
    while not until.wait(_LOOK_EVERY_S):
        if theatre.view() == before:
            since = datetime.now(UTC)
            continue
        try:
            now = theatre.quiet_view()
        except ActFailed:
            now = theatre.view()
        moment = Moment(scene, before, now)
        for who, what in doings_of(moment):
            narrator.act(who, what)
        for news in theatre.reasons.explain(news_of(moment, since=None), since):
            narrator.news(news)
        before, since = now, datetime.now(UTC)
