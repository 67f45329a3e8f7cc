"""Whatever stands in a rule file, loading it ends in problems or a book, never in an exception."""

from __future__ import annotations

import json
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from app.rules.loading.problems import render_all
from tests.rules.toy import SOUND, check

TOKENS = st.sampled_from(
    [
        "\n",
        "\n  ",
        "\n    - ",
        " ",
        ": ",
        "- ",
        "? ",
        "[",
        "]",
        "{",
        "}",
        ",",
        "&a ",
        "*a",
        "!x ",
        "!!int ",
        "|",
        ">",
        "'",
        '"',
        "#",
        "%YAML 1.1",
        "%TAG ! x",
        "\\U",
        "\\x",
        "\\0",
        "FFFFFFFF",
        "---",
        "...",
        "<<: ",
        "\t",
        "\r",
        "\x00",
        "\x85",
        "\ufeff",
        "\ud800",
        "=",
        "~",
        "version",
        "board",
        "stages",
        "stage",
        "moves",
        "from",
        "needs",
        "rules",
        "when",
        "event",
        "do",
        "label",
        "if",
        "labels",
        "facts",
        "people",
        "calendar",
        "also_closed",
        "remind",
        "unless",
        "include",
        "at",
        "age",
        "as_often_as",
        "priority",
        "not",
        "any_of",
        "routes",
        "color",
        "1",
        "-1",
        "1e999",
        "0x",
        "0o9",
        "_",
        "12:30",
        "2026-02-31",
        "true",
        "null",
        ".nan",
        "Open",
        "proposal::x",
        "é",
    ]
)


@settings(max_examples=600)
@given(st.lists(TOKENS, max_size=60).map("".join))
def test_token_soup(text: str) -> None:
    render_all(check(text).problems)


# Any value in any place of a file: the shapes that the checks meet where the models found faults.
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.sampled_from(["x", "Open", "*", "a::*", "label added"]))
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "x", "any_of"]), inner),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None)
@given(VALUES, st.integers(0, 10_000))
def test_any_value_after_any_colon(value: object, seed: int) -> None:
    colons = [place for place in range(len(SOUND)) if SOUND.startswith(": ", place)]
    place = random.Random(seed).choice(colons)
    ends = [at for at in (SOUND.find(end, place) for end in (",", "}", "\n")) if at >= 0]
    # JSON on one line is YAML
    render_all(check(f"{SOUND[:place]}: {json.dumps(value)}{SOUND[min(ends) :]}").problems)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(SOUND)), st.integers(0, 40), TOKENS)
def test_a_sound_file_with_a_piece_cut_out_and_something_put_in(start: int, length: int, token: str) -> None:
    render_all(check(SOUND[:start] + token + SOUND[start + length :]).problems)
