"""ClosedForm: Laurent polynomials over atoms with rational coefficients.

A scalar of the exact arithmetic is ``fmpq`` or :class:`ClosedForm`; a constant is always ``fmpq``,
so exercises over the rationals run at FLINT's speed. Equality is structural and never guesses:
unequal forms may still have equal values (``exact.equality`` decides that).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, SupportsInt

from flint import arb, ctx, fmpq, fmpz

from exsolve import limits
from exsolve.arithmetic import Scalar
from exsolve.errors import LanguageError
from exsolve.exact.atoms import NO_BALL, Root, Sum, UndecidedError, shorten, sum_atom
from exsolve.exact.monomials import ONE, Exponent, Monomial, inverse, multiply, normalise

Terms = dict[Monomial, fmpq]
ZERO = fmpq(0)
UNIT = fmpq(1)
FIRST_BITS = 64
"""Precision of the first ball of a decision; it doubles from there."""


class ClosedForm:
    """A sum of monomials with rational coefficients, not all of it rational. Immutable."""

    __slots__ = ("_ball", "_bits", "_divides", "_hash", "_key", "_size", "_symbols", "terms")

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self._bits = 0
        self._ball = NO_BALL
        self._hash = 0
        self._key = ""
        self._size = -1
        self._symbols: frozenset[str] | None = None
        self._divides: bool | None = None

    # -- properties

    @property
    def key(self) -> str:
        """A text that equal closed forms share, in every process."""
        if not self._key:
            parts = sorted((m.key, str(c)) for m, c in self.terms.items())
            self._key = shorten("+".join(f"{c}*{m}" if m else c for m, c in parts))
        return self._key

    @property
    def size(self) -> int:
        """The number of atoms, those in arguments counted."""
        if self._size < 0:
            self._size = sum(m.size for m in self.terms)
        return self._size

    @property
    def symbols(self) -> frozenset[str]:
        """The names of the symbols in it."""
        if self._symbols is None:
            self._symbols = frozenset().union(*(m.symbols for m in self.terms))
        return self._symbols

    @property
    def divides(self) -> bool:
        """Whether a sum stands in a denominator."""
        if self._divides is None:
            self._divides = any(m.divides for m in self.terms)
        return self._divides

    @property
    def constant(self) -> fmpq:
        """The rational term."""
        return self.terms.get(ONE, ZERO)

    def leading(self) -> fmpq:
        """The coefficient of the first monomial in the fixed order."""
        if len(self.terms) == 1:
            return next(iter(self.terms.values()))
        return self.terms[min(self.terms, key=_key_of)]

    def enclosure(self) -> arb:
        """A ball at the working precision that contains the value."""
        if self._bits != ctx.prec:
            total = arb(0)
            for m, c in self.terms.items():
                total += m.enclosure() * c if m.factors else arb(c)
            self._ball = total
            self._bits = ctx.prec
        return self._ball

    def __eq__(self, other: object) -> bool:
        return self is other or (
            type(other) is ClosedForm and hash(self) == hash(other) and self.terms == other.terms
        )

    def __hash__(self) -> int:
        if not self._hash:
            total = 0
            for m, c in self.terms.items():
                total += hash(m) * (int(c.p) * 1_000_003 + int(c.q))
            self._hash = hash(total) or 1
        return self._hash

    def __bool__(self) -> bool:
        return True

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, ([(m, str(c)) for m, c in self.terms.items()],)

    def __repr__(self) -> str:
        parts = sorted((m.key, str(c)) for m, c in self.terms.items())
        return " + ".join(f"{c}*{m}" if m else c for m, c in parts)

    # -- the ring

    def __add__(self, other: Scalar) -> Scalar:
        terms = self.terms.copy()
        if type(other) is ClosedForm:
            for m, c in other.terms.items():
                if m in terms:
                    total = terms[m] + c
                    if total:
                        terms[m] = total
                    else:
                        del terms[m]
                else:
                    terms[m] = c
            result = settle(terms, self.divides and other.divides)
            if type(result) is ClosedForm and not (self.divides or other.divides):
                result._divides = False  # known without another look at every term
            return result
        if not isinstance(other, (fmpq, int, fmpz)):
            return NotImplemented
        total = terms.get(ONE, ZERO) + other
        if total:
            terms[ONE] = total
        else:
            terms.pop(ONE, None)
        return settle(terms, self.divides)

    __radd__ = __add__

    def __neg__(self) -> ClosedForm:
        return ClosedForm({m: -c for m, c in self.terms.items()})

    def __pos__(self) -> ClosedForm:
        return self

    def __sub__(self, other: Scalar) -> Scalar:
        if not isinstance(other, (ClosedForm, fmpq, int, fmpz)):
            return NotImplemented
        return self + -other

    def __rsub__(self, other: Scalar) -> Scalar:
        return -self + other

    def __mul__(self, other: Scalar) -> Scalar:
        if type(other) is ClosedForm:
            return _product(self, other)
        if not isinstance(other, (fmpq, int, fmpz)):
            return NotImplemented
        if other == 0:
            return ZERO
        return ClosedForm({m: c * other for m, c in self.terms.items()})

    __rmul__ = __mul__

    def __truediv__(self, other: Scalar) -> Scalar:
        if not isinstance(other, (ClosedForm, fmpq, int, fmpz)):
            return NotImplemented
        return self * reciprocal(other)

    def __rtruediv__(self, other: Scalar) -> Scalar:
        if not isinstance(other, (fmpq, int, fmpz)):
            return NotImplemented
        return reciprocal(self) * other

    def __pow__(self, exponent: SupportsInt) -> Scalar:
        return integer_power(self, int(exponent))


def _key_of(m: Monomial) -> str:
    return m.key


def _restore(terms: list[tuple[Monomial, str]]) -> ClosedForm:
    return ClosedForm({m: fmpq(*map(int, c.split("/"))) for m, c in terms})


def settle(terms: Terms, divides: bool) -> Scalar:
    """The scalar of nonzero terms: a plain rational where it is constant."""
    if divides and len(terms) > 1:
        collapsed = _collapse(terms)
        if collapsed is not None:
            return collapsed
    if not terms:
        return ZERO
    if len(terms) == 1 and ONE in terms:
        return terms[ONE]
    return ClosedForm(terms)


def of_monomial(m: Monomial, coefficient: fmpq = UNIT) -> Scalar:
    """coefficient * m as a scalar."""
    if not coefficient:
        return ZERO
    return ClosedForm({m: coefficient}) if m.factors else coefficient


def _product(a: ClosedForm, b: ClosedForm) -> Scalar:
    if len(a.terms) * len(b.terms) > limits.CLOSED_FORM_TERMS:
        return _opaque(a, 1) * _opaque(b, 1)
    terms: Terms = {}
    extra: Scalar = ZERO
    for m, c in a.terms.items():
        for n, d in b.terms.items():
            product = multiply(m, n)
            value = c * d * product.coefficient
            if product.expansions:
                part = of_monomial(product.monomial, value)
                for base, exponent in product.expansions:
                    part = part * integer_power(base, exponent)
                extra = extra + part
                continue
            key = product.monomial
            if key in terms:
                value += terms[key]
            terms[key] = value
    result = settle({m: c for m, c in terms.items() if c}, a.divides or b.divides)
    return result + extra if extra else result


def _opaque(a: ClosedForm, exponent: int) -> Scalar:
    """a ^ exponent with a taken as one atom (its leading coefficient pulled out)."""
    if len(a.terms) == 1:
        return integer_power(a, exponent)
    lead = a.leading()
    atom = sum_atom(a * (1 / lead))
    return of_monomial(normalise([(atom, exponent)], expand=False).monomial, lead**exponent)


def _collapse(terms: Terms) -> Scalar | None:
    """The terms with rest * D ^ e * (multiple of D) put together to rest * D ^ (e + 1), or None.

    This is what makes the weights of a softmax add up to 1.
    """
    groups: dict[tuple[Sum, Exponent], list[Monomial]] = {}
    for m in terms:
        if m.divides:
            for atom, power in m.factors:
                if isinstance(atom, Sum) and power < 0:
                    groups.setdefault((atom, power), []).append(m)
    for (atom, _), members in groups.items():
        divisor: Terms = atom.base.terms
        if len(members) < len(divisor):
            continue
        first = min(divisor, key=_key_of)
        back = inverse(first)
        for m in members:
            found = _multiple(terms, m, divisor, first, back.monomial)
            if found is None:
                continue
            quotient, ratio, used = found
            rest = {n: c for n, c in terms.items() if n not in used}
            raised = normalise(_raise(quotient, atom))
            part = of_monomial(raised.monomial, ratio * raised.coefficient)
            for base, exponent in raised.expansions:
                part = part * integer_power(base, exponent)
            return settle(rest, True) + part
    return None


def _raise(m: Monomial, atom: Sum) -> list[tuple[Any, Exponent]]:
    """The factors of m with the exponent of one atom raised by 1."""
    return [(a, power + 1 if a is atom else power) for a, power in m.factors]


def _multiple(
    terms: Terms, m: Monomial, divisor: Terms, first: Monomial, back: Monomial
) -> tuple[Monomial, fmpq, set[Monomial]] | None:
    """Whether m belongs to a full multiple of the divisor within the terms, m at its first term."""
    step = multiply(m, back)
    if step.expansions:
        return None
    quotient = step.monomial
    ratio: fmpq | None = None
    used: set[Monomial] = set()
    for n, d in divisor.items():
        product = multiply(quotient, n)
        if product.expansions or product.monomial not in terms or product.monomial in used:
            return None
        value = terms[product.monomial] / (d * product.coefficient)
        if ratio is None:
            ratio = value
        elif ratio != value:
            return None
        used.add(product.monomial)
    assert ratio is not None
    return quotient, ratio, used


def integer_power(base: Scalar, exponent: int) -> Scalar:
    """base ^ exponent for a whole exponent; refuses 0 ^ negative and rationals too long."""
    if not isinstance(base, ClosedForm):
        return rational_power(base, exponent)
    if exponent == 0:
        return UNIT
    if exponent == 1:
        return base
    if exponent < 0:
        return integer_power(reciprocal(base), -exponent)
    if len(base.terms) == 1:
        ((m, c),) = base.terms.items()
        product = normalise([(atom, power * exponent) for atom, power in m.factors], expand=False)
        return of_monomial(product.monomial, rational_power(c, exponent) * product.coefficient)
    if _terms_of_power(len(base.terms), exponent) > limits.CLOSED_FORM_TERMS:
        return _opaque(base, exponent)
    result: Scalar = UNIT
    for bit in bin(exponent)[2:]:
        result = result * result
        if bit == "1":
            result = result * base
    return result


def _terms_of_power(terms: int, exponent: int) -> int:
    """binomial(exponent + terms - 1, exponent), as far as the limit."""
    count = 1
    for k in range(1, min(terms - 1, exponent) + 1):
        count = count * (terms + exponent - k) // k
        if count > limits.CLOSED_FORM_TERMS:
            break
    return count


def rational_power(base: fmpq, exponent: int) -> fmpq:
    """base ^ exponent of rationals, refused before it is computed where it is too long."""
    base = fmpq(base)
    if not base:
        if exponent < 0:
            raise LanguageError("division by zero: 0 to a negative power", found=f"0^({exponent})")
        return UNIT if exponent == 0 else ZERO
    check_power_bits(base, abs(exponent))
    return base**exponent


def check_power_bits(base: fmpq, exponent: fmpq | int) -> None:
    """Refuses a power of a rational that would have more than limits.POWER_BITS bits."""
    bits: int = base.height_bits() if abs(base) != 1 else 0
    if bits > 1 and (bits - 1) * exponent > limits.POWER_BITS:
        raise LanguageError(
            "the power is too large to compute",
            expected=f"a result of at most {limits.POWER_BITS} bits",
            found=f"a number of {bits} bits to the power {short_number(exponent)}",
        )


def short_number(value: fmpq | int) -> str:
    """A number for a message, not in full when it is long."""
    value = fmpq(value)
    if value > 10**30 or value < -(10**30):
        return f"about 2^{int(value.floor()).bit_length()}"
    return str(value)


def reciprocal(value: Scalar) -> Scalar:
    """1 / value; refuses 0, and a value that cannot be told from 0."""
    if not isinstance(value, ClosedForm):
        if value == 0:
            raise LanguageError("division by zero")
        return 1 / fmpq(value)
    return _reciprocal(value)


@lru_cache(maxsize=2_000)
def _reciprocal(value: ClosedForm) -> Scalar:
    """Remembered: the cells of a softmax row all divide by the same sum."""
    if len(value.terms) == 1:
        ((m, c),) = value.terms.items()
        if not all(atom.positive for atom, _ in m.factors):
            _refuse_zero(value)
        product = inverse(m)
        part = of_monomial(product.monomial, product.coefficient / c)
        for base, exponent in product.expansions:
            part = part * integer_power(base, exponent)
        return part
    rationalised = _rationalise(value)
    if rationalised is not None:
        return rationalised
    lead = value.leading()
    atom = sum_atom(value * (1 / lead) if lead != 1 else value)
    if not atom.symbols and not atom.positive:
        _refuse_zero(value)
    return of_monomial(normalise([(atom, -1)]).monomial, 1 / lead)


def _refuse_zero(value: ClosedForm) -> None:
    if not value.symbols and sign_of(value.enclosure, lambda: False) == 0:
        raise LanguageError("division by zero")


def _rationalise(value: ClosedForm) -> Scalar | None:
    """1 / value without roots below, for sums of square roots over at most three primes."""
    primes: set[Root] = set()
    for m in value.terms:
        for atom, power in m.factors:
            if not isinstance(atom, Root) or power != fmpq(1, 2):
                return None
            primes.add(atom)
    if len(primes) > 3:
        return None
    numerator: Scalar = UNIT
    denominator: Scalar = value
    for prime in primes:
        if not isinstance(denominator, ClosedForm):
            break
        conjugate = ClosedForm(
            {
                m: -c if any(atom is prime for atom, _ in m.factors) else c
                for m, c in denominator.terms.items()
            }
        )
        if conjugate == denominator:
            continue
        numerator = numerator * conjugate
        denominator = denominator * conjugate
    return numerator * (1 / denominator)


def sign_of(enclosure: Callable[[], arb], proves_zero: Callable[[], bool]) -> int:
    """The sign of a value by balls of doubling precision; ``proves_zero`` is asked in between.

    Raises UndecidedError when limits.BALL_BITS do not settle it.
    """
    before = ctx.prec
    bits = FIRST_BITS
    try:
        while bits <= limits.BALL_BITS:
            ctx.prec = bits
            ball = enclosure()
            if ball > 0:
                return 1
            if ball < 0:
                return -1
            if ball.is_zero() or (bits == FIRST_BITS * 4 and proves_zero()):
                return 0
            bits *= 2
    finally:
        ctx.prec = before
    raise UndecidedError(
        f"a value too close to zero to decide its sign with {limits.BALL_BITS} bits",
        hint="rewrite the expression so that it is exactly zero or clearly not",
    )
