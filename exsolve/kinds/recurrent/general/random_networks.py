"""Random networks of numbers, unrolled over a few steps, that general formulas are held to.

A network has a step more than its loss counts, so that what stands at t + 1 has a value at the last
step too, where no gradient arrives from it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from exsolve.expression.sizes import with_sizes
from exsolve.expression.tree import Call, Name, Node, content, names, substitute, transform, walk
from exsolve.gradient import GRADIENT, with_gradients
from exsolve.graph import Graph, Pattern, Quantity
from exsolve.kinds.recurrent.general.random_values import Values
from exsolve.kinds.recurrent.general.time_slice import NEXT, TimeSlice, letters_of
from exsolve.kinds.recurrent.general.unrolled_symbols import symbols_over_time
from exsolve.kinds.recurrent.unrolling import BEFORE, NOW, base_of, unrolled
from exsolve.ops.construct import add
from exsolve.verification.claims import MOST_DRAWN
from exsolve.verification.instances import allowed_sizes
from exsolve.verification.kinks import on_kink
from exsolve.verification.lines import given
from exsolve.verification.setting import Condition, Instance, Setting

SIMPLE = 4
"""Networks of small whole numbers at the smallest sizes, before others are drawn."""
STEPS = (2, 3, 4)
"""Steps that the loss of a network counts."""
LOSS = "the loss"
MOST_NETWORKS = 3 * MOST_DRAWN
"""Networks drawn at most; with many cells at many steps, one is often on a kink."""


class Moment(NamedTuple):
    """A step of an unrolled network (from 1), and how many its loss counts."""

    step: int
    steps: int


class Network(NamedTuple):
    """A network of numbers with the gradients of its states, looked at in one moment.

    ``described``: the moment and all values, for a message.
    """

    graph: Graph
    instance: Instance
    moment: Moment
    described: str


class RandomNetworks:
    """Networks of a time slice with random sizes, weights and inputs.

    initial: what states begin with, by base, where that is not a random h_0. definitions: formulas
    at time t that other formulas may use by name.
    """

    def __init__(
        self,
        one: TimeSlice,
        initial: Mapping[str, Node],
        conditions: tuple[Condition, ...],
        definitions: Mapping[str, Node],
        seed: int,
    ) -> None:
        self.slice = one
        self.seed = seed
        self.conditions = conditions
        self._carrying = one.carrying
        self._initial = initial
        self._definitions = definitions
        self._unrolled: dict[int, tuple[list[Quantity], Pattern]] = {}
        self._drawn: list[Network] = []
        self._source = self._draw()

    def drawn(self) -> Iterator[Network]:
        """The networks, the first ones at the first and the last step; each is made once."""
        place = 0
        while True:
            while place < len(self._drawn):
                yield self._drawn[place]
                place += 1
            network = next(self._source, None)
            if network is None:
                return
            self._drawn.append(network)

    def _draw(self) -> Iterator[Network]:
        source = random.Random(self.seed)
        about_sizes = Setting(self.slice.free, {}, self._about_sizes())
        allowed = allowed_sizes(about_sizes)
        fine = False
        for number in range(MOST_NETWORKS):
            steps = STEPS[number % len(STEPS)]
            simple = number < SIMPLE
            sizes = allowed[number] if simple and number < len(allowed) else source.choice(allowed)
            ends = (1, steps)
            step = ends[number % 2] if number < 2 * len(STEPS) else source.randint(1, steps)
            values = self._instance(sizes, steps, source, simple, fine)
            instance = with_probabilities(self.slice, values)
            graph = self._network(instance, steps)
            if on_kink(graph):
                # min(max(x, -1), 1) has kinks at numbers that are drawn often
                fine = True
                continue
            states = [f"{base}_{one}" for base in self._carrying for one in range(1, steps + 2)]
            if LOSS in graph.quantities:
                graph = with_gradients(graph, LOSS, states, lambda name: False)
            texts = instance.describe([*instance.sizes, *instance.values])
            described = f"t = {step} of T = {steps}, {texts}"
            yield Network(graph, instance, Moment(step, steps), described)

    def _about_sizes(self) -> tuple[Condition, ...]:
        letters = letters_of(self.slice.free)
        return tuple(one for one in self.conditions if letters.keys() >= set(names(one.node)))

    def _instance(
        self,
        sizes: Mapping[str, int],
        steps: int,
        source: random.Random,
        simple: bool,
        fine: bool,
    ) -> Instance:
        """Values of the parameters and first states, then of each step's inputs."""
        moments = [Moment(step, steps) for step in range(1, steps + 2)]
        conditions = [
            one._replace(node=self.at(one.node, moment))
            for one in self.conditions
            for moment in moments
        ]
        values = Values(sizes, conditions, source, fine)
        symbols = symbols_over_time(self.slice, self._initial, steps + 1)
        inputs = [
            {f"{base}_{moment.step}" for base in map(base_of, self.slice.free) if base}
            for moment in moments
        ]
        timed = {name for found in inputs for name in found}
        values.draw({name: symbols[name] for name in symbols if name not in timed}, simple)
        for found in inputs:
            values.draw({name: symbols[name] for name in symbols if name in found}, simple)
        return Instance(sizes, values.drawn)

    def _network(self, instance: Instance, steps: int) -> Graph:
        if steps not in self._unrolled:
            quantities = self._over(steps)
            lettered = {
                one.name: one.expression for one in quantities if content(one.expression).lettered
            }
            self._unrolled[steps] = quantities, Pattern(lettered)
        quantities, pattern = self._unrolled[steps]
        sizes = instance.sizes
        sized = [
            one._replace(expression=with_sizes(one.expression, sizes))
            if one.name in pattern.definitions
            else one
            for one in quantities
        ]
        return Graph([*given(instance), *sized], pattern=pattern, sizes=sizes)

    def _over(self, steps: int) -> list[Quantity]:
        """The quantities of a network over some steps, sizes still letters."""
        recurrence = self.slice.recurrence._replace(steps=steps + 1)
        quantities = [
            *self.slice.constants,
            *(Quantity(f"{base}_0", node) for base, node in self._initial.items()),
            *unrolled(recurrence, {}),
        ]
        losses = [
            Name(f"{one.base}_{step}") for one in recurrence.losses for step in range(1, steps + 1)
        ]
        if losses:
            quantities.append(Quantity(LOSS, add(*losses)))
        return quantities

    def at(self, node: Node, moment: Moment) -> Node:
        """A formula at time t, over the quantities of an unrolled network in one moment.

        h_t is h_2 there, h_next h_3 and grad_h_next grad_h_3; a sum over time has its terms.
        """
        while used := [name for name in names(node) if name in self._definitions]:
            node = substitute(node, {name: self._definitions[name] for name in used})

        def change(part: Node) -> Node | None:
            if isinstance(part, Name):
                return Name(self._called(part.name, moment.step), part.offset)
            if isinstance(part, Call) and part.operation.name == "sum_t":
                steps = range(1, moment.steps + 1)
                return add(*(self.at(part.args[0], Moment(one, moment.steps)) for one in steps))
            return None

        return transform(node, change)

    def _called(self, name: str, step: int) -> str:
        if name.startswith(GRADIENT) and name.removeprefix(GRADIENT) in self._carrying:
            return f"{name}_{step}"
        for suffix, ahead in ((NOW, 0), (BEFORE, -1), (NEXT, 1)):
            if name.endswith(suffix) and len(name) > len(suffix):
                return f"{name.removesuffix(suffix)}_{step + ahead}"
        return name


def with_probabilities(one: TimeSlice, instance: Instance) -> Instance:
    """The instance with probabilities where the target of a cross-entropy needs them."""
    targets: dict[str, int] = {}
    for equation in one.recurrence.equations:
        for node in walk(equation.node):
            if isinstance(node, Call) and node.operation.name == "cross_entropy":
                target = node.args[1]
                if isinstance(target, Name):
                    targets[base_of(target.name) or target.name] = node.options["axis"]
    values = dict(instance.values)
    for name, value in instance.values.items():
        base, _, step = name.rpartition("_")
        axis = targets.get(base if base and step.isdigit() else name, targets.get(name))
        if axis is not None:
            sizes = np.abs(value)
            values[name] = sizes / sizes.sum(axis=axis, keepdims=True)
    return instance._replace(values=values)
