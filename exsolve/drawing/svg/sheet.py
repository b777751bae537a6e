"""The sheet that SVG elements are put on: text that is measured and escaped, and the bounds."""

from __future__ import annotations

import unicodedata
from functools import lru_cache, partial
from typing import NamedTuple
from xml.sax.saxutils import escape

from exsolve.drawing.labels import broken

FONT_SIZE = 14.0
LINE_HEIGHT = 18.0
MARGIN = 12.0
_FONTS = "DejaVu Sans, Verdana, sans-serif"
_NARROW = frozenset("ijlI.,:;'|![](){}ftr -/\"")
_BROAD = frozenset("mwMW@%")


class Box(NamedTuple):
    """A rectangle, y downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box) -> bool:
        """Whether the two have more than a border in common."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies inside."""
        return self.left < x < self.right and self.top < y < self.bottom

    def grown(self, by: float) -> Box:
        """The rectangle with room on each side."""
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)


def text_width(text: str, size: float = FONT_SIZE) -> float:
    """An upper estimate of how wide a text is: nobody knows which font it will be set in."""
    return size * sum(map(_em, text))


@lru_cache(maxsize=4096)
def _em(character: str) -> float:
    if unicodedata.combining(character):
        return 0.0
    if character in _NARROW:
        return 0.42
    if character in _BROAD:
        return 1.0
    if character.isascii():
        return 0.75 if character.isupper() else 0.65
    if character in "₀₁₂₃₄₅₆₇₈₉⁰¹²³⁴⁵⁶⁷⁸⁹⁻":
        return 0.45
    return 1.1 if unicodedata.east_asian_width(character) in "WF" else 0.9


def broken_to(text: str, room: float, size: float = FONT_SIZE) -> list[str]:
    """The text in lines no wider than the room, broken at spaces where it can."""
    return broken(text, room, partial(text_width, size=size))


def number(value: float) -> str:
    """A coordinate with one decimal at most."""
    text = f"{value:.1f}"
    text = text.removesuffix(".0")
    return "0" if text == "-0" else text


class Sheet:
    """Elements in the order in which they are drawn, and the rectangle that holds them all."""

    def __init__(self) -> None:
        self._elements: list[str] = []
        self._bounds: Box | None = None

    @property
    def bounds(self) -> Box:
        """What is drawn so far."""
        return self._bounds or Box(0, 0, 0, 0)

    def reach(self, box: Box) -> None:
        """Let the sheet hold a rectangle."""
        own = self._bounds or box
        self._bounds = Box(
            min(own.left, box.left),
            min(own.top, box.top),
            max(own.right, box.right),
            max(own.bottom, box.bottom),
        )

    def text(
        self, x: float, y: float, content: str, anchor: str = "middle", bold: bool = False
    ) -> Box:
        """A line of text around the height ``y``; the rectangle that it is taken to fill."""
        width = text_width(content) * (1.1 if bold else 1)
        left = {"start": x, "middle": x - width / 2, "end": x - width}[anchor]
        box = Box(left, y - LINE_HEIGHT / 2, left + width, y + LINE_HEIGHT / 2)
        self.reach(box)
        if content.strip():
            weight = ' font-weight="bold"' if bold else ""
            self._elements.append(
                f'<text x="{number(x)}" y="{number(y + FONT_SIZE * 0.36)}" '
                f'text-anchor="{anchor}"{weight}>{escape(content)}</text>'
            )
        return box

    def rectangle(self, box: Box, round_by: float = 0, fill: float = 0, extra: str = "") -> None:
        """A rectangle with a border, filled with ``fill`` of the text's colour."""
        self.reach(box)
        corner = f' rx="{number(round_by)}"' if round_by else ""
        filling = f' fill="currentColor" fill-opacity="{fill:.3f}"' if fill else ' fill="none"'
        self._elements.append(
            f'<rect x="{number(box.left)}" y="{number(box.top)}" '
            f'width="{number(box.right - box.left)}" height="{number(box.bottom - box.top)}"'
            f'{corner}{filling} stroke="currentColor"{extra}/>'
        )

    def path(self, data: str, box: Box, extra: str = "", filled: bool = False) -> None:
        """A path whose points lie in ``box``."""
        self.reach(box)
        filling = "currentColor" if filled else "none"
        self._elements.append(f'<path d="{data}" fill="{filling}" stroke="currentColor"{extra}/>')

    def finished(self, title: str, description: str) -> str:
        """The whole element, with a title above what was drawn."""
        if title:
            bounds = self.bounds
            room = max(bounds.right - bounds.left, 240.0)
            lines = broken_to(title, room / 1.1)
            top = bounds.top - LINE_HEIGHT * (len(lines) + 0.5)
            for place, line in enumerate(lines):
                y = top + LINE_HEIGHT * (place + 0.5)
                self.text(bounds.left, y, line, "start", bold=True)
        box = self.bounds.grown(MARGIN)
        width, height = number(box.right - box.left), number(box.bottom - box.top)
        view = f"{number(box.left)} {number(box.top)} {width} {height}"
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="{view}" '
            f'width="{width}" height="{height}" fill="currentColor" '
            f'font-family="{_FONTS}" font-size="{number(FONT_SIZE)}">',
            f"<title>{escape(title)}</title>",
            f"<desc>{escape(description)}</desc>",
            *self._elements,
            "</svg>",
        ]
        return "\n".join(parts) + "\n"
