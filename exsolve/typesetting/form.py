"""The blank answer form of a worksheet, in the format in which answer files are read.

Each answer stands on a line ``name =``, with what is expected behind ``#``; all of it is plain text
that a reader of answer files takes as: the exercise (``# id``), a heading of no consequence
(``## part``), and blank answers. Words may run on over the lines below their own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain

from exsolve.answers.written import HINTS_IN_WORDS
from exsolve.expression.tree import Shape
from exsolve.solution import Expected, Part, Solution, SolvedSet
from exsolve.text_width import display_width
from exsolve.typesetting import phrases

WIDTH = 80
ROOM = 26
"""Columns before what is expected: enough to write a short answer there."""
WIDEST_NAME = 40
"""A longer name does not move what is expected of the others to the right."""

UNNAMED = ("words", "derivation")
"""What is answered under the id of its part."""

_FORMS = {
    "any": "",
    "exact": ", exact",
    "fraction": ", as reduced fractions",
    "decimal": ", as decimals",
}
"""What is said of the form that an answer must have."""
_LETTERS = "abcdefghijkl"


def form(contents: Solution | SolvedSet) -> str:
    """The form to fill in, for an exercise or for all those of a problem set."""
    if isinstance(contents, SolvedSet):
        return "\n".join(_exercise_form(question.solution) for question in contents.exercises)
    return _exercise_form(contents)


def _exercise_form(solution: Solution) -> str:
    names = _names(solution.parts)
    room = max(ROOM, *(display_width(one) + 3 for one in names if len(one) <= WIDEST_NAME), 0)
    digits = usual_digits(solution.parts)
    lines = [f"# {solution.exercise}"]
    if digits:
        start = f"{lines[0]:<{room}} # "
        hints = [exact_or(digits), _at_least(digits)]
        lines = [f"{start}{_first_with_room(hints, WIDTH - display_width(start))}".rstrip(" #")]
    written = iter(names)
    for part in solution.parts:
        lines += ["", f"{f'## {part.id}':<{room}} # {phrases.points(part.points)}"]
        for expected in part.expected:
            start = f"{next(written)} ="
            start += " " * (room - display_width(start))
            left = WIDTH - display_width(start) - len(" # ")
            hint = wanted(expected, left, digits)
            lines.append(f"{start} # {hint}" if hint else start.rstrip())
    return "\n".join(lines) + "\n"


def wanted(expected: Expected, room: int, told: int = 0) -> str:
    """What is expected, in the fullest wording that has room; nothing where none has.

    ``told``: the digits of decimals of which nothing more is said.
    """
    special = _FORMS[expected.form]
    if expected.digits not in (0, told):
        special += f", {_at_least(expected.digits)}"
    hints = [f"{hint}{special}" for hint in _hints(expected)]
    return _first_with_room([*hints, special.lstrip(", ")], room)


def _first_with_room(hints: Sequence[str], room: int) -> str:
    return next((hint for hint in hints if display_width(hint) <= room), "")


def exact_or(digits: int) -> str:
    """How numbers are written, in words."""
    return f"exact, or at least {_counted(digits, 'significant digit')}"


def usual_digits(parts: Sequence[Part]) -> int:
    """The digits that most of the answers need that may be decimals; 0 where there is none."""
    digits = Counter(one.digits for part in parts for one in part.expected if one.digits)
    return digits.most_common(1)[0][0] if digits else 0


def _at_least(digits: int) -> str:
    return f"at least {_counted(digits, 'digit')}"


def _names(parts: Sequence[Part]) -> list[str]:
    """What each answer is called: its name, with its part where two would be called the same.

    What is answered under the id of its part is always called just that.
    """
    count = Counter(expected.name for part in parts for expected in part.expected)
    return [
        one.name if count[one.name] == 1 or one.sort in UNNAMED else f"{part.id}.{one.name}"
        for part in parts
        for one in part.expected
    ]


def _hints(expected: Expected) -> Iterator[str]:
    """What is expected, the fullest wording first."""
    shape = expected.shape
    match expected.sort:
        case "words":
            yield HINTS_IN_WORDS[0]
        case "derivation":
            yield HINTS_IN_WORDS[1]
        case "shape":
            (count,) = shape
            yield f"{_counted(count, 'size')}, as ({_listed(count, _LETTERS)})"
            yield _counted(count, "size")
        case "formula":
            size = _sized(shape) if shape else "one number"
            what = f"a formula, {size}"
            every, *some = [f", in {names}" for names in _beginnings(expected.names)] or [""]
            yield what + every
            # all the names say more than that it is a formula, and some of them do not
            yield size + every
            yield from (what + names for names in some)
            yield what
            yield "a formula"
        case "value":
            yield from chain(_nested(shape), [_sized(shape)])


def _nested(shape: Shape) -> Iterator[str]:
    """How numbers of a shape are written."""
    if len(shape) == 1:
        yield f"{_sized(shape)}, as [{_listed(shape[0], _LETTERS)}]"
    elif len(shape) == 2:
        width = int(shape[1])
        first = _listed(width, _LETTERS)
        second = _listed(width, _LETTERS[min(width, 2 if width > 3 else 3) :])
        rows = _listed(shape[0], (f"[{first}]", f"[{second}]"), 2)
        yield f"{_sized(shape)}, as [{rows}]"
    elif shape:
        yield f"{_sized(shape)}, as lists in lists"


def _sized(shape: Shape) -> str:
    """``a number``, ``3 numbers``, ``n numbers``, ``3 × 2``."""
    return _counted(shape[0], "number") if len(shape) == 1 else phrases.kind_of(shape)


def _counted(count: int | str, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _listed(count: int | str, items: Sequence[str], most: int = 3) -> str:
    """So many items, or the first two of more than can be shown."""
    if isinstance(count, int) and count <= most:
        return ", ".join(items[:count])
    return ", ".join([*items[:2], "..."])


def _beginnings(names: Sequence[str]) -> list[str]:
    """All names, and ever fewer of them."""
    fewer = [[*names[:count], "..."] for count in range(len(names) - 1, 0, -1)]
    return [", ".join(some) for some in ([*names], *fewer) if some]
