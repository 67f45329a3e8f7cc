"""The ``sowbot`` command. Each command imports what it needs when it runs, so that help and errors come at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal

import typer

from app.cli_bench import bench
from app.cli_scaffold import scaffold
from app.cli_undone import undone
from app.exit_code import exit_code_of
from app.shipped import RULES, TEMPLATES

app = typer.Typer(
    name="sowbot",
    help="Does the work around every drag of a card on the SOW Proposal Approval Board.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(bench, name="bench")
events = typer.Typer(help="The deliveries that wait or are parked, and what to do about them.", no_args_is_help=True)
app.add_typer(events, name="events")
app.add_typer(undone, name="undone")
app.command()(scaffold)


@app.command()
def serve() -> None:
    """Run the bot against a GitLab, as the SOWBOT_… settings say (docs/settings.md)."""
    from app.serve import serve as run

    _exit_with(run)


@app.command()
def sandbox(
    port: Annotated[int, typer.Option(help="Where it listens, on 127.0.0.1; 0 takes a free port.")] = 8929,
) -> None:
    """Run the sandbox GitLab alone: group, project, board and people of Professional Services."""
    from app.sandbox.serve import serve as run

    _exit_with(lambda: run(port))


@app.command()
def demo(
    exit_: Annotated[bool, typer.Option("--exit", help="End after the story; exit 0 only if all of it held.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the end state as JSON on stdout, the story on stderr.")
    ] = False,
    pubsec: Annotated[bool, typer.Option(help="Play the Public Sector variant.")] = False,
    seed: Annotated[int | None, typer.Option(help="Vary names, numbers and the order of independent acts.")] = None,
    pace: Annotated[float, typer.Option(help="Seconds to pause between acts, for reading along.", min=0)] = 0.0,
    all_: Annotated[
        bool, typer.Option("--all", help="Play each automation of the process instead, and end with a table of them.")
    ] = False,
    only: Annotated[str, typer.Option(help="With --all: only these rows of docs/automations.md, such as 19,26.")] = "",
) -> None:
    """Play a whole deal: from the Services Calculator's form to the customer's group and SOW project."""
    if all_:
        from app.demo.all import main as play_all

        _exit_with(lambda: play_all(only=_numbers(only), as_json=as_json, seed=seed or 0))
    from app.demo.play import main as play

    _exit_with(lambda: play(exit_when_done=exit_, as_json=as_json, pubsec=pubsec, seed=seed, pace=pace))


@app.command()
def check(
    files: Annotated[list[Path] | None, typer.Argument(help="Rule files; label_rules.yaml if none is named.")] = None,
    templates: Annotated[Path, typer.Option(help="The templates folder.")] = TEMPLATES,
    form: Annotated[
        Literal["text", "json", "gitlab"],
        typer.Option("--format", help="gitlab: a code-quality report for merge requests."),
    ] = "text",
    online: Annotated[
        bool, typer.Option("--online", help="Ask GitLab too: are labels, groups, users and projects there?")
    ] = False,
    environment: Annotated[
        bool, typer.Option("--environment", help="Look too whether each channel's address is set.")
    ] = False,
    seconds: Annotated[float, typer.Option(help="How long the search for rules that fight may take.", min=0.1)] = 8.0,
) -> None:
    """Check rule files: every error and warning, with line, column and suggestion.

    Exit 0: no errors. 1: errors. 2: could not run, because a file, the templates or GitLab can't be read.
    """
    from app.commands.check import Wish
    from app.commands.check import check as run

    wish = Wish(templates, online=online, environment=environment, seconds=seconds)
    _exit_with(lambda: run(files or [RULES], wish, form=form))


@app.command()
def explain(
    what: Annotated[str, typer.Argument(help="A delivery's id, or an item as PROJECT_ID#IID for its latest ones.")],
) -> None:
    """Say why a delivery was decided as it was: every rule, the value that decided, and how each write ended."""
    from app.commands.explain import explain as run

    _exit_with(lambda: run(what))


@app.command()
def simulate(
    item: Annotated[
        str | None, typer.Option(help="An issue of the GitLab of SOWBOT_GITLAB_URL, as group/project#7.")
    ] = None,
    describe: Annotated[
        Path | None, typer.Option(help="A YAML file that describes an issue in the words of a test's `given`.")
    ] = None,
    rules: Annotated[Path, typer.Option(help="The rule file, such as a draft.")] = RULES,
    templates: Annotated[Path, typer.Option(help="The templates folder.")] = TEMPLATES,
    add_label: Annotated[list[str] | None, typer.Option(help="Somebody puts this label on; repeatable.")] = None,
    remove_label: Annotated[list[str] | None, typer.Option(help="Somebody takes this label off; repeatable.")] = None,
    move_to: Annotated[str | None, typer.Option(help="Somebody moves the card to this stage.")] = None,
    opened: Annotated[bool, typer.Option("--opened", help="The issue is filed just now.")] = False,
    closed: Annotated[bool, typer.Option("--closed", help="Somebody closes it.")] = False,
    reopened: Annotated[bool, typer.Option("--reopened", help="Somebody opens it again.")] = False,
    comment: Annotated[str | None, typer.Option(help="Somebody writes this comment.")] = None,
    wait: Annotated[str | None, typer.Option(help="Then so much time goes by: '3 business days'.")] = None,
    by: Annotated[str, typer.Option("--as", help="Who does it: a username, or a people list they are in.")] = "",
    set_fact: Annotated[
        list[str] | None, typer.Option(help="A fact as NAME=VALUE, whatever the text says; repeatable.")
    ] = None,
    at: Annotated[
        str | None, typer.Option(help="When, as 2026-06-09T10:00:00Z; now, or a Tuesday morning if described.")
    ] = None,
    form: Annotated[Literal["text", "json"], typer.Option("--format")] = "text",
) -> None:
    """Say what the rules would do with an issue, in this world or a changed one. It can write nothing anywhere."""
    from app.commands.simulate import Wanted, moment
    from app.commands.simulate import simulate as run

    _exit_with(
        lambda: run(
            Wanted(
                item=item,
                describe=describe,
                rules=rules,
                templates=templates,
                add_labels=add_label or (),
                remove_labels=remove_label or (),
                move_to=move_to,
                opened=opened,
                closed=closed,
                reopened=reopened,
                comment=comment,
                wait=wait,
                by=by,
                set_facts=set_fact or (),
                at=moment(at),
                form=form,
            )
        )
    )


@app.command()
def sweep(
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Look for events that GitLab did not tell, also beside a running bot. Exit 1 if you should see to something."""
    from app.commands.sweep import main as run

    _exit_with(lambda: run(as_json=as_json))


