"""How answers are marked: what verdicts earn, what an answer must look like, known mistakes."""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingType
from fractions import Fraction
from typing import Any, NamedTuple

from exsolve.errors import Position
from exsolve.spec.fields import (
    QUANTITY,
    Choice,
    Field,
    FieldSpec,
    FieldSpecs,
    Formula,
    Identifier,
    Integer,
    ListOf,
    MapOf,
    Name,
    Record,
    Report,
    Schema,
    Source,
    Text,
    Values,
)
from exsolve.spec.nodes import Node
from exsolve.spec.parts import PART_ID
from exsolve.spec.report import suggestion
from exsolve.spec.scalar_fields import read_text, refuse

MOST_DIGITS = 50
CELLS = "cells"
_NUMBER = r"(?:0|[1-9][0-9]{0,5})"
_DECIMAL = rf"{_NUMBER}(?:\.[0-9]{{1,6}})?|\.[0-9]{{1,6}}"


class AnswerMarking(NamedTuple):
    """What is said of one answer; None where nothing is. ``places``: where each of it stands."""

    form: str | None
    digits: int | None
    weight: Fraction | None
    position: Position
    places: MappingType[str, Position]


class AuthorSlip(NamedTuple):
    """A known mistake: in which quantity, what it computes instead, and what a student is told."""

    of: Source
    formula: Source
    says: str
    name: str


class Marking(NamedTuple):
    """The field ``marking``; what is not said is None or missing.

    ``credit``: shares of an answer's points by verdict; None: the share of right cells.
    """

    credit: MappingType[str, Fraction | None]
    digits: int | None
    answers: MappingType[str, AnswerMarking]
    slips: tuple[AuthorSlip, ...]


