"""Products as students write them, told apart by the shapes of what they multiply.

A declared vector is a column and its transpose a row. A product without a sign, or with a dot or a
cross, is the product of numbers where one side is a number, and else that of matrices. Two columns
side by side have no product of matrices: such text is refused with what it could mean.
"""

from __future__ import annotations

from flint import fmpq

from exsolve.answers.pieces import (
    BESIDE,
    DECIMAL,
    DIVIDED,
    LIST,
    OPEN,
    PERCENT,
    RATIO,
    STRETCHED,
    TEN,
    Piece,
    applied,
    grouped,
    quoted,
    said,
    shapes_agree,
)
from exsolve.answers.written import Number
from exsolve.errors import LanguageError, ShapeError
from exsolve.expression.tree import Call, Literal, Node
from exsolve.ops import OPERATIONS


def beside(text: str, left: Piece, right: Piece) -> Piece:
    """Two factors without a sign between them: ``2x``, ``V^T g``, ``g x^T``."""
    if left.form == OPEN:
        a, b = quoted(text, left), quoted(text, right)
        raise doubtful(
            text, left, right, f"({a}) * {b}", f"the function of all that follows: {a} * {b}"
        )
    if not left.shape or not right.shape:
        return _scaled(text, left, right, BESIDE)
    product = _matrix_product(text, left, right, BESIDE)
    if product is not None:
        return product
    if left.is_vector and right.is_vector:
        raise _of_vectors(text, left, right)
    raise _without_product(text, left, right)


def dotted(text: str, left: Piece, right: Piece, sign: str) -> Piece:
    """Two factors with ``·`` or ``×`` between them."""
    if not left.shape or not right.shape:
        # h ⊙ 2·3·g: both numbers belong to what follows them
        form = STRETCHED if left.form == STRETCHED and not right.shape else ""
        return _scaled(text, left, right, form)
    entries = shapes_agree(left.shape, right.shape) and len(left.shape) == len(right.shape)
    if left.form == STRETCHED and entries:
        # h ⊙ 2·g: the number belongs to what follows it
        return elementwise(text, left, right, "⊙")
    product = None
    if left.row or right.row or len(left.shape) > 1:
        product = _matrix_product(text, left, right, "")
    if product is not None and not (entries and left.row == right.row):
        return product
    if left.is_vector and right.is_vector:
        raise _of_vectors(text, left, right)
    a, b = quoted(text, left), quoted(text, right)
    if product is not None or (left.is_vector and fits(left, right)):
        raise doubtful(text, left, right, f"{a} * {b}, entry by entry", f"the product {a} @ {b}")
    if entries:
        return elementwise(text, left, right, "⊙")
    raise _without_product(text, left, right)


def elementwise(text: str, left: Piece, right: Piece, sign: str) -> Piece:
    """``*`` and ``⊙``: entry by entry, numbers stretched to arrays."""
    if not left.shape or not right.shape:
        stretched = left.shape and sign == "⊙"
        return _scaled(text, left, right, STRETCHED if stretched else "")
    a, b = quoted(text, left), quoted(text, right)
    deeper = len(left.shape) != len(right.shape) or sign == "*"
    if right.form == BESIDE and deeper and _is_product(right.node):
        raise doubtful(
            text, left, right, f"{a} {sign} ({b})", f"({a} {sign} ...) and then what follows it"
        )
    _refuse_turned(text, left, right, sign)
    if sign == "*" and fits(left, right):
        # MATLAB's product of matrices, or NumPy's stretched rows
        product = f"the product of matrices, {a} @ {b}"
        if len(left.shape) == 2 and right.is_vector:
            raise doubtful(text, left, right, product, f"every row of {a} times {b}")
        if left.row and len(right.shape) == 2:
            raise doubtful(text, left, right, product, f"{a} times every row of {b}")
    if not shapes_agree(left.shape, right.shape) and fits(left, right):
        raise LanguageError(
            f"{sign} works entry by entry, and these do not fit: {a} {sign} {b}",
            left.end,
            found=f"{said(text, left)}, {said(text, right)}",
            hint=f"{a} @ {b} for the product of matrices",
        )
    return applied(
        text, "multiply", (left, right), left.offset, right.end, row=left.row or right.row
    )


def matrix(text: str, left: Piece, right: Piece) -> Piece:
    """``@``: a vector stands as a row on the left and as a column on the right, as in NumPy."""
    if not left.shape or not right.shape:
        raise LanguageError(
            "@ needs arrays on both sides; a number multiplies with *",
            left.end,
            found=f"{said(text, left)}, {said(text, right)}",
            hint=f"{quoted(text, left)} * {quoted(text, right)}",
        )
    if left.is_vector and right.is_vector and right.row and not left.row:
        return applied(text, "outer", (left, right), left.offset, right.end)
    if len(left.shape) <= 2 and len(right.shape) <= 2 and not fits(left, right):
        raise _without_product(text, left, right, " @ ")
    return applied(
        text, "matmul", (left, right), left.offset, right.end, row=left.row and len(right.shape) > 1
    )


