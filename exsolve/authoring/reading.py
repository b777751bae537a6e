"""What a kind may ask while it reads an exercise; everything wrong is collected, not raised."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping

import numpy as np
from flint import fmpq

from exsolve.errors import ExsolveError, LanguageError, Position, Problem
from exsolve.evaluate import Array, ClosedFormRoute, evaluate
from exsolve.expression.parser import parse
from exsolve.expression.tree import Constant, Literal, Node, names
from exsolve.graph import Graph, Locate, Quantity
from exsolve.ops import OPERATIONS
from exsolve.ops.unknown import function_symbol
from exsolve.spec.entries import Entries
from exsolve.spec.exercise import Exercise, Given
from exsolve.spec.fields import DataValue, Report, Source


def one_of_givens(givens: Iterable[str]) -> str:
    """What a message expects in the place of a name that is no given."""
    return f"one of {known}" if (known := ", ".join(givens)) else "a given; this exercise has none"


class Reading:
    """One exercise being read: its givens as exact arrays, and the problems found so far.

    Asking for the value of a given that could not be read raises UnreadableError: a kind that needs
    it is not built, and what is wrong elsewhere is reported all the same.

    overrides: other values for givens (``--set``), by name, as text of the language.
    unreadable: names that are known although what they stand for is not, because of an error that
    is reported already; what uses them is not judged.
    """

    def __init__(self, exercise: Exercise, overrides: Mapping[str, str] | None = None) -> None:
        self.exercise = exercise
        self.problems: list[Problem] = []
        self.unreadable: Container[str] = ()
        self._spelled: dict[str, list[str]] = {}
        self.overridden = dict(overrides or {})
        for name in exercise.functions:
            if name in OPERATIONS:
                self.problems.append(
                    Problem(
                        f"{name} is an operation of the language, so it is no unknown function",
                        expected="another name",
                        found=name,
                        position=exercise.start,
                    )
                )
        self._operations = {
            **OPERATIONS,
            **{name: function_symbol(name, count) for name, count in exercise.functions.items()},
        }
        for name in self.overridden.keys() - exercise.givens.keys():
            self.problems.append(
                Problem(
                    f"--set {name}: this exercise has no given {name!r}",
                    expected=one_of_givens(exercise.givens),
                    found=name,
                )
            )
        read = {name: self._given(name, given) for name, given in exercise.givens.readable.items()}
        self.givens: Entries[Array] = Entries(
            {name: value for name, value in read.items() if value is not None}, exercise.givens
        )

    def parse(self, source: Source) -> Node | None:
        """The expression in a text of the file; None (and a problem) where it cannot be read."""
        try:
            return parse(source.text, self._operations)
        except LanguageError as error:
            self.problems.append(
                error.problem._replace(position=source.position(max(error.offset, 0)))
            )
            return None

    def refuse(
        self,
        message: str,
        source: Source | Position | None = None,
        *,
        offset: int = 0,
        expected: str = "",
        found: str = "",
        hint: str = "",
    ) -> None:
        """Note a problem, at a text of the file or another place where there is one."""
        position = source.position(offset) if isinstance(source, Source) else source
        self.problems.append(Problem(message, expected, found, hint, position))

    def locate_given(self, name: str) -> Locate | None:
        """Where errors about a definition made from a given are reported."""
        given = self.exercise.givens.get(name)
        return None if given is None else lambda offset: given.position

    def constant(self, name: str) -> Node:
        """The value of a given as its definition, in the author's spelling of numbers."""
        value, spelled = self.givens[name], self._spelled[name]
        if not value.shape and isinstance(value[()], fmpq):
            return Literal(value[()], spelled[0])
        return Constant(value, spelled=tuple(spelled) if len(spelled) == value.size else ())

    def finish(self, report: Report) -> None:
        """Raise ExsolveError with these problems and all collected here, in the file's order."""
        for problem in self.problems:
            report.include(problem)
        report.raise_problems()

    def _given(self, name: str, given: Given) -> Array | None:
        text = self.overridden.get(name)
        if text is not None:
            source = Source.written(text, f"--set {name}")
            return self._constant(name, self.parse(source), source)
        return self.array(name, given.value)

    def array(self, name: str, value: DataValue) -> Array | None:
        """Data as an exact array; None (and a problem) where it cannot be read."""
        sources = list(value.flat())
        flat = [self._constant(name, self.parse(source), source) for source in sources]
        if not value.shape:
            return flat[0]
        array = np.empty(len(flat), dtype=object)
        for place, (cell, source) in enumerate(zip(flat, sources, strict=True)):
            if cell is None:
                return None
            if cell.shape:
                self.refuse(f"{name}: an array stands among numbers", source, expected="a number")
                return None
            array[place] = cell[()]
        return array.reshape(value.shape)

    def _constant(self, name: str, node: Node | None, source: Source | None) -> Array | None:
        """The value of an expression without names."""
        if node is None:
            return None
        spelled = self._spelled.setdefault(name, [])
        spelled.append(node.text if isinstance(node, Literal) else "")
        if isinstance(node, Literal):
            array = np.empty((), dtype=object)
            array[()] = node.value
            return array
        used = [one for one in names(node) if one != "pi"]
        if used:
            self.refuse(
                f"{name} is data, but refers to {', '.join(used)}",
                source,
                expected="numbers, and functions of numbers",
                found=used[0],
                hint="write formulas under define",
            )
            return None
        locate = None if source is None else source.position
        try:
            graph = Graph([Quantity(name, node, locate=locate)])
            return evaluate(graph, ClosedFormRoute())[name]
        except ExsolveError as error:
            self.problems.extend(error.problems)
            return None
