r"""Where a long line of mathematics may be broken: a browser does not break it by itself.

The LaTeX of our own printer is cut into pieces, each mathematics for itself, that follow one
another in a line as long as they fit. A bracket that is opened in one piece and closed in another
can no longer grow with what it holds: ``\left(`` becomes ``(``, or ``\Bigl(`` around fractions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from exsolve.render.html.widths import width

_TOKEN = re.compile(
    r"\\(?P<fence>left|right)(?![A-Za-z])\s*(?P<bracket>\\[A-Za-z]+|\\.|.)|\\(?P<table>begin|end)\{[a-z]+\*?\}"
    r"|\\[A-Za-z]+|\\.|\s+|.",
    re.DOTALL,
)
_RELATIONS = frozenset({"=", "<", ">", r"\leq", r"\geq", r"\neq", r"\approx"})
_SUMS = frozenset({"+", "-"})
_PRODUCTS = frozenset({r"\cdot", r"\odot", r"\times"})
_SIGNS = _RELATIONS | _SUMS | _PRODUCTS | {",", "(", "[", r"\{"}
_OPENING = frozenset({"{", "(", "[", r"\lVert", r"\langle", r"\lfloor", r"\lceil"})
_CLOSING = frozenset({"}", ")", "]", r"\rVert", r"\rangle", r"\rfloor", r"\rceil"})
_ALONE = frozenset({"(", "["})
"""Brackets that may stand by themselves."""
_WORTH_OPENING = 10.0
"""Ems inside a bracket from which on it is cut."""

_TOGETHER = 10
"""Digits of a very long number that stay in one line."""


class _Token(NamedTuple):
    text: str
    start: int
    depth: int
    """How many braces, brackets and tables it stands in."""


def pieces(latex: str, room: float, tight: float) -> list[str]:
    """LaTeX mathematics in pieces, none wider than ``room`` em where that can be had.

    Sums and products are cut where they are wider than ``room``; brackets, digits, and what is
    multiplied without a sign, where they are wider than ``tight``. One piece, the text itself,
    where it is narrow enough or nothing can be cut.
    """
    if width(latex) <= room:
        return [latex]
    tokens = [*_tokens(latex)]
    for signs in (_RELATIONS, _SUMS, _PRODUCTS):
        first, *rest = _parts(latex, _signs(tokens, signs))
        if rest:
            led = (one for part in rest for one in _led(part, room, tight))
            return [*pieces(first, room, tight), *led]
    if width(latex) <= tight:
        return [latex]
    if latex.isdigit():
        return [latex[start : start + _TOGETHER] for start in range(0, len(latex), _TOGETHER)]
    factors = _parts(latex, _factors(tokens))
    if len(factors) > 1:
        return [one for part in factors for one in pieces(part, room, tight)]
    return _opened(latex, tokens, room, tight) or [latex]


def _led(part: str, room: float, tight: float) -> list[str]:
    """A piece that begins with a sign between two things."""
    first, *rest = pieces(part, room, tight)
    return [f"{{}} {first}", *rest]


def _tokens(latex: str) -> Iterator[_Token]:
    depth = 0
    for match in _TOKEN.finditer(latex):
        token = match[0]
        sort = match["fence"] or match["table"]
        if token in _CLOSING or sort in ("right", "end"):
            depth -= 1
        if not token.isspace():
            yield _Token(token, match.start(), depth)
        if token in _OPENING or sort in ("left", "begin"):
            depth += 1


def _signs(tokens: list[_Token], signs: frozenset[str]) -> list[int]:
    """Where each sign stands that is in no bracket and between two things."""
    return [
        token.start
        for before, token in pairwise(tokens)
        if token.depth == 0 and token.text in signs and before.text not in _SIGNS
    ]


def _factors(tokens: list[_Token]) -> list[int]:
    """Where a matrix, a bracket after one, or a function begins, multiplied from the left."""
    return [
        token.start
        for before, token in pairwise(tokens)
        if token.depth == before.depth == 0
        and (
            (before.text.startswith(r"\end") and token.text.startswith((r"\begin", r"\left")))
            or (before.text.startswith((r"\end", r"\right")) and token.text == r"\operatorname")
            or (before.text.startswith(r"\right") and token.text.startswith(r"\begin"))
        )
    ]


def _parts(latex: str, cuts: list[int]) -> list[str]:
    """The text, cut at these places."""
    return [latex[start:end].strip() for start, end in pairwise([0, *cuts, len(latex)])]


def _opened(latex: str, tokens: list[_Token], room: float, tight: float) -> list[str]:
    """The text with its widest bracket cut at the commas in it, or else at the sums."""
    widest: tuple[float, int, int, _Token, _Token] | None = None
    opening: _Token | None = None
    for token in tokens:
        if token.depth == 0 and token.text.startswith(r"\left"):
            opening = token
        elif opening and token.depth == 0 and token.text.startswith(r"\right"):
            start, end = opening.start + len(opening.text), token.start
            inner = latex[start:end]
            if opening.text[5:].strip() in _ALONE and r"\begin" not in inner:
                size = width(inner)
                if widest is None or size > widest[0]:
                    widest = (size, start, end, opening, token)
            opening = None
    if widest is None or widest[0] < _WORTH_OPENING:
        return []
    _, start, end, opening, closing = widest
    inner = latex[start:end]
    arguments = _arguments(inner)
    parts = [one for part in arguments for one in pieces(part, room, tight)]
    parts = parts or pieces(inner, 0.6 * room, tight)
    if len(parts) == 1:
        return []
    left, right = (r"\Bigl", r"\Bigr") if r"\frac" in inner else ("", "")
    behind = closing.start + len(closing.text)
    parts[0] = f"{latex[: opening.start]}{left}{opening.text[5:].strip()}{parts[0]}"
    parts[-1] = f"{parts[-1]}{right}{closing.text[6:].strip()}{latex[behind:]}"
    return parts


def _arguments(inner: str) -> list[str]:
    """What stands between the commas, each with its comma; nothing where there is none."""
    tokens = [*_tokens(inner)]
    ends = [token.start + 1 for token in tokens if token.depth == 0 and token.text == ","]
    return _parts(inner, ends) if ends else []
