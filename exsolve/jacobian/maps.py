"""Linear maps as sums of products of matrices, in the form in which a Jacobian is written.

A product is kept factor by factor until it is written, so that it can be transposed, and so that
what is common to all terms stands once: ``K.T @ (diag(a) - outer(a, a)) @ V``.
"""

from __future__ import annotations

from typing import NamedTuple

from flint import fmpq

from exsolve.expression.tree import Call, Dimension, Node, OptionValue, Shape
from exsolve.ops.construct import (
    ONE,
    ZERO,
    add,
    call,
    divide,
    is_call,
    literal,
    multiply,
    negate,
    transpose_matrix,
    without_number,
)

MATRIX, DIAGONAL, COLUMN, ROW = "matrix", "diagonal", "column", "row"


class Factor(NamedTuple):
    """One matrix of a product, [rows, columns].

    A diagonal matrix, a column [rows, 1] and a row [1, columns] are held as vectors.
    """

    kind: str
    node: Node
    rows: Dimension
    columns: Dimension


class Term(NamedTuple):
    """A number times a product of matrices, from left to right; without any, the identity."""

    coefficient: Node
    factors: tuple[Factor, ...]


class LinearMap(NamedTuple):
    """A sum of terms that maps the shape ``source`` to ``target``, each a vector or a number."""

    target: Shape
    source: Shape
    terms: tuple[Term, ...]


def matrix(node: Node, rows: Dimension, columns: Dimension) -> Factor:
    """A matrix [rows, columns] as a factor."""
    return Factor(MATRIX, node, rows, columns)


def diagonal(vector: Node, size: Dimension) -> Factor:
    """The diagonal matrix of a vector [size]."""
    return Factor(DIAGONAL, vector, size, size)


def column(vector: Node, size: Dimension) -> Factor:
    """A vector [size] that a number is multiplied with."""
    return Factor(COLUMN, vector, size, 1)


def row(vector: Node, size: Dimension) -> Factor:
    """A vector [size] that the inner product is taken with."""
    return Factor(ROW, vector, 1, size)


def ones(size: Dimension) -> Node:
    """The vector of ones."""
    return call("ones", shape=(size,))


def identity(shape: Shape) -> LinearMap:
    """The map that changes nothing."""
    return LinearMap(shape, shape, (Term(ONE, ()),))


def mapped(one: LinearMap, target: Shape, *factors: Factor) -> LinearMap:
    """The map followed by the product of the factors, whose result has the shape ``target``."""
    terms = one.terms
    for factor in reversed(factors):
        terms = tuple(_after(factor, term) for term in terms)
    return added(LinearMap(target, one.source, ()), LinearMap(target, one.source, terms))


def times(one: LinearMap, number: Node) -> LinearMap:
    """The map times a number (a node of shape ())."""
    terms = (Term(product(number, term.coefficient), term.factors) for term in one.terms)
    return one._replace(terms=tuple(terms))


def negated(one: LinearMap) -> LinearMap:
    """The negative of the map."""
    return one._replace(terms=tuple(Term(negate(t.coefficient), t.factors) for t in one.terms))


def added(one: LinearMap, other: LinearMap) -> LinearMap:
    """The sum of two maps between the same shapes; terms that differ in one factor are merged."""
    terms = list(one.terms)
    for term in other.terms:
        for place, present in enumerate(terms):
            merged = _merged(present, term)
            if merged is not None:
                terms[place : place + 1] = [merged] if merged.coefficient != ZERO else []
                break
        else:
            terms.append(term)
    return one._replace(terms=tuple(terms))


def transposed(one: LinearMap) -> LinearMap:
    """The transpose, pushed down to the factors."""
    terms = (Term(t.coefficient, _transposed(t.factors)) for t in one.terms)
    return LinearMap(one.source, one.target, tuple(terms))


def _transposed(factors: tuple[Factor, ...]) -> tuple[Factor, ...]:
    return tuple(_turned(factor) for factor in reversed(factors))


def _turned(factor: Factor) -> Factor:
    if factor.kind == MATRIX:
        return matrix(transpose_matrix(factor.node), factor.columns, factor.rows)
    if factor.kind == COLUMN:
        return row(factor.node, factor.rows)
    return column(factor.node, factor.columns) if factor.kind == ROW else factor


