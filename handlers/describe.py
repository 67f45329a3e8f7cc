"""The actions as a page for admins, made from the handlers themselves: ``docs/actions.md``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from pydantic.fields import FieldInfo

from app.handler import Handler
from handlers import HANDLERS

_HEAD = """# Actions

What a rule of `label_rules.yaml` can do. An action is an entry of a rule's `do`: its name, and its settings below it.

```yaml
do:
  - comment: {template: welcome, about: item}
  - close: {}
```

This page is made from the handlers (`./run docs`); each stands in its own file in `handlers/`.
"""


def actions_markdown() -> str:
    """The whole page."""
    contents = "\n".join(f"- [`{one.name}`](#{one.name}): {one.spec.purpose}" for one in HANDLERS)
    return "\n".join([_HEAD, contents, *(_section(one) for one in HANDLERS)]) + "\n"


def _section(handler: Handler) -> str:
    return "\n".join([f"\n## `{handler.name}`\n", _story(handler), "", *_settings(handler)])


def _story(handler: Handler) -> str:
    """The handler's own words: its module's docstring."""
    module = sys.modules[handler.run.__module__]
    lines = (module.__doc__ or "").strip().replace("``", "`").splitlines()
    if handler.spec.announces:
        lines += ["", "Still performed in mode `announce`."]
    return "\n".join(f"\n{line}" if line.startswith(("Writes:", "Silent when:")) else line for line in lines)


def _settings(handler: Handler) -> Iterator[str]:
    fields = handler.spec.params.model_fields
    if not fields:
        yield "It has no settings."
        return
    yield "| setting | default | meaning |"
    yield "| --- | --- | --- |"
    for name, field in fields.items():
        meaning = " ".join((field.description or "").split()).replace("|", "\\|").replace("``", "`")
        yield f"| `{field.alias or name}` | {_default(field)} | {meaning} |"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "*required*"
    value: Any = field.get_default(call_default_factory=False)
    if value is None or value in ([], {}, ""):
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"
