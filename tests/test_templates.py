"""Templates: what people wrote cannot act in them, and what is wrong in them is found with its line."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.gitlab.escape import Safe
from app.templating.folder import OUTPUT_LIMIT, TemplateFault, TemplateFolder
from tests.gitlab.gitlab_text import quick_actions, references
from tests.gitlab.test_escape import hostile_text

KNOWN = {"item.title", "item.author", "item.labels", "facts.*", "now"}


def write(folder: Path, name: str, text: str) -> TemplateFolder:
    file = folder / f"{name}.md"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return TemplateFolder(folder)


def body(folder: Path, text: str, **context: object) -> str:
    return write(folder, "comment/x", text).render("comment/x", context).body


def test_the_body_and_the_front_matter_are_rendered(tmp_path: Path) -> None:
    templates = write(
        tmp_path,
        "issue/intake",
        '---\ntitle: "Intake: {{ item.title }}"\nlabels: ["Services Calculator", "{{ extra }}"]\nconfidential: true\n'
        'due: "{{ now | date }}"\nassignees: "{{ item.author }}"\n---\n\nFor {{ item.author | mention }}.\n',
    )
    context = {"item": {"title": "A_B #1", "author": "em"}, "extra": None, "now": datetime(2026, 11, 21, tzinfo=UTC)}
    rendered = templates.render("issue/intake", context)
    assert rendered.body == "For @em."
    assert rendered.meta == {
        "title": "Intake: A_B #\u20601",
        "labels": ["Services Calculator"],
        "confidential": True,
        "due": "2026-11-21",
        "assignees": ["em"],
    }


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    hostile_text, st.sampled_from(["{{ x }}", "a {{ x }}", "{{ x | upper }}", "> {{ x }}", "{{ [x, x] | join('-') }}"])
)
def test_a_printed_value_cannot_act(tmp_path: Path, text: str, source: str) -> None:
    out = body(tmp_path, f"Hello\n{source}\nend", x=text)
    assert quick_actions(out) == []
    assert references(out) == set()


def test_what_the_program_made_itself_is_printed_as_it_is(tmp_path: Path) -> None:
    assert body(tmp_path, "{{ x }}", x=Safe("**@em**")) == "**@em**"


def test_a_text_that_was_made_of_safe_parts_is_not_safe_itself(tmp_path: Path) -> None:
    assert references(body(tmp_path, "{{ x ~ y }}", x=Safe("@"), y="all")) == set()


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("{{ 'em' | mention }}", "@em"),
        ("{{ ['em', 'a/b'] | mentions }}", "@em, @a/b"),
        ("{{ 'all' | mention }}", "\\@all"),
        ("{{ 'g/p#7' | reference }}", "g/p#7"),
        ("{{ 'proposal::SOW WIP' | label }}", '~"proposal::SOW WIP"'),
        ("{{ 'SOW' | link('https://x.example/a') }}", "[SOW](https://x.example/a)"),
        ("{{ 'a\\n/close' | quote }}", "> a\n> \\/close"),
        ("{{ 'a`b' | code }}", "<code>a\\`b</code>"),
        ("{{ 82000 | thousands }} USD", "82,000 USD"),
        ("{{ 82000.0 }}", "82000"),
        ("{{ none }}{{ true }}", "yes"),
        ("{{ ['a', 'b'] }}", "a, b"),
        ("{% for x in ['a', 'b'] %}\n- {{ x }}\n{% endfor %}", "- a\n- b"),
        ("{{ when | date }}", "2026-11-21"),
        ("{{ at }}", "2026-11-21 08:30 UTC"),
        ("{{ 3 * 4 }}", "12"),
    ],
)
def test_the_language(tmp_path: Path, source: str, shown: str) -> None:
    at = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
    assert body(tmp_path, source, when=date(2026, 11, 21), at=at) == shown


def test_a_mapping_gives_its_keys_and_never_its_methods(tmp_path: Path) -> None:
    assert body(tmp_path, "{{ facts.items }}", facts={"items": "three"}) == "three"
    with pytest.raises(TemplateFault, match="line 1: 'dict object' has no attribute 'items'"):
        body(tmp_path, "{{ facts.items }}", facts={})


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__ }}",
        "{{ 'a' * 1000000000 }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ 2 ** 100000 }}",
        "{{ x() }}",
        "{{ ''.format(1) }}",
        "{% macro m() %}{% endmacro %}",
        "{% include 'y' %}",
        "{% for i in range(9) %}{% endfor %}",
        "{% filter upper %}x{% endfilter %}",
        "{% set x %}@all{% endset %}{{ x }}",
        "{{ x | pprint }}",
        "{{ nothing }}",
        "{{ nothing | mention }}",
        "{{ 1 / 0 }}",
        "{% if %}",
        "{{ 'y' if x }}",
        "Text\n/close\n",
        "{% if x %}/close{% endif %}",
        "/{{ x }}",
    ],
)
def test_what_a_template_may_not_do_is_an_error_that_names_file_and_line(tmp_path: Path, source: str) -> None:
    with pytest.raises(TemplateFault, match=r"x\.md, line \d+: "):
        body(tmp_path, source, x="1")


def test_a_text_without_end_is_stopped(tmp_path: Path) -> None:
    many = ["x" * 1000] * 1000
    with pytest.raises(TemplateFault, match=f"beyond {OUTPUT_LIMIT:,} characters"):
        body(tmp_path, "{% for a in many %}{{ a }}{% endfor %}", many=many)


def test_an_unknown_template_is_named_with_the_nearest(tmp_path: Path) -> None:
    templates = write(tmp_path, "comment/welcome", "Hello")
    assert templates.names() == ("comment/welcome",)
    with pytest.raises(TemplateFault, match=r"no template 'comment/welcom' .* Did you mean comment/welcome\?"):
        templates.render("comment/welcom", {})


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "comment/../../x", ""])
def test_a_name_cannot_leave_the_folder(tmp_path: Path, name: str) -> None:
    write(tmp_path, "secret", "x")
    with pytest.raises(TemplateFault):
        TemplateFolder(tmp_path / "templates").render(name, {})


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    templates = write(tmp_path, "x", "one")
    assert templates.render("x", {}).body == "one"
    write(tmp_path, "x", "another")
    assert templates.render("x", {}).body == "another"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("Hi\n\n{{ item.titel }}", "line 3: There is no value 'item.titel' here. Did you mean item.title?"),
        ("{{ itm.title }}", "line 1: There is no value 'itm.title' here. Did you mean item.title?"),
        ("{{ item.title.length }}", "line 1: There is no value 'item.title.length' here. Did you mean item.title?"),
        ("{{ item['titel'] }}", "line 1: There is no value 'item.titel' here. Did you mean item.title?"),
        ("{{ item.title | mentoin }}", "line 1: There is no filter 'mentoin'. Did you mean mention?"),
        ("{% if now is defind %}{% endif %}", "line 1: There is no test 'defind'. Did you mean defined?"),
        ("---\ntitel: x\n---\n", "line 2: Front matter has no key 'titel'. Did you mean title?"),
        (
            '---\ntitle: "{{ item.titel }}"\n---\n',
            "line 2: There is no value 'item.titel' here. Did you mean item.title?",
        ),
        ("---\nlabels: [{a: 1}]\n---\n", "line 2: labels has to be a text or a list of texts."),
        ("---\ntitle: x\n\nbody", "line 1: The front matter has no end: a line of three dashes."),
        ("---\ntitle: x\n---\n\n{{ x }}", "line 5: There is no value 'x' here."),
        ("{% if item %}", "line 1: Unexpected end of template."),
        ("\n/label ~x", "line 2: GitLab would run /label as a quick action;"),
    ],
)
def test_problems_are_found_before_rendering(tmp_path: Path, source: str, message: str) -> None:
    found = [str(problem) for problem in write(tmp_path, "x", source).problems("x", KNOWN)]
    assert any(one.startswith(message) for one in found), found


def test_front_matter_that_is_no_yaml_says_how_to_mend_it(tmp_path: Path) -> None:
    (problem,) = write(tmp_path, "x", "---\ntitle: x\nfinds: {{ item.title }} x\n---\n").problems("x", KNOWN)
    assert problem.line == 3
    assert problem.message.endswith("A value with {{ … }} has to stand in quotes.")


def test_a_right_template_has_no_problems(tmp_path: Path) -> None:
    source = (
        '---\ntitle: "{{ item.title }}"\n---\n{% for label in item.labels %}{{ loop.index }} {{ label | label }}\n'
        "{% endfor %}\n{% if facts %}{{ facts.sow.number | default('none') }}{% endif %} {{ 1 if now else 2 }}\n"
        "The path is `/usr/bin`.\n"
    )
    assert write(tmp_path, "x", source).problems("x", KNOWN) == []


def test_the_fingerprint_of_a_folder_changes_with_any_of_its_files(tmp_path: Path) -> None:
    (tmp_path / "comment").mkdir()
    (tmp_path / "comment/one.md").write_text("One")
    folder = TemplateFolder(tmp_path)
    before = folder.fingerprint()
    assert folder.fingerprint() == before
    (tmp_path / "comment/one.md").write_text("Two")
    changed = folder.fingerprint()
    (tmp_path / "comment/one.md").rename(tmp_path / "comment/two.md")
    assert len({before, changed, folder.fingerprint()}) == 3
