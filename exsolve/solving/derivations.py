"""The chains of an exercise: read, held to the names and shapes of its graph, verified."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from itertools import pairwise

from exsolve.authoring.reading import Reading
from exsolve.authoring.workbook import Chain, Optimum
from exsolve.errors import LanguageError
from exsolve.expression.tree import Node, Shape, free_names, names
from exsolve.gradient import TreeContext
from exsolve.graph import Graph, suggestion
from exsolve.solution import Derivation, DerivationLine
from exsolve.solving.paper import on_paper
from exsolve.spec.exercise import Exercise
from exsolve.spec.fields import Source
from exsolve.verification.setting import Setting


def read_chains(
    exercise: Exercise, graph: Graph, reading: Reading
) -> Mapping[str, tuple[Chain | Optimum, ...]]:
    """The derivations of each part, by its id; what is wrong with their lines is noted."""
    found: dict[str, tuple[Chain | Optimum, ...]] = {}
    for part in exercise.parts:
        chains: list[Chain | Optimum] = []
        for derivation in part.derivations:
            lagrangian = derivation.conditions_of or derivation.solution_of
            if lagrangian is not None:
                solved = derivation.solution_of is not None
                _check_lagrangian(lagrangian, solved, exercise, reading)
                chains.append(Optimum(derivation.claim, lagrangian.text, solved))
                continue
            lines = []
            for line in derivation.lines:
                node = checked(line.formula, graph, reading)
                if node is not None:
                    lines.append((node, line.formula, line.reason))
            if len(lines) == len(derivation.lines):
                _check_shapes(lines, graph, reading)
                chains.append(Chain(derivation.claim, tuple(lines)))
        if chains:
            found[part.id] = tuple(chains)
    return found


def _check_shapes(
    lines: Sequence[tuple[Node, Source, str]], graph: Graph, reading: Reading
) -> None:
    """Report each line that has another shape than the one above; a number is equal in any cell."""
    for place, ((above, _, _), (node, source, _)) in enumerate(pairwise(lines), 2):
        wanted, shape = graph.shape(above), graph.shape(node)
        if wanted and shape and wanted != shape:
            reading.refuse(
                f"line {place} has another shape than line {place - 1}",
                source,
                expected=f"{shape_text(wanted)}, as line {place - 1}",
                found=shape_text(shape),
            )


def _check_lagrangian(name: Source, solved: bool, exercise: Exercise, reading: Reading) -> None:
    one = next((one for one in exercise.lagrangians if one.name == name), None)
    if one is None:
        known = [str(one.name) for one in exercise.lagrangians]
        reading.refuse(
            f"there is no Lagrangian {name}",
            name,
            expected="one of " + ", ".join(known) if known else "a Lagrangian under lagrangians",
            found=name.text,
        )
    elif solved and one.solution is None:
        reading.refuse(
            f"the Lagrangian {name} has no solution to put in",
            name,
            expected="solution: {...} beside minimise and over",
            hint="or write conditions_of, which needs none",
        )


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


def shape_text(shape: Shape) -> str:
    """A shape for a message: ``[n, d]``, ``a number``."""
    return f"[{', '.join(map(str, shape))}]" if shape else "a number"


def worked(graph: Graph, setting: Setting, chain: Chain, seed: int, shown: set[str]) -> Derivation:
    """A chain with every link verified; ``shown`` are the names that need no explanation.

    Raises ExsolveError for a false link, with its line, both sides and an instance.
    """
    from exsolve.verification.chains import ChainLine, verified_chain

    lines = [
        ChainLine(node, source.text, partial(source.position)) for node, source, _ in chain.lines
    ]
    verified = verified_chain(graph, setting, lines, seed)
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
