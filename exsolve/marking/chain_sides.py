"""Reading the sides of a student's equations."""

from __future__ import annotations

from typing import NamedTuple

from exsolve.authoring.workbook import Workbook
from exsolve.expression.shapes import shape_of
from exsolve.expression.tree import Node, Shape, content, substitute
from exsolve.marking.chain_forms import Form, form
from exsolve.marking.chain_text import Side
from exsolve.marking.formula_names import derivation_vocabulary
from exsolve.marking.formula_reading import read
from exsolve.ops import OPERATIONS

_NOWHERE = Side("", 0, 0, True, False, True)


class ReadSide(NamedTuple):
    """A side that was read: its form as it is written, and with all definitions written in."""

    side: Side
    node: Node
    shape: Shape
    form: Form
    written_in: Form

    def is_like(self, other: ReadSide) -> bool:
        """Whether it is written like another one, definitions written in or not."""
        return self.form == other.form or self.written_in == other.written_in


class SideReader:
    """Reads sides over all names of an exercise."""

    def __init__(self, workbook: Workbook) -> None:
        self._graph = workbook.graph
        self._vocabulary = derivation_vocabulary(workbook)
        self.words = frozenset((*self._vocabulary.names, *self._vocabulary.functions, *OPERATIONS))

    def read(self, side: Side) -> ReadSide:
        """A side; raises LanguageError, with its place in the side, for what cannot be read."""
        found = read(side.text, self._vocabulary)
        return self._of(side, found.node, found.shape)

    def of_tree(self, node: Node) -> ReadSide:
        """A line of the exercise's own derivation."""
        return self._of(_NOWHERE, node, self._shape(node))

    def _of(self, side: Side, node: Node, shape: Shape) -> ReadSide:
        return ReadSide(
            side, node, shape, form(node, self._shape), form(self._written_in(node), self._shape)
        )

    def _shape(self, node: Node) -> Shape:
        return shape_of(node, self._vocabulary.names.__getitem__)

    def _written_in(self, node: Node) -> Node:
        graph = self._graph
        while True:
            defined = {
                name: graph.quantities[name].expression
                for name in content(node).free
                if name in graph.quantities
                and name not in graph.symbols
                and not graph.quantities[name].given
            }
            if not defined:
                return node
            node = substitute(node, defined)
