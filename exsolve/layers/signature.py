"""PyTorch's signatures: which arguments a layer takes, and what may stand for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from exsolve import limits
from exsolve.errors import LanguageError
from exsolve.layers.written import Value, Written, WrittenLayer

Ready = Any
"""The value of an argument, made ready by its sort: sizes are tuples with one for each axis."""


class _Required:
    """Stands where an argument has no default."""


REQUIRED: Final = _Required()


class _Refused:
    """Stands for a value that its sort does not take."""


REFUSED: Final = _Refused()

LARGEST_REAL: Final = 1e308
LONGEST_ECHO: Final = 80
"""Characters of an argument that a message repeats."""


class Sort:
    """What may be written for an argument; ``optional`` ones may be None."""

    optional = False
    gathers = False
    """Whether several arguments by position may be written in place of one tuple."""

    def expected(self) -> str:
        """What messages say was expected."""
        raise NotImplementedError

    def read(self, value: Value) -> Ready:
        """The value made ready, or REFUSED."""
        raise NotImplementedError


class Whole(Sort):
    """A whole number of at least ``minimum``; without one, any."""

    def __init__(self, minimum: int | None = 1, optional: bool = False) -> None:
        self.minimum = minimum
        self.optional = optional

    def expected(self) -> str:
        if self.minimum is None:
            return "a whole number"
        return f"a whole number from {self.minimum} to {limits.IMAGE_SIZE:,}"

    def read(self, value: Value) -> Ready:
        return value if _is_whole(value, self.minimum) else REFUSED


class Sizes(Sort):
    """A whole number for every axis, or a tuple with one for each; ``holes``: or None."""

    def __init__(
        self, axes: int, minimum: int = 1, optional: bool = False, holes: bool = False
    ) -> None:
        self.axes = axes
        self.minimum = minimum
        self.optional = optional
        self.holes = holes

    def expected(self) -> str:
        text = f"a whole number from {self.minimum} to {limits.IMAGE_SIZE:,}"
        if self.axes > 1:
            text += f", or a tuple of {self.axes}"
        return text + (", or None where the size is kept" if self.holes else "")

    def read(self, value: Value) -> Ready:
        several = value if isinstance(value, tuple) else (value,) * self.axes
        if len(several) != self.axes:
            return REFUSED
        fits = all(_is_whole(n, self.minimum) or (self.holes and n is None) for n in several)
        return several if fits else REFUSED


class Padding(Sizes):
    """Sizes, or the words 'same' and 'valid'."""

    def __init__(self, axes: int) -> None:
        super().__init__(axes, minimum=0)

    def expected(self) -> str:
        return super().expected() + ", or 'same' or 'valid'"

    def read(self, value: Value) -> Ready:
        return value if value in ("same", "valid") else super().read(value)


class Shape(Sort):
    """One size or a tuple of sizes of any length."""

    def expected(self) -> str:
        return "a whole number, or a tuple of them"

    def read(self, value: Value) -> Ready:
        several = value if isinstance(value, tuple) else (value,)
        fits = several and all(_is_whole(n, 1) for n in several)
        return several if fits and len(several) <= limits.DIMENSIONS else REFUSED


class Order(Sort):
    """Axes, as a tuple or one by one."""

    gathers = True

    def expected(self) -> str:
        return "the axes in their new order, as in Permute(0, 2, 1)"

    def read(self, value: Value) -> Ready:
        several = value if isinstance(value, tuple) else (value,)
        fits = several and all(_is_whole(n, None) for n in several)
        return several if fits else REFUSED


class Switch(Sort):
    """True or False."""

    def expected(self) -> str:
        return "True or False"

    def read(self, value: Value) -> Ready:
        return value if isinstance(value, bool) else REFUSED


class Real(Sort):
    """A number between two bounds."""

    def __init__(
        self,
        least: float = float("-inf"),
        most: float = float("inf"),
        optional: bool = False,
    ) -> None:
        self.least = least
        self.most = most
        self.optional = optional

    def expected(self) -> str:
        if self.least > float("-inf") and self.most < float("inf"):
            return f"a number from {self.least:g} to {self.most:g}"
        return f"a number from {self.least:g} on" if self.least > float("-inf") else "a number"

    def read(self, value: Value) -> Ready:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return REFUSED
        # what overflows a float would be echoed as inf
        finite = abs(value) <= LARGEST_REAL
        return value if finite and self.least <= value <= self.most else REFUSED


class Word(Sort):
    """One of a few words in quotation marks."""

    def __init__(self, *words: str) -> None:
        self.words = words

    def expected(self) -> str:
        return " or ".join(f"'{word}'" for word in self.words)

    def read(self, value: Value) -> Ready:
        return value if value in self.words else REFUSED


class Anything(Sort):
    """Whatever is written; it changes neither shapes nor counts."""

    optional = True

    def expected(self) -> str:
        return "anything"

    def read(self, value: Value) -> Ready:
        return value


class Argument(NamedTuple):
    """An argument of a layer: its name in PyTorch, what may be written, its default there.

    In the layer's shortest spelling, ``brief`` ones stand without their name, right behind what is
    required; ``silent`` ones, which change neither shapes nor counts, are left out.
    """

    name: str
    sort: Sort
    default: Value | _Required = REQUIRED
    by_name_only: bool = False
    brief: bool = False
    silent: bool = False

    def __str__(self) -> str:
        if isinstance(self.default, _Required):
            return self.name
        return f"{self.name}={self.default!r}"


TAIL: Final = (Argument("device", Anything(), None), Argument("dtype", Anything(), None))
"""Where PyTorch keeps the parameters: the end of many signatures, of no consequence here."""


class Bound:
    """The arguments of one layer, defaults included; ``offset`` says where one stands."""

    def __init__(self, values: dict[str, Ready], written: dict[str, Written]) -> None:
        self._values = values
        self._written = written

    def __getitem__(self, name: str) -> Ready:
        return self._values[name]

    def offset(self, *names: str) -> int:
        """Where the first of these that is written stands, or -1."""
        return next((self._written[n].offset for n in names if n in self._written), -1)

    def plain(self, name: str) -> Value | _Required:
        """What was written for an argument, as it was written; REQUIRED where nothing was."""
        return self._written[name].value if name in self._written else REQUIRED


def shown(name: str, signature: Sequence[Argument]) -> str:
    """A signature as PyTorch's documentation gives it."""
    inside = ", ".join(str(one) for one in signature if not isinstance(one.sort, Anything))
    return f"{name}({inside})"


