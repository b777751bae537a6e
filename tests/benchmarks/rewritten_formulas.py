"""The same formula in another way: rules of matrix algebra, applied at random, and spellings."""

from __future__ import annotations

import random
from collections.abc import Callable

from flint import fmpq

from exsolve.answers.written import Vocabulary
from exsolve.errors import LanguageError
from exsolve.expression.shapes import shape_of
from exsolve.expression.tree import Call, Literal, Name, Node, Shape
from exsolve.notation import written as printed
from exsolve.ops.construct import call

MOST_STEPS = 5
LONGEST = 600
"""Characters; nobody writes more."""
TWO = Literal(fmpq(2), "2")
ONE = Literal(fmpq(1), "1")

Rule = Callable[["Rewriter", Call], Node | None]


class Rewriter:
    """Writes one formula anew."""

    def __init__(self, node: Node, vocabulary: Vocabulary) -> None:
        self._node = node
        self._names = vocabulary.names

    def text(self, draw: random.Random) -> str:
        """The formula after some random steps, in a random spelling."""
        node = self._node
        for _ in range(draw.randint(1, MOST_STEPS)):
            changed = self._step(node, draw)
            if len(printed(changed, "text")) <= LONGEST:
                node = changed
        return _spelled(node, draw)

    def shape(self, node: Node) -> Shape | None:
        """The shape of a part; None where it has none of its own (inside a sum over time)."""
        try:
            return shape_of(node, self._names.__getitem__)
        except (LanguageError, KeyError):
            return None

    def _step(self, node: Node, draw: random.Random) -> Node:
        """One rule applied in one place."""
        places = [*_places(node, ())]
        draw.shuffle(places)
        for place in places:
            part = _at(node, place)
            rules = [*_RULES]
            draw.shuffle(rules)
            for rule in rules:
                changed = rule(self, part)
                if changed is not None and self._fits(part, changed):
                    return _put(node, place, changed)
        return node

    def _fits(self, part: Node, changed: Node) -> bool:
        shape = self.shape(part)
        return shape is not None and self.shape(changed) == shape


def _places(node: Node, above: tuple[int, ...]) -> list[tuple[int, ...]]:
    found = [above]
    if isinstance(node, Call):
        for at, one in enumerate(node.args):
            if isinstance(one, Call):
                found += _places(one, (*above, at))
    return found if isinstance(node, Call) else []


def _at(node: Node, place: tuple[int, ...]) -> Call:
    for at in place:
        assert isinstance(node, Call)
        node = node.args[at]
    assert isinstance(node, Call)
    return node


def _put(node: Node, place: tuple[int, ...], changed: Node) -> Node:
    if not place:
        return changed
    assert isinstance(node, Call)
    at, *rest = place
    args = tuple(
        _put(one, tuple(rest), changed) if index == at else one
        for index, one in enumerate(node.args)
    )
    return Call(node.operation, args, node.options)


# Rules: each gives an equal expression, or None where it does not apply


def _is(node: Node, name: str) -> bool:
    return isinstance(node, Call) and node.operation.name == name


def _commuted(rewriter: Rewriter, part: Call) -> Node | None:
    if part.operation.name in ("add", "multiply", "dot"):
        return Call(part.operation, part.args[::-1], part.options)
    if part.operation.name == "subtract":
        return call("add", call("negate", part.args[1]), part.args[0])
    return None


def _turned(rewriter: Rewriter, part: Call) -> Node | None:
    """a - b = -(b - a)"""
    if part.operation.name == "subtract":
        return call("negate", call("subtract", *part.args[::-1]))
    return None


def _halved(rewriter: Rewriter, part: Call) -> Node | None:
    return call("multiply", TWO, call("divide", part, TWO))


def _doubled(rewriter: Rewriter, part: Call) -> Node | None:
    if part.operation.name == "multiply" and part.args[0] == TWO:
        return call("add", part.args[1], part.args[1])
    return None


def _twice_transposed(rewriter: Rewriter, part: Call) -> Node | None:
    shape = rewriter.shape(part)
    if shape is None or len(shape) != 2:
        return None
    return call("transpose", call("transpose", part))


def _transposed_product(rewriter: Rewriter, part: Call) -> Node | None:
    """A B = (B^T A^T)^T, A x = x A^T"""
    if part.operation.name != "matmul":
        return None
    left, right = part.args
    sizes = [rewriter.shape(one) for one in part.args]
    dimensions = [len(one) if one is not None else -1 for one in sizes]
    if dimensions == [2, 2]:
        turned = call("matmul", call("transpose", right), call("transpose", left))
        return call("transpose", turned)
    if dimensions == [2, 1]:
        return call("matmul", right, call("transpose", left))
    return None


def _grouped(rewriter: Rewriter, part: Call) -> Node | None:
    """(A B) C = A (B C)"""
    if part.operation.name == "matmul":
        left, right = part.args
        if isinstance(left, Call) and left.operation.name == "matmul":
            shapes = [rewriter.shape(one) for one in (*left.args, right)]
            if all(one is not None and len(one) == 2 for one in shapes[:2]):
                return call("matmul", left.args[0], call("matmul", left.args[1], right))
        if isinstance(right, Call) and right.operation.name == "matmul":
            shapes = [rewriter.shape(one) for one in (left, *right.args)]
            if all(one is not None and len(one) == 2 for one in shapes[:2]):
                return call("matmul", call("matmul", left, right.args[0]), right.args[1])
    return None


