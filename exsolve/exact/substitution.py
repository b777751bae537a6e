"""Rebuilding closed forms with some of their atoms replaced."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flint import fmpq

from exsolve.arithmetic import Scalar
from exsolve.exact.atoms import (
    Atom,
    Exp,
    Function,
    Log,
    Named,
    Root,
    Sum,
    Symbol,
)
from exsolve.exact.elementary import atom_scalar, exp, ln, power, sigmoid, tanh
from exsolve.exact.piecewise import absolute, floor, maximum, minimum
from exsolve.exact.ring import (
    ZERO,
    ClosedForm,
)

_FUNCTIONS: dict[str, Callable[..., Scalar]] = {
    "sigmoid": sigmoid,
    "tanh": tanh,
    "ln": ln,
    "floor": floor,
    "abs": absolute,
    "max": maximum,
    "min": minimum,
    "power": power,
}


def replace_symbols(scalar: Scalar, values: Mapping[str, Scalar]) -> Scalar:
    """The scalar with symbols given values, in normal form again.

    A named cell whose definition holds one of the symbols is replaced by its definition.
    """
    return rewrite(scalar, lambda atom: _replacement(atom, values))


def _replacement(atom: Atom, values: Mapping[str, Scalar]) -> Scalar | None:
    if not atom.symbols & values.keys():
        return atom_scalar(atom)
    if isinstance(atom, Symbol):
        return values[atom.name]
    if isinstance(atom, Named):
        return replace_symbols(atom.definition, values)
    return None


def rewrite(scalar: Scalar, change: Callable[[Atom], Scalar | None]) -> Scalar:
    """The scalar with each atom that ``change`` answers for replaced, the others rebuilt."""
    return _rewritten(scalar, change, {})


def _rewritten(
    scalar: Scalar, change: Callable[[Atom], Scalar | None], known: dict[Atom, Scalar]
) -> Scalar:
    """``rewrite`` with what became of an atom before: one may be shared by thousands of terms."""
    if not isinstance(scalar, ClosedForm):
        return scalar
    total: Scalar = ZERO
    for m, c in scalar.terms.items():
        product: Scalar = c
        for atom, exponent in m.factors:
            value = known.get(atom)
            if value is None:
                value = change(atom)
                if value is None:
                    value = _rebuild(atom, change, known)
                known[atom] = value
            product = product * power(value, exponent)
        total = total + product
    return total


def _rebuild(
    atom: Atom, change: Callable[[Atom], Scalar | None], known: dict[Atom, Scalar]
) -> Scalar:
    if isinstance(atom, Exp):
        return exp(_rewritten(atom.argument, change, known))
    if isinstance(atom, Sum):
        return _rewritten(atom.base, change, known)
    if isinstance(atom, Function):
        return _FUNCTIONS[atom.name](*(_rewritten(a, change, known) for a in atom.arguments))
    if isinstance(atom, Root):
        return fmpq(atom.base)
    if isinstance(atom, Log):
        return ln(fmpq(atom.base))
    return atom_scalar(atom)
