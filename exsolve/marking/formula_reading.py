"""Reading a student's formula over the names of an exercise, and what shape it has."""

from __future__ import annotations

from exsolve.answers.written import Vocabulary
from exsolve.errors import LanguageError
from exsolve.expression.parser import parse
from exsolve.expression.shapes import shape_of
from exsolve.expression.tree import Call, Node, Operation, Shape, content, walk
from exsolve.graph import suggestion
from exsolve.marking.columns import with_outer_products
from exsolve.ops import OPERATIONS
from exsolve.ops.unknown import function_symbol


def read(text: str, vocabulary: Vocabulary) -> Node:
    """The tree of a formula. Raises LanguageError, with the place, for what cannot be read."""
    return parse(text, operations(vocabulary))


def operations(vocabulary: Vocabulary) -> dict[str, Operation]:
    """The operations of the language, and the unknown functions of an exercise."""
    unknown = {name: function_symbol(name, count) for name, count in vocabulary.functions.items()}
    return {**OPERATIONS, **unknown}


def refuse_unknown_names(node: Node, vocabulary: Vocabulary, withheld: str = "") -> None:
    """Raise LanguageError, with the place, for a name that the vocabulary has not.

    ``withheld``: the quantity that is asked for, which cannot stand in its own formula.
    """
    used = content(node).free
    unknown = next((name for name in used if name not in vocabulary.names), None)
    if unknown is None:
        return
    if unknown == withheld:
        raise LanguageError(
            f"{unknown} is what is asked for, so that it says nothing here",
            _offset(node, unknown),
            expected="a formula in other names",
        )
    raise LanguageError(
        f"the exercise has no {unknown}",
        _offset(node, unknown),
        expected="one of " + ", ".join(vocabulary.names),
        found=unknown,
        hint=suggestion(unknown, list(vocabulary.names)),
    )


def _offset(node: Node, name: str) -> int:
    for part in walk(node):
        if getattr(part, "name", None) == name and not isinstance(part, Call):
            return part.offset
    return -1


def shaped(node: Node, vocabulary: Vocabulary) -> tuple[Node, Shape]:
    """A formula with products of vectors as they are meant, and its shape.

    Raises LanguageError, with the place, where shapes do not fit together.
    """

    def shape(part: Node) -> Shape:
        return shape_of(part, vocabulary.names.__getitem__)

    node = with_outer_products(node, shape)
    return node, shape(node)
