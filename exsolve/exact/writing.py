"""Closed forms as trees of the language, as a person writes them.

Inside, ln(80) is 4 ln(2) + ln(5) and 1/sqrt(3) is 3^(1/2)/3; here logarithms with a common cofactor
are put together again, radicals are combined, and negative exponents become one division.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from math import gcd, lcm
from typing import NamedTuple

from flint import fmpq

from exsolve.arithmetic import Scalar
from exsolve.exact.atoms import Atom, Exp, Function, Log, Named, Pi, Root, Sum, Symbol
from exsolve.exact.monomials import ONE, Exponent, Monomial, monomial, whole
from exsolve.exact.ring import ClosedForm, Terms, of_monomial
from exsolve.expression.tree import Call, Literal, Name, Node, Operation

LOGARITHM_BITS = 200
"""Bits of ln's argument up to which logarithms are put together."""

Factors = Sequence[tuple[Atom, Exponent]]


class Piece(NamedTuple):
    """A term of a sum as it is written: its sign, its tree without the sign, its place."""

    negative: bool
    node: Node
    place: tuple[object, ...]


def to_tree(scalar: Scalar, operations: Mapping[str, Operation]) -> Node:
    """The tree of a scalar, built from the operations add, subtract, multiply, divide, power,
    negate, exp, ln, sqrt, sigmoid, tanh, floor, abs, max, min and index."""
    return _Writer(operations).scalar(scalar)


def content(coefficients: Sequence[fmpq]) -> fmpq:
    """The largest positive rational of which all are whole multiples."""
    above = reduce(gcd, (abs(int(c.p)) for c in coefficients))
    below = reduce(lcm, (int(c.q) for c in coefficients))
    return fmpq(above, below)