def sum_of(text: str, name: str, left: Piece, right: Piece) -> Piece:
    """A sum or difference; a row and a column are none."""
    _refuse_turned(text, left, right, "+" if name == "add" else "-")
    return applied(text, name, (left, right), left.offset, right.end, row=left.row or right.row)


def quotient(text: str, left: Piece, right: Piece) -> Piece:
    """``a/b``, a rational number where both are written as integers."""
    above, below = left.node, right.node
    if isinstance(below, Literal) and below.value == 0:
        raise LanguageError("a division by 0", right.offset, found=quoted(text, left, right))
    if left.form == OPEN:
        a, b = quoted(text, left), quoted(text, right)
        raise doubtful(text, left, right, f"({a})/{b}", f"the function of all of it: {a}/{b}")
    whole = left.form == DECIMAL == right.form and left.places == 0 == right.places
    if whole and isinstance(above, Literal) and isinstance(below, Literal) and below.value > 0:
        text_of = f"{above.text}/{below.text}" if above.text.lstrip("-").isdigit() else ""
        node = Literal(above.value / below.value, text_of, left.offset)
        return Piece(node, (), left.offset, right.end, form=DIVIDED)
    if left.cells is not None and not right.shape:
        return spread(text, "divide", left, left, right)
    _refuse_turned(text, left, right, "/")
    return applied(
        text,
        "divide",
        (left, right),
        left.offset,
        right.end,
        row=left.row or right.row,
        form=DIVIDED,
    )


def negative(text: str, piece: Piece, offset: int) -> Piece:
    """The negative; of a number that is written out, the negative number."""
    node = piece.node
    if (
        isinstance(node, Literal)
        and piece.form in (DECIMAL, RATIO, PERCENT, DIVIDED)
        and node.value >= 0
    ):
        written = f"-{node.text}" if node.text else ""
        return piece._replace(node=Literal(-node.value, written, offset), offset=offset)
    if piece.cells is not None:
        return spread(text, "negate", piece)._replace(offset=offset)
    return applied(text, "negate", (piece,), offset, piece.end, row=piece.row)


def transposed(text: str, piece: Piece, end: int, *, reversed_axes: bool = False) -> Piece:
    """The transpose: of a vector the row (or of a row the column) with the same entries, of deeper
    arrays that of each of their matrices. ``reversed_axes``: of all axes, as ``.T`` means it."""
    if not piece.shape:
        return piece._replace(end=end, form="")
    if piece.is_vector:
        return piece._replace(end=end, row=not piece.row, form="")
    if len(piece.shape) > 2 and not reversed_axes:
        depth = len(piece.shape)
        axes = (*range(depth - 2), depth - 1, depth - 2)
        return applied(text, "transpose", (piece,), piece.offset, end, {"axes": axes})
    if piece.cells is not None and isinstance(piece.node, Call) and len(piece.shape) == 2:
        rows = [row.children() for row in piece.node.args]
        cells = piece.cells
        width = len(rows[0])
        turned = tuple(
            cells[at] for start in range(width) for at in range(start, len(cells), width)
        )
        return arranged([list(column) for column in zip(*rows, strict=True)], turned, piece, end)
    return applied(text, "transpose", (piece,), piece.offset, end)


def arranged(rows: list[list[Node]], cells: tuple[Number, ...], source: Piece, end: int) -> Piece:
    """A matrix of these rows of numbers."""
    stack = OPERATIONS["stack"]
    node = Call(
        stack,
        tuple(Call(stack, tuple(row), None, source.offset) for row in rows),
        None,
        source.offset,
    )
    shape = (len(rows), len(rows[0]))
    return source._replace(node=node, shape=shape, end=end, cells=cells, form=LIST)


def spread(text: str, name: str, array: Piece, *pieces: Piece) -> Piece:
    """An operation of a list of numbers, done to each of them: ``1/6 [1, 2]``."""
    operation = OPERATIONS[name]
    pieces = pieces or (array,)
    cells = iter(array.cells or ())
    changed: list[Number] = []

    def rebuilt(node: Node) -> Node:
        if isinstance(node, Call) and node.operation.name == "stack" and node.offset in opened:
            return Call(node.operation, tuple(map(rebuilt, node.args)), None, node.offset)
        args = tuple(node if piece is array else piece.node for piece in pieces)
        changed_node = _computed(name, args) or Call(operation, args, None, node.offset)
        cell = next(cells)
        changed.append(
            cell._replace(node=changed_node)
            if name == "negate"
            else cell._replace(node=changed_node, places=None, digits=None)
        )
        return changed_node

    opened = _lists(array)
    node = rebuilt(array.node)
    first = min(piece.offset for piece in pieces)
    last = max(piece.end for piece in pieces)
    height = array.height + 1 + max(piece.height for piece in pieces)
    return Piece(node, array.shape, first, last, array.row, "", height, cells=tuple(changed))


