"""Writing a tree down: in the language itself, for a terminal, in LaTeX.

The forms come from the records of the operations. Where brackets go is decided in one place,
:func:`_placed`. Nothing here recurs, so trees of any height are printed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from string import Formatter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from exsolve.arithmetic import Infinity
from exsolve.expression.binding import option_text
from exsolve.expression.levels import (
    ANY,
    ATOM,
    COMPARISON,
    FUNCTION,
    POSTFIX,
    POWER,
    PRODUCT,
    SUM,
    UNARY,
)
from exsolve.expression.naming import escape_latex, show_name
from exsolve.expression.shortening import shortened
from exsolve.expression.tree import Call, Constant, Form, Literal, Name, Node

if TYPE_CHECKING:
    import numpy as np
    from flint import fmpq

__all__ = ["show", "show_name"]

NOTATIONS: Final = ("text", "terminal", "latex")
ScalarTree = Callable[[Any], Node]
"""The tree of a scalar that is not rational (``exact.closed_form.to_tree``)."""

_INFINITY: Final = {"text": "infinity", "terminal": "∞", "latex": r"\infty"}
_DECIMAL: Final = re.compile(r"-?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE]([+-]?\d+))?", re.ASCII)
_RATIO: Final = re.compile(r"(-?)(\d+)/(\d+)", re.ASCII)
_READS_AS_NUMBER: Final = re.compile(r"-[\d.]+(?:e[+-]?\d+)?|-?\d+/\d+", re.ASCII | re.IGNORECASE)

_NEGATIVE_FACTOR: Final = {
    "text": re.compile(r"(?!)"),
    "terminal": re.compile(r"(-[\d.]+(?:/\d+)?)·"),
    "latex": re.compile(r"(-(?:[\d.]+|\\frac\{\d+\}\{\d+\})) \\cdot "),
}
"""A negative number that begins a product; the language's own text keeps its brackets as they are,
since they are read back to the same tree."""


class _Piece(NamedTuple):
    """A node written down, how tightly what is written binds, and whether it ends in a function
    without brackets, which would swallow a factor that follows (``√3·ln 80``)."""

    text: str
    level: int
    open: bool = False


def show(node: Node, notation: str = "text", scalar_tree: ScalarTree | None = None) -> str:
    """The tree in ``notation``: ``text``, ``terminal`` or ``latex``.

    ``text`` is read back to an equal tree; the others leave out the middle of overlong sums.
    ``scalar_tree`` is needed for constants with cells that
    are not rational; without it they print as ``str`` gives them.
    """
    if notation != "text":
        node = shortened(node)
    return _written(node, notation, scalar_tree).text


def _written(root: Node, notation: str, scalar_tree: ScalarTree | None) -> _Piece:
    if notation not in NOTATIONS:
        raise ValueError(f"no notation {notation!r}: {', '.join(NOTATIONS)}")
    pieces: dict[int, _Piece] = {}
    waiting = [root]
    while waiting:
        node = waiting[-1]
        children = node.children()
        missing = [child for child in children if id(child) not in pieces]
        if missing:
            waiting += missing
            continue
        waiting.pop()
        if isinstance(node, Call):
            piece = _call(node, [pieces[id(child)] for child in children], notation)
        elif isinstance(node, Literal):
            piece = _literal(node, notation)
        elif isinstance(node, Name):
            piece = _name(node.name, notation)
        elif isinstance(node, Constant):
            piece = _constant(node.value, notation, scalar_tree)
        else:
            raise TypeError(f"no way to print a {type(node).__name__}")
        pieces[id(node)] = piece
    return pieces[id(root)]


# Calls


def _call(call: Call, pieces: list[_Piece], notation: str) -> _Piece:
    kinds = call.operation.notation
    form = (
        kinds.text
        if notation == "text"
        else (kinds.terminal if notation == "terminal" else kinds.latex) or kinds.text
    )
    if callable(form):
        form = form(call)
    written = _filled(form, call, pieces, notation)
    of_numbers = notation == "text" and all(isinstance(arg, Literal) for arg in call.args)
    if of_numbers and _READS_AS_NUMBER.fullmatch(written.text.replace(" ", "")):
        # -2 and 1/2 are read as numbers; the operation upon numbers is -(2) and (1)/(2).
        held = [_Piece(f"({piece.text})", ATOM) for piece in pieces]
        written = _filled(form, call, held, notation)
    return written


def _filled(form: Form, call: Call, pieces: list[_Piece], notation: str) -> _Piece:
    written = ""
    ends_open = form.level == FUNCTION
    parts = _template(form.template)
    if form.template == "{0}":
        return pieces[0]  # what is written as its argument binds as that does
    for place, (before, field) in enumerate(parts):
        written += before
        if field is None:
            continue
        if field.isdigit():
            index = int(field)
            hole = form.holes[index] if index < len(form.holes) else ANY
            after = parts[place + 1][0]
            last = not after and place + 2 == len(parts)
            piece = pieces[index]
            placed = _placed(piece, hole, form, written, after, last, notation)
            ends_open = ends_open or (last and piece.open and placed == piece.text)
            written += placed
        elif field == "args":
            written += ", ".join(piece.text for piece in pieces)
        else:
            written += _option(call, field, notation)
    return _Piece(written, form.level, ends_open)


def _option(call: Call, name: str, notation: str) -> str:
    kind = next(option.kind for option in call.operation.options if option.name == name)
    if kind in ("size", "sizes"):
        return _sizes(call.options[name], notation)
    value = call.options[name]
    if kind == "name":
        return show_name(value, notation)
    if isinstance(value, Infinity):
        return str(value).replace("infinity", _INFINITY[notation])
    if kind == "point":
        return _literal(Literal(value), notation).text
    shown = option_text(value)
    if notation == "latex" and shown.isalpha():
        return rf"\mathrm{{{shown}}}"
    # The places of an index already stand in brackets.
    return shown[1:-1] if kind == "index" else shown


def _sizes(value: Any, notation: str) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(_sizes(size, notation) for size in value)}]"
    return show_name(value, notation) if isinstance(value, str) else str(value)


@lru_cache(maxsize=1024)
def _template(template: str) -> tuple[tuple[str, str | None], ...]:
    """The template cut up into text and the field after it; the last has no field."""
    joined: list[tuple[str, str | None]] = []
    text = ""
    for before, field, _, _ in Formatter().parse(template):
        # The formatter cuts at doubled braces as well, where no field follows.
        text += before
        if field is not None:
            joined.append((text, field))
            text = ""
    return (*joined, (text, None))


def _placed(
    piece: _Piece, hole: int, form: Form, before: str, after: str, last: bool, notation: str
) -> str:
    """The argument as it stands in its hole: bare, or in brackets."""
    text = piece.text
    brackets = piece.level < hole
    if hole > ANY:
        # 2*(-3), x - (-y): two signs side by side are misread; x = -y is not.
        signed = text[:1] in ("-", "−") and before != "" and form.level != COMPARISON
        brackets = brackets or signed
        # (ln 80)·x: without brackets the function would swallow the factor.
        brackets = brackets or (piece.open and not last and form.level >= PRODUCT)
    # (a / 2·b)·c: a sign that stands closer than the bar would be read first
    brackets = brackets or (notation != "latex" and after[:1] in ("·", "*") and _has_wide_bar(text))
    if brackets and form.level == SUM and piece.level >= max(hole, PRODUCT):
        # 1·1 + (-1)·2: the brackets are the number's, not the product's
        number = _NEGATIVE_FACTOR[notation].match(text) if " / " not in text else None
        if number:
            left, right = (r"\left(", r"\right)") if notation == "latex" else ("(", ")")
            return f"{left}{number[1]}{right}{text[number.end(1) :]}"
    if notation != "latex":
        return f"({text})" if brackets else text
    if not brackets and after[:1] == "^" and _outside_braces(text, "^"):
        brackets = True
    if brackets:
        return rf"\left({text}\right)"
    if after[:1] == "_" and _outside_braces(text, "_"):
        return f"{{{text}}}"
    return text


def _has_wide_bar(text: str) -> bool:
    """Whether a wide quotient (``a / (2*b)``) stands outside of all brackets."""
    if " / " not in text:
        return False
    depth = 0
    for place, character in enumerate(text):
        depth += (character in "([") - (character in ")]")
        if depth == 0 and text.startswith(" / ", place):
            return True
    return False


def _outside_braces(text: str, sign: str) -> bool:
    """Whether LaTeX has ``sign`` at its outermost level, where a second one is an error."""
    depth = 0
    for character in text:
        depth += (character == "{") - (character == "}")
        if character == sign and depth == 0:
            return True
    return False


# Leaves


def _name(name: str, notation: str) -> _Piece:
    shown = show_name(name, notation)
    raised = notation == "latex" and (_outside_braces(shown, "^") or shown.startswith(r"\frac"))
    return _Piece(shown, POSTFIX if raised else ATOM)


def _literal(node: Literal, notation: str) -> _Piece:
    """The author's spelling where there is one, else the number in lowest terms."""
    value, text = node.value, node.text
    decimal = _DECIMAL.fullmatch(text)
    if notation == "latex":
        return _latex_number(value, text, decimal)
    if decimal or (text and notation == "terminal"):
        shown = text
    else:
        shown = str(value.p) if value.q == 1 else f"{value.p}/{value.q}"
    if "/" in shown:
        return _Piece(shown, PRODUCT)
    return _Piece(shown, UNARY if shown[:1] in ("-", "−") else ATOM)


