"""Closed forms as SymPy expressions. SymPy is imported when one is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from exsolve.exact.arithmetic import Scalar
from exsolve.exact.atoms import Atom, Exp, Function, Log, Named, Pi, Root, Sum, Symbol
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
