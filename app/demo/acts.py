"""What an act of the story is, and the words in which the story says what people do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.demo.expect import Expectation
from app.demo.questions import answer, open_questions
from app.demo.request import request_scoping
from app.demo.scene import INTAKE, REQUEST, Moment, Scene

Doing = Callable[[Scene], None]


@dataclass(frozen=True, slots=True)
class Act:
    """Somebody does something, and something must come of it."""

    who: str
    """The part, as in the scene's cast; or who else it is: Salesforce, time."""
    tells: str
    """What they do, as the story tells it."""
    does: Doing
    then: Sequence[Expectation]
    on_the_way: bool = False
    """Only leads to where the story begins: what the bot does meanwhile is not told."""


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


def writes(who: str, text: str, then: Sequence[Expectation], *, on: str = REQUEST) -> Act:
    """Somebody comments on the scoping issue, or on another."""

    def do(scene: Scene) -> None:
        scene.cast[who].comment(scene.address(on), scene.dated(text))

    return Act(who, f"comments{_where(on)}: {' / '.join(text.splitlines())}", do, then)


def labels(who: str, label: str, then: Sequence[Expectation], *, tells: str = "", on: str = REQUEST) -> Act:
    """Somebody puts a label on the issue; another one of the same scope gives way."""

    def do(scene: Scene) -> None:
        person, issue = scene.cast[who], scene.address(on)
        scope = f"{label.rpartition('::')[0]}::" if "::" in label else None
        was = [held for held in person.read(issue)["labels"] if scope and held.startswith(scope) and held != label]
        person.label(issue, add=[label], remove=was)

    return Act(who, tells or f"sets {label}{_where(on)}", do, then)


def unlabels(who: str, label: str, then: Sequence[Expectation], *, on: str = REQUEST) -> Act:
    """Somebody takes a label off the issue."""

    def do(scene: Scene) -> None:
        scene.cast[who].label(scene.address(on), remove=[label])

    return Act(who, f"takes {label} off{_where(on)}", do, then)


def adds(who: str, lines: str, then: Sequence[Expectation], *, on: str = REQUEST) -> Act:
    """Somebody adds lines to the end of the issue's description."""

    def do(scene: Scene) -> None:
        person, issue = scene.cast[who], scene.address(on)
        old = str(person.read(issue)["description"] or "")
        person.describe(issue, f"{old.rstrip()}\n\n{scene.dated(lines)}\n")

    return Act(who, f"adds to the description{_where(on)}: {' / '.join(lines.splitlines())}", do, then)


def assigns(who: str, whom: str, then: Sequence[Expectation], *, on: str = REQUEST) -> Act:
    """Somebody makes whoever plays a part the issue's assignee."""

    def do(scene: Scene) -> None:
        scene.cast[who].assign(scene.address(on), scene.cast[whom].username)

    return Act(who, f"assigns the {whom}{_where(on)}", do, then)


def closes(who: str, then: Sequence[Expectation], *, on: str = REQUEST) -> Act:
    """Somebody closes the issue."""

    def do(scene: Scene) -> None:
        scene.cast[who].change(scene.address(on), state_event="close")

    return Act(who, f"closes {on if on.startswith('the ') else f'“{on}”'}", do, then)


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


def issue(who: str, name: str, *, title: str, text: str, labels: Sequence[str] = (), project: str = "",
          then: Sequence[Expectation]) -> Act:  # fmt: skip
    """Somebody files another issue, which the scene calls ``name``. ``{customer}``, ``{request}`` and ``{group}`` (the
    customer's) may stand in title, text and project; without a project it is filed in PS Plan."""

    def do(scene: Scene) -> None:
        words = {
            "customer": scene.deal.customer,
            "request": f"{scene.plan_project}#{scene.request.iid}" if scene.request else "",
            "sow": f"SOW-{scene.deal.sow_number}",
            "group": f"{scene.delivery_root}/{scene.deal.customer.replace(' ', '-')}",
        }
        place = filled(project, words) or scene.plan_project
        made = scene.cast[who].file_issue(
            place,
            title=filled(title, words),
            description=filled(text, words),
            labels=labels,
        )
        scene.name(name, place, int(made["iid"]))

    shown = title.replace("{customer}", "the customer")
    return Act(who, f"files “{shown}”", do, then)


def filled(text: str, words: Mapping[str, str]) -> str:
    """A text with these words put in; other braces stay."""
    for name, value in words.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def describes(who: str, text: str, then: Sequence[Expectation], *, on: str) -> Act:
    """Somebody writes an issue's description anew."""

    def do(scene: Scene) -> None:
        scene.cast[who].describe(scene.address(on), scene.dated(text))

    return Act(who, f"writes the description of {on} anew", do, then)


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
        intake = scene.address(INTAKE)
        old = str(person.read(intake)["description"])
        person.describe(intake, "\n".join([old.rstrip(), "", "## Answers from discovery", "", *table, ""]))

    return Act(who, "copies the answers into the intake issue", do, [_nothing_follows()])


def _nothing_follows() -> Expectation:
    def test(moment: Moment) -> str | None:
        notes = [note for intake in moment.intakes for note in moment.said(intake)]
        return None if not notes else f"a note: {notes[0].body[:120]}"

    return Expectation("the bot has nothing to say to that", test)


def _where(on: str) -> str:
    if on == REQUEST:
        return ""
    return f" on {on}" if on.startswith("the ") else f" on “{on}”"
