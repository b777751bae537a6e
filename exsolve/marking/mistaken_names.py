"""One quantity taken for another: its neighbour in time, or one of the same shape."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from exsolve.expression.tree import Call, Name, Node, Shape, substitute, walk
from exsolve.gradient import GRADIENT
from exsolve.graph import CONSTANT_NAMES, Graph
from exsolve.marking.mistake_places import (
    LONGEST_PART,
    LONGEST_PLACE,
    Candidate,
    Place,
    WrongDefinition,
    brief,
    replaced,
    said_of,
)

NEIGHBOURS = 3
"""Other names that are tried in the place of one."""
NEAR = 2
"""Steps away up to which a quantity is a neighbour."""
_STEPS = ("prev", "t", "next")
_NUMBERED = re.compile(r"(.*?)(\d+)(\D*)")


def _neighbour(name: str, step: int) -> str:
    """The name of the same family so many steps on, h_3 or h_next; empty for one without a step."""
    stem, _, last = name.rpartition("_")
    if stem and last in _STEPS:
        place = _STEPS.index(last) + step
        return f"{stem}_{_STEPS[place]}" if 0 <= place < len(_STEPS) else ""
    found = _NUMBERED.fullmatch(name)
    if found is None or int(found[2]) + step < 0:
        return ""
    return f"{found[1]}{int(found[2]) + step}{found[3]}"


def _family(name: str) -> str:
    return re.split(r"[_\d]", name, maxsplit=1)[0]


def mistaken_names(
    graph: Graph, name: str, alike: Sequence[Sequence[Place]]
) -> Iterator[Candidate]:
    """Another quantity of the same shape in the place of one that the definition refers to."""
    root = graph.quantities[name].expression
    later = {name, *graph.dependents([name])}
    known = {**graph.symbols, **graph.shapes}
    shapes = {one: known[one] for one in known if one not in later and one not in CONSTANT_NAMES}
    used = [one for one in graph.uses(name) if one in shapes]

    def stepped(one: str, step: int) -> str:
        other = _neighbour(one, step)
        return other if other in shapes and shapes[other] == shapes.get(one) else ""

    for places in alike:
        yield from _steps_within(root, places, stepped)
        yield from _steps_of_arguments(root, places, stepped)
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
                pair = (brief(Name(name), LONGEST_PART) for name in (one, other))
                said = f"You swapped {' and '.join(pair)}."
                yield Candidate(WrongDefinition("names swapped", said, swapped))


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
    """Whether one name could be taken for another: both gradients or neither, both with a number or
    neither, and with one number or of one family."""
    if name.startswith(GRADIENT) != other.startswith(GRADIENT):
        return False
    first, second = (_NUMBERED.fullmatch(one) for one in (name, other))
    if first is None or second is None:
        return first is second
    return first[2] == second[2] or _family(name) == _family(other)


def _steps_within(
    root: Node, places: Sequence[Place], stepped: Callable[[str, int], str]
) -> Iterator[Candidate]:
    """A name that stands twice in a call, h*(1 - h), with its neighbour in its place only there."""
    twice: list[tuple[Place, str]] = []
    for place in places:
        counted = Counter(one.name for one in walk(place.call) if isinstance(one, Name))
        twice += ((place, one) for one, count in counted.items() if count == 2)
    if len(twice) != len(places) or (len(places) == 1 and places[0].parent is None):
        return
    for step in (-1, 1):
        yield from _stepped(
            root,
            [
                _Step(place, one, other, substitute(place.call, {one: Name(other)}))
                for place, one in twice
                if (other := stepped(one, step))
            ],
            len(places),
        )


def _steps_of_arguments(
    root: Node, places: Sequence[Place], stepped: Callable[[str, int], str]
) -> Iterator[Candidate]:
    """A name that is an argument of calls of one form, outer(g_t, h_prev), with its neighbour in
    its place only there."""
    for at in range(len(places[0].call.args)) if len(places) > 1 else ():
        named = [
            (place, arg.name) for place in places if isinstance(arg := place.call.args[at], Name)
        ]
        for step in (-1, 1):
            made = []
            for place, one in named:
                if other := stepped(one, step):
                    args = (*place.call.args[:at], Name(other), *place.call.args[at + 1 :])
                    wrong = Call(place.call.operation, args, place.call.options)
                    made.append(_Step(place, one, other, wrong))
            yield from _stepped(root, made, len(places))


class _Step(NamedTuple):
    """A call with the name of another step in it, in the place of the right one."""

    place: Place
    right: str
    wrong: str
    call: Node


def _stepped(root: Node, steps: Sequence[_Step], places: int) -> Iterator[Candidate]:
    """Other steps in all places where there are several, then in each alone."""
    if len(steps) == places > 1:
        made = {id(one.place.call): one.call for one in steps}
        said = _taken(steps[0].right, steps[0].wrong, "In all places alike")
        yield Candidate(WrongDefinition("neighbour", said, replaced(root, made)))
    for one in steps:
        where = brief(one.place.call, LONGEST_PLACE)
        said = _taken(one.right, one.wrong, f"In {where}" if where else "")
        yield Candidate(WrongDefinition("neighbour", said, one.place.definition(one.call)))


def _renamed(root: Node, changes: Mapping[str, str], where: str = "") -> Candidate:
    first, other = next(iter(changes.items()))
    wrong = substitute(root, {one: Name(instead) for one, instead in changes.items()})
    kind = (
        "neighbour"
        if other in (_neighbour(first, step) for step in range(-NEAR, NEAR + 1))
        else "other name"
    )
    return Candidate(WrongDefinition(kind, _taken(first, other, where), wrong))


def _taken(one: str, other: str, where: str) -> str:
    right, wrong = (brief(Name(name), LONGEST_PART) for name in (one, other))
    return said_of(f"You took {wrong} for {right}.", where, Name(one))
