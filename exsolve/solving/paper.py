"""A definition as it is written by hand, which depends on the shapes of what stands in it."""

from __future__ import annotations

from collections.abc import Sequence
from operator import is_
from typing import NamedTuple

from exsolve.expression.tree import Call, Context, Node, OptionValue, Shape, Slice, postorder
from exsolve.notation import (
    INNER,
    SCALED,
    along,
    along_axis,
    as_itself,
    as_ones,
    as_zero,
    over,
    put_at,
    side_by_side,
    without_keepdims,
)

CELLWISE = frozenset({"add", "subtract", "multiply", "divide", "negate"})
"""Operations whose arguments stand side by side, so that the shape of one explains another's."""
SPREADING = frozenset({"expand", "expand_dims", "reshape"})
ONES = frozenset({"ones", "ones_like"})
ZEROS = frozenset({"zeros", "zeros_like"})
REDUCTIONS = frozenset({"sum", "mean", "var", "std", "min", "max"})


def on_paper(expression: Node, context: Context) -> Node:
    """The definition in the notation of paper; the text of the language stays the same.

    A product with a scalar has a dot; the softmax of a matrix says rows or columns, and so does
    a mean; a place counted from the end is counted from the beginning, and the row of a matrix is
    no cell. Matrices that are joined stand side by side. What is only spread or turned to fit the
    arrays beside it stands as itself.
    """
    order = postorder(expression)
    shown = _shown_as_they_are(expression, order, context)
    done: dict[int, Node] = {}
    for node in order:
        args = [done[id(arg)] for arg in node.children()]
        done[id(node)] = _written_by_hand(node, args, context, shown)
    whole = done[id(expression)]
    if isinstance(whole, Call) and whole.options.get("keepdims") is True:
        return without_keepdims(whole)  # nothing stands beside it, and its value tells the shape
    return whole


def _written_by_hand(
    node: Node, args: Sequence[Node], context: Context, shown: frozenset[int]
) -> Node:
    """One call over arguments that are written by hand already."""
    if not isinstance(node, Call):
        return node
    operation, options = node.operation, node.options
    axis = options.get("axis")
    if operation.name == "index":
        options = {"at": _from_the_beginning(options["at"], context.shape(node.args[0]))}
    elif operation.name == "multiply" and any(
        not _seen_shape(arg, context, shown) for arg in node.args
    ):
        operation = SCALED
    elif operation.name == "matmul" and all(len(context.shape(arg)) == 1 for arg in node.args):
        operation = INNER
    elif operation.name in REDUCTIONS and len(node.args) == 1:
        operation = over(operation, _axes_in_words(axis, len(context.shape(node.args[0]))))
    elif isinstance(axis, int) and (before := len(context.shape(node)) - 2) >= 0:
        direction = axis % (before + 2) - before  # each matrix of a batch by itself
        operation = along(operation, direction) if direction >= 0 else operation
    same = operation is node.operation and (options is node.options or options == node.options)
    if not (same and all(map(is_, args, node.args))):
        node_by_hand = Call(operation, tuple(args), options, node.offset)
    else:
        node_by_hand = node
    if operation.name == "scatter":
        at = _places_of(node, context)
        return put_at(node_by_hand, at) if at else node_by_hand
    if operation.name == "matmul":
        return _factor_first(node_by_hand, context)
    if operation.name in ZEROS and len(context.shape(node)) < 3:
        return as_zero(node_by_hand)
    if operation.name == "concat" and len(context.shape(node)) == 2:
        return side_by_side(node_by_hand, below=axis in (0, -2))
    if operation.name == "concat" and isinstance(axis, int) and len(context.shape(node)) > 2:
        return along_axis(node_by_hand, axis % len(context.shape(node)) + 1)
    if id(node) not in shown:
        return node_by_hand
    if _spreads(node, context):
        return as_itself(node_by_hand)
    return as_ones(node_by_hand) if operation.name in ONES else without_keepdims(node_by_hand)


def _axes_in_words(axis: OptionValue, dimensions: int) -> str:
    """What a reduction goes over, counted from 1: ``rows``, ``axes 1 and 3``; "" for everything."""
    if axis is None:
        return ""
    axes = sorted({one % dimensions for one in ((axis,) if isinstance(axis, int) else axis)})
    if len(axes) == dimensions:
        return ""
    if dimensions == 2:
        return "columns" if axes[0] else "rows"
    *first, last = [str(one + 1) for one in axes]
    return f"axes {', '.join(first)} and {last}" if first else f"axis {last}"


