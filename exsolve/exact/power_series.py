"""Closed forms as Laurent series about a point: what decides 0/0, and kinks from each side."""

from __future__ import annotations

from typing import NamedTuple

from flint import fmpq

from exsolve.arithmetic import Scalar
from exsolve.exact.atoms import Atom, Exp, Function, Sum, Symbol, scalar_symbols
from exsolve.exact.elementary import exp, ln, power
from exsolve.exact.monomials import Exponent, monomial
from exsolve.exact.ring import UNIT, ZERO, ClosedForm, of_monomial
from exsolve.exact.zeros import OutsideError, UncoveredError, decided_sign, infinite, is_zero

LENGTHS = (6, 12, 24)
"""Terms that are kept; more where these cancel."""


class _CancelledError(Exception):
    """All the terms that are kept are zero."""


class Series(NamedTuple):
    """The sum of terms[j] * h^(order + j) as h goes to 0 from above; what follows is not known."""

    order: int
    terms: tuple[Scalar, ...]


def limit_beside(x: Scalar, name: str, point: fmpq, side: int) -> Scalar:
    """The limit of x as the symbol comes to the point from above (side 1) or below (-1).

    Raises UncoveredError where x has no Laurent series there, NoLimitError where it is infinite.
    """
    return _limit(x, name, 0, (point, fmpq(side)))


def limit_far_out(x: Scalar, name: str) -> Scalar:
    """The limit of x as the symbol goes to infinity, by the series in its reciprocal."""
    return _limit(x, name, -1, (UNIT, ZERO))


def _limit(x: Scalar, name: str, order: int, start: tuple[fmpq, fmpq]) -> Scalar:
    for length in LENGTHS:
        place = Series(order, (*start, *(ZERO for _ in range(length - len(start)))))
        expansion = _Expansion(name, place)
        try:
            found = expansion.of(x)
            if found.order + len(found.terms) <= 0:
                continue
            for lead in found.terms[: max(0, -found.order)]:
                if not is_zero(lead):
                    raise infinite(0 if scalar_symbols(lead) else decided_sign(lead))
        except _CancelledError:
            continue
        return ZERO if found.order > 0 else found.terms[-found.order]
    raise UncoveredError("a series whose first terms cancel")


class _Expansion:
    """Series of the functions of one symbol, which itself is the series ``place``."""

    def __init__(self, name: str, place: Series) -> None:
        self.name = name
        self.place = place
        self.known: dict[Atom, Series] = {}

    def constant(self, x: Scalar) -> Series:
        """The series of what does not depend on the variable."""
        return Series(0, (x, *(ZERO for _ in self.place.terms[1:])))

    def of(self, x: Scalar) -> Series:
        """The series of a scalar. Raises UncoveredError for what has none that is known."""
        if not isinstance(x, ClosedForm) or self.name not in x.symbols:
            return self.constant(x)
        total: Series | None = None
        for m, c in x.terms.items():
            free = [(atom, k) for atom, k in m.factors if self.name not in atom.symbols]
            product = self.constant(of_monomial(monomial(free), c))
            for atom, k in m.factors:
                if self.name in atom.symbols:
                    product = times(product, raised(self.of_atom(atom), k))
            total = product if total is None else plus(total, product)
        assert total is not None
        return total

    def of_atom(self, atom: Atom) -> Series:
        """The series of an atom, made once. Raises UncoveredError as ``of``."""
        if atom not in self.known:
            self.known[atom] = self._new_atom(atom)
        return self.known[atom]

    def _new_atom(self, atom: Atom) -> Series:
        if isinstance(atom, Symbol):
            return self.place
        if isinstance(atom, Exp):
            return exponential(self.of(atom.argument))
        if isinstance(atom, Sum):
            return self.of(atom.base)
        if not isinstance(atom, Function):
            raise UncoveredError(repr(atom))
        first, *others = (self.of(argument) for argument in atom.arguments)
        match atom.name:
            case "ln":
                return logarithm(first)
            case "abs":
                return first if _sign(first) > 0 else scaled(first, fmpq(-1))
            case "max" | "min":
                above = _sign(plus(first, scaled(others[0], fmpq(-1)))) > 0
                return first if above == (atom.name == "max") else others[0]
        raise UncoveredError(atom.name)


