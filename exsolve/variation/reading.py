"""The field ``vary`` held to the names of its exercise. What is wrong is noted, all at once."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable

from exsolve import limits
from exsolve.authoring.known_names import Either
from exsolve.authoring.reading import Reading, one_of_givens
from exsolve.authoring.variation_plan import (
    Derived,
    Draw,
    Passage,
    Pattern,
    VariationPlan,
)
from exsolve.errors import Position
from exsolve.expression.sizes import shape_text
from exsolve.expression.tree import Node, Shape, free_names
from exsolve.graph import CONSTANT_NAMES, Graph, Quantity, suggestion
from exsolve.ops.construct import call
from exsolve.spec.common_fields import common_fields
from exsolve.spec.exercise import Exercise
from exsolve.spec.fields import DataValue, Source
from exsolve.spec.report import listing, nearest, quote
from exsolve.spec.variation import Draw as Written
from exsolve.spec.variation import Variation
from exsolve.variation.draws import read_draw
from exsolve.variation.formulas import Formulas
from exsolve.variation.requirements import Requirements
from exsolve.variation.templates import (
    passage_pattern,
    read_pattern,
    read_template,
    scalars,
    writes_decimals,
)

FIXED = ("id", "kind", "vary", "givens")
"""Fields that a variation does not replace as a whole."""


def read_variation(
    exercise: Exercise,
    variation: Variation,
    graph: Graph,
    unreadable: Container[str],
    reading: Reading,
) -> VariationPlan:
    """The plan of the exercise's variation. What is wrong with it is noted.

    ``unreadable`` are names of quantities that are known but not understood.
    """
    earlier = reading.unreadable
    reading.unreadable = unreadable
    plan = _Reader(exercise, variation, graph, unreadable, reading).plan()
    reading.unreadable = earlier
    return plan


class _Reader:
    def __init__(
        self,
        exercise: Exercise,
        variation: Variation,
        graph: Graph,
        unreadable: Container[str],
        reading: Reading,
    ) -> None:
        self.exercise = exercise
        self.variation = variation
        self.base = graph
        self.reading = reading
        self.formulas = Formulas(reading, variation.words(), graph, unreadable)
        self.draws: dict[str, Draw] = {}
        self.words: dict[str, tuple[str, ...]] = {}
        self.derived: dict[str, Derived] = {}
        self.quantities: list[Quantity] = []

    def plan(self) -> VariationPlan:
        """Everything under ``vary``, read in an order in which each finds what it refers to."""
        variation, reading = self.variation, self.reading
        self.before = len(reading.problems)
        self.read_draws()
        self.read_drawn_givens()
        self.drawn = self.graph_of_draws()
        known = {**self.base.symbols, **self.base.shapes, **self.drawn.symbols, **self.drawn.shapes}
        self.all = Graph([], known)
        new_givens = self.read_new_givens()
        fields = {name: self.field(name) for name in variation.fields}
        texts = tuple(
            Passage(
                passage.text,
                passage_pattern(passage.text),
                read_template(source, self.placeholder, reading),
            )
            # where one passage is part of another, the longer one is meant
            for passage, source in sorted(variation.texts, key=lambda one: -len(one[0]))
        )
        self.refuse_absent_passages()
        checks = Requirements(self.exercise, variation, self.formulas, self.all).checks()
        self.refuse_unused()
        cheap = {*self.drawn.symbols, *self.drawn.quantities}
        late = [name for name in self.used_in(texts) if name not in cheap]
        return VariationPlan(
            self.exercise.id,
            self.draws,
            self.words,
            self.drawn,
            self.derived,
            new_givens,
            self.reading.givens.readable,
            fields,
            texts,
            tuple(dict.fromkeys(late)),
            checks,
            variation.position,
            variation.tree,
        )

    # What is drawn

    def read_draws(self) -> None:
        for name, one in self.variation.draw.items():
            if self.clashes(name):
                continue
            if isinstance(one, DataValue):
                self.read_derived(name, one)
            elif one.sort == "words":
                self.words[name] = tuple(str(word) for word in one.words)
            elif (draw := read_draw(name, one, self.reading)) is not None:
                self.draws[name] = draw

    def clashes(self, name: str) -> bool:
        """Whether a drawn name means something else in the exercise, which is reported."""
        taken = name in self.base.quantities or name in self.base.symbols
        if taken or name in self.exercise.givens or name in self.exercise.functions:
            self.reading.refuse(
                f"{name} is a name of this exercise already",
                self.variation.places[name],
                expected="a name of its own for what is drawn",
                found=name,
                hint="put it under vary's givens"
                if name in self.exercise.givens
                else "rename what is drawn",
            )
            return True
        return False

    def read_derived(self, name: str, data: DataValue) -> None:
        """A formula, or lists of them, over what is drawn."""
        nodes = [self.formulas.formula(source) for source in data.flat()]
        sound = tuple(node for node in nodes if node is not None)
        if len(sound) < len(nodes):
            return
        decimals = any(writes_decimals(node) for node in sound)
        self.derived[name] = Derived(sound, data.shape, decimals, data.first.position())
        first = data.first
        locate = first.position if not data.shape else lambda offset: first.position()
        self.quantities.append(Quantity(name, _stacked(sound, data.shape), locate=locate))

    def read_drawn_givens(self) -> None:
        """Givens whose cells are drawn themselves."""
        for name, one in self.variation.givens.items():
            if name not in self.exercise.givens:
                self.reading.refuse(
                    f"this exercise has no given {name!r}",
                    self.variation.given_places[name],
                    expected=one_of_givens(self.exercise.givens),
                    found=name,
                    hint=self.instead_of(name) if name not in self.base.quantities else "",
                )
            elif isinstance(one, Written) and name in self.reading.givens.readable:
                if one.sort == "words":
                    self.reading.refuse(
                        f"{name} is made of numbers, not of words",
                        one.position,
                        expected="from (with to), choose or shuffle",
                        found="words",
                    )
                    continue
                draw = read_draw(name, one, self.reading, self.reading.givens[name])
                if draw is not None and self.fits(name, draw.shape, one.position):
                    self.draws[name] = draw

    def instead_of(self, name: str) -> str:
        """What to do about a name that is nothing in the exercise."""
        near = nearest(name, list(self.exercise.givens))
        drawn = f"put {name} under draw"
        return f"did you mean {listing(near)}? Else {drawn}" if near else drawn

    def fits(self, name: str, shape: Shape, place: Position) -> bool:
        """Whether a given keeps its shape; where it does not, that is reported."""
        wanted = tuple(self.reading.givens[name].shape)
        if shape != wanted:
            self.reading.refuse(
                f"{name} gets another shape",
                place,
                expected=f"{shape_text(wanted)}, as in the exercise",
                found=shape_text(shape),
            )
        return shape == wanted

    def graph_of_draws(self) -> Graph:
        """What is derived, over what is drawn and the givens that stay."""
        varied = self.variation.givens.keys() - self.draws.keys()
        symbols: dict[str, Shape] = {
            name: tuple(value.shape)
            for name, value in self.reading.givens.readable.items()
            if name not in varied
        }
        symbols |= {name: one.shape for name, one in self.draws.items()}
        sound = {*self.derived, *self.draws}
        broken = [name for name in self.variation.draw if name not in sound]
        graph = Graph(
            self.quantities,
            symbols,
            Either(broken, self.formulas.unreadable),
            self.reading.problems,
        )
        broken += [name for name in self.derived if name not in graph.shapes]
        self.formulas.unreadable = Either(broken, self.formulas.unreadable)
        self.reading.unreadable = self.formulas.unreadable
        self.formulas.drawn = graph
        return graph

    # What becomes of it

    def read_new_givens(self) -> dict[str, Derived]:
        found = {}
        for name, data in self.variation.givens.items():
            if not isinstance(data, DataValue) or name not in self.reading.givens.readable:
                continue
            known = len(self.reading.problems)
            nodes = []
            for source in data.flat():
                node = self.formulas.held(source, self.drawn)
                if node is None:
                    continue
                nodes.append(node)
                if data.shape and self.drawn.shape(node):
                    self.reading.refuse(
                        f"{name}: an array stands among numbers", source, expected="a number"
                    )
            if len(self.reading.problems) > known or len(nodes) < len(list(data.flat())):
                continue
            shape: Shape = data.shape or self.drawn.shape(nodes[0])
            place = data.first.position()
            if self.fits(name, shape, place):
                decimals = any(writes_decimals(node) for node in nodes)
                found[name] = Derived(tuple(nodes), data.shape, decimals, place)
        return found

    def field(self, name: str) -> Pattern:
        node, place = self.variation.fields[name], self.variation.field_places[name]
        known = [*common_fields(()), *self.exercise.settings]
        if name in FIXED or name not in known:
            self.reading.refuse(
                f"{quote(name)} is no field that a variation replaces",
                place,
                expected="a field of the file other than " + ", ".join(FIXED),
                found=name,
                hint="put givens under vary's givens"
                if name == "givens"
                else suggestion(name, known)
                if name not in FIXED
                else "",
            )
        return read_pattern(node, self.early_placeholder, self.reading)

    def early_placeholder(self, source: Source) -> Node | None:
        """A formula in a field, which the exercise is made from: of what is drawn only."""
        return self.parsed_placeholder(source, self.drawn)

    def placeholder(self, source: Source) -> Node | None:
        return self.parsed_placeholder(source, self.all)

    def parsed_placeholder(self, source: Source, graph: Graph) -> Node | None:
        name = source.text.strip()
        if name in self.words:
            self.formulas.used.add(name)
            return self.reading.parse(source)
        return self.formulas.held(source, graph)

    def refuse_absent_passages(self) -> None:
        """Report passages that stand nowhere in the texts that stay."""
        if not self.variation.texts:
            return
        if len(self.variation.texts) > limits.VARIATION_PASSAGES:
            self.reading.refuse(
                "too many passages are replaced",
                self.variation.texts[limits.VARIATION_PASSAGES][0],
                expected=f"at most {limits.VARIATION_PASSAGES}",
                found=f"{len(self.variation.texts):,}",
                hint="replace a field as a whole, under fields",
            )
            return
        replaced = {*self.variation.fields, "vary", "id", "kind"}
        entries = self.variation.tree.entries.items()
        texts = [
            scalar.text
            for name, entry in entries
            if name not in replaced
            for scalar in scalars(entry.value)
        ]
        for passage, _ in self.variation.texts:
            pattern = re.compile(passage_pattern(passage.text))
            if not any(pattern.search(text) for text in texts):
                self.reading.refuse(
                    f"{quote(passage.text)} stands nowhere in the texts of this file",
                    passage,
                    expected="whole words, as they stand in a text that is not replaced otherwise",
                    found=quote(passage.text),
                )

    # What is made of it

    def used_in(self, texts: Iterable[Passage]) -> list[str]:
        found: list[str] = []
        for one in texts:
            nodes = [piece.node for piece in one.template if not isinstance(piece, str)]
            found += [name for node in nodes for name in free_names(node)]
        return [name for name in found if name not in CONSTANT_NAMES and name not in self.words]

    def refuse_unused(self) -> None:
        """Report a variation in which nothing changes, and draws that nothing is made of."""
        variation = self.variation
        if not (variation.givens or variation.fields or variation.texts):
            self.reading.refuse(
                "nothing varies",
                variation.position,
                expected="givens, fields or texts that change with what is drawn",
            )
            return
        if len(self.reading.problems) > self.before:
            return  # perhaps it is used where something is wrong
        for name, place in variation.places.items():
            if name not in self.formulas.used:
                self.reading.refuse(
                    f"{name} is drawn, but nothing is made of it",
                    place,
                    expected="a given, a field, a text or another draw that uses it",
                    found=name,
                )


def _stacked(nodes: tuple[Node, ...], shape: tuple[int, ...]) -> Node:
    """Formulas row by row as one array."""
    if not shape:
        return nodes[0]
    width = len(nodes) // shape[0]
    rows = [nodes[start : start + width] for start in range(0, len(nodes), width)]
    return call("stack", *(_stacked(row, shape[1:]) for row in rows))