def _computed(name: str, args: tuple[Node, ...]) -> Node | None:
    """The rational number that an operation of rational numbers gives."""
    values = [arg.value for arg in args if isinstance(arg, Literal)]
    if len(values) < len(args):
        return None
    if name == "negate":
        return Literal(-values[0], "", args[0].offset)
    value = values[0] * values[1] if name == "multiply" else values[0] / values[1]
    return Literal(value, "", args[0].offset)


def _lists(array: Piece) -> set[int]:
    found: set[int] = set()
    level: list[Node] = [array.node]
    for _ in array.shape:
        found.update(node.offset for node in level)
        level = [child for node in level for child in node.children()]
    return found


def fits(left: Piece, right: Piece) -> bool:
    """Whether the product of matrices exists, a vector on the left taken for a row."""
    if not left.shape or not right.shape or right.row:
        return False
    inner = right.shape[0] if right.is_vector else right.shape[-2]
    return left.shape[-1] == inner


def doubtful(text: str, left: Piece, right: Piece, *readings: str) -> LanguageError:
    """The refusal of what can be read in two ways."""
    return LanguageError(
        f"this can be read in two ways: {quoted(text, left, right)}",
        left.offset,
        found=", or ".join(readings),
        hint="the one you mean, with its signs and brackets",
    )


def _is_product(node: Node) -> bool:
    return isinstance(node, Call) and node.operation.name in ("matmul", "outer")


def _scaled(text: str, left: Piece, right: Piece, form: str) -> Piece:
    """The product where one side is a number."""
    power = right.node
    if left.form == DECIMAL and right.form == TEN and isinstance(power, Call):
        assert isinstance(left.node, Literal)
        exponent = power.args[1]
        assert isinstance(exponent, Literal)
        shift = int(exponent.value.p)
        ten = fmpq(10)
        written = left.node.text
        if "e" not in written.lower() and left.places is not None:
            return left._replace(
                node=Literal(left.node.value * ten**shift, f"{written}e{shift}", left.offset),
                end=right.end,
                places=left.places - shift,
            )
    for array in (left, right):
        if array.cells is not None and array.shape:
            return spread(text, "multiply", array, left, right)._replace(form=form)
    return applied(
        text,
        "multiply",
        (left, right),
        left.offset,
        right.end,
        row=left.row or right.row,
        form=form or (OPEN if right.form == OPEN else ""),
    )


def _matrix_product(text: str, left: Piece, right: Piece, form: str) -> Piece | None:
    """The product of matrices, rows and columns; None where there is none."""
    pair = (left, right)
    start, end = left.offset, right.end
    if left.is_vector and right.is_vector:
        if left.row and not right.row and left.shape == right.shape:
            return applied(text, "dot", pair, start, end, form=form)
        if right.row and not left.row:
            return applied(text, "outer", pair, start, end, form=form)
        return None
    if right.row or not fits(left, right):
        return None
    row = left.is_vector
    return applied(text, "matmul", pair, start, end, row=row and left.row, form=form)


def _of_vectors(text: str, left: Piece, right: Piece) -> LanguageError:
    a, b = grouped(text, left), grouped(text, right)
    if left.row and right.row:
        return LanguageError(
            f"two rows side by side have no product: {quoted(text, left, right)}",
            left.offset,
            found=f"{said(text, left)}, {said(text, right)}",
            hint="transpose one of the two",
        )
    if left.shape != right.shape:
        return _without_product(text, left, right)
    return LanguageError(
        f"this can be read in two ways: {quoted(text, left, right)}",
        left.offset,
        found=f"the entries multiplied one by one, {a} * {b}, or the inner product, {a}^T {b}",
        hint=f"{a} * {b} or {a}^T {b}",
    )


def _without_product(text: str, left: Piece, right: Piece, sign: str = " ") -> ShapeError:
    return ShapeError(
        f"there is no product {quoted(text, left, right)}",
        left.offset,
        expected="as many rows on the right as the left has columns",
        found=f"{said(text, left)}, {said(text, right)}",
        hint=_turned(text, left, right, sign),
    )


def _turned(text: str, left: Piece, right: Piece, sign: str) -> str:
    a, b = grouped(text, left), grouped(text, right)
    if right.row:
        return f"without the transpose of {b}" if fits(left, right._replace(row=False)) else ""
    if len(left.shape) == 2 and left.shape[0] == (
        right.shape[0] if right.is_vector else right.shape[-2]
    ):
        return f"{a}^T{sign}{b}"
    if len(right.shape) == 2 and left.shape[-1] == right.shape[-1]:
        return f"{a}{sign}{b}^T"
    return ""


def _refuse_turned(text: str, left: Piece, right: Piece, sign: str) -> None:
    """A row and a column together can mean vectors, or all pairs of their entries."""
    if left.is_vector and right.is_vector and left.row != right.row:
        raise LanguageError(
            f"a row {sign} a column can be read in two ways",
            left.offset,
            found=f"entry by entry, or every entry of the row with every entry of the column: "
            f"{said(text, left)}, {said(text, right)}",
            hint="both without the transpose",
        )
