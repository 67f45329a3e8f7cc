"""TemplateIndex: what the rules package must know of templates, without knowing how they are rendered."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol


class TemplateIndex(Protocol):
    """The templates that there are."""

    def names(self) -> set[str]:
        """``folder/name`` below the templates folder, without ``.md``."""
        ...

    def problems(self, name: str, known_variables: frozenset[str]) -> Iterable[str]:
        """What is wrong with a template, a sentence each: above all variables that nobody gives it.

        ``known_variables`` is what this rule file adds to the names that every template has: ``facts.<name>`` and
        ``people.<name>`` for what the file defines, and the keys of the action's ``with`` as they are. Called once for
        each action that uses the template.
        """
        ...
