"""Mathematics as MathML, made from LaTeX: what a browser shows without any script.

Only elements and attributes of MathML Core (W3C) are written. Where Core's operator dictionary
gives a sign the space that TeX gives it, nothing is said about it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from exsolve.expression.layout import Layout, layout
from exsolve.expression.layout.alphabets import in_alphabet
from exsolve.expression.layout.rows import class_of, gap
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

_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_NO_BREAK: Final = str.maketrans({" ": "\u00a0"})
_APPLICATION: Final = "<mo>\u2061</mo>"
_THIN: Final = "0.1667em"
_THICK: Final = "0.2778em"
_GAP: Final = f'<mspace width="{_THIN}"/>'
_TIGHT: Final = ' lspace="0" rspace="0"'
_BARS: Final = "|‖∥∣"
"""Signs that are alike before and after what they enclose."""
_PRIMES: Final = "′″‴⁗"
_RAISED: Final = "ˆ¯˜˙¨ˇ˘´`˚"
"""Marks that touch the letter where a font's own are low."""
_LINES: Final = {
    ("¯", True): "border-top:0.05em solid;padding-top:0.1em",
    ("_", True): "border-bottom:0.05em solid;padding-bottom:0.1em",
}
_SPACED: Final = f"{_BARS}:"
"""Signs that the dictionary gives less space than they have as relations."""
_SIDES: Final = {"r": "text-align:right;padding-right:0", "l": "text-align:left;padding-left:0"}


@lru_cache(maxsize=4096)
def mathml(latex: str, display: bool = False) -> str:
    """A complete ``<math>`` element, well-formed as HTML and as XML (where it needs a namespace).

    Raises LanguageError for LaTeX that is outside of the subset (``expression.layout``).
    """
    block = ' display="block"' if display else ""
    return f"<math{block}>{_written(layout(latex))}</math>"


class _Waiting:
    """A part of the tree that is still to be written.

    ``script``: in the smaller size, where signs stand closer. ``inside_row``: in an element that
    is a row by itself.
    """

    __slots__ = ("inside_row", "part", "script")

    def __init__(self, part: Layout, script: bool = False, inside_row: bool = False) -> None:
        self.part = part
        self.script = script
        self.inside_row = inside_row


_Pieces = list["str | _Waiting"]


def _written(root: Layout) -> str:
    """Nothing recurs: what is inside waits on a stack until what stands before it is written."""
    written: list[str] = []
    stack: _Pieces = [_Waiting(root, inside_row=True)]
    while stack:
        piece = stack.pop()
        if isinstance(piece, str):
            written.append(piece)
        else:
            stack += reversed(_pieces(piece))
    return "".join(written)


def _pieces(waiting: _Waiting) -> _Pieces:
    part, script = waiting.part, waiting.script
    if isinstance(part, Row):
        inside = _row(part, script)
        return inside if waiting.inside_row else ["<mrow>", *inside, "</mrow>"]
    if isinstance(part, Fraction):
        size = f' displaystyle="{_truth(part.size == "display")}"' if part.size else ""
        return _element(f"mfrac{size}", _Waiting(part.above, script), _Waiting(part.below, script))
    if isinstance(part, Binomial):
        above, below = _Waiting(part.above, script), _Waiting(part.below, script)
        fraction = _element('mfrac linethickness="0"', above, below)
        return ["<mrow><mo>(</mo>", *fraction, "<mo>)</mo></mrow>"]
    if isinstance(part, Root):
        if part.degree is None:
            return _element("msqrt", _Waiting(part.radicand, script, True))
        return _element("mroot", _Waiting(part.radicand, script), _Waiting(part.degree, True))
    if isinstance(part, Scripts):
        return _scripts(part, script)
    if isinstance(part, Accent):
        return _accent(part, script)
    if isinstance(part, Fenced):
        return _fenced(part, script)
    if isinstance(part, Table):
        return _table(part)
    if isinstance(part, Styled):
        display = _truth(part.display)
        return _element(f'mstyle displaystyle="{display}"', _Waiting(part.content, script, True))
    return [_leaf(part, script, first=False)]


