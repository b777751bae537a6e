"""Mathematics as Typst writes it, made from LaTeX.

Whatever stands for itself in Typst's mathematics (commas, brackets, dots) is written by its name,
and words are string literals, so that no text of an author can be code.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

from exsolve.expression.layout import Layout, layout
from exsolve.expression.layout.alphabets import in_alphabet
from exsolve.expression.layout.rows import words_meet
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

_NAMES: Final = {
    ",": "comma",
    ";": "semi",
    ":": "colon",
    "(": "paren.l",
    ")": "paren.r",
    "[": "bracket.l",
    "]": "bracket.r",
    "{": "brace.l",
    "}": "brace.r",
    "|": "bar.v",
    "/": "slash",
    "<": "lt",
    ">": "gt",
    "!": "excl",
    "?": "quest",
    "@": "at",
    ".": "dot.basic",
    "\\": "backslash",
    "$": "dollar",
    "%": "percent",
    "#": "hash",
    "&": "amp",
    "_": '"_"',
    "mod": 'op("mod")',
}
"""Signs of ASCII by their names in Typst; + and = are themselves."""
_CLASSES: Final = {
    "ordinary": "normal",
    "binary": "binary",
    "relation": "relation",
    "punctuation": "punctuation",
    "open": "opening",
    "close": "closing",
    "large": "large",
    "postfix": "normal",
}
_AS_THEY_ARE: Final = frozenset("+−±∓×⋅⊙⊕⊗∘=≤≥≠≈∈→,()[]{}⟨⟩⌊⌋⌈⌉∑∏∫∞∂…⋯⋮⋱⊤′″")
"""Signs to which Typst gives their class by itself."""
_ACCENTS: Final = {
    "ˆ": "hat",
    "¯": "macron",
    "˜": "tilde",
    "→": "arrow",
    "˙": "dot",
    "¨": "dot.double",
    "ˇ": "caron",
    "˘": "breve",
    "´": "acute",
    "`": "grave",
    "˚": "circle",
}
_LINES: Final = {("¯", True): "overline", ("_", True): "underline"}
_BRACES: Final = {"⏞": "overbrace", "⏟": "underbrace"}
_GAP: Final = Space(1 / 6)
_GAPS: Final = "row-gap: #0.4em, column-gap: #0.8em"

_BETWEEN: Final = {"cases": 0.5, "aligned": 1}
"""Between the columns, in em."""


@lru_cache(maxsize=4096)
def typst(latex: str) -> str:
    """What stands between the dollar signs of Typst; with spaces beside these, it is a display.

    Raises LanguageError for LaTeX that is outside of the subset (``expression.layout``).
    """
    tree = layout(latex)
    if isinstance(tree, Table) and tree.arrangement == "aligned":
        return _written(_lines(tree, r" \ "))
    return _written([tree])


_Pieces = list["str | Layout"]


def _written(pieces: _Pieces) -> str:
    """Nothing recurs: what is inside waits on a stack until what stands before it is written."""
    written: list[str] = []
    last = ""
    stack = pieces[::-1]
    while stack:
        piece = stack.pop()
        if not isinstance(piece, str):
            stack += reversed(_pieces(piece))
        elif piece:
            # Typst shows a space beside words, and beside nothing else
            if _runs_together(last, piece[0]):
                written.append(" ")
            written.append(piece)
            last = piece[-1]
    return "".join(written)


def _runs_together(last: str, first: str) -> bool:
    return last not in ("", '"', "(", " ") and first not in '"(), ;'


def _literal(text: str) -> str:
    """A string of Typst."""
    letters = []
    for letter in text:
        if letter in '"\\':
            letters.append(f"\\{letter}")
        elif unicodedata.category(letter)[0] == "C":
            letters.append(f"\\u{{{ord(letter):x}}}")
        else:
            letters.append(letter)
    return f'"{"".join(letters)}"'


def _pieces(part: Layout) -> _Pieces:
    if isinstance(part, Row):
        return _row(part)
    if isinstance(part, Fraction):
        fraction = _call("frac", part.above, part.below)
        return _in_size(fraction, part.size == "display") if part.size else fraction
    if isinstance(part, Binomial):
        return _call("binom", part.above, part.below)
    if isinstance(part, Root):
        if part.degree is None:
            return _call("sqrt", part.radicand)
        return _call("root", part.degree, part.radicand)
    if isinstance(part, Scripts):
        return _scripts(part)
    if isinstance(part, Accent):
        return _accent(part)
    if isinstance(part, Fenced):
        return _fenced(part)
    if isinstance(part, Table):
        return _table(part)
    if isinstance(part, Styled):
        return _in_size(_argument(part.content), part.display)
    return [_leaf(part)]


def _row(row: Row) -> _Pieces:
    pieces: _Pieces = []
    for place, item in enumerate(row.items):
        if place and words_meet(row.items[place - 1], item):
            pieces.append(_leaf(_GAP))
        pieces.append(item)
    return pieces


def _call(name: str, *arguments: Layout) -> _Pieces:
    pieces: _Pieces = [f"{name}("]
    for place, argument in enumerate(arguments):
        pieces += [", "] * bool(place) + _argument(argument)
    return [*pieces, ")"]


def _argument(part: Layout) -> _Pieces:
    return ['""'] if part == Row(()) else [part]


def _in_size(pieces: _Pieces, display: bool) -> _Pieces:
    return ["display(" if display else "inline(", *pieces, ")"]


# Leaves


def _leaf(part: Layout) -> str:
    if isinstance(part, Operator):
        return _operator(part)
    if isinstance(part, Number):
        text = in_alphabet(part.text, part.font)
        return text if text.isascii() else _literal(text)
    if isinstance(part, Identifier):
        return _identifier(part)
    if isinstance(part, Function):
        limits = ", limits: #true" if part.limits else ""
        return f"op({_literal(part.name)}{limits})"
    if isinstance(part, Text):
        words = _literal(part.text)
        return f"bold({words})" if part.bold else words
    if isinstance(part, Space):
        return f"#h({part.width:.4g}em)"
    raise TypeError(f"no way to write a {type(part).__name__}")


def _identifier(identifier: Identifier) -> str:
    text, font = identifier.text, identifier.font
    if font == "italic" and len(text) == 1 and _has_slant(text):
        return text
    if font == "upright":
        return f"upright({text})" if len(text) == 1 and _has_slant(text) else _literal(text)
    return _literal(in_alphabet(text, font))


def _has_slant(letter: str) -> bool:
    """Whether fonts of mathematics have the letter in italics: Latin, Greek."""
    return (
        ("A" <= letter <= "Z")
        or ("a" <= letter <= "z")
        or letter in "ıȷℓ"
        or ("Α" <= letter <= "ϵ")
    )


def _sign(sign: str) -> str:
    """A sign by its name; brackets and roots without what Typst looks for behind them."""
    if not sign.isascii() and (sign in "√∛∜" or unicodedata.category(sign[0]) in ("Ps", "Pe")):
        return f"\\{sign}"
    return _NAMES.get(sign, sign)


def _operator(operator: Operator) -> str:
    sign = operator.text
    name = _sign(sign)
    if operator.height:
        name = f"lr(size: #{operator.height:g}em, {name})"
    elif operator.kind == "prefix" or (
        sign in _AS_THEY_ARE and operator.kind not in ("ordinary", "postfix")
    ):
        return name
    elif len(sign) > 1 and sign != "mod":
        return _literal(sign)
    return f'class("{_CLASSES[operator.kind]}", {name})'


# What has parts


def _scripts(part: Scripts) -> _Pieces:
    base = _argument(part.base)
    if part.stacked == "always":
        base = ["limits(", *base, ")"]
    elif part.stacked == "no" and isinstance(part.base, Operator) and part.base.kind == "large":
        base = ["scripts(", *base, ")"]
    pieces: _Pieces = ["attach(", *base]
    if part.above is not None:
        pieces += [", t: ", *_argument(part.above)]
    if part.below is not None:
        pieces += [", b: ", *_argument(part.below)]
    return [*pieces, ")"]


def _accent(part: Accent) -> _Pieces:
    if part.mark in _BRACES:
        return _call(_BRACES[part.mark], part.base)
    if (part.mark, part.wide) in _LINES:
        return _call(_LINES[part.mark, part.wide], part.base)
    return ["accent(", *_argument(part.base), f", {_ACCENTS[part.mark]})"]


def _fenced(part: Fenced) -> _Pieces:
    pieces: _Pieces = ["lr(", _fence(part.left)]
    for place, inside in enumerate(part.parts):
        if place and part.middles[place - 1]:
            pieces.append(f"mid({_fence(part.middles[place - 1])})")
        pieces.append(inside)
    return [*pieces, _fence(part.right), ")"]


def _fence(sign: str) -> str:
    return _sign(sign) if sign else '""'


def _table(part: Table) -> _Pieces:
    if part.arrangement == "aligned":
        return _in_size([f"mat(delim: #none, {_GAPS}, ", *_lines(part, "; "), ")"], True)
    if part.arrangement == "cases":
        return _in_size(["cases(", *_lines(part, ", "), ")"], True)
    left, right = (f'"{sign}"' if sign else "none" for sign in (part.left, part.right))
    pieces: _Pieces = [f"mat(delim: #({left}, {right}), {_GAPS}, "]
    for number, row in enumerate(part.rows):
        pieces += ["; "] * bool(number)
        for place, cell in enumerate(row):
            pieces += [", "] * bool(place) + _argument(cell)
    # in a display, cells have the size of running text; else they would shrink, and TeX's do not
    return _in_size([*pieces, ")"], True)


def _lines(part: Table, between: str) -> _Pieces:
    """The lines of an alignment, each with its marks."""
    pieces: _Pieces = []
    apart = 1 if part.arrangement == "cases" else 0
    for number, row in enumerate(part.rows):
        pieces += [between] * bool(number)
        for place, cell in enumerate(row):
            if place:
                pieces += ["&", *[f"#h({_BETWEEN[part.arrangement]}em)"] * (place % 2 == apart)]
            if _continues(cell):
                pieces.append('""')  # something to the left, or the sign would stand before a thing
            pieces.append(cell)
    return pieces


def _continues(cell: Layout) -> bool:
    first = cell.items[0] if isinstance(cell, Row) and cell.items else cell
    return isinstance(first, Operator) and first.kind == "binary"
