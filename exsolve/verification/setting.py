"""What an exercise declares about names without values, and instances of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import prod
from types import MappingProxyType
from typing import Any, NamedTuple

from exsolve.evaluate import Array
from exsolve.expression.sizes import sized
from exsolve.expression.tree import Node, Shape, names
from exsolve.graph import Locate, fixed_place

IRRATIONAL = frozenset(
    ("exp", "ln", "sqrt", "sigmoid", "tanh", "softmax", "log_softmax", "cross_entropy", "std")
)
"""Operations that leave the rationals, as a rule."""


def sizes_text(sizes: Mapping[str, int]) -> str:
    """Sizes for a message: ``n = 2, d = 3``."""
    return ", ".join(f"{letter} = {size}" for letter, size in sizes.items())


class Condition(NamedTuple):
    """A comparison that every instance fulfils."""

    node: Node
    text: str
    locate: Locate


class RandomSymbol(NamedTuple):
    """An array of independent numbers: what each may be, and with which probabilities."""

    shape: Shape
    values: tuple[Node, ...]
    probabilities: tuple[Node, ...]
    locate: Locate = fixed_place(None)

    @property
    def names(self) -> tuple[str, ...]:
        """The symbols in its values and probabilities."""
        return tuple(name for node in (*self.values, *self.probabilities) for name in names(node))

    def outcomes(self, sizes: Mapping[str, int]) -> int:
        """How many arrays there are at these sizes."""
        return int(len(self.values) ** prod(sized(self.shape, sizes)))


class Setting(NamedTuple):
    """Symbols with their shapes, random symbols, conditions, and sizes for symbolic proofs."""

    symbols: Mapping[str, Shape]
    random: Mapping[str, RandomSymbol]
    conditions: tuple[Condition, ...] = ()
    small: tuple[Mapping[str, int], ...] = ()
    numbers: tuple[str, ...] = ()
    """Letters that stand in formulas, though no shape that is left has them."""

    @property
    def letters(self) -> tuple[str, ...]:
        """The letters that stand for sizes, each a number of its own in formulas."""
        shapes = [*self.symbols.values(), *(one.shape for one in self.random.values())]
        found = [size for shape in shapes for size in shape if isinstance(size, str)]
        return tuple(dict.fromkeys([*found, *self.numbers]))

    @property
    def names(self) -> dict[str, Shape]:
        """Every name without a value, with its shape."""
        random = {name: one.shape for name, one in self.random.items()}
        letters: dict[str, Shape] = dict.fromkeys(self.letters, ())
        return {**letters, **self.symbols, **random}

    def narrowed(self, used: Iterable[str]) -> Setting:
        """What it says of some names, and of those that conditions tie to them."""
        wanted = set(used)
        known = self.names
        conditions: list[Condition] = []
        open_conditions = [*self.conditions]
        growing = True
        while growing:
            random = [self.random[name] for name in wanted if name in self.random]
            wanted.update(name for one in random for name in one.names)
            wanted.update(
                size for name in wanted & known.keys() for size in known[name] if size in known
            )
            tied = [one for one in open_conditions if not wanted.isdisjoint(names(one.node))]
            open_conditions = [one for one in open_conditions if one not in tied]
            wanted.update(name for one in tied for name in names(one.node))
            conditions += tied
            growing = bool(tied)
        kept = tuple(letter for letter in self.letters if letter in wanted)
        return Setting(
            {name: shape for name, shape in self.symbols.items() if name in wanted},
            {name: one for name, one in self.random.items() if name in wanted},
            tuple(one for one in self.conditions if one in conditions),
            tuple({letter: sizes[letter] for letter in kept} for sizes in self.small),
            kept,
        )


class Instance(NamedTuple):
    """A number for each letter, an exact array for each symbol.

    ``unusual``: it may lie outside of a formula's domain (zeros, large numbers), and is passed over
    where it does. ``outcomes`` are one array for each random symbol.
    """

    sizes: Mapping[str, int]
    values: Mapping[str, Array]
    unusual: bool = False
    outcomes: Mapping[str, Array] = MappingProxyType({})

    def describe(self, names: Iterable[str]) -> str:
        """The values of these names, for a message: ``n = 2, W = [[1, 2]]``."""
        texts = [f"{letter} = {size}" for letter, size in self.sizes.items() if letter in names]
        texts += [
            f"{name} = {_written(value.tolist())}"
            for name, value in (*self.values.items(), *self.outcomes.items())
            if name in names
        ]
        return ", ".join(texts)


def _written(value: Any) -> str:
    if not isinstance(value, list):
        return str(value)
    deeper = value and isinstance(value[0], list)
    return f"[{', '.join(map(_written if deeper else str, value))}]"
