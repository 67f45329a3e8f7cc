"""Blocks within Slack's limits, whatever the text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.message import NOTHING, About
from app.outbound.block_kit import MOST_BLOCKS, blocks
from app.sandbox.chat import blocks_fit

ABOUT = About("1#7", "h" * 400, "https://gitlab.example/7", "Rule <x> & y")


@pytest.mark.parametrize(
    "text",
    ["x", "& < >" * 20_000, "&" * 60_000, "line\n" * 30_000, "\\<" * 9_000, ("y" * 2_900 + "\n") * 80, "\n\n"],
    ids=range(7),
)
@pytest.mark.parametrize("about", [ABOUT, NOTHING])
def test_slack_takes_them(text: str, about: About) -> None:
    made = blocks(text, about, "<!subteam^S012>")
    assert blocks_fit({"text": "x", "blocks": made})
    assert len(made) <= MOST_BLOCKS
    assert all(len(one["text"]["text"]) <= 3000 for one in made if one["type"] == "section")


@given(st.text(alphabet="a&<>\\[]()*\n .:/", max_size=4000))
def test_nothing_in_a_text_links_or_calls_anybody(text: str) -> None:
    for block in blocks(text, NOTHING, ""):
        assert "<!" not in block["text"]["text"]
        assert "<@" not in block["text"]["text"]


def test_the_button_leads_to_the_issue_and_to_nothing_else() -> None:
    assert blocks("x", ABOUT, "")[1]["accessory"]["url"] == "https://gitlab.example/7"
    for url in ("", "javascript:alert(1)", "https://x/" + "a" * 3000):
        assert "accessory" not in blocks("x", About(url=url), "")[0]


def test_the_line_of_provenance_is_escaped() -> None:
    assert blocks("x", ABOUT, "")[-1]["elements"][0]["text"] == "Rule &lt;x&gt; &amp; y"


def test_a_message_without_words_has_no_empty_section() -> None:
    assert blocks("", NOTHING, "") == []
