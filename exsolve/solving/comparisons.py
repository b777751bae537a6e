"""Comparisons of cells whose values are known, replaced by what they say."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from typing import Any

from flint import fmpq

from exsolve.evaluate import Array, as_float
from exsolve.expression.tree import Call, Literal, Name, Node, transform
from exsolve.ops.construct import ZERO

Change = Callable[[Node], Node | None]

COMPARISONS: Mapping[str, Callable[[float], bool]] = {
    "greater": lambda difference: difference > 0,
    "less": lambda difference: difference < 0,
    "greater_equal": lambda difference: difference >= 0,
    "less_equal": lambda difference: difference <= 0,
    "equal_to": lambda difference: difference == 0,
    "not_equal_to": lambda difference: difference != 0,
}
TELLING = 1e-9
"""Floats that differ by less, relatively, do not tell which of two exact values is greater."""


class Comparisons:
    """Decides comparisons by the exact values and floats of a solution; computes none."""

    def __init__(self, exact: Mapping[str, Array], numeric: Mapping[str, Array]) -> None:
        self._exact = exact
        self._numeric = numeric

    def decided(self, names_of: Container[str] = COMPARISONS) -> Change:
        """Rewrites an expression of cells: comparisons of these names become what they say.

        As a factor, one that holds is left out: nobody writes e^x·(1 ≠ 0).
        """

        def changed(node: Node) -> Node | None:
            if not isinstance(node, Call):
                return None
            if node.operation.name == "multiply":
                for side, other in (node.args, node.args[::-1]):
                    holds = self._holds(side, names_of)
                    if holds is not None:
                        return transform(other, changed) if holds else ZERO
            holds = self._holds(node, names_of)
            return None if holds is None else Literal(fmpq(int(holds)))

        return changed

    def _holds(self, node: Node, names_of: Container[str]) -> bool | None:
        """Whether a comparison of two cells holds; None where it is none, or too close to tell."""
        if not isinstance(node, Call) or node.operation.name not in names_of:
            return None
        sides = [self._known(arg) for arg in node.args]
        if sides[0] is None or sides[1] is None:
            return None
        (left, left_number), (right, right_number) = sides[0], sides[1]
        difference = left_number - right_number
        if left == right:
            difference = 0.0
        elif abs(difference) <= TELLING * max(abs(left_number), abs(right_number)):
            return None
        return COMPARISONS[node.operation.name](difference)

    def _known(self, node: Node) -> tuple[Any, float] | None:
        """A literal, or a cell of a name: exact and as a float."""
        if isinstance(node, Literal):
            return node.value, as_float(node.value)
        place: tuple[Any, ...] = ()
        whole = node
        if isinstance(node, Call) and node.operation.name == "index":
            whole, place = node.args[0], node.options["at"]
        if not isinstance(whole, Name) or whole.name not in self._exact:
            return None
        array = self._exact[whole.name]
        if len(place) != array.ndim or not all(isinstance(one, int) for one in place):
            return None
        return array[place], float(self._numeric[whole.name][place])
