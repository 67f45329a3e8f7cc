"""``./run forms``: the templates of issues that people file themselves, as GitLab's own description templates.

Whoever opens a new issue picks one of them (``issuable_template``). What the bot would fill in stays open; the labels
by which the rules know the issue are put on by a quick action.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import handlers
from app.rules.loading.load import load_or_raise
from app.rules.model import RuleFile
from app.templating.folder import TemplateFolder
from handlers.note_text import CONTEXT_NAMES

FORMS = (
    "work_at_risk",
    "work_exception",
    "internal_trainer_request",
    "internal_team_member_training_request",
    "closure",
    "support_hand_off",
)
"""Those that people file. The others only the bot files; an escalation's words are offered by a link."""


def issue_forms(templates: TemplateFolder, rules: RuleFile) -> Iterator[tuple[str, str]]:
    """File name and text of each form. The file is called like the label, which is the name of the template in use."""
    for name in FORMS:
        rendered = templates.render(f"issue/{name}", blank_context(rules))
        labels = [str(label) for label in rendered.meta.get("labels", [])]
        actions = [f"/label {' '.join(f'~{chr(34)}{label}{chr(34)}' for label in labels)}"] if labels else []
        actions += ["/confidential"] if rendered.meta.get("confidential") else []
        title = f"<!-- Title: {rendered.meta.get('title', '')} -->"
        text = "\n".join([title, "", rendered.body.strip(), "", *actions])
        yield f"{labels[0] if labels else name}.md", f"{text}\n"


def blank_context(rules: RuleFile) -> dict[str, object]:
    """Every name of a template, with nothing in it; whom to mention is known all the same."""
    context: dict[str, object] = {}
    for name in sorted(CONTEXT_NAMES):
        first, _, rest = name.partition(".")
        inner = context.setdefault(first, {}) if rest else None
        if not rest:
            context[first] = ""
        elif isinstance(inner, dict) and rest != "*":
            inner[rest] = [] if rest in _LISTS else ""
    context["facts"] = dict.fromkeys(rules.facts)
    context["shown"] = dict.fromkeys(rules.facts, "")
    context["people"] = {name: people.handles for name, people in rules.people.items()}
    return context


_LISTS = frozenset({"team", "assignees", "labels", "checklist", "needs", "who", "people"})


def write(rules: Path, templates: Path, folder: Path) -> int:
    """Write them into a folder, such as ``.gitlab/issue_templates`` of a clone, and say which ones differ now."""
    book = load_or_raise(rules, actions=handlers.specs(), name=rules.name)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in issue_forms(TemplateFolder(templates), book.file):
        file = folder / name
        if not file.is_file() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")
            sys.stdout.write(f"wrote {file}\n")
    return 0
