"""The table at the end of ``./run demo --all``: row by row, what it is, who performs it, whether it held, how long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from rich import box
from rich.table import Table
from rich.text import Text

from app.demo.expect import Finding
from app.demo.narrate import Narrator
from app.demo.rows.register import RowScene
from app.process.rows import Row
from app.process.survey import Survey


class Told(Protocol):
    """A scene that was played."""

    scene: RowScene
    findings: list[Finding]
    seconds: float

    @property
    def held(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of a row."""

    row: Row
    rules: tuple[str, ...]
    """Names of the rules that perform it, and what else does."""
    played: tuple[Told, ...]

    @property
    def held(self) -> bool:
        """Whether it was played, and all came true in each of its scenes."""
        return bool(self.played) and all(each.held for each in self.played)

    @property
    def seconds(self) -> float:
        """How long its scenes took together."""
        return sum(each.seconds for each in self.played)

    @property
    def verdict(self) -> str:
        """In a word."""
        if not self.played:
            return "not played"
        findings = [finding for each in self.played for finding in each.findings]
        kept = sum(finding.held for finding in findings)
        return f"{kept} held" if self.held else f"{len(findings) - kept} of {len(findings)} did not"

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return {
            "row": self.row.row,
            "what": f"When {self.row.when}: {self.row.does}",
            "performed_by": list(self.rules),
            "held": self.held,
            "seconds": round(self.seconds, 1),
            "scenes": [
                {
                    "title": each.scene.title,
                    "held": each.held,
                    "expectations": [{"expected": f.says, "held": f.held, "found": f.found} for f in each.findings],
                }
                for each in self.played
            ],
        }


def performed_by(found: Survey, row: int) -> tuple[str, ...]:
    """Who performs a row: rules by name, with the mode unless it is live, and what else does."""
    rules = [each.name + ("" if each.mode == "live" else f" ({each.mode})") for each in found.performing(row)]
    elsewhere = found.elsewhere(row)
    return (*([elsewhere.by] if elsewhere else []), *rules)


def show(narrator: Narrator, results: Sequence[RowResult], took_s: float) -> None:
    """Print it, with a line that sums it up."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, width=narrator.width, padding=(0, 1))
    table.add_column("row", justify="right", no_wrap=True)
    table.add_column("what the bot does", ratio=5, overflow="fold")
    table.add_column("performed by", ratio=3, overflow="fold", style="dim")
    table.add_column("", no_wrap=True)
    table.add_column("seconds", justify="right", no_wrap=True)
    for each in results:
        mark = Text(f"{'✓' if each.held else '✗'} {each.verdict}", style="green" if each.held else "bold red")
        seconds = f"{each.seconds:.1f}" if each.played else ""
        what = Text(each.row.does[:1].upper() + each.row.does[1:])
        table.add_row(str(each.row.row), what, Text(_names(each.rules)), mark, seconds)
    narrator.plain([""])
    narrator.table(table)
    kept = sum(each.held for each in results)
    findings = sum(len(scene.findings) for each in results for scene in each.played)
    narrator.total(f"{kept} of {len(results)} rows held, with {findings} expectations, in {took_s:.0f} s.",
                   good=kept == len(results))  # fmt: skip


def _names(rules: Sequence[str], shown: int = 4) -> str:
    more = len(rules) - shown
    return ", ".join(rules[:shown]) + (f" and {more} more" if more > 0 else "")
