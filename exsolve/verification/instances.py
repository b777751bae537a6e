"""Random instances of symbols: sizes first, then simple rational numbers, small ones first."""

from __future__ import annotations

import enum
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import cycle, islice, product
from math import prod

import numpy as np
from flint import fmpq

from exsolve.errors import ExsolveError, LanguageError
from exsolve.evaluate import Array, ClosedFormRoute, value_of
from exsolve.exact.closed_form import symbol
from exsolve.expression.sizes import sized, with_sizes
from exsolve.expression.tree import Node, Shape, names
from exsolve.verification.setting import Condition, Instance, RandomSymbol, Setting

LARGEST = 4
"""Sizes of random instances: up to this, which tells rows from columns and n from d."""
LARGER = 12
"""Sizes that are tried where conditions allow none so small."""
MOST_SIZES = 4096
"""Combinations of sizes that are looked at; of more, a random choice."""
LONG = (5, 6)
LONG_NUMBERS = (5, 30)
"""The size of one letter on long instances: of an axis, and of a letter that is only a number."""
SIMPLE_TRIES = 20
"""Draws in which arrays keep to small whole numbers; a condition is more often about a number."""
TRIES = 400
"""Draws after which conditions on the values count as impossible to fulfil."""
TRIES_SMALLER = 6
"""Instances drawn at each smaller size, to see whether something is wrong there already."""
RANDOM_OUTCOMES = 300
"""Outcomes of random symbols that one random instance may have."""
SMALLEST = 4
"""Instances at the smallest sizes, before sizes are drawn."""


class Drawing(enum.Enum):
    """How numbers are drawn: small whole ones, any, with zeros and ties, large."""

    SIMPLE = enum.auto()
    ANY = enum.auto()
    TIES = enum.auto()
    LARGE = enum.auto()


CYCLE = 8
UNUSUAL = {1: Drawing.LARGE, 3: Drawing.TIES, 5: Drawing.LARGE, 7: Drawing.TIES}
"""The instances of each cycle that reach what others do not: what lies far out, zeros and ties."""
LONG_PLACES = (5, 6)
"""Those with one long axis."""


