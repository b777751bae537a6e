"""Whether two closed forms have the same value: the cheap proofs first, and no guess at the end."""

from __future__ import annotations

import enum
import math
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from flint import arb, ctx, fmpq

from exsolve.arithmetic import Scalar
from exsolve.errors import LanguageError
from exsolve.exact.at_points import ball_at
from exsolve.exact.atoms import Atom, Function, Named, enclose
from exsolve.exact.denominators import vanishes
from exsolve.exact.elementary import exp
from exsolve.exact.ring import ClosedForm, reciprocal
from exsolve.exact.substitution import rewrite
from exsolve.exact.sympy_forms import to_sympy
from exsolve.exact.time_limit import TimeIsUp, can_limit_time, time_limit

SEPARATION_BITS = (64, 256, 1024)
SYMPY_SIZE = 60
"""Atoms of a difference above which SymPy is not asked: it would not answer in time."""
SQUARED_TERMS = 12
"""Terms of a value above which its square would be long."""
SECONDS = 1.0
INTEGERS = (fmpq(7), fmpq(12), fmpq(30), fmpq(101))
SAMPLES = (fmpq(1009, 127), fmpq(-331, 97), fmpq(3, 7), fmpq(41, 2))


class Judgement(enum.Enum):
    """What is known about two values."""

    EQUAL = "proved equal"
    DIFFERENT = "proved different"
    UNDECIDED = "not proved"


class Equality(NamedTuple):
    """The judgement, and for an undecided one the decimal digits to which the values agree."""

    judgement: Judgement
    digits: int = 0

    @property
    def proved_equal(self) -> bool:
        return self.judgement is Judgement.EQUAL

    @property
    def proved_different(self) -> bool:
        return self.judgement is Judgement.DIFFERENT

    def __str__(self) -> str:
        if self.judgement is Judgement.UNDECIDED and self.digits:
            return f"agrees to {self.digits} digits, not proved"
        return self.judgement.value


EQUAL = Equality(Judgement.EQUAL)
DIFFERENT = Equality(Judgement.DIFFERENT)


def equal(a: Scalar, b: Scalar, seconds: float = SECONDS) -> Equality:
    """The ladder: same rational, structure, ball separation, equal squares, denominators cleared,
    exponentials in place of sigmoid and tanh, SymPy within ``seconds``, and then how far the values
    agree.

    With symbols, values at sample points stand in for the balls and can prove a difference only.
    """
    if a == b:
        return EQUAL
    if not isinstance(a, ClosedForm) and not isinstance(b, ClosedForm):
        return DIFFERENT
    difference = a - b
    if not isinstance(difference, ClosedForm):
        return EQUAL if difference == 0 else DIFFERENT
    if difference.symbols:
        return _equal_with_symbols(difference, seconds)
    if _separated(difference, SEPARATION_BITS[:1]):
        return DIFFERENT
    if _squares_prove(a, b):
        return EQUAL
    if _cleared_proves_zero(difference) or _sympy_proves_zero(difference, seconds):
        return EQUAL
    if _separated(difference, SEPARATION_BITS[1:]):
        return DIFFERENT
    return Equality(Judgement.UNDECIDED, _agreeing_digits(difference))


def _equal_with_symbols(difference: ClosedForm, seconds: float) -> Equality:
    # One sample tells most that differ. The others come after a proof that costs less than they do.
    samples = _samples(difference)
    if _differs_at(difference, next(samples)):
        return DIFFERENT
    if _cleared_proves_zero(difference):
        return EQUAL
    if any(_differs_at(difference, values) for values in samples):
        return DIFFERENT
    if _sympy_proves_zero(difference, seconds):
        return EQUAL
    return Equality(Judgement.UNDECIDED)


def _ball(x: Scalar, bits: int) -> arb:
    before = ctx.prec
    ctx.prec = bits
    try:
        return enclose(x)
    finally:
        ctx.prec = before


