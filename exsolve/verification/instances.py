"""Random instances of symbols: sizes first, then simple rational numbers, small ones first."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from itertools import product
from math import prod

import numpy as np
from flint import fmpq

from exsolve.errors import ExsolveError, LanguageError
from exsolve.evaluate import Array, ClosedFormRoute, value_of
from exsolve.exact.closed_form import symbol
from exsolve.expression.sizes import sized, with_sizes
from exsolve.expression.tree import Shape, names
from exsolve.verification.setting import Condition, Instance, Setting

LARGEST = 4
"""Sizes of random instances: up to this, which tells rows from columns and n from d."""
SIMPLE_TRIES = 20
"""Draws in which arrays keep to small whole numbers; a condition is more often about a number."""
TRIES = 400
"""Draws after which conditions on the values count as impossible to fulfil."""
RANDOM_OUTCOMES = 600
"""Outcomes of random symbols that one random instance may have."""
SMALLEST = 4
"""Instances at the smallest sizes, before sizes are drawn."""


def instances(setting: Setting, count: int, seed: int) -> Iterator[Instance]:
    """Instances that fulfil the conditions, the first ones at the smallest sizes.

    Raises ExsolveError, with the place of a condition, where none can be found.
    """
    source = random.Random(seed)
    sizes = allowed_sizes(setting)
    for place in range(count):
        chosen = sizes[place] if place < min(SMALLEST, len(sizes)) else source.choice(sizes)
        yield _drawn(setting, chosen, source, simple=place < SMALLEST)


def allowed_sizes(setting: Setting, largest: int = LARGEST) -> list[Mapping[str, int]]:
    """The sizes that fulfil the conditions, the smallest first."""
    letters = setting.letters
    conditions = [one for one in setting.conditions if set(names(one.node)) <= {*letters}]
    every = sorted(product(range(1, largest + 1), repeat=len(letters)), key=lambda t: (sum(t), t))
    found: list[Mapping[str, int]] = []
    for numbers in every:
        sizes = dict(zip(letters, numbers, strict=True))
        outcomes = prod(one.outcomes(sizes) for one in setting.random.values())
        instance = Instance(sizes, {})
        if outcomes <= RANDOM_OUTCOMES and all(fulfils(instance, one) for one in conditions):
            found.append(sizes)
    if not found:
        first = conditions[0] if conditions else None
        raise ExsolveError(
            LanguageError(
                "no sizes fulfil the conditions",
                expected=f"sizes from 1 to {largest}",
                found=", ".join(one.text for one in conditions),
            ).problem._replace(position=first.locate(0) if first else None)
        )
    return found


def fulfils(instance: Instance, condition: Condition) -> bool:
    """Whether a condition holds: in every cell, where it compares arrays.

    Raises ExsolveError, with its place, for a condition that has no value here.
    """
    known: dict[str, Array] = dict(instance.values)
    for letter, size in instance.sizes.items():
        known[letter] = np.array(fmpq(size), dtype=object)
    try:
        node = with_sizes(condition.node, instance.sizes)
        value = value_of(node, ClosedFormRoute(), known)
    except LanguageError as error:
        problem = error.problem._replace(position=condition.locate(max(error.offset, 0)))
        raise ExsolveError(problem) from error
    return all(cell == 1 for cell in value.flat)


def _drawn(
    setting: Setting, sizes: Mapping[str, int], source: random.Random, simple: bool
) -> Instance:
    """An instance with these sizes."""
    conditions = [
        one
        for one in setting.conditions
        if not set(names(one.node)) <= {*setting.letters, *setting.random}
    ]
    failed = None
    for attempt in range(TRIES):
        values = {
            name: _array(sized(shape, sizes), source, simple and attempt < _tries(shape))
            for name, shape in setting.symbols.items()
        }
        instance = Instance(sizes, values)
        failed = next((one for one in conditions if not fulfils(instance, one)), None)
        if failed is None:
            return instance
    assert failed is not None
    raise ExsolveError(
        LanguageError(
            f"no random instance fulfils the condition {failed.text}",
            expected=f"a condition that one of {TRIES} random instances fulfils",
            hint="declare the symbols so that it holds by itself, or relax it",
        ).problem._replace(position=failed.locate(0))
    )


def _tries(shape: Shape) -> int:
    return SIMPLE_TRIES if shape else 1


def _array(shape: tuple[int, ...], source: random.Random, simple: bool) -> Array:
    cells = np.empty(prod(shape), dtype=object)
    cells[:] = [_number(source, simple) for _ in range(len(cells))]
    return cells.reshape(shape)


def _number(source: random.Random, simple: bool) -> fmpq:
    """A small number, not 0: whole, or with a small denominator, half of them between 0 and 1."""
    if simple:
        return fmpq(source.choice((1, 2, 3, -1, -2)))
    below = source.randint(2, 7)
    if source.random() < 0.5:
        return fmpq(source.randint(1, below - 1), below)
    return fmpq(source.choice((-1, 1)) * source.randint(1, 9), source.randint(1, 4))


def symbolic_instance(setting: Setting, sizes: Mapping[str, int]) -> Instance:
    """An instance with a symbol of its own in each cell."""
    values = {name: _symbols(name, sized(shape, sizes)) for name, shape in setting.symbols.items()}
    return Instance(sizes, values)


def _symbols(name: str, shape: tuple[int, ...]) -> Array:
    array = np.empty(shape, dtype=object)
    for place in np.ndindex(array.shape):
        numbers = "".join(f"_{one + 1}" for one in place)
        array[place] = symbol(f"{name}{numbers}")
    return array
