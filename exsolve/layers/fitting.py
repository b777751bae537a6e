"""Whether a size with symbols in it can be a number: no only where that is certain."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import gcd
from typing import Any, NamedTuple

from flint import fmpq

from exsolve import limits
from exsolve.exact.closed_form import CLOSED_FORMS, free_symbols, replace_symbols

Scalar = Any
"""An exact size: ``fmpq``, or a closed form over symbols."""

LONGEST_SEARCH = 200
"""Different sizes on the way beyond which no value of a symbol is searched for."""


class Fit(NamedTuple):
    """Whether a size can be the number; ``symbol`` and ``value`` say where it is, if known."""

    possible: bool
    symbol: str = ""
    value: int | None = None


def fit(size: Scalar, wanted: int, earlier: Iterable[Scalar] = ()) -> Fit:
    """Whether a size can be this number.

    earlier: the sizes on the way to this one, all of which are at least 1. With one symbol alone,
    every size grows with it, so the only value that can fit is found by halving.
    """
    if isinstance(size, fmpq):
        return Fit(bool(size == wanted))
    symbols = free_symbols(size)
    if not symbols:
        return Fit(True)
    if not _divides(size, wanted):
        return Fit(False)
    if len(symbols) > 1:
        return Fit(True)
    on_the_way = {
        one for one in earlier if not isinstance(one, fmpq) and free_symbols(one) == symbols
    }
    if len(on_the_way) > LONGEST_SEARCH:
        return Fit(True)
    (symbol,) = symbols

    def at(one: Scalar, value: int) -> Scalar:
        return replace_symbols(one, {symbol: fmpq(value)})

    first = _least(lambda value: all(at(one, value) >= 1 for one in on_the_way), 1)
    if first is None:
        return Fit(False, symbol)
    reached = _least(lambda value: bool(at(size, value) >= wanted), first)
    if reached is None or at(size, reached) != wanted:
        return Fit(False, symbol)
    return Fit(True, symbol, reached)


def _least(holds: Callable[[int], bool], start: int) -> int | None:
    """The least number from start on for which it holds, as it then does for all larger ones."""
    low, high = start, limits.IMAGE_SIZE
    if not holds(high):
        return None
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low


def _divides(size: Scalar, wanted: int) -> bool:
    """Whether the common factor of all terms with symbols divides what the others leave over."""
    if CLOSED_FORMS.floor(size) != size:
        return True  # some term is not known to be whole
    constant, common = fmpq(0), 0
    for monomial, coefficient in size.terms.items():
        if monomial.factors:
            common = gcd(common, int(coefficient.p))
        else:
            constant = coefficient
    return common == 0 or int((fmpq(wanted) - constant).p) % common == 0
