"""Digests: names, templates, and a project whose issues they can look at."""

from __future__ import annotations

from typing import Any

from app.rules.loading.findings import Findings
from app.rules.loading.located import Path
from app.rules.loading.suggest import did_you_mean
from app.rules.loading.templates_index import TemplateIndex
from app.rules.loading.tolerant import below, items

NAMES = frozenset(
    {
        *("name", "why", "private", "all_private"),
        *(
            "lacking.count",
            "lacking.cards",
            "lacking.more",
            "lacking.private",
            "stages",
            "stage_count",
            "waiting",
            "win_rate.quarter",
            "win_rate.won",
        ),
        *("win_rate.lost", "win_rate.percent"),
    }
)
"""What a template of a digest may name: see ``app/rules/digest.py``."""


def check_digests(data: dict[str, Any], findings: Findings, *, templates: TemplateIndex | None) -> None:
    """Report digests that could not be made."""
    first: dict[str, Path] = {}
    for path, digest in items(data.get("digests"), ("digests",)):
        name = below(digest, "name")
        if isinstance(name, str) and first.setdefault(name, path) != path:
            message = f"a digest called '{name}' is there already ({findings.where(first[name])})"
            findings.error((*path, "name"), message, "give each digest its own name")
        if below(digest, "project") is None and below(data, "defaults", "project") is None:
            findings.error(
                path, "it is not said whose issues this digest tells of", "write project: or defaults.project"
            )
        if templates is not None:
            _check_template(below(digest, "template") or "board", path, templates, findings)


def _check_template(template: object, path: Path, templates: TemplateIndex, findings: Findings) -> None:
    name = f"digest/{template}"
    if name not in templates.names():
        beside = [one.partition("/")[2] for one in templates.names() if one.startswith("digest/")]
        near = did_you_mean(str(template), sorted(beside), else_list=False)
        findings.error((*path, "template"), f"there is no template templates/{name}.md", near)
        return
    for problem in templates.problems(name, NAMES):
        findings.error(path, f"templates/{name}.md: {problem}")
