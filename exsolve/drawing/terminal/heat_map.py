"""Heat maps: each cell its number, between blocks that are the darker the larger the weight."""

from __future__ import annotations

import math

from exsolve.drawing.labels import broken, centred, padded, shown, visible
from exsolve.drawing.pictures import HeatMap
from exsolve.drawing.shading import scale, share
from exsolve.text_width import display_width

SHADES = " ░▒▓█"
LONGEST_LABEL = 14


def heat_map_lines(heat_map: HeatMap, width: int) -> list[str]:
    """The rows under the labels of the columns; in blocks of columns where they are too many."""
    rows = [shown(label) for label in heat_map.rows]
    columns = [shown(label) for label in heat_map.columns]
    texts = [[visible(text) for text in row] for row in heat_map.texts]
    low, high = scale(heat_map)
    label_width = min(max(map(display_width, rows), default=0), LONGEST_LABEL, max(width // 3, 2))
    room = width - label_width - 1
    number = max((display_width(text) for row in texts for text in row), default=0)
    longest = min(max(map(display_width, columns), default=0), LONGEST_LABEL)
    for block in (2, 1, 0):
        cell = max(number + 2 * block, longest)
        if block == 0 or len(columns) * (cell + 1) <= room:
            break
    if cell > room:
        return _in_words(rows, columns, texts, width)
    fitting = max((room + 1) // (cell + 1), 1)
    lines: list[str] = []
    for start in range(0, len(columns), fitting):
        part = range(start, min(start + fitting, len(columns)))
        lines += [""] if start else []
        heads = [broken(columns[column], cell) for column in part]
        for level in range(-max(map(len, heads)), 0):
            texts_above = [head[level] if len(head) >= -level else "" for head in heads]
            head_line = " ".join(centred(text, cell) for text in texts_above)
            lines.append(" " * (label_width + 1) + head_line)
        for row, label in enumerate(rows):
            cells = []
            for column in part:
                sign = _shade(share(heat_map.weights[row][column], low, high))
                text = texts[row][column]
                free = cell - display_width(text)
                cells.append(sign * (free // 2) + text + sign * (free - free // 2))
            first, *rest = broken(label, max(label_width, 2))
            lines.append(padded(first, label_width) + " " + " ".join(cells))
            lines += rest
    lines += ["", *broken(f"shade: {low:g} (blank) ░ ▒ ▓ █ {high:g}", width)]
    return lines


def _shade(part: float) -> str:
    if math.isnan(part):
        return "?"
    return SHADES[round(part * (len(SHADES) - 1))]


def _in_words(rows: list[str], columns: list[str], texts: list[list[str]], width: int) -> list[str]:
    return [
        part
        for row, numbers in zip(rows, texts, strict=True)
        for column, number in zip(columns, numbers, strict=True)
        for part in broken(f"{row}, {column}: {number}", width)
    ]
