"""The same value written in another way: as people type, typeset, print and round numbers."""

from __future__ import annotations

import random
from collections.abc import Callable
from math import gcd

from flint import fmpq

from exsolve.arithmetic import Scalar
from exsolve.evaluate import Array
from exsolve.exact.atoms import scalar_symbols
from exsolve.exact.decimals import decimal
from exsolve.expression.tree import names
from exsolve.notation import scalar_tree
from exsolve.notation import written as printed

VULGAR = {(1, 2): "½", (1, 3): "⅓", (2, 3): "⅔", (1, 4): "¼", (3, 4): "¾", (1, 5): "⅕", (4, 5): "⅘"}
MOST_DIGITS = 9

Form = Callable[[Scalar, random.Random], str]


def rewritten(value: Array, draw: random.Random, exact: bool) -> str:
    """A value written anew; ``exact``: without rounding."""
    shape = value.shape
    style = draw.choice(_ARRANGEMENTS[min(len(shape), 3)])
    latex = style is _latex or (not shape and draw.random() < 0.3)
    forms = _LATEX if latex else _PLAIN
    cells = [_cell(one, draw, forms, exact) for one in value.flat]
    if style is _numpy:
        cells = [_plain_decimal(one, draw, exact) for one in value.flat]
        if not all(cells):
            cells, style = [_cell(one, draw, _PLAIN, exact) for one in value.flat], _lists
    if style is _rows and not any("ln " in one for one in cells):
        cells = [one.replace(" ", "") for one in cells]
    text = style(cells, shape, draw)
    if draw.random() < 0.15:
        text = text.replace("-", "−")
    if draw.random() < 0.1:
        text = f" {text}  "
    return text


# Cells


def _cell(scalar: Scalar, draw: random.Random, forms: list[Form], exact: bool) -> str:
    if not exact and not scalar_symbols(scalar) and draw.random() < 0.5:
        return _rounded(scalar, draw)
    if not isinstance(scalar, fmpq):
        tree = scalar_tree(scalar)
        if not scalar_symbols(scalar) and names(tree):
            return _rounded(scalar, draw)  # in terms of other quantities
        how = "latex" if forms is _LATEX else draw.choice(("text", "terminal"))
        return printed(tree, how)
    return draw.choice(forms)(scalar, draw)


def _rounded(scalar: Scalar, draw: random.Random) -> str:
    """A true rounding to two digits or more."""
    digits = draw.randint(2, MOST_DIGITS)
    text = decimal(scalar, digits).text
    if "e" not in text and draw.random() < 0.1:
        return f"≈{text}"
    if "e" in text and draw.random() < 0.5:
        mantissa, _, power = text.partition("e")
        return draw.choice((f"{mantissa}*10^{power}", f"{mantissa}·10^({power})"))
    if text.startswith("0.") and draw.random() < 0.3:
        return text[1:]
    return text


def _fraction(value: fmpq, draw: random.Random) -> str:
    return _over(int(value.p), int(value.q))


def _over(above: int, below: int) -> str:
    return str(above) if below == 1 else f"{above}/{below}"


def _unreduced(value: fmpq, draw: random.Random) -> str:
    factor = draw.randint(2, 12)
    return f"{int(value.p) * factor}/{int(value.q) * factor}"


def _spaced(value: fmpq, draw: random.Random) -> str:
    return f"({int(value.p)}) / {int(value.q)}"


def _sum(value: fmpq, draw: random.Random) -> str:
    whole = int(value.floor())
    rest = value - whole
    if rest == 0:
        return f"{whole - 3} + 3" if draw.random() < 0.3 else str(whole)
    return f"{whole}+{_over(int(rest.p), int(rest.q))}"


def _vulgar(value: fmpq, draw: random.Random) -> str:
    known = VULGAR.get((abs(int(value.p)), int(value.q)))
    if known is None:
        return _fraction(value, draw)
    return f"-{known}" if value < 0 else known