def _separated(difference: Scalar, precisions: tuple[int, ...]) -> bool:
    return any(not _ball(difference, bits).contains(0) for bits in precisions)


def _samples(difference: ClosedForm) -> Iterator[dict[str, fmpq]]:
    """Values for the symbols."""
    names = sorted(difference.symbols)
    points = INTEGERS if _has_floor(difference) else SAMPLES
    for shift in range(len(points)):
        yield {
            name: points[(shift + place) % len(points)] + place for place, name in enumerate(names)
        }


def _differs_at(difference: ClosedForm, values: Mapping[str, fmpq]) -> bool:
    """Whether it is not 0 there. Outside the domain of a root or logarithm nothing is said."""
    try:
        return any(
            not ball_at(difference, values, bits).contains(0) for bits in SEPARATION_BITS[:2]
        )
    except LanguageError:
        return False


def _has_floor(scalar: Scalar) -> bool:
    """Whether symbols stand under a floor, where they mean integers."""
    pending, seen = [scalar], set[Atom]()
    while pending:
        one = pending.pop()
        if not isinstance(one, ClosedForm):
            continue
        # an atom may be shared by thousands of terms
        atoms = {atom for m in one.terms for atom, _ in m.factors if atom.symbols} - seen
        if any(isinstance(atom, Function) and atom.name == "floor" for atom in atoms):
            return True
        seen |= atoms
        pending += (part for atom in atoms for part in atom.parts)
    return False


def _agreeing_digits(difference: Scalar) -> int:
    error = abs(_ball(difference, SEPARATION_BITS[-1])).upper()
    if error == 0:
        return int(SEPARATION_BITS[-1] * math.log10(2))
    mantissa, exponent = error.man_exp()
    bits = int(mantissa).bit_length() + int(exponent)
    return max(0, int(-bits * math.log10(2)))


def _squares_prove(a: Scalar, b: Scalar) -> bool:
    """Whether a = b follows from a^2 = b^2, because a = -b is impossible: x/sqrt(x^2) is 1."""
    if max(len(one.terms) for one in (a, b) if isinstance(one, ClosedForm)) > SQUARED_TERMS:
        return False
    return vanishes(a * a - b * b) and _separated(a + b, SEPARATION_BITS[:1])


def _cleared_proves_zero(difference: ClosedForm) -> bool:
    """Whether it is 0 with denominators cleared, if need be with exponentials in it."""
    if vanishes(difference):
        return True
    try:
        rewritten = rewrite(difference, _in_exponentials)
    except LanguageError:
        rewritten = difference
    return vanishes(rewritten)


def _in_exponentials(atom: Atom) -> Scalar | None:
    """sigmoid and tanh by exponentials, named cells by their definitions."""
    if isinstance(atom, Named):
        return rewrite(atom.definition, _in_exponentials)
    if isinstance(atom, Function) and atom.name in ("sigmoid", "tanh"):
        x = rewrite(atom.arguments[0], _in_exponentials)
        if atom.name == "sigmoid":
            return reciprocal(1 + exp(-x))
        y = exp(x * 2)
        return (y - 1) * reciprocal(y + 1)
    return None


def _sympy_proves_zero(difference: ClosedForm, seconds: float) -> bool:
    if difference.size > SYMPY_SIZE or seconds <= 0 or not can_limit_time():
        return False
    import sympy

    def prove() -> bool:
        expression = to_sympy(difference)
        rewritten = expression.rewrite(sympy.exp)
        rungs: tuple[Callable[[], object], ...] = (
            lambda: sympy.expand(sympy.expand_log(expression)).is_zero,
            lambda: sympy.together(rewritten).as_numer_denom()[0].expand().is_zero,
            lambda: expression.equals(0),
        )
        return any(rung() is True for rung in rungs)

    try:
        with time_limit(seconds):
            return prove()
    except (TimeIsUp, ValueError, NotImplementedError, RecursionError):
        return False