class Ratio(Field):
    """A number that is not negative: a decimal, a fraction or a percentage; read exactly."""

    noun = "a number such as 2, 0.5 or 1/3"
    nouns = "numbers"
    doc = "A number of at least 0."
    pattern = rf"(?:{_DECIMAL})%?|{_NUMBER}/[1-9][0-9]{{0,5}}"

    def __init__(self, largest: int = 999_999) -> None:
        self.largest = largest

    def read(self, node: Node, report: Report) -> Fraction | None:
        scalar = read_text(self, node, report)
        if scalar is None:
            return None
        text = scalar.text
        if not re.fullmatch(self.pattern, text):
            refuse(self, scalar, report)
            return None
        value = Fraction(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
        if value > self.largest:
            refuse(self, scalar, report)
            return None
        return value

    def schema(self) -> Schema:
        return self.typed("number", "string") | {
            "minimum": 0,
            "maximum": self.largest,
            "pattern": f"^(?:{self.pattern})$",
            "patternErrorMessage": f"Expected {self.noun}.",
        }


class Share(Ratio):
    """A share of an answer's points."""

    noun = "a number from 0 to 1, such as 0.9, 9/10 or 90%"
    nouns = "numbers from 0 to 1"
    doc = "A share of an answer's points, from 0 to 1."

    def __init__(self) -> None:
        super().__init__(1)


class CellsOrShare(Field):
    """A share of an answer's points, or ``CELLS``."""

    noun = "a number from 0 to 1, or `cells`"
    doc = "`cells`, or a share of an answer's points."

    _share = Share()

    def read(self, node: Node, report: Report) -> Fraction | str | None:
        scalar = read_text(self, node, report)
        if scalar is None:
            return None
        share = self._share.salvage(scalar)
        if scalar.text != CELLS and share is None:
            refuse(self, scalar, report, suggestion(scalar.text, [CELLS]))
            return None
        return CELLS if share is None else share

    def schema(self) -> Schema:
        return {"anyOf": [self._share.schema(), {"const": CELLS}]}


_DIGITS = FieldSpec(
    Integer(1, MOST_DIGITS), "The significant digits that a decimal needs; 2 by default.",
    example="3",
)  # fmt: skip
_CREDIT = Record(
    {
        "rounded": FieldSpec(
            Share(), "The exact value, correctly rounded; 1 by default.", example="0.9"
        ),
        "imprecise": FieldSpec(
            Share(), "Cut off, rounded one unit off, or too few digits; 4/5 by default."
        ),
        "follow-through": FieldSpec(
            Share(), "What follows from the student's own earlier answers; 1 by default."
        ),
        "partial": FieldSpec(
            CellsOrShare(),
            "An array of which some cells are right: `cells`, the share of those, by default.",
        ),
        "slip": FieldSpec(Share(), "What one known mistake gives; 1/2 by default."),
        "wrong": FieldSpec(Share(), "None of these; 0 by default."),
    }
)
_FORMS = Choice(
    "any", "exact", "fraction", "decimal",
    meant={"rational": "fraction", "float": "decimal", "closed": "exact"},
)  # fmt: skip


class _AnswerRecord(Record):
    """The record of an answer; digits are for decimals only."""

    def read(self, node: Node, report: Report) -> Values | None:
        values = super().read(node, report)
        if values is None or values["form"] not in ("exact", "fraction"):
            return values
        if not values.written("digits"):
            return values
        report.add(
            f"`digits` does not go with `form: {values['form']}`",
            values.place("digits"),
            expected="form: decimal, or no digits",
            found=f"digits: {values['digits']}",
        )
        return None


_ANSWER = _AnswerRecord(
    {
        "form": FieldSpec(
            _FORMS,
            "`exact`: no decimal that is rounded; `fraction`: in lowest terms; `decimal`; or "
            "`any`, by default.",
            example="exact",
        ),
        "digits": _DIGITS._replace(doc="The significant digits that its decimals need."),
        "weight": FieldSpec(
            Ratio(), "Its share of the part's points, in relation to the others; 1 by default.",
            example="2",
        ),
    }
)  # fmt: skip
_ANSWER_NAME = Identifier(
    rf"{QUANTITY}|{PART_ID}", "the name of an answer, or the id of a part", "names of answers"
)
_SLIP = Record(
    {
        "of": FieldSpec(
            Name(), "The quantity that is got wrong.", required=True, example="variance"
        ),
        "formula": FieldSpec(
            Formula(),
            "What is computed instead; the quantity's own name stands for its right value.",
            required=True,
            example="sum((x - mean(x))^2) / (n - 1)",
        ),
        "says": FieldSpec(
            Text(lines=True),
            "What a student who does so is told.",
            required=True,
            example="You divided by n - 1.",
        ),
        "name": FieldSpec(
            Text(),
            "What it is called in the summary of a class, in two or three words.",
            default="",
            example="sample variance",
        ),
    }
)
_SET_FIELDS: FieldSpecs = {
    "credit": FieldSpec(
        _CREDIT,
        "The share of an answer's points that a verdict earns, from 0 to 1.",
        example="{imprecise: 0.9, slip: 1/3, partial: cells}",
    ),
    "digits": _DIGITS,
}
_ENTRY_FIELDS: FieldSpecs = {
    **_SET_FIELDS,
    "answers": FieldSpec(
        MapOf(_ANSWER_NAME, _ANSWER, example="agg"),
        "Of single answers their form, digits and weight, by name; an answer in words or a "
        "derivation has the id of its part, in quotes where that begins with a digit.",
        default={},
        example="{agg: {form: exact}, loss: {digits: 3, weight: 2}}",
    ),
}
MARKING = Record(
    {
        **_ENTRY_FIELDS,
        "slips": FieldSpec(
            ListOf(_SLIP, 0),
            "Known mistakes besides those that exsolve knows by itself.",
            default=(),
            example="[{of: mu, formula: sum(x), says: You did not divide by n.}]",
        ),
    }
)
"""The field of an exercise."""
ENTRY_MARKING = Record(_ENTRY_FIELDS)
"""The field of an exercise's entry in a set."""
SET_MARKING = Record(_SET_FIELDS)
"""The field of a set, for all its exercises."""


def read_marking(values: Values) -> Marking:
    """The field from the values of any of the three records."""
    credit = values["credit"] or {}
    answers: Any = values.get("answers") or {}
    return Marking(
        credit={
            name: None if share == CELLS else share
            for name, share in credit.items()
            if share is not None
        },
        digits=values["digits"],
        answers={name: _answer(one, answers.place(name)) for name, one in answers.items()},
        slips=tuple(
            AuthorSlip(one["of"], one["formula"], str(one["says"]), str(one["name"]))
            for one in values.get("slips") or ()
        ),
    )


def marking_fields(marking: Marking) -> dict[str, Any]:
    """The field again as what JSON can write; slips, which no set has, are not in it."""
    fields: dict[str, Any] = {}
    if marking.credit:
        fields["credit"] = {
            name: CELLS if share is None else str(share) for name, share in marking.credit.items()
        }
    if marking.digits is not None:
        fields["digits"] = marking.digits
    if marking.answers:
        fields["answers"] = {name: _written(one) for name, one in marking.answers.items()}
    return fields


def _written(one: AnswerMarking) -> dict[str, Any]:
    weight = None if one.weight is None else str(one.weight)
    said = {"form": one.form, "digits": one.digits, "weight": weight}
    return {name: value for name, value in said.items() if value is not None}


def _answer(values: Values, position: Position) -> AnswerMarking:
    form = values["form"]
    return AnswerMarking(
        None if form is None else str(form),
        values["digits"],
        values["weight"],
        position,
        {name: values.place(name) for name in values if values.written(name)},
    )
