"""Which names in a text GitLab takes for mentions, and who is told."""

from __future__ import annotations

import pytest

from app.sandbox.acts.mentions import mentioned_names
from tests.sandbox.place import Place


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@erin", ["erin"]),
        ("Hi @engagement.manager, and @csm.", ["engagement.manager", "csm"]),
        ("(@erin) *@csm*", ["erin", "csm"]),
        ("@gitlab-com/ps-leadership please", ["gitlab-com/ps-leadership"]),
        ("@erin @erin", ["erin"]),
        ("@all", ["all"]),
        ("erin@example.com", []),
        (r"\@erin", []),
        (r"\\@erin", ["erin"]),
        ("`@erin`", []),
        ("``a ` @erin``", []),
        ("`a` @erin `b`", ["erin"]),
        ("` @erin", ["erin"]),
        ("```\n@erin\n```\n@csm", ["csm"]),
        ("~~~\n@erin\n~~~", []),
        ("```\n@erin", []),
        ("<!-- @erin --> @csm", ["csm"]),
        ("@", []),
        ("@ erin", []),
    ],
)
def test_names_are_found_where_gitlab_renders_them(text: str, names: list[str]) -> None:
    assert mentioned_names(text) == names


def told(place: Place) -> list[str]:
    return [mention.username for mention in place.world.mentions]


def test_a_mention_in_a_description_is_recorded(place: Place) -> None:
    place.file(description="@engagement.manager and @nobody.known")
    assert told(place) == ["engagement.manager"]


def test_writing_ones_own_name_tells_nobody(place: Place) -> None:
    place.file(description="@sowbot")
    assert told(place) == []


def test_an_edit_tells_only_those_who_are_new(place: Place) -> None:
    issue = place.file(description="@csm")
    issue.description = "@csm @account.executive"
    issue.save()
    assert told(place) == ["csm", "account.executive"]


def test_a_group_and_everybody_are_told_by_their_members(place: Place) -> None:
    issue = place.file()
    issue.notes.create({"body": "@gitlab-com/ps-leadership"})
    assert told(place) == ["ps.leader", "ps.director"]
    place.world.mentions.clear()
    issue.notes.create({"body": "@all"})
    assert {"bystander", "engagement.manager", "ps.leader"} <= set(told(place))
    assert "root" not in told(place)


def test_an_internal_note_tells_only_those_who_can_read_it(place: Place) -> None:
    place.file().notes.create({"body": "@bystander @csm", "internal": True})
    assert told(place) == ["csm"]
