"""The ``scaffold`` command's options: a file of their own, for there are many."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from app.exit_code import exit_code_of
from app.shipped import RULES, TEMPLATES


def scaffold(
    item: Annotated[str | None, typer.Option(help="The scoping issue, as group/project#7 or by its address.")] = None,
    customer: Annotated[str | None, typer.Option(help="Without an issue: the customer's name.")] = None,
    sow: Annotated[str | None, typer.Option(help="The SOW's number.")] = None,
    po: Annotated[str | None, typer.Option(help="The purchase order's number, where there is no SOW.")] = None,
    activity: Annotated[list[str] | None, typer.Option(help="An activity of the SOW; repeatable.")] = None,
    pm: Annotated[str | None, typer.Option(help="Username of the project manager.")] = None,
    iterations: Annotated[int | None, typer.Option(help="How many, Iteration 0 not counted.", min=1)] = None,
    weeks: Annotated[int | None, typer.Option(help="Planned length, Iteration 0 counted.", min=1)] = None,
    size: Annotated[Literal["large", "small"] | None, typer.Option(help="Outranks the two before.")] = None,
    start: Annotated[str | None, typer.Option(help="First day, as 2026-07-06.")] = None,
    partner: Annotated[bool, typer.Option("--partner", help="A partner staffs it: build below partner-root.")] = False,
    root: Annotated[str | None, typer.Option(help="Below this: a short name of `projects`, or a group's path.")] = None,
    blueprint: Annotated[str, typer.Option(help="A file of templates/collaboration/.")] = "customer_project",
    private_too: Annotated[bool, typer.Option("--private-too", help="Also for a Public Sector deal.")] = False,
    apply: Annotated[
        bool, typer.Option("--apply/--plan", help="Make what is missing; --plan, the default, can't write.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
    rules: Annotated[Path, typer.Option(help="The rule file.")] = RULES,
    templates: Annotated[Path, typer.Option(help="The templates folder.")] = TEMPLATES,
) -> None:
    """Say what a customer's project lacks or has otherwise than the blueprint; with --apply, build what is missing.

    Exit 0: nothing is missing, or all was built. 1: something is missing, or GitLab refused a part. What is there and
    differs is named and never changed.
    """
    from app.commands.scaffold import Wanted
    from app.commands.scaffold import scaffold as run

    raise typer.Exit(
        exit_code_of(
            lambda: run(
                Wanted(
                    item=item,
                    customer=customer,
                    sow=sow,
                    po=po,
                    activities=activity or (),
                    pm=pm,
                    iterations=iterations,
                    weeks=weeks,
                    size=size,
                    start=start,
                    partner=partner,
                    root=root,
                    blueprint=blueprint,
                    private_too=private_too,
                    apply=apply,
                    as_json=as_json,
                    rules=rules,
                    templates=templates,
                )
            )
        )
    )