@events.command("list")
def events_list(
    state: Annotated[list[str] | None, typer.Option(help="waiting, decided, parked or done; all but done.")] = None,
    item: Annotated[str | None, typer.Option(help="Only those of an item, PROJECT_ID#IID.")] = None,
    most: Annotated[int, typer.Option(help="How many at the most.", min=1)] = 50,
) -> None:
    """List deliveries that are not done, newest first, with the reason."""
    from app.commands.events import show_list as run

    _exit_with(lambda: run(state or [], item=item, most=most))


@events.command("show")
def events_show(what: Annotated[str, typer.Argument(help="A delivery's id, or an item as PROJECT_ID#IID.")]) -> None:
    """Tell a delivery's whole story, as `explain` does."""
    from app.commands.explain import explain as run

    _exit_with(lambda: run(what))


@events.command("retry")
def events_retry(
    deliveries: Annotated[list[str] | None, typer.Argument(help="Ids of deliveries.")] = None,
    all_parked: Annotated[bool, typer.Option("--all-parked", help="Every one that is parked.")] = False,
) -> None:
    """Try deliveries again now. Steps that ended well are not performed a second time."""
    from app.commands.events import retry as run

    _exit_with(lambda: run(deliveries or [], all_parked=all_parked))


@events.command("drop")
def events_drop(
    deliveries: Annotated[list[str], typer.Argument(help="Ids of deliveries.")],
    who: Annotated[str, typer.Option("--by", help="Who decides so, for the record; your login by default.")] = "",
) -> None:
    """Give deliveries up for good."""
    from app.commands.events import drop as run

    _exit_with(lambda: run(deliveries, who=who))


