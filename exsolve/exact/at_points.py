"""Balls around the values of closed forms at rational points: nothing is rebuilt."""

from __future__ import annotations

from collections.abc import Mapping

from flint import arb, ctx, fmpq

from exsolve.arithmetic import Scalar
from exsolve.exact.atoms import FUNCTION_BALLS, Atom, Exp, Function, Named, Sum, Symbol, exp_ball
from exsolve.exact.monomials import raised_ball


def ball_at(scalar: Scalar, values: Mapping[str, fmpq], bits: int) -> arb:
    """A ball that contains the value with these values of all symbols; not finite where there is
    none. Raises LanguageError outside of a logarithm's domain.
    """
    before = ctx.prec
    ctx.prec = bits
    try:
        return _At(values).scalar(scalar)
    finally:
        ctx.prec = before


class _At:
    """Balls at one point, each atom's computed once."""

    def __init__(self, values: Mapping[str, fmpq]) -> None:
        self._values = values
        self._balls: dict[Atom, arb] = {}

    def scalar(self, scalar: Scalar) -> arb:
        if isinstance(scalar, fmpq):
            return arb(scalar)
        total = arb(0)
        for monomial, coefficient in scalar.terms.items():
            product = arb(coefficient)
            for atom, power in monomial.factors:
                product *= raised_ball(self._atom(atom), power)
            total += product
        return total

    def _atom(self, atom: Atom) -> arb:
        if atom not in self._balls:
            self._balls[atom] = self._computed(atom) if atom.symbols else atom.enclosure()
        return self._balls[atom]

    def _computed(self, atom: Atom) -> arb:
        if isinstance(atom, Symbol):
            return arb(self._values[atom.name])
        if isinstance(atom, Exp):
            return exp_ball(self.scalar(atom.argument))
        if isinstance(atom, Function):
            return FUNCTION_BALLS[atom.name](*map(self.scalar, atom.arguments))
        assert isinstance(atom, (Sum, Named))
        return self.scalar(atom.base if isinstance(atom, Sum) else atom.definition)
