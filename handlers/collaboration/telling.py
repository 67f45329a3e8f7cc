"""What building a customer's project came to, in words: a summary, and the whole plan as text."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from handlers.collaboration.build import Piece
from handlers.collaboration.deal import Deal

KINDS = {
    "group": "Group",
    "project": "Project",
    "label": "Labels",
    "board": "Boards",
    "milestone": "Milestones",
    "iterations": "Iteration cadence",
    "epic": "Workstream epics",
    "issue": "Issues",
    "file": "Files",
}
"""The kinds of pieces in the order in which they are made."""


def summary(pieces: Sequence[Piece], deal: Deal, left_out: int, *, large: bool) -> str:
    """What was made and found, and what a person should know of it, in a few sentences."""
    made = sum(piece.missing for piece in pieces)
    refused = [piece for piece in pieces if piece.refused]
    found = len(pieces) - made - len(refused)
    said = [f"{made} things were made, {found} were there already."]
    if refused:
        said.append(f"GitLab refused {len(refused)} of them, the first: {refused[0].outcome.sentence}")
    if differing := [piece for piece in pieces if piece.differs]:
        said.append(f"{len(differing)} of those that were there differ from the blueprint and were left as they are.")
    return " ".join([*said, *waiting(pieces), *remarks(deal, left_out, large=large)])


def waiting(pieces: Sequence[Piece]) -> list[str]:
    """Which issues wait until GitLab makes their iterations, and what puts them in then."""
    waits = [piece.waits for piece in pieces if piece.waits]
    if not waits:
        return []
    many = f"{len(waits)} issues wait" if len(waits) > 1 else "One issue waits"
    return [
        f"{many} for iterations that GitLab has not made yet: {', '.join(dict.fromkeys(waits))}."
        " Ask for the project again when they are there, and the issues are put in."
    ]


def remarks(deal: Deal, left_out: int, *, large: bool) -> list[str]:
    """What a person should know of the deal's own words, whether it is built or planned."""
    said = []
    if not deal.activities:
        said.append("No activities were listed, so there is one epic for the whole SOW.")
    if left_out:
        said.append(f"Left out, because they name prices or costs: {left_out} of the activities.")
    if not deal.plan.known:
        said.append("Nobody has said how long it takes, so it was set up as a small project.")
    elif large and deal.plan.start is None:
        said.append("There is no start date yet, so the iterations have no dates.")
    return said


def plan_parts(pieces: Sequence[Piece]) -> list[dict[str, object]]:
    """All pieces by kind, in order: what a template, or a merge request's text, shows of a plan."""
    return [
        {"kind": KINDS[kind], "names": [piece.name for piece in group], "each": kind in ("issue", "epic")}
        for kind, group in groupby(pieces, key=lambda piece: piece.kind)
    ]