def product(a: Node, b: Node) -> Node:
    """The elementwise product; what is divided by stands below one line."""
    above, below = zip(*map(_quotient, (a, b)), strict=True)
    if all(is_call(one, "ones") or one == ONE for one in above):
        top = next((one for one in above if one != ONE), ONE)
    else:
        # a vector of ones changes nothing beside another vector
        top = multiply(*(one for one in above if not is_call(one, "ones")))
    return divide(top, multiply(*below))


def _quotient(node: Node) -> tuple[Node, Node]:
    if isinstance(node, Call) and node.operation.name == "divide":
        above, below = node.args
        return above, below
    return node, ONE


def _after(factor: Factor, term: Term) -> Term:
    """The factor times the term, with what meets in the middle multiplied out."""
    coefficient, factors = term
    if factor.kind == ROW:
        place = next((p for p, one in enumerate(factors) if one.kind == COLUMN), None)
        if place is not None:
            found = _vector(factors[: place + 1])
            return Term(product(_inner(factor, found), coefficient), factors[place + 1 :])
    if factors and factor.kind == MATRIX and factors[0].kind == MATRIX:
        taken = _rows_taken(factor, factors[0])
        if taken is not None:
            return Term(coefficient, (taken, *factors[1:]))
    if factors and factor.kind == DIAGONAL and factors[0].kind in (DIAGONAL, COLUMN):
        first = factors[0]
        # the outer derivative first, as in o*(1 - tanh(c)^2)
        both = first._replace(node=product(first.node, factor.node))
        return Term(coefficient, (both, *factors[1:]))
    if factors and factor.kind == ROW and factors[0].kind == DIAGONAL:
        scaled = factor._replace(node=product(factor.node, factors[0].node))
        return Term(coefficient, (scaled, *factors[1:]))
    return Term(coefficient, (factor, *factors))


def _rows_taken(left: Factor, right: Factor) -> Factor | None:
    """The product with some rows of an identity matrix, or their transpose: a part of the other
    matrix, as where the gates of a cell are slices of one vector."""
    if (at := _places(left.node)) is not None:
        return matrix(call("index", right.node, at=at), left.rows, right.columns)
    if (at := _places(transpose_matrix(right.node))) is not None:
        part = call("index", transpose_matrix(left.node), at=at)
        return matrix(transpose_matrix(part), left.rows, right.columns)
    return None


def _places(node: Node) -> OptionValue:
    """The index of ``identity(n)[...]``; None of anything else."""
    if isinstance(node, Call) and node.operation.name == "index":
        return node.options["at"] if is_call(node.args[0], "identity") else None
    return None


def _inner(left: Factor, right: Node) -> Node:
    """The inner product of two vectors."""
    if is_call(left.node, "ones"):
        if is_call(right, "ones") and isinstance(left.columns, int):
            return literal(left.columns)
        return call("sum", right)
    if is_call(right, "ones"):
        return call("sum", left.node)
    return call("sumsq", right) if left.node == right else call("matmul", left.node, right)


def _merged(one: Term, other: Term) -> Term | None:
    """The sum of two terms as one, where that is simpler to read."""
    if one.factors == other.factors:
        return Term(add(one.coefficient, other.coefficient), one.factors)
    pair = sorted((one, other), key=lambda term: len(term.factors))
    if not pair[0].factors and [f.kind for f in pair[1].factors] == [DIAGONAL]:
        parts = [product(term.coefficient, *_nodes(term)) for term in (one, other)]
        return Term(ONE, (pair[1].factors[0]._replace(node=add(*parts)),))
    if len(one.factors) != len(other.factors):
        return None
    pairs = list(zip(one.factors, other.factors, strict=True))
    places = [place for place, (a, b) in enumerate(pairs) if a != b]
    (place, *more) = places
    a, b = pairs[place]
    if more or a.kind == MATRIX or a.kind != b.kind or is_call(a.node, "ones"):
        return None
    if is_call(b.node, "ones"):
        return None
    total = add(product(one.coefficient, a.node), product(other.coefficient, b.node))
    factors = (*one.factors[:place], a._replace(node=total), *one.factors[place + 1 :])
    return Term(ONE, factors)


