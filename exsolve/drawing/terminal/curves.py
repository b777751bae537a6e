"""Curves: axes with ticks, a mark for each series, dots on the way from point to point."""

from __future__ import annotations

from itertools import pairwise

from exsolve.drawing.labels import broken, shown
from exsolve.drawing.pictures import Curves
from exsolve.drawing.terminal.canvas import Canvas
from exsolve.drawing.ticks import Axis, plot
from exsolve.text_width import display_width

MARKS = "●○▲△■□◆◇+×"
SHARED = "✱"
HEIGHT = 15
WIDEST = 72
LEAST_ACROSS = 12
"""Columns between the axes; below that the points are listed."""


def curve_lines(curves: Curves, width: int) -> list[str]:
    """The plot with its legend below; where there is no room for one, the points in words."""
    names = [shown(series.label) for series in curves.series]
    drawn = plot(curves, names, 8, 6)
    texts = [tick.text for tick in drawn.upwards.ticks]
    margin = max(map(display_width, texts), default=0) + 1
    across = min(width, WIDEST) - margin - 1
    if across < LEAST_ACROSS or not any(drawn.points):
        return _in_words(curves, names, drawn.left_out, width)
    canvas = Canvas(margin + 1 + across, HEIGHT + 2)
    _draw_axes(canvas, drawn.across, drawn.upwards, margin, across)
    marks = [MARKS[index % len(MARKS)] for index in range(len(names))]
    cells: dict[tuple[int, int], set[int]] = {}
    for index, points in enumerate(drawn.points):
        places = [
            (
                margin + 1 + round(drawn.across.share(x) * (across - 1)),
                HEIGHT - 1 - round(drawn.upwards.share(y) * (HEIGHT - 1)),
            )
            for x, y in points
        ]
        for place in places:
            cells.setdefault(place, set()).add(index)
        for (x, y), (to_x, to_y) in pairwise(places):
            steps = max(abs(to_x - x), abs(to_y - y))
            for step in range(1, steps):
                between = (
                    x + round((to_x - x) * step / steps),
                    y + round((to_y - y) * step / steps),
                )
                canvas.put(*between, "·")
    for (x, y), series in cells.items():
        canvas.put(x, y, marks[min(series)] if len(series) == 1 else SHARED)
    title = shown(curves.y_label)
    lines = [*(broken(title, width) if title else ()), *canvas.lines()]
    label = shown(curves.x_label)
    indent = max(min(margin + 1 + (across - display_width(label)) // 2, width), 0)
    if indent + display_width(label) <= width:
        lines.append(" " * indent + label)
    else:
        lines += broken(label, width)
    lines.append("")
    shared = any(len(series) > 1 for series in cells.values())
    # a curve alone is named at its axis
    alone = len(names) == 1 and names[0] == title
    legend = [
        f"{mark} {name}" for mark, name in zip(marks, names, strict=True) if name and not alone
    ]
    legend += [f"{SHARED} several series at one place"] if shared else []
    for entry in (*legend, *drawn.left_out):
        lines += broken(entry, width)
    return lines if lines[-1] else lines[:-1]


def _draw_axes(canvas: Canvas, level: Axis, upright: Axis, margin: int, across: int) -> None:
    for y in range(HEIGHT):
        canvas.put(margin, y, "│")
    canvas.put(margin, HEIGHT, "└" + "─" * across)
    for tick in upright.ticks:
        y = HEIGHT - 1 - round(upright.share(tick.value) * (HEIGHT - 1))
        canvas.put(0, y, " " * (margin - 1 - display_width(tick.text)) + tick.text)
        canvas.put(margin, y, "┤")
    free = 0
    for tick in level.ticks:
        x = margin + 1 + round(level.share(tick.value) * (across - 1))
        canvas.put(x, HEIGHT, "┬")
        size = display_width(tick.text)
        start = min(max(x - size // 2, 0), canvas.width - size)
        if start >= free:
            canvas.put(start, HEIGHT + 1, tick.text)
            free = start + size + 1


def _in_words(curves: Curves, names: list[str], left_out: tuple[str, ...], width: int) -> list[str]:
    lines = broken(f"{shown(curves.x_label)}: {shown(curves.y_label)}", width)
    for name, series in zip(names, curves.series, strict=True):
        lines += broken(name, width) if name else []
        lines += [part for x, y in series.points for part in broken(f"{x:g}: {y:g}", width)]
    for entry in left_out:
        lines += broken(entry, width)
    return lines
