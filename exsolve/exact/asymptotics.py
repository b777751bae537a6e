"""How closed forms grow as a symbol goes to infinity: the dominant term decides.

Every form is compared with c * v^k * exp(a polynomial in v), the scale of exponentials and powers
(Hardy, Orders of Infinity, 1910). Iterated logarithms and exponentials are left to others.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from flint import fmpq

from exsolve.arithmetic import Scalar
from exsolve.exact.atoms import Atom, Exp, Function, Sum, Symbol, scalar_symbols, symbol_atom
from exsolve.exact.denominators import raised
from exsolve.exact.elementary import atom_scalar, exp, ln, power
from exsolve.exact.monomials import Exponent, Monomial, monomial
from exsolve.exact.piecewise import floor
from exsolve.exact.ring import UNIT, ZERO, ClosedForm, of_monomial
from exsolve.exact.substitution import rewrite
from exsolve.exact.zeros import OutsideError, UncoveredError, decided_sign, infinite, is_zero

STEPS = 12
"""Terms of an exponent that are split off before giving up."""
DEPTH = 40
"""Denominators cleared inside one another before giving up."""


class Growth(NamedTuple):
    """v^power * exp(sum of rate * v^order), the orders positive and falling."""

    rates: tuple[tuple[fmpq, Scalar], ...] = ()
    power: fmpq = ZERO


CONSTANT = Growth()


class Lead(NamedTuple):
    """The dominant term; ``exact`` where there is nothing else."""

    coefficient: Scalar
    growth: Growth
    exact: bool


def compare(a: Growth, b: Growth) -> int:
    """1 where a grows faster than b, 0 where both grow alike, -1 where b does."""
    rates = _sum_of_rates(a, b, -1)
    if rates:
        return decided_sign(rates[0][1])
    return bool(a.power > b.power) - bool(a.power < b.power)


def _sum_of_rates(a: Growth, b: Growth, factor: int) -> tuple[tuple[fmpq, Scalar], ...]:
    if not a.rates and not b.rates:
        return ()
    orders = {(int(k.p), int(k.q)): k for k, _ in (*a.rates, *b.rates)}
    found = []
    for order in sorted(orders.values(), reverse=True):
        rate = sum((c for k, c in a.rates if k == order), ZERO)
        rate = rate + sum((c for k, c in b.rates if k == order), ZERO) * factor
        if not is_zero(rate):
            found.append((order, rate))
    return tuple(found)


def _product(a: Lead, b: Lead) -> Lead:
    growth = Growth(_sum_of_rates(a.growth, b.growth, 1), a.growth.power + b.growth.power)
    return Lead(a.coefficient * b.coefficient, growth, a.exact and b.exact)


def _power(a: Lead, exponent: Exponent) -> Lead:
    if exponent == 1:
        return a
    q = fmpq(exponent)
    if q.q != 1 and not scalar_symbols(_plain(a.coefficient)) and decided_sign(a.coefficient) < 0:
        raise OutsideError("a root of a negative number is not real", found="near the limit")
    growth = Growth(tuple((k, c * q) for k, c in a.growth.rates), a.growth.power * q)
    return Lead(power(a.coefficient, q), growth, a.exact)


def _plain(x: Scalar) -> Scalar:
    return x if isinstance(x, ClosedForm) else fmpq(x)


def holds(x: Scalar, name: str, wanted: Callable[[Atom], bool]) -> bool:
    """Whether an atom of this sort depends on the symbol, at any depth."""
    return isinstance(x, ClosedForm) and any(
        name in atom.symbols and (wanted(atom) or any(holds(p, name, wanted) for p in atom.parts))
        for m in x.terms
        for atom, _ in m.factors
    )


class AtInfinity:
    """Closed forms as one symbol goes to infinity.

    Coefficients may have other symbols in them; such a coefficient is taken not to be zero unless
    it is proved to be, as everywhere in the ring of closed forms (x/x is 1).
    Every method raises UncoveredError for what the scale of growths does not hold, UndecidedError
    for a sign that is not settled, OutsideError where there is no real value.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._symbol = atom_scalar(symbol_atom(name))
        self._depth = 0

    def limit(self, x: Scalar) -> Scalar:
        """The limit; raises NoLimitError where it is infinite."""
        lead = self.lead(self.settled(x), bounded=True)
        if lead is None:
            return ZERO
        order = compare(lead.growth, CONSTANT)
        if order > 0:
            symbols = scalar_symbols(_plain(lead.coefficient))
            raise infinite(0 if symbols else decided_sign(lead.coefficient))
        return lead.coefficient if order == 0 else ZERO

    def settled(self, x: Scalar) -> Scalar:
        """The form that x has from some point on, without extremes, floors and logarithms of
        what grows: ln(f) with f ~ C*exp(g) is g + ln(C) + ln(f*exp(-g)/C)."""
        if not holds(x, self.name, lambda atom: isinstance(atom, Function)):
            return x
        return rewrite(x, self._settled_atom)

    def _settled_atom(self, atom: Atom) -> Scalar | None:
        if self.name not in atom.symbols:
            return atom_scalar(atom)
        if not isinstance(atom, Function):
            return None
        arguments = [self.settled(argument) for argument in atom.arguments]
        first = arguments[0]
        match atom.name:
            case "ln":
                return self._logarithm(first)
            case "abs":
                return first if self._sign(first) >= 0 else -first
            case "max" | "min":
                larger = self._sign(first - arguments[1]) >= 0
                return first if larger == (atom.name == "max") else arguments[1]
            case "floor":
                return self._floor(first)
        raise UncoveredError(atom.name)

    def _sign(self, x: Scalar) -> int:
        lead = self.lead(x)
        return 0 if lead is None else decided_sign(lead.coefficient)

    def _floor(self, x: Scalar) -> Scalar:
        lead = self.lead(x, bounded=True)
        if lead is not None and compare(lead.growth, CONSTANT) > 0:
            raise UncoveredError("the floor of what grows")
        value = ZERO
        if lead is not None and lead.growth == CONSTANT:
            value = lead.coefficient
        below = floor(value)
        return below - 1 if is_zero(value - below) and self._sign(x - below) < 0 else below

    def _logarithm(self, x: Scalar) -> Scalar:
        if self.name not in scalar_symbols(_plain(x)):
            return ln(x)
        lead = self.lead(x)
        if lead is None or decided_sign(lead.coefficient) < 0:
            raise OutsideError("the logarithm is defined for positive numbers only")
        if lead.growth.power:
            raise UncoveredError("the logarithm of a power")
        total: Scalar = ln(lead.coefficient)
        if lead.growth == CONSTANT and lead.coefficient == 1:
            return ln(x)
        exponent: Scalar = ZERO
        for order, rate in lead.growth.rates:
            exponent = exponent + rate * power(self._symbol, order)
        rest = x * exp(-exponent) / lead.coefficient
        return total + exponent + ln(rest)

    def lead(self, x: Scalar, bounded: bool = False) -> Lead | None:
        """The dominant term of a settled form, None for zero.

        bounded: None as well for what tends to zero without its dominant term being known.
        """
        if not isinstance(x, ClosedForm) or self.name not in x.symbols:
            return None if is_zero(x) else Lead(x, CONSTANT, True)
        leads = [lead for lead in map(self._of_term, x.terms.items()) if lead is not None]
        if len(x.terms) == 1:
            return leads[0] if leads else None
        while leads:
            top = leads[0].growth
            for lead in leads[1:]:
                if compare(lead.growth, top) > 0:
                    top = lead.growth
            group: list[Lead] = []
            smaller: list[Lead] = []
            for lead in leads:
                (smaller if compare(lead.growth, top) else group).append(lead)
            coefficient = sum((lead.coefficient for lead in group), ZERO)
            if not is_zero(coefficient):
                exact = not smaller and all(lead.exact for lead in group)
                return Lead(coefficient, top, exact)
            if bounded and compare(top, CONSTANT) <= 0:
                return None
            if not all(lead.exact for lead in group):
                return self._over_one_denominator(x)
            leads = smaller
        return None

    def _of_term(self, term: tuple[Monomial, fmpq]) -> Lead | None:
        m, c = term
        free = [(atom, k) for atom, k in m.factors if self.name not in atom.symbols]
        total = Lead(of_monomial(monomial(free), c) if free else c, CONSTANT, True)
        for atom, k in m.factors:
            if self.name in atom.symbols:
                lead = self._of_atom(atom)
                if lead is None:
                    if k < 0:
                        raise OutsideError("division by zero", found="near the limit")
                    return None
                total = _product(total, _power(lead, k))
        return total

    def _of_atom(self, atom: Atom) -> Lead | None:
        if isinstance(atom, Symbol):
            return Lead(UNIT, Growth((), fmpq(1)), True)
        if isinstance(atom, Exp):
            return self._exponential(atom.argument)
        if isinstance(atom, Sum):
            return _lead_of_sum(self.name, atom.base)
        if isinstance(atom, Function) and atom.name == "ln":
            # what is settled has only logarithms of what tends to 1: ln(1 + r) ~ r
            lead = self.lead(atom.arguments[0] - 1)
            return None if lead is None else lead._replace(exact=False)
        raise UncoveredError(repr(atom))

    def _exponential(self, argument: Scalar) -> Lead:
        """exp of the argument, split into what grows, a constant and what vanishes."""
        rates: list[tuple[fmpq, Scalar]] = []
        constant: Scalar = ZERO
        rest = argument
        for _ in range(STEPS):
            lead = self.lead(rest, bounded=True)
            if lead is None:
                # either nothing is left, or something that vanishes
                exact = not isinstance(rest, ClosedForm)
                return Lead(exp(constant), Growth(tuple(rates)), exact)
            if compare(lead.growth, CONSTANT) < 0:
                return Lead(exp(constant), Growth(tuple(rates)), False)
            if lead.growth.rates:
                raise UncoveredError("an exponential of an exponential")
            if lead.growth.power:
                rates.append((lead.growth.power, lead.coefficient))
                rest = rest - lead.coefficient * power(self._symbol, lead.growth.power)
            else:
                constant = lead.coefficient
                rest = rest - constant
        raise UncoveredError("an exponent of many terms")

    def _over_one_denominator(self, x: ClosedForm) -> Lead | None:
        """The dominant term where those of the parts cancel: numerator over denominator."""
        divisors: dict[Sum, int] = {}
        for m in x.terms:
            for atom, k in m.factors:
                if isinstance(atom, Sum) and isinstance(k, int) and k < 0:
                    divisors[atom] = min(divisors.get(atom, 0), k)
        divisors = {atom: k for atom, k in divisors.items() if self.name in atom.symbols}
        if not divisors or self._depth > DEPTH:
            raise UncoveredError("terms that cancel")
        numerator: Scalar = x
        for atom, k in divisors.items():
            if isinstance(numerator, ClosedForm):
                numerator = raised(numerator, atom, k)
        self._depth += 1
        total = self.lead(numerator)
        self._depth -= 1
        for atom, k in divisors.items():
            below = self.lead(atom.base)
            if total is None or below is None:
                return None
            total = _product(total, _power(below, k))
        return None if total is None else total._replace(exact=False)


@lru_cache(maxsize=2_000)
def _lead_of_sum(name: str, base: ClosedForm) -> Lead | None:
    """Remembered: the cells of a softmax row all divide by the same sum."""
    return AtInfinity(name).lead(base)
