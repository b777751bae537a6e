"""Closed forms as SymPy expressions, and back. SymPy is imported when one is asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from math import prod
from typing import TYPE_CHECKING, Any

from flint import fmpq

from exsolve.arithmetic import Scalar
from exsolve.exact import elementary, piecewise
from exsolve.exact.atoms import (
    PI,
    Atom,
    Exp,
    Function,
    Log,
    Named,
    Pi,
    Root,
    Sum,
    Symbol,
    symbol_atom,
)
from exsolve.exact.monomials import Exponent
from exsolve.exact.ring import ClosedForm

if TYPE_CHECKING:
    import sympy


def to_sympy(scalar: Scalar) -> sympy.Expr:
    """The scalar as a SymPy expression; symbols are real, named cells give their definitions."""
    return _expression(scalar, {})


def _expression(scalar: Scalar, known: dict[Atom, Any]) -> Any:
    import sympy

    if not isinstance(scalar, ClosedForm):
        numerator, denominator = (scalar, 1) if isinstance(scalar, int) else (scalar.p, scalar.q)
        return sympy.Rational(int(numerator), int(denominator))
    return sympy.Add(
        *(
            sympy.Mul(
                sympy.Rational(int(c.p), int(c.q)),
                *(sympy.Pow(_atom(atom, known), _exponent(k)) for atom, k in m.factors),
            )
            for m, c in scalar.terms.items()
        )
    )


def _exponent(power: Exponent) -> Any:
    import sympy

    if isinstance(power, int):
        return sympy.Integer(power)
    return sympy.Rational(int(power.p), int(power.q))


def _atom(atom: Atom, known: dict[Atom, Any]) -> Any:
    if atom not in known:
        known[atom] = _new_atom(atom, known)
    return known[atom]


def _new_atom(atom: Atom, known: dict[Atom, Any]) -> Any:
    import sympy

    match atom:
        case Root():
            return sympy.Integer(atom.base)
        case Log():
            return sympy.log(sympy.Integer(atom.base))
        case Exp():
            return sympy.exp(_expression(atom.argument, known))
        case Pi():
            return sympy.pi
        case Symbol():
            return sympy.Symbol(atom.name, real=True)
        case Sum():
            return _expression(atom.base, known)
        case Named():
            return _expression(atom.definition, known)
        case Function():
            return _function(atom.name, [_expression(a, known) for a in atom.arguments])
    raise AssertionError(atom)


def _function(name: str, arguments: list[Any]) -> Any:
    import sympy

    match name:
        case "sigmoid":
            return 1 / (1 + sympy.exp(-arguments[0]))
        case "power":
            return sympy.Pow(*arguments)
        case _:
            functions = {
                "tanh": sympy.tanh,
                "ln": sympy.log,
                "floor": sympy.floor,
                "abs": sympy.Abs,
                "max": sympy.Max,
                "min": sympy.Min,
            }
            return functions[name](*arguments)


def from_sympy(expression: sympy.Basic) -> Scalar:
    """The scalar of a SymPy expression; raises ValueError for what closed forms do not have."""
    import sympy

    if isinstance(expression, sympy.Rational):
        return fmpq(int(expression.p), int(expression.q))
    if isinstance(expression, sympy.Symbol):
        return elementary.atom_scalar(symbol_atom(expression.name))
    if expression is sympy.pi:
        return elementary.atom_scalar(PI)
    if expression is sympy.E:
        return elementary.exp(fmpq(1))
    args = [from_sympy(arg) for arg in expression.args]
    if isinstance(expression, sympy.Add):
        return sum(args, fmpq(0))
    if isinstance(expression, sympy.Mul):
        return prod(args, start=fmpq(1))
    functions: dict[Any, Callable[..., Scalar]] = {
        sympy.Pow: elementary.power,
        sympy.exp: elementary.exp,
        sympy.log: elementary.ln,
        sympy.tanh: elementary.tanh,
        sympy.floor: piecewise.floor,
        sympy.Abs: piecewise.absolute,
        sympy.Max: lambda *values: reduce(piecewise.maximum, values),
        sympy.Min: lambda *values: reduce(piecewise.minimum, values),
    }
    if expression.func not in functions:
        raise ValueError(f"no closed form for {expression.func}")
    return functions[expression.func](*args)
