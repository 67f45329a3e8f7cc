"""What came of a deed in an imagined world, and whether it is what a test expects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from app.domain.decision import Result
from app.domain.item import Snapshot
from app.gitlab.escape import WORD_JOINER
from app.gitlab.imagined_places import Written
from app.rules.book import RuleBook
from app.rules.trying.written import UNCHANGED, Expected
from app.trying.doors import Post
from app.trying.world import MOST_ROUNDS, Turn, World


@dataclass(frozen=True, slots=True)
class Came:
    """All that came of one deed."""

    before: Snapshot
    after: Snapshot
    turns: tuple[Turn, ...]
    written: tuple[Written, ...]
    posts: tuple[Post, ...]
    timers: tuple[str, ...]
    """Names of the timers that are set afterwards."""
    timer_changes: tuple[str, ...]
    at_rest: bool

    @property
    def rules(self) -> frozenset[str]:
        """Rules that matched."""
        return frozenset(one.rule for turn in self.turns for one in turn.decision.verdicts if one.matched)

    @property
    def refused(self) -> bool:
        """Whether a card was put back."""
        return any(step.action == "restore_stage" for turn in self.turns for step in turn.decision.plan)

    @property
    def warned(self) -> bool:
        """Whether a move stood with a warning."""
        plans = (step.params for turn in self.turns for step in turn.decision.plan if step.action == "comment")
        return any(params.get("template") == "move_warned" for params in plans)


class Watch:
    """Notes where a world stands, to tell afterwards what came since."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._before = world.item
        self._from = self._lengths()

    def came(self) -> Came:
        """What came since."""
        world = self._world
        turns, written, posts, timers = self._from
        return Came(
            before=self._before,
            after=world.item,
            turns=tuple(world.turns[turns:]),
            written=tuple(world.gitlab.written[written:]),
            posts=tuple(world.channels.posts[posts:]),
            timers=tuple(sorted(world.timers.by_name)),
            timer_changes=tuple(world.timers.changes[timers:]),
            at_rest=world.at_rest,
        )

    def _lengths(self) -> tuple[int, int, int, int]:
        world = self._world
        return len(world.turns), len(world.gitlab.written), len(world.channels.posts), len(world.timers.changes)


def shortfalls(book: RuleBook, came: Came, wanted: Expected) -> Iterator[str]:
    """Each thing that is not as expected, as a sentence. None: the test passes."""
    if not came.at_rest:
        rules = ", ".join(sorted(came.rules))
        yield f"it does not come to rest: after {MOST_ROUNDS} looks the bot still answers itself ({rules})"
    yield from _of_item(book, came, wanted)
    yield from _of_rules(came, wanted)
    yield from _of_words(came, wanted)
    yield from _of_others(came, wanted)
    if wanted.nothing and (did := _did(came)):
        yield f"the bot should do nothing, but {did}"
    for turn in came.turns:
        for step, outcome in turn.ends:
            if outcome.result in (Result.REFUSED, Result.RETRYING):
                yield f"{step.action} of {step.rule} failed: {outcome.sentence}"


def _of_item(book: RuleBook, came: Came, wanted: Expected) -> Iterator[str]:
    if wanted.stage is not None:
        should = came.before.memory.stage if wanted.stage == UNCHANGED else wanted.stage
        now = book.stage_of(came.after.labels)
        if now != should:
            yield f"the card is in {now}, not in {should}{_why(came)}"
    labels = set(book.canonical_all(came.after.labels))
    if wanted.labels is not None:
        carried = f"it carries {', '.join(sorted(labels)) or 'no label'}"
        yield from (f"the label '{one}' is not on it; {carried}" for one in wanted.labels.all if one not in labels)
        yield from (f"the label '{one}' is on it" for one in wanted.labels.none if one in labels)
        if wanted.labels.any and not labels & set(wanted.labels.any):
            yield f"none of the labels {', '.join(wanted.labels.any)} is on it; {carried}"
    if wanted.closed is not None and wanted.closed is not (came.after.state == "closed"):
        yield f"the issue is {came.after.state}"
    if wanted.assigned is not None:
        present = {person.username for person in came.after.assignees}
        missing = [name for name in wanted.assigned if name not in present]
        if missing:
            yield f"{', '.join(missing)} is not assigned; assigned: {', '.join(sorted(present)) or 'nobody'}"


