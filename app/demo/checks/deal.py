"""What must come true of the deal itself: its intake issue, its people, its open questions, its outcome."""

from __future__ import annotations

from datetime import datetime

from app.demo.expect import Expectation
from app.demo.questions import open_questions
from app.demo.scene import COMPANY_TIME, Moment, is_intake
from app.demo.text import visible


def one_intake() -> Expectation:
    """Exactly one Project Scheduling Intake issue, in the same project, linked to the request."""

    def test(moment: Moment) -> str | None:
        made = [
            issue
            for issue in moment.now.issues.values()
            if is_intake(issue) and issue.id not in moment.before.issues and moment.concerns(issue.id)
        ]
        linked = moment.intakes
        return None if len(made) == len(linked) == 1 else f"{len(made)} made, {len(linked)} linked"

    return Expectation("exactly one Project Scheduling Intake issue is made and linked", test)


def intake_is_private() -> Expectation:
    """The intake issue of a public sector deal is marked as such too."""

    def test(moment: Moment) -> str | None:
        unmarked = [issue for issue in moment.intakes if "Public Sector US" not in issue.labels]
        return f"{unmarked[0].reference} without it" if unmarked else None

    return Expectation("the intake issue carries Public Sector US as well", test)


def assigned(part: str) -> Expectation:
    """Whoever plays the part is the assignee, alone."""

    def test(moment: Moment) -> str | None:
        held = moment.scoping.assignees
        return None if held == (moment.scene.cast[part].username,) else ", ".join(held) or "nobody assigned"

    return Expectation(f"the {part} is assigned", test)


def questions_listed() -> Expectation:
    """The status note lists exactly the questions that are still open as such, and ticks the answered ones off."""

    def test(moment: Moment) -> str | None:
        still = [_bare(question) for question in open_questions(moment.scoping.description)]
        old = moment.before.issues.get(moment.scoping.id)
        asked = [_bare(question) for question in open_questions(old.description)] if old else []
        answered = [question for question in asked if question not in still]
        for note in moment.said(moment.scoping):
            text = _bare(visible(note.body))
            listed = all(f"⬜ {each}" in text for each in still) and not any(f"⬜ {each}" in text for each in answered)
            if listed and (not still or all(each in text for each in answered)):
                return None
        return f"{len(moment.said(moment.scoping))} notes, none with exactly the {len(still)} open questions"

    return Expectation("the status note lists the open questions, and ticks off the others", test)


def closed() -> Expectation:
    """The scoping issue is closed."""

    def test(moment: Moment) -> str | None:
        return None if moment.scoping.state == "closed" else moment.scoping.state

    return Expectation("the scoping issue is closed", test)


def quarter_of_today() -> Expectation:
    """It carries the fiscal quarter in which it was won, and no other."""
    return quarter(fiscal_quarter(datetime.now(COMPANY_TIME)))


def quarter(wanted: str) -> Expectation:
    """It carries this fiscal quarter, and no other."""

    def test(moment: Moment) -> str | None:
        held = [label for label in moment.scoping.labels if label.startswith("close_qtr::")]
        return None if held == [wanted] else ", ".join(held) or "no close_qtr:: label"

    return Expectation(f"the issue carries {wanted}", test)


def nothing_built() -> Expectation:
    """No group and no project came to be."""

    def test(moment: Moment) -> str | None:
        made = {
            *(path for path in moment.now.groups if path not in moment.before.groups and moment.holds(path)),
            *(path for path in moment.now.projects if path not in moment.before.projects and moment.holds(path)),
        }
        return ", ".join(sorted(made)) or None

    return Expectation("no group or project is built yet", test)


def fiscal_quarter(day: datetime) -> str:
    """GitLab's fiscal year starts on 1 February and is named for the year in which it ends."""
    months_in = (day.month - 2) % 12
    ends = day.year + (day.month >= 2)
    return f"close_qtr::Q{months_in // 3 + 1}{ends % 100:02}"


def _bare(text: str) -> str:
    """Without Markdown's signs, folded: people and bot may write the same question differently bold."""
    return " ".join("".join(sign for sign in text if sign not in "*`\\_").split()).casefold()
