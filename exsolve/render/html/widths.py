"""About how wide mathematics will be set: what may need to scroll, and how small paper sets it."""

from __future__ import annotations

from functools import lru_cache

from exsolve.expression.layout import Layout, layout
from exsolve.expression.layout.tree import (
    Accent,
    Binomial,
    Fenced,
    Fraction,
    Function,
    Identifier,
    Number,
    Operator,
    Root,
    Row,
    Scripts,
    Space,
    Styled,
    Table,
    Text,
)

_SMALLER = 0.72
"""Of scripts, and of fractions in running text."""
_COLUMN_GAP = 0.9
_DEEPEST = 60
"""What lies deeper is left out: it is set so small that it adds nothing."""


@lru_cache(maxsize=4096)
def width(latex: str) -> float:
    """An upper estimate of the width of LaTeX mathematics in a display, in em.

    Nobody knows the font. Raises LanguageError as ``layout`` does.
    """
    return _width(layout(latex), True, 0)


def _width(part: Layout, display: bool, depth: int) -> float:
    if depth > _DEEPEST:
        return 0.0
    down = depth + 1
    match part:
        case Identifier(text) | Text(text):
            return 0.62 * len(text)
        case Function(name):
            return 0.6 * len(name) + 0.2
        case Number(text):
            return 0.52 * len(text)
        case Operator(_, kind):
            return {"relation": 1.4, "binary": 1.25, "punctuation": 0.5}.get(kind, 0.6)
        case Space(space):
            return space
        case Row(items):
            return sum(_width(item, display, down) for item in items)
        case Fraction(above, below, size):
            large = size == "display" or (display and not size)
            inner = max(_width(above, False, down), _width(below, False, down))
            return inner * (1 if large else _SMALLER) + 0.4
        case Binomial(above, below):
            return max(_width(above, False, down), _width(below, False, down)) + 0.8
        case Root(radicand):
            return _width(radicand, display, down) + 1.0
        case Scripts(base, below, above):
            scripts = [_width(one, False, down) for one in (below, above) if one is not None]
            return _width(base, display, down) + _SMALLER * max(scripts, default=0.0)
        case Accent(base):
            return _width(base, display, down)
        case Fenced(_, parts):
            inner = sum(_width(one, display, down) for one in parts)
            return inner + 0.6 * (len(parts) + 1)
        case Table(rows):
            widest: dict[int, float] = {}
            for row in rows:
                for place, cell in enumerate(row):
                    widest[place] = max(widest.get(place, 0.0), _width(cell, False, down))
            return sum(widest.values()) + _COLUMN_GAP * len(widest) + 1.0
        case Styled(content, large):
            return _width(content, large, down)
