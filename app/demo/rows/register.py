"""A scene that plays one automation or several, and how a family's file adds its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.demo.acts import Act
from app.demo.deal import Deal

Write = Callable[[Deal], Sequence[Act]]


@dataclass(frozen=True, slots=True)
class RowScene:
    """What is played for some rows. Its deal is its own, with a customer that no other scene has."""

    rows: tuple[int, ...]
    title: str
    """What it shows, in words."""
    write: Write
    """Its acts."""
    public_sector: bool = False


SCENES: list[RowScene] = []
"""In the order of the files."""


def plays(*rows: int, public_sector: bool = False) -> Callable[[Write], Write]:
    """The function that follows writes a scene for these rows; its docstring is the scene's title."""

    def add(write: Write) -> Write:
        SCENES.append(RowScene(rows, (write.__doc__ or "").strip().rstrip("."), write, public_sector))
        return write

    return add