def _of_rules(came: Came, wanted: Expected) -> Iterator[str]:
    for rule in wanted.rules:
        if rule not in came.rules:
            reasons = [one.reason for turn in came.turns for one in turn.decision.verdicts if one.rule == rule]
            yield f"rule {rule} did not match: {reasons[0] if reasons else 'there is no such rule'}"
    for rule in wanted.not_rules:
        if rule in came.rules:
            yield f"rule {rule} matched"
    if wanted.refused is not None and wanted.refused is not came.refused:
        yield f"the card was {'' if came.refused else 'not '}put back{_why(came)}"
    if wanted.warned is not None and wanted.warned is not came.warned:
        yield f"there was {'a' if came.warned else 'no'} warning{_why(came)}"


def _of_words(came: Came, wanted: Expected) -> Iterator[str]:
    reference = f"#{came.after.key.iid}"
    notes = [one for one in came.written if one.what in ("comment", "status note") and one.where.endswith(reference)]
    said = [_plain(note.text) for note in notes]
    for text in (*wanted.comment_says, *wanted.comment_mentions):
        if not any(_plain(text) in one for one in said):
            yield f"no comment says “{text}”; {_count(said, 'comment')} {'was' if len(said) == 1 else 'were'} written"
    for text in wanted.no_comment_says:
        if any(_plain(text) in one for one in said):
            yield f"a comment says “{text}”"
    told = [_plain(post.text) for post in came.posts]
    for text in wanted.channel_says:
        if not any(_plain(text) in one for one in told):
            yield f"no message to a channel says “{text}”; {_count(told, 'message')} went out"
    for text in wanted.no_channel_says:
        if any(_plain(text) in one for one in told):
            yield f"a message to a channel says “{text}”"


def _of_others(came: Came, wanted: Expected) -> Iterator[str]:
    if wanted.reacts is not None:
        shown = {one.sentence.partition(" ")[0].strip(":") for one in came.written if one.what == "emoji"}
        yield from (
            f"the bot did not react with {one}; it did with {_listed(shown)}" for one in set(wanted.reacts) - shown
        )
        yield from (f"the bot reacted with {one}" for one in sorted(shown - set(wanted.reacts)))
    if wanted.notify is not None:
        told = {post.channel for post in came.posts}
        yield from (f"{one} heard nothing; told: {_listed(told)}" for one in wanted.notify if one not in told)
        yield from (f"{one} heard of it, too" for one in sorted(told - set(wanted.notify)))
    made = [one.made for one in came.written if one.made and one.what in ("issue", "group", "project", "epic")]
    if wanted.creates == [] and made:
        yield f"nothing should be made, but this was: {_listed(made)}"
    for text in wanted.creates or ():
        if not any(text.casefold() in one.casefold() for one in made):
            yield f"nothing called “{text}” was made; made: {_listed(made)}"
    for pattern in wanted.timers:
        if not any(fnmatchcase(name, pattern) for name in came.timers):
            yield f"no timer {pattern} is set; set: {_listed(came.timers)}"
    for pattern in wanted.no_timers:
        yield from (f"the timer {name} is set" for name in came.timers if fnmatchcase(name, pattern))


def _did(came: Came) -> str:
    if came.written:
        return f"wrote: {'; '.join(dict.fromkeys(one.what for one in came.written))}"
    if came.posts:
        return f"told {_listed({post.channel for post in came.posts})}"
    if came.timer_changes:
        return came.timer_changes[0]
    return f"{_listed(came.rules)} matched" if came.rules else ""


def _why(came: Came) -> str:
    """What the first decision says, which is that of the deed itself."""
    return f". {came.turns[0].decision.summary}" if came.turns else ""


def _plain(text: str) -> str:
    """Text as it is read: without escapes, case, emphasis and line breaks."""
    return " ".join(text.replace("\\", "").replace(WORD_JOINER, "").replace("**", "").casefold().split())


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "nothing"


def _count(things: Sequence[object], what: str) -> str:
    return f"{len(things) or 'no'} {what}{'' if len(things) == 1 else 's'}"
