"""What an act of the story is, and the words in which the story says what people do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.demo.expect import Expectation
from app.demo.questions import answer, open_questions
from app.demo.request import request_scoping
from app.demo.scene import Moment, Scene

Doing = Callable[[Scene], None]


@dataclass(frozen=True, slots=True)
class Act:
    """Somebody does something, and something must come of it."""

    who: str
    """The part, as in the scene's cast."""
    tells: str
    """What they do, as the story tells it."""
    does: Doing
    then: Sequence[Expectation]


@dataclass(frozen=True, slots=True)
class Chapter:
    """One step of the deal."""

    title: str
    acts: Sequence[Act]


def drags(who: str, stage: str, then: Sequence[Expectation], *, but: str = "") -> Act:
    """Somebody drags the card to a stage's list."""

    def do(scene: Scene) -> None:
        scene.cast[who].move(scene.scoping, stage)

    return Act(who, f"drags the card to {stage}{but}", do, then)


def writes(who: str, text: str, then: Sequence[Expectation]) -> Act:
    """Somebody comments on the scoping issue."""

    def do(scene: Scene) -> None:
        scene.cast[who].comment(scene.scoping, text)

    return Act(who, f"comments: {' / '.join(text.splitlines())}", do, then)


def labels(who: str, label: str, then: Sequence[Expectation], *, tells: str = "") -> Act:
    """Somebody puts a label on the scoping issue; another one of the same scope gives way."""

    def do(scene: Scene) -> None:
        person = scene.cast[who]
        scope = f"{label.rpartition('::')[0]}::" if "::" in label else None
        was = [held for held in person.read(scene.scoping)["labels"] if scope and held.startswith(scope)]
        person.label(scene.scoping, add=[label], remove=was)

    return Act(who, tells or f"sets {label}", do, then)


def answers(who: str, count: int | None, then: Sequence[Expectation]) -> Act:
    """Somebody answers questions of the SSOT table: the first ``count`` that are open, or all."""

    def do(scene: Scene) -> None:
        person = scene.cast[who]
        text = str(person.read(scene.scoping)["description"])
        person.describe(scene.scoping, answer(text, set(open_questions(text)[:count])))

    how_many = "the rest" if count is None else f"the first {count} questions"
    return Act(who, f"answers {how_many} of the SSOT table", do, then)


def files_the_request(who: str, customer: str, then: Sequence[Expectation]) -> Act:
    """The scoping issue is born."""

    def do(scene: Scene) -> None:
        scene.file(request_scoping(scene))

    return Act(who, f"sends the form for {customer}; its scoping issue is filed", do, then)


def lists_activities(who: str, activities: Sequence[str], then: Sequence[Expectation]) -> Act:
    """Somebody writes into the description what the SOW sells."""

    def do(scene: Scene) -> None:
        person = scene.cast[who]
        text = str(person.read(scene.scoping)["description"])
        heading = "## SOW activities\n"
        filled = text.replace(heading, heading + "\n" + "".join(f"- {each}\n" for each in activities), 1)
        person.describe(scene.scoping, filled)

    return Act(who, f"lists the SOW's activities: {', '.join(activities)}", do, then)


def copies_answers_to_intake(who: str) -> Act:
    """The engagement manager brings the discovery's answers to the coordinator's issue."""

    def do(scene: Scene) -> None:
        person = scene.cast[who]
        text = str(person.read(scene.scoping)["description"])
        table = [line for line in text.splitlines() if line.startswith("|")]
        intake = scene.intake(person)
        old = str(person.read(intake)["description"])
        person.describe(intake, "\n".join([old.rstrip(), "", "## Answers from discovery", "", *table, ""]))

    return Act(who, "copies the answers into the intake issue", do, [_nothing_follows()])


def _nothing_follows() -> Expectation:
    def test(moment: Moment) -> str | None:
        notes = [note for intake in moment.intakes for note in moment.said(intake)]
        return None if not notes else f"a note: {notes[0].body[:120]}"

    return Expectation("the bot has nothing to say to that", test)
