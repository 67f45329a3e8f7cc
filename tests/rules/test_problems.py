"""How a problem is printed."""

from __future__ import annotations

from dataclasses import replace

from app.rules.loading.problems import WIDTH, Problem, dotted, render, render_all

PROBLEM = Problem(
    "error",
    "label_rules.yaml",
    17,
    11,
    28,
    "transitions[2].from",
    "unknown label 'proposal::SOW WIP'",
    "did you mean 'proposal::SOW_WIP'?",
    "  - from: proposal::SOW WIP",
)


def test_a_problem_is_printed_with_its_line_and_carets() -> None:
    assert render(PROBLEM).split("\n") == [
        "label_rules.yaml:17:11: error: transitions[2].from: unknown label 'proposal::SOW WIP' "
        "(did you mean 'proposal::SOW_WIP'?)",
        "    |",
        " 17 |   - from: proposal::SOW WIP",
        "    |           ^^^^^^^^^^^^^^^^^",
    ]


def test_without_a_source_line_only_the_head_is_printed() -> None:
    assert render(replace(PROBLEM, excerpt="", suggestion="", path="")) == (
        "label_rules.yaml:17:11: error: unknown label 'proposal::SOW WIP'"
    )


def test_a_long_line_is_cut_around_the_place() -> None:
    _, _, source, carets = render(replace(PROBLEM, excerpt="x" * 500 + "HERE" + "y" * 500, column=501, end=505)).split(
        "\n"
    )
    assert len(source) <= WIDTH + len(" 17 | ")
    assert source[carets.index("^") : carets.rindex("^") + 1] == "HERE"


def test_control_characters_never_reach_the_terminal() -> None:
    assert "\x1b" not in render(replace(PROBLEM, excerpt="a\x1b[31mb\tc"))


def test_the_caller_may_colour_the_parts() -> None:
    painted = render(PROBLEM, paint=lambda role, text: f"<{role}>{text}</{role}>")
    assert "<place>label_rules.yaml:17:11:</place> <error>error:</error>" in painted
    assert "<caret>^^^^^^^^^^^^^^^^^</caret>" in painted


def test_problems_are_printed_in_the_files_order() -> None:
    text = render_all([replace(PROBLEM, line=9, message="second"), replace(PROBLEM, line=3, message="first")])
    assert text.index("first") < text.index("second")


def test_paths_are_written_as_people_read_them() -> None:
    assert dotted(("rules", 3, "do", 1, "label")) == "rules[3].do[1].label"
    assert dotted(("labels", "TA::Approved", "color")) == "labels['TA::Approved'].color"
    assert dotted(()) == ""
