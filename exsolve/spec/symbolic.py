"""Names without values: symbols with sizes, random symbols, and what is claimed of formulas."""

from __future__ import annotations

import re
from typing import NamedTuple

from exsolve.errors import Position
from exsolve.spec.fields import (
    Choice,
    Field,
    FieldSpec,
    FieldSpecs,
    Formula,
    Integer,
    ListOf,
    MapOf,
    Name,
    OneOf,
    Record,
    Schema,
    Source,
    Text,
    Values,
)
from exsolve.spec.nodes import Mapping, Node
from exsolve.spec.report import Report, plural
from exsolve.spec.scalar_fields import QUANTITY, RESERVED, read_text, refuse

Dimension = int | str
Sizes = tuple[Dimension, ...]


class Symbol(NamedTuple):
    """A name without a value; each size is a number or a letter that stands for one."""

    sizes: Sizes
    position: Position


class Random(NamedTuple):
    """An array of independent random numbers, each one of finitely many values.

    ``values`` and their ``probabilities`` are formulas over the numbers among the symbols.
    """

    sizes: Sizes
    values: tuple[Source, ...]
    probabilities: tuple[Source, ...]
    position: Position


class Derivative(NamedTuple):
    """What is differentiated, and by what; ``name`` is that of the derivative itself."""

    name: Source
    of: Source
    by: Source
    note: str
    position: Position


class Size(Field):
    """A size: a whole number, or a letter (a name) that stands for one."""

    noun = "a size such as 3 or n"
    nouns = "sizes such as 3 or n"
    doc = "A size: a whole number, or a letter that stands for one."

    def read(self, node: Node, report: Report) -> Dimension | None:
        scalar = read_text(self, node, report)
        if scalar is None:
            return None
        if re.fullmatch("[1-9][0-9]{0,6}", scalar.text):
            return int(scalar.text)
        if re.fullmatch(QUANTITY, scalar.text) and scalar.text not in RESERVED:
            return scalar.text
        refuse(self, scalar, report)
        return None

    def schema(self) -> Schema:
        return {"type": ["integer", "string"]}


class _Distribution(Record):
    """The record of a random symbol, which says its values in one of two ways."""

    def read(self, node: Node, report: Report) -> Values | None:
        values = super().read(node, report)
        if values is None or not isinstance(node, Mapping):
            return None
        pair = values.written("values"), values.written("probabilities")
        fits = pair == ((False, False) if values.written("bernoulli") else (True, True))
        if not fits:
            report.add(
                "it is not clear how the values of this random symbol are distributed",
                node.position,
                expected="`bernoulli: p`, or `values` with their `probabilities`",
                found=", ".join(node.entries),
            )
        elif pair[0] and len(values["values"]) != len(values["probabilities"]):
            report.add(
                f"{len(values['values'])} {plural(len(values['values']), 'value')}, but "
                f"{len(values['probabilities'])} of their probabilities",
                values.place("probabilities"),
                expected="one probability for each value",
            )
        else:
            return values
        return None


_SIZES = ListOf(Size(), 0)
_RANDOM = _Distribution(
    {
        "sizes": FieldSpec(
            _SIZES, "The sizes of the array; [] for one number.", default=(), example="[n, d]"
        ),
        "bernoulli": FieldSpec(
            Formula(), "Each number is 1 with this probability, else 0.", example="1 - p"
        ),
        "values": FieldSpec(
            ListOf(Formula()), "Or: the values that each number may have.", example="[-1, 1]"
        ),
        "probabilities": FieldSpec(
            ListOf(Formula()), "The probability of each of the values.", example="[1/2, 1/2]"
        ),
    }
)
DERIVATIVE: FieldSpecs = {
    "of": FieldSpec(Name(), "The quantity that is differentiated.", required=True, example="y"),
    "for": FieldSpec(Name(), "What it is differentiated by.", required=True, example="x"),
}
_JACOBIAN = Record(
    {
        "name": FieldSpec(Name(), "The name of the Jacobian.", required=True, example="dy_dx"),
        **DERIVATIVE,
        "note": FieldSpec(Text(), "Why, in one line.", default=""),
    }
)

LARGEST_SIZE = 12
MOST_ARGUMENTS = 5

SYMBOLIC_FIELDS: FieldSpecs = {
    "symbols": FieldSpec(
        OneOf(None, ListOf(Name(), 0), MapOf(Name(), _SIZES)),
        "Names without values: a list of those that are single numbers, or a mapping to their "
        "sizes. What is defined by them is a general formula, and checked on random instances.",
        default=(),
        example="{W: [n, d], x: [d], beta: []}",
    ),
    "random": FieldSpec(
        MapOf(Name(), _RANDOM),
        "Random symbols, whose numbers are independent; expectation(...) is over all of them.",
        default={},
        example="{M: {sizes: [n, d], bernoulli: p}}",
    ),
    "functions": FieldSpec(
        MapOf(Name(), Integer(1, MOST_ARGUMENTS)),
        "Unknown functions of vectors, with how many arguments each has. They act on each row of "
        "an array on its own.",
        default={},
        example="{q: 2}",
    ),
    "where": FieldSpec(
        ListOf(Formula(), 0),
        "Conditions on the symbols, which every instance fulfils.",
        default=(),
        example="[d > n, beta > 0]",
    ),
    "sizes": FieldSpec(
        ListOf(MapOf(Name(), Integer(1, LARGEST_SIZE), minimum=1), 0),
        "Small sizes at which derivations are proved with a symbol in each cell.",
        default=(),
        example="[{n: 2, d: 3}]",
    ),
    "jacobians": FieldSpec(
        ListOf(_JACOBIAN, 0),
        "Jacobians to derive, each under a name of its own.",
        default=(),
        example="[{name: dy_dx, of: y, for: x}]",
    ),
    "jacobian_layout": FieldSpec(
        Choice("numerator", "denominator"),
        "How Jacobians are laid out: one row for each component of what is differentiated "
        "(numerator), or one column (denominator).",
        default="numerator",
    ),
    "vectors": FieldSpec(
        Choice("columns", "rows"),
        "Whether vectors are columns (`W @ x`) or rows (`x @ W`) in the general formulas of a "
        "recurrent network.",
        default="columns",
    ),
}


def read_symbols(written: tuple[Source, ...] | Values | None) -> dict[str, Symbol]:
    """The symbols by name."""
    if isinstance(written, Values):
        return {name: Symbol(tuple(sizes), written.place(name)) for name, sizes in written.items()}
    return {name.text: Symbol((), name.position()) for name in written or ()}


def read_random(written: Values | None) -> dict[str, Random]:
    """The random symbols by name."""
    return {
        name: _random(value, written.place(name))
        for name, value in (written or {}).items()
        if written is not None
    }


def _random(value: Values, position: Position) -> Random:
    if (probability := value["bernoulli"]) is not None:
        values = (probability.rewritten("1"), probability.rewritten("0"))
        other = probability.rewritten(f"1 - ({probability.text})")
        return Random(value["sizes"], values, (probability, other), position)
    return Random(value["sizes"], value["values"], value["probabilities"], position)
