"""Derivations as they stand in a solution: chains of lines, each link of which is verified."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from exsolve.authoring.workbook import Chain, Workbook
from exsolve.expression.tree import Node, names
from exsolve.gradient import TreeContext
from exsolve.graph import Graph
from exsolve.solution import Derivation, DerivationLine
from exsolve.solving.paper import on_paper


def worked_chain(workbook: Workbook, chain: Chain, shown: set[str]) -> Derivation:
    """A chain with every link verified; ``shown`` are the names that need no explanation.

    Raises ExsolveError for a false link, with its line, both sides and an instance.
    """
    from exsolve.verification.chains import ChainLine, verified_chain

    graph = workbook.graph
    lines = [
        ChainLine(node, source.text, partial(source.position)) for node, source, _ in chain.lines
    ]
    verified = workbook.once(
        ("chain", *(line.node for line in lines)),
        lambda: verified_chain(graph, workbook.setting, lines, workbook.seed),
    )
    mentioned = [name for node, _, _ in chain.lines for name in names(node)]
    return Derivation(
        chain.claim,
        introduced(graph, mentioned, shown),
        tuple(
            DerivationLine(on_paper(node, TreeContext(graph, "")), reason)
            for node, _, reason in chain.lines
        ),
        verified,
    )


def introduced(
    graph: Graph, mentioned: Iterable[str], shown: set[str]
) -> tuple[tuple[str, Node], ...]:
    """The definitions of the names that are mentioned and not shown yet, which they are now."""
    used = graph.needed_for(name for name in mentioned if name not in graph.symbols)
    new = [name for name in used if name not in shown]
    shown.update(new)
    return tuple(
        (name, on_paper(graph.quantities[name].expression, TreeContext(graph, name)))
        for name in new
    )