class _Writer:
    def __init__(self, operations: Mapping[str, Operation]) -> None:
        self.operations = operations

    def call(self, name: str, *args: Node) -> Node:
        return Call(self.operations[name], args)

    def scalar(self, scalar: Scalar) -> Node:
        if not isinstance(scalar, ClosedForm):
            return Literal(fmpq(scalar))
        return self.sum(scalar.terms)

    # -- sums

    def sum(self, terms: Terms) -> Node:
        opposite = _opposite_sigmoid(terms)
        if opposite is not None:
            return self.call("sigmoid", self.scalar(opposite))
        factored = self.common_names(terms)
        pieces = [factored] if factored else self.pieces(terms)
        pieces.sort(key=lambda piece: piece.place)
        first = next((i for i, piece in enumerate(pieces) if not piece.negative), 0)
        pieces.insert(0, pieces.pop(first))
        head = pieces[0]
        total = self.negated(head.node) if head.negative else head.node
        for piece in pieces[1:]:
            total = self.call("subtract" if piece.negative else "add", total, piece.node)
        return total

    def common_names(self, terms: Terms) -> Piece | None:
        """The sum with the named cells that all its terms share pulled out: h*(1 - h)."""
        if len(terms) < 2:
            return None
        shared = [dict(m.factors) for m in terms]
        common: dict[Atom, Exponent] = {}
        for atom, power in shared[0].items():
            if isinstance(atom, Named) and all(atom in powers for powers in shared):
                least = min(powers[atom] for powers in shared)
                if isinstance(least, int) and least > 0 < power:
                    common[atom] = least
        if not common:
            return None
        scale = content(list(terms.values()))
        rest: Terms = {}
        for m, c in terms.items():
            left = [(atom, power - common.get(atom, 0)) for atom, power in m.factors]
            rest[monomial((atom, whole(power)) for atom, power in left if power)] = c / scale
        return self.product(scale, list(common.items()), self.sum(rest))

    def negated(self, node: Node) -> Node:
        """The sign goes to the first factor, where the parser puts it too: -2*sqrt(3)."""
        if isinstance(node, Literal):
            return Literal(-node.value)
        if isinstance(node, Call) and node.operation.name in ("multiply", "divide"):
            return Call(node.operation, (self.negated(node.args[0]), *node.args[1:]))
        return self.call("negate", node)

    def pieces(self, terms: Terms) -> list[Piece]:
        """The terms of a sum: those over one denominator together, then logarithms, then others."""
        divided: dict[tuple[tuple[Atom, Exponent], ...], Terms] = {}
        logarithms: dict[Monomial, dict[int, fmpq]] = {}
        pieces: list[Piece] = []
        for m, c in terms.items():
            divisors = tuple(f for f in m.factors if isinstance(f[0], Sum) and f[1] < 0)
            logs = [a for a, power in m.factors if isinstance(a, Log) and power == 1]
            if divisors:
                rest = monomial(f for f in m.factors if f not in divisors)
                divided.setdefault(divisors, {})[rest] = c
            elif len(logs) == 1:
                rest = monomial(f for f in m.factors if f[0] is not logs[0])
                logarithms.setdefault(rest, {})[logs[0].base] = c
            else:
                pieces.append(self.product(c, m.factors))
        for divisors, numerator in divided.items():
            pieces.append(self.quotient(numerator, divisors))
        for rest, coefficients in logarithms.items():
            pieces.extend(self.logarithm(coefficients, rest))
        return pieces

    def quotient(self, numerator: Terms, divisors: Factors) -> Piece:
        if len(numerator) == 1:
            ((m, c),) = numerator.items()
            return self.product(c, [*m.factors, *divisors])
        common = content(list(numerator.values()))
        if all(c < 0 for c in numerator.values()):
            common = -common
        above = self.sum({m: c / common for m, c in numerator.items()})
        return self.product(common, divisors, above)

    def logarithm(self, coefficients: dict[int, fmpq], cofactor: Monomial) -> list[Piece]:
        """The sum of coefficient * ln(prime) as one logarithm where its argument stays short."""
        common = content(list(coefficients.values()))
        if all(c < 0 for c in coefficients.values()):
            common = -common
        powers = {prime: int((c / common).p) for prime, c in coefficients.items()}
        bits = sum(abs(k) * prime.bit_length() for prime, k in powers.items())
        if len(powers) > 1 and bits > LOGARITHM_BITS:
            return [
                piece
                for prime, c in coefficients.items()
                for piece in self.logarithm({prime: c}, cofactor)
            ]
        argument = fmpq(1)
        for prime, k in powers.items():
            argument *= fmpq(prime) ** k
        return [self.product(common, cofactor.factors, self.call("ln", Literal(argument)))]

    # -- products

    def product(self, coefficient: fmpq, factors: Factors, extra: Node | None = None) -> Piece:
        """coefficient * factors * extra with everything of negative exponent under one bar."""
        above: list[tuple[int, Node]] = [] if extra is None else [(4, extra)]
        below: list[tuple[int, Node]] = []
        radicands: dict[int, int] = {}
        for atom, power in factors:
            if isinstance(atom, Root):
                order = int(power.q) if isinstance(power, fmpq) else 1
                radicand = atom.base ** int(power.p if isinstance(power, fmpq) else power)
                radicands[order] = radicands.get(order, 1) * radicand
                continue
            base: Scalar = None
            if isinstance(atom, Sum):
                base, scale = _whole_coefficients(atom.base)
                if isinstance(power, int) and scale != 1:
                    coefficient = coefficient / fmpq(scale) ** power
                else:
                    base = atom.base if scale != 1 else base
            written = self.atom(atom) if base is None else self.scalar(base)
            node = self.powered(written, -power if power < 0 else power)
            (below if power < 0 else above).append((atom.rank, node))
        for order, radicand in sorted(radicands.items()):
            above.append((Root.rank, self.powered(Literal(fmpq(radicand)), fmpq(1, order))))
        negative = bool(coefficient < 0)
        place = _place(factors, extra is None)
        return Piece(negative, self.fraction(abs(coefficient), above, below), place)

    def fraction(
        self, coefficient: fmpq, above: list[tuple[int, Node]], below: list[tuple[int, Node]]
    ) -> Node:
        numerator = [node for _, node in sorted(above, key=lambda pair: pair[0])]
        denominator = [node for _, node in sorted(below, key=lambda pair: pair[0])]
        if not numerator and not denominator:
            return Literal(coefficient)
        if coefficient.p != 1 or not numerator:
            numerator.insert(0, Literal(fmpq(coefficient.p)))
        if coefficient.q != 1:
            denominator.insert(0, Literal(fmpq(coefficient.q)))
        result = self.chain(numerator)
        return self.call("divide", result, self.chain(denominator)) if denominator else result

    def one_fraction(self, scalar: Scalar) -> Node:
        """A sum under one bar: (N + 1)/2."""
        if isinstance(scalar, ClosedForm) and len(scalar.terms) > 1:
            whole, scale = _whole_coefficients(scalar)
            if scale > 1:
                return self.call("divide", self.scalar(whole), Literal(fmpq(scale)))
        return self.scalar(scalar)

    def chain(self, nodes: list[Node]) -> Node:
        return reduce(lambda a, b: self.call("multiply", a, b), nodes)

    def exponential(self, argument: Scalar) -> Node:
        """exp(x), or 2^N where x is N times a logarithm."""
        if isinstance(argument, ClosedForm):
            common = _logarithm_and_cofactor(argument.terms)
            if common is not None:
                base, cofactor = common
                return self.call("power", Literal(base), self.scalar(cofactor))
        return self.call("exp", self.scalar(argument))

    def powered(self, base: Node, power: Exponent) -> Node:
        if power == 1:
            return base
        if power == fmpq(1, 2):
            return self.call("sqrt", base)
        return self.call("power", base, Literal(fmpq(power)))

    def atom(self, atom: Atom) -> Node:
        match atom:
            case Log():
                return self.call("ln", Literal(fmpq(atom.base)))
            case Exp():
                return self.exponential(atom.argument)
            case Pi():
                return Name("pi")
            case Symbol():
                return Name(atom.name)
            case Sum():
                return self.scalar(atom.base)
            case Function(name="floor"):
                return self.call("floor", self.one_fraction(atom.arguments[0]))
            case Function():
                return self.call(atom.name, *map(self.scalar, atom.arguments))
            case Named():
                if not atom.index:
                    return Name(atom.name)
                return Call(self.operations["index"], (Name(atom.name),), {"at": atom.index})
        raise AssertionError(atom)