def instances(setting: Setting, count: int, seed: int) -> Iterator[Instance]:
    """Instances that fulfil the conditions, the first ones at the smallest sizes.

    Among them are unusual ones, which may lie outside of a formula's domain.
    Raises ExsolveError, with the place of a condition, where none can be found.
    """
    source = random.Random(seed)
    if not setting.symbols and not setting.random:
        # sizes are all that there is: each once, before those that conditions leave come again
        every = cycle(_many_sizes(setting, count))
        yield from (Instance(sizes, {}) for sizes in islice(every, count))
        return
    sizes = allowed_sizes(setting)
    for place in range(count):
        if place < SMALLEST:
            chosen = sizes[place] if place < len(sizes) else source.choice(sizes)
            found = _tried(setting, chosen, source, Drawing.SIMPLE, TRIES)
            yield found or _drawn_small(setting, sizes, source)
            continue
        how = UNUSUAL.get(place % CYCLE, Drawing.ANY)
        longer = _longer(setting, source, sizes) if place % CYCLE in LONG_PLACES else None
        if longer is not None or how is not Drawing.ANY:
            chosen = longer or source.choice(sizes)
            found = _tried(setting, chosen, source, how, TRIES // 10)
            if found is not None:
                yield found._replace(unusual=True)
                continue
        found = _tried(setting, source.choice(sizes), source, Drawing.ANY, TRIES)
        yield found or _drawn_small(setting, sizes, source)


def _drawn_small(
    setting: Setting, sizes: Sequence[Mapping[str, int]], source: random.Random
) -> Instance:
    """An instance of few small numbers: a condition such as B == B.T is met by chance there only.

    Raises ExsolveError where none fulfils the conditions.
    """
    places = range(min(SMALLEST, len(sizes)))
    for place in source.sample(places, len(places)):
        found = _tried(setting, sizes[place], source, Drawing.SIMPLE, TRIES // 2)
        if found is not None:
            return found
    return _drawn(setting, sizes[0], source, Drawing.SIMPLE)


def _many_sizes(setting: Setting, count: int) -> Sequence[Mapping[str, int]]:
    """As many different sizes as are wanted, or all that the conditions allow."""
    found = allowed_sizes(setting)
    for largest in (LARGER, *(count * times for times in (1, 4))):
        if setting.letters and len(found) < count:
            found = sizes_up_to(setting, largest)
    return found[:count]


def smaller_instances(setting: Setting, sizes: Mapping[str, int], seed: int) -> Iterator[Instance]:
    """Some instances at each of the sizes that are smaller than these, the smallest first."""
    source = random.Random(seed)
    for smaller in allowed_sizes(setting):
        if sum(smaller.values()) < sum(sizes.values()):
            for _ in range(TRIES_SMALLER):
                yield _drawn(setting, smaller, source, Drawing.SIMPLE)


def simple_instance(setting: Setting, sizes: Mapping[str, int], seed: int) -> Instance:
    """An instance of small whole numbers at these sizes, or of others where conditions need them.

    Raises ExsolveError, with the place of a condition, where none can be found.
    """
    return _drawn(setting, sizes, random.Random(seed), Drawing.SIMPLE)


def _longer(
    setting: Setting, source: random.Random, allowed: Sequence[Mapping[str, int]]
) -> Mapping[str, int] | None:
    """Small sizes with one letter made larger; None where the conditions do not allow it."""
    if not setting.letters:
        return None
    shapes = [*setting.symbols.values(), *(one.shape for one in setting.random.values())]
    letter = source.choice(setting.letters)
    is_axis = any(letter in shape for shape in shapes)
    size = source.randint(*(LONG if is_axis else LONG_NUMBERS))
    longer = {**allowed[source.randrange(min(SMALLEST, len(allowed)))], letter: size}
    return longer if is_allowed(setting, longer) else None


def allowed_sizes(setting: Setting) -> list[Mapping[str, int]]:
    """The sizes that fulfil the conditions, the smallest first.

    Raises ExsolveError, with the place of a condition, where there are none.
    """
    largest = LARGEST
    found = sizes_up_to(setting, largest)
    while not found and largest < LARGER:
        largest = min(2 * largest, LARGER)
        found = sizes_up_to(setting, largest)
    if not found:
        conditions = _about_sizes(setting)
        plain = setting._replace(random={})
        if setting.random and sizes_up_to(plain, largest):
            least = dict.fromkeys(setting.letters, 1)
            name, symbol = max(setting.random.items(), key=lambda one: one[1].outcomes(least))
            raise ExsolveError(
                LanguageError(
                    "the random symbols have too many outcomes at any sizes",
                    expected=f"at most {RANDOM_OUTCOMES} outcomes of all together",
                    found=f"{name} of shape [{', '.join(map(str, symbol.shape))}], "
                    f"each number with {len(symbol.values)} values",
                    hint="declare smaller sizes, or letters for them",
                ).problem._replace(position=symbol.locate(0))
            )
        first = conditions[0] if conditions else None
        raise ExsolveError(
            LanguageError(
                "no sizes fulfil the conditions",
                expected=f"sizes from 1 to {largest}",
                found=", ".join(one.text for one in conditions),
            ).problem._replace(position=first.locate(0) if first else None)
        )
    return found


def sizes_up_to(setting: Setting, largest: int) -> list[Mapping[str, int]]:
    """The sizes that fulfil the conditions, none above the largest, the smallest first."""
    letters = setting.letters
    candidates: list[Mapping[str, int]] = [
        dict(zip(letters, numbers, strict=True)) for numbers in _combinations(len(letters), largest)
    ]
    if not setting.random and not _about_sizes(setting):
        return candidates
    return [sizes for sizes in candidates if is_allowed(setting, sizes)]


@lru_cache(maxsize=64)
def _combinations(letters: int, largest: int) -> tuple[tuple[int, ...], ...]:
    """Numbers for so many letters, none above the largest, the smallest first."""
    every: Iterable[tuple[int, ...]]
    if largest**letters <= MOST_SIZES:
        every = product(range(1, largest + 1), repeat=letters)
    else:
        choice, sizes = random.Random(0).choice, range(1, largest + 1)
        drawn = (tuple(choice(sizes) for _ in range(letters)) for _ in range(MOST_SIZES))
        every = {*drawn, (1,) * letters}
    return tuple(sorted(every, key=lambda numbers: (sum(numbers), numbers)))


def _about_sizes(setting: Setting) -> list[Condition]:
    return [one for one in setting.conditions if set(names(one.node)) <= {*setting.letters}]


def is_allowed(setting: Setting, sizes: Mapping[str, int]) -> bool:
    """Whether sizes fulfil the conditions, and leave random symbols few enough outcomes."""
    outcomes = prod(one.outcomes(sizes) for one in setting.random.values())
    if outcomes > RANDOM_OUTCOMES:
        return False
    conditions = _about_sizes(setting) if setting.conditions else ()
    return all(fulfils(Instance(sizes, {}), one) for one in conditions)


def value_at(node: Node, instance: Instance) -> Array:
    """The value of an expression over symbols and letters. Raises LanguageError for one without."""
    known: dict[str, Array] = dict(instance.values)
    for letter, size in instance.sizes.items():
        known[letter] = np.array(fmpq(size), dtype=object)
    return value_of(with_sizes(node, instance.sizes), ClosedFormRoute(), known)


def fulfils(instance: Instance, condition: Condition) -> bool:
    """Whether a condition holds: in every cell, where it compares arrays.

    Raises ExsolveError, with its place, for a condition that has no value here.
    """
    try:
        value = value_at(condition.node, instance)
    except LanguageError as error:
        problem = error.problem._replace(position=condition.locate(max(error.offset, 0)))
        raise ExsolveError(problem) from error
    return all(cell == 1 for cell in value.flat)


def _drawn(
    setting: Setting, sizes: Mapping[str, int], source: random.Random, how: Drawing
) -> Instance:
    """An instance with these sizes. Raises ExsolveError where none fulfils the conditions."""
    found = _tried(setting, sizes, source, how, TRIES)
    # what is far out comes last: most conditions are about signs
    found = found or _tried(setting, sizes, source, Drawing.LARGE, TRIES)
    if found is not None:
        return found
    failed = _about_values(setting)
    raise ExsolveError(
        LanguageError(
            f"no random instance fulfils the condition{'s' if failed[1:] else ''} "
            + ", ".join(one.text for one in failed),
            expected=f"what one of {2 * TRIES} random instances fulfils",
            hint="define one so that it holds by itself (t: softmax(a) adds up to 1), or relax it",
        ).problem._replace(position=failed[0].locate(0))
    )


def _about_values(setting: Setting) -> list[Condition]:
    known = {*setting.letters, *setting.random}
    return [one for one in setting.conditions if not set(names(one.node)) <= known]


def _tried(
    setting: Setting, sizes: Mapping[str, int], source: random.Random, how: Drawing, tries: int
) -> Instance | None:
    """An instance that fulfils the conditions, if one of some does."""
    conditions = _about_values(setting)
    for attempt in range(tries):
        values = {
            name: _array(sized(shape, sizes), source, _relaxed(how, attempt, shape))
            for name, shape in setting.symbols.items()
        }
        instance = Instance(sizes, values)
        if all(fulfils(instance, one) for one in conditions):
            outcomes = {
                name: _outcome(one, instance, source) for name, one in setting.random.items()
            }
            return instance._replace(outcomes=outcomes)
    return None


def _outcome(one: RandomSymbol, instance: Instance, source: random.Random) -> Array:
    shape = sized(one.shape, instance.sizes)
    cells = np.empty(prod(shape), dtype=object)
    cells[:] = [value_at(source.choice(one.values), instance)[()] for _ in range(len(cells))]
    return cells.reshape(shape)


def _relaxed(how: Drawing, attempt: int, shape: Shape) -> Drawing:
    """Numbers beyond the small whole ones after some draws, in single numbers at once."""
    if how is Drawing.SIMPLE and attempt >= (SIMPLE_TRIES if shape else 1):
        return Drawing.ANY
    return how


def _array(shape: tuple[int, ...], source: random.Random, how: Drawing) -> Array:
    cells = np.empty(prod(shape), dtype=object)
    cells[:] = [_number(source, how) for _ in range(len(cells))]
    return cells.reshape(shape)


def _number(source: random.Random, how: Drawing) -> fmpq:
    """A number of an instance. ANY: not 0, of a small denominator, half of them between 0 and 1."""
    if how is Drawing.SIMPLE:
        return fmpq(source.choice((1, 2, 3, -1, -2)))
    if how is Drawing.TIES:
        return fmpq(source.choice((0, 0, 0, 1, -1)))
    if how is Drawing.LARGE and source.random() < 0.9:
        size = source.randint(10, 10 ** source.choice((2, 4, 4)))
        return fmpq(source.choice((-1, 1)) * size, source.randint(1, 3))
    below = source.choice(range(2, 8))  # what randint draws, in half of its time
    if source.random() < 0.5:
        return fmpq(source.choice(range(1, below)), below)
    return fmpq(source.choice((-1, 1)) * source.choice(range(1, 10)), source.choice(range(1, 5)))


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
