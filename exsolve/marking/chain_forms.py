"""How an expression is written, apart from what nobody cares about: order, brackets, signs.

Two expressions of one form differ by the order of terms and factors, by brackets in sums and
products, by where a number stands in a product, and by signs and terms that cancel at sight. To
multiply out, or to use what an operation does, gives another form.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator

from flint import fmpq

from exsolve.expression.tree import Call, Literal, Name, Node, Shape, postorder

Form = Hashable
_Sum = dict[Form, fmpq]
"""The terms of a sum, each with its number."""
ONE: Form = ()
_EVEN = frozenset(("sumsq", "abs"))
"""Operations that do not see a sign."""
_SAME_EITHER_WAY = frozenset(("dot", "max", "min"))
_MOST_POWERS = 12


def form(node: Node, shape: Callable[[Node], Shape]) -> Form:
    """The form of an expression; ``shape`` gives the shape of each part of it."""
    return _Forms(shape).of(node)


class _Forms:
    """The forms of one expression's parts; ``scalars`` are those that are numbers."""

    def __init__(self, shape: Callable[[Node], Shape]) -> None:
        self._shape = shape
        self._scalars: set[Form] = set()

    def of(self, node: Node) -> Form:
        found: dict[int, _Sum] = {}
        for part in postorder(node):
            terms = self._terms(part, [found[id(one)] for one in part.children()])
            found[id(part)] = terms
            if not self._shape(part):
                for term in (*terms, _alone(terms)[0]):
                    self._scalars.update(factor for factor, _ in _factors(term))
        return _frozen(found[id(node)])

    def _terms(self, node: Node, below: list[_Sum]) -> _Sum:
        if isinstance(node, Literal):
            return {ONE: node.value} if node.value else {}
        if isinstance(node, Name):
            return {("name", node.name): fmpq(1)}
        if not isinstance(node, Call):
            return {("data", repr(node.key())): fmpq(1)}
        name = node.operation.name
        if name in ("add", "subtract"):
            return _added(below[0], below[1], fmpq(1 if name == "add" else -1))
        if name == "negate":
            return {term: -number for term, number in below[0].items()}
        if name == "multiply":
            return _times(below[0], below[1])
        if name == "divide" and below[1]:
            term, number = _alone(below[1])
            return _times(below[0], {_power(term, -1): 1 / number})
        if name == "power" and below[0]:
            (base, number), (exponent, times) = _alone(below[0]), _alone(below[1])
            whole = exponent == ONE and times.q == 1 and abs(int(times.p)) <= _MOST_POWERS
            if whole:
                return {_power(base, int(times.p)): number ** int(times.p)}
        if name == "matmul":
            return self._matrix_product(below)
        if name == "transpose" and not node.options.get("axes") and below[0]:
            return self._transposed(below[0])
        return {_called(node, below): fmpq(1)}

    def _transposed(self, terms: _Sum) -> _Sum:
        """Of a sum term by term; of a product of matrices the transposes in reverse order."""
        found: _Sum = {}
        for term, number in terms.items():
            arrays, numbers = self._apart(term)
            if isinstance(arrays, tuple) and arrays[:1] == ("transpose",):
                turned = arrays[1]
            elif isinstance(arrays, tuple) and arrays[:1] == ("matmul",):
                turned = ("matmul", *(_turned(one) for one in reversed(arrays[1:])))
            else:
                turned = _turned(arrays)
            found[_from_powers([*_factors(turned), *numbers])] = number
        return found

    def _matrix_product(self, below: list[_Sum]) -> _Sum:
        """A product with its numbers in front, and its matrices in a row whatever the brackets."""
        number = fmpq(1)
        row: list[Form] = []
        numbers: list[tuple[Form, int]] = []
        for terms in below:
            term, own = _alone(terms)
            number *= own
            arrays, outside = self._apart(term)
            numbers += outside
            inner = isinstance(arrays, tuple) and arrays[:1] == ("matmul",)
            row += arrays[1:] if inner and isinstance(arrays, tuple) else [arrays]
        return {_from_powers([(("matmul", *row), 1), *numbers]): number} if number else {}

    def _apart(self, term: Form) -> tuple[Form, list[tuple[Form, int]]]:
        """The arrays in a product, and the numbers."""
        numbers = [one for one in _factors(term) if one[0] in self._scalars]
        return _from_powers([one for one in _factors(term) if one not in numbers]), numbers


def _frozen(terms: _Sum) -> Form:
    """A sum as a form of its own; of one term that term."""
    if len(terms) == 1:
        term, number = next(iter(terms.items()))
        if number == 1:
            return term
    kept = ((term, int(number.p), int(number.q)) for term, number in terms.items())
    return ("sum", *sorted(kept, key=repr))


def _alone(terms: _Sum) -> tuple[Form, fmpq]:
    """A sum as one term with its number: 0 for none, a bracket for several."""
    if not terms:
        return ONE, fmpq(0)
    if len(terms) == 1:
        return next(iter(terms.items()))
    # of a bracket and its negative, one is the form and the other has the number -1
    plain, minus = _frozen(terms), _frozen({term: -one for term, one in terms.items()})
    return (plain, fmpq(1)) if repr(plain) <= repr(minus) else (minus, fmpq(-1))


def _called(node: Call, below: list[_Sum]) -> Form:
    name = node.operation.name
    even = name in _EVEN
    parts = [_alone(one)[0] if even and len(one) > 1 else _frozen(one) for one in below]
    if name in _SAME_EITHER_WAY:
        parts.sort(key=repr)
    return (name, repr(sorted(node.options.items(), key=repr)), *parts)


def _added(one: _Sum, other: _Sum, sign: fmpq) -> _Sum:
    found = dict(one)
    for term, number in other.items():
        found[term] = found.get(term, fmpq(0)) + sign * number
        if found[term] == 0:
            del found[term]
    return found


def _factors(term: Form) -> Iterator[tuple[Form, int]]:
    if isinstance(term, tuple) and term[:1] == ("product",):
        yield from term[1:]
    elif term != ONE:
        yield term, 1


def _times(one: _Sum, other: _Sum) -> _Sum:
    """The product of two sums, each of more than one term as a bracket."""
    (left, first), (right, second) = _alone(one), _alone(other)
    if not first * second:
        return {}
    if left == ONE or right == ONE:  # a number goes to each term
        number, terms = (first, other) if left == ONE else (second, one)
        return {term: number * each for term, each in terms.items()}
    return {_from_powers([*_factors(left), *_factors(right)]): first * second}


def _power(term: Form, times: int) -> Form:
    return _from_powers([(factor, count * times) for factor, count in _factors(term)])


def _from_powers(factors: list[tuple[Form, int]]) -> Form:
    powers: dict[Form, int] = {}
    for factor, times in factors:
        powers[factor] = powers.get(factor, 0) + times
    kept = sorted(((factor, times) for factor, times in powers.items() if times), key=repr)
    if not kept:
        return ONE
    if len(kept) == 1 and kept[0][1] == 1:
        return kept[0][0]
    return ("product", *kept)


def _turned(term: Form) -> Form:
    return (
        term[1] if isinstance(term, tuple) and term[:1] == ("transpose",) else ("transpose", term)
    )
