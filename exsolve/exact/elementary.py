"""Functions of closed forms, each giving its result in normal form at once.

Logarithms of rationals are split over primes and pulled out of exponentials, so softmax of
logarithms gives fractions directly; nothing is simplified afterwards.
"""

from __future__ import annotations

from functools import lru_cache

from flint import ctx, fmpq, fmpz

from exsolve import limits
from exsolve.arithmetic import Scalar
from exsolve.errors import LanguageError
from exsolve.exact.atoms import (
    EXP_ARGUMENT,
    EXP_SMALL,
    Atom,
    Exp,
    Function,
    Root,
    Sum,
    enclose,
    exp_atom,
    function_atom,
    log,
    root,
    sum_atom,
)
from exsolve.exact.denominators import vanishes
from exsolve.exact.monomials import ONE, Monomial, monomial, normalise
from exsolve.exact.ring import (
    FIRST_BITS,
    UNIT,
    ZERO,
    ClosedForm,
    check_power_bits,
    integer_power,
    of_monomial,
    reciprocal,
    short_number,
    sign_of,
)

HALF = fmpq(1, 2)
TRIAL_BOUND_BITS = 20
"""Primes up to 2^20 are found by trial; what is left is used as if it were prime."""
RADICAL_ORDER = 10_000
FAR_OUT = 20
"""|x| from which sigmoid(x) is kept by its smaller side: sigmoid(-x) = 1 - sigmoid(x)."""


@lru_cache(maxsize=20_000)
def factors(n: int) -> tuple[tuple[int, int], ...]:
    """(prime, exponent) of a positive integer; a cofactor that is too hard counts as a prime."""
    if n < 2:
        return ()
    if n.bit_length() <= 2 * TRIAL_BOUND_BITS:
        found = fmpz(n).factor()
    else:
        found = fmpz(n).factor_smooth(bits=TRIAL_BOUND_BITS)
    return tuple(sorted((int(p), int(k)) for p, k in found))


def rational_factors(q: fmpq) -> list[tuple[int, int]]:
    """(prime, exponent) of a positive rational, exponents of the denominator negative."""
    above, below = factors(int(q.p)), factors(int(q.q))
    return [*above, *((p, -k) for p, k in below)]


def is_rational(x: Scalar) -> bool:
    """Whether the scalar is a plain number of flint or Python."""
    return not isinstance(x, ClosedForm)


def function(name: str, *arguments: Scalar) -> Scalar:
    """A function that is left as it is."""
    return of_monomial(monomial(((function_atom(name, arguments), 1),)))


def sign(x: Scalar) -> int:
    """-1, 0 or 1, certified; refuses symbols, and raises UndecidedError at limits.BALL_BITS."""
    if not isinstance(x, ClosedForm):
        return 1 if x > 0 else -1 if x < 0 else 0
    if len(x.terms) == 1:
        ((m, c),) = x.terms.items()
        if all(atom.positive for atom, _ in m.factors):
            return 1 if c > 0 else -1
    if x.symbols:
        name = min(x.symbols)
        raise LanguageError(
            f"the sign depends on {name}, which has no value",
            found=name,
            hint=f"give {name} a value",
        )
    return sign_of(x.enclosure, lambda: vanishes(x))


def atom_scalar(atom: Atom) -> Scalar:
    """An atom as a scalar."""
    return of_monomial(monomial(((atom, 1),)))


def exp(x: Scalar) -> Scalar:
    """exp(x), rational multiples of logarithms pulled out as powers."""
    if not isinstance(x, ClosedForm):
        if x == 0:
            return UNIT
        if x > EXP_ARGUMENT or x < -EXP_SMALL:
            raise LanguageError(
                "the exponential is too large or too small to compute",
                expected=f"exp(x) with x up to {EXP_ARGUMENT:,}",
                found=f"exp({short_number(x)})",
            )
        return of_monomial(monomial(((exp_atom(fmpq(x)), 1),)))
    above, below, bits = 1, 1, 0
    rest: dict[Monomial, fmpq] = {}
    factor: Scalar = None
    for m, c in x.terms.items():
        prime = m.log
        if prime:
            if c.q == 1:
                k = int(c.p)
                bits += abs(k) * prime.bit_length()
                if bits > limits.POWER_BITS:
                    check_power_bits(fmpq(prime), abs(k))
                    check_power_bits(fmpq(2), bits)
                if k > 0:
                    above *= prime**k
                else:
                    below *= prime**-k
            else:
                part = power(fmpq(prime), c)
                factor = part if factor is None else factor * part
            continue
        inner = _logarithm_of(m)
        if inner is not None:
            part = power(inner, c)
            factor = part if factor is None else factor * part
        else:
            rest[m] = c
    result: Scalar = fmpq(above, below)
    if factor is not None:
        result = result * factor
    if rest:
        argument = rest[ONE] if len(rest) == 1 and ONE in rest else ClosedForm(rest)
        result = of_monomial(monomial(((exp_atom(argument), 1),))) * result
    return result


