from __future__ import annotations

from app.demo.questions import answer, open_questions

TABLE = """## SSOT

| Question | Customer Response | Example response | Rationale |
| --- | --- | --- | --- |
| **Total users** | to-do | 775 | Size of the waves |
| CI/CD systems | To-Do | Jenkins | What has to be cut over |
| SSO | Okta | Auth0 | Users |
| Notes | to-do |  | |
"""


def test_open_questions_are_the_rows_that_say_to_do() -> None:
    assert open_questions(TABLE) == ["**Total users**", "CI/CD systems", "Notes"]


def test_an_answer_takes_the_example_and_leaves_the_other_rows_alone() -> None:
    filled = answer(TABLE, {"**Total users**"})

    assert "| **Total users** | 775 | 775 | Size of the waves |" in filled
    assert open_questions(filled) == ["CI/CD systems", "Notes"]


def test_a_row_without_an_example_is_answered_all_the_same() -> None:
    assert open_questions(answer(TABLE, set(open_questions(TABLE)))) == []
