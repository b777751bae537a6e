"""Pictures drawn with characters, for a terminal or any text of one width per column."""

from __future__ import annotations

from exsolve.drawing.labels import broken, visible
from exsolve.drawing.pictures import Diagram, HeatMap, Picture
from exsolve.drawing.terminal.curves import curve_lines
from exsolve.drawing.terminal.diagram import diagram_lines
from exsolve.drawing.terminal.heat_map import heat_map_lines

NARROWEST = 8


def lines(picture: Picture, width: int) -> list[str]:
    """The picture under its title, in lines at most ``width`` columns wide (at least 8)."""
    width = max(width, NARROWEST)
    if isinstance(picture, Diagram):
        drawn = diagram_lines(picture, width)
    elif isinstance(picture, HeatMap):
        drawn = heat_map_lines(picture, width)
    else:
        drawn = curve_lines(picture, width)
    while len(drawn) > 1 and not drawn[0].strip():
        drawn = drawn[1:]
    title = [*broken(visible(picture.title), width), ""] if picture.title else []
    return [line.rstrip() for line in [*title, *drawn]]