def _latex_number(value: fmpq, text: str, decimal: re.Match[str] | None) -> _Piece:
    sign = "-" if value < 0 else ""
    if decimal and decimal[1]:
        mantissa = re.split("[eE]", text)[0]
        if mantissa.lstrip("-") == "1":
            return _Piece(rf"{sign}10^{{{int(decimal[1])}}}", UNARY if sign else POSTFIX)
        return _Piece(rf"{mantissa} \cdot 10^{{{int(decimal[1])}}}", PRODUCT)
    if decimal:
        return _Piece(text, UNARY if sign else ATOM)
    if value.q == 1:
        return _Piece(str(value.p), UNARY if sign else ATOM)
    spelled = _RATIO.fullmatch(text)
    above, below = (spelled[2], spelled[3]) if spelled else (abs(value.p), value.q)
    return _Piece(rf"{sign}\frac{{{above}}}{{{below}}}", UNARY if sign else POWER)


def _constant(value: np.ndarray, notation: str, scalar_tree: ScalarTree | None) -> _Piece:
    if value.ndim == 0:
        return _scalar(value.item(), notation, scalar_tree)
    if notation == "latex" and value.ndim == 2 and value.size:
        lines = (
            " & ".join(_scalar(cell, notation, scalar_tree).text for cell in row) for row in value
        )
        body = r" \\ ".join(lines)
        return _Piece(rf"\begin{{bmatrix}} {body} \end{{bmatrix}}", ATOM)
    entries = [
        _constant(value[place, ...], notation, scalar_tree).text for place in range(len(value))
    ]
    left, right = (r"\left[", r"\right]") if notation == "latex" else ("[", "]")
    return _Piece(f"{left}{', '.join(entries)}{right}", ATOM)


def _scalar(cell: Any, notation: str, scalar_tree: ScalarTree | None) -> _Piece:
    if hasattr(cell, "p") and hasattr(cell, "q"):
        return _literal(Literal(cell), notation)
    if scalar_tree is not None:
        return _written(scalar_tree(cell), notation, scalar_tree)
    return _Piece(escape_latex(str(cell)) if notation == "latex" else str(cell), ANY)
