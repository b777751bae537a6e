"""A network walked layer by layer: formulas and exact sizes, and every layer that does not fit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from flint import fmpq

from exsolve import limits
from exsolve.errors import LanguageError
from exsolve.evaluate import Array, Route, value_of
from exsolve.expression.tree import Node
from exsolve.layers.fitting import Scalar
from exsolve.layers.formulas import cell, plus, product
from exsolve.layers.registry import LAYER_TYPES, Incoming, LayerType, Outcome
from exsolve.layers.signature import Bound, bind, shown, spelling
from exsolve.layers.written import read_layer
from exsolve.notation import scalar_tree, written
from exsolve.ops.construct import call

_REPEATED = re.compile(r"\s*(\d{1,9})\s*[x×*]\s*(?=[A-Za-z])")


class Layer(NamedTuple):
    """A layer as it was read: its type, its arguments, and its shortest spelling."""

    type: LayerType
    bound: Bound
    text: str


class Placed(NamedTuple):
    """A layer in its network, counted from 1.

    shape         its output's sizes as one vector, over those of the layer before
    sizes         their exact values
    batched       whether the first axis of the input and the output are the batch
    """

    number: int
    layer: Layer
    outcome: Outcome
    shape: Node
    sizes: Array
    batched: tuple[bool, bool]
    ranks: tuple[int, int]

    @property
    def name(self) -> str:
        """The name of its output's shape."""
        return shape_name(self.number)

    @property
    def before(self) -> str:
        """The name of its input's shape."""
        return shape_name(self.number - 1)

    def cells_in(self) -> Node:
        """The cells of one example of the input, as a product."""
        return _cells(self.before, self.ranks[0], self.batched[0])

    def cells_out(self) -> Node:
        """The cells of one example of the output, as a product."""
        return _cells(self.name, self.ranks[1], self.batched[1])

    def multiply_adds(self) -> Node | None:
        """The multiply-adds of one example; None for a layer that needs none."""
        if self.outcome.per_cell is None:
            return self.outcome.work
        cells = self.cells_in() if self.outcome.of_input else self.cells_out()
        return call("multiply", cells, self.outcome.per_cell)

    def connected_parameters(self) -> Node | None:
        """The parameters of a fully connected layer from all of its input to all of its output,
        biases counted; None where there is nothing to compare with."""
        if not self.outcome.connected:
            return None
        return plus(call("multiply", self.cells_in(), self.cells_out()), self.cells_out())


def shape_name(number: int) -> str:
    """The name of the shape behind a layer; that of the input has the number 0."""
    return f"shape_{number}"


def _cells(name: str, rank: int, batched: bool) -> Node:
    return product(*(cell(name, axis) for axis in range(1 if batched else 0, rank)))


def repeated(text: str) -> tuple[int, int]:
    """How often a layer stands, as in ``12 x Linear(8, 8)``, and where its own text begins."""
    found = _REPEATED.match(text)
    return (int(found.group(1)), found.end()) if found else (1, 0)


def read(text: str, problems: list[LanguageError]) -> Layer | None:
    """The layer in a text; None, and what is wrong with it, where it cannot be read."""
    try:
        found = read_layer(text)
    except LanguageError as error:
        problems.append(error)
        return None
    layer_type = LAYER_TYPES.get(found.name)
    if layer_type is None:
        problems.append(_unknown(found.name, found.offset))
        return None
    bound = bind(found, layer_type.signature, problems)
    if bound is None:
        return None
    return Layer(layer_type, bound, spelling(found.name, bound, layer_type.signature))


def _unknown(name: str, offset: int) -> LanguageError:
    from difflib import get_close_matches

    word = name.casefold()
    folded = {known.casefold(): known for known in LAYER_TYPES}
    close = [word] if word in folded else get_close_matches(word[:80], folded, n=2, cutoff=0.6)
    near = [LAYER_TYPES[folded[one]] for one in close]
    return LanguageError(
        f"there is no layer {name!r}",
        offset,
        expected=" or ".join(shown(one.name, one.signature) for one in near)
        or "a layer of torch.nn: " + ", ".join(LAYER_TYPES),
        found=name,
        hint=f"did you mean {' or '.join(one.name for one in near)}?" if near else "",
    )


def has_batch(rank: int, layers: Sequence[Layer | None]) -> bool:
    """Whether the first axis of an input of this rank is the batch: as the first layer that works
    on a grid takes it; without one, wherever there are two axes."""
    for layer in layers:
        if layer is None:
            break
        if layer.type.name == "Embedding":
            rank += 1
        elif layer.type.axes:
            return rank >= layer.type.axes + 2
    return rank > 1


def walk(
    first: Array,
    layers: Sequence[Layer | None],
    route: Route,
    problems: list[tuple[int, LanguageError]],
) -> list[Placed]:
    """The layers in their places, up to the first whose output cannot be told.

    first: the exact sizes of the input. What is wrong is noted with the layer's number.
    """
    placed: list[Placed] = []
    sizes = first
    batched = has_batch(len(first), layers)
    symbolic: dict[Scalar, None] = {}
    for number, layer in enumerate(layers, 1):
        if layer is None:
            break
        symbolic.update(dict.fromkeys(size for size in sizes if not isinstance(size, fmpq)))
        incoming = Incoming(shape_name(number - 1), tuple(sizes), batched, symbolic)
        outcome = layer.type.apply(layer.bound, incoming)
        problems.extend((number, problem) for problem in incoming.problems)
        if outcome is None:
            break
        if len(outcome.sizes) > limits.DIMENSIONS:
            problems.append((number, LanguageError(f"more than {limits.DIMENSIONS} axes")))
            break
        shape = call("stack", *outcome.sizes)
        output = route.passed_on(shape_name(number), value_of(shape, route, {incoming.name: sizes}))
        wrong = unusable(output)
        if wrong:
            problems.append((number, _no_output(wrong, output, incoming)))
            break
        after = batched and outcome.batched
        placed.append(
            Placed(
                number, layer, outcome, shape, output, (batched, after), (len(sizes), len(output))
            )
        )
        sizes, batched = output, after
    return placed


def unusable(sizes: Array) -> str:
    """What is wrong with sizes that are numbers: below 1, or beyond what a table is made for."""
    for size in sizes:
        if isinstance(size, fmpq) and not 1 <= size <= limits.IMAGE_SIZE:
            if size < 1:
                return f"a size of {size} is left"
            return f"a size of {size} is beyond {limits.IMAGE_SIZE:,}"
    return ""


def described(sizes: Array) -> str:
    """Sizes as a tuple."""
    texts = [written(scalar_tree(size), "terminal") for size in sizes]
    return f"({', '.join(texts)}{',' if len(texts) == 1 else ''})"


def _no_output(wrong: str, output: Array, incoming: Incoming) -> LanguageError:
    return LanguageError(
        f"{wrong}: its output would be {described(output)}",
        expected=f"sizes from 1 to {limits.IMAGE_SIZE:,}",
        found=f"{incoming.name} = {incoming.described()}",
        hint="a smaller kernel, more padding, or a larger input" if "is left" in wrong else "",
    )
