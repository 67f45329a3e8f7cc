"""Text for Slack: links from templates work, nothing from people does."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.gitlab.escape import inline
from app.outbound.slack_text import slack_text


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("plain words", "plain words"),
        ("a & b < c > d", "a &amp; b &lt; c &gt; d"),
        ("[Acme](https://gitlab.example/ps/plan/-/issues/7)", "<https://gitlab.example/ps/plan/-/issues/7|Acme>"),
        ("[a](https://x/?a=1&b=2) and **b**", "<https://x/?a=1&amp;b=2|a> and *b*"),
        (r"[R\&D \[x\]](https://x/)", "<https://x/|R&amp;D [x]>"),
        ("<code>a</code>", "`a`"),
        ("[a](https://x/?a=1&amp;b=2)", "<https://x/?a=1&amp;b=2|a>"),
        (r"\[no\](https://x/)", "[no](https://x/)"),
        ("[no](javascript:alert(1))", "[no](javascript:alert(1))"),
        (r"\<!channel\> \@here \\", "&lt;!channel&gt; @here \\"),
        ("<!channel> <@U1> <https://x|y>", "&lt;!channel&gt; &lt;@U1&gt; &lt;https://x|y&gt;"),
        ("&lt;!here&gt; &amp;lt; &#60;", "&lt;!here&gt; &amp;lt; &lt;"),
    ],
)
def test_markdown_becomes_slack_text(markdown: str, text: str) -> None:
    assert slack_text(markdown) == text


def test_a_long_text_is_cut() -> None:
    assert len(slack_text("x" * 50_000)) == 30_000


@given(st.text("<>!@#[]()|\\&;*`ahttps:/.xl \n"))
def test_angle_brackets_only_ever_hold_a_web_address_and_its_words(markdown: str) -> None:
    rest = re.sub(r"<https?://[^<>|\s]+\|[^<>]*>", "", slack_text(markdown))
    assert "<" not in rest
    assert ">" not in rest


@given(st.text("<>!@#[]()|\\&;*`ahttps:/.xl "))
def test_what_people_wrote_arrives_as_text_that_links_and_calls_nobody(value: str) -> None:
    made = slack_text(f"[{inline(value)}](https://x/) {inline(value)}")
    assert made.count("<") == made.count("<https://x/|") == 1
    assert html.unescape(made.split("> ", 1)[1]).replace("\u2060", "").split() == value.split()