def _logarithm_of(m: Monomial) -> Scalar | None:
    """X where m is the opaque ln(X) and nothing else."""
    if len(m.factors) == 1:
        atom, exponent = m.factors[0]
        if isinstance(atom, Function) and atom.name == "ln" and exponent == 1:
            found: Scalar = atom.arguments[0]
            return found
    return None


def ln(x: Scalar) -> Scalar:
    """The natural logarithm, split over the factors of a product; refuses x <= 0."""
    if not isinstance(x, ClosedForm):
        return _ln_rational(fmpq(x))
    if not x.symbols and sign(x) <= 0:
        raise _not_positive("ln", x)
    if len(x.terms) > 1:
        lead = abs(x.leading())
        if lead == 1:
            return function("ln", x)
        return _ln_rational(lead) + function("ln", x * (1 / lead))
    ((m, c),) = x.terms.items()
    total: Scalar = ZERO
    kept: list[tuple[Atom, int | fmpq]] = []
    for atom, exponent in m.factors:
        part = _ln_atom(atom)
        if part is None:
            kept.append((atom, exponent))
        else:
            total = total + part * exponent
    if not kept:
        return total + _ln_rational(c)
    total = total + _ln_rational(abs(c))
    if len(kept) == 1 and c > 0 and not (isinstance(kept[0][1], int) and kept[0][1] % 2 == 0):
        atom, exponent = kept[0]
        return total + function("ln", atom_scalar(atom)) * exponent
    return total + function("ln", of_monomial(monomial(kept), UNIT if c > 0 else -UNIT))


def _ln_rational(q: fmpq) -> Scalar:
    if q <= 0:
        raise _not_positive("ln", q)
    if q == 1:
        return ZERO
    return ClosedForm({monomial(((log(p), 1),)): fmpq(k) for p, k in rational_factors(q)})


def _ln_atom(atom: Atom) -> Scalar | None:
    """ln of an atom that is known to be positive, or None."""
    if isinstance(atom, Root):
        return _ln_rational(fmpq(atom.base))
    if isinstance(atom, Exp):
        return atom.argument
    if atom.positive:
        return function("ln", atom_scalar(atom))
    if not atom.symbols and sign_of(atom.enclosure, lambda: False) > 0:
        return function("ln", _without_brackets(atom))
    return None


def _without_brackets(atom: Atom) -> Scalar:
    """The scalar of an atom, a sum without its brackets."""
    return atom.base if isinstance(atom, Sum) else atom_scalar(atom)


def _not_positive(name: str, x: Scalar) -> LanguageError:
    return LanguageError(
        "the logarithm is defined for positive numbers only",
        expected=f"{name}(x) with x > 0",
        found=f"x = {describe(x)}",
    )


def describe(x: Scalar) -> str:
    """A scalar for a message."""
    if not isinstance(x, ClosedForm):
        return short_number(x) if x == int(x) else str(x)[:80]
    try:
        return str(enclose(x).str(6, radius=False))
    except LanguageError:
        return str(x)[:80]


def power(base: Scalar, exponent: Scalar) -> Scalar:
    """base ^ exponent; see exsolve.arithmetic for what is refused."""
    if isinstance(exponent, ClosedForm):
        if not isinstance(base, ClosedForm) or not base.symbols:
            if base == 0 and not exponent.symbols and sign(exponent) > 0:
                return ZERO
            return exp(exponent * ln(base))
        return function("power", base, exponent)
    q = fmpq(exponent)
    if q.q == 1:
        return integer_power(base, _small(base, int(q.p)))
    if not isinstance(base, ClosedForm):
        return _rational_root(fmpq(base), q)
    return _closed_form_root(base, q)


def _small(base: Scalar, exponent: int) -> int:
    if isinstance(base, ClosedForm) and abs(exponent) > limits.POWER_BITS:
        raise LanguageError(
            "the power is too large to compute",
            expected=f"an exponent up to {limits.POWER_BITS}",
            found=short_number(fmpq(exponent)),
        )
    return exponent


def sqrt(x: Scalar) -> Scalar:
    """The square root; refuses x < 0."""
    return power(x, HALF)


