"""The sheet on which elements are put: text that is measured, and the bounds of all."""

from __future__ import annotations

import unicodedata
from functools import lru_cache, partial

from exsolve.drawing.labels import broken, shown
from exsolve.drawing.pictures import Label
from exsolve.drawing.placed.elements import (
    FONT_SIZE,
    LINE_HEIGHT,
    Anchor,
    Box,
    Element,
    Placed,
    Text,
)
from exsolve.expression.tree import Node

MARGIN = 12.0
_NARROW = frozenset("ijlI.,:;'|![](){}ftr -/\"")
_BROAD = frozenset("mwMW@%")
_SIGNS = frozenset("<>=+~#&")
_BOLD = 1.2
"""How much wider bold letters are."""


def text_width(text: str) -> float:
    """An upper estimate of how wide a text is: nobody knows which font it will be set in."""
    return FONT_SIZE * sum(map(_em, text))


@lru_cache(maxsize=4096)
def _em(character: str) -> float:
    if unicodedata.combining(character):
        return 0.0
    if character in _NARROW:
        return 0.42
    if character in _BROAD:
        return 1.1
    if character in _SIGNS:
        return 0.85
    if character.isascii():
        return 0.8 if character.isupper() else 0.65
    if character in "₀₁₂₃₄₅₆₇₈₉⁰¹²³⁴⁵⁶⁷⁸⁹⁻":
        return 0.45
    return 1.1 if unicodedata.east_asian_width(character) in "WF" else 0.9


def lines_of(label: Label, room: float, bold: bool = False) -> list[Label]:
    """The label in lines no wider than the room, broken at spaces where it can: itself where it
    is mathematics that fits in one, else as visible text."""
    lines: list[Label] = [*broken(shown(label), room, partial(_width, bold=bold))]
    return [label] if len(lines) == 1 and isinstance(label, Node) else lines


def _width(label: Label, bold: bool) -> float:
    text = label if isinstance(label, str) else shown(label)
    return text_width(text) * (_BOLD if bold else 1)


class Sheet:
    """Elements in the order in which they are drawn, and the rectangle that holds them all."""

    def __init__(self) -> None:
        self._elements: list[Element] = []
        self._bounds: Box | None = None

    @property
    def bounds(self) -> Box:
        """What is drawn so far."""
        return self._bounds or Box(0, 0, 0, 0)

    def put(self, element: Element) -> None:
        """Draw an element over those before."""
        self._bounds = element.box.joined(self._bounds or element.box)
        self._elements.append(element)

    def text(
        self, x: float, y: float, label: Label, anchor: Anchor = "middle", bold: bool = False
    ) -> Box:
        """Write a line, visible text or mathematics, around the height ``y``; the rectangle that it
        is taken to fill."""
        width = _width(label, bold)
        left = {"start": x, "middle": x - width / 2, "end": x - width}[anchor]
        box = Box(left, y - LINE_HEIGHT / 2, left + width, y + LINE_HEIGHT / 2)
        text = Text(x, y, label, anchor, bold, box)
        if isinstance(label, Node) or label.strip():
            self.put(text)
        return box

    def lines(self, x: float, y: float, lines: list[Label], anchor: Anchor = "middle") -> float:
        """Write lines, the first around the height ``y``; the height of one that would follow."""
        for line in lines:
            self.text(x, y, line, anchor)
            y += LINE_HEIGHT
        return y

    def finished(self, title: str) -> Placed:
        """All that was drawn, with a title above it and a margin around it."""
        bounds = self.bounds
        if title:
            lines = lines_of(title, max(bounds.width, 240.0), bold=True)
            top = bounds.top - LINE_HEIGHT * (len(lines) + 0.5)
            for place, line in enumerate(lines):
                y = top + LINE_HEIGHT * (place + 0.5)
                self.text(bounds.left, y, line, "start", bold=True)
        return Placed(tuple(self._elements), self.bounds.grown(MARGIN))
