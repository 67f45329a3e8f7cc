"""``docs/checking.md``: how a rule file is checked, with what the program really prints about a spoiled one."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from app.checking.finding import Report
from app.checking.formats import as_gitlab, as_text, verdict
from app.commands.check import Wish, look

_MISSPELT = ('label: {add: "EM_Status::Waiting"}', 'label: {add: "EM_Status::Wating"}')

_FIGHT = """
  - name: ask-for-review
    why: Whoever marks a tracker wants it reviewed.
    when: {event: label added, label: "pc-consulting-checklist"}
    do:
      - label: {add: "RDM::needs-review"}

  - name: no-review
    why: A tracker needs no review.
    when: {event: label added, label: "pc-consulting-checklist"}
    do:
      - label: {remove: "RDM::needs-review"}
"""

_PAGE = """# Checking a rule file

Run `./run check` after every change of `label_rules.yaml`. It looks at everything in one run: whether the file can be
read, whether all that it names is defined, its templates, its own tests, and, by trying what the rules do to an issue,
whether they can fight, loop, or never act.

```text
$ ./run check
{fine}
```

An *error* means that the file can't or must not be used; a *warning*, that you probably meant something else. Colours
are for terminals; set `NO_COLOR` to go without.

| exit code | |
| --- | --- |
| 0 | no errors; there may be warnings |
| 1 | errors |
| 2 | it could not run: a file is not there, the templates' folder is missing, GitLab does not answer |

Name several files to check them all. A misspelt label looks like this:

```text
$ ./run check
{misspelt}
```

and two rules of which one undoes what the other does like this, with the story of how it comes about:

```text
$ ./run check
{fight}
```

The search ends after eight seconds for each file, or after `--seconds`, and says what it did not get to.

## In a merge request

`--format gitlab` prints a code-quality report, which GitLab shows beside the changed lines; `--format json` has the
same for programs, with the column, the suggestion and the story.

```yaml
rule file:
  script:
    - ./run check --format gitlab > code-quality.json
  artifacts:
    when: always
    reports: {{codequality: code-quality.json}}
```

```json
{gitlab}
```

The fingerprint stays the same when lines are added above, so that GitLab does not take an old finding for a new one.

## What GitLab knows

`--online` also asks GitLab: are the labels there (in the default project or the groups above it), are the people's
groups there and not empty, do the users exist, can the bot see the projects? It reads only, and needs
`SOWBOT_GITLAB_URL` and `SOWBOT_GITLAB_TOKEN`, nothing else. It also warns of channels whose address is set neither in
the environment nor in the secrets folder; `--environment` looks at those alone.

## While the bot runs

The bot looks at the file, and at those that it includes, every two seconds. A good one is taken into use, with its
channels; no restart is needed. A bad one, or one whose own tests fail, is refused and the last good one stays in force:

- the log says `rules.refused`, with the problems as above;
- `sowbot_rules_refused_total` counts it, and `sowbot_rules_stale` is 1 until the file is mended;
- `/readyz` shows the problems under *also*; the bot stays ready, since it can work by the rules it has;
- one note for each bad content is put on the issue that `SOWBOT_ADMINS_ISSUE` names, if it names one.

## In your editor

`label_rules.schema.json` tells editors what can stand where: keys, events, actions, and the labels, stages, people and
templates that the file uses. In VS Code, install the extension *YAML*; the first line of the file does the rest. After
you have added labels, `./run docs` makes it anew, or `./run schema FILE > label_rules.schema.json` for a file of yours.

## Read aloud

`./run rules` tells the file in plain English: every rule as a sentence, and who may make which move.
`--format markdown` is for pages, `--format mermaid` and `--format svg` draw the board. Those of the shipped file are
[the rules](rule-sheet.md) and [the board](board.md).

This page is made by the program (`./run docs`): what it shows is what is printed.
"""


def checking_page(file: Path, templates: Path) -> str:
    """The page, with the shipped file as it is and spoiled in two ways."""
    text = file.read_text(encoding="utf-8")
    misspelt = text.replace(*_MISSPELT, 1)
    return _PAGE.format(
        fine=_printed(text, templates),
        misspelt=_printed(misspelt, templates),
        fight=_printed(text.replace("\ntests:", f"{_FIGHT}\ntests:", 1), templates),
        gitlab=_gitlab(misspelt, templates),
    )


def _printed(text: str, templates: Path) -> str:
    with tempfile.TemporaryDirectory() as folder:
        report = _look(text, Path(folder), templates)
        said = "\n".join(filter(None, [as_text([report]), verdict(report)]))
        return said.replace(f"{folder}/", "")


def _gitlab(text: str, templates: Path) -> str:
    with tempfile.TemporaryDirectory() as folder:
        # The fingerprint is made of the file's name too, so the folder's is taken out before.
        return as_gitlab([_without(_look(text, Path(folder), templates), folder)], Path(folder))


def _look(text: str, folder: Path, templates: Path) -> Report:
    path = folder / "label_rules.yaml"
    path.write_text(text, encoding="utf-8")
    return look(path, Wish(templates, seconds=60))


def _without(report: Report, folder: str) -> Report:
    problems = [
        replace(one, problem=replace(one.problem, file=one.problem.file.removeprefix(f"{folder}/")))
        for one in report.findings
    ]
    return replace(report, findings=tuple(problems))