@app.command()
def replay(
    draft: Annotated[Path, typer.Argument(help="The rule file to try on what has happened.")],
    history: Annotated[
        Path | None, typer.Option(help="A file of `export-history`; without it, the ledger of the SOWBOT_… settings.")
    ] = None,
    against: Annotated[
        Path | None, typer.Option(help="Compare with this rule file instead of what was recorded.")
    ] = None,
    templates: Annotated[Path, typer.Option(help="The templates folder.")] = TEMPLATES,
    since: Annotated[str | None, typer.Option(help="Only what came since: 2026-06-09T00:00:00Z.")] = None,
    form: Annotated[Literal["text", "markdown", "json"], typer.Option("--format")] = "text",
    workers: Annotated[int | None, typer.Option(help="Processes; as many as there are processors.", min=1)] = None,
) -> None:
    """Decide recorded history again by a draft: how many decisions are the same, which differ, by rule."""
    from app.commands.replay import Wanted, processors
    from app.commands.replay import replay as run
    from app.commands.simulate import moment

    _exit_with(
        lambda: run(Wanted(draft, against, history, templates, moment(since, "--since"), form, workers or processors()))
    )


@app.command("export-history")
def export_history(
    file: Annotated[Path, typer.Argument(help="Where to write it; an existing file is replaced.")],
    since: Annotated[str | None, typer.Option(help="Only what came since: 2026-06-09T00:00:00Z.")] = None,
) -> None:
    """Write the ledger's history to a file, for `replay` elsewhere. It holds titles and usernames, no texts."""
    from app.commands.history import export as run
    from app.commands.simulate import moment

    _exit_with(lambda: run(file, since=moment(since, "--since")))


@app.command()
def forms(
    folder: Annotated[Path, typer.Argument(help="Where to, such as .gitlab/issue_templates of a clone.")],
    file: Annotated[Path, typer.Option("--rules", help="The rule file.")] = RULES,
    templates: Annotated[Path, typer.Option(help="The templates folder.")] = TEMPLATES,
) -> None:
    """Write the issues that people file (work at risk, training requests …) as GitLab's description templates."""
    from app.commands.forms import write as run

    _exit_with(lambda: run(file, templates, folder))


@app.command()
def rules(
    file: Annotated[Path, typer.Argument(help="The rule file.")] = RULES,
    form: Annotated[
        Literal["text", "markdown", "mermaid", "svg"],
        typer.Option("--format", help="text, markdown: rules and moves in sentences. mermaid, svg: the board drawn."),
    ] = "text",
) -> None:
    """Tell a rule file in plain English: when, what the bot does, because why; and who may make which move."""
    from app.commands.tell import tell as run

    _exit_with(lambda: run(file, form))


@app.command()
def schema(
    file: Annotated[Path, typer.Argument(help="The rule file whose names are offered.")] = RULES,
    templates: Annotated[Path, typer.Option(help="The templates folder.")] = TEMPLATES,
) -> None:
    """Print the JSON Schema with which editors complete and check a rule file, with that file's own names."""
    from app.commands.schema import show as run

    _exit_with(lambda: run(file, templates))


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="Where to write it; an existing file is replaced.")],
) -> None:
    """Copy the SQLite database into one checked file, also beside a running bot."""
    from app.commands.backup import backup as run

    _exit_with(lambda: run(file))


@app.command()
def docs(
    check_only: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 if a page is out of date.")
    ] = False,
) -> None:
    """Write the generated files again: the rule file's schema, docs/actions.md, docs/settings.md."""
    from app.commands.generated import write as run

    _exit_with(lambda: run(check_only=check_only))


def _numbers(text: str) -> frozenset[int]:
    """``19,26`` as numbers."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if wrong := [part for part in parts if not part.isdecimal()]:
        raise typer.BadParameter(f"'{wrong[0]}' is no row's number; write for example 19,26", param_hint="--only")
    return frozenset(map(int, parts))


def _exit_with(run: Callable[[], int]) -> None:
    raise typer.Exit(exit_code_of(run))


def main() -> None:
    """Entry point of the ``sowbot`` command."""
    app(prog_name="sowbot")


if __name__ == "__main__":
    main()
