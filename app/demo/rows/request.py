"""A request comes in, and discovery."""

from __future__ import annotations

from collections.abc import Sequence

from app.demo.acts import Act, answers, drags
from app.demo.cast import AE, EM, SA
from app.demo.checks.deal import one_intake, questions_listed
from app.demo.checks.issue import carries, files, is_assigned, says, stands_in, tells
from app.demo.deal import Deal
from app.demo.rows.register import plays
from app.demo.rows.setting import DISCOVERY, STRAWMAN, request


@plays(1)
def intake(_: Deal) -> Sequence[Act]:
    """A request gets its intake issue, once"""
    return [
        request(then=[one_intake()]),
        drags(EM, DISCOVERY, [stands_in(DISCOVERY)]),
    ]


@plays(1)
def intake_of_the_calculator(_: Deal) -> Sequence[Act]:
    """An intake issue that the Services Calculator files by itself is linked, and no second one is filed"""
    return [request(beside="{customer} - Project Scheduling Intake", then=[one_intake(), files("Intake", count=0)])]


@plays(2)
def routing(deal: Deal) -> Sequence[Act]:
    """A request is routed by territory and welcomed"""
    return [request(then=[is_assigned(EM), carries(deal.segment), tells(AE), says("24 hours")])]


@plays(3)
def stages(_: Deal) -> Sequence[Act]:
    """Each stage says who acts, and EM_Status follows"""
    return [
        request(),
        drags(EM, DISCOVERY, [carries("EM_Status::Waiting"), says("Awaiting Discovery", "account team")]),
        drags(EM, STRAWMAN, [carries("EM_Status::ToDo"), says("Where this stands", "Strawman WIP")]),
    ]


@plays(14)
def open_questions(_: Deal) -> Sequence[Act]:
    """Open questions are listed in one note and ticked off"""
    return [
        request(then=[questions_listed()]),
        answers(SA, 3, [questions_listed()]),
        answers(SA, None, [questions_listed()]),
    ]
