"""What the issue's text says is read as a careful colleague would read it."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.item import Memory, Note, Person
from app.rules.model import FactDef
from app.rules.reading.amounts import read_money
from app.rules.reading.facts import is_readable, read_facts
from app.rules.reading.values import read_value
from tests.rules.deal import BOOK, BOT, DOCUMENT, EM, NOW, SHEET, issue


def facts_of(description: str = "", *comments: str, **fields: Any) -> dict[str, object]:
    return read_facts(BOOK, issue(description=description, comments=comments, **fields))


def money(amount: float, text: str) -> dict[str, object]:
    return {"amount": amount, "currency": "USD", "text": text}


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("82,000", 82000),
        ("82.000", 82000),
        ("82 000", 82000),
        ("82\u00a0000", 82000),
        ("82\u202f000 USD", 82000),
        ("82'000 usd", 82000),
        ("$82,000", 82000),
        ("US$ 82,000", 82000),
        ("82k", 82000),
        ("$82.5k", 82500),
        ("0,5 M USD", 500000),
        ("1.2 million dollars", 1200000),
        ("USD 82,000", 82000),
        ("82,000 USD", 82000),
        ("82000USD", 82000),
        ("50,000.00", 50000),
        ("50.000,00 USD", 50000),
        ("50,000.01", 50000.01),
        ("1,234,567.89 USD", 1234567.89),
        ("about 82,000 USD (version 2)", 82000),
        ("82,000 USD, travel 5,000 not included", 82000),
        ("999", 999),
        ("0.500", 0.5),
    ],
)
def test_an_amount_is_read_in_the_forms_that_people_write(written: str, amount: float) -> None:
    assert read_money(written, "USD") == money(amount, written)


@pytest.mark.parametrize(
    "written",
    [
        "82,000 EUR",
        "€82,000",
        "CAD 82,000",
        "82,000 XYZ",
        "-5,000",
        "80,000 - 90,000",
        "3 x 20,000 USD",
        "1,00,000",
        "8,2.0,00",
        "0.0’0",
        "dear",
        "",
        "82,00,0",
        "1" * 40,
        "82,000 to 90,000 USD",
    ],
)
def test_an_amount_in_doubt_is_unreadable_and_not_guessed(written: str) -> None:
    assert read_money(written, "USD") == {"unreadable": written}


@pytest.mark.parametrize(
    "line",
    [
        "Estimate total: 82,000 USD",
        "**Estimate total:** 82,000 USD",
        "**Estimate total**: 82,000 USD",
        "- estimate TOTAL = 82,000 USD",
        "1. *Estimate  total*: `82,000 USD`",
        "- [x] Estimate total: 82,000 USD",
        "### Estimate total: 82,000 USD",
        "Estimate total: ~~70,000 USD~~ 82,000 USD",
        "Estimate total: 82,000 USD\r\n",
    ],
)
def test_a_line_is_found_however_it_is_dressed(line: str) -> None:
    assert facts_of(f"Hello\n\n{line}\nbye")["estimate_total"] == money(82000, "82,000 USD")


def test_the_newest_mention_wins() -> None:
    assert facts_of("Estimate total: 1", "Estimate total: 2", "Estimate total: 3 USD")["estimate_total"] == money(
        3, "3 USD"
    )


def test_within_one_text_the_last_mention_counts() -> None:
    assert facts_of("Estimate total: 1\nEstimate total: 2")["estimate_total"] == money(2, "2")


def test_comments_are_ordered_by_their_time_not_their_place() -> None:
    older = Note(5, "Estimate total: 1", EM, NOW - timedelta(hours=2))
    newer = Note(4, "Estimate total: 2", EM, NOW - timedelta(hours=1), internal=True)
    found = read_facts(BOOK, issue(notes=(newer, older)))
    assert found["estimate_total"] == money(2, "2")


def test_the_bots_own_notes_never_count() -> None:
    by_bot = Note(1, "Estimate total: 99", Person("renamed", BOT.id), NOW)
    assert read_facts(BOOK, issue(notes=(by_bot,), description="Estimate total: 5"))["estimate_total"] == money(5, "5")


def test_without_notes_the_description_speaks_alone() -> None:
    assert read_facts(BOOK, issue(comments=None, description="Estimate total: 5"))["estimate_total"] == money(5, "5")


def test_without_notes_what_a_comment_said_before_is_still_known() -> None:
    memory = Memory(facts={"estimate_total": money(9, "9")})
    found = read_facts(BOOK, issue(comments=None, description="Estimate total: 5", memory=memory))
    assert found["estimate_total"] == money(9, "9")


@pytest.mark.parametrize(
    "text",
    [
        "```\nEstimate total: 1\n```",
        "~~~~ yaml\nEstimate total: 1\n~~~\nEstimate total: 1\n~~~~",
        "<!-- Estimate total: 1 -->",
        "<!--\nEstimate total: 1\n-->",
        "<!-- never closed\nEstimate total: 1",
        "text\n\n    Estimate total: 1",
        "> Estimate total: 1",
        "The Estimate total: 1",
        "Estimate total: to-do",
        "Estimate total:",
        "Estimate total",
    ],
)
def test_code_comments_quotes_and_placeholders_state_nothing(text: str) -> None:
    assert "estimate_total" not in facts_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "```\ncode\n```\nEstimate total: 1",
        "<!-- a --> Estimate total: 1 <!-- b -->",
        "- a\n\n    Estimate total: 1",
        "```code``` \nEstimate total: 1",
        "```\n<!--\n```\nEstimate total: 1",
        "<!--\n```\n-->\nEstimate total: 1",
    ],
)
def test_what_stands_beside_code_and_comments_counts(text: str) -> None:
    assert facts_of(text)["estimate_total"] == money(1, "1")


def test_a_link_in_its_line_is_the_fact_and_no_other_facts_link() -> None:
    found = facts_of(f"Cost estimate: [sheet]({SHEET})\nSOW: {DOCUMENT}.")
    assert found["cost_estimate_link"] == SHEET
    assert found["sow_link"] == DOCUMENT
    assert "estimate_link" not in found


def test_a_link_anywhere_is_found_and_the_last_counts() -> None:
    found = facts_of(f"see [this]({SHEET}) or <https://docs.google.com/spreadsheets/d/other>, please")
    assert found["estimate_link"] == "https://docs.google.com/spreadsheets/d/other"


def test_words_instead_of_a_link_do_not_hide_an_earlier_link() -> None:
    assert facts_of(f"SOW: {DOCUMENT}", "SOW: follows tomorrow")["sow_link"] == DOCUMENT


@pytest.mark.parametrize(
    "address",
    [
        "https://docs.google.com.evil.example/spreadsheets/x",
        "https://evil.example/docs.google.com/spreadsheets",
        "https://docs.google.com@evil.example/spreadsheets/",
        "https://docs.google.com/spreadsheetsX",
    ],
)
def test_a_link_to_another_host_is_not_taken_for_it(address: str) -> None:
    assert "estimate_link" not in facts_of(address)


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        ("Terms: msa", "terms", "MSA"),
        ("Terms: Standard terms", "terms", "Standard"),
        ("Terms: **Customer paper**.", "terms", "Customer paper"),
        ("SOW number: SOW-1234", "sow_number", 1234),
        ("SOW number: #1234 (draft)", "sow_number", 1234),
        ("SOW number: PO-77", "sow_number", 77),
        ("Start: 2025-04-01", "start", "2025-04-01"),
        ("Account team: @ae.one, @sa.two and @ae.one.", "team", ["ae.one", "sa.two"]),
    ],
)
def test_values_are_read_as_their_kind(line: str, name: str, value: object) -> None:
    assert facts_of(line)[name] == value


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Terms: MSA / Standard / Customer paper", "terms"),
        ("Terms: ours", "terms"),
        ("SOW number: 12.5", "sow_number"),
        ("SOW number: soon", "sow_number"),
        ("Start: in April", "start"),
        ("Start: 2025-04-011", "start"),
        ("Account team: the usual ones", "team"),
    ],
)
def test_a_value_of_another_kind_is_unreadable(line: str, name: str) -> None:
    value = facts_of(line)[name]
    assert isinstance(value, dict)
    assert not is_readable(value)
    assert value["unreadable"] in line


def test_the_customer_is_what_stands_before_in_the_title() -> None:
    assert facts_of()["customer"] == "Acme"
    assert "customer" not in facts_of(title="Something else")


SSOT = """
## SSOT

