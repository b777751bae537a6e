"""A grid of character cells to draw on."""

from __future__ import annotations

from exsolve.text_width import columns_of


class Canvas:
    """Cells by row; a wide character fills its cell and leaves the next one empty."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self._cells = [[" "] * width for _ in range(height)]

    def put(self, x: int, y: int, text: str) -> None:
        """Write a text from a cell to the right."""
        row = self._cells[y]
        last = x
        for character in text:
            size = columns_of(character)
            if size == 0:
                row[last] += character
                continue
            last = x
            row[x] = character
            if size == 2:
                row[x + 1] = ""
            x += size

    def at(self, x: int, y: int) -> str:
        """What stands in a cell."""
        return self._cells[y][x]

    def lines(self) -> list[str]:
        """The drawing without empty rows above and below, or empty columns on the left."""
        rows = ["".join(row).rstrip() for row in self._cells]
        while rows and not rows[-1]:
            rows.pop()
        while rows and not rows[0]:
            rows.pop(0)
        left = min((len(row) - len(row.lstrip()) for row in rows if row), default=0)
        return [row[left:] for row in rows]
