"""The JSON Schema of the rule file, for editors: completion, hover texts and red lines while typing."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, models_json_schema
from pydantic_core import core_schema

from app.rules.actions import ActionSpec
from app.rules.loading.schema_names import Names, offer, offer_for_action, suggest
from app.rules.model import RuleFile
from app.rules.trying.written import WrittenTest

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


class _ForPeople(GenerateJsonSchema):
    """Without the ``or null`` of optional settings: an editor would offer it, and blame it in its messages."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        described = super().default_schema(schema)
        if not isinstance(described.get("default"), bool | int | str) or described["default"] == "":
            described.pop("default", None)
        return described

    def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002  (pydantic's signature)
        """Never: a title is the key once more, and editors show it above the description."""
        return False


def json_schema(actions: Mapping[str, ActionSpec], names: Names = MappingProxyType({})) -> dict[str, Any]:
    """The schema of ``label_rules.yaml`` with these actions. Labels, stages and other names of the file are free text,
    which ``load`` checks; ``names`` are those of one file, to be offered while typing."""
    wanted: list[tuple[type[BaseModel], Literal["validation"]]] = [
        (RuleFile, "validation"),
        (WrittenTest, "validation"),
    ]
    wanted += [(spec.params, "validation") for spec in actions.values()]
    refs, shared = models_json_schema(wanted, by_alias=True, schema_generator=_ForPeople)
    definitions: dict[str, Any] = shared["$defs"]
    definitions["Test"] = {**definitions.pop(WrittenTest.__name__), "title": "Test"}
    for written_as_text in ("Length", "Limit", "Schedule"):
        definitions.pop(written_as_text, None)  # pydantic leaves them there
    definitions["Rule"]["properties"]["do"]["items"] = {
        "title": "Action",
        "type": "object",
        "description": "One action: its name, and its settings below it.",
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": False,
        "properties": {
            name: _action(spec, refs[spec.params, "validation"], definitions) for name, spec in sorted(actions.items())
        },
    }
    offer(definitions, names)
    _allow_bare_facts(definitions, names)
    for spec in actions.values():
        offer_for_action(spec, definitions[_name(refs[spec.params, "validation"])], names)
    _allow_is(definitions)
    root = definitions.pop("RuleFile")
    return {"$schema": _DIALECT, **root, "title": "sowbot's rule file", "$defs": dict(sorted(definitions.items()))}


def _action(spec: ActionSpec, ref: JsonSchemaValue, definitions: Mapping[str, Any]) -> dict[str, Any]:
    """An action's settings. Where none is required, the block may be left empty: ``- close:``."""
    described: dict[str, Any] = {"description": spec.purpose, **ref}
    settings = definitions[_name(ref)]
    # Editors show the title and the description of what a $ref leads to, not those beside it.
    settings.update(title=spec.name, description=f"{spec.purpose}\n\n{settings.get('description', '')}".strip())
    if settings.get("required"):
        return described
    return {"description": spec.purpose, "anyOf": [ref, {"type": "null"}]}


def _name(ref: JsonSchemaValue) -> str:
    return str(ref["$ref"]).rsplit("/", 1)[-1]


def _allow_bare_facts(definitions: dict[str, Any], names: Names) -> None:
    """A need may be a fact's name alone; the model reads that in a validator, which no schema shows."""
    block = definitions["Need"]
    bare = {"type": "string", "description": "A fact's name: it must be known."}
    suggest(bare, "fact", names)
    definitions["Need"] = {
        "title": "Need",
        "description": block.pop("description", ""),
        "anyOf": [bare, block],
    }


def _allow_is(definitions: dict[str, Any]) -> None:
    """``is`` is the other word for ``equals``."""
    properties = definitions["FactTest"]["properties"]
    properties["is"] = dict(properties["equals"])
