"""Heat maps: cells the darker the larger the weight, never so dark that the number is lost."""

from __future__ import annotations

import math

from exsolve.drawing.labels import shown, visible
from exsolve.drawing.pictures import HeatMap
from exsolve.drawing.placed.elements import LINE_HEIGHT, Box, Pen, Rectangle
from exsolve.drawing.placed.sheet import Sheet, lines_of, text_width
from exsolve.drawing.shading import scale, share

DARKEST = 0.38
"""Share of the ink in the darkest cell: the number, in that colour, still stands out at a contrast
above 4.5 on white, on black, and in the light and dark greys of a dark page."""
LONGEST_LABEL = 120.0
_LEAST = 52.0
_BORDER = Pen(shade=0.35)


def draw_heat_map(sheet: Sheet, heat_map: HeatMap) -> None:
    """Draw the cells, their labels, and the scale below."""
    rows = [lines_of(label, LONGEST_LABEL) for label in heat_map.rows]
    columns = [lines_of(label, LONGEST_LABEL) for label in heat_map.columns]
    texts = [[visible(text) for text in row] for row in heat_map.texts]
    low, high = scale(heat_map)
    words = [shown(line) for lines in columns for line in lines]
    words += [text for row in texts for text in row]
    width = max([_LEAST, *(text_width(word) + 12 for word in words)])
    tallest = max([len(lines) for lines in rows], default=1)
    height = max(tallest * LINE_HEIGHT + 4, 34.0)
    for column, lines in enumerate(columns):
        sheet.lines((column + 0.5) * width, -LINE_HEIGHT * (len(lines) - 0.5) - 4, lines)
    for row, lines in enumerate(rows):
        middle = (row + 0.5) * height
        sheet.lines(-8, middle + LINE_HEIGHT * (1 - len(lines)) / 2, lines, "end")
        for column, text in enumerate(texts[row]):
            left = column * width
            part = share(heat_map.weights[row][column], low, high)
            cell = Box(left, row * height, left + width, (row + 1) * height)
            dark = 0.0 if math.isnan(part) else part * DARKEST
            sheet.put(Rectangle(cell, 0, dark, _BORDER))
            sheet.text(left + width / 2, middle, text)
    _draw_scale(sheet, low, high, len(rows) * height + LINE_HEIGHT)


def _draw_scale(sheet: Sheet, low: float, high: float, y: float) -> None:
    end = sheet.text(0, y, f"{low:g}", "start").right + 6
    for step in range(5):
        box = Box(end + step * 22, y - 8, end + (step + 1) * 22, y + 8)
        sheet.put(Rectangle(box, 0, step / 4 * DARKEST, _BORDER))
    sheet.text(end + 5 * 22 + 6, y, f"{high:g}", "start")
