"""After the story: where to look, what to try, and the same telling of whatever the newcomer does."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from app.demo.customers import deal_number
from app.demo.narrate import Narrator
from app.demo.people import ActFailed
from app.demo.request import request_scoping
from app.demo.scene import Moment, Scene
from app.demo.theatre import Theatre
from app.demo.watch import doings_of, news_of

_LOOK_EVERY_S = 0.5
FURTHER_REQUESTS = 3


def invite(theatre: Theatre, scene: Scene) -> Iterator[str]:
    """Addresses, and a few things worth trying."""
    gitlab, moment = theatre.gitlab_url, scene.at(theatre.view())
    yield ""
    yield "Everything stays up. Look around:"
    yield f"  The board: drag cards     {gitlab}/  ({FURTHER_REQUESTS} more requests came in meanwhile)"
    yield f"  The scoping issue         {moment.scoping.web_url}"
    for intake in moment.intakes:
        yield f"  Its intake issue          {intake.web_url}"
    for project in customers_projects(moment):
        yield f"  The customer's project    {gitlab}/{project}"
    yield f"  What Slack heard          {gitlab}/slack"
    yield f"  The bot's health          {theatre.bot.url}/readyz"
    yield f"  The bot's log             {theatre.bot.log}"
    yield ""
    yield "Try this, as anybody you like (you choose who you are at the top of each page):"
    yield f"  - file a scoping issue at {gitlab}/-/new-scoping-issue and watch the bot answer"
    yield "  - drag a card one column on, or straight to Approved"
    yield "  - read why: the link below each note of the bot"
    yield ""
    yield "What happens is told here. Ctrl-C ends it."


def bring_cards(scene: Scene, *, seed: int) -> None:
    """Further requests for scoping: the story's own card is off the board, and somebody is about to drag one."""
    for number in range(FURTHER_REQUESTS):
        request_scoping(replace(scene, deal=deal_number(number, seed=seed)))


def customers_projects(moment: Moment) -> Iterator[str]:
    """Paths of the projects that were built for customers."""
    return (path for path in moment.now.projects if path.startswith(f"{moment.scene.delivery_root}/"))


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