def _distributed(rewriter: Rewriter, part: Call) -> Node | None:
    if part.operation.name not in ("matmul", "multiply", "outer"):
        return None
    left, right = part.args
    for sign in ("add", "subtract"):
        if isinstance(right, Call) and right.operation.name == sign:
            shapes = {rewriter.shape(one) for one in right.args}
            if len(shapes) == 1:
                made = (Call(part.operation, (left, one), part.options) for one in right.args)
                return call(sign, *made)
        if isinstance(left, Call) and left.operation.name == sign:
            shapes = {rewriter.shape(one) for one in left.args}
            if len(shapes) == 1:
                made = (Call(part.operation, (one, right), part.options) for one in left.args)
                return call(sign, *made)
    return None


def _squared(rewriter: Rewriter, part: Call) -> Node | None:
    if part.operation.name == "power" and part.args[1] == TWO:
        return call("multiply", part.args[0], part.args[0])
    return None


def _logistic(rewriter: Rewriter, part: Call) -> Node | None:
    if part.operation.name == "sigmoid":
        over = call("add", ONE, call("exp", call("negate", part.args[0])))
        return call("divide", ONE, over)
    return None


def _diagonal(rewriter: Rewriter, part: Call) -> Node | None:
    """diag(v) x = v * x, and back."""
    if part.operation.name == "matmul" and _is(part.args[0], "diag"):
        shape = rewriter.shape(part.args[1])
        if shape is not None and len(shape) == 1:
            assert isinstance(part.args[0], Call)
            return call("multiply", part.args[0].args[0], part.args[1])
    if part.operation.name == "multiply":
        shapes = [rewriter.shape(one) for one in part.args]
        if shapes[0] == shapes[1] and shapes[0] is not None and len(shapes[0]) == 1:
            return call("matmul", call("diag", part.args[0]), part.args[1])
    return None


def _moved_factor(rewriter: Rewriter, part: Call) -> Node | None:
    """A (c x) = c (A x)"""
    if part.operation.name in ("matmul", "outer") and isinstance(part.args[1], Call):
        inner = part.args[1]
        if inner.operation.name == "multiply" and rewriter.shape(inner.args[0]) == ():
            made = Call(part.operation, (part.args[0], inner.args[1]), part.options)
            return call("multiply", inner.args[0], made)
    return None


def _divided(rewriter: Rewriter, part: Call) -> Node | None:
    """x / c = (1/c) x"""
    if part.operation.name == "divide" and rewriter.shape(part.args[1]) == ():
        return call("multiply", call("divide", ONE, part.args[1]), part.args[0])
    return None


def _shifted_softmax(rewriter: Rewriter, part: Call) -> Node | None:
    """Adding a number to all scores changes nothing."""
    if part.operation.name == "softmax":
        shifted = call("add", part.args[0], TWO)
        return Call(part.operation, (shifted,), part.options)
    return None


def _negated(rewriter: Rewriter, part: Call) -> Node | None:
    return call("negate", call("negate", part))


def _of_zero(rewriter: Rewriter, part: Call) -> Node | None:
    """x + y - y with a name of the same shape."""
    if isinstance(part.args[0] if part.args else None, Name):
        name = part.args[0]
        if rewriter.shape(name) == rewriter.shape(part):
            return call("subtract", call("add", part, name), name)
    return None


_RULES: list[Rule] = [
    _commuted, _turned, _halved, _doubled, _twice_transposed, _transposed_product, _grouped,
    _distributed, _squared, _logistic, _diagonal, _moved_factor, _divided, _shifted_softmax,
    _negated, _of_zero,
]  # fmt: skip


# Spellings


def _spelled(node: Node, draw: random.Random) -> str:
    notation = draw.choice(("text", "text", "terminal", "latex"))
    text = printed(node, notation)
    changes = {
        "text": [(".T", "^T"), (".T", "ᵀ"), (" @ ", "@"), ("*", " * "), ("*", " ⊙ "), ("-", "−"),
                 ("beta", "β"), ("alpha", "α"), ("sigmoid", "σ"), ("sqrt(", "√("), (", ", ",")],
        "terminal": [("−", "-"), (" · ", "·")],
        "latex": [(r"^{\top}", "^T"), (r"^{\top}", r"^\top"), (r"\left(", "("), (r"\right)", ")"),
                  (r"\frac", r"\dfrac"), (r"\,", " ")],
    }[notation]  # fmt: skip
    for old, new in changes:
        if draw.random() < 0.25:
            text = text.replace(old, new)
    if draw.random() < 0.1:
        text = f"({text})" if notation != "latex" else rf"\left({text}\right)"
    if notation == "latex" and draw.random() < 0.2:
        text = f"${text}$"
    return text
