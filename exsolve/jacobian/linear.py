"""The matrix of a linear expression: what a vector-Jacobian product does to the vector."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from exsolve.errors import LanguageError
from exsolve.expression.printer import show
from exsolve.expression.shapes import placed
from exsolve.expression.tree import Call, Constant, Name, Node, Shape, Slice, postorder
from exsolve.jacobian.maps import (
    LinearMap,
    added,
    column,
    diagonal,
    identity,
    mapped,
    matrix,
    negated,
    ones,
    row,
    times,
    written,
)
from exsolve.ops.construct import (
    ONE,
    ZERO,
    call,
    divide,
    is_call,
    literal,
    subtract,
    transpose,
)
from exsolve.ops.shapes import count

MOST_TERMS = 24
"""A Jacobian with more terms than this is not read by anybody."""


class Part(NamedTuple):
    """A part of the expression: its shape, and the map that it is, None where it is constant."""

    node: Node
    shape: Shape
    map: LinearMap | None


Rule = Callable[[Call, list[Part], Shape], LinearMap]


def linear_map(expression: Node, name: str, shape_of_name: Callable[[str], Shape]) -> Node:
    """The matrix M of an expression that is linear in the vector ``name``: M @ name is its value.

    M is [b, a] for a result [b] and a vector [a]; a vector where one of the two is a number.
    Raises LanguageError where the expression is not linear in the name, or has no readable matrix.
    """
    source = identity(shape_of_name(name))
    return written(map_of(expression, {name: source}, shape_of_name))


def map_of(
    expression: Node, known: Mapping[str, LinearMap], shape_of_name: Callable[[str], Shape]
) -> LinearMap:
    """The expression as a linear map, where the names in ``known`` are linear maps of one source.

    Raises LanguageError as ``linear_map`` does.
    """
    stack: list[Part] = []
    for node in postorder(expression):
        if isinstance(node, Name):
            found = known.get(node.name)
            shape = shape_of_name(node.name) if found is None else found.target
            stack.append(Part(node, shape, found))
        elif isinstance(node, Call):
            size = len(node.args)
            parts = stack[len(stack) - size :]
            del stack[len(stack) - size :]
            stack.append(_part(node, parts))
        else:
            stack.append(Part(node, node.value.shape if isinstance(node, Constant) else (), None))
    result = stack.pop().map
    if result is None:
        raise LanguageError(
            "the expression is not linear: it does not depend on the vector",
            expected=f"an expression over {' and '.join(known)}",
        )
    return result


def _part(node: Call, parts: list[Part]) -> Part:
    try:
        shape = node.operation.shape([part.shape for part in parts], node.options)
        if all(part.map is None for part in parts):
            return Part(node, shape, None)
        rule = _RULES.get(node.operation.name)
        if rule is None or len(shape) > 1 or any(len(p.shape) > 1 for p in parts if p.map):
            raise _unreadable(node)
        found = rule(node, parts, shape)
    except LanguageError as error:
        raise placed(error, node.offset) from None
    if len(found.terms) > MOST_TERMS:
        raise _unreadable(node)
    return Part(node, shape, found)


def _unreadable(node: Call) -> LanguageError:
    return LanguageError(
        f"{node.operation.name} has no readable Jacobian here",
        expected="sums, products with numbers, vectors and matrices, sums of cells",
        found=node.operation.name,
        hint="ask for it column by column, as the gradient of one component at a time",
    )


def _not_linear(node: Call) -> LanguageError:
    return LanguageError(
        f"{node.operation.name} is not linear here",
        expected="sums of terms that all depend on the vector, products with constants",
        found=show(node),
    )


def _only(node: Call, parts: list[Part]) -> LinearMap:
    """The one argument that is a map."""
    maps = [part.map for part in parts if part.map is not None]
    if len(maps) != 1:
        raise _not_linear(node)
    return maps[0]


def _number(one: LinearMap) -> LinearMap:
    """A map to one cell, [1] or a number, as a map to a number."""
    return mapped(one, (), row(ones(1), 1)) if one.target else one


def _stretched(node: Call, one: LinearMap, shape: Shape) -> LinearMap:
    """The map to a vector whose cells are all the one cell of the map's result."""
    if one.target == shape:
        return one
    if one.target not in ((), (1,)):
        raise _unreadable(node)
    return mapped(_number(one), shape, column(ones(shape[0]), shape[0])) if shape else _number(one)


def _cell(part: Part) -> Node:
    """A constant of one cell as a number."""
    if not part.shape:
        return part.node
    node = part.node
    if isinstance(node, Call) and node.operation.name == "sum" and node.options["keepdims"]:
        return call("sum", *node.args)
    return call("index", node, at=(0,))


def _weighted(
    node: Call, one: LinearMap, part: Part, shape: Shape, weight: Callable[[Node], Node]
) -> LinearMap:
    """The map times a constant, cell by cell."""
    if len(part.shape) > 1:
        raise _unreadable(node)
    if part.shape in ((), (1,)) and part.shape != shape:
        return _stretched(node, times(one, weight(_cell(part))), shape)
    if not shape:
        return times(one, weight(part.node))
    if one.target == shape:
        return mapped(one, shape, diagonal(weight(part.node), shape[0]))
    return mapped(_number(one), shape, column(weight(part.node), shape[0]))


