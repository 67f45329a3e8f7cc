"""What is true in the sandbox at the end, as a bag of facts that two runs can be compared by.

Ids, addresses, times and hidden markers differ from run to run and are left out; deals are told apart by their titles.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.engine.resumed import BEFORE

Fact = tuple[str, ...]
Json = Mapping[str, Any]

_VARIES = (
    # Escaping puts these into what people wrote, also into the address and the number that are masked below.
    (re.compile("\u2060"), ""),
    (re.compile(r"<!-- sowbot:.*?-->"), ""),
    (re.compile(r"https?://127\.0\.0\.1:\d+"), "HOST"),
    (re.compile(r"\b\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?Z?)?"), "TIME"),
    (re.compile(r"\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d{1,2} [A-Z][a-z]+ \d{4}(, \d\d:\d\d [A-Z]{3,4})?"), "TIME"),
    (re.compile(r"(#|issues/|work_items/|#note_)\d+"), r"\1N"),
    # Quoted by ``why``: true, and only after a kill.
    (re.compile(re.escape(BEFORE)), ""),
    # A killed undo finds off already what it took off itself.
    (re.compile(r"^- (?:Took off (.+)|(.+): taken off already)\.$", re.MULTILINE), r"- \1\2 is off."),
    # How much of a customer's project was there already when the bot went on: true, and different after a kill.
    (re.compile(r"\d+ things were made, \d+ were there already"), "N things were made, N were there already"),
)


@dataclass(frozen=True, slots=True)
class Difference:
    """Of a run from the one without faults."""

    lost: tuple[Fact, ...]
    """True in the run without faults, and not here."""
    added: tuple[Fact, ...]
    """True here, and not there: mostly a second one of something."""


def facts_of(state: Json, slack: Json) -> Counter[Fact]:
    """The facts of ``/-/sandbox/state`` and ``/-/sandbox/slack``."""
    found: Counter[Fact] = Counter()
    titles = {issue["reference"]: plain(str(issue["title"])) for issue in (*state["issues"], *state["epics"])}
    for issue in (*state["issues"], *state["epics"]):
        found.update(_of_issue(issue, titles))
    for link in state["links"]:
        ends = sorted((titles[link["source"]], titles[link["target"]]))
        found[("link", *ends, str(link["link_type"]))] += 1
    for kind in ("groups", "projects"):
        for place in state[kind]:
            found.update(_of_place(kind.removesuffix("s"), place))
    for channel, posts in slack.items():
        found.update(("slack", channel, plain(post["text"])) for post in posts)
    return found


def compare(wanted: Counter[Fact], found: Counter[Fact]) -> Difference:
    """What is missing and what is too much."""
    return Difference(tuple((wanted - found).elements()), tuple((found - wanted).elements()))


def plain(text: str) -> str:
    """The text without what differs from run to run."""
    for pattern, instead in _VARIES:
        text = pattern.sub(instead, text)
    return text.strip()


def stages(found: Counter[Fact]) -> dict[str, str]:
    """Where each deal stands."""
    return {fact[1]: fact[2] for fact in found if fact[0] == "stage"}


def _of_issue(issue: Json, titles: Mapping[str, str]) -> Iterator[Fact]:
    title = plain(str(issue["title"]))
    yield ("issue", title, str(issue["state"]), str(issue["confidential"]), str(issue["author"]), str(issue["type"]))
    yield ("stage", title, ", ".join(held for held in sorted(issue["labels"]) if held.startswith("proposal::")))
    yield ("labels", title, *sorted(issue["labels"]))
    yield ("assignees", title, *sorted(issue["assignees"]))
    yield ("description", title, plain(str(issue["description"])))
    yield (
        "parent",
        title,
        titles.get(issue["parent"] or "", ""),
        str(issue["milestone"]),
        plain(str(issue["due_date"])),
    )
    for note in issue["notes"]:
        if not note["system"]:
            yield ("note", title, str(note["author"]), plain(str(note["body"])), str(note["internal"]))
            yield from (("emoji", title, str(one["by"]), str(one["name"])) for one in note["emoji"])
    yield from (("emoji", title, str(one["by"]), str(one["name"])) for one in issue["emoji"])
    for event in issue["label_events"]:
        yield ("label event", title, str(event["by"]), str(event["action"]), str(event["label"]))


def _of_place(kind: str, place: Json) -> Iterator[Fact]:
    path = str(place["full_path"])
    yield (kind, path, str(place["name"]), str(place["visibility"]), plain(str(place["description"])))
    yield from (("member", path, str(one["username"]), str(one["access_level"])) for one in place["members"])
    yield from (("label", path, str(one["name"]), str(one["color"])) for one in place["labels"])
    yield from (("board", path, str(one["name"]), *map(str, one["lists"])) for one in place["boards"])
    yield from (("milestone", path, str(one["title"]), plain(str(one["due_date"]))) for one in place["milestones"])
    yield from (("file", path, str(name), plain(str(text))) for name, text in place.get("files", {}).items())
