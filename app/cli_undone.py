"""``sowbot undone``: the commands about rules that turned themselves to shadow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from app.exit_code import exit_code_of

undone = typer.Typer(
    help="Rules that turned themselves to shadow, and how to let them act again.", no_args_is_help=True
)


@undone.command("list")
def undone_list() -> None:
    """List the rules that people took back too often, with the reason."""
    from app.commands.undone import show as run

    _exit_with(run)


@undone.command("reset")
def undone_reset(rules: Annotated[list[str], typer.Argument(help="Names of rules.")]) -> None:
    """Let rules act again, counted anew."""
    from app.commands.undone import reset as run

    _exit_with(lambda: run(rules))


def _exit_with(run: Callable[[], int]) -> None:
    raise typer.Exit(exit_code_of(run))
