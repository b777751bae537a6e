"""Curves: axes with ticks, each series with its own dashes and markers, a legend below."""

from __future__ import annotations

from exsolve.drawing.labels import shown
from exsolve.drawing.pictures import Curves
from exsolve.drawing.svg.sheet import LINE_HEIGHT, Box, Sheet, broken_to, number, text_width
from exsolve.drawing.ticks import Axis, plot

WIDTH, HEIGHT = 480.0, 280.0
_INSET = 8.0
_DASHES = ("", "7 4", "2 3", "9 3 2 3", "12 5", "5 2 1 2 1 2")
MOST_MARKERS = 25
_MARKERS = (
    "M -4 0 A 4 4 0 1 1 4 0 A 4 4 0 1 1 -4 0 Z",
    "M -4 -4 L 4 -4 L 4 4 L -4 4 Z",
    "M 0 -5 L 5 4 L -5 4 Z",
    "M 0 -5 L 5 0 L 0 5 L -5 0 Z",
    "M 0 5 L 5 -4 L -5 -4 Z",
    "M -4 -4 L 4 4 M -4 4 L 4 -4",
    "M 0 -5 L 0 5 M -5 0 L 5 0",
)


def draw_curves(sheet: Sheet, curves: Curves) -> None:
    """Draw the axes, the series, the legend, and what could not be drawn."""
    names = [shown(series.label) for series in curves.series]
    drawn = plot(curves, names, 9, 7)
    frame = Box(0, 0, WIDTH, HEIGHT)
    sheet.rectangle(frame, 0, 0, ' stroke-opacity="0.5"')
    _draw_ticks(sheet, drawn.across, drawn.upwards)
    for index, points in enumerate(drawn.points):
        places = [
            (
                _INSET + drawn.across.share(x) * (WIDTH - 2 * _INSET),
                HEIGHT - _INSET - drawn.upwards.share(y) * (HEIGHT - 2 * _INSET),
            )
            for x, y in points
        ]
        if len(places) > 1:
            data = " L ".join(f"{number(x)} {number(y)}" for x, y in places)
            sheet.path(f"M {data}", frame, _style(index))
        stride = -(-len(places) // MOST_MARKERS) or 1
        for x, y in places[::stride]:
            _draw_marker(sheet, index, x, y)
    lines = broken_to(shown(curves.y_label), WIDTH)
    for place, line in enumerate(lines):
        sheet.text(0, -LINE_HEIGHT * (len(lines) - place - 0.5) - 4, line, "start")
    y = HEIGHT + 2.4 * LINE_HEIGHT
    for line in broken_to(shown(curves.x_label), WIDTH):
        sheet.text(WIDTH / 2, y, line)
        y += LINE_HEIGHT
    y += 0.4 * LINE_HEIGHT
    for index, name in enumerate(names):
        sheet.path(f"M 0 {number(y)} L 40 {number(y)}", Box(0, y - 6, 40, y + 6), _style(index))
        _draw_marker(sheet, index, 20, y)
        for line in broken_to(name, WIDTH - 50):
            sheet.text(50, y, line, "start")
            y += LINE_HEIGHT
    for entry in drawn.left_out:
        for line in broken_to(entry, WIDTH):
            sheet.text(0, y, line, "start")
            y += LINE_HEIGHT


def _style(index: int) -> str:
    dashes = _DASHES[index % len(_DASHES)]
    return ' stroke-width="1.5"' + (f' stroke-dasharray="{dashes}"' if dashes else "")


def _draw_marker(sheet: Sheet, index: int, x: float, y: float) -> None:
    shape = _MARKERS[index % len(_MARKERS)]
    place = f' transform="translate({number(x)} {number(y)})"'
    filled = (index // len(_MARKERS)) % 2 == 0
    sheet.path(shape, Box(x - 5, y - 5, x + 5, y + 5), place, filled)


def _draw_ticks(sheet: Sheet, across: Axis, upwards: Axis) -> None:
    for tick in upwards.ticks:
        y = HEIGHT - _INSET - upwards.share(tick.value) * (HEIGHT - 2 * _INSET)
        line = f"M 0 {number(y)} L {number(WIDTH)} {number(y)}"
        sheet.path(line, Box(0, y, WIDTH, y), ' stroke-opacity="0.15"')
        sheet.text(-6, y, tick.text, "end")
    free = -WIDTH
    for tick in across.ticks:
        x = _INSET + across.share(tick.value) * (WIDTH - 2 * _INSET)
        line = f"M {number(x)} {number(HEIGHT)} L {number(x)} {number(HEIGHT + 5)}"
        sheet.path(line, Box(x, HEIGHT, x, HEIGHT + 5))
        half = text_width(tick.text) / 2
        if x - half >= free:
            sheet.text(x, HEIGHT + 0.9 * LINE_HEIGHT, tick.text)
            free = x + half + 6
