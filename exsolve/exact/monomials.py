"""Monomials: products of powers of atoms, and how two of them multiply."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple
from weakref import WeakValueDictionary

from flint import arb, ctx, fmpq

from exsolve.arithmetic import Scalar
from exsolve.exact.atoms import (
    NO_BALL,
    Atom,
    Exp,
    Log,
    Root,
    Sum,
    exp_atom,
    shorten,
    whole_power_ball,
)

Exponent = int | fmpq
"""``int`` wherever it is a whole number: hashing and comparing those is many times faster."""


class Monomial:
    """A product of powers of atoms, in the order of their keys; interned like them.

    ``log`` is the prime p if this is ln(p) and nothing else, or 0; ``divides`` says whether a sum
    stands in it with a negative exponent.
    """

    __slots__ = (
        "__weakref__",
        "_ball",
        "_bits",
        "divides",
        "factors",
        "key",
        "log",
        "size",
        "symbols",
    )

    def __init__(self, key: str, factors: tuple[tuple[Atom, Exponent], ...]) -> None:
        self.key = key
        self.factors = factors
        self.size = sum(atom.size for atom, _ in factors)
        self.symbols: frozenset[str] = frozenset().union(*(atom.symbols for atom, _ in factors))
        self.divides = any(isinstance(atom, Sum) and power < 0 for atom, power in factors)
        self.log = 0
        if len(factors) == 1:
            atom, power = factors[0]
            if isinstance(atom, Log) and power == 1:
                self.log = atom.base
        self._bits = 0
        self._ball = NO_BALL

    def enclosure(self) -> arb:
        """A ball at the working precision that contains the product."""
        if self._bits != ctx.prec:
            product = arb(1)
            for atom, power in self.factors:
                product *= raised_ball(atom.enclosure(), power)
            self._ball = product
            self._bits = ctx.prec
        return self._ball

    def __reduce__(self) -> tuple[Any, ...]:
        return monomial, (self.factors,)

    def __repr__(self) -> str:
        return self.key or "1"


def raised_ball(ball: arb, power: Exponent) -> arb:
    """ball ^ power; not finite where a root is not real."""
    if power == 1:
        return ball
    if isinstance(power, int):
        return whole_power_ball(ball, power)
    if power == fmpq(1, 2):
        return ball.sqrt()
    raised: arb = ball ** arb(power)
    return raised


_monomials: WeakValueDictionary[str, Monomial] = WeakValueDictionary()


def monomial(factors: Iterable[tuple[Atom, Exponent]]) -> Monomial:
    """The monomial of factors that are already normal (distinct atoms, no exponent 0)."""
    ordered = tuple(sorted(factors, key=lambda factor: factor[0].key))
    key = shorten(
        "*".join(atom.key if power == 1 else f"{atom.key}^{power}" for atom, power in ordered)
    )
    found = _monomials.get(key)
    return _monomials.setdefault(key, Monomial(key, ordered)) if found is None else found


ONE = monomial(())


class Product(NamedTuple):
    """coefficient * monomial * the product of base ^ exponent over ``expansions``."""

    coefficient: fmpq
    monomial: Monomial
    expansions: tuple[tuple[Scalar, int], ...]


def whole(power: Exponent) -> Exponent:
    """The exponent as ``int`` where it is one."""
    return power if isinstance(power, int) else int(power.p) if power.q == 1 else power


def normalise(powers: Iterable[tuple[Atom, Exponent]], expand: bool = True) -> Product:
    """The product of powers of atoms, each atom once, in normal form.

    Whole powers of a root's base go to the coefficient, exponentials are merged into one, and a
    sum whose exponents add up to 1 or more is handed back for expansion (unless ``expand`` is
    off: then a whole positive power of a sum is one that is too long to be multiplied out).
    """
    coefficient = fmpq(1)
    factors: list[tuple[Atom, Exponent]] = []
    expansions: list[tuple[Scalar, int]] = []
    argument: Scalar = None
    for atom, exponent in powers:
        power = whole(exponent)
        if power == 0:
            continue
        if isinstance(atom, Exp):
            part = atom.argument * power
            argument = part if argument is None else argument + part
            continue
        if isinstance(atom, Root):
            floor = power if isinstance(power, int) else int(power.p // power.q)
            if floor:
                coefficient *= fmpq(atom.base) ** floor
                power = power - floor
            if power == 0:
                continue
        elif isinstance(atom, Sum) and power > 0 and expand:
            floor = power if isinstance(power, int) else int(power.p // power.q)
            if floor:
                expansions.append((atom.base, floor))
                power = power - floor
            if power == 0:
                continue
        factors.append((atom, power))
    if argument is not None and argument != 0:
        factors.append((exp_atom(argument), 1))
    return Product(coefficient, monomial(factors), tuple(expansions))


@lru_cache(maxsize=50_000)
def multiply(a: Monomial, b: Monomial) -> Product:
    """The product of two monomials."""
    if not b.factors:
        return Product(fmpq(1), a, ())
    if not a.factors:
        return Product(fmpq(1), b, ())
    powers: dict[Atom, Exponent] = dict(a.factors)
    kept: list[tuple[Atom, Exponent]] = []
    for atom, power in b.factors:
        if atom not in powers:
            powers[atom] = power
        elif isinstance(atom, Sum) and (_is_opaque(power) or _is_opaque(powers[atom])):
            kept.append((atom, power + powers.pop(atom)))
        else:
            powers[atom] = power + powers[atom]
    opaque = [atom for atom in powers if isinstance(atom, Sum) and _is_opaque(powers[atom])]
    kept.extend((atom, powers.pop(atom)) for atom in opaque)
    product = normalise(powers.items())
    if not kept:
        return product
    together = normalise([*product.monomial.factors, *kept], expand=False)
    return Product(product.coefficient, together.monomial, product.expansions)


def _is_opaque(power: Exponent) -> bool:
    return isinstance(power, int) and power > 0


@lru_cache(maxsize=10_000)
def inverse(a: Monomial) -> Product:
    """1 / a."""
    return normalise([(atom, -power) for atom, power in a.factors])
