"""The values that evidence gives to names: letters get numbers from them, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from flint import fmpq

from exsolve.errors import ExsolveError, Position, Problem
from exsolve.evaluate import Array
from exsolve.verification.lines import Lines
from exsolve.verification.setting import Instance, Setting, sizes_text


def missing_letters(lines: Lines, sizes: Mapping[str, int]) -> list[str]:
    """The letters without a number in the shapes of random symbols, whose outcomes they count."""
    shapes = [one.shape for one in lines.setting.random.values()]
    found = [size for shape in shapes for size in shape if isinstance(size, str)]
    return [letter for letter in dict.fromkeys(found) if letter not in sizes]


def instance_at(
    setting: Setting, lines: Lines, values: Mapping[str, Array], position: Position | None
) -> Instance:
    """The values as an instance; those of random symbols are its outcomes.

    Raises ExsolveError for a value that does not have the declared shape, for a probability that is
    none at these values, and where an expectation has too few of them.
    """
    sizes = sizes_at(setting, values, position)
    if missing := missing_letters(lines, sizes):
        raise ExsolveError(no_value(missing, values, position))
    arrays = {name: value for name, value in values.items() if name not in sizes}
    outcomes = {name: value for name, value in arrays.items() if name in setting.random}
    plain = {name: value for name, value in arrays.items() if name not in outcomes}
    instance = Instance(sizes, plain, outcomes=outcomes)
    if lines.setting.random:
        from exsolve.verification.distributions import check_probabilities

        for name, one in lines.setting.random.items():
            if all(used in plain or used in sizes for used in one.names):
                check_probabilities(name, one, instance)
    return instance


def sizes_at(
    setting: Setting, values: Mapping[str, Array], position: Position | None
) -> dict[str, int]:
    """The numbers of the letters: those that are given, and as the shapes of the values tell them.

    Raises ExsolveError for a value that does not have the declared shape.
    """
    letters = {name for name in values if name in setting.letters}
    found = {letter: _size(letter, values[letter], position) for letter in letters}
    for name, value in values.items():
        shape = setting.names.get(name)
        if shape is None or name in letters:
            continue
        fits = len(shape) == value.ndim and all(
            (found.setdefault(size, have) if isinstance(size, str) else size) == have
            for size, have in zip(shape, value.shape, strict=True)
        )
        if not fits:
            declared = ", ".join(map(str, shape))
            numbers = sizes_text(found)
            raise ExsolveError(
                Problem(
                    f"the value of {name} does not have its declared shape",
                    f"[{declared}]" + (f" with {numbers}" if numbers else ""),
                    f"shape {value.shape}",
                    "",
                    position,
                )
            )
    return found


def _size(letter: str, value: Array, position: Position | None) -> int:
    number = value[()] if not value.shape else None
    if isinstance(number, fmpq) and number.q == 1 and number.p > 0:
        return int(number.p)
    raise ExsolveError(
        Problem(
            f"{letter} stands for a size",
            "a whole number from 1",
            str(value.tolist()),
            "",
            position,
        )
    )


def no_value(missing: Sequence[str], values: Iterable[str], position: Position | None) -> Problem:
    """What is said of names that evidence gives no value to."""
    return Problem(
        f"{', '.join(missing)} {'has' if len(missing) == 1 else 'have'} no value here",
        "values under at for all symbols that are used",
        ", ".join(values) or "no values at all",
        "write at: {" + ", ".join(f"{name}: ..." for name in missing) + "}",
        position,
    )
