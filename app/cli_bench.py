"""``sowbot bench``: the commands that measure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from app.exit_code import exit_code_of

bench = typer.Typer(help="Measures what the program costs on this machine.", invoke_without_command=True)


@bench.callback()
def bench_all(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    only: Annotated[
        list[str] | None,
        typer.Option(help="A part: intake, end_to_end, deciding, replay, crash, chaos, hostile. May be repeated."),
    ] = None,
) -> None:
    """Without a command: every figure in one report (docs/benchmarks.md), in some ten minutes."""
    if context.invoked_subcommand is None:
        from app.bench.report import main as measure

        _exit_with(lambda: measure(only=only or [], as_json=as_json))


@bench.command("ack")
def bench_ack(
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
    seconds: Annotated[float, typer.Option(help="Length of the steady part.", min=1)] = 15.0,
) -> None:
    """How fast deliveries are taken in: at 217 a second, and at full speed beside FastAPI's and gidgetlab's."""
    from app.bench.ack import main as measure

    _exit_with(lambda: measure(as_json=as_json, seconds=seconds))


@bench.command("crash")
def bench_crash(
    kills: Annotated[int, typer.Option(help="How often the bot is killed.", min=1)] = 300,
    seed: Annotated[int, typer.Option(help="Fixes the deals; when exactly the bot dies is left to chance.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
    lanes: Annotated[int, typer.Option(help="Worlds at the same time.", min=1)] = 2,
) -> None:
    """Kill the bot again and again while deals are played: exit 0 only if nothing is lost, doubled or misplaced."""
    from app.bench.crash import main as measure

    _exit_with(lambda: measure(kills=kills, seed=seed, as_json=as_json, lanes=lanes))


@bench.command("chaos")
def bench_chaos(
    seed: Annotated[int, typer.Option(help="Fixes the deals and the faults.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Lose, double and delay deliveries, and let GitLab fail: exit 0 only if one sweep puts all of it right."""
    from app.bench.chaos import main as measure

    _exit_with(lambda: measure(seed=seed, as_json=as_json))


@bench.command("hostile")
def bench_hostile(
    count: Annotated[int, typer.Option(help="How many hostile payloads.", min=1)] = 200_000,
    seed: Annotated[int, typer.Option(help="Fixes what is sent.")] = 1,
    rule_files: Annotated[int, typer.Option(help="How many spoiled rule files; 0: in proportion.", min=0)] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Attack the receiver, rule loading and text reading: exit 0 only if nothing got in, broke, hung or grew."""
    from app.bench.hostile import main as measure

    _exit_with(lambda: measure(count=count, seed=seed, as_json=as_json, rule_files=rule_files))


@bench.command("replay")
def bench_replay(
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
    decisions: Annotated[int, typer.Option(help="Length of the made-up history.", min=1)] = 100_000,
) -> None:
    """How fast recorded decisions are made again."""
    from app.bench.replay import main as measure

    _exit_with(lambda: measure(decisions=decisions, as_json=as_json))


def _exit_with(run: Callable[[], int]) -> None:
    raise typer.Exit(exit_code_of(run))
