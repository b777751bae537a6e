"""Exact limits of closed forms in one symbol.

Cheap methods first: the value itself where the form is continuous, Laurent series at a point, the
dominant terms at infinity, and SymPy's algorithm (D. Gruntz, On Computing Limits in a Symbolic
Manipulation System, 1996) for what these do not cover.
"""

from __future__ import annotations

from collections.abc import Callable

from flint import fmpq

from exsolve.arithmetic import Infinity, Scalar
from exsolve.errors import LanguageError
from exsolve.exact.asymptotics import AtInfinity, holds
from exsolve.exact.atoms import Atom, Function, Named, UndecidedError, scalar_symbols, symbol_atom
from exsolve.exact.elementary import atom_scalar, exp, ln
from exsolve.exact.equality import SYMPY_SIZE, equal
from exsolve.exact.power_series import limit_beside, limit_far_out
from exsolve.exact.ring import ClosedForm, reciprocal
from exsolve.exact.substitution import replace_symbols, rewrite
from exsolve.exact.sympy_forms import from_sympy, to_sympy
from exsolve.exact.time_limit import TimeIsUp, can_limit_time, time_limit
from exsolve.exact.zeros import NoLimitError, OutsideError, UncoveredError, infinite

SECONDS = 5.0
"""How long SymPy may take over one limit."""


def limit(x: Scalar, name: str, to: fmpq | Infinity, direction: str = "") -> Scalar:
    """What x tends to as the symbol ``name`` goes to a rational point or to infinity.

    direction: "+" from above, "-" from below, "" from both sides of a point (where x has no real
    values on one side, from the other). Other symbols stand for numbers in general position: what
    is zero for some of their values only is not taken for zero.
    Raises NoLimitError where the limit is infinite or does not exist, UndecidedError where no
    method here settles it, OutsideError where x is not real near the point.
    """
    if not isinstance(x, ClosedForm) or name not in x.symbols:
        return x
    if holds(x, name, lambda atom: isinstance(atom, Named | Function)):
        x = rewrite(x, lambda atom: _in_exponentials(atom, name))
    if not isinstance(x, ClosedForm) or name not in x.symbols:
        return x
    if isinstance(to, Infinity):
        v = atom_scalar(symbol_atom(name))
        return _at_infinity(x if to is Infinity.PLUS else replace_symbols(x, {name: -v}), name)
    value = _continuous(x, name, to)
    if value is not None:
        return value
    sides = (direction,) if direction else ("+", "-")
    found: list[Scalar] = []
    outside: OutsideError | None = None
    infinities: list[NoLimitError] = []
    for side in sides:
        try:
            found.append(_beside(x, name, to, 1 if side == "+" else -1))
        except NoLimitError as error:
            infinities.append(error)
        except OutsideError as error:
            outside = error
    if infinities:
        signs = {one.problem.found for one in infinities}
        if found or len(signs) > 1:
            raise NoLimitError(
                "the limit does not exist",
                expected="the same limit from above and from below",
                found=" and ".join([*sorted(signs), *map(_shown, found)]),
            )
        raise infinities[0]
    if not found:
        assert outside is not None
        raise outside
    if len(found) == 2:
        judgement = equal(*found)
        if judgement.proved_different:
            raise NoLimitError(
                "the limit does not exist",
                expected="the same limit from above and from below",
                found=f"{_shown(found[0])} from above and {_shown(found[1])} from below",
            )
        if not judgement.proved_equal:
            raise UndecidedError("whether the limits from above and from below are equal")
    return found[0]


def _shown(x: Scalar) -> str:
    return str(x)[:60]


def _in_exponentials(atom: Atom, name: str) -> Scalar | None:
    """What depends on the symbol by exponentials, names by their definitions."""
    if name not in atom.symbols:
        return atom_scalar(atom)

    def change(inner: Atom) -> Scalar | None:
        return _in_exponentials(inner, name)

    if isinstance(atom, Named):
        return rewrite(atom.definition, change)
    if isinstance(atom, Function):
        arguments = [rewrite(argument, change) for argument in atom.arguments]
        if atom.name == "sigmoid":
            return reciprocal(1 + exp(-arguments[0]))
        if atom.name == "tanh":
            y = exp(arguments[0] * 2)
            return (y - 1) * reciprocal(y + 1)
        if atom.name == "power":
            return exp(arguments[1] * ln(arguments[0]))
    return None


def _continuous(x: Scalar, name: str, point: fmpq) -> Scalar | None:
    """The value at the point, None where there is none or where it may jump."""
    if holds(x, name, lambda atom: isinstance(atom, Function) and atom.name == "floor"):
        return None
    try:
        return replace_symbols(x, {name: point})
    except LanguageError:
        return None


def _at_infinity(x: Scalar, name: str) -> Scalar:
    return _first_that_covers(
        lambda: AtInfinity(name).limit(x),
        lambda: limit_far_out(x, name),
        lambda: _by_sympy(x, name, None),
    )


def _beside(x: Scalar, name: str, point: fmpq, side: int) -> Scalar:
    def far_out() -> Scalar:
        v = atom_scalar(symbol_atom(name))
        return AtInfinity(name).limit(replace_symbols(x, {name: point + reciprocal(v) * side}))

    return _first_that_covers(
        lambda: limit_beside(x, name, point, side),
        far_out,
        lambda: _by_sympy(x, name, (point, side)),
    )


def _first_that_covers(*methods: Callable[[], Scalar]) -> Scalar:
    for method in methods:
        try:
            return method()
        except UncoveredError:
            continue
    raise UndecidedError(
        "the limit is not decided: no method here covers its form",
        expected="quotients of sums of powers and exponentials of the symbol",
        hint="rewrite the expression so that its dominant terms show",
    )


def _by_sympy(x: Scalar, name: str, beside: tuple[fmpq, int] | None) -> Scalar:
    """SymPy's answer; not asked where other symbols or long forms would let it guess or hang."""
    if scalar_symbols(x) != {name} or x.size > SYMPY_SIZE or not can_limit_time():
        raise UncoveredError
    import sympy

    variable = sympy.Symbol(name, real=True)
    try:
        with time_limit(SECONDS):
            expression = to_sympy(x)
            if beside is None:
                found = sympy.limit(expression, variable, sympy.oo)
            else:
                point, side = beside
                at = sympy.Rational(int(point.p), int(point.q))
                found = sympy.limit(expression, variable, at, "+" if side > 0 else "-")
    except (TimeIsUp, ValueError, NotImplementedError, RecursionError, TypeError, sympy.PoleError):
        raise UncoveredError from None
    if isinstance(found, sympy.AccumBounds):
        raise NoLimitError("the limit does not exist", found="values that go on changing")
    if found in (sympy.oo, -sympy.oo):
        raise infinite(1 if found is sympy.oo else -1)
    if found.has(sympy.I, sympy.zoo, sympy.nan, sympy.Limit):
        raise UncoveredError
    try:
        return from_sympy(found)
    except (ValueError, LanguageError):
        raise UncoveredError from None
