"""What pydantic finds, as sentences with a place: for people who never heard of pydantic."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from app.rules.loading.findings import Findings
from app.rules.loading.located import Path
from app.rules.loading.shape import fields_at
from app.rules.loading.suggest import did_you_mean

_WANTED = {
    "string_type": "text",
    "string_sub_type": "text",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "list_type": "a list",
    "dict_type": "a block of settings",
    "model_type": "a block of settings",
    "model_attributes_type": "a block of settings",
}


@dataclass(frozen=True, slots=True)
class _Fault:
    """One of pydantic's errors, with its place in the file."""

    path: Path
    """The deepest place of the file that it speaks of."""
    absent: str
    """The key that is missing there, if that is the fault."""
    union: Path | None
    """Where one of several kinds of value was tried, if it was."""
    error: ErrorDetails


def explain(error: ValidationError, *, model: type[BaseModel], at: Path, data: object, findings: Findings) -> None:
    """Put each fault of ``data`` (which stands at ``at`` in the file and was read as ``model``) among the findings."""
    faults = [_locate(details, at, data) for details in error.errors(include_url=False)]
    for same in _merge_branches(faults):
        first = same[0]
        if first.absent:
            _missing(first, model, at, findings)
        elif first.error["type"] == "extra_forbidden":
            _unknown_key(first, model, findings)
        else:
            message, hint = _sentence(same, model)
            findings.error(first.path, message, hint)


def shown(value: object) -> str:
    """A value as an admin wrote it, short."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a block of settings"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, str):
        return f"'{value if len(value) <= 60 else value[:57] + '…'}'"
    return json.dumps(value)


def _locate(error: ErrorDetails, at: Path, data: object) -> _Fault:
    path, node, union = at, data, None
    parts = error["loc"]
    for number, part in enumerate(parts):
        in_block = isinstance(node, dict) and part in node
        in_list = isinstance(node, list) and isinstance(part, int) and part < len(node)
        if in_block or in_list:
            path, node = (*path, part), cast(Any, node)[part]
        elif isinstance(part, str):
            if error["type"] == "missing" and number == len(parts) - 1:
                return _Fault(path, part, union, error)
            union = path if union is None else union
    return _Fault(path, "", union, error)


def _merge_branches(faults: Iterable[_Fault]) -> list[list[_Fault]]:
    """Faults to tell together. Where several kinds of value were tried, only the kind that the admin meant counts:
    the one whose faults lie inside the value; if each kind refuses the value itself, they are told as one."""
    alone: list[list[_Fault]] = []
    tried: dict[Path, list[_Fault]] = defaultdict(list)
    for fault in faults:
        if fault.union is None:
            alone.append([fault])
        else:
            tried[fault.union].append(fault)
    for place, branches in tried.items():
        inside = [fault for fault in branches if fault.path != place or fault.absent]
        alone.extend([fault] for fault in inside)
        if not inside:
            alone.append(branches)
    return alone


def _missing(fault: _Fault, model: type[BaseModel], at: Path, findings: Findings) -> None:
    field = fields_at(model, fault.error["loc"][:-1]).get(fault.absent)
    meaning = _first_line(field.description if field else None)
    where = "" if fault.path or at else "the file needs a block: "
    findings.error(fault.path, f"{where}'{fault.absent}' is missing", meaning, key=True)


def _unknown_key(fault: _Fault, model: type[BaseModel], findings: Findings) -> None:
    allowed = fields_at(model, fault.error["loc"][:-1])
    name = str(fault.error["loc"][-1])
    findings.error(fault.path, f"there is no setting called '{name}' here", did_you_mean(name, allowed), key=True)


def _sentence(faults: list[_Fault], model: type[BaseModel]) -> tuple[str, str]:
    error = faults[0].error
    value = error["input"]
    kinds = list(dict.fromkeys(_WANTED[one.error["type"]] for one in faults if one.error["type"] in _WANTED))
    if error["type"] in ("literal_error", "enum"):
        return _not_among(value, error.get("ctx", {}))
    if kinds:
        return f"should be {' or '.join(kinds)}, not {shown(value)}", _hint(value, kinds)
    if error["type"] == "value_error":
        return str(error["ctx"]["error"]), ""
    if error["type"] == "string_pattern_mismatch":
        field = fields_at(model, error["loc"][:-1]).get(str(error["loc"][-1]))
        return f"{shown(value)} can't stand here", _first_line(field.description if field else None)
    return f"{error['msg'][:1].lower()}{error['msg'][1:]}, not {shown(value)}", ""


def _hint(value: object, kinds: list[str]) -> str:
    if value is None:
        return "write something after the ':', put a text that begins with # in quotes, or delete the line"
    if "text" in kinds and not isinstance(value, dict | list):
        return f'put it in quotes: "{shown(value)}"'
    if "a block of settings" in kinds and isinstance(value, str) and ":" in value:
        return "is a blank missing after the ':'?"
    return ""


def _not_among(value: object, context: dict[str, Any]) -> tuple[str, str]:
    """Of pydantic's ``'a', 'b' or 'c'`` the names."""
    allowed = [name.strip("'") for name in str(context.get("expected", "")).replace(" or ", ", ").split(", ")]
    if len(allowed) == 1:
        return f"should be {allowed[0]}, not {shown(value)}", ""
    hint = did_you_mean(value, allowed, else_list=False) if isinstance(value, str) else ""
    return f"{shown(value)} is not one of: {', '.join(allowed)}", hint


def _first_line(text: str | None) -> str:
    return (text or "").strip().split("\n")[0].rstrip(".")
