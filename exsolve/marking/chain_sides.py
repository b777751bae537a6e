"""Reading the sides of a student's equations, expectations among them."""

from __future__ import annotations

import re
from typing import NamedTuple

from exsolve.authoring.workbook import Workbook
from exsolve.errors import LanguageError
from exsolve.expression.shapes import shape_of
from exsolve.expression.tree import Node, Shape, content, substitute
from exsolve.marking.chain_forms import Form, form
from exsolve.marking.chain_text import Side
from exsolve.marking.formula_names import derivation_vocabulary
from exsolve.marking.formula_reading import operations, read, refuse_unknown_names, shaped

_EXPECTATION = re.compile(
    r"(?:\\mathbb\s*\{?\s*E\s*\}?|\\operatorname\s*\{E\}|\\mathrm\s*\{E\}|𝔼|(?<![\w.])E)"
    r"(?:_\{?[A-Za-z]\}?)?\s*(?:\\left|\\[bB]igg?l?)?\s*(?P<open>[\[({]|\\\{)"
)
_CLOSING = {"[": "]", "(": ")", "{": "}", "\\{": "}"}
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
        self._random = bool(workbook.setting.random)
        self._vocabulary = derivation_vocabulary(workbook)
        self.words = frozenset((*self._vocabulary.names, *operations(self._vocabulary)))

    def read(self, side: Side) -> ReadSide:
        """A side; raises LanguageError, with its place in the side, for what cannot be read."""
        text, offsets = side.text, list(range(len(side.text) + 1))
        if self._random and "E" not in self._vocabulary.names:
            text, offsets = with_expectations(side.text)
        try:
            node = read(text, self._vocabulary)
            refuse_unknown_names(node, self._vocabulary)
            node, shape = shaped(node, self._vocabulary)
        except LanguageError as error:
            error.offset = offsets[min(error.offset, len(text))] if error.offset >= 0 else -1
            raise
        return self._of(side, node, shape)

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


def with_expectations(text: str) -> tuple[str, list[int]]:
    """The text with ``expectation(...)`` for ``E[...]``, and where each character stood."""
    result: list[str] = []
    offsets: list[int] = []
    closing: list[int] = []
    place = 0
    while place < len(text):
        found = _EXPECTATION.match(text, place)
        end = _end(text, found) if found else -1
        if found and end >= 0:
            result += "expectation("
            offsets += [place] * len("expectation(")
            place = found.end()
            closing.append(end)
            continue
        if place in closing:
            result.append(")")
        else:
            result.append(text[place])
        offsets.append(place)
        place += 1
    offsets.append(place)
    plain = "".join(result)
    # what stands before a closing bracket that is none any more
    return re.sub(r"\\right(?=\s*\))|\\\\?[bB]igg?r?(?=\s*\))", _spaces, plain), offsets


def _spaces(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _end(text: str, opening: re.Match[str]) -> int:
    """The place of the bracket that closes an expectation; -1 where there is none."""
    own = opening["open"]
    depth = 1
    sign, wanted = own[-1], _CLOSING[own]
    for place in range(opening.end(), len(text)):
        depth += (text[place] == sign) - (text[place] == wanted)
        if depth == 0:
            return place
    return -1