def _element(opening: str, *inside: str | _Waiting) -> _Pieces:
    return [f"<{opening}>", *inside, f"</{opening.split(' ')[0]}>"]


def _truth(value: bool) -> str:
    return "true" if value else "false"


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES)


def _row(row: Row, script: bool) -> _Pieces:
    pieces: _Pieces = []
    for place, item in enumerate(row.items):
        if place:
            before = row.items[place - 1]
            if (
                not _has_own_space(before)
                and not _has_own_space(item)
                and gap(before, item, script)
            ):
                pieces.append(_GAP)
            elif _is_function(before) and class_of(item) in ("open", "inner"):
                pieces.append(_APPLICATION)
        if isinstance(item, Operator):
            pieces.append(_operator(item, script, first=place == 0))
        else:
            pieces.append(_Waiting(item, script))
    return pieces


def _has_own_space(part: Layout) -> bool:
    """Whether the browser puts space beside it: sums and their like."""
    while isinstance(part, Scripts):
        part = part.base
    return isinstance(part, Operator) and part.kind == "large"


def _is_function(part: Layout) -> bool:
    while isinstance(part, Scripts):
        part = part.base
    return isinstance(part, Function)


# Leaves


def _leaf(part: Layout, script: bool, first: bool) -> str:
    if isinstance(part, Operator):
        return _operator(part, script, first)
    if isinstance(part, Number):
        return f"<mn>{in_alphabet(part.text, part.font)}</mn>"
    if isinstance(part, Identifier):
        return _identifier(part)
    if isinstance(part, Function):
        return _upright(part.name)
    if isinstance(part, Text):
        bold = ' style="font-weight:bold"' if part.bold else ""
        return f"<mtext{bold}>{_escaped(part.text.translate(_NO_BREAK))}</mtext>"
    if isinstance(part, Space):
        return f'<mspace width="{part.width:.4g}em"/>' if part.width > 0 else ""
    raise TypeError(f"no way to write a {type(part).__name__}")


def _identifier(identifier: Identifier) -> str:
    text, font = identifier.text, identifier.font
    if font == "upright":
        return _upright(text)
    if font == "italic" and len(text) == 1:
        return f"<mi>{text}</mi>"  # the browser's own choice for a single letter
    return f"<mi>{_escaped(in_alphabet(text, font))}</mi>"


def _upright(text: str) -> str:
    variant = ' mathvariant="normal"' if len(text) == 1 else ""
    return f"<mi{variant}>{_escaped(text)}</mi>"


def _operator(operator: Operator, script: bool, first: bool) -> str:
    text, kind = _escaped(operator.text), operator.kind
    if operator.height:
        form = {"open": "prefix", "close": "postfix"}.get(kind, "infix")
        spaces = _TIGHT if kind == "ordinary" else ""
        height = f'{operator.height:g}em"'
        size = f' stretchy="true" symmetric="true" minsize="{height} maxsize="{height}'
        return f'<mo form="{form}"{size}{spaces}>{text}</mo>'
    if kind in ("ordinary", "postfix"):
        return _upright(operator.text) if text == "∇" else f"<mi>{text}</mi>"
    if kind in ("open", "close"):
        form = ""
        if text in _BARS:
            form = f' form="{"prefix" if kind == "open" else "postfix"}"'
        return f'<mo{form} stretchy="false">{text}</mo>'
    if kind == "prefix":
        return f"<mo>{text}</mo>" if first else f'<mo form="prefix">{text}</mo>'
    if kind == "punctuation":
        spaces = f' lspace="0" rspace="{_THIN}"' if text == ":" else ""
        if text == "," and not script:
            spaces = f' rspace="{_THICK}"'  # a fraction behind it has no room of its own, as in TeX
        return f"<mo{spaces}>{text}</mo>"
    if kind == "large":
        return f"<mo>{text}</mo>"
    form = ' form="infix"' if first and kind == "binary" else ""
    spaces = _TIGHT if script else ""
    if text in _BARS and kind == "relation":
        form = ' stretchy="false"'
    if not script and (text.isalpha() or text in _SPACED):
        spaces = f' lspace="{_THICK}" rspace="{_THICK}"'
    return f"<mo{form}{spaces}>{text}</mo>"


