r"""Where LaTeX mathematics that is wider than a page may be broken into lines.

Signs at the outermost level are left to the typesetter. Here are found the brackets that may have
to be opened (``\left`` and ``\right`` hold what is between them together), and the places that no
typesetter breaks by itself: behind commas, between matrices, inside very long numbers.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

LONGEST_NUMBER: Final = 24
"""Digits of a number up to which it is not broken."""
DIGITS_TOGETHER: Final = 6
WIDEST_ROW: Final = 240
"""Characters of LaTeX in a row of a matrix up to which its cells have one line each."""
PLACE: Final = r"\allowbreak "
"""A place to break."""

_MATRIX: Final = re.compile(
    r"\\begin\{bmatrix\}((?:(?!\\(?:begin|end)\{).)*)\\end\{bmatrix\}", re.DOTALL
)
_TOKEN: Final = re.compile(r"\\(?:begin|end)\{[a-z]+\}|\\[A-Za-z]+|\\.|\d+|.", re.DOTALL)
_ENDS_A_FACTOR: Final = (r"\end{bmatrix}", r"^{\top}")
_WEAK: Final = frozenset({"+", "-", "=", r"\approx", r"\neq"})
_STRONG: Final = frozenset({r"\cdot", r"\odot"})
_BEFORE_A_SIGN: Final = ("(", "[", "|", ",", "=", "+", "-", r"\cdot", r"\odot", r"\to")
"""A sign that follows one of these belongs to the number behind it."""


class Fence(NamedTuple):
    """Something between brackets that grow with it."""

    left: str
    inside: tuple[str | Fence, ...]
    right: str


Row = tuple[str | Fence, ...]
"""Mathematics in pieces: LaTeX, places to break it, and what stands between brackets."""


def row(latex: str) -> Row:
    """The mathematics in pieces. It must be of our own printer, whose brackets are balanced."""
    return _Reader().read(latex)


class _Reader:
    def __init__(self) -> None:
        self._rows: list[tuple[str, list[str | Fence], int, int]] = []
        self._pieces: list[str | Fence] = []
        self._braces = 0
        self._environments = 0

    def read(self, latex: str) -> Row:
        bracket = ""
        for token in _TOKEN.findall(latex):
            if bracket:
                if not token.isspace():
                    self._fence(bracket, token)
                    bracket = ""
            elif token in (r"\left", r"\right"):
                bracket = token
            else:
                self._token(token)
        return tuple(self._pieces)

    def _fence(self, bracket: str, sign: str) -> None:
        if bracket == r"\left":
            self._between_factors()
            self._rows.append((sign, self._pieces, self._braces, self._environments))
            self._pieces, self._braces, self._environments = [], 0, 0
        else:
            inside = tuple(self._pieces)
            left, self._pieces, self._braces, self._environments = self._rows.pop()
            fence = Fence(left, inside, sign)
            # inside of a fraction or a matrix nothing breaks
            self._pieces.append(fence if self._outside else joined((fence,)))

    def _token(self, token: str) -> None:
        if token == r"\begin{bmatrix}":
            self._between_factors()
        if token.isdigit() and len(token) > LONGEST_NUMBER and self._outside:
            for start in range(0, len(token), DIGITS_TOGETHER):
                self._pieces += [token[start : start + DIGITS_TOGETHER], PLACE]
            return
        self._pieces.append(token)
        self._braces += (token == "{") - (token == "}")
        self._environments += token.startswith(r"\begin{")
        self._environments -= token.startswith(r"\end{")
        if token == "," and self._outside:
            self._pieces.append(PLACE)

    @property
    def _outside(self) -> bool:
        return not self._braces and not self._environments

    def _between_factors(self) -> None:
        """A bracket or a matrix begins: a place before it, unless it belongs to a function."""
        told = [one for one in self._pieces[-6:] if not (isinstance(one, str) and one.isspace())]
        if not told or not self._outside:
            return
        before = "".join(one for one in told if isinstance(one, str))
        if isinstance(told[-1], Fence) or before.endswith(_ENDS_A_FACTOR):
            self._pieces.append(PLACE)


def joined(pieces: Row) -> str:
    """The LaTeX of the pieces, with no places to break it."""
    return "".join(
        rf"\left{one.left}{joined(one.inside)}\right{one.right}"
        if isinstance(one, Fence)
        else ("" if one == PLACE else one)
        for one in pieces
    )


def stacked(latex: str) -> str:
    r"""The LaTeX, where cells of matrices that are much too wide have a line for each term."""
    return _MATRIX.sub(_narrower, latex)


def _narrower(match: re.Match[str]) -> str:
    rows = [[summands(cell.strip()) for cell in row.split("&")] for row in match[1].split(r"\\")]
    if max(sum(len("".join(cell)) for cell in row) for row in rows) <= WIDEST_ROW:
        return match[0]
    body = r" \\ ".join(" & ".join(map(_lines, row)) for row in rows)
    return rf"\begin{{bmatrix}} {body} \end{{bmatrix}}"


def _lines(terms: list[str]) -> str:
    if len(terms) == 1:
        return terms[0]
    lines = r" \\ ".join(f"& {term}" for term in terms)
    return rf"\begin{{aligned}} {lines} \end{{aligned}}"


def opened(pieces: Row, longest: int) -> list[str]:
    r"""The LaTeX, cut at the places to break it; brackets around more than ``longest`` characters
    are of a fixed size (``\biggl``), so that places inside them count."""
    cut = [""]
    for one in _flat(pieces, longest):
        if one == PLACE:
            cut.append("")
        else:
            cut[-1] += one
    return [piece.strip() for piece in cut if piece.strip()]


def summands(piece: str) -> list[str]:
    r"""The LaTeX, cut before its outermost plus, minus and equals signs, each with its spaces."""
    first, *others = _cut(piece, _WEAK)
    return [first, *(_spaced(one) for one in others)]


def smallest(piece: str) -> list[str]:
    """The LaTeX, cut at its outermost signs of products too: what a line must hold at least."""
    return _cut(piece, _WEAK | _STRONG)


def _cut(piece: str, signs: frozenset[str]) -> list[str]:
    cut, braces, environments, fences = [""], 0, 0, 0
    for token in _TOKEN.findall(piece):
        braces += (token == "{") - (token == "}")
        environments += token.startswith(r"\begin{")
        environments -= token.startswith(r"\end{")
        fences += (token == r"\left") - (token == r"\right")
        outside = not (braces or environments or fences)
        if token in signs and outside and not cut[-1].rstrip().endswith(_BEFORE_A_SIGN):
            cut.append("")
        cut[-1] += token
    return [one.strip() for one in cut if one.strip()] or [""]


def _spaced(term: str) -> str:
    r"""A sign that begins a line is one between two things all the same."""
    sign = next(sign for sign in _WEAK if term.startswith(sign))
    return rf"{sign}\:{term[len(sign) :]}"


def _flat(pieces: Row, longest: int) -> list[str]:
    flat: list[str] = []
    for one in pieces:
        if isinstance(one, str):
            flat.append(one)
            continue
        inside = joined(one.inside)
        if len(inside) <= longest:
            flat.append(rf"\left{one.left}{inside}\right{one.right}")
            continue
        size = "Bigg" if r"\begin" in inside else "Big" if r"\frac" in inside else "big"
        left, right = (
            "" if sign == "." else rf"\{size}{side}{sign}"
            for side, sign in (("l", one.left), ("r", one.right))
        )
        flat += [left, *_flat(one.inside, longest), right]
    return flat