def scaled(a: Series, factor: Scalar) -> Series:
    return Series(a.order, tuple(term * factor for term in a.terms))


def plus(a: Series, b: Series) -> Series:
    """The sum, as far as both are known."""
    order = min(a.order, b.order)
    end = min(a.order + len(a.terms), b.order + len(b.terms))
    terms = [ZERO] * max(0, end - order)
    for one in (a, b):
        for j, term in enumerate(one.terms[: max(0, end - one.order)]):
            terms[j + one.order - order] = terms[j + one.order - order] + term
    return Series(order, tuple(terms))


def times(a: Series, b: Series) -> Series:
    """The product, as far as it is known."""
    terms = [ZERO] * min(len(a.terms), len(b.terms))
    for i, one in enumerate(a.terms[: len(terms)]):
        if isinstance(one, ClosedForm) or one != 0:
            for j in range(len(terms) - i):
                terms[i + j] = terms[i + j] + one * b.terms[j]
    return Series(a.order + b.order, tuple(terms))


def _leading(a: Series) -> Series:
    """The series from its first term that is not zero; fewer are known then."""
    for j, term in enumerate(a.terms):
        if not is_zero(term):
            return Series(a.order + j, a.terms[j:])
    raise _CancelledError


def _sign(a: Series) -> int:
    """The sign near the point."""
    return decided_sign(_leading(a).terms[0])


def raised(a: Series, exponent: Exponent) -> Series:
    """The power, by J. C. P. Miller's recurrence (Henrici, Applied and Computational Complex
    Analysis 1, 1974, section 1.6): of (1 + r)^q the k-th term is
    sum over j of (q*j - (k - j)) * r_j * term_(k-j) / k.

    Raises UncoveredError for a series in roots, OutsideError for a root of a negative number.
    """
    if exponent == 1:
        return a
    q = fmpq(exponent)
    a = _leading(a)
    order = a.order * q
    if order.q != 1:
        raise UncoveredError("a series in roots")
    first = a.terms[0]
    if q.q != 1 and not scalar_symbols(first) and decided_sign(first) < 0:
        raise OutsideError("a root of a negative number is not real", found="near the limit")
    ratio = [term / first for term in a.terms]
    terms: list[Scalar] = [UNIT]
    for k in range(1, len(ratio)):
        total: Scalar = ZERO
        for j in range(1, k + 1):
            total = total + ratio[j] * terms[k - j] * (q * j - (k - j))
        terms.append(total / k)
    return scaled(Series(int(order.p), tuple(terms)), power(first, q))


def exponential(a: Series) -> Series:
    """exp of a series without a pole: k*term_k = sum over j of j * a_j * term_(k-j).

    Raises UncoveredError for one with a pole.
    """
    if a.order < 0 and any(not is_zero(term) for term in a.terms[: -a.order]):
        raise UncoveredError("an exponential of a pole")
    inner = [ZERO] * max(0, a.order) + list(a.terms[max(0, -a.order) :])
    if not inner:
        raise _CancelledError
    terms: list[Scalar] = [UNIT]
    for k in range(1, len(inner)):
        total: Scalar = ZERO
        for j in range(1, k + 1):
            total = total + inner[j] * terms[k - j] * j
        terms.append(total / k)
    return scaled(Series(0, tuple(terms)), exp(inner[0]))


def logarithm(a: Series) -> Series:
    """ln of a series that begins with a number: k*l_k = k*r_k - sum over 0 < j < k of
    j * l_j * r_(k-j), for ln(1 + r).

    Raises UncoveredError for one that begins with a zero or pole, OutsideError for a negative one.
    """
    a = _leading(a)
    if a.order:
        raise UncoveredError("the logarithm of a zero or pole")
    first = a.terms[0]
    if decided_sign(first) < 0:
        raise OutsideError("the logarithm is defined for positive numbers only")
    ratio = [term / first for term in a.terms]
    terms: list[Scalar] = [ln(first)]
    for k in range(1, len(ratio)):
        total: Scalar = ratio[k] * k
        for j in range(1, k):
            total = total - terms[j] * ratio[k - j] * j
        terms.append(total / k)
    return Series(0, tuple(terms))
