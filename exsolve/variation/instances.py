"""One draw: the values of all that is drawn, derived and given, and how each is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from flint import fmpq

from exsolve.authoring.variation_plan import (
    ChoiceDraw,
    Derived,
    Draw,
    Drawn,
    Placeholder,
    RangeDraw,
    VariationPlan,
    spelling,
)
from exsolve.errors import LanguageError, Position
from exsolve.evaluate import Array, ClosedFormRoute, value_of
from exsolve.exact.writing import to_tree
from exsolve.expression.printer import show
from exsolve.expression.tree import Call, Literal, Name, Node, free_names, transform
from exsolve.ops import OPERATIONS
from exsolve.variation.draws import cell_text

MOST_DECIMALS = 12
"""Decimals up to which a number that is written as one is no fraction."""


class NoValueError(Exception):
    """A draw from which something cannot be computed: what, where it is written, and why."""

    def __init__(self, name: str, position: Position, error: LanguageError) -> None:
        super().__init__(name)
        self.name = name
        self.position = position
        self.reason = error.problem.message


class Instance(NamedTuple):
    """``drawn`` are the numbers of the draw, ``givens`` the new values of givens (some are drawn
    themselves), ``values`` all of these and the other givens, as exact arrays."""

    drawn: Mapping[str, Drawn]
    words: Mapping[str, str]
    givens: Mapping[str, Drawn]
    values: Mapping[str, Array]

    def texts(self) -> dict[str, str]:
        """What was drawn, as it is written."""
        numbers = {name: nested_text(one) for name, one in self.drawn.items()}
        return {**numbers, **self.words}


class Instances:
    """All draws of a plan, by their index."""

    def __init__(self, plan: VariationPlan) -> None:
        self._plan = plan
        self._route = ClosedFormRoute()
        self._decimals = {name for name, one in plan.draws.items() if _writes_decimals(one)}
        for name in plan.graph.quantities:
            if plan.derived[name].decimals or self._uses_decimals(plan.derived[name].nodes):
                self._decimals.add(name)

    def _uses_decimals(self, nodes: Sequence[Node]) -> bool:
        return any(name in self._decimals for node in nodes for name in free_names(node))

    def at(self, index: int) -> Instance:
        """The draw of an index below ``plan.size``. Raises NoValueError."""
        plan = self._plan
        words: dict[str, str] = {}
        for name, choices in plan.words.items():
            index, place = divmod(index, len(choices))
            words[name] = choices[place]
        drawn: dict[str, Drawn] = {}
        for name, draw in plan.draws.items():
            index, place = divmod(index, draw.size)
            drawn[name] = draw.at(place)
        values = {name: value for name, value in plan.given.items() if name not in plan.new_givens}
        values |= {name: one.value for name, one in drawn.items()}
        for name in plan.graph.quantities:
            drawn[name] = self._derived(name, plan.derived[name], values, fold=False)
            values[name] = drawn[name].value
        givens = {name: drawn[name] for name in plan.draws if name in plan.given}
        early = dict(values)
        for name, one in plan.new_givens.items():
            givens[name] = self._derived(name, one, early, fold=True)
            values[name] = givens[name].value
        return Instance(drawn, words, givens, values)

    def _derived(self, name: str, one: Derived, values: Mapping[str, Array], fold: bool) -> Drawn:
        """The value of formulas; ``fold``: written as they are, with numbers put in."""
        decimals = one.decimals or self._uses_decimals(one.nodes)
        try:
            arrays = [value_of(node, self._route, values) for node in one.nodes]
        except LanguageError as error:
            raise NoValueError(name, one.position, error) from error
        if not one.shape and arrays[0].shape:
            cells = list(arrays[0].flat)
            spelled = [_spelled(cell, decimals) for cell in cells]
            return Drawn.of_cells(cells, spelled, arrays[0].shape)
        cells = [array[()] for array in arrays]
        spelled = [
            _spelled(cell, decimals)
            if isinstance(cell, fmpq) or not fold
            else self._written_in(node, cell, values, decimals)
            for node, cell in zip(one.nodes, cells, strict=True)
        ]
        return Drawn.of_cells(cells, spelled, one.shape)

    def _written_in(
        self, node: Node, cell: object, values: Mapping[str, Array], decimals: bool
    ) -> str:
        """The formula of an irrational number with what is rational in it computed."""
        left: list[str] = []

        def change(part: Node) -> Node | None:
            if isinstance(part, Name) and part.name not in values:
                return None
            if not isinstance(part, (Name, Call)):
                return None
            value = value_of(part, self._route, values)
            if not value.shape and isinstance(value[()], fmpq):
                return Literal(value[()], _spelled(value[()], decimals))
            if isinstance(part, Name):
                if not value.shape:
                    return to_tree(value[()], OPERATIONS)
                left.append(part.name)
            return None

        tree = transform(node, change)
        return cell_text(cell) if left else show(tree)

    def fill(
        self, placeholder: Placeholder, instance: Instance, computed: Mapping[str, Array]
    ) -> str:
        """What stands in the place of a formula in a text.

        Raises LanguageError where it has no value.
        """
        node = placeholder.node
        if isinstance(node, Name):
            if node.name in instance.words:
                return instance.words[node.name]
            known = instance.drawn.get(node.name) or instance.givens.get(node.name)
            if known is not None:
                return nested_text(known)
        value = value_of(node, self._route, {**computed, **instance.values})
        decimals = placeholder.decimals or self._uses_decimals([node])
        spelled = [_spelled(cell, decimals) for cell in value.flat]
        return nested_text(Drawn(value, tuple(spelled)))


def nested(drawn: Drawn) -> object:
    """The texts of the cells in nested lists; of a single number, its text."""
    level: list[object] = list(drawn.spelled)
    for size in reversed(drawn.value.shape):
        level = [level[start : start + size] for start in range(0, len(level), size)]
    return level[0]


def nested_text(drawn: Drawn) -> str:
    """An array as a text of the language: ``[[1, 2], [3, 4]]``."""

    def joined(part: object) -> str:
        if isinstance(part, list):
            return f"[{', '.join(joined(item) for item in part)}]"
        return str(part)

    return joined(nested(drawn))


def _spelled(cell: object, decimals: bool) -> str:
    if isinstance(cell, fmpq):
        return spelling(cell, MOST_DECIMALS if decimals else None)
    return cell_text(cell)


def _writes_decimals(draw: Draw) -> bool:
    if isinstance(draw, RangeDraw):
        return draw.decimals is not None
    drawn = draw.choices if isinstance(draw, ChoiceDraw) else (draw.drawn,)
    return any("." in text for one in drawn for text in one.spelled)