def _factor_first(product: Call, context: Context) -> Call:
    """A matrix product with the number that multiplies its left side in front of it: ``2·A B``.

    The language takes ``2*A @ B`` as ``(2*A) @ B``, which nobody writes.
    """
    left, right = product.args
    if not isinstance(left, Call) or left.operation is not SCALED:
        return product
    factor, array = left.args
    if context.shape(factor) or not context.shape(array):
        return product
    inner = Call(product.operation, (array, right), product.options, product.offset)
    return Call(SCALED, (factor, inner), left.options, left.offset)


def _from_the_beginning(at: tuple[int | Slice, ...], shape: Shape) -> tuple[int | Slice, ...]:
    """The places of an index with -1 as the last place's own number, and whole axes named.

    ``X[10]`` of a matrix is its row ``X[10, :]``: else it reads as the cell ``X[0, 0]``.
    """
    counted = tuple(
        one % size if isinstance(one, int) and isinstance(size, int) else one
        for one, size in zip(at, shape, strict=False)
    )
    return counted + (Slice(),) * (len(shape) - len(at))


def _places_of(node: Call, context: Context) -> tuple[int | Slice, ...]:
    """Where a scatter puts its argument, as an index would say it; () where that is not simple."""
    starts, steps = node.options["start"], node.options["step"]
    starts = (starts,) if isinstance(starts, int) else starts
    found: list[int | Slice] = []
    sizes = zip(starts, context.shape(node.args[0]), context.shape(node), strict=True)
    for start, length, size in sizes:
        if length == size:
            found.append(Slice())
        elif not isinstance(length, int) or start < 0 or (steps is not None and length > 1):
            return ()
        else:
            found.append(start if length == 1 else Slice(start, start + length))
    return tuple(found)


class _Operand(NamedTuple):
    """What stands in a sum or product: the calls that spread it, and what they spread."""

    spreading: tuple[Call, ...]
    core: Node

    @property
    def keeps_axes(self) -> bool:
        return isinstance(self.core, Call) and self.core.options.get("keepdims") is True


def _operand(node: Node, context: Context) -> _Operand:
    spreading = []
    while isinstance(node, Call) and _spreads(node, context):
        spreading.append(node)
        node = node.args[0]
    return _Operand(tuple(spreading), node)


def _spreads(node: Call, context: Context) -> bool:
    """Whether a call keeps the cells of its argument, and at most repeats them or turns them."""
    if node.operation.name != "sum":
        return node.operation.name in SPREADING
    axis = node.options["axis"]
    return isinstance(axis, int) and context.shape(node.args[0])[axis] == 1


def _shown_as_they_are(expression: Node, order: Sequence[Node], context: Context) -> frozenset[int]:
    """The calls (by id) of which the arrays beside them tell how they spread or turn."""
    calls = [node for node in order if isinstance(node, Call)]
    special = SPREADING | ONES
    if not any(c.operation.name in special or c.options.get("keepdims") is True for c in calls):
        return frozenset()
    found: set[int] = set()
    cellwise = [node for node in calls if node.operation.name in CELLWISE]
    inner = {id(arg) for node in cellwise for arg in node.args}
    tops: list[Node] = [node for node in cellwise if id(node) not in inner]
    if expression not in tops:
        tops.append(expression)
    root = _operand(expression, context)
    for top in tops:
        alone = top is expression or top is root.core
        found.update(_clear(top, alone, alone and bool(root.spreading), context))
    for call in calls:
        if call.operation.name == "scatter" and _places_of(call, context):
            found.update(map(id, _operand(call.args[0], context).spreading))
    return frozenset(found)


