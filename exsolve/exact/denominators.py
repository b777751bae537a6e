"""Whether a closed form is zero once its denominators are cleared: exact, and no search."""

from __future__ import annotations

from exsolve import limits
from exsolve.arithmetic import Scalar
from exsolve.exact.atoms import Sum
from exsolve.exact.monomials import Exponent, normalise
from exsolve.exact.ring import ZERO, ClosedForm, integer_power, of_monomial

ROUNDS = 12
"""Distinct divisors that are cleared before giving up."""


def cleared(x: Scalar) -> Scalar:
    """x times the powers of sums that clear its denominators (never zero, where x is defined)."""
    for _ in range(ROUNDS):
        if not isinstance(x, ClosedForm) or not x.divides:
            return x
        worst: tuple[Sum, Exponent] | None = None
        for m in x.terms:
            for atom, power in m.factors:
                if (
                    isinstance(atom, Sum)
                    and power < 0
                    and (worst is None or (atom is worst[0] and power < worst[1]))
                ):
                    worst = (atom, power)
        assert worst is not None
        x = raised(x, *worst)
    return x


def raised(x: ClosedForm, divisor: Sum, exponent: Exponent) -> Scalar:
    """x divided by divisor ^ exponent."""
    total: Scalar = ZERO
    for m, c in x.terms.items():
        powers = dict(m.factors)
        powers[divisor] = powers.get(divisor, 0) - exponent
        product = normalise(powers.items())
        part = of_monomial(product.monomial, c * product.coefficient)
        for base, k in product.expansions:
            part = part * integer_power(base, k)
        total = total + part
    return total


def vanishes(x: Scalar) -> bool:
    """Whether clearing denominators proves x = 0 (False: not proved)."""
    if not isinstance(x, ClosedForm):
        return bool(x == 0)
    if len(x.terms) > limits.CLOSED_FORM_TERMS:
        return False
    reduced = cleared(x)
    return not isinstance(reduced, ClosedForm) and bool(reduced == 0)
