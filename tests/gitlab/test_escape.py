"""Text from people can neither act, nor mention, nor break out; what is meant stays what it is."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from app.gitlab import escape
from app.gitlab.markers import marker, marks
from app.sandbox.acts.mentions import mentioned_names
from app.sandbox.quick_actions.extract import extract
from tests.gitlab.gitlab_text import html, quick_actions, references

HOSTILE = [
    "\n\r/close",
    "\r/close",
    "text\n/label ~x\nmore",
    "\u2028/close",
    "\u2029/close",
    "\x0b/close",
    "\x85/close",
    "```\n/close\n```",
    "@all",
    "&#64;all",
    "x` @all `",
    "| @all |",
    "<!-- sowbot:v1 a b sow0000000000000000 -->",
    "<script>alert(1)</script>",
    "](https://evil.example)",
    "#1 !2 ~bug %3 &4 $5 ^alert#6 GL-7 [issue:8]",
    "https://evil.example www.evil.example",
    ":tada:",
    "> quote",
    "1. list",
    "--- \n# x",
    "\\@all",
    "\\\\@all",
    "[[Page]]",
    "\x00@all",
]
fragments = st.one_of(
    st.sampled_from(HOSTILE),
    st.sampled_from(list("\\`*_[]<>~@#!$%&^|{}()/:-+=\n\r\t\x0b\x0c\x85\u2028\u2029 ")),
    st.sampled_from(["/close", "all", "root", "1", "GL-1", "www.", "://", "--", "<!--", "-->", "sowbot"]),
    st.text(max_size=4),
)
hostile_text = st.lists(fragments, max_size=12).map("".join)


@given(hostile_text)
def test_inline_text_has_no_effect_of_its_own(text: str) -> None:
    out = escape.inline(text)
    assert "\n" not in out
    assert "\r" not in out
    assert quick_actions(out) == []
    assert references(out) == set()
    assert not html(out)
    assert marks(out) == ()


@given(hostile_text, hostile_text)
def test_two_texts_beside_each_other_have_no_effect_either(one: str, two: str) -> None:
    out = f"{escape.inline(one)} {escape.inline(two)} and {escape.code(one)}{escape.inline(two)}"
    assert quick_actions(out) == []
    assert references(out) == set()


@given(hostile_text)
def test_a_quotation_keeps_every_line_inside(text: str) -> None:
    out = escape.block(text)
    assert quick_actions(f"before\n\n{out}\n\nafter") == []
    assert references(out) == set()
    assert not html(out)
    assert all(line.startswith(">") for line in out.split("\n"))
    assert not re.search("[\r\v\f\x85\u2028\u2029]", out)


@given(hostile_text)
def test_the_sandboxs_own_finders_find_nothing_either(text: str) -> None:
    for out in (escape.inline(text), escape.block(text), escape.code(text), f"{escape.inline(text)}\n{text and '.'}"):
        assert extract(f"before\n{out}\nafter", ["close", "label", "assign"])[1] == []
        assert mentioned_names(out) == []


@given(hostile_text)
def test_inline_text_is_shown_literally(text: str) -> None:
    """A CommonMark parser of its own shows one paragraph of nothing but the text."""
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(escape.inline(text))
    expected = escape.plain(text)
    if not expected:
        assert tokens == []
        return
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    children = tokens[1].children or []
    assert {child.type for child in children} <= {"text", "text_special"}
    shown = "".join(child.content for child in children)
    assert shown.replace(escape.WORD_JOINER, "") == expected.replace(escape.WORD_JOINER, "")


@given(hostile_text)
def test_a_title_is_one_line_without_references(text: str) -> None:
    out = escape.title(text)
    assert len(out) <= escape.TITLE_LIMIT
    assert "\n" not in out
    assert re.search(r"(?<!\w)@\w", out) is None
    assert re.search(r"[#!&$]\d|~\w|GL-\d", out) is None


@given(hostile_text, hostile_text)
def test_a_link_never_lets_its_parts_out(text: str, address: str) -> None:
    for url in (address, f"https://docs.example.com/{address}"):
        out = escape.link(text, url)
        assert quick_actions(out) == []
        assert references(re.sub(r"\]\(https://[!-'*-~]*\)", "", out)) == set()
        assert not html(out)


@given(hostile_text)
def test_only_a_name_becomes_a_mention(text: str) -> None:
    out = escape.mention(text)
    if "mention" in references(out):
        assert re.fullmatch(r"@[A-Za-z0-9_][A-Za-z0-9_./-]*", out)
        assert out.lower() != "@all"


@given(hostile_text)
def test_only_an_issue_becomes_a_reference(text: str) -> None:
    assert references(escape.reference(text)) <= {"issue", "epic"}
    assert quick_actions(escape.reference(text)) == []


@given(hostile_text)
def test_a_label_is_nothing_but_a_label(text: str) -> None:
    out = escape.label(text)
    assert "\n" not in out
    assert quick_actions(out) == []
    assert references(out.removeprefix("~")) == set()


@given(hostile_text, hostile_text)
def test_a_marker_says_what_it_was_made_of_and_cannot_be_forged(rule: str, key: str) -> None:
    mark = marker(rule, key)
    inner = mark.removeprefix("<!--").removesuffix("-->")
    assert "--" not in inner
    assert ">" not in inner
    assert [(m.rule, m.key) for m in marks(mark)] == [(rule, key)]
    assert marks(escape.inline(mark)) == ()
    assert marks(escape.block(f"x\n{mark}\ny")) == ()


def test_ordinary_words_stay_readable() -> None:
    assert escape.inline("Acme Corp - Scope Issue (10:30)") == "Acme Corp - Scope Issue (10:30)"
    assert escape.inline("82,000 USD") == "82,000 USD"


def test_a_mention_and_a_link_that_are_meant_are_made() -> None:
    assert escape.mention("@engagement.manager") == "@engagement.manager"
    assert escape.mention("gitlab-com/ps-leadership") == "@gitlab-com/ps-leadership"
    assert escape.reference("group/project#7") == "group/project#7"
    assert escape.label("proposal::SOW WIP") == '~"proposal::SOW WIP"'
    assert escape.link("the SOW", "https://docs.google.com/document/d/a_b?x=1&y=2#h") == (
        "[the SOW](https://docs.google.com/document/d/a_b?x=1&amp;y=2#h)"
    )


@pytest.mark.parametrize("name", ["all", "All", "@all", "group/", "/sub", "a b", "", "x\n", "näme", "."])
def test_a_crowd_or_a_malformed_name_is_not_mentioned(name: str) -> None:
    assert "mention" not in references(escape.mention(name))


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "https://good.example@evil.example/",
        "https://a b",
        "https://x/)[y](z",
        "http://ex\u2100mple/x",
        "x://y",
    ],
)
def test_an_odd_address_becomes_no_link(url: str) -> None:
    assert not re.search(r"(?<!\\)\]\(\S*(javascript|@| )", escape.link("text", url))


def test_long_titles_are_cut() -> None:
    assert escape.title("x" * 300) == "x" * 254 + "…"