def bind(
    layer: WrittenLayer, signature: Sequence[Argument], problems: list[LanguageError]
) -> Bound | None:
    """The arguments by name; None (and what is wrong, all of it) where they do not fit."""
    known = len(problems)
    arguments = {argument.name: argument for argument in signature}
    written: dict[str, Written] = {}
    by_position = [argument.name for argument in signature if not argument.by_name_only]
    positional = layer.positional
    if positional and by_position and arguments[by_position[-1]].sort.gathers:
        positional = (*positional[: len(by_position) - 1], _gathered(layer, len(by_position)))
    for place, value in enumerate(positional):
        if place == len(by_position):
            problems.append(
                LanguageError(
                    f"{len(layer.positional)} arguments, but {layer.name} takes {len(by_position)}"
                    " by position",
                    value.offset,
                    expected=shown(layer.name, signature),
                )
            )
            break
        written[by_position[place]] = value
    for keyword, value in layer.keywords:
        if keyword.text not in arguments:
            problems.append(_unknown(layer.name, keyword.text, keyword.offset, signature))
        elif keyword.text in written:
            problems.append(
                LanguageError(
                    f"the argument {keyword.text} stands twice",
                    keyword.offset,
                    expected=shown(layer.name, signature),
                )
            )
        else:
            written[keyword.text] = value
    missing = [one.name for one in signature if one.default is REQUIRED and one.name not in written]
    # an argument with a name that is not known may be one of the missing
    if missing and all(keyword.text in arguments for keyword, _ in layer.keywords):
        problems.append(
            LanguageError(
                f"{layer.name} needs {' and '.join(missing)}",
                layer.offset,
                expected=shown(layer.name, signature),
            )
        )
    values = {one.name: _ready(one, written.get(one.name), problems) for one in signature}
    return Bound(values, written) if len(problems) == known else None


def _gathered(layer: WrittenLayer, count: int) -> Written:
    """The last argument by position together with all behind it, as one tuple."""
    several = layer.positional[count - 1 :]
    if len(several) == 1:
        return several[0]
    text = ", ".join(one.text for one in several)
    return Written(tuple(one.value for one in several), several[0].offset, f"({text})")


def _ready(argument: Argument, written: Written | None, problems: list[LanguageError]) -> Ready:
    value = written.value if written else argument.default
    if isinstance(value, _Required) or (
        value is None and (argument.sort.optional or argument.default is None)
    ):
        return None
    ready = argument.sort.read(value)
    if ready is REFUSED:
        text = written.text if written else spelled(value)
        echo = text if len(text) <= LONGEST_ECHO else text[: LONGEST_ECHO - 1] + "…"
        problems.append(
            LanguageError(
                f"{argument.name} cannot be {echo}",
                written.offset if written else -1,
                expected=argument.sort.expected(),
                found=echo,
            )
        )
    return ready


def spelled(value: Value) -> str:
    """A value as Python writes it."""
    if isinstance(value, tuple) and len(value) > 1:
        return f"({', '.join(map(spelled, value))})"
    return repr(value)


def spelling(name: str, bound: Bound, signature: Sequence[Argument]) -> str:
    """The layer in short: what is required by position, what differs from its default by name."""
    inside = []
    for argument in signature:
        value = bound.plain(argument.name)
        silent = argument.silent or isinstance(argument.sort, Anything)
        if isinstance(value, _Required) or silent:
            continue
        if argument.default is REQUIRED or argument.brief:
            inside.append(spelled(value))
        elif value != argument.default:
            inside.append(f"{argument.name}={spelled(value)}")
    return f"{name}({', '.join(inside)})"


def _unknown(name: str, word: str, offset: int, signature: Sequence[Argument]) -> LanguageError:
    from difflib import get_close_matches

    close = get_close_matches(word, [one.name for one in signature], n=1, cutoff=0.5)
    return LanguageError(
        f"{name} has no argument {word!r}",
        offset,
        expected=shown(name, signature),
        found=word,
        hint=f"did you mean {close[0]}?" if close else "",
    )


def _is_whole(value: Value, minimum: int | None) -> bool:
    if isinstance(value, bool) or not isinstance(value, int):
        return False
    if minimum is None:
        return abs(value) <= limits.IMAGE_SIZE
    return minimum <= value <= limits.IMAGE_SIZE
