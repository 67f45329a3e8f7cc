"""Cross-checks of the whole file, on the raw data: they run, and report, even where the models found faults."""

from __future__ import annotations

from collections.abc import Set
from typing import Any

from app.rules.loading.checks.board import check_board, check_reached
from app.rules.loading.checks.digests import check_digests
from app.rules.loading.checks.facts import check_facts
from app.rules.loading.checks.known import Known
from app.rules.loading.checks.names import check_names
from app.rules.loading.checks.routes import check_routes
from app.rules.loading.checks.rules import check_approvals, check_rules
from app.rules.loading.checks.spellings import check_spellings
from app.rules.loading.checks.templates import answers_commands, check_templates
from app.rules.loading.checks.times import check_times
from app.rules.loading.checks.unused import check_unused
from app.rules.loading.checks.uses import collect
from app.rules.loading.checks.words import check_words
from app.rules.loading.findings import Findings
from app.rules.loading.steps import StepUse
from app.rules.loading.templates_index import TemplateIndex
from app.rules.trying.checks import check_tests


def check_references(
    data: dict[str, Any],
    steps: list[StepUse],
    findings: Findings,
    *,
    templates: TemplateIndex | None,
    context_names: Set[str],
) -> None:
    """Put all that does not fit together among the findings. Without ``templates`` those are left unchecked."""
    known = Known.of(data)
    wanting = check_names(collect(data, steps), known, findings)
    check_spellings(data, findings)
    check_board(data, findings)
    if "stage" not in wanting:
        check_reached(data, steps, findings)
    check_rules(data, steps, findings)
    check_approvals(data, steps, findings)
    check_facts(data, steps, findings)
    check_times(data, findings)
    check_routes(data, findings)
    check_words(data, findings)
    check_tests(data, known, findings)
    check_digests(data, findings, templates=templates)
    check_unused(data, steps, wanting, findings)
    if templates is not None:
        check_templates(steps, known, templates, context_names, findings, answers=answers_commands(data))
