"""Commands and approvals end to end: people in the sandbox GitLab, webhooks, the real bot, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.demo.cast import AE, CALCULATOR, EM, LEADER, RDM, TA
from app.demo.people import IssueAddress, Json
from app.demo.theatre import Theatre
from app.demo.view import Note

PAPERS = """Estimate total: 20,000 USD
SOW: https://docs.google.com/document/d/1
Cost estimate: https://docs.google.com/spreadsheets/d/2
Terms: MSA
"""


@pytest.fixture(scope="module")
def theatre() -> Iterator[Theatre]:
    with Theatre(usual_ports=False) as entered:
        yield entered


def file_issue(theatre: Theatre, description: str, *stages: str) -> IssueAddress:
    cast = theatre.cast
    made = cast[CALCULATOR].file_issue(
        cast.plan_project,
        title="Example Bank - Scope Issue and Write SOW",
        description=description,
        labels=["Services Calculator"],
    )
    issue = IssueAddress(cast.plan_project, int(made["iid"]))
    theatre.quiet_view()
    for stage in stages:
        cast[EM].move(issue, f"proposal::{stage}")
        theatre.quiet_view()
    return issue


def notes(theatre: Theatre, issue: IssueAddress) -> list[Note]:
    """What the bot has said, once all is quiet."""
    view = theatre.quiet_view()
    found = view.issue(issue.project, issue.iid)
    return [note for note in view.notes_on(found) if note.author == theatre.cast.bot]


def labels(theatre: Theatre, issue: IssueAddress) -> tuple[str, ...]:
    return theatre.quiet_view().issue(issue.project, issue.iid).labels


def api(theatre: Theatre, who: str, method: str, issue: IssueAddress, path: str, body: Json | None = None) -> Json:
    answer = theatre.cast[who]._http.request(method, f"{issue.path}{path}", json=body)
    assert not answer.is_error, answer.text
    return dict(answer.json())


def say(theatre: Theatre, who: str, issue: IssueAddress, text: str, *, internal: bool = False) -> int:
    """Comment; the number of the comment."""
    body: Json = {"body": text, **({"internal": True} if internal else {})}
    return int(api(theatre, who, "POST", issue, "/notes", body)["id"])


def emoji_on(theatre: Theatre, issue: IssueAddress, note: int) -> list[str]:
    found = theatre.cast[EM]._http.get(f"{issue.path}/notes/{note}/award_emoji").json()
    return [award["name"] for award in found if award["user"]["username"] == theatre.cast.bot]


def answers(theatre: Theatre, who: str, issue: IssueAddress, text: str) -> list[str]:
    """What the bot newly says to a comment."""
    before = {note.id for note in notes(theatre, issue)}
    say(theatre, who, issue, text)
    return [note.body for note in notes(theatre, issue) if note.id not in before]


def test_commands_are_answered_once_and_only_where_they_are_commands(theatre: Theatre) -> None:
    issue = file_issue(theatre, "")
    (body,) = answers(theatre, AE, issue, "@sowbot help")
    assert "remind me in 3 days" in body
    assert "undo" in body.partition("Not now")[2]
    (body,) = answers(theatre, AE, issue, "@sowbot hlep me")
    assert "Did you mean" in body
    (body,) = answers(theatre, AE, issue, "@sowbot snooze 2 weeks")
    assert "ps-engagement-managers" in body
    (body,) = answers(theatre, AE, issue, "@sowbot remind me when it rains")
    assert "I can't read a time" in body
    for quiet in ("> @sowbot help", "```\n@sowbot help\n```", "Ask @sowbot help.", "<!-- \n@sowbot help\n-->"):
        assert answers(theatre, AE, issue, quiet) == []
    note = say(theatre, AE, issue, "Hello.")
    before = len(notes(theatre, issue))
    api(theatre, AE, "PUT", issue, f"/notes/{note}", {"body": "@sowbot help"})
    assert len(notes(theatre, issue)) == before


def test_a_reminder_a_snooze_and_the_status_are_answered_by_an_emoji(theatre: Theatre) -> None:
    issue = file_issue(theatre, "")
    for words, emoji in (
        ("remind me in 3 days to call", "alarm_clock"),
        ("snooze 2 weeks", "zzz"),
        ("status", "thumbsup"),
    ):
        before = len(notes(theatre, issue))
        note = say(theatre, EM, issue, f"@sowbot {words}")
        assert len(notes(theatre, issue)) == before
        assert emoji_on(theatre, issue, note) == [emoji]


def test_what_is_asked_in_an_internal_note_is_answered_in_one(theatre: Theatre) -> None:
    issue = file_issue(theatre, "")
    before = {note.id for note in notes(theatre, issue)}
    say(theatre, EM, issue, "@sowbot help", internal=True)
    (answer,) = [note for note in notes(theatre, issue) if note.id not in before]
    assert api(theatre, EM, "GET", issue, f"/notes/{answer.id}")["internal"] is True


def test_undo_takes_back_and_the_rule_leaves_it_at_that(theatre: Theatre) -> None:
    issue = file_issue(theatre, "", "Strawman_WIP")
    theatre.cast[EM].comment(issue, "Estimate total: 82,000 USD")
    assert "TA::Needs-Review" in labels(theatre, issue)
    (body,) = answers(theatre, EM, issue, "@sowbot why")
    assert "ta-gate" in body.replace("\\", "")
    (body,) = answers(theatre, EM, issue, "@sowbot undo")
    assert "Took off TA::Needs-Review" in body.replace("\\", "").replace("\u2060", "")
    assert "can't be called back" in body
    assert "TA::Needs-Review" not in labels(theatre, issue)
    assert any(note.body.startswith("**Taken back**") for note in notes(theatre, issue))
    (body,) = answers(theatre, EM, issue, "@sowbot why not ta-gate")
    assert "ta-gate" in body


def test_an_approval_is_written_down_and_void_when_the_card_goes_back(theatre: Theatre) -> None:
    issue = file_issue(theatre, PAPERS, "Strawman_WIP", "Estimate_Feedback", "SOW_WIP")
    theatre.cast[RDM].label(issue, add=["RDM::approved"], remove=["RDM::needs-review"])
    theatre.quiet_view()
    theatre.cast[EM].move(issue, "proposal::Ready For Approval")
    (request,) = [note for note in notes(theatre, issue) if "ready for your approval" in note.body]
    (body,) = answers(theatre, EM, issue, "@sowbot approve")
    assert "ps-leadership" in body
    (body,) = answers(theatre, TA, issue, "@sowbot approve")
    assert "nothing was done" in body

    before = {note.id for note in notes(theatre, issue)}
    api(theatre, LEADER, "POST", issue, f"/notes/{request.id}/award_emoji", {"name": "thumbsup"})
    (body,) = [note.body for note in notes(theatre, issue) if note.id not in before]
    assert "is written down" in body
    assert "move the card to **Approved**" in body
    assert "proposal::Ready For Approval" in labels(theatre, issue)
    status = next(note.body for note in notes(theatre, issue) if note.body.startswith("### Where this stands"))
    assert "ps.leader" in status.replace("\\", "")

    before = {note.id for note in notes(theatre, issue)}
    theatre.cast[EM].move(issue, "proposal::SOW_WIP")
    said = "\n".join(note.body for note in notes(theatre, issue) if note.id not in before)
    assert "@ps.leader, your approval of **Approved** counts no more" in said
    status = next(note.body for note in notes(theatre, issue) if note.body.startswith("### Where this stands"))
    assert "void, of ps.leader" in status.replace("\\", "")


def test_off_the_board_a_command_is_answered_sensibly(theatre: Theatre) -> None:
    cast = theatre.cast
    made = cast[EM].file_issue(cast.plan_project, title="Something else", description="", labels=[])
    issue = IssueAddress(cast.plan_project, int(made["iid"]))
    (body,) = answers(theatre, EM, issue, "@sowbot status")
    assert "not on the board" in body
    assert "Services Calculator" in body