def _repeating(value: fmpq, draw: random.Random) -> str:
    """0.1666... where one digit repeats for ever."""
    below = int(value.q)
    rest = below
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest not in (3, 9):
        return _fraction(value, draw)
    places = draw.randint(8, 12)
    digits = str(abs(int(value.p)) * 10**places // below).rjust(places + 1, "0")
    return f"{'-' if value < 0 else ''}{digits[:-places]}.{digits[-places:]}..."


def _terminates(value: fmpq) -> int | None:
    """Places behind the point of a decimal that is the value."""
    for places in range(13):
        if (value * fmpq(10) ** places).q == 1:
            return places
    return None


def _decimal(value: fmpq, draw: random.Random) -> str:
    places = _terminates(value)
    if places is None:
        return _fraction(value, draw)
    places += draw.choice((0, 0, 0, 1, 2))
    return _digits(value, places) + ("." if places == 0 and draw.random() < 0.05 else "")


def _digits(value: fmpq, places: int) -> str:
    number = int(abs(value * fmpq(10) ** places).p)
    text = str(number).rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    return sign + (f"{text[:-places]}.{text[-places:]}" if places else text)


def _percent(value: fmpq, draw: random.Random) -> str:
    places = _terminates(value * 100)
    if places is None:
        return _fraction(value, draw)
    return f"{_digits(value * 100, places)}{draw.choice(('%', ' %'))}"


def _scientific(value: fmpq, draw: random.Random) -> str:
    shift = draw.randint(-3, 3)
    scaled = value / fmpq(10) ** shift
    places = _terminates(scaled)
    if places is None:
        return _fraction(value, draw)
    mantissa = _digits(scaled, places)
    return draw.choice(
        (f"{mantissa}e{shift}", f"{mantissa}*10^{shift}", f"{mantissa}·10^({shift})",
         f"{mantissa}E{shift:+d}")
    )  # fmt: skip


def _frac(value: fmpq, draw: random.Random) -> str:
    if value.q == 1:
        return str(int(value.p))
    factor = draw.choice((1, 1, 2, 3))
    command = draw.choice((r"\frac", r"\tfrac", r"\dfrac"))
    above, below = abs(int(value.p)) * factor, int(value.q) * factor
    return f"{'-' if value < 0 else ''}{command}{{{above}}}{{{below}}}"


def _product(value: fmpq, draw: random.Random) -> str:
    """Two factors of the numerator."""
    above, below = int(value.p), int(value.q)
    factor = draw.choice((2, 3, 4, 5))
    if gcd(abs(above), factor) == factor and above:
        return f"{factor}*{_over(above // factor, below)}" if above > 0 else _over(above, below)
    return _over(above, below)


_PLAIN: list[Form] = [
    _fraction, _unreduced, _spaced, _sum, _vulgar, _repeating, _decimal, _decimal, _percent,
    _scientific, _product,
]  # fmt: skip
_LATEX: list[Form] = [_frac, _frac, _fraction, _decimal]


def _plain_decimal(scalar: Scalar, draw: random.Random, exact: bool) -> str:
    """A cell as NumPy prints one; empty where it would have to be rounded and may not."""
    if isinstance(scalar, fmpq):
        places = _terminates(scalar)
        if places is not None:
            return _digits(scalar, places) + ("." if places == 0 else "")
    if exact or scalar_symbols(scalar):
        return ""
    return decimal(scalar, 8).text


# Arrangements

Arrangement = Callable[[list[str], tuple[int, ...], random.Random], str]


def _alone(cells: list[str], shape: tuple[int, ...], draw: random.Random) -> str:
    cell = cells[0]
    return draw.choice((cell, cell, cell, f"({cell})", f"= {cell}")) if "≈" not in cell else cell


def _rows_of(cells: list[str], shape: tuple[int, ...]) -> list[list[str]]:
    width = shape[-1]
    return [cells[start : start + width] for start in range(0, len(cells), width)]


def _lists(cells: list[str], shape: tuple[int, ...], draw: random.Random) -> str:
    """Nested lists, spaced as it comes."""
    if len(shape) == 1:
        comma = draw.choice((", ", ",", " , ", ",  "))
        pad = draw.choice(("", "", " "))
        return f"[{pad}{comma.join(cells)}{pad}]"
    width = len(cells) // shape[0]
    rows = [cells[start : start + width] for start in range(0, len(cells), width)]
    comma = draw.choice((", ", ",", ",\n ", " ,  "))
    return f"[{comma.join(_lists(one, shape[1:], draw) for one in rows)}]"


def _tuples(cells: list[str], shape: tuple[int, ...], draw: random.Random) -> str:
    return f"({', '.join(cells)})" if len(cells) > 1 else f"({cells[0]},)"


def _rows(cells: list[str], shape: tuple[int, ...], draw: random.Random) -> str:
    """Rows as in MATLAB."""
    # [a (b)] could be a product
    apart = not any(mark in one for one in cells for mark in "(+≈ ")
    between = draw.choice((" ", "  ", ", ")) if apart else ", "
    rows = [between.join(row) for row in _rows_of(cells, shape)]
    return f"[{draw.choice(('; ', ';', ' ; ')).join(rows)}]"


def _latex(cells: list[str], shape: tuple[int, ...], draw: random.Random) -> str:
    name = draw.choice(("bmatrix", "pmatrix"))
    rows = _rows_of(cells, shape)
    if len(shape) == 1 and draw.random() < 0.5:
        rows = [[one] for one in cells]
    body = draw.choice((r" \\ ", r"\\", "\\\\\n")).join(" & ".join(row) for row in rows)
    return rf"\begin{{{name}}} {body} \end{{{name}}}"


def _numpy(cells: list[str], shape: tuple[int, ...], draw: random.Random) -> str:
    """As ``print`` shows an array."""
    width = max(map(len, cells))
    return _printed([one.rjust(width) for one in cells], shape)


def _printed(cells: list[str], shape: tuple[int, ...]) -> str:
    if len(shape) == 1:
        return f"[{' '.join(cells)}]"
    width = len(cells) // shape[0]
    rows = [cells[start : start + width] for start in range(0, len(cells), width)]
    return "[" + "\n ".join(_printed(one, shape[1:]) for one in rows) + "]"


_ARRANGEMENTS: list[list[Arrangement]] = [
    [_alone],
    [_lists, _lists, _tuples, _rows, _latex, _numpy],
    [_lists, _lists, _rows, _latex, _numpy],
    [_lists, _numpy],
]
