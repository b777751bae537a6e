"""The tree of a piece of mathematics as it is laid out: rows, fractions, scripts, tables.

It is read from LaTeX (``expression.layout.reading``) and written as MathML and as Typst. Every node
is frozen; classes of atoms and the spaces between them are those of TeX (Knuth, The TeXbook,
chapter 17 and 18).
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal[
    "ordinary",
    "binary",
    "prefix",
    "postfix",
    "relation",
    "punctuation",
    "large",
    "open",
    "close",
]
Font = Literal[
    "italic",
    "upright",
    "bold",
    "bold-italic",
    "double-struck",
    "script",
    "fraktur",
    "sans-serif",
    "monospace",
]
Stacked = Literal["no", "display", "always"]
Size = Literal["", "text", "display"]


class Identifier(NamedTuple):
    """A letter, or a word of upright letters: ``x``, ``batch``."""

    text: str
    font: Font = "italic"


class Number(NamedTuple):
    """Digits, with a decimal point where there is one."""

    text: str
    font: Font = "upright"


class Function(NamedTuple):
    """The name of a function: ``ln``, ``softmax``; with ``limits``, scripts stand below it."""

    name: str
    limits: bool = False


class Operator(NamedTuple):
    """A sign; ``height`` in em for a bracket of a fixed size (``\\bigl(``), else 0."""

    text: str
    kind: Kind
    height: float = 0.0


class Text(NamedTuple):
    """Words with their spaces."""

    text: str
    bold: bool = False


class Space(NamedTuple):
    """A space, in em."""

    width: float


class Row(NamedTuple):
    """Things side by side."""

    items: tuple[Layout, ...]


class Fraction(NamedTuple):
    """One thing above another; ``size``: as in running text or in a display, wherever it is."""

    above: Layout
    below: Layout
    size: Size = ""


class Binomial(NamedTuple):
    """Two things one above the other in round brackets, with no line between."""

    above: Layout
    below: Layout


class Root(NamedTuple):
    """A root; square where it has no degree."""

    radicand: Layout
    degree: Layout | None = None


class Scripts(NamedTuple):
    """What stands below and above at the right; ``stacked``: straight below and above, in display
    only (sums, limits) or always."""

    base: Layout
    below: Layout | None = None
    above: Layout | None = None
    stacked: Stacked = "no"


class Accent(NamedTuple):
    """A mark over or under something, as wide as it is where the mark is ``wide``."""

    base: Layout
    mark: str
    wide: bool = False
    under: bool = False


class Fenced(NamedTuple):
    """Something between brackets as high as it is; a bracket may be missing ("")."""

    left: str
    parts: tuple[Layout, ...]
    right: str
    middles: tuple[str, ...] = ()
    """The bars between the parts."""
    tall: bool = False
    """Whether what is inside is higher than a bracket of the text."""


class Table(NamedTuple):
    """Rows of cells: ``matrix`` and ``cases``, whose brackets are given, ``aligned`` lines."""

    rows: tuple[tuple[Layout, ...], ...]
    left: str = ""
    right: str = ""
    arrangement: Literal["matrix", "cases", "aligned"] = "matrix"


class Styled(NamedTuple):
    """Something in the size of a display or of running text, wherever it stands."""

    content: Layout
    display: bool


Layout = (
    Identifier
    | Number
    | Function
    | Operator
    | Text
    | Space
    | Row
    | Fraction
    | Binomial
    | Root
    | Scripts
    | Accent
    | Fenced
    | Table
    | Styled
)