### People
| Question | Customer Response | Example response | Why |
|---|:---:|---|---|
| **How many users?** | to-do | 100 | size |
| **Which version?** | 16.1 | 16 | path |
| Any \\| pipes? |  | none | |

### Data
Text between.

| Question | Example response | Customer response |
| --- | --- | --- |
| **Repositories** | 30 | TO-DO |
| Notes | x | none |

## Other
| Question | Customer Response |
|---|---|
| **Not SSOT** | to-do |
"""


def test_all_tables_below_the_heading_are_one_list() -> None:
    assert facts_of(SSOT)["ssot"] == {
        "rows": 5,
        "open": ["How many users?", "Any | pipes?", "Repositories"],
        "answered": ["Which version?", "Notes"],
        "open_required": ["How many users?", "Repositories"],
    }


def test_without_a_bold_row_none_is_required() -> None:
    text = "**SSOT**\n\n| Q | Customer Response |\n|---|---|\n| a | to-do |\n| b | |"
    assert facts_of(text)["ssot"] == {"rows": 2, "open": ["a", "b"], "answered": [], "open_required": []}


def test_a_table_may_carry_the_name_in_its_own_head() -> None:
    assert facts_of("SSOT | Customer Response\n--- | ---\n**a** | `to-do`")["ssot"] == {
        "rows": 1,
        "open": ["a"],
        "answered": [],
        "open_required": ["a"],
    }


@pytest.mark.parametrize("text", ["## SSOT\nno table", "| a | b |\n|---|---|\n| c | to-do |", "## SSOT\n| a | b |"])
def test_no_table_is_no_fact(text: str) -> None:
    assert "ssot" not in facts_of(text)


@pytest.mark.parametrize(
    "piece",
    [
        "<!--",
        "-->",
        "<!-- -->",
        "```\n",
        "`",
        "| a ",
        "|\n",
        "**",
        "~~",
        "Estimate total: ",
        "SOW: http://",
        "1,",
        "@a",
        "Estimate total: 1,1",
        "https://docs.google.com/spreadsheets/",
        "    ",
        "\n",
        "#",
        "> ",
        "- [ ] ",
    ],
)
def test_a_megabyte_of_anything_is_read_in_time(piece: str) -> None:
    text = (piece * (1_000_000 // len(piece) + 1))[:1_000_000]
    began = time.perf_counter()
    facts_of("## SSOT\n|a|b|\n|-|-|\n" + text)
    # Generous: a quadratic reader would take hours.
    assert time.perf_counter() - began < 20


@settings(max_examples=300, deadline=None)
@given(st.text(), st.lists(st.text(alphabet="|-*#`<!>~:= \n1,.kSOWTEstimate total$€@[]()/"), max_size=3))
def test_facts_never_raise_on_arbitrary_text(description: str, comments: list[str]) -> None:
    for value in facts_of(description, *comments, title=description).values():
        assert value is not None


@given(st.text(alphabet="0123456789., '’_kKmM$€USDEUR-–to()", max_size=60))
def test_money_is_an_amount_or_unreadable_for_any_text(text: str) -> None:
    value = read_money(text, "USD")
    assert value == {"unreadable": text} or (isinstance(value["amount"], int | float) and value["amount"] >= 0)


@pytest.mark.parametrize(
    ("question", "required"),
    [
        ("**Users**", True),
        ("**Users:**", True),
        ("**Destination** (SaaS, self-managed)", True),
        ("**High availability** (Gitaly Cluster)?", True),
        ("__Users__", True),
        ("**Users** of the **old** tool", False),
        ("Users **now**", False),
        ("****", False),
    ],
)
def test_a_row_is_required_when_its_question_is_bold_but_for_a_remark(question: str, required: bool) -> None:
    table = facts_of(f"## SSOT\n\n| Q | Customer Response |\n|---|---|\n| {question} | to-do |")["ssot"]
    assert isinstance(table, dict)
    assert bool(table["open_required"]) is required


@pytest.mark.parametrize(
    "cell", ["to-do", "TO-DO", "todo", "To do", "TBD", "tba", "?", "…", "", "`to-do`", "~~to-do~~"]
)
def test_no_answer_is_written_in_many_ways(cell: str) -> None:
    table = facts_of(f"## SSOT\n\n| Q | Customer Response |\n|---|---|\n| a | {cell} |")["ssot"]
    assert isinstance(table, dict)
    assert table["open"] == ["a"]


@pytest.mark.parametrize("cell", ["0", "no", "none", "n/a", "unknown to the customer", "to-do list app", "-1"])
def test_a_short_answer_is_an_answer(cell: str) -> None:
    table = facts_of(f"## SSOT\n\n| Q | Customer Response |\n|---|---|\n| a | {cell} |")["ssot"]
    assert isinstance(table, dict)
    assert table["answered"] == ["a"]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("[SOW-3134](https://gitlab.example/acme/SOW-3134)", "https://gitlab.example/acme/SOW-3134"),
        ("**[SOW-3134](https://gitlab.example/acme/SOW-3134)**", "https://gitlab.example/acme/SOW-3134"),
        ("see [SOW-3134](https://gitlab.example/x) and more", "see [SOW-3134](https://gitlab.example/x) and more"),
        ("[run](javascript:alert)", "[run](javascript:alert)"),
        ("https://gitlab.example/acme", "https://gitlab.example/acme"),
    ],
)
def test_a_value_that_is_one_link_is_its_address(written: str, value: str) -> None:
    assert read_value(FactDef(line="Collaboration project", means="a link"), written) == value
