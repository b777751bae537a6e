"""Pictures as one self-contained ``<svg>`` element.

Nothing in it has an id, so that any number of them may stand in one page; everything is drawn in
``currentColor`` and so follows the page's own text, light or dark.
"""

from __future__ import annotations

from exsolve.drawing.describing import described
from exsolve.drawing.labels import visible
from exsolve.drawing.pictures import Diagram, HeatMap, Picture
from exsolve.drawing.svg.curves import draw_curves
from exsolve.drawing.svg.diagram import draw_diagram
from exsolve.drawing.svg.heat_map import draw_heat_map
from exsolve.drawing.svg.sheet import Sheet


def svg(picture: Picture) -> str:
    """The picture as SVG 1.1; the same bytes for the same picture."""
    sheet = Sheet()
    if isinstance(picture, Diagram):
        draw_diagram(sheet, picture)
    elif isinstance(picture, HeatMap):
        draw_heat_map(sheet, picture)
    else:
        draw_curves(sheet, picture)
    return sheet.finished(visible(picture.title), described(picture))
