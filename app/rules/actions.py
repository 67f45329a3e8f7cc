"""What the rule language knows of an action: its name, its parameters, and what it may touch.

The handlers register themselves in these terms; the rules package never imports one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict


class Params(BaseModel):
    """Base of every action's parameters: unknown keys are errors, attribute docstrings become the hover text."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True, populate_by_name=True)


@dataclass(frozen=True, slots=True)
class Effects:
    """What a step may do to its own item. The verifier reads this, nothing else: leave out nothing.

    ``None`` in a set means *some label that is only known at run time*.
    """

    adds: frozenset[str | None] = frozenset()
    removes: frozenset[str | None] = frozenset()
    stages: frozenset[str] = frozenset()
    """Stages that the step may put the item into."""
    closes: bool = False
    reopens: bool = False
    speaks: bool = False
    """Posts or edits a comment on the item."""
    assigns: bool = False
    outside: bool = False
    """Writes anything beyond the item: other issues, groups, channels."""


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One action of the rule file, as the rules package sees it.

    The callables get an instance of ``params``; a type per action would make every registry of them generic.
    """

    name: str
    params: type[Params]
    effects: Callable[[Any], Effects]
    purpose: str
    """First line of the handler's docstring."""
    announces: bool = False
    """Still performed in mode ``announce`` (comments only)."""
    templates: Callable[[Any], tuple[str, ...]] = field(default=lambda _params: ())
    """Template names that the parameters refer to, as ``folder/name`` below the templates folder."""
    gives: frozenset[str] = frozenset()
    """Dotted names that its templates may say besides those that every template knows."""
    gives_only: bool = False
    """Its templates know nothing but what it gives: nothing of the item can get in."""
    channels: Callable[[Any], tuple[str, ...]] = field(default=lambda _params: ())
    """Channels that the parameters refer to."""
    people: Callable[[Any], tuple[str, ...]] = field(default=lambda _params: ())
    """People entries that the parameters refer to."""
    projects: Callable[[Any], tuple[str, ...]] = field(default=lambda _params: ())
    """Short names of ``projects`` that the parameters refer to."""
    routes: Callable[[Any], tuple[str, ...]] = field(default=lambda _params: ())
    """Routing tables that the parameters refer to."""
    facts: Callable[[Any], tuple[str, ...]] = field(default=lambda _params: ())
    """Facts that the parameters refer to."""
    dates: Callable[[Any], tuple[str, ...]] = field(default=lambda _params: ())
    """Those of the facts that must hold a date."""
    users: Callable[[Any], tuple[str, ...]] = field(default=lambda _params: ())
    """GitLab usernames that the parameters name outright."""
    offers: Mapping[str, str] = field(default_factory=dict)
    """For editors: the kind of name that a setting takes. *label*, *stage*, *people*, *fact*, *project*, *channel*,
    *route*, or a folder of templates with its stroke, such as *comment/*."""
    says: Callable[[Any, Callable[[str], str]], str] | None = None
    """What it does with these parameters, to go after *the bot*: ``adds the label “X”``. The second argument puts a
    name of the rule file in quotes. None: ``tells`` makes it of the purpose."""

    def tells(self, params: Any, quote: Callable[[str], str]) -> str:
        """What the step does, to go after *the bot*."""
        if self.says is not None:
            return self.says(params, quote)
        return f"does {quote(self.name)} ({self.purpose.rstrip('.')})"
