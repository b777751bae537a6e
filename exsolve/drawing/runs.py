"""Labels as runs of letters: slanted variables, and what stands lower or smaller beside them."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from exsolve.drawing.labels import shown
from exsolve.drawing.pictures import Label
from exsolve.expression.tree import Node

_VARIABLE = re.compile(
    r"(?<![^\W\d_])(?<!_)([^\W\d_])((?:_(?:\d+|[^\W\d_]+))*)(?![^\W₀-₉⁰¹²³⁴-⁹ᵀ])"
)
"""One letter with its subscripts, ``h_t``, ``x_1_2``: no letter of a word."""


class Run(NamedTuple):
    """Text in one style: on the line, or small and ``below`` or ``above`` it."""

    text: str
    italic: bool = False
    level: Literal["base", "below", "above"] = "base"


def runs(label: Label) -> list[Run]:
    """The runs of a label; text is one plain run, mathematics has its variables set apart."""
    if not isinstance(label, Node):
        return [Run(label)]
    text = shown(label)
    found: list[Run] = []
    end = 0
    for match in _VARIABLE.finditer(text):
        if match.start() > end:
            found.append(Run(text[end : match.start()]))
        found.append(Run(match[1], italic=True))
        subscripts = match[2].split("_")[1:]
        if subscripts:
            found.append(Run(",".join(subscripts), level="below"))
        end = match.end()
    if end < len(text) or not found:
        found.append(Run(text[end:]))
    return found
