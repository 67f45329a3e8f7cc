"""TemplateIndex: what the rules package must know of templates, without knowing how they are rendered."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Set
from typing import Protocol


class TemplateIndex(Protocol):
    """The templates that there are."""

    def names(self) -> Collection[str]:
        """``folder/name`` below the templates folder, without ``.md``."""
        ...

    def problems(self, name: str, known: Set[str]) -> Iterable[object]:
        """What is wrong with a template, given the dotted names of its context; ``x.*`` stands for all below ``x``.

        The ``str()`` of each is a sentence that names the template's line.
        """
        ...
