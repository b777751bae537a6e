"""A quantity's definition with one thing done wrong, in every way that students are known to.

What can go wrong in an operation is declared in its record, what can go wrong with a quantity as a
whole with the quantity. Here they are put in their places, together with what needs no knowledge of
either: a neighbour's name for the right one, and the sign and a factor of the whole.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import NamedTuple

from exsolve.errors import LanguageError
from exsolve.expression.tree import (
    Call,
    Literal,
    Mistake,
    Name,
    Node,
    Shape,
    Slip,
    substitute,
    transform,
    walk,
)
from exsolve.gradient import GRADIENT, TreeContext
from exsolve.graph import Graph
from exsolve.notation import written
from exsolve.ops.construct import TWO, ZERO, call

MOST = 200
"""Wrong definitions of one quantity."""
FEWEST = 24
"""Wrong definitions of the longest ones."""
MOST_NODES = 60_000
"""Nodes of all wrong definitions of one quantity together, which is why long ones have fewer."""
MOST_OF_ONE = 12
"""Mistakes of one sort in one place before others have their turn: terms of a long sum."""
ATTEMPTS = 4
"""Times as many mistakes are tried, most of them of a shape that does not fit."""
NAMES_RANK = 2
"""Names are taken for others about as often as the third likeliest slip of an operation is made."""
NEIGHBOURS = 3
"""Other names that are tried in the place of one."""
LONGEST_PLACE = 48
LONGEST_PART = 60
"""Characters of a formula within a sentence."""


class WrongDefinition(NamedTuple):
    """A definition with a known mistake in it.

    slip_name: the operation's and the slip's (``var.sample variance``), or the slip's alone.
    says: one or two sentences to the student.
    """

    slip_name: str
    says: str
    expression: Node


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
    own = (_Candidate(WrongDefinition(*slip), True) for slip in quantity.slips)
    whole = [] if root == ZERO else [*_of_the_whole(root)]
    candidates = chain(own, islice(_fairly(_sorts(graph, name, context)), ATTEMPTS * most))
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


class _Candidate(NamedTuple):
    """A wrong definition, and whether it may have another shape than the right one."""

    wrong: WrongDefinition
    reshapes: bool = False


def _fits(context: TreeContext, wrong: WrongDefinition, shape: Shape, reshapes: bool) -> bool:
    try:
        return context.shape(wrong.expression) == shape or reshapes
    except LanguageError:
        return False


def _fairly(sorts: Sequence[Iterator[_Candidate]]) -> Iterator[_Candidate]:
    """The first of every sort, up to some of each, before the rest of any."""
    for one in sorts:
        yield from islice(one, MOST_OF_ONE)
    for one in sorts:
        yield from one


class _Place:
    """A call in a definition: where it stands, and what it looks like without its names."""

    __slots__ = ("at", "call", "form", "parent")

    def __init__(self, call: Call, parent: _Place | None, at: int) -> None:
        self.call = call
        self.parent = parent
        self.at = at
        self.form = -1

    def definition(self, instead: Node) -> Node:
        """The whole definition with something else in this place."""
        node, place = instead, self
        while place.parent is not None:
            above = place.parent.call
            args = (*above.args[: place.at], node, *above.args[place.at + 1 :])
            node = Call(above.operation, args, above.options, above.offset)
            place = place.parent
        return node

    @property
    def heads(self) -> bool:
        """Whether it is no part of a longer sum or product, whose slips it would have again."""
        chained = self.call.operation.chain
        return not (chained and self.parent and self.parent.call.operation.chain == chained)


def _places(root: Node) -> list[_Place]:
    """Every call of a definition, the outermost first."""
    found: list[_Place] = []
    level = [_Place(root, None, 0)] if isinstance(root, Call) else []
    while level:
        found += level
        level = [
            _Place(arg, place, at)
            for place in level
            for at, arg in enumerate(place.call.args)
            if isinstance(arg, Call)
        ]
    forms: dict[object, int] = {}
    of_call: dict[int, int] = {}
    for place in reversed(found):
        one = place.call
        if id(one) not in of_call:
            below = tuple(_form(arg, of_call) for arg in one.args)
            settings = tuple(
                str(one.options[option.name])
                for option in one.operation.options
                if option.kind != "index"
            )
            key = (one.operation.name, settings, below)
            of_call[id(one)] = forms.setdefault(key, len(forms))
        place.form = of_call[id(one)]
    return found


def _form(node: Node, of_call: dict[int, int]) -> object:
    if isinstance(node, Call):
        return of_call[id(node)]
    return str(node.value) if isinstance(node, Literal) else ""


def _sorts(graph: Graph, name: str, context: TreeContext) -> list[Iterator[_Candidate]]:
    """Mistakes of each sort in each place, the likeliest first."""
    root = graph.quantities[name].expression
    heads = [place for place in _places(root) if place.heads]
    alike: dict[int, list[_Place]] = {}
    for place in heads:
        alike.setdefault(place.form, []).append(place)
    counted = Counter(slip for place in heads for slip in place.call.operation.slips)
    ranked: list[tuple[int, Iterator[_Candidate]]] = []
    for places in alike.values():
        for rank, slip in enumerate(places[0].call.operation.slips):
            if len(places) > 1:
                ranked.append((rank, _everywhere(root, places, slip, context)))
            ranked += (
                (rank, _in_place(place, slip, context, counted[slip] > 1)) for place in places
            )
    ranked.append((NAMES_RANK, _other_names(graph, name, list(alike.values()))))
    ranked.sort(key=lambda one: one[0])
    return [candidates for _, candidates in ranked]


def _mistakes(slip: Slip, node: Call, context: TreeContext) -> Iterator[Mistake]:
    try:
        for one in slip.wrong(node, context):
            yield one if isinstance(one, Mistake) else Mistake(one, node)
    except LanguageError:
        return  # it cannot be made with these shapes


def _in_place(
    place: _Place, slip: Slip, context: TreeContext, several: bool
) -> Iterator[_Candidate]:
    """A slip in one place, which is said where it could have been made in another as well."""
    where = _brief(place.call, LONGEST_PLACE) if several and place.parent else ""
    for one in _mistakes(slip, place.call, context):
        tells = "{part}" in slip.says and one.part is place.call
        said = _said(slip.says, f"In {where}" if where and not tells else "", one.part)
        named = f"{place.call.operation.name}.{slip.name}"
        yield _Candidate(
            WrongDefinition(named, said, place.definition(one.expression)), slip.reshapes
        )


def _everywhere(
    root: Node, places: Sequence[_Place], slip: Slip, context: TreeContext
) -> Iterator[_Candidate]:
    """A slip in all places of one form: who forgets the padding, forgets it for every axis."""
    calls = list({id(place.call): place.call for place in places}.values())
    for made in zip(*(_mistakes(slip, one, context) for one in calls), strict=False):
        wrong = {id(one): mistake.expression for one, mistake in zip(calls, made, strict=True)}
        everywhere = any(mistake.part != made[0].part for mistake in made)
        said = _said(slip.says, "In all places alike" if everywhere else "", made[0].part)
        named = f"{calls[0].operation.name}.{slip.name}"
        definition = _replaced(root, wrong)
        yield _Candidate(WrongDefinition(named, said, definition), slip.reshapes)


def _replaced(root: Node, calls: Mapping[int, Node]) -> Node:
    """The tree with other nodes in the places of those with these ids."""
    return transform(root, lambda node: calls.get(id(node)))


def _said(sentence: str, where: str, part: Node) -> str:
    if "{part}" in sentence:
        sentence = sentence.replace("{part}", _brief(part, LONGEST_PART) or "…")
    return f"{where}, {sentence[0].lower()}{sentence[1:]}" if where else sentence


def _brief(node: Node, longest: int) -> str:
    """A formula in mathematics, with dots for what is too long; empty where all of it is."""
    for _ in range(3):
        text = written(node, "terminal") if _is_short(node, longest) else ""
        if 0 < len(text) <= longest or not isinstance(node, Call):
            return text
        args = tuple(
            Name("…") if isinstance(arg, Call) and not _is_short(arg, longest // 12) else arg
            for arg in node.args
        )
        node, longest_node = Call(node.operation, args, node.options), node
        if node == longest_node:
            return ""
    return ""


def _is_short(node: Node, nodes: int) -> bool:
    return sum(1 for _ in islice(walk(node), nodes + 1)) <= nodes


_NUMBERED = re.compile(r"(.*?)(\d+)(\D*)")


def _neighbour(name: str, step: int) -> str:
    """The name of the same family so many numbers on; empty for a name without a number."""
    found = _NUMBERED.fullmatch(name)
    if found is None or int(found[2]) + step < 0:
        return ""
    return f"{found[1]}{int(found[2]) + step}{found[3]}"


def _family(name: str) -> str:
    return re.split(r"[_\d]", name, maxsplit=1)[0]


def _other_names(
    graph: Graph, name: str, alike: Sequence[Sequence[_Place]]
) -> Iterator[_Candidate]:
    """Another quantity of the same shape in the place of one that the definition refers to."""
    root = graph.quantities[name].expression
    later = {name, *graph.dependents([name])}
    shapes = {one: shape for one, shape in graph.shapes.items() if one not in later}
    used = [one for one in graph.uses(name) if one in shapes]

    def stepped(one: str, step: int) -> str:
        other = _neighbour(one, step)
        return other if other in shapes and shapes[other] == shapes.get(one) else ""

    for places in alike:
        yield from _steps_within(root, places, stepped)
    for step in (-1, 1):
        for family in dict.fromkeys(map(_family, used)):
            shift = {
                one: other
                for one in used
                if _family(one) == family and (other := stepped(one, step))
            }
            if len(shift) > 1:
                yield _renamed(root, shift, "In all places alike")
    for one in used:
        for other in _mistakable(one, used, shapes):
            yield _renamed(root, {one: other})
    for place, one in enumerate(used):
        for other in used[place + 1 :]:
            if shapes[one] == shapes[other]:
                swapped = substitute(root, {one: Name(other), other: Name(one)})
                pair = (_brief(Name(name), LONGEST_PART) for name in (one, other))
                said = f"You swapped {' and '.join(pair)}."
                yield _Candidate(WrongDefinition("names swapped", said, swapped))


def _mistakable(one: str, used: Sequence[str], shapes: Mapping[str, Shape]) -> list[str]:
    """The names that are most easily taken for another: those of its family that are next to it,
    those beside it in the definition, and those defined next to it; of numbers, only the former."""
    order = {name: place for place, name in enumerate(shapes)}
    steps = [_neighbour(one, step) for step in (-1, 1)]
    same = [
        name
        for name, shape in shapes.items()
        if shape == shapes[one] and name != one and (name in used or _is_alike(name, one))
    ]

    def distance(name: str) -> tuple[bool, bool, bool, int]:
        return (
            name not in steps,
            name not in used,
            _family(name) != _family(one),
            abs(order[name] - order[one]),
        )

    if not shapes[one]:
        same = [name for name in same if name in used or _family(name) == _family(one)]
    return sorted(same, key=distance)[:NEIGHBOURS]


def _is_alike(name: str, other: str) -> bool:
    """Whether one name could be taken for another: both gradients or neither, and of one family, or
    both with the same number."""
    if name.startswith(GRADIENT) != other.startswith(GRADIENT):
        return False
    numbers = [_NUMBERED.fullmatch(one) for one in (name, other)]
    first, second = (found[2] if found else "" for found in numbers)
    return _family(name) == _family(other) or first == second


def _steps_within(
    root: Node, places: Sequence[_Place], stepped: Callable[[str, int], str]
) -> Iterator[_Candidate]:
    """A name that stands twice in a call, h*(1 - h), with its neighbour in its place only there."""
    twice: list[tuple[_Place, str]] = []
    for place in places:
        counted = Counter(one.name for one in walk(place.call) if isinstance(one, Name))
        twice += ((place, one) for one, count in counted.items() if count == 2)
    if len(twice) != len(places) or (len(places) == 1 and places[0].parent is None):
        return
    for step in (-1, 1):
        renamed = [(place, one, other) for place, one in twice if (other := stepped(one, step))]
        made = {
            id(place.call): substitute(place.call, {one: Name(other)})
            for place, one, other in renamed
        }
        if len(renamed) == len(places) > 1:
            said = _taken(*renamed[0][1:], "In all places alike")
            definition = _replaced(root, made)
            yield _Candidate(WrongDefinition("neighbour", said, definition))
        for place, one, other in renamed:
            where = _brief(place.call, LONGEST_PLACE)
            said = _taken(one, other, f"In {where}" if where else "")
            definition = place.definition(made[id(place.call)])
            yield _Candidate(WrongDefinition("neighbour", said, definition))


def _renamed(root: Node, changes: Mapping[str, str], where: str = "") -> _Candidate:
    first, other = next(iter(changes.items()))
    wrong = substitute(root, {one: Name(instead) for one, instead in changes.items()})
    kind = (
        "neighbour"
        if _NUMBERED.fullmatch(first) and _family(first) == _family(other)
        else "other name"
    )
    return _Candidate(WrongDefinition(kind, _taken(first, other, where), wrong))


def _taken(one: str, other: str, where: str) -> str:
    right, wrong = (_brief(Name(name), LONGEST_PART) for name in (one, other))
    return _said(f"You took {wrong} for {right}.", where, Name(one))


def _of_the_whole(root: Node) -> Iterator[_Candidate]:
    for name, says, wrong in (
        ("sign of all", "You have the opposite sign everywhere.", call("negate", root)),
        ("twice", "You have twice the value that is right.", call("multiply", TWO, root)),
        ("half", "You have half the value that is right.", call("divide", root, TWO)),
    ):
        yield _Candidate(WrongDefinition(name, says, wrong))
