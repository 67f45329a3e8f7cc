"""``./run schema``: the JSON Schema for editors, with the names that one rule file defines."""

from __future__ import annotations

import json
from pathlib import Path

import handlers
from app.errors import RulesError
from app.rules.loading.including import read_with_included
from app.rules.loading.problems import render_all
from app.rules.loading.schema import json_schema
from app.rules.loading.schema_names import names_of
from app.templating.folder import TemplateFolder


def schema_for(file: Path, templates: Path) -> str:
    """The schema's text. Labels, stages and so on of ``file`` are offered while typing; others stay allowed.

    The file may have faults, as files do while somebody writes them; it must only be readable as YAML.
    """
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RulesError(f"{file}: can't be read: {error}") from None
    located, _ = read_with_included(text, str(file), file)
    if located.data is None:
        raise RulesError(render_all(located.problems))
    there = TemplateFolder(templates).names() if templates.is_dir() else ()
    schema = json_schema(handlers.specs(), names_of(located.data, sorted(there)))
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def show(file: Path, templates: Path) -> int:
    """Print it."""
    print(schema_for(file, templates), end="")
    return 0
