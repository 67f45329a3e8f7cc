"""What the models allow at a place of the file: the keys of a block and what they mean."""

from __future__ import annotations

import types
from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import AliasChoices, BaseModel
from pydantic.fields import FieldInfo

_UNIONS = (Union, types.UnionType)


def fields_at(model: type[BaseModel], parts: Sequence[str | int]) -> dict[str, FieldInfo]:
    """The keys that may stand in the block at ``parts``, counted from ``model``; none if no block may stand there.

    Parts that are no place of the file (pydantic puts the names of union branches among them) are passed over.
    """
    here = list(_plain(model))
    for part in parts:
        here = list(_step(here, part)) or here
    found: dict[str, FieldInfo] = {}
    for annotation in here:
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            for name, field in annotation.model_fields.items():
                found.update(dict.fromkeys(_written(name, field), field))
    return found


def _step(annotations: Iterable[Any], part: str | int) -> Iterator[Any]:
    for annotation in annotations:
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            for name, field in annotation.model_fields.items():
                if part in _written(name, field):
                    yield from _plain(field.annotation)
        elif get_origin(annotation) is list and isinstance(part, int):
            yield from _plain(get_args(annotation)[0])
        elif get_origin(annotation) is dict and isinstance(part, str):
            yield from _plain(get_args(annotation)[1])


def _plain(annotation: Any) -> Iterator[Any]:
    """Its branches, without the metadata around them."""
    if get_origin(annotation) is Annotated:
        yield from _plain(get_args(annotation)[0])
    elif get_origin(annotation) in _UNIONS:
        for branch in get_args(annotation):
            yield from _plain(branch)
    else:
        yield annotation


def _written(name: str, field: FieldInfo) -> list[str]:
    """How the key is written in the file."""
    alias = field.validation_alias or field.alias
    if isinstance(alias, AliasChoices):
        return [choice for choice in alias.choices if isinstance(choice, str)]
    return [alias if isinstance(alias, str) else name]
