"""Floor, absolute value and extremes: decided by certified signs, or left open by symbols."""

from __future__ import annotations

from math import lcm

from flint import arb, ctx, fmpq

from exsolve import limits
from exsolve.arithmetic import Scalar
from exsolve.exact.atoms import (
    Function,
    Symbol,
    UndecidedError,
    enclose,
    scalar_key,
    scalar_symbols,
)
from exsolve.exact.elementary import describe, function, is_rational, sign
from exsolve.exact.monomials import ONE, Monomial
from exsolve.exact.ring import (
    ZERO,
    ClosedForm,
)


def floor(x: Scalar) -> Scalar:
    """The largest integer below; symbols stand for integers (they are sizes)."""
    if not isinstance(x, ClosedForm):
        return fmpq(fmpq(x).floor())
    if not x.symbols:
        return _floor_certified(x)
    whole_part: dict[Monomial, fmpq] = {}
    rest: dict[Monomial, fmpq] = {}
    for m, c in x.terms.items():
        if not m.factors:
            below = fmpq(c.floor())
            if below:
                whole_part[m] = below
            if c != below:
                rest[m] = c - below
        elif c.q == 1 and _is_whole(m):
            whole_part[m] = c
        else:
            rest[m] = c
    taken: Scalar = _of_terms(whole_part)
    left = _of_terms(rest)
    if not isinstance(left, ClosedForm):
        return taken
    if all(_is_whole(m) for m in rest if m.factors):
        return taken + _floor_of_whole_numbers(left)
    return taken + function("floor", left)


def _floor_of_whole_numbers(x: ClosedForm) -> Scalar:
    """The floor of a sum of whole numbers over one divisor, in one form of the many it can have.

    With n whole and d a positive integer: floor((n + c)/d) = floor((n + floor(c))/d),
    floor(-n/d) = -floor((n + d - 1)/d), floor((floor(y) + n)/d) = floor((y + n)/d)
    (Graham, Knuth and Patashnik, Concrete Mathematics, 1994, chapter 3).
    """
    divisor = lcm(*(int(c.q) for m, c in x.terms.items() if m.factors))
    terms = {m: c for m, c in x.terms.items() if m.factors}
    constant = fmpq((x.constant * divisor).floor())
    inner = [m for m, c in terms.items() if _is_floor(m) and abs(c) * divisor == 1]
    folded = inner[0] if len(inner) == 1 else None
    leading = terms[folded] if folded is not None else _of_terms(terms).leading()
    if leading < 0:
        opposite = _of_terms({m: -c for m, c in terms.items()})
        return -floor(opposite + (divisor - 1 - constant) / divisor)
    if folded is not None:
        atom = folded.factors[0][0]
        assert isinstance(atom, Function)
        others = _of_terms({m: c for m, c in terms.items() if m is not folded})
        return floor(atom.arguments[0] / divisor + others + constant / divisor)
    below = fmpq((constant / divisor).floor())
    return function("floor", _of_terms(terms) + constant / divisor - below) + below


def _is_floor(m: Monomial) -> bool:
    ((atom, power), *others) = m.factors
    return not others and power == 1 and isinstance(atom, Function) and atom.name == "floor"


def _of_terms(terms: dict[Monomial, fmpq]) -> Scalar:
    if not terms:
        return ZERO
    return terms[ONE] if len(terms) == 1 and ONE in terms else ClosedForm(terms)


def _is_whole(m: Monomial) -> bool:
    return all(
        isinstance(power, int)
        and power > 0
        and (isinstance(atom, Symbol) or (isinstance(atom, Function) and _gives_whole(atom)))
        for atom, power in m.factors
    )


def _gives_whole(atom: Function) -> bool:
    """Whether a function's value is a whole number: a floor, or an extreme of whole numbers."""
    if atom.name in ("max", "min"):
        return all(
            all(c.q == 1 and _is_whole(m) for m, c in argument.terms.items())
            if isinstance(argument, ClosedForm)
            else argument.q == 1
            for argument in atom.arguments
        )
    return atom.name == "floor"


def _floor_certified(x: ClosedForm) -> Scalar:
    before = ctx.prec
    bits = 64
    try:
        while bits <= limits.BALL_BITS:
            ctx.prec = bits
            below: arb = enclose(x).floor()
            exact = below.unique_fmpz()
            if exact is not None:
                return fmpq(exact)
            bits *= 2
    finally:
        ctx.prec = before
    raise UndecidedError(
        f"the floor is not settled with {limits.BALL_BITS} bits", found=describe(x)
    )


def absolute(x: Scalar) -> Scalar:
    """|x|"""
    if not isinstance(x, ClosedForm):
        return abs(fmpq(x))
    if not x.symbols:
        return -x if sign(x) < 0 else x
    lead = x.leading()
    inner = x * (1 / lead)
    if isinstance(inner, ClosedForm) and len(inner.terms) == 1:
        atoms = next(iter(inner.terms)).factors
        if all(atom.positive or (isinstance(k, int) and k % 2 == 0) for atom, k in atoms):
            return inner * abs(lead)
    return function("abs", inner) * abs(lead)


def maximum(a: Scalar, b: Scalar) -> Scalar:
    """The larger; left as it is where symbols leave it open."""
    return _extreme("max", a, b, 1)


def minimum(a: Scalar, b: Scalar) -> Scalar:
    """The smaller; left as it is where symbols leave it open."""
    return _extreme("min", a, b, -1)


def _extreme(name: str, a: Scalar, b: Scalar, direction: int) -> Scalar:
    if a == b:
        return a
    difference = a - b
    if scalar_symbols(fmpq(difference) if is_rational(difference) else difference):
        first, second = sorted(
            (_plain(a), _plain(b)), key=lambda x: (is_rational(x), scalar_key(x))
        )
        return function(name, first, second)
    return a if sign(difference) * direction >= 0 else b


def _plain(x: Scalar) -> Scalar:
    return x if isinstance(x, ClosedForm) else fmpq(x)
