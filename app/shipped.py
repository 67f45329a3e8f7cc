"""Where the rule file and the templates are: in the folder one works in, else beside the program."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[1]
"""The folder that holds the program."""


def _nearest(name: str) -> Path:
    here = Path(name)
    return here if here.exists() else ROOT / name


RULES = _nearest("label_rules.yaml")
TEMPLATES = _nearest("templates")
