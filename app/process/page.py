"""``docs/automations.md``: a line for each automation, with the rules that perform it and the tests that show it."""

from __future__ import annotations

from collections.abc import Iterator

from app.process.rows import Row
from app.process.survey import Performer, Survey

_SHOWN_TESTS = 3
"""Names of tests in one cell; the others are counted."""

_HEAD = """# The automations

The team's process asks for {count} automations. Each has a line here: what it does, where the process says so, which
rules of `{file}` perform it (with the line, and the mode unless it is live), and which of that file's own tests
show it. `./run demo --all` plays every one of them against the sandbox and ends with the same rows. What the rules do
in full is in [the rule sheet](rule-sheet.md). This page is made from `app/process/rows.yaml` and the rule file
(`./run docs`).

| # | what | origin | performed by | shown by |
| ---: | --- | --- | --- | --- |
"""

_ORIGIN = """
## Where they come from

**E** is explicit in one of the first documents of the process (S0 to S4), **P** explicit in another public page of the
handbook or of the PMO's delivery kit, **I** inferred. A row with an E is live in the shipped file; one without may
begin as `announce` or `shadow`, where teams differ.

| key | document |
| --- | --- |
"""


def automations_page(found: Survey, *, file: str) -> str:
    """The page. ``file``: the rule file's name."""
    lines = [_line(found, row, file) for row in found.process.rows]
    parts = [_HEAD.format(count=len(lines), file=file), "".join(lines), *_rowless(found, file), _ORIGIN]
    parts += [f"| {key} | {title} |\n" for key, title in found.process.sources.items()]
    return "".join(parts)


def _line(found: Survey, row: Row, file: str) -> str:
    rules = found.performing(row.row)
    elsewhere = found.elsewhere(row.row)
    by = [_rule(rule, file) for rule in rules]
    tests = [name for rule in rules for name in rule.tests]
    if elsewhere is not None:
        by.append(elsewhere.by)
        tests = [*elsewhere.tests, *tests]
    shown = _tests(list(dict.fromkeys(tests)))
    if elsewhere is not None and elsewhere.proof:
        shown = "; ".join(filter(None, [shown, f"`{elsewhere.proof}`"]))
    if row.row in found.process.not_live:
        by.append(f"not live: {found.process.not_live[row.row]}")
    what = f"When {row.when}: {row.does}"
    cells = [str(row.row), what, row.origin_text, "; ".join(by) or "nothing yet", shown or "–"]
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


def _rule(rule: Performer, file: str) -> str:
    where = f"line {rule.source.line}" if rule.source.file == file else f"{rule.source.file} line {rule.source.line}"
    mode = "" if rule.mode == "live" else f", {rule.mode}"
    return f"{f'`{rule.name}`' if rule.is_rule else rule.name} ({where}{mode})"


def _tests(names: list[str]) -> str:
    more = len(names) - _SHOWN_TESTS
    return "; ".join(names[:_SHOWN_TESTS]) + (f"; {more} more" if more > 0 else "")


def _rowless(found: Survey, file: str) -> Iterator[str]:
    rowless = [rule for rule in found.performers if not rule.rows and rule.is_rule]
    if rowless:
        yield "\n## Rules that perform none of them\n\n"
        for rule in rowless:
            yield f"- {_rule(rule, file)}: {found.process.without_row.get(rule.name, 'not explained yet')}\n"