def _multiply(node: Call, parts: list[Part], shape: Shape) -> LinearMap:
    one = _only(node, parts)
    (constant,) = (part for part in parts if part.map is None)
    if is_call(constant.node, "ones_like"):
        return _stretched(node, one, shape)
    return _weighted(node, one, constant, shape, lambda c: c)


def _divide(node: Call, parts: list[Part], shape: Shape) -> LinearMap:
    above, below = parts
    if above.map is None or below.map is not None:
        raise _not_linear(node)
    return _weighted(node, above.map, below, shape, lambda c: divide(ONE, c))


def _add(node: Call, parts: list[Part], shape: Shape) -> LinearMap:
    total: LinearMap | None = None
    for place, part in enumerate(parts):
        if part.map is None:
            raise _not_linear(node)
        one = _stretched(node, part.map, shape)
        if place and node.operation.name == "subtract":
            one = negated(one)
        total = one if total is None else added(total, one)
    assert total is not None
    return total


def _negate(node: Call, parts: list[Part], shape: Shape) -> LinearMap:
    return negated(_only(node, parts))


def _matmul(node: Call, parts: list[Part], shape: Shape) -> LinearMap:
    one = _only(node, parts)
    left, right = parts
    constant = left if left.map is None else right
    if len(constant.shape) == 1:
        return mapped(one, shape, row(constant.node, constant.shape[0]))
    if len(constant.shape) > 2:
        raise _unreadable(node)
    rows, columns = constant.shape
    if constant is left:
        return mapped(one, shape, matrix(constant.node, rows, columns))
    return mapped(one, shape, matrix(transpose(constant.node), columns, rows))


def _sum(node: Call, parts: list[Part], shape: Shape) -> LinearMap:
    one = _only(node, parts)
    if one.target:
        (size,) = one.target
        one = mapped(one, (), row(ones(size), size))
        if node.operation.name == "mean":
            values = count((size,), (0,))
            cells = call("size", ones(size)) if values is None else literal(values)
            one = times(one, divide(ONE, cells))
    return _stretched(node, one, shape)


def _expand(node: Call, parts: list[Part], shape: Shape) -> LinearMap:
    return _stretched(node, _only(node, parts), shape)


def _reshape(node: Call, parts: list[Part], shape: Shape) -> LinearMap:
    return _stretched(node, _only(node, parts), shape)


def _transpose(node: Call, parts: list[Part], shape: Shape) -> LinearMap:
    return _only(node, parts)


def _where(node: Call, parts: list[Part], shape: Shape) -> LinearMap:
    test, *choices = parts
    if test.map is not None or test.shape != shape or not shape:
        raise _unreadable(node)
    mask = test.node
    if not any(is_call(mask, name) for name in _COMPARISONS):
        mask = call("not_equal_to", mask, ZERO)
    total = LinearMap(shape, _only(node, choices[:1] if choices[0].map else choices).source, ())
    for part, weight in zip(choices, (mask, subtract(ONE, mask)), strict=True):
        if part.map is not None:
            chosen = _stretched(node, part.map, shape)
            total = added(total, mapped(chosen, shape, diagonal(weight, shape[0])))
        elif part.node != ZERO:
            raise _not_linear(node)
    return total


def _index(node: Call, parts: list[Part], shape: Shape) -> LinearMap:
    one = _only(node, parts)
    (size,) = one.target
    taken = call("index", call("identity", n=size), at=node.options["at"])
    if shape:
        return mapped(one, shape, matrix(taken, shape[0], size))
    return mapped(one, shape, row(taken, size))


def _scatter(node: Call, parts: list[Part], shape: Shape) -> LinearMap:
    """Back into the places of an index, whose matrix is the transpose of that of the index."""
    one = _only(node, parts)
    (size,) = shape
    (start,) = node.options["start"]
    whole = call("identity", n=size)
    if one.target == (1,):
        return mapped(_number(one), shape, column(call("index", whole, at=(start,)), size))
    if node.options["step"] is not None or not isinstance(one.target[0], int):
        raise _unreadable(node)
    part = call("index", whole, at=(Slice(start, start + one.target[0]),))
    return mapped(one, shape, matrix(transpose(part), size, one.target[0]))


_COMPARISONS = ("greater", "less", "greater_equal", "less_equal", "equal_to", "not_equal_to")

_RULES: Mapping[str, Rule] = {
    "add": _add,
    "subtract": _add,
    "negate": _negate,
    "multiply": _multiply,
    "divide": _divide,
    "matmul": _matmul,
    "dot": _matmul,
    "sum": _sum,
    "mean": _sum,
    "expand": _expand,
    "expand_dims": _reshape,
    "reshape": _reshape,
    "transpose": _transpose,
    "where": _where,
    "index": _index,
    "scatter": _scatter,
}