# What has parts


def _scripts(part: Scripts, script: bool) -> _Pieces:
    if isinstance(part.above, Operator) and part.above.text in _PRIMES:
        # a prime is high already
        bare: Layout = part.base if part.below is None else part._replace(above=None)
        return ["<mrow>", _Waiting(bare, script), f"<mo{_TIGHT}>{part.above.text}</mo>", "</mrow>"]
    stacked = part.stacked != "no"
    base: str | _Waiting = _Waiting(part.base, script)
    if part.stacked == "display" and isinstance(part.base, Function):
        base = f'<mo movablelimits="true"{_TIGHT}>{_escaped(part.base.name)}</mo>'
    elif isinstance(part.base, Operator) and part.base.kind == "large":
        moves = ' movablelimits="false"' if part.stacked == "always" else ""
        base = f"<mo{moves}>{_escaped(part.base.text)}</mo>"
    names = ("munder", "mover", "munderover") if stacked else ("msub", "msup", "msubsup")
    below = [_Waiting(part.below, True)] if part.below is not None else []
    above = [_Waiting(part.above, True)] if part.above is not None else []
    name = names[2] if below and above else names[0] if below else names[1]
    return _element(name, base, *below, *above)


def _accent(part: Accent, script: bool) -> _Pieces:
    line = _LINES.get((part.mark, part.wide))
    if line:  # no font has a bar of every width
        return _element(f'mrow style="{line}"', _Waiting(part.base, script, True))
    base, stretchy = _Waiting(part.base, script), "" if part.wide else ' stretchy="false"'
    if part.mark in _RAISED:
        mark = f'<mo{stretchy} style="padding-bottom:0.12em">{part.mark}</mo>'
        return _element('mover accent="true"', base, mark)
    mark = f"<mo{stretchy}>{_escaped(part.mark)}</mo>"
    return _element("munder" if part.under else "mover", base, mark)


def _fenced(part: Fenced, script: bool) -> _Pieces:
    # Chromium keeps room for the widest size of a bracket that may grow
    grows = ' stretchy="true"' if part.tall else ' stretchy="false"'
    pieces: _Pieces = ["<mrow>"]
    if part.left:
        pieces.append(f"<mo{grows}>{_escaped(part.left)}</mo>")
    for place, inside in enumerate(part.parts):
        if place and part.middles[place - 1]:
            bar = _escaped(part.middles[place - 1])
            spaces = f' lspace="{_THIN}" rspace="{_THIN}"'
            pieces.append(f'<mo form="infix"{grows} symmetric="true"{spaces}>{bar}</mo>')
        pieces.append(_Waiting(inside, script))
    if part.right:
        pieces.append(f"<mo{grows}>{_escaped(part.right)}</mo>")
    return [*pieces, "</mrow>"]


def _table(part: Table) -> _Pieces:
    aligned = part.arrangement == "aligned"
    pieces: _Pieces = ['<mtable displaystyle="true">' if aligned else "<mtable>"]
    for row in part.rows:
        pieces.append("<mtr>")
        for place, cell in enumerate(row):
            style = ""
            if aligned:
                style = f' style="{_SIDES["rl"[place % 2]]}"'
            elif part.arrangement == "cases":
                style = ' style="text-align:left"'
            pieces += [f"<mtd{style}>", _Waiting(cell, inside_row=True), "</mtd>"]
        pieces.append("</mtr>")
    pieces.append("</mtable>")
    if not part.left and not part.right:
        return pieces
    left, right = (f"<mo>{sign}</mo>" if sign else "" for sign in (part.left, part.right))
    return [f"<mrow>{left}", *pieces, f"{right}</mrow>"]
