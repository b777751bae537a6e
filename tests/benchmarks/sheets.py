"""What a student's sheet says, computed here and not by the marker: one quantity wrong and all else
following from it, written exactly or as decimals."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from flint import fmpq

from exsolve.answers.written import Response
from exsolve.arithmetic import Scalar
from exsolve.errors import ExsolveError, LanguageError
from exsolve.evaluate import Array, ClosedFormRoute, Route, evaluate, value_of
from exsolve.exact.atoms import UndecidedError, scalar_symbols
from exsolve.exact.decimals import decimal
from exsolve.exact.equality import equal
from exsolve.expression.tree import Constant, Node, Shape, content, names
from exsolve.graph import Graph
from exsolve.library import Exercise, load
from exsolve.marking.marker import Marker
from exsolve.notation import scalar_tree
from exsolve.notation import written as printed

PROBLEMS = Path(__file__).parents[2] / "problems"
OWN = Path(__file__).parent / "exercises"
"""Exercises that are only marked here: other cells, other operations."""
EXACT_DIGITS = 14
"""Of an irrational number that has no closed form of its own, or a long one."""
LONGEST = 300
"""Characters of a closed form that somebody would write."""
SECONDS = 0.25
"""For the proof that two closed forms are the same."""


def files() -> list[Path]:
    """The shipped exercises, and our own."""
    found = [*sorted(PROBLEMS.glob("*/*.yaml")), *sorted(OWN.glob("*.yaml"))]
    return [path for path in found if path.parent.name != "sets"]


class Sheets:
    """The sheets of one exercise, as far as it asks for values."""

    def __init__(self, path: Path) -> None:
        exercise = load(path)
        assert isinstance(exercise, Exercise)
        self.id = exercise.id
        self.workbook = exercise.workbook
        self.marker = Marker(exercise.workbook)
        self.graph = exercise.workbook.numeric
        self.parts = {
            one.name: part.id
            for part in self.marker.outline.parts
            for one in part.expected
            if one.sort in ("value", "shape")
        }
        self.answers = list(self.parts)

    @cached_property
    def key(self) -> Values:
        """The right values."""
        return Values(self)

    def responses(self, texts: Mapping[str, str]) -> list[Response]:
        """A sheet as the marker takes it."""
        return [Response(self.id, self.parts[name], name, text) for name, text in texts.items()]

    @cached_property
    def known(self) -> dict[str, Array]:
        """All values of the key that answers rest on."""
        return evaluate(self.graph, ClosedFormRoute(), self.answers)

    def on_the_way(self, name: str) -> list[str]:
        """The quantity, and those that lead to it with no answer before them."""
        found: list[str] = []
        pending = [name]
        general = self.workbook.general
        while pending:
            one = pending.pop(0)
            if one in found or one in general or one not in self.graph.quantities:
                continue
            if self.graph.quantities[one].given or (one != name and one in self.parts):
                continue
            found.append(one)
            pending += self.graph.uses(one)
        return found

    @cached_property
    def definitions(self) -> dict[str, list[str]]:
        """The quantities that can be wrong, with the answers that show it first."""
        found: dict[str, list[str]] = {}
        for name in self.answers:
            for one in self.on_the_way(name):
                found.setdefault(one, []).append(name)
        return found


class Values:
    """The values of a sheet: the key's, or those that follow from one wrong definition.

    ``graph`` says what follows; the exercise's where none is given.
    """

    def __init__(
        self, sheets: Sheets, name: str = "", wrong: Node | None = None, graph: Graph | None = None
    ) -> None:
        self._sheets = sheets
        self._graph = graph or sheets.graph
        self._name = name
        self._wrong = wrong
        self.changed = {name, *self._graph.dependents([name])} if name else set()

    def array(self, name: str) -> Array | None:
        """A value in closed form; None where it has none, since something does not fit."""
        return self._found.get(name)

    def is_zero(self, name: str) -> bool:
        """Whether a value is 0 everywhere, which leaves nothing to compute."""
        value = self.array(name)
        return value is not None and all(isinstance(one, fmpq) and one == 0 for one in value.flat)

    def text(self, name: str, digits: int | None = None) -> str:
        """A value as somebody writes it, exactly or as decimals; empty where there is none."""
        value = self.array(name)
        if value is None:
            return ""
        cells = [self._cell(one, digits) for one in value.flat]
        return nested(cells, value.shape)

    def is_written_as(self, name: str, other: Values, digits: int | None) -> bool:
        """Whether a value looks like the other's, axes of a single entry aside."""
        texts = (one.text(name, digits) for one in (self, other))
        plain, theirs = (re.sub(r"[][ ]", "", text) for text in texts)
        if plain != theirs:
            return False
        one, two = self.array(name), other.array(name)
        return one is None or two is None or _without_ones(one) == _without_ones(two)

    @property
    def symbols(self) -> set[str]:
        """The symbols in the answers."""
        arrays = [value for name in self._sheets.answers if (value := self.array(name)) is not None]
        return {symbol for value in arrays for one in value.flat for symbol in scalar_symbols(one)}

    def same(self, name: str, other: Values) -> bool:
        """Whether a value is the other's."""
        if name not in self.changed and name not in other.changed:
            return True
        one, two = self.array(name), other.array(name)
        if one is None or two is None:
            return one is two
        if one.shape != two.shape:
            return False
        return all(map(_equal, one.flat, two.flat))

    def _cell(self, scalar: Scalar, digits: int | None) -> str:
        own = self._graph.symbols.keys()
        if digits is None or scalar_symbols(scalar):
            tree = scalar_tree(scalar)
            text = printed(tree, "text")
            if (len(text) <= LONGEST and own >= {*names(tree)}) or scalar_symbols(scalar):
                return text
        try:
            return decimal(scalar, digits or EXACT_DIGITS).text
        except UndecidedError:
            return "0"  # what no ball tells from 0 is 0 here: terms that cancel

    @cached_property
    def _found(self) -> dict[str, Array]:
        return self._computed(ClosedFormRoute(), self._sheets.known)

    def _computed(self, route: Route, key: Mapping[str, Array]) -> dict[str, Array]:
        if self._wrong is None:
            return dict(key)
        found = {name: value for name, value in key.items() if name not in self.changed}
        seen = {
            name: route.passed_on(name, found[name])
            for name in content(self._wrong).free
            if name in found
        }
        try:
            found[self._name] = value_of(self._wrong, route, seen)
        except (LanguageError, ZeroDivisionError, OverflowError):
            return found
        fitting = self._fitting(found[self._name])
        for name in self._sheets.answers:
            if name not in found and name in fitting:
                found.update(self._following(name, route, found))
        return found

    def _fitting(self, wrong: Array) -> Mapping[str, Shape]:
        """The shapes of what can be computed with a value of perhaps another shape."""
        if wrong.shape == self._graph.shapes[self._name]:
            return self._graph.shapes
        instead = self._graph.quantities[self._name]._replace(expression=Constant(wrong))
        quantities = {**self._graph.quantities, self._name: instead}
        return Graph(quantities.values(), self._graph.symbols, problems=[]).shapes

    def _following(
        self, name: str, route: Route, known: Mapping[str, Array]
    ) -> Mapping[str, Array]:
        needed = self._graph.needed_for([name], known=known)
        if any(one in self.changed and one in self._sheets.parts for one in needed[:-1]):
            return {}  # an answer before it has no value
        try:
            return evaluate(self._graph, route, [name], known=known)
        except (ExsolveError, ZeroDivisionError, OverflowError):
            return {}


def nested(cells: list[str], shape: tuple[int, ...]) -> str:
    """Cells as nested lists of a shape."""
    if not shape:
        return cells[0]
    if len(shape) == 1:
        return f"[{', '.join(cells)}]"
    width = len(cells) // shape[0]
    rows = [cells[start : start + width] for start in range(0, len(cells), width)]
    return f"[{', '.join(nested(one, shape[1:]) for one in rows)}]"


def _without_ones(value: Array) -> list[int]:
    return [size for size in value.shape if size != 1]


def _equal(one: Scalar, other: Scalar) -> bool:
    if isinstance(one, fmpq) and isinstance(other, fmpq):
        return bool(one == other)
    return equal(one, other, SECONDS).proved_equal
