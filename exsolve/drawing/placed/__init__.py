"""Pictures as elements at their places: worked out once, for every notation of drawings."""

from __future__ import annotations

from exsolve.drawing.pictures import Diagram, HeatMap, Picture
from exsolve.drawing.placed.curves import draw_curves
from exsolve.drawing.placed.diagram import draw_diagram
from exsolve.drawing.placed.elements import Placed
from exsolve.drawing.placed.heat_map import draw_heat_map
from exsolve.drawing.placed.sheet import Sheet


def placed(picture: Picture) -> Placed:
    """The picture's elements, in units of a CSS pixel where text is 14 units high."""
    sheet = Sheet()
    if isinstance(picture, Diagram):
        draw_diagram(sheet, picture)
    elif isinstance(picture, HeatMap):
        draw_heat_map(sheet, picture)
    else:
        draw_curves(sheet, picture)
    return sheet.finished(picture.title)