def _clear(top: Node, alone: bool, turned: bool, context: Context) -> list[int]:
    """Those among the operands of one sum or product; ``alone`` where nothing stands around it
    (or only what turns it: ``turned``)."""
    operands = [_operand(node, context) for node in _side_by_side(top)]
    shape = context.shape(top)
    whole = any(
        not (one.spreading or one.keeps_axes or _is_ones(one.core))
        and context.shape(one.core) == shape
        for one in operands
    )
    found: list[int] = []
    for one in operands:
        if _is_ones(one.core) and whole:
            found.append(id(one.core))
        elif not (one.spreading or one.keeps_axes):
            continue
        elif turned and not whole and _all_of_shape(operands, shape, context):
            found.append(id(one.core))
        elif (
            _fits_one_way(one, shape, context)
            if whole
            else alone and _is_only_spread(one, operands, context)
        ):
            found += map(id, one.spreading)
            if one.keeps_axes:
                found.append(id(one.core))
    return found


def _side_by_side(top: Node) -> list[Node]:
    found, waiting = [], [top]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Call) and node.operation.name in CELLWISE:
            waiting += node.args
        else:
            found.append(node)
    return found


def _is_ones(node: Node) -> bool:
    return isinstance(node, Call) and node.operation.name in ONES


def _all_of_shape(operands: Sequence[_Operand], shape: Shape, context: Context) -> bool:
    """Whether nothing is spread, not even silently: numbers, and arrays of the whole shape."""
    return all(not one.spreading and context.shape(one.core) in ((), shape) for one in operands)


def _is_only_spread(one: _Operand, operands: Sequence[_Operand], context: Context) -> bool:
    """Whether an operand stands for itself where no array beside it has the whole shape."""
    if not context.shape(one.core):
        return not any(context.shape(other.core) for other in operands)
    if len(operands) > 1 or not one.spreading:
        return False
    aligned = _aligned(one, context)
    return _without_ones(aligned) == _without_ones(
        context.shape(one.core)
    ) and aligned == context.shape(one.spreading[0])


def _fits_one_way(one: _Operand, shape: Shape, context: Context) -> bool:
    """Whether a reader who sees only the core can tell how it is spread over the shape.

    Seen as it is, or as a vector that has no direction: both must be spread as the definition says.
    """
    seen = _without_ones(context.shape(one.core))
    aligned = _aligned(one, context)
    if _without_ones(aligned) != seen:
        return False  # a reshape that moves cells
    return all(
        _reads_as(read, aligned, shape)
        or (not _broadcast(read, shape) and _places(seen, shape) < 2)
        for read in (seen, _shape_on_paper(one, context))
    )


def _aligned(one: _Operand, context: Context) -> Shape:
    """The shape of an operand before it is repeated."""
    below = next((call for call in one.spreading if call.operation.name != "expand"), one.core)
    return context.shape(below)


def _shape_on_paper(one: _Operand, context: Context) -> Shape:
    """The shape of the core as it is written: a sum without the axis that it keeps."""
    shape = context.shape(one.core)
    if not one.keeps_axes:
        return shape
    assert isinstance(one.core, Call)
    axis = one.core.options["axis"]
    axes = range(len(shape)) if axis is None else [axis] if isinstance(axis, int) else axis
    gone = {place % len(shape) for place in axes}
    return tuple(size for place, size in enumerate(shape) if place not in gone)


def _reads_as(read: Shape, aligned: Shape, shape: Shape) -> bool:
    """Whether two shapes are spread alike by NumPy's rule."""
    length = max(len(read), len(aligned), len(shape))
    return _filled(read, length) == _filled(aligned, length)


def _broadcast(read: Shape, shape: Shape) -> bool:
    """Whether NumPy's rule spreads two shapes over each other at all."""
    length = max(len(read), len(shape))
    pairs = zip(_filled(read, length), _filled(shape, length), strict=True)
    return all(first == second or 1 in (first, second) for first, second in pairs)


def _filled(shape: Shape, length: int) -> Shape:
    return (1,) * (length - len(shape)) + shape


def _places(seen: Shape, shape: Shape) -> int:
    """In how many ways the axes of one shape are axes of another, in their order."""
    ways = [1] + [0] * len(seen)
    for target in shape:
        for place in reversed(range(len(seen))):
            if seen[place] == target:
                ways[place + 1] += ways[place]
    return ways[-1]


def _without_ones(shape: Shape) -> Shape:
    return tuple(size for size in shape if size != 1)


def _seen_shape(node: Node, context: Context, shown: frozenset[int]) -> Shape:
    """The shape of what a reader sees of a node."""
    while id(node) in shown and isinstance(node, Call) and _spreads(node, context):
        node = node.args[0]
    return context.shape(node)
