"""Minima under constraints, whose Lagrangian and conditions are derived."""

from __future__ import annotations

from typing import NamedTuple

from exsolve.errors import Position
from exsolve.spec.fields import (
    Field,
    FieldSpec,
    Formula,
    ListOf,
    MapOf,
    Name,
    Record,
    Source,
    Text,
    Values,
)


class Lagrangian(NamedTuple):
    """An objective to minimise over names, under constraints, each by the name of its multiplier.

    ``zero`` are expressions that must be 0, ``at_most_zero`` those that must not be positive;
    ``solution`` says what each name and each multiplier is at the minimum.
    """

    name: Source
    minimise: Source
    over: tuple[Source, ...]
    zero: Values
    at_most_zero: Values
    solution: Values | None
    note: str
    position: Position


_BY_NAME = MapOf(Name(), Formula(), 1)

LAGRANGIANS: Field = ListOf(
    Record(
        {
            "name": FieldSpec(
                Name(), "The name of the Lagrangian.", required=True, example="Lagrangian"
            ),
            "minimise": FieldSpec(
                Formula(), "What is to be as small as possible.", required=True,
                example="sumsq(w)/2",
            ),
            "over": FieldSpec(
                ListOf(Name()), "The symbols whose values are to be found.", required=True,
                example="[w]",
            ),
            "zero": FieldSpec(
                _BY_NAME, "What must be 0, by the name of its multiplier.", default={},
                example="{lambda: X @ w - y}",
            ),
            "at_most_zero": FieldSpec(
                _BY_NAME, "What must be at most 0, by the name of its multiplier.", default={},
                example="{mu: sumsq(w) - 1}",
            ),
            "solution": FieldSpec(
                _BY_NAME,
                "What each symbol and each multiplier is at the minimum; all conditions are "
                "verified there.",
                example="{w: 'X.T @ inverse(X @ X.T) @ y', lambda: '-inverse(X @ X.T) @ y'}",
            ),
            "note": FieldSpec(Text(), "What is minimised, in one line.", default=""),
        }
    ),
    0,
)  # fmt: skip


def read_lagrangian(value: Values) -> Lagrangian:
    """A Lagrangian from its fields."""
    nothing = Values({}, {}, value.position)
    return Lagrangian(
        name=value["name"],
        minimise=value["minimise"],
        over=value["over"],
        zero=value["zero"] or nothing,
        at_most_zero=value["at_most_zero"] or nothing,
        solution=value["solution"],
        note=str(value["note"]),
        position=value.position,
    )
