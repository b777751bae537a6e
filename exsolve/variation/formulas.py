"""Formulas over what is drawn: read, and held to the names and shapes that there are."""

from __future__ import annotations

from collections.abc import Container, Sequence

from exsolve.authoring.checking import checked
from exsolve.authoring.reading import Reading
from exsolve.expression.tree import Node, free_names
from exsolve.graph import Graph
from exsolve.spec.fields import Source
from exsolve.spec.report import listing, nearest


class Formulas:
    """Reads formulas; ``used`` are the names that those read so far refer to.

    ``words`` are names of words, ``base`` is the graph of the exercise, ``drawn`` that of what is
    drawn; ``unreadable`` are names that are known but not understood.
    """

    def __init__(
        self, reading: Reading, words: Container[str], base: Graph, unreadable: Container[str]
    ) -> None:
        self.reading = reading
        self.words = words
        self.base = base
        self.unreadable = unreadable
        self.drawn = Graph([])
        self.used: set[str] = set()

    def formula(self, source: Source, used: bool = True) -> Node | None:
        """A formula without words in it; what it uses counts as used."""
        node = self.reading.parse(source)
        if node is None:
            return None
        names = free_names(node)
        if used:
            self.used.update(names)
        word = next((name for name in names if name in self.words), "")
        if word:
            self.reading.refuse(
                f"{word} is a word, and no number to compute with",
                source,
                offset=max(source.text.find(word), 0),
                expected="names of numbers",
                found=word,
            )
        return None if word else node

    def advice(self, name: str, known: Sequence[str]) -> str:
        """What to do about a name that is none of the known ones."""
        near = nearest(name, known)
        return f"did you mean {listing(near)}?" if near else f"say under draw what {name} is"

    def held(self, source: Source, graph: Graph, used: bool = True) -> Node | None:
        """A formula held to the names and shapes of a graph."""
        node = self.formula(source, used)
        if node is None:
            return None
        known = {**graph.quantities, **graph.symbols}
        missing = [
            name for name in free_names(node) if name not in known and name not in self.unreadable
        ]
        # of all that the exercise computes, what is missing is itself wrong, which is said there
        broken = [
            name for name in missing if graph is not self.drawn and name in self.base.quantities
        ]
        unknown = [name for name in missing if name not in broken]
        for name in unknown:
            computed = name in self.base.quantities
            self.reading.refuse(
                f"{name} is computed in the exercise, which is made with this"
                if computed
                else f"{name!r} is not defined",
                source,
                offset=max(source.text.find(name), 0),
                expected="names of what is drawn, and givens"
                if graph is self.drawn
                else "names of what is drawn, givens and quantities that are computed",
                found=name,
                hint="compute it from what is drawn, under draw"
                if computed
                else self.advice(name, list(known)),
            )
        return None if missing else checked(source, graph, self.reading)
