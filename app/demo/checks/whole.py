"""What must hold of the story as a whole when it is told: mostly what must not have happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from app.demo.checks.deal import one_intake
from app.demo.checks.slack import PRIVATE_CHANNEL
from app.demo.deal import Deal
from app.demo.expect import Expectation
from app.demo.request import PUBLIC_SECTOR
from app.demo.scene import Moment
from app.demo.view import Note

APPROVALS = ("TA::Approved", "RDM::approved", "proposal::Approved")
ASKED_TEAMS = (
    "gitlab-com/ps-leadership",
    "gitlab-com/ps-ta",
    "gitlab-com/ps-delivery-managers",
    "gitlab-com/ps-project-coordinators",
    "gitlab-com/ps-engagement-managers",
)
OPEN_CHANNELS = {"professional-services", "ps-engagement-mgrs"}


def of_the_whole(deal: Deal) -> list[Expectation]:
    """Tested once, at the end, against the sandbox before the first act."""
    always = [
        one_intake(),
        Expectation("no note is there twice", _no_note_twice),
        Expectation("the three wrong moves were put back once each", _three_put_back),
        Expectation("the bot set no approval", _no_approval_by_bot),
        Expectation("the bot wrote notes inside only, never where the customer reads", _notes_in_place),
        Expectation("nobody was mentioned by accident", _no_crowd),
        Expectation("the channels that heard of it were the right ones", lambda m: _channels(m, deal)),
        Expectation("every webhook delivery was taken", _deliveries_taken),
    ]
    if deal.public_sector:
        always.append(Expectation("the customer's name left the plan project nowhere", _name_kept))
        always.append(Expectation("no group, project or epic was made", _nothing_made))
    return always


def _no_note_twice(moment: Moment) -> str | None:
    notes = Counter((note.issue_id, " ".join(note.body.split())) for note in _by_bot(moment))
    marks = Counter((note.issue_id, mark) for note in _by_bot(moment) for mark in _markers(note))
    double = [text for (_, text), count in [*notes.items(), *marks.items()] if count > 1]
    return double[0][:160] if double else None


def _markers(note: Note) -> list[str]:
    return [line.strip() for line in note.body.splitlines() if line.startswith("<!--")]


def _three_put_back(moment: Moment) -> str | None:
    moves = [move for move in moment.label_moves(moment.scoping) if move.by == moment.scene.bot and move.added]
    stages = [move.label for move in moves if move.label.startswith("proposal::")]
    wanted = ["proposal::Estimate_Feedback", "proposal::SOW_WIP", "proposal::Ready For Approval"]
    return None if stages == wanted else f"put into: {', '.join(stages) or 'no stage'}"


def _no_approval_by_bot(moment: Moment) -> str | None:
    moves = moment.label_moves(moment.scoping)
    return next(
        (move.label for move in moves if move.by == moment.scene.bot and move.added and move.label in APPROVALS), None
    )


def _notes_in_place(moment: Moment) -> str | None:
    """Inside GitLab: in the customer's project the bot files, and does not talk."""
    stray = [note for note in _by_bot(moment) if moment.now.issues[note.issue_id].place != moment.scene.plan_project]
    return f"on {moment.now.issues[stray[0].issue_id].reference}: {stray[0].body[:120]}" if stray else None


def _no_crowd(moment: Moment) -> str | None:
    """Told may be who plays a part, and who is in a team that was asked; others are told by a mention gone wrong."""
    parts = {person.username for person in moment.scene.cast.people.values()}
    teams = {who for team in ASKED_TEAMS for who in moment.now.groups[team].members}
    told = moment.told() - parts - teams
    return f"told: {', '.join(sorted(told))}" if told else None


def _channels(moment: Moment, deal: Deal) -> str | None:
    heard = {post.channel for post in moment.posts()}
    right = {PRIVATE_CHANNEL} if deal.public_sector else OPEN_CHANNELS
    return None if heard == right else f"{', '.join(sorted(heard)) or 'none'}"


def _deliveries_taken(moment: Moment) -> str | None:
    statuses = Counter(str(each["response_status"]) for each in moment.now.deliveries)
    return None if set(statuses) == {"202"} else f"answers: {dict(statuses)}"


def _name_kept(moment: Moment) -> str | None:
    """Everything that left the bot: messages, and all it made or wrote outside the plan project."""
    name = moment.scene.deal.customer.casefold()
    plan = moment.scene.plan_project
    left = [post.text for post in moment.posts()]
    left += [f"{issue.title}\n{issue.description}" for issue in moment.now.issues.values() if issue.place != plan]
    left += [note.body for note in moment.now.notes.values() if moment.now.issues[note.issue_id].place != plan]
    left += [*moment.now.groups, *moment.now.projects, *moment.scene.bot_log()]
    left += [str(moment.now.furniture(path)) for path in moment.now.projects if path != plan]
    return next((text[:160] for text in left if name in text.casefold()), None)


def _nothing_made(moment: Moment) -> str | None:
    places = _new(moment.now.groups, moment.before.groups) + _new(moment.now.projects, moment.before.projects)
    issues = [issue for issue in moment.now.issues.values() if issue.id not in moment.before.issues]
    # What the team works with stays in its own project, marked as private as the deal is; epics are in groups.
    private = [issue for issue in issues if issue.place == moment.scene.plan_project and PUBLIC_SECTOR in issue.labels]
    strays = [issue.reference for issue in issues if issue not in private]
    return ", ".join([*places, *strays]) or None


def _new(now: Iterable[str], before: Iterable[str]) -> list[str]:
    return sorted(set(now) - set(before))


def _by_bot(moment: Moment) -> list[Note]:
    return [note for note in moment.now.notes.values() if note.author == moment.scene.bot]
