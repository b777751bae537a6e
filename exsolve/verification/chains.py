"""Derivations: chains of expressions, each link of which is verified.

With a symbol in each cell at small sizes, which proves the link there; and on exact random
instances at larger sizes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from exsolve.errors import ExsolveError, LanguageError, Problem
from exsolve.expression.tree import Node
from exsolve.graph import Graph, Locate
from exsolve.ops.inversion import SingularError
from exsolve.solution import Verification
from exsolve.verification.claims import INSTANCES, MOST_DRAWN
from exsolve.verification.comparing import Comparison, compare, symbolically
from exsolve.verification.instances import allowed_sizes, instances, symbolic_instance
from exsolve.verification.setting import Instance, Lines, Setting

PROVED_SIZES = 2
"""Sizes at which a link is proved with symbols, where an exercise declares none."""
SMALL = 2
"""The largest of these sizes."""


class ChainLine(NamedTuple):
    """An expression of a chain, and where it stands."""

    node: Node
    text: str
    locate: Locate


def verified_chain(
    graph: Graph, setting: Setting, lines: Sequence[ChainLine], seed: int
) -> Verification:
    """The verification of all links of a chain.

    Raises ExsolveError for the first false link, with its line, both sides and the smallest
    instance that separates them.
    """
    prepared = Lines(graph, setting, [one.node for one in lines], [one.locate for one in lines])
    names, setting = prepared.names, prepared.setting
    exact = True
    sizes: dict[str, None] = {}
    done = 0
    for instance in instances(setting, MOST_DRAWN, seed):
        at = prepared.at(instance)
        try:
            links = [
                _at(at, names[place - 1], names[place], lines[place], prepared, instance)
                for place in range(1, len(lines))
            ]
        except SingularError:
            continue
        for place, compared in enumerate(links, 1):
            exact = exact and compared.exact
            if compared.difference is not None:
                raise ExsolveError(_false(prepared, lines, place, compared, instance))
        sizes.setdefault(str(instance.sizes))
        done += 1
        if done == INSTANCES:
            break
    else:
        raise ExsolveError(_too_few(done, lines[0]))
    small = setting.small or tuple(allowed_sizes(setting, SMALL)[-PROVED_SIZES:])
    proved = _proved(prepared, small)
    return Verification(INSTANCES, len(sizes), exact, (), proved)


def _at(
    graph: Graph, left: str, right: str, line: ChainLine, prepared: Lines, instance: Instance
) -> Comparison:
    try:
        return compare(graph, left, right)
    except ExsolveError as error:
        if isinstance(error.__cause__, SingularError):
            raise error.__cause__ from error
        first = error.problems[0]
        raise ExsolveError(
            Problem(
                f"the link to this line could not be verified: {first.message}",
                first.expected,
                instance.describe(prepared.used),
                "declare under where what the symbols must fulfil, such as beta > 0 or d > n",
                line.locate(0),
            )
        ) from error


def _too_few(done: int, line: ChainLine) -> Problem:
    return Problem(
        f"the derivation could be verified on {done} random instances only",
        f"{INSTANCES} instances at which every line has a value",
        "matrices that are singular at the others",
        "declare sizes or conditions under where that rule these out",
        line.locate(0),
    )


def _proved(prepared: Lines, small: Sequence[Mapping[str, int]]) -> tuple[str, ...]:
    """The sizes at which every link is proved with symbols in the cells."""
    found = []
    for sizes in small:
        graph = prepared.at(symbolic_instance(prepared.setting, sizes))
        try:
            links = [
                symbolically(graph, left, right)
                for left, right in zip(prepared.names, prepared.names[1:], strict=False)
            ]
        except LanguageError:
            continue
        if all(one is not None and one.difference is None for one in links):
            found.append(", ".join(f"{letter} = {size}" for letter, size in sizes.items()))
    return tuple(found)


def _false(
    prepared: Lines,
    lines: Sequence[ChainLine],
    place: int,
    compared: Comparison,
    instance: Instance,
) -> Problem:
    difference = compared.difference
    assert difference is not None
    at = f" in cell {[one + 1 for one in difference.place]}" if difference.place else ""
    return Problem(
        f"line {place + 1} does not follow: it is not equal to line {place}",
        expected=f"{lines[place - 1].text} = {difference.left}{at}",
        found=f"{lines[place].text} = {difference.right}{at}, "
        f"for {instance.describe(prepared.used)}",
        hint="mend this line or the one above",
        position=lines[place].locate(0),
    )
