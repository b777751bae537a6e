"""A quantity's definition with one thing done wrong, in every way that students are known to.

What can go wrong in an operation is declared in its record, what can go wrong with a quantity as a
whole with the quantity. Here they are put in their places, together with what needs no knowledge of
either: a neighbour's name for the right one, and the sign and a factor of the whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, islice

from exsolve.errors import LanguageError
from exsolve.expression.tree import Call, Mistake, Node, Shape, Slip, walk
from exsolve.gradient import TreeContext
from exsolve.graph import Graph
from exsolve.marking.mistake_places import (
    LONGEST_PLACE,
    Candidate,
    Place,
    WrongDefinition,
    brief,
    places_in,
    replaced,
    said_of,
)
from exsolve.marking.mistaken_names import mistaken_names
from exsolve.ops.construct import TWO, ZERO, call

__all__ = ["WrongDefinition", "wrong_definitions"]

MOST = 200
"""Wrong definitions of one quantity."""
FEWEST = 24
"""Wrong definitions of the longest ones."""
MOST_NODES = 60_000
"""Nodes of all wrong definitions of one quantity together, which is why long ones have fewer."""
FIRST_OF_ONE = 3
MOST_OF_ONE = 12
"""Mistakes of one sort before others have their turn: terms of a long sum."""
ATTEMPTS = 4
"""Times as many mistakes are tried, most of them of a shape that does not fit."""
NAMES_RANK = 2
"""Names are taken for others about as often as the third likeliest slip of an operation is made."""


def wrong_definitions(graph: Graph, name: str) -> Iterator[WrongDefinition]:
    """The known wrong ways to define a quantity, the likeliest first, each once.

    All of them have a shape: the quantity's, but where the other shape is the mistake (a transpose,
    another axis). At most 200, of a long definition fewer: as many as have some 60,000 nodes
    together, but at least 24; all sorts of mistakes have their turn before any fills the rest.
    """
    quantity = graph.quantities[name]
    root = quantity.expression
    if quantity.given or name not in graph.shapes:
        return
    context = TreeContext(graph, name)
    nodes = sum(1 for _ in walk(root))
    most = max(FEWEST, min(MOST, MOST_NODES // nodes))
    own = (Candidate(WrongDefinition(*slip), True) for slip in quantity.slips)
    whole = [] if root == ZERO else [*_of_the_whole(root)]
    candidates = chain(
        own,
        islice(
            _fairly(_sorts(graph, name, context), 1 if most < MOST else FIRST_OF_ONE),
            ATTEMPTS * most,
        ),
    )
    seen: set[Node] = {root}
    found = 0
    for room, offered in ((most - len(whole), candidates), (most, iter(whole))):
        for wrong, reshapes in offered:
            if found == room:
                break
            if wrong.expression not in seen and _fits(context, wrong, graph.shapes[name], reshapes):
                seen.add(wrong.expression)
                found += 1
                yield wrong


def _fits(context: TreeContext, wrong: WrongDefinition, shape: Shape, reshapes: bool) -> bool:
    try:
        return context.shape(wrong.expression) == shape or reshapes
    except LanguageError:
        return False


def _fairly(sorts: Sequence[Iterator[Candidate]], first: int) -> Iterator[Candidate]:
    """The ``first`` ones of every sort, then more of each, before the rest of any."""
    for some in (first, MOST_OF_ONE):
        for one in sorts:
            yield from islice(one, some)
    for one in sorts:
        yield from one


def _alternating(several: Sequence[Iterator[Candidate]]) -> Iterator[Candidate]:
    """One of each in turn, until all have ended."""
    pending = list(several)
    while pending:
        left = []
        for one in pending:
            for candidate in islice(one, 1):
                yield candidate
                left.append(one)
        pending = left


def _sorts(graph: Graph, name: str, context: TreeContext) -> list[Iterator[Candidate]]:
    """Mistakes of each sort in each place, the likeliest first."""
    root = graph.quantities[name].expression
    heads = [place for place in places_in(root) if place.heads]
    alike: dict[int, list[Place]] = {}
    for place in heads:
        alike.setdefault(place.form, []).append(place)
    counted = Counter(slip for place in heads for slip in place.call.operation.slips)
    ranked: list[tuple[int, Iterator[Candidate]]] = []
    for places in alike.values():
        for rank, slip in enumerate(places[0].call.operation.slips):
            if len(places) > 1:
                ranked.append((rank, _everywhere(root, places, slip, context)))
            alone = [_in_place(place, slip, context, counted[slip] > 1) for place in places]
            ranked.append((rank, _alternating(alone)))
    ranked.append((NAMES_RANK, mistaken_names(graph, name, list(alike.values()))))
    ranked.sort(key=lambda one: one[0])
    return [candidates for _, candidates in ranked]


def _mistakes(slip: Slip, node: Call, context: TreeContext) -> Iterator[Mistake]:
    try:
        for one in slip.wrong(node, context):
            yield one if isinstance(one, Mistake) else Mistake(one, node)
    except LanguageError:
        return  # it cannot be made with these shapes


def _in_place(place: Place, slip: Slip, context: TreeContext, several: bool) -> Iterator[Candidate]:
    """A slip in one place, which is said where it could have been made in another as well."""
    for one in _mistakes(slip, place.call, context):
        tells = "{part}" in slip.says and one.part is place.call
        unclear = several and place.parent is not None and not tells
        where = brief(place.call, LONGEST_PLACE) if unclear else ""
        said = said_of(slip.says, f"In {where}" if where else "", one.part)
        named = f"{place.call.operation.name}.{slip.name}"
        yield Candidate(
            WrongDefinition(named, said, place.definition(one.expression)), slip.reshapes
        )


def _everywhere(
    root: Node, places: Sequence[Place], slip: Slip, context: TreeContext
) -> Iterator[Candidate]:
    """A slip in all places of one form: who forgets the padding, forgets it for every axis."""
    calls = list({id(place.call): place.call for place in places}.values())
    for made in zip(*(_mistakes(slip, one, context) for one in calls), strict=False):
        wrong = {id(one): mistake.expression for one, mistake in zip(calls, made, strict=True)}
        everywhere = any(mistake.part != made[0].part for mistake in made)
        said = said_of(slip.says, "In all places alike" if everywhere else "", made[0].part)
        named = f"{calls[0].operation.name}.{slip.name}"
        definition = replaced(root, wrong)
        yield Candidate(WrongDefinition(named, said, definition), slip.reshapes)


def _of_the_whole(root: Node) -> Iterator[Candidate]:
    for name, says, wrong in (
        ("sign of all", "You have the opposite sign everywhere.", call("negate", root)),
        ("twice", "You have twice the value that is right.", call("multiply", TWO, root)),
        ("half", "You have half the value that is right.", call("divide", root, TWO)),
    ):
        yield Candidate(WrongDefinition(name, says, wrong))