def _opposite_sigmoid(terms: Terms) -> Scalar | None:
    """-x where the terms are 1 - sigmoid(x), which is sigmoid(-x)."""
    if len(terms) != 2 or terms.get(ONE) != 1:
        return None
    m = next(m for m in terms if m is not ONE)
    atom, power = m.factors[0]
    single = len(m.factors) == 1 and power == 1 and terms[m] == -1
    if single and isinstance(atom, Function) and atom.name == "sigmoid":
        return -atom.arguments[0]
    return None


def _logarithm_and_cofactor(terms: Terms) -> tuple[fmpq, Scalar] | None:
    """(base, x) where the terms are x * ln(base), the base a whole number > 1, or None."""
    if len(terms) != 1:
        return None
    ((m, c),) = terms.items()
    logs = [atom for atom, power in m.factors if isinstance(atom, Log) and power == 1]
    if len(logs) != 1 or c != c.p:
        return None
    rest = monomial(f for f in m.factors if f[0] is not logs[0])
    return fmpq(logs[0].base), of_monomial(rest, c)


def _whole_coefficients(base: Scalar) -> tuple[Scalar, int]:
    """(base * scale, scale) with the smallest scale that makes all coefficients whole."""
    scale = reduce(lcm, (int(c.q) for c in base.terms.values()))
    return base * scale, scale


def _place(factors: Factors, plain: bool) -> tuple[object, ...]:
    """Descending powers of symbols, then irrational terms, rational numbers last."""
    letters = [(a, k) for a, k in factors if isinstance(a, (Symbol, Named))]
    degree = sum((fmpq(k) for _, k in letters), fmpq(0))
    names = tuple(sorted(a.key for a, _ in letters))
    rational = plain and not factors
    kinds = tuple(sorted((a.rank, _number(a), a.key) for a, _ in factors))
    return (-degree, names, rational, kinds)


def _number(atom: Atom) -> fmpq:
    """A rational argument, so that exp(2) stands before exp(10)."""
    if isinstance(atom, Exp) and not isinstance(atom.argument, ClosedForm):
        return fmpq(atom.argument)
    return fmpq(0)
