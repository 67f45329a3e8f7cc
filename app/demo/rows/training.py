"""Training: asked for, dated, held."""

from __future__ import annotations

from collections.abc import Sequence

from app.demo.acts import Act, describes, issue, labels, writes
from app.demo.cast import LEAD, TRAINING
from app.demo.checks.issue import is_assigned, says, says_nothing, tells
from app.demo.deal import Deal
from app.demo.rows.register import plays
from app.demo.rows.setting import passes
from app.sandbox.seed import EDUCATION

CLASS = "the training request"
TASKS = "## Requestor Tasks\n\n| Question | Answer |\n| --- | --- |\n| Course | {} |\n"


def asked(label: str, answer: str = "GitLab CI/CD") -> Act:
    """Somebody of GitLab asks for a class."""
    told = [is_assigned(TRAINING, on=CLASS), says("thank you", on=CLASS), tells(LEAD)]
    if answer == "to-do":
        told.append(says("Some of the Requestor Tasks are open", on=CLASS))
    return issue(
        LEAD,
        CLASS,
        title="Training with {customer}",
        text=TASKS.format(answer),
        labels=[label],
        project=EDUCATION,
        then=told,
    )


@plays(44)
def internal_trainer(_: Deal) -> Sequence[Act]:
    """A team asks for a trainer: coordinated, and told what is open"""
    return [
        asked("internal_trainer_request", "to-do"),
        describes(LEAD, TASKS.format("GitLab CI/CD"), [says("answered now", on=CLASS), tells(TRAINING)], on=CLASS),
    ]


@plays(45)
def team_member(_: Deal) -> Sequence[Act]:
    """A seat in a class: the requester hears of date and link once both are there"""
    return [
        asked("internal-team-member-training-request"),
        writes(TRAINING, "Class date: {in 30 days}", [says_nothing(on=CLASS)], on=CLASS),
        writes(
            TRAINING,
            "Registration link: https://zoom.example/w/1",
            [says("the class is on", "zoom.example", on=CLASS), tells(LEAD)],
            on=CLASS,
        ),
    ]


@plays(46)
def class_comes(_: Deal) -> Sequence[Act]:
    """A class comes near: registration link, lab code, the thirty days of the lab"""
    return [
        asked("internal_trainer_request"),
        writes(TRAINING, "Class date: {in 30 days}", [says_nothing(on=CLASS)], on=CLASS),
        passes("17 days", [says("in two weeks", "registration link", on=CLASS), tells(TRAINING)]),
        passes("7 days", [says("in a week", "invitation code", on=CLASS), tells(TRAINING)]),
        passes("6 days, then every day 10:00", [says("begins today", "30 days", on=CLASS), tells(TRAINING)]),
    ]


@plays(47)
def class_done(_: Deal) -> Sequence[Act]:
    """A class is over: report, recording, close-out mail, and a reminder of them"""
    return [
        asked("internal_trainer_request"),
        labels(
            TRAINING,
            "Training::Done",
            [says("attendee report", "recording", "close-out e-mail", on=CLASS), tells(TRAINING)],
            on=CLASS,
        ),
        passes("3 business days", [says("this class done", on=CLASS), tells(TRAINING)]),
    ]
