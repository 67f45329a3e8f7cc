"""Views of what hangs on a customer's group and project: enough to say whether it is there, and whether it differs."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.decision import Outcome, Result

OTHER_TEXT = "its text is another"
"""How a file differs."""
MOST_AHEAD = 10
"""Iterations that GitLab makes in advance, at the most."""


@dataclass(frozen=True, slots=True)
class LabelView:
    """A label that can be used in a group."""

    title: str
    color: str
    description: str = ""
    inherited: bool = False
    """It belongs to a group above: what it looks like is not decided here."""


@dataclass(frozen=True, slots=True)
class BoardView:
    """An issue board."""

    name: str
    lists: tuple[str, ...] = ()
    """Titles of the labels that have a column, from left to right."""
    only: tuple[str, ...] = ()
    """Labels of its filter; none on tiers without board filters."""


@dataclass(frozen=True, slots=True)
class MilestoneView:
    """A milestone. Dates are ISO dates, or empty."""

    title: str
    start_date: str = ""
    due_date: str = ""


@dataclass(frozen=True, slots=True)
class EpicView:
    """An epic of a group."""

    id: str
    """Global id, ``gid://gitlab/WorkItem/7``."""
    iid: int
    title: str
    web_url: str


@dataclass(frozen=True, slots=True)
class CadenceView:
    """A cadence of iterations: GitLab makes its iterations by itself."""

    title: str
    weeks: int
    """Length of each iteration."""
    start_date: str = ""


@dataclass(frozen=True, slots=True)
class IterationView:
    """A time box of a cadence. GitLab gives it no title: people name it by its dates."""

    id: str
    """Global id, ``gid://gitlab/Iteration/7``."""
    start_date: str
    """ISO date."""
    due_date: str
    """ISO date of its last day."""

    @property
    def dates(self) -> str:
        """``2026-07-20 to 2026-08-02``."""
        return f"{self.start_date} to {self.due_date}"


def label_differs(found: LabelView, *, color: str, description: str) -> str:
    """How a label that is there differs from the one that is wanted; empty where it does not, or is another group's."""
    if found.inherited:
        return ""
    said = []
    if found.color.casefold() != color.casefold():
        said.append(f"its colour is {found.color}, not {color}")
    if description and found.description != description:
        said.append("its description is another")
    return " and ".join(said)


def board_differs(found: BoardView, *, lists: tuple[str, ...], only: tuple[str, ...] = ()) -> str:
    """How the columns of a board that is there differ from the wanted ones, apart from those it lacks."""
    there = [title for title in found.lists if title in lists]
    said = []
    if there != [title for title in lists if title in there]:
        said.append(f"its columns stand in another order ({', '.join(there)})")
    if set(found.only) != set(only):
        said.append(f"it shows {'only ' + ', '.join(found.only) if found.only else 'all issues'}")
    return " and ".join(said)


def milestone_differs(found: MilestoneView, *, start_date: str | None, due_date: str | None) -> str:
    """How the dates of a milestone that is there differ from those that are wanted."""
    said = []
    if start_date and found.start_date != start_date:
        said.append(f"it starts {found.start_date or 'on no date'}, not {start_date}")
    if due_date and found.due_date != due_date:
        said.append(f"it is due {found.due_date or 'on no date'}, not {due_date}")
    return " and ".join(said)


def elsewhere(reference: str, there: IterationView) -> Outcome:
    """The outcome for an issue that is in another iteration than the wanted one: somebody put it there."""
    sentence = f"{reference} is in another iteration ({there.dates}) and was left there."
    return Outcome(Result.NOT_APPLICABLE, sentence, data={"differs": f"it is in another iteration ({there.dates})"})


def already(sentence: str, differs: str = "") -> Outcome:
    """The outcome for what is there; how it differs from what was wanted is told, and left."""
    if not differs:
        return Outcome(Result.ALREADY_SO, sentence)
    return Outcome(Result.ALREADY_SO, f"{sentence} It differs: {differs}.", data={"differs": differs})
