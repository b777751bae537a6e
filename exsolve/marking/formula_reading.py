"""Reading a student's formula over the names of an exercise, and what shape it has."""

from __future__ import annotations

from typing import NamedTuple

from exsolve.answers.formulas import read_formula
from exsolve.answers.written import Vocabulary
from exsolve.errors import LanguageError
from exsolve.expression.shapes import shape_of
from exsolve.expression.tree import Name, Node, Shape, content, walk


class ReadFormula(NamedTuple):
    """A formula that was read: its tree, its shape, and how it was understood."""

    node: Node
    shape: Shape
    understood: str


def read(text: str, vocabulary: Vocabulary, withheld: str = "", shape: Shape = ()) -> ReadFormula:
    """A formula over the names of a vocabulary.

    ``withheld`` is the quantity that is asked for, of this shape, which cannot stand in its own
    formula.
    Raises ShapeError where shapes do not fit together, another LanguageError for what cannot be
    read, both with the place in the text.
    """
    known = {**vocabulary.names, withheld: shape} if withheld else vocabulary.names
    found = read_formula(text, Vocabulary(known, vocabulary.functions))
    if withheld and withheld in content(found.node).free:
        raise LanguageError(
            f"{withheld} is what is asked for, so that it says nothing here",
            _offset(found.node, withheld),
            expected="a formula in other names",
        )
    found_shape = shape_of(found.node, known.__getitem__)
    return ReadFormula(found.node, found_shape, found.understood)


def _offset(node: Node, name: str) -> int:
    places = (part.offset for part in walk(node) if isinstance(part, Name) and part.name == name)
    return next(places, -1)
