"""The words in which the story says what must come true of an issue after an act: of the request, or of another."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from app.demo.expect import Expectation
from app.demo.scene import REQUEST, Moment
from app.demo.text import visible
from app.demo.view import Issue, Note
from app.gitlab.escape import WORD_JOINER


def stands_in(stage: str) -> Expectation:
    """The card is in this stage, and in no other."""

    def test(moment: Moment) -> str | None:
        stages = [label for label in moment.scoping.labels if label.startswith("proposal::")]
        return None if stages == ([stage] if stage != "Open" else []) else f"{', '.join(stages) or 'no stage'}"

    return Expectation(f"the card stands in {stage}", test)


def carries(*labels: str, on: str = REQUEST) -> Expectation:
    """The issue has these labels."""

    def test(issue: Issue, _moment: Moment) -> str | None:
        return None if set(labels) <= set(issue.labels) else _labels(issue)

    return Expectation(f"{_name(on)} carries {', '.join(labels)}", _of(on, test))


def lacks(label: str, on: str = REQUEST) -> Expectation:
    """The issue does not have the label."""

    def test(issue: Issue, _moment: Moment) -> str | None:
        return _labels(issue) if label in issue.labels else None

    return Expectation(f"{_name(on)} does not carry {label}", _of(on, test))


def put_back(tried: str, back_to: str) -> Expectation:
    """The bot took the card out of a stage and put it back where it was, once."""

    def test(moment: Moment) -> str | None:
        issue, bot = moment.scoping, moment.scene.bot
        moves = [move for move in moment.label_moves(issue) if move.by == bot]
        restored = [move for move in moves if move.added and move.label == back_to]
        if tried in issue.labels or back_to not in issue.labels:
            return _labels(issue)
        return None if len(restored) == 1 else f"the bot put it back {len(restored)} times"

    return Expectation(f"the card is put back from {tried} to {back_to}", test)


def says(*words: str, but_not: Iterable[str] = (), on: str = REQUEST) -> Expectation:
    """A note that the bot wrote or edited on the issue has all these words, and none of those."""
    unwanted = tuple(but_not)

    def test(issue: Issue, moment: Moment) -> str | None:
        return _among(moment.said(issue), words, unwanted)

    without = f", not of {_listed(unwanted)}" if unwanted else ""
    where = "" if on == REQUEST else f" on {_name(on)}"
    return Expectation(f"a note{where} speaks of {_listed(words)}{without}", _of(on, test))


def says_on_intake(*words: str) -> Expectation:
    """The same on the intake issue."""

    def test(moment: Moment) -> str | None:
        notes = [note for intake in moment.intakes for note in moment.said(intake)]
        return _among(notes, words, ())

    return Expectation(f"a note on the intake issue speaks of {_listed(words)}", test)


def says_nothing(on: str = REQUEST) -> Expectation:
    """The bot writes no new comment on the issue; the one note that is always up to date may be brought up to date."""

    def test(issue: Issue, moment: Moment) -> str | None:
        new = [note for note in moment.said(issue) if note.id not in moment.before.notes]
        return f"a note: {visible(new[0].body)[:120]}" if new else None

    return Expectation(f"the bot writes no new note on {_name(on)}", _of(on, test))


def is_closed(on: str) -> Expectation:
    """The issue is closed."""

    def test(issue: Issue, _moment: Moment) -> str | None:
        return None if issue.state == "closed" else f"it is {issue.state}"

    return Expectation(f"{_name(on)} is closed", _of(on, test))


def is_open(on: str = REQUEST) -> Expectation:
    """The issue is open."""

    def test(issue: Issue, _moment: Moment) -> str | None:
        return None if issue.state == "opened" else f"it is {issue.state}"

    return Expectation(f"{_name(on)} is open", _of(on, test))


def is_assigned(part: str, on: str = REQUEST) -> Expectation:
    """Whoever plays the part is among the issue's assignees."""

    def test(issue: Issue, moment: Moment) -> str | None:
        held = issue.assignees
        return None if moment.scene.cast[part].username in held else ", ".join(held) or "nobody assigned"

    return Expectation(f"{_name(on)} is assigned to the {part}", _of(on, test))


def has_text(*words: str, on: str = REQUEST) -> Expectation:
    """The issue's title or description has all these words."""

    def test(issue: Issue, _moment: Moment) -> str | None:
        text = f"{issue.title}\n{issue.description}".casefold()
        missing = [word for word in words if word.casefold() not in text]
        return f"without {_listed(missing)}: {issue.title}" if missing else None

    return Expectation(f"{_name(on)} has the words {_listed(words)}", _of(on, test))


def files(title: str, *, place: str = "", count: int = 1) -> Expectation:
    """So many issues (or epics) with these words in their title come to be, by the bot; in a place whose path has
    these words."""

    def test(moment: Moment) -> str | None:
        new = [
            issue
            for issue in moment.now.issues.values()
            if issue.id not in moment.before.issues and issue.author == moment.scene.bot and moment.concerns(issue.id)
        ]
        found = [each for each in new if title.casefold() in each.title.casefold() and place in each.place]
        others = ", ".join(f"“{each.title}” in {each.place.rsplit('/', 1)[-1]}" for each in new)
        return None if len(found) == count else f"{len(found)} of them; new: {others or 'nothing'}"

    where = f" in {place}" if place else ""
    what = f"an issue “{title}” is" if count == 1 else f"{count} issues “{title}” are" if count else f"no “{title}” is"
    return Expectation(f"{what} filed{where}", test)


def is_linked(on: str, to: str = REQUEST) -> Expectation:
    """Both are linked to one another."""

    def test(issue: Issue, moment: Moment) -> str | None:
        other = moment.find(to)
        linked = {each.id for each in moment.now.linked(issue)}
        return None if other is not None and other.id in linked else f"{len(linked)} links, none to {_name(to)}"

    return Expectation(f"{_name(on)} is linked to {_name(to)}", _of(on, test))


def tells(part: str) -> Expectation:
    """The bot mentions whoever plays this part."""

    def test(moment: Moment) -> str | None:
        told = moment.told()
        return None if moment.scene.cast[part].username in told else f"mentioned: {', '.join(sorted(told)) or 'nobody'}"

    return Expectation(f"the {part} is mentioned", test)


def _of(on: str, test: Callable[[Issue, Moment], str | None]) -> Callable[[Moment], str | None]:
    def of_the_issue(moment: Moment) -> str | None:
        issue = moment.find(on)
        return f"there is no {on}" if issue is None else test(issue, moment)

    return of_the_issue


def _name(on: str) -> str:
    if on == REQUEST:
        return "the issue"
    return on if on.startswith("the ") else f"“{on}”"


def _among(notes: list[Note], words: tuple[str, ...], unwanted: tuple[str, ...]) -> str | None:
    for note in notes:
        body = _plain(note)
        if all(word.casefold() in body for word in words) and not any(word.casefold() in body for word in unwanted):
            return None
    return " / ".join(" ".join(visible(note.body).split())[:160] for note in notes) or "no note"


def _plain(note: Note) -> str:
    """As it is read: without escapes, emphasis and line breaks."""
    text = visible(note.body).replace("\\", "").replace(WORD_JOINER, "").replace("**", "")
    return " ".join(text.split()).casefold()


def _labels(issue: Issue) -> str:
    return ", ".join(issue.labels) or "no label"


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"“{word}”" for word in words)