def _negative_root(base: Scalar, exponent: fmpq) -> LanguageError:
    return LanguageError(
        "a root of a negative number is not real",
        expected="a base >= 0",
        found=f"({describe(base)})^({exponent})" if exponent != HALF else f"sqrt({describe(base)})",
    )


def _rational_root(base: fmpq, exponent: fmpq) -> Scalar:
    if base < 0:
        raise _negative_root(base, exponent)
    if not base:
        if exponent < 0:
            raise LanguageError("division by zero: 0 to a negative power", found=f"0^({exponent})")
        return ZERO
    if exponent.q > RADICAL_ORDER:
        raise LanguageError(
            "the root is of too high an order",
            expected=f"up to {RADICAL_ORDER}",
            found=str(exponent),
        )
    check_power_bits(base, abs(exponent))
    product = normalise([(root(p), k * exponent) for p, k in _merged(rational_factors(base))])
    return of_monomial(product.monomial, product.coefficient)


def _merged(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    total: dict[int, int] = {}
    for p, k in pairs:
        total[p] = total.get(p, 0) + k
    return list(total.items())


def _closed_form_root(base: ClosedForm, exponent: fmpq) -> Scalar:
    if not base.symbols and sign(base) < 0:
        raise _negative_root(base, exponent)
    if len(base.terms) > 1:
        lead = abs(base.leading())
        inner_sum = sum_atom(base * (1 / lead) if lead != 1 else base)
        return _of_powers([(inner_sum, exponent)], _rational_root(lead, exponent))
    ((m, c),) = base.terms.items()
    taken: list[tuple[Atom, int | fmpq]] = []
    kept: list[tuple[Atom, int | fmpq]] = []
    for atom, k in m.factors:
        known = atom.positive or (not atom.symbols and sign_of(atom.enclosure, lambda: False) > 0)
        (taken if known else kept).append((atom, k * exponent if known else k))
    outer = _rational_root(abs(c), exponent)
    if len(kept) == 1 and c > 0 and not (isinstance(kept[0][1], int) and kept[0][1] % 2 == 0):
        taken.append((kept[0][0], kept[0][1] * exponent))
    elif kept:
        inner = of_monomial(monomial(kept), UNIT if c > 0 else -UNIT)
        taken.append((sum_atom(inner), exponent))
    return _of_powers(taken, outer)


def _of_powers(powers: list[tuple[Atom, int | fmpq]], coefficient: Scalar) -> Scalar:
    product = normalise(powers)
    result = of_monomial(product.monomial, product.coefficient) * coefficient
    for base, k in product.expansions:
        result = result * integer_power(base, k)
    return result


def _is_algebraic(x: Scalar) -> bool:
    return not isinstance(x, ClosedForm) or all(
        isinstance(atom, Root) for m in x.terms for atom, _ in m.factors
    )


def _has_logarithm(x: Scalar) -> bool:
    return isinstance(x, ClosedForm) and any(m.log or _logarithm_of(m) for m in x.terms)


def _side(x: Scalar) -> tuple[bool, bool]:
    """(whether x is to be negated for the canonical sign, whether |x| > FAR_OUT).

    By the value, at a precision that is always the same; by the leading coefficient where symbols
    (or a value next to 0) leave it open.
    """
    if not isinstance(x, ClosedForm):
        return bool(x < 0), bool(abs(x) > FAR_OUT)
    if not x.symbols:
        before = ctx.prec
        ctx.prec = FIRST_BITS
        try:
            value = enclose(x)
        finally:
            ctx.prec = before
        if not value.contains(0):
            return bool(value < 0), bool(abs(value) > FAR_OUT)
    return bool(x.leading() < 0), False


def sigmoid(x: Scalar) -> Scalar:
    """1 / (1 + exp(-x)); algebraic where exp(x) is."""
    if not isinstance(x, ClosedForm) and x == 0:
        return HALF
    if _has_logarithm(x):
        y = exp(x)
        if _is_algebraic(y):
            return y * reciprocal(1 + y)
    negative, far_out = _side(x)
    if negative != far_out:
        return 1 - function("sigmoid", -x)
    return function("sigmoid", x)


def tanh(x: Scalar) -> Scalar:
    """(exp(2x) - 1) / (exp(2x) + 1); algebraic where exp(2x) is."""
    if not isinstance(x, ClosedForm) and x == 0:
        return ZERO
    if _has_logarithm(x):
        y = exp(x * 2)
        if _is_algebraic(y):
            return (y - 1) * reciprocal(y + 1)
    if _side(x)[0]:
        return -function("tanh", -x)
    return function("tanh", x)
