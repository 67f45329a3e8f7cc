"""The board as a drawing of its own (SVG), legible on light and dark pages."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from app.rules.book import RuleBook
from app.rules.model import Stage
from app.rules.telling.layout import BOX, HEAD, HEIGHT, LANE, MARGIN, Arrow, Layout, Style
from app.rules.telling.words import short

LEGEND = 64
"""Pixels below the drawing for what the arrows mean."""

_STYLE = """
  svg { --page: #ffffff; --ink: #1f1e24; --soft: #626168; --box: #f7f7f9; --edge: #bfbfc3;
        --free: #626168; --said: #ab6100; --hard: #1f75cb; }
  @media (prefers-color-scheme: dark) {
    svg { --page: #18171d; --ink: #ececef; --soft: #a4a3a8; --box: #28272d; --edge: #57565c;
          --free: #a4a3a8; --said: #e9a344; --hard: #63a6e9; }
  }
  .page { fill: var(--page); }
  text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; fill: var(--ink); }
  .title { font-size: 18px; font-weight: 600; }
  .name { font-weight: 600; text-anchor: middle; }
  .soft { font-size: 11px; fill: var(--soft); text-anchor: middle; }
  .box { fill: var(--box); stroke: var(--edge); }
  .ends { stroke: var(--ink); stroke-width: 2; }
  .lane { fill: none; stroke: var(--free); stroke-width: 1.2; opacity: .55; }
  .arrow { fill: none; stroke-width: 1.6; }
  .free { stroke: var(--free); } .said { stroke: var(--said); stroke-dasharray: 5 3; } .hard { stroke: var(--hard); }
  .hard { stroke-width: 2.4; }
  .tip-free { fill: var(--free); } .tip-said { fill: var(--said); } .tip-hard { fill: var(--hard); }
  .people { fill: var(--page); stroke: var(--hard); stroke-width: 2; }
"""

_MEANINGS: tuple[tuple[Style, bool, str], ...] = (
    ("free", False, "allowed"),
    ("said", False, "allowed; the bot remarks on it"),
    ("hard", False, "has needs"),
    ("hard", True, "only for certain people"),
)


def board_svg(book: RuleBook) -> str:
    """The drawing's text."""
    layout = Layout.of(book)
    title = book.file.board.title
    size = f'width="{layout.width}" height="{layout.bottom + LEGEND}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {layout.width} {layout.bottom + LEGEND}" '
            f'role="img" aria-label={quoteattr(f"The board {title}: its stages and the moves between them")}>',
            f"<style>{_STYLE}</style>",
            '<rect class="page" width="100%" height="100%" rx="8"/>',
            f'<text class="title" x="{MARGIN}" y="{HEAD - 12}">{escape(title)}</text>',
            *(line for right in (True, False) for line in _lanes(layout, right=right)),
            *(line for arrow in layout.arrows for line in _drop(layout, arrow)),
            *(line for index, stage in enumerate(book.stages.values()) for line in _box(layout, index, stage)),
            *_legend(layout),
            "</svg>",
            "",
        ]
    )


def _box(layout: Layout, index: int, stage: Stage) -> Iterator[str]:
    x, y = layout.left(index), layout.top
    ends = " ends" if stage.ends else ""
    yield f"<g><title>{escape(' '.join(filter(None, [f'{stage.stage}.', stage.means])))}</title>"
    yield f'<rect class="box{ends}" x="{x}" y="{y}" width="{BOX}" height="{HEIGHT}" rx="6"/>'
    if stage.stage != "Open":
        yield f'<rect x="{x + 10}" y="{y + HEIGHT - 13}" width="{BOX - 20}" height="5" rx="2" fill="{stage.color}"/>'
    lines = _wrapped(short(stage.stage).replace("_", " "), 15)
    first = y + HEIGHT / 2 - 9 * (len(lines) - 1) - (4 if stage.ends else 0)
    for number, line in enumerate(lines):
        yield f'<text class="name" x="{x + BOX / 2:g}" y="{first + 18 * number:g}">{escape(line)}</text>'
    if stage.ends:
        yield f'<text class="soft" x="{x + BOX / 2:g}" y="{first + 18 * len(lines):g}">{stage.ends}</text>'
    yield "</g>"


def _lanes(layout: Layout, *, right: bool) -> Iterator[str]:
    edge = layout.top if right else layout.top + HEIGHT
    for origin in layout.lanes(right=right):
        start, y = layout.leave_x(origin, right=right), layout.lane_y(origin, right=right)
        ends = [layout.enter_x(one) for one in layout.arrows if one.origin == origin and one.right is right]
        end = max(ends) if right else min(ends)
        yield f'<path class="lane" d="M{start:g} {edge} V{y} H{end:g}"/>'


def _drop(layout: Layout, arrow: Arrow) -> Iterator[str]:
    """From the lane onto the box, with its tip."""
    x, y = layout.enter_x(arrow), layout.lane_y(arrow.origin, right=arrow.right)
    tip = layout.top if arrow.right else layout.top + HEIGHT
    back = -8 if arrow.right else 8
    names = f"{short(layout.stages[arrow.origin])} → {short(layout.stages[arrow.target])}"
    yield f"<g><title>{escape(names)}</title>"
    yield f'<path class="arrow {arrow.style}" d="M{x:g} {y} V{tip + back}"/>'
    yield f'<circle class="tip-{arrow.style}" cx="{x:g}" cy="{y}" r="2.6"/>'
    yield f'<path class="tip-{arrow.style}" d="M{x - 4.5:g} {tip + back} H{x + 4.5:g} L{x:g} {tip} Z"/>'
    if arrow.people:
        yield f'<circle class="people" cx="{x:g}" cy="{tip + back * 2}" r="4.5"/>'
    yield "</g>"


def _legend(layout: Layout) -> Iterator[str]:
    x, y = MARGIN, layout.bottom + LANE
    for style, people, means in _MEANINGS:
        yield f'<path class="arrow {style}" d="M{x} {y} H{x + 30}"/>'
        yield f'<path class="tip-{style}" d="M{x + 30} {y - 4.5} V{y + 4.5} L{x + 38} {y} Z"/>'
        if people:
            yield f'<circle class="people" cx="{x + 18}" cy="{y}" r="4.5"/>'
        yield f'<text x="{x + 46}" y="{y + 4}">{means}</text>'
        x += 70 + 8 * len(means)
    yield f'<text x="{x}" y="{y + 4}">to the right: above; to the left: below</text>'


def _wrapped(text: str, room: int) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
