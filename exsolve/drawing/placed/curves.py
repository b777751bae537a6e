"""Curves: axes with ticks, each series with its own dashes and markers, a legend below."""

from __future__ import annotations

from exsolve.drawing.labels import shown
from exsolve.drawing.pictures import Curves
from exsolve.drawing.placed.elements import (
    LINE_HEIGHT,
    Box,
    Circle,
    Element,
    Path,
    Pen,
    Point,
    Rectangle,
)
from exsolve.drawing.placed.sheet import Sheet, lines_of, text_width
from exsolve.drawing.ticks import Axis, plot

WIDTH, HEIGHT = 480.0, 280.0
_INSET = 8.0
_FRAME = Pen(shade=0.5)
_GRID = Pen(shade=0.15)
_DASHES: tuple[tuple[float, ...], ...] = (
    (),
    (7, 4),
    (2, 3),
    (9, 3, 2, 3),
    (12, 5),
    (5, 2, 1, 2, 1, 2),
)
MOST_MARKERS = 25
_RADIUS = 4.0
_CORNERS: tuple[tuple[Point, ...], ...] = (
    ((-4, -4), (4, -4), (4, 4), (-4, 4)),
    ((0, -5), (5, 4), (-5, 4)),
    ((0, -5), (5, 0), (0, 5), (-5, 0)),
    ((0, 5), (5, -4), (-5, -4)),
)
_STROKES: tuple[tuple[tuple[Point, Point], ...], ...] = (
    (((-4, -4), (4, 4)), ((-4, 4), (4, -4))),
    (((0, -5), (0, 5)), ((-5, 0), (5, 0))),
)
_MARKERS = 1 + len(_CORNERS) + len(_STROKES)


def draw_curves(sheet: Sheet, curves: Curves) -> None:
    """Draw the axes, the series, the legend, and what could not be drawn."""
    names = [shown(series.label) for series in curves.series]
    drawn = plot(curves, names, 9, 7)
    sheet.put(Rectangle(Box(0, 0, WIDTH, HEIGHT), pen=_FRAME))
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
            sheet.put(_line(places, _pen(index)))
        stride = -(-len(places) // MOST_MARKERS) or 1
        for x, y in places[::stride]:
            _draw_marker(sheet, index, x, y)
    if shown(curves.y_label):
        lines = lines_of(curves.y_label, WIDTH)
        sheet.lines(0, -LINE_HEIGHT * (len(lines) - 0.5) - 4, lines, "start")
    y = HEIGHT + 2.4 * LINE_HEIGHT
    if shown(curves.x_label):
        y = sheet.lines(WIDTH / 2, y, lines_of(curves.x_label, WIDTH)) + 0.4 * LINE_HEIGHT
    # one curve that is named at its axis needs no legend
    if names != [shown(curves.y_label)]:
        for index, series in enumerate(curves.series):
            sheet.put(_line([(0, y), (40, y)], _pen(index)))
            _draw_marker(sheet, index, 20, y)
            y = sheet.lines(50, y, lines_of(series.label, WIDTH - 50), "start")
    for entry in drawn.left_out:
        y = sheet.lines(0, y, lines_of(entry, WIDTH), "start")


def _pen(index: int) -> Pen:
    return Pen(1.5, dashes=_DASHES[index % len(_DASHES)])


def _line(points: list[Point], pen: Pen) -> Path:
    return Path(points[0], tuple((point,) for point in points[1:]), pen=pen)


def _draw_marker(sheet: Sheet, index: int, x: float, y: float) -> None:
    for element in _marker(index, x, y):
        sheet.put(element)


def _marker(index: int, x: float, y: float) -> list[Element]:
    """The marker of a series around a point; when all shapes are used, their outlines follow."""
    shape = index % _MARKERS
    filled = (index // _MARKERS) % 2 == 0
    if shape == 0:
        return [Circle((x, y), _RADIUS, filled)]
    if shape <= len(_CORNERS):
        start, *rest = [(x + across, y + down) for across, down in _CORNERS[shape - 1]]
        return [Path(start, tuple((corner,) for corner in rest), closed=True, filled=filled)]
    strokes = _STROKES[shape - 1 - len(_CORNERS)]
    return [
        _line([(x + across, y + down) for across, down in stroke], Pen(1.5)) for stroke in strokes
    ]


def _draw_ticks(sheet: Sheet, across: Axis, upwards: Axis) -> None:
    for tick in upwards.ticks:
        y = HEIGHT - _INSET - upwards.share(tick.value) * (HEIGHT - 2 * _INSET)
        sheet.put(_line([(0, y), (WIDTH, y)], _GRID))
        sheet.text(-6, y, tick.text, "end")
    free = -WIDTH
    for tick in across.ticks:
        x = _INSET + across.share(tick.value) * (WIDTH - 2 * _INSET)
        sheet.put(_line([(x, HEIGHT), (x, HEIGHT + 5)], _FRAME))
        half = text_width(tick.text) / 2
        if x - half >= free:
            sheet.text(x, HEIGHT + 0.9 * LINE_HEIGHT, tick.text)
            free = x + half + 6
