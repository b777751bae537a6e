"""What the formulas and names of a file are held to: the names and shapes of its graph."""

from __future__ import annotations

from exsolve.authoring.known_names import advice
from exsolve.authoring.reading import Reading
from exsolve.errors import LanguageError
from exsolve.expression.sizes import shape_text
from exsolve.expression.tree import Node, Shape, free_names
from exsolve.graph import Graph
from exsolve.spec.fields import Source


def checked(source: Source, graph: Graph, reading: Reading) -> Node | None:
    """The expression in a text, if all its names are known and its shapes fit."""
    node = reading.parse(source)
    if node is None:
        return None
    sound = True
    for name in free_names(node):
        if name in graph.shapes or name in graph.symbols:
            continue
        sound = False
        if name not in graph.quantities and name not in reading.unreadable:
            reading.refuse(
                f"{name!r} is not defined",
                source,
                offset=max(source.text.find(name), 0),
                expected="a given, a definition or a symbol of this exercise",
                found=name,
                hint=advice(name, graph, [*graph.quantities, *graph.symbols]),
            )
    if not sound:
        return None
    try:
        graph.shape(node)
    except LanguageError as error:
        place = source.position(max(error.offset, 0))
        reading.problems.append(error.problem._replace(position=place))
        return None
    return node


def is_defined(name: Source, message: str, graph: Graph, reading: Reading) -> bool:
    """Whether a name is one of the graph; where it is none, that is reported."""
    if name.text in graph.quantities or name.text in graph.symbols:
        return True
    reading.refuse(
        message,
        name,
        expected="a definition or a symbol of this exercise",
        found=name.text,
        hint=advice(name.text, graph, [*graph.quantities, *graph.symbols]),
    )
    return False


def refuse_shape(
    message: str, place: Source, shape: Shape, wanted: Shape, other: str, reading: Reading
) -> None:
    """Report what does not have the shape of something else, which is called ``other``."""
    reading.refuse(
        message,
        place,
        expected=f"{shape_text(wanted)}, as {other}",
        found=shape_text(shape),
    )
