"""The language's printer, put together with exact scalars: what every renderer prints with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from exsolve.exact.closed_form import ClosedForm, to_tree
from exsolve.expression import notations
from exsolve.expression.printer import show
from exsolve.expression.tree import (
    Call,
    Form,
    Literal,
    Node,
    Notation,
    Operation,
    Slice,
    transform,
)
from exsolve.ops import OPERATIONS

SCALED = OPERATIONS["multiply"]._replace(notation=notations.scaled_product())
"""The product as it is written where one side is a scalar: a dot, not entry by entry."""

INNER = OPERATIONS["matmul"]._replace(notation=notations.inner_product())
"""The product of two vectors, the left one written as a row."""

_SCALAR_OPERATIONS = {**OPERATIONS, "multiply": SCALED}


def _without_option(operation: Operation, notation: Any, name: str) -> Callable[[Call], Form]:
    """A form of calls in which an option is not said."""
    default = next(option.default for option in operation.options if option.name == name)

    def chosen(call: Call) -> Form:
        silent = Call(operation, call.args, {**call.options, name: default})
        form = notation(silent) if callable(notation) else notation
        assert isinstance(form, Form)
        return form

    return chosen


def _along(operation: Operation, direction: str) -> Operation:
    """A softmax of a matrix as it is written by hand: ``softmax_rows(S)``, without axis numbers."""
    name = operation.name.replace("_", r"\_")
    latex = rf"\operatorname{{{name}}}_{{\mathrm{{{direction}}}}}"
    by_hand = notations.function(f"{operation.name}_{direction}", latex=latex)
    return operation._replace(
        notation=Notation(
            operation.notation.text,
            _without_option(operation, by_hand.terminal, "axis"),
            _without_option(operation, by_hand.latex, "axis"),
        )
    )


_ALONG = {
    (name, axis): _along(OPERATIONS[name], direction)
    for name in ("softmax", "log_softmax")
    for axis, direction in enumerate(("columns", "rows"))
}


def along(operation: Operation, axis: int) -> Operation:
    """The operation over one axis (0 or 1) of a matrix, in a notation that says rows or columns.

    Itself, where that would say nothing new.
    """
    return _ALONG.get((operation.name, axis), operation)


def over(operation: Operation, words: str) -> Operation:
    """A reduction as it is read: ``mean(X over rows)``; with no words, over all there is."""

    def read(notation: Any, said: str) -> Callable[[Call], Form]:
        plain = _without_option(operation, notation, "axis")

        def chosen(call: Call) -> Form:
            form = plain(call)
            return form._replace(template=form.template.replace("{0}", f"{{0}}{said}"))

        return chosen

    terminal, latex = (f" over {words}", rf" \text{{{{ over {words}}}}}") if words else ("", "")
    notation = operation.notation
    return operation._replace(
        notation=Notation(
            notation.text, read(notation.terminal, terminal), read(notation.latex, latex)
        )
    )


def side_by_side(node: Call, below: bool) -> Call:
    """Matrices joined to one: ``[A | B]``, or one ``below`` the other ``[A; B]``."""
    terminal, latex = ("; ", r";\; ") if below else (" | ", r" \mid ")
    places = [f"{{{place}}}" for place in range(len(node.args))]
    notation = Notation(
        node.operation.notation.text,
        Form(f"[{terminal.join(places)}]"),
        Form(rf"\left[{latex.join(places)}\right]"),
    )
    return Call(node.operation._replace(notation=notation), node.args, node.options, node.offset)


def along_axis(node: Call, number: int) -> Call:
    """Deeper arrays joined: ``concat(a, b along axis 3)``, counted from 1."""
    places = ", ".join(f"{{{place}}}" for place in range(len(node.args)))
    notation = Notation(
        node.operation.notation.text,
        Form(f"concat({places} along axis {number})"),
        Form(
            rf"\operatorname{{{{concat}}}}\left({places} \text{{{{ along axis {number}}}}}\right)"
        ),
    )
    return Call(node.operation._replace(notation=notation), node.args, node.options, node.offset)


def as_zero(node: Call) -> Call:
    """An array of zeros, written as the number on paper."""
    notation = Notation(node.operation.notation.text, Form("0"), Form("0"))
    operation = node.operation._replace(notation=notation)
    return Call(operation, node.args, node.options, node.offset)


_ITSELF = Form("{0}")


def as_itself(node: Call) -> Call:
    """A call that only spreads or turns its argument, written as the argument on paper."""
    text = node.operation.notation.text
    operation = node.operation._replace(notation=Notation(text, _ITSELF, _ITSELF))
    return Call(operation, node.args, node.options, node.offset)


def as_ones(node: Call) -> Call:
    """An array of ones beside others, written as the number on paper."""
    notation = Notation(node.operation.notation.text, Form("1"), Form("1"))
    operation = node.operation._replace(notation=notation)
    return Call(operation, node.args, node.options, node.offset)


def without_keepdims(node: Call) -> Call:
    """A sum or mean beside others, without the option that only keeps its axis."""
    operation = node.operation
    terminal = _without_option(operation, operation.notation.terminal, "keepdims")
    latex = _without_option(operation, operation.notation.latex, "keepdims")
    notation = Notation(operation.notation.text, terminal, latex)
    return Call(operation._replace(notation=notation), node.args, node.options, node.offset)


def put_at(node: Call, at: tuple[int | Slice, ...]) -> Call:
    """An array of zeros but for the argument at some places: ``at₂,:(x)``."""
    text = node.operation.notation.text
    terminal, latex = notations.placed(at)
    operation = node.operation._replace(notation=Notation(text, terminal, latex))
    return Call(operation, node.args, node.options, node.offset)


def scalar_tree(scalar: Any) -> Node:
    """An exact scalar as an expression."""
    if isinstance(scalar, ClosedForm):
        return to_tree(scalar, _SCALAR_OPERATIONS)
    return Literal(scalar)


def dotted(node: Node) -> Node:
    """An expression of single numbers: all of its products are written with a dot."""
    return transform(node, _dotted_product)


def _dotted_product(node: Node) -> Node | None:
    if isinstance(node, Call) and node.operation.name == "multiply":
        return Call(SCALED, tuple(map(dotted, node.args)), node.options, node.offset)
    return None


def written(node: Node, notation: str) -> str:
    """An expression in a notation (text, terminal, latex), exact array constants included."""
    if notation == "latex":
        return show(_signs_before_fractions(node), notation, _fraction_signs)
    return show(node, notation, scalar_tree)


def _fraction_signs(scalar: Any) -> Node:
    return _signs_before_fractions(scalar_tree(scalar))


def _signs_before_fractions(node: Node) -> Node:
    r"""The sign of a numerator before the whole fraction: ``-\frac{2\sqrt{3}}{3}``."""
    return transform(node, _sign_before_fraction)


def _sign_before_fraction(node: Node) -> Node | None:
    if not isinstance(node, Call) or node.operation.name != "divide":
        return None
    above, below = node.args
    positive = _without_sign(above)
    if positive is None:
        return None
    args = (_signs_before_fractions(positive), _signs_before_fractions(below))
    return Call(OPERATIONS["negate"], (Call(node.operation, args, node.options),))


def _without_sign(node: Node) -> Node | None:
    """The opposite of a product that begins with a minus sign; None where it does not."""
    if isinstance(node, Literal):
        return Literal(-node.value, node.text[1:]) if node.value < 0 else None
    if not isinstance(node, Call) or node.operation.name not in ("negate", "multiply"):
        return None
    if node.operation.name == "negate":
        return node.args[0]
    first = _without_sign(node.args[0])
    if first is None:
        return None
    rest = node.args[1:]
    if isinstance(first, Literal) and first.value == 1:
        return rest[0]
    return Call(node.operation, (first, *rest), node.options)
