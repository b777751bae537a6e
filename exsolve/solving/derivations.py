"""The chains of an exercise: read, held to the names and shapes of its graph, verified."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from exsolve.authoring.reading import Reading
from exsolve.authoring.workbook import Chain
from exsolve.errors import LanguageError
from exsolve.expression.tree import Node, free_names, names
from exsolve.gradient import TreeContext
from exsolve.graph import Graph, suggestion
from exsolve.solution import Derivation, DerivationLine
from exsolve.solving.paper import on_paper
from exsolve.spec.exercise import Exercise
from exsolve.spec.fields import Source
from exsolve.verification.chains import ChainLine, verified_chain
from exsolve.verification.setting import Setting


def read_chains(
    exercise: Exercise, graph: Graph, reading: Reading
) -> Mapping[str, tuple[Chain, ...]]:
    """The chains of each part, by its id; what is wrong with their lines is noted."""
    found: dict[str, tuple[Chain, ...]] = {}
    for part in exercise.parts:
        chains = []
        for derivation in part.derivations:
            lines = []
            for line in derivation.lines:
                node = checked(line.formula, graph, reading)
                if node is not None:
                    lines.append((node, line.formula, line.reason))
            if len(lines) == len(derivation.lines):
                chains.append(Chain(derivation.claim, tuple(lines)))
        if chains:
            found[part.id] = tuple(chains)
    return found


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
        if name not in graph.quantities:
            reading.refuse(
                f"{name!r} is not defined",
                source,
                offset=max(source.text.find(name), 0),
                expected="a given, a definition or a symbol of this exercise",
                found=name,
                hint=suggestion(name, [*graph.quantities, *graph.symbols]),
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


def worked(graph: Graph, setting: Setting, chain: Chain, seed: int, shown: set[str]) -> Derivation:
    """A chain with every link verified; ``shown`` are the names that need no explanation.

    Raises ExsolveError for a false link, with its line, both sides and an instance.
    """
    lines = [
        ChainLine(node, source.text, partial(source.position)) for node, source, _ in chain.lines
    ]
    verified = verified_chain(graph, setting, lines, seed)
    mentioned = (name for node, _, _ in chain.lines for name in names(node))
    used = graph.needed_for(name for name in mentioned if name not in graph.symbols)
    new = [name for name in used if name not in shown]
    shown.update(new)
    return Derivation(
        chain.claim,
        tuple(
            (name, on_paper(graph.quantities[name].expression, TreeContext(graph, name)))
            for name in new
        ),
        tuple(
            DerivationLine(on_paper(node, TreeContext(graph, "")), reason)
            for node, _, reason in chain.lines
        ),
        verified,
    )
