"""The real bot, over HTTP, on a Public Sector deal and a confidential one: log, metrics, pages without code, Slack."""

from __future__ import annotations

import html
import json
import re
import shutil
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx
import pytest

from app.demo.cast import AE, CALCULATOR, EM
from app.demo.people import IssueAddress
from app.demo.theatre import Theatre
from tests.privacy.canaries import CUSTOMER, OF_THE_ITEM, PERSON, found_in

TEXT = f"""## Lines to fill

- Requested by: @{PERSON}
- Account team: @{PERSON}, @canary.architect
- Sales territory: EMEA Zanzibar
- SOW number: 76767

{CUSTOMER} pays 98,765 USD, see https://canary.example/zanzibar.
"""


@dataclass(frozen=True)
class After:
    """What was left when the bot had stopped."""

    log: str
    places: dict[str, str]
    slack: dict[str, list[dict[str, object]]]
    notes: str
    titles: tuple[str, ...]


@pytest.fixture(scope="module")
def after() -> After:
    theatre = Theatre(usual_ports=False)
    theatre.keep = True
    try:
        with theatre:
            _deal(theatre, labels=["Services Calculator", "Public Sector US"])
            _deal(theatre, labels=["Services Calculator"], confidential=True)
            view = theatre.quiet_view()
            places = _strangers_view(theatre, json.dumps(view.raw))
        log = theatre.bot.log.read_text(encoding="utf-8")
    finally:
        shutil.rmtree(theatre.folder, ignore_errors=True)
    bot = theatre.cast.bot
    notes = " ".join(note.body for note in view.notes.values() if note.author == bot)
    titles = tuple(issue.title for issue in view.issues.values() if issue.author == bot)
    return After(log, places, view.raw["slack"], notes, titles)


def _deal(theatre: Theatre, *, labels: list[str], confidential: bool = False) -> None:
    cast = theatre.cast
    made = cast[CALCULATOR].file_issue(
        cast.plan_project,
        title=f"{CUSTOMER} - Scope Issue and Write SOW",
        description=TEXT,
        labels=labels,
        confidential=confidential,
    )
    issue = IssueAddress(cast.plan_project, int(made["iid"]))
    theatre.quiet_view()
    cast[AE].comment(issue, f"Estimate total: 98,765 USD for {CUSTOMER}")
    cast[EM].move(issue, "proposal::Strawman_WIP")
    cast[EM].move(issue, "proposal::Estimate_Feedback")
    theatre.quiet_view()
    cast[EM].move(issue, "proposal::SOW_WIP")
    theatre.quiet_view()


def _strangers_view(theatre: Theatre, state: str) -> dict[str, str]:
    links = {html.unescape(one) for one in re.findall(rf"{theatre.bot.url}/decisions/[^\s)\"\\]+", state)}
    assert links
    paths = ["/metrics", "/readyz", "/healthz", "/openapi.json", *(urlsplit(link).path for link in links)]
    with httpx.Client(base_url=theatre.bot.url, trust_env=False) as client:
        answers = {path: client.get(path) for path in paths}
    assert {answer.status_code for path, answer in answers.items() if path.startswith("/decisions/")} == {404}
    return {path: answer.text for path, answer in answers.items()}


def test_the_bot_worked_on_both(after: After) -> None:
    assert {"canary", "98,765"} <= set(found_in(after.notes, OF_THE_ITEM))
    assert after.log.count('"event": "step.done"') > 10
    assert '"sentence": "(private)"' in after.log


def test_the_log_says_nothing_of_what_they_say(after: After) -> None:
    assert [line for line in after.log.splitlines() if found_in(line, OF_THE_ITEM)] == []


def test_nothing_is_to_be_seen_without_a_code(after: After) -> None:
    assert [path for path, text in after.places.items() if found_in(text, OF_THE_ITEM)] == []


def test_slack_hears_of_them_in_the_private_channel_by_their_reference(after: After) -> None:
    assert set(after.slack) == {"us-pubsec"}
    assert len(after.slack["us-pubsec"]) >= 4
    assert found_in(json.dumps(after.slack), OF_THE_ITEM) == []


def test_what_the_bot_filed_is_called_after_the_reference(after: After) -> None:
    assert len(after.titles) == 2
    assert found_in(" ".join(after.titles), OF_THE_ITEM) == []
