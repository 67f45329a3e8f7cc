"""The bot's own events are known by its user's id, whichever token wrote, and by its mark where that is switched on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from app.domain.change import Change
from app.domain.item import Person
from app.engine.fights import MARKED, answered
from app.engine.records import change_json
from app.engine.rulebook import Rules
from app.engine.tables import inbox
from app.engine.triage import OWN, Sieve
from app.rules.deciding.decide import is_own
from tests.engine.healing.theatre import Theatre, theatre
from tests.handlers.fake_gitlab import FakeGitLab
from tests.rules.deal import ON_BOARD, RULES, book, change, issue

PS_PLAN = "gitlab-com/customer-success/professional-services-group/ps-plan"
ME = FakeGitLab().whoami()
SOMEBODY = Person("engagement.manager", 77)


def write(place: Theatre, iid: int, label: str, *, token: str, **headers: str) -> None:
    """A label on an issue, by whoever has the token."""
    project = place.seeded.projects[PS_PLAN].id
    address = f"{place.url}/api/v4/projects/{project}/issues/{iid}"
    put = httpx.put(address, json={"add_labels": label}, headers={"PRIVATE-TOKEN": token, **headers})
    put.raise_for_status()


def told(bot: Any, label: str | None = None) -> list[tuple[Change, str]]:
    """What is in the inbox, with the reason why nothing looked at it; of changes that put a label on, where named."""
    with bot.engine.database.connect() as connection:
        rows = connection.execute(sa.select(inbox.c.change, inbox.c.summary).order_by(inbox.c.seq)).all()
    found = [(change_json.validate_json(row.change), str(row.summary)) for row in rows]
    return [one for one in found if label is None or label in one[0].added]


@pytest.mark.slow
def test_own_events_are_known_by_the_users_id_after_the_token_was_rotated(tmp_path: Path) -> None:
    with theatre(tmp_path) as place:
        old = place.seeded.tokens["sowbot"]
        with place.bot() as bot:
            iid = place.file()
            place.quiet(bot)
        write(place, iid, "EM_Status::ToDo", token=old)  # by the old token, and told when the new one is in use
        place.sandbox.webhooks.drain()
        rotate = f"{place.url}/api/v4/personal_access_tokens/self/rotate"
        made = httpx.post(rotate, headers={"PRIVATE-TOKEN": old}).raise_for_status().json()
        assert made["token"] != old
        assert httpx.get(f"{place.url}/api/v4/user", headers={"PRIVATE-TOKEN": old}).status_code == 401
        place.seeded.tokens["sowbot"] = made["token"]
        with place.bot() as bot:
            bot.sweeper.sweep()
            write(place, iid, "EM_Status::Waiting", token=made["token"])
            place.quiet(bot)
            before, after = told(bot, "EM_Status::ToDo"), told(bot, "EM_Status::Waiting")
    assert before
    assert after
    assert {summary for _, summary in before + after} == {OWN}


@pytest.mark.slow
@pytest.mark.parametrize("marks", ["true", "false"])
def test_where_it_is_switched_on_the_deliveries_of_the_bots_writes_come_back_with_its_mark(
    tmp_path: Path, marks: str
) -> None:
    with theatre(tmp_path, SOWBOT_MARK_WRITES=marks) as place, place.bot() as bot:
        iid = place.file()
        place.move(iid, "Awaiting_Discovery")
        place.quiet(bot)
        me = bot.gitlab.whoami().id
        found = [one for one, _ in told(bot)]
        own = {one.marked for one in found if one.actor and one.actor.id == me}
        others = {one.marked for one in found if one.actor and one.actor.id != me}
    assert own == {marks == "true"}
    assert others == {False}


@pytest.mark.slow
def test_whoever_passes_the_mark_on_is_one_chain_and_gitlab_itself_does_not_call_the_same_hook_again(
    tmp_path: Path,
) -> None:
    with theatre(tmp_path, SOWBOT_MARK_WRITES="true") as place, place.bot() as bot:
        iid = place.file()
        place.move(iid, "Awaiting_Discovery")
        place.quiet(bot)
        mark = next(one.echo_of for one, _ in told(bot) if one.marked)
        other = place.seeded.tokens["engagement.manager"]
        write(place, iid, "EM_Status::ToDo", token=other, **{"X-Gitlab-Event-UUID": mark})
        place.quiet(bot)
        assert told(bot, "EM_Status::ToDo") == []
        bot.sweeper.sweep()  # what GitLab kept from the hook is found as any missed event is
        place.quiet(bot)
        found = told(bot, "EM_Status::ToDo")
    assert found
    assert {one.actor.username for one, _ in found if one.actor} == {"engagement.manager"}


def test_a_mark_tells_where_a_payload_names_nobody_and_does_not_outrank_an_id() -> None:
    snapshot = replace(issue(), bot=ME)
    nobody, by_name = change(actor=None), change(actor=Person("unknown"))
    assert not is_own(nobody, snapshot)
    assert is_own(replace(nobody, marked=True), snapshot)
    assert is_own(replace(by_name, marked=True), snapshot)
    assert not is_own(replace(change(actor=SOMEBODY), marked=True), snapshot)
    assert is_own(change(actor=ME), snapshot)


def test_the_sieve_passes_over_what_only_the_mark_tells(tmp_path: Path) -> None:
    silent = book(rules=[rule for rule in RULES if not rule.get("also_own_changes")])
    sieve = Sieve(Rules(tmp_path / "rules.yaml", lambda _path: silent), FakeGitLab())
    sieve.find_out_who_i_am()
    nobody = change(actor=None, added=("RDM::needs-review",), labels=(ON_BOARD, "RDM::needs-review"))
    assert sieve(nobody)[0]
    assert sieve(replace(nobody, marked=True)) == (False, OWN)
    assert sieve(replace(nobody, actor=SOMEBODY, marked=True))[0]


def test_all_that_carries_the_bots_mark_uses_up_one_budget() -> None:
    chain = [replace(change(actor=Person(f"bot-{number}", number)), marked=True) for number in range(3)]
    assert {answered(one) for one in chain} == {MARKED}
    assert answered(change(actor=SOMEBODY)) == SOMEBODY.username
