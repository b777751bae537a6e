"""The key that answers are held against: every value of an exercise, computed twice as ever."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from flint import fmpq

from exsolve.authoring.workbook import Workbook
from exsolve.evaluate import Array
from exsolve.expression.tree import names
from exsolve.marking.numbers import Target
from exsolve.notation import written
from exsolve.solution import Formula, Value
from exsolve.solving.general import GeneralFormulas
from exsolve.solving.layout import Layout
from exsolve.solving.solve import computed

LONGEST = 20
"""Characters of a closed form beside which its decimal says more."""


class Reference:
    """The values of an exercise, its answers among them.

    Raises ExsolveError where a value does not exist, or where the two routes disagree.
    """

    def __init__(self, workbook: Workbook, digits: int = 4) -> None:
        self.workbook = workbook
        self.graph = workbook.numeric
        self._computed = computed(workbook, workbook.parts, digits)
        self.exact: Mapping[str, Array] = self._computed.exact
        self._targets: dict[str, list[Target]] = {}
        self._values: dict[str, Value] = {}
        self._rational: dict[str, bool] = {}

    @cached_property
    def _layout(self) -> Layout:
        found = self._computed
        return Layout(self.workbook.graph, found.exact, found.numeric, found.decimals, "short")

    @cached_property
    def _formulas(self) -> GeneralFormulas:
        return GeneralFormulas(self.workbook, lambda: self._layout)

    def targets(self, name: str) -> list[Target]:
        """The cells of a value, row by row."""
        if name not in self._targets:
            self._targets[name] = [Target(cell) for cell in self.exact[name].flat]
        return self._targets[name]

    def value(self, name: str) -> Value:
        """A value as it is shown."""
        if name not in self._values:
            self._values[name] = self._layout.value(name)
        return self._values[name]

    def cell_text(self, name: str, place: int) -> str:
        """A cell of a value in the language; its decimal where the exact form is long, or in terms
        of other quantities."""
        cell = self.value(name).cells[place]
        exact = cell.text("text", written)
        if cell.decimal is None or (len(exact) <= LONGEST and not names(cell.exact)):
            return exact
        return f"≈ {cell.decimal}"

    def formula(self, name: str) -> Formula:
        """A general formula as it is shown, verified. Raises ExsolveError where it is false."""
        return self._formulas.step(name)

    def is_rational(self, name: str) -> bool:
        """Whether all the cells of a value are rational."""
        if name not in self._rational:
            self._rational[name] = all(isinstance(one, fmpq) for one in self.exact[name].flat)
        return self._rational[name]
