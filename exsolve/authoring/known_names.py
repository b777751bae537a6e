"""Names that are known although what they stand for is not: what uses them is not judged."""

from __future__ import annotations

from collections.abc import Container, Sequence

from exsolve.gradient import GRADIENT
from exsolve.graph import Graph, suggestion


class AnyName:
    """Where not all names are known, every name may be one of them."""

    def __contains__(self, name: object) -> bool:
        return True


class Either:
    """Names that are in one or the other."""

    def __init__(self, first: Container[str], second: Container[str]) -> None:
        self._first = first
        self._second = second

    def __contains__(self, name: object) -> bool:
        return name in self._first or name in self._second


class WithGradients:
    """The unreadable names, and those of gradients that were not derived because of an error."""

    def __init__(self, graph: Graph, unreadable: Container[str]) -> None:
        self._graph = graph
        self._unreadable = unreadable

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, str):
            return False
        of = name.removeprefix(GRADIENT)
        return name in self._unreadable or (
            of != name
            and (
                of in self._graph.quantities or of in self._graph.symbols or of in self._unreadable
            )
        )


def advice(name: str, graph: Graph, known: Sequence[str]) -> str:
    """What to do about a name that is none of the known ones."""
    of = name.removeprefix(GRADIENT)
    if of != name and (of in graph.quantities or of in graph.symbols):
        return f"ask for it under gradients: {{of: ..., for: [{of}]}}"
    return suggestion(name, known)