def _nodes(term: Term) -> list[Node]:
    """The vector of a diagonal term; the identity has the number 1 there."""
    return [factor.node for factor in term.factors] or [ONE]


def written(one: LinearMap) -> Node:
    """The map as an expression: a matrix [target, source], a vector, or a number."""
    terms = list(one.terms)
    if not terms:
        shape = (*one.target, *one.source)
        return call("zeros", shape=shape) if shape else ZERO
    if not one.target or not one.source:
        return add(*(_as_vector(term) for term in terms))
    return _sum(terms, one.target[0])


def _as_vector(term: Term) -> Node:
    factors = term.factors
    if not factors:
        return term.coefficient
    vector = _vector(factors if factors[-1].kind == COLUMN else _transposed(factors))
    return _scaled(vector, term) if is_call(vector, "ones") else product(term.coefficient, vector)


def _vector(factors: tuple[Factor, ...]) -> Node:
    """The product of matrices that ends in a column, from right to left."""
    *before, last = factors
    result = last.node
    for factor in reversed(before):
        if factor.kind == DIAGONAL:
            result = product(factor.node, result)
        elif is_call(result, "ones"):
            result = call("sum", factor.node, axis=1)
        else:
            result = call("matmul", factor.node, result)
    return result


def _sum(terms: list[Term], rows: Dimension) -> Node:
    """A sum of matrices [rows, ...], what is common to all of them written once."""
    if len(terms) == 1:
        return _matrix(terms[0], rows)
    first = terms[0]
    numbers, shares = zip(*(_share(term.coefficient) for term in terms), strict=True)
    if shares[0] != ONE and all(share == shares[0] for share in shares):
        alone = zip(numbers, terms, strict=True)
        whole = _sum([Term(literal(number), term.factors) for number, term in alone], rows)
        return _scaled(whole, Term(shares[0], ()))
    for end in (0, -1):
        common = first.factors[end] if first.factors else None
        if common is None or common.kind in (COLUMN, ROW):
            continue
        if all(term.factors and term.factors[end] == common for term in terms):
            rest = slice(1, None) if end == 0 else slice(None, -1)
            inner = [Term(term.coefficient, term.factors[rest]) for term in terms]
            if end == 0:
                return _matmul(_node(common), _sum(inner, common.columns))
            return _matmul(_sum(inner, rows), _node(common))
    return add(*(_matrix(term, rows) for term in terms))


def _share(coefficient: Node) -> tuple[fmpq, Node]:
    """The coefficient's rational number, and what else it is."""
    above, below = _quotient(coefficient)
    number, rest = without_number(above)
    return number, divide(rest, below)


def _matmul(left: Node, right: Node) -> Node:
    """The product; a chain leans to the left, as it is read."""
    if isinstance(right, Call) and right.operation.name == "matmul":
        return _matmul(_matmul(left, right.args[0]), right.args[1])
    return call("matmul", left, right)


def _matrix(term: Term, rows: Dimension) -> Node:
    if _share(term.coefficient)[0] < 0:
        return negate(_matrix(Term(negate(term.coefficient), term.factors), rows))
    factors = list(term.factors)
    if not factors:
        return _scaled(call("identity", n=rows), term)
    place = next((p for p, one in enumerate(factors) if one.kind == COLUMN), None)
    if place is not None:
        left = _vector(tuple(factors[: place + 1]))
        right = _vector(_transposed(tuple(factors[place + 1 :])))
        if is_call(left, "ones") and is_call(right, "ones"):
            both = (factors[0].rows, factors[-1].columns)
            return _scaled(call("ones", shape=both), term)
        return _scaled(call("outer", left, right), term)
    place = next((p for p, one in enumerate(factors) if one.kind == DIAGONAL), None)
    if place is not None:
        inside = product(term.coefficient, factors[place].node)
        factors[place] = factors[place]._replace(node=inside)
        term = Term(ONE, tuple(factors))
    result = _node(factors[0])
    for factor in factors[1:]:
        result = call("matmul", result, _node(factor))
    return _scaled(result, term)


def _node(factor: Factor) -> Node:
    return call("diag", factor.node) if factor.kind == DIAGONAL else factor.node


def _scaled(node: Node, term: Term) -> Node:
    above, below = _quotient(term.coefficient)
    return divide(multiply(above, node), below)
