"""Pairs of expressions that must be equal: on exact random instances, and with symbols.

With a symbol in each cell at small sizes, which proves the equality there; and on exact random
instances at larger sizes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from exsolve.errors import ExsolveError, LanguageError, Position, Problem
from exsolve.graph import Graph
from exsolve.ops.inversion import SingularError
from exsolve.solution import Verification
from exsolve.verification.claims import INSTANCES, MOST_DRAWN
from exsolve.verification.comparing import Comparison, Difference, compare, symbolically
from exsolve.verification.instances import (
    instances,
    sizes_up_to,
    smaller_instances,
    symbolic_instance,
)
from exsolve.verification.lines import Lines
from exsolve.verification.setting import Instance, sizes_text
from exsolve.verification.tally import Tally

PROVED_SIZES = 2
"""Sizes at which a link is proved with symbols, where an exercise declares none."""
SMALL = 2
"""The largest of these sizes."""


class Link(NamedTuple):
    """Two of the lines that must be equal; ``false`` says what is wrong where they are not.

    ``what`` names it in messages, as in "the link to this line"; ``position`` is where it stands.
    """

    left: str
    right: str
    what: str
    position: Position | None
    false: Callable[[Difference, Instance], Problem]


def verified_links(lines: Lines, links: Sequence[Link], seed: int) -> Verification:
    """The verification of all links.

    Raises ExsolveError for the first false one, with an instance, the smallest sizes first.
    """
    tally = Tally(INSTANCES)
    for instance in instances(lines.setting, MOST_DRAWN, seed):
        described = instance.describe(lines.used)
        if tally.is_known(described):
            continue
        try:
            at = lines.at(instance)
            found = [_compared(at, link, lines, instance) for link in links]
        except SingularError:
            continue
        except ExsolveError:
            if instance.unusual:
                continue
            raise
        for link, compared in zip(links, found, strict=True):
            tally.exact = tally.exact and compared.exact
            if compared.difference is not None:
                raise ExsolveError(_smallest(lines, link, compared.difference, instance, seed))
        tally.add(described, str(instance.sizes))
        if tally.is_full:
            break
    if not tally.is_enough:
        raise ExsolveError(_too_few(tally.passed, links[0]))
    setting = lines.setting
    small = setting.small or tuple(sizes_up_to(setting, SMALL)[-PROVED_SIZES:])
    decided = _proved(lines, links, small)
    proved = [sizes_text(one) for one in small if one in decided]
    unproved = [sizes_text(one) for one in setting.small if one not in decided]
    return tally.verification(proved=proved, unproved=unproved)


def _smallest(
    lines: Lines, link: Link, difference: Difference, instance: Instance, seed: int
) -> Problem:
    """What is wrong with a false link, with the smallest instance that is found to show it."""
    for smaller in smaller_instances(lines.setting, instance.sizes, seed):
        try:
            compared = compare(lines.at(smaller), link.left, link.right)
        except ExsolveError:
            continue
        if compared.difference is not None:
            return link.false(compared.difference, smaller)
    return link.false(difference, instance)


def _compared(graph: Graph, link: Link, lines: Lines, instance: Instance) -> Comparison:
    try:
        return compare(graph, link.left, link.right)
    except ExsolveError as error:
        if isinstance(error.__cause__, SingularError):
            raise error.__cause__ from error
        first = error.problems[0]
        raise ExsolveError(
            Problem(
                f"{link.what} could not be verified: {first.message}",
                first.expected,
                instance.describe(lines.used),
                "declare under where what the symbols must fulfil, such as beta > 0 or d > n",
                link.position,
            )
        ) from error


def _too_few(done: int, link: Link) -> Problem:
    return Problem(
        f"{link.what} could be verified on {done} random instances only",
        f"{INSTANCES} instances at which everything in it has a value",
        "matrices that are singular at the others",
        "declare sizes or conditions under where that rule these out",
        link.position,
    )


def _proved(
    lines: Lines, links: Sequence[Link], small: Sequence[Mapping[str, int]]
) -> list[Mapping[str, int]]:
    """The sizes at which every link is proved with symbols in the cells."""
    if lines.are_random:
        return []  # random symbols have outcomes, each with a proof of its own
    found = []
    for sizes in small:
        graph = lines.at(symbolic_instance(lines.setting, sizes))
        try:
            judged = [symbolically(graph, link.left, link.right) for link in links]
        except (LanguageError, ExsolveError):
            continue  # a comparison, say, which symbols leave open
        if all(one is not None and one.difference is None for one in judged):
            found.append(sizes)
    return found


def unequal(
    message: str, sides: tuple[str, str], lines: Lines, hint: str, position: Position | None
) -> Callable[[Difference, Instance], Problem]:
    """What is said of two sides that are not equal: both, with an instance that separates them."""

    def false(difference: Difference, instance: Instance) -> Problem:
        left, right = sides
        at = in_cell(difference)
        return Problem(
            message,
            f"{left} = {difference.left}{at}",
            f"{right} = {difference.right}{at}, for {instance.describe(lines.used)}",
            hint,
            position,
        )

    return false


def in_cell(difference: Difference) -> str:
    """Where two values differ, counted from 1: `` in cell [2, 1]``; nothing for numbers."""
    return f" in cell {[one + 1 for one in difference.place]}" if difference.place else ""
