"""Derivations: chains of expressions, each link of which is verified."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from exsolve.expression.tree import Node
from exsolve.graph import Graph, Locate
from exsolve.solution import Verification
from exsolve.verification.lines import Lines
from exsolve.verification.links import Link, unequal, verified_links
from exsolve.verification.setting import Setting


class ChainLine(NamedTuple):
    """An expression of a chain, and where it stands."""

    node: Node
    text: str
    locate: Locate


def verified_chain(
    graph: Graph, setting: Setting, lines: Sequence[ChainLine], seed: int
) -> Verification:
    """The verification of all links of a chain.

    Raises ExsolveError for the first false link, with its line, both sides and an instance that
    separates them, the smallest sizes first.
    """
    prepared = Lines(graph, setting, [one.node for one in lines], [one.locate for one in lines])
    return verified_links(prepared, _links(prepared, lines), seed)


def _links(prepared: Lines, lines: Sequence[ChainLine]) -> list[Link]:
    def link(place: int) -> Link:
        above, line = lines[place - 1], lines[place]

        false = unequal(
            f"line {place + 1} does not follow: it is not equal to line {place}",
            (above.text, line.text),
            prepared,
            "mend this line or the one above",
            line.locate(0),
        )
        left, right = prepared.names[place - 1], prepared.names[place]
        return Link(left, right, "the link to this line", line.locate(0), false)

    return [link(place) for place in range(1, len(lines))]
