"""Heat maps: cells the darker the larger the weight, never so dark that the number is lost."""

from __future__ import annotations

import math

from exsolve.drawing.labels import shown, visible
from exsolve.drawing.pictures import HeatMap
from exsolve.drawing.shading import scale, share
from exsolve.drawing.svg.sheet import LINE_HEIGHT, Box, Sheet, broken_to, text_width

DARKEST = 0.45
"""Share of the text's colour in the darkest cell: the number, in that colour, still stands out at a
contrast above 4.5 on black and on white."""
LONGEST_LABEL = 120.0
_LEAST = 52.0


def draw_heat_map(sheet: Sheet, heat_map: HeatMap) -> None:
    """Draw the cells, their labels, and the scale below."""
    rows = [broken_to(shown(label), LONGEST_LABEL) for label in heat_map.rows]
    columns = [broken_to(shown(label), LONGEST_LABEL) for label in heat_map.columns]
    texts = [[visible(text) for text in row] for row in heat_map.texts]
    low, high = scale(heat_map)
    words = [line for lines in columns for line in lines] + [text for row in texts for text in row]
    width = max([_LEAST, *(text_width(word) + 12 for word in words)])
    tallest = max([len(lines) for lines in rows], default=1)
    height = max(tallest * LINE_HEIGHT + 4, 34.0)
    for column, lines in enumerate(columns):
        for place, line in enumerate(lines):
            y = -LINE_HEIGHT * (len(lines) - place - 0.5) - 4
            sheet.text((column + 0.5) * width, y, line)
    for row, lines in enumerate(rows):
        middle = (row + 0.5) * height
        for place, line in enumerate(lines):
            y = middle + LINE_HEIGHT * (place + 0.5 - len(lines) / 2)
            sheet.text(-8, y, line, "end")
        for column, text in enumerate(texts[row]):
            left = column * width
            part = share(heat_map.weights[row][column], low, high)
            cell = Box(left, row * height, left + width, (row + 1) * height)
            dark = 0.0 if math.isnan(part) else part * DARKEST
            sheet.rectangle(cell, 0, dark, ' stroke-opacity="0.35"')
            sheet.text(left + width / 2, middle, text)
    _draw_scale(sheet, low, high, len(rows) * height + LINE_HEIGHT)


def _draw_scale(sheet: Sheet, low: float, high: float, y: float) -> None:
    end = sheet.text(0, y, f"{low:g}", "start").right + 6
    for step in range(5):
        box = Box(end + step * 22, y - 8, end + (step + 1) * 22, y + 8)
        sheet.rectangle(box, 0, step / 4 * DARKEST, ' stroke-opacity="0.35"')
    sheet.text(end + 5 * 22 + 6, y, f"{high:g}", "start")
