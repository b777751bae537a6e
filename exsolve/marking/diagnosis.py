"""Which known mistake a wrong answer shows: the graph evaluated anew with one thing done wrong.

Each wrong definition of the quantity, and of those on the way to it that the student has not
answered, gives a value; the answer that equals one shows that mistake.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from typing import NamedTuple

from exsolve.answers.written import Number
from exsolve.authoring.workbook import Workbook
from exsolve.evaluate import Array
from exsolve.expression.tree import Node
from exsolve.marking.arrangements import FLOAT_PLACES, roughly
from exsolve.marking.given import Given, outcomes
from exsolve.marking.numbers import CUT_OFF, Asked, Outcome, Target
from exsolve.marking.revaluing import Revaluing, targets
from exsolve.marking.unfolding import through_names, unfolded
from exsolve.marking.wrong_definitions import WrongDefinition, wrong_definitions
from exsolve.verdicts import NamedSlip

MOST_CELLS = 200_000
"""Cells that are computed in search of one mistake."""
MOST_ON_THE_WAY = 12
"""Quantities between the answers whose definitions are looked at."""
REMEMBERED = 256
"""Searches that are remembered: those with the key's values, and with students' own."""
NAMED = 3
"""Mistakes that are named where several give the same."""

SIGN = "sign of all"
IN_SOME: Mapping[str, str] = {
    SIGN: "Where it is wrong, it has the opposite sign.",
    "twice": "Where it is wrong, it is twice what is right.",
    "half": "Where it is wrong, it is half of what is right.",
}
"""What is said of mistakes with the whole that were made in some cells only."""

CLOSE = 1e-9
"""Relative; cells that differ by more need not be held against each other exactly."""


class Wrong(NamedTuple):
    """A mistake, and the shape and cells of what comes of it; ``floats`` are the cells roughly,
    None where they have symbols."""

    slip: NamedSlip
    shape: tuple[int, ...]
    cells: list[Target]
    floats: tuple[float, ...] | None


class Diagnosis:
    """Finds the mistakes of one exercise; it remembers what every mistake gives."""

    def __init__(self, workbook: Workbook, revaluing: Revaluing) -> None:
        self._graph = workbook.numeric
        self._revaluing = revaluing
        self._general = workbook.general
        self._leads_through_names = unfolded(self._graph) is not self._graph
        self._definitions: dict[str, tuple[WrongDefinition, ...]] = {}
        self._found: OrderedDict[Hashable, list[Wrong]] = OrderedDict()

    def mistakes(
        self, name: str, answered: Collection[str], own: Mapping[str, Array]
    ) -> list[Wrong]:
        """What each known mistake gives, the likeliest first.

        answered: names whose definitions are not to blame, since there are answers to them.
        own: the student's own values of some of them, in the place of the key's.
        """
        way = self._way(name, answered)
        values = tuple((one, *map(str, value.flat)) for one, value in own.items())
        key = (name, *way, values)
        if key not in self._found:
            self._found[key] = list(self._search(name, way, own))
            if len(self._found) > REMEMBERED:
                self._found.popitem(last=False)
        self._found.move_to_end(key)
        return self._found[key]

    def _way(self, name: str, answered: Collection[str]) -> list[str]:
        """The quantity, and those that lead to it and that no answer stands before."""
        found: list[str] = []
        pending = [name]
        while pending and len(found) < MOST_ON_THE_WAY:
            one = pending.pop(0)
            if one in found or one not in self._graph.quantities:
                continue
            quantity = self._graph.quantities[one]
            if quantity.given or (one != name and one in answered) or one in self._general:
                continue
            found.append(one)
            pending += self._graph.uses(one)
        return found

    def _search(self, name: str, way: Sequence[str], own: Mapping[str, Array]) -> Iterator[Wrong]:
        cells = 0
        right = self._revaluing.value(name, own) if own else self._revaluing.key(name)
        shown_by_none = None if right is None else (right.shape, *map(str, right.flat))
        seen: set[tuple[object, ...]] = set()
        for at in way:
            for wrong in self._wrong(at):
                said = NamedSlip(wrong.slip_name, wrong.says, at)
                for value in self._values(name, at, wrong.expression, own):
                    cells += value.size
                    if cells > MOST_CELLS:
                        return
                    known = (value.shape, *map(str, value.flat))
                    if known != shown_by_none and (said, *known) not in seen:
                        seen.add((said, *known))
                        cells_of = targets(value)
                        yield Wrong(said, value.shape, cells_of, roughly(cells_of))

    def _wrong(self, at: str) -> tuple[WrongDefinition, ...]:
        """The wrong definitions of a quantity, found once: they depend on nobody's values."""
        if at not in self._definitions:
            self._definitions[at] = tuple(wrong_definitions(self._graph, at))
        return self._definitions[at]

    def _values(self, name: str, at: str, wrong: Node, own: Mapping[str, Array]) -> Iterator[Array]:
        """What comes of a wrong definition of one quantity for another, from the data, and from
        what the student has of it on paper."""
        definitions = [wrong]
        if own and self._leads_through_names:
            through = through_names(self._graph, at, wrong)
            definitions += [through] if through is not wrong else []
        for definition in definitions:
            value = self._revaluing.of(definition, own)
            if value is not None and at != name:
                if value.shape != self._revaluing.shape(at):
                    continue
                value = self._revaluing.value(name, {**own, at: value})
            if value is not None:
                yield value


def shown_by(
    found: Given, wrong: Sequence[Wrong], judged: Sequence[Outcome] | None
) -> tuple[tuple[NamedSlip, ...], bool]:
    """The mistakes that an answer shows, and whether in every cell.

    judged: what its numbers are by the key, or by what follows; where some are right, a mistake may
    have been made in the others alone. None for an answer of another shape.
    """
    whole: list[NamedSlip] = []
    some: list[NamedSlip] = []
    own = roughly([Target(one) for one in found.scalars])
    slack = [_last_place(one) for one in found.numbers]
    wrong_cells = [place for place, one in enumerate(judged or ()) if not one.is_right]
    for slip, shape, cells, floats in wrong:
        arranged = found.as_shape(shape)
        if arranged is None or (own and floats and not _near(own, floats, slack, wrong_cells)):
            continue
        match = [_shows(one) for one in outcomes(arranged, cells, Asked())]
        if all(match):
            whole.append(slip)
            continue
        comparable = judged is not None and len(match) == len(judged)
        if comparable and all(match[place] for place in wrong_cells):
            # a lost sign is likelier in single cells than what an operation does to all of them
            place = 0 if slip.name == SIGN else len(some)
            some.insert(place, slip._replace(says=IN_SOME.get(slip.name, slip.says)))
    return (tuple(whole[:NAMED]), True) if whole else (tuple(some[:NAMED]), False)


def _last_place(number: Number) -> float:
    """A unit of the last place of a decimal; 0 of what is meant exactly."""
    if number.places is None or abs(number.places) > FLOAT_PLACES:
        return 0.0
    return 10.0**-number.places


def _near(
    own: Sequence[float], other: Sequence[float], slack: Sequence[float], places: Sequence[int]
) -> bool:
    """Whether an answer may be another value in these places; in all, where there are none."""
    return all(
        abs(own[place] - other[place]) <= slack[place] + CLOSE * abs(other[place])
        for place in places or range(len(own))
    )


def _shows(outcome: Outcome) -> bool:
    return outcome.is_well_written or outcome == CUT_OFF
