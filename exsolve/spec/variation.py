"""How an exercise varies: what is drawn, what becomes of it, and what must hold."""

from __future__ import annotations

from collections.abc import Mapping as MappingType
from typing import NamedTuple

from exsolve.errors import Position
from exsolve.spec.fields import (
    AnyNode,
    Boolean,
    Choice,
    Data,
    DataValue,
    FieldSpec,
    Formula,
    Identifier,
    Integer,
    ListOf,
    MapOf,
    Name,
    OneOf,
    Record,
    Report,
    Schema,
    Source,
    Text,
    Values,
)
from exsolve.spec.nodes import Mapping, Node

LARGEST_SIZE = 100
LONGEST_PASSAGE = 400
SORTS = ("from", "choose", "shuffle", "words")
_BESIDES = {"from": ("to", "step", "except", "sizes"), "choose": ("sizes",)}


class Draw(NamedTuple):
    """Values to draw from: a range, some values, an order of values, or words.

    ``sizes`` are those of an array whose cells are drawn one by one; None where nothing is said.
    ``shuffle`` is a list, or what of the given's own value is put in another order.
    """

    sort: str
    start: Source | None
    end: Source | None
    step: Source | None
    without: tuple[Source, ...]
    choose: tuple[DataValue, ...]
    shuffle: DataValue | str | None
    words: tuple[Source, ...]
    sizes: tuple[int, ...] | None
    position: Position


class AnswerConditions(NamedTuple):
    """What must hold of the values of answers; ``of`` names them, all by default."""

    of: tuple[Source, ...]
    denominator_below: int | None
    decimals: int | None
    largest: Source | None
    whole: bool
    rational: bool
    distinct: bool
    nonzero: bool
    position: Position
    places: MappingType[str, Position]


class Variation(NamedTuple):
    """The field ``vary`` of an exercise; ``tree`` is the whole file."""

    draw: MappingType[str, Draw | DataValue]
    places: MappingType[str, Position]
    givens: MappingType[str, Draw | DataValue]
    given_places: MappingType[str, Position]
    fields: MappingType[str, Node]
    field_places: MappingType[str, Position]
    texts: tuple[tuple[Source, Source], ...]
    distinct: tuple[tuple[Source, ...], ...]
    where: tuple[Source, ...]
    answers: tuple[AnswerConditions, ...]
    whole_divisions: Position | None
    position: Position
    tree: Mapping

    def words(self) -> set[str]:
        """The names of words that are drawn."""
        draws = self.draw.items()
        return {name for name, one in draws if isinstance(one, Draw) and one.sort == "words"}


class _Passage(Identifier):
    """Words as they stand in a text of the file."""

    noun = "a passage of the file"
    nouns = "passages of the file"

    def wrong(self, text: str) -> str:
        if not text.strip():
            return "words that stand in the file"
        return "" if len(text) <= LONGEST_PASSAGE else f"at most {LONGEST_PASSAGE} characters"

    def schema(self) -> Schema:
        return {"type": "string", "maxLength": LONGEST_PASSAGE}


class _DrawRecord(Record):
    """The record of a draw, which says in one way what is drawn."""

    noun = "a draw such as {from: 1, to: 9} or {choose: [2, 4]}"
    nouns = "draws such as {from: 1, to: 9}"

    def expected(self) -> str:
        return self.noun

    def read(self, node: Node, report: Report) -> Values | None:
        values = super().read(node, report)
        if values is None:
            return None
        sorts = [name for name in SORTS if values.written(name)]
        besides = _BESIDES.get(sorts[0], ()) if sorts else ()
        other = [name for name in values if values.written(name) and name not in (*SORTS, *besides)]
        if len(sorts) != 1:
            report.add(
                "it is not said what is drawn" if not sorts else "this draws two things",
                values.place(sorts[1]) if sorts else node.position,
                expected="one of from (with to), choose, shuffle and words",
                found=", ".join(sorts or [name for name in values if values.written(name)]),
            )
        elif other:
            report.add(
                f"`{other[0]}` does not go with `{sorts[0]}`",
                values.place(other[0]),
                expected=", ".join(besides) or "nothing besides",
                found=other[0],
            )
        elif sorts[0] == "from" and values["to"] is None:
            report.add("a range without its end", values.place("from"), expected="{from: 1, to: 9}")
        else:
            return values
        return None


_DRAW = _DrawRecord(
    {
        "from": FieldSpec(Formula(), "The smallest value of a range.", example="2"),
        "to": FieldSpec(Formula(), "The largest value, included.", example="95"),
        "step": FieldSpec(Formula(), "The distance of the values; 1 by default.", example="1/4"),
        "except": FieldSpec(
            ListOf(Formula()), "Values of the range to leave out.", default=(), example="[0]"
        ),
        "choose": FieldSpec(
            ListOf(Data()), "One of these numbers, formulas or arrays.", example="[2, 4, sqrt(3)]"
        ),
        "shuffle": FieldSpec(
            OneOf(Choice("rows", "columns", "cells"), Data()),
            "These values in another order; `rows`, `columns` or `cells` of a given's own value.",
            example="[1, 2, 3]",
        ),
        "words": FieldSpec(
            ListOf(Text()), "One of these words, for texts only.", example="[red, blue]"
        ),
        "sizes": FieldSpec(
            ListOf(Integer(1, LARGEST_SIZE), 0),
            "The sizes of an array whose cells are drawn one by one; under givens, those of the "
            "given by default.",
            example="[2, 3]",
        ),
    }
)
_VALUE = OneOf(Formula(), Data(), _DRAW)
_EXPRESSIONS = ListOf(Formula(), 2)
_ANSWERS = Record(
    {
        "of": FieldSpec(
            ListOf(Name()),
            "The quantities that are judged; all answers by default.",
            example="[A, H]",
        ),
        "denominator_below": FieldSpec(
            Integer(2),
            "Rational values have a denominator below this; others may be anything, unless "
            "`rational: true` stands beside.",
            example="100",
        ),
        "decimals": FieldSpec(
            Integer(0, 20),
            "Rational values have at most so many decimals; others may be anything.",
            example="2",
        ),
        "largest": FieldSpec(Formula(), "No value is larger, in magnitude.", example="100"),
        "whole": FieldSpec(Boolean(), "Every value is a whole number.", default=False),
        "rational": FieldSpec(Boolean(), "Every value is rational.", default=False),
        "distinct": FieldSpec(
            Boolean(), "The cells of each array differ from each other.", default=False
        ),
        "nonzero": FieldSpec(Boolean(), "No array has only zeros.", default=False),
    }
)
VARIATION = Record(
    {
        "draw": FieldSpec(
            MapOf(Name(), _VALUE),
            "Numbers to draw, by names of their own: `{from: 2, to: 9}`, `{choose: [2, 4]}`, "
            "`{shuffle: [1, 2, 3]}`, `{words: [red, blue]}`, or a formula over the others.",
            example="{m: {from: 2, to: 95}, n: 97 - m}",
            default={},
        ),
        "givens": FieldSpec(
            MapOf(Name(), _VALUE),
            "Other values for givens: draws, made cell by cell, or formulas over drawn numbers.",
            example="{x: {from: -2, to: 2}, y: [m, n]}",
            default={},
        ),
        "fields": FieldSpec(
            MapOf(Identifier(), AnyNode()),
            "Other values for fields of the file, with {formulas} over drawn numbers in their "
            "texts.",
            default={},
            example="{title: 'Convolution with {k} channels'}",
        ),
        "texts": FieldSpec(
            MapOf(_Passage(), Text(lines=True)),
            "Passages in the texts and formulas of the file, and what stands there instead, with "
            "{formulas} over drawn numbers, givens and computed quantities.",
            example="{'17 apples': '{m} apples'}",
            default={},
        ),
        "distinct": FieldSpec(
            ListOf(_EXPRESSIONS, 0),
            "Lists of formulas whose values all differ.",
            default=(),
            example="[[m, n, 1]]",
        ),
        "where": FieldSpec(
            ListOf(Formula(), 0),
            "Comparisons that hold, of drawn numbers, givens and computed quantities.",
            example="[m > n, sum(x) == 10]",
            default=(),
        ),
        "answers": FieldSpec(
            OneOf(None, ListOf(_ANSWERS), _ANSWERS),
            "What holds of the answers' values.",
            example="{denominator_below: 100, largest: 50}",
        ),
        "whole_divisions": FieldSpec(
            Boolean(), "Nothing is rounded down: no layer leaves a remainder.", default=False
        ),
    }
)


def read_variation(values: Values, tree: Mapping) -> Variation:
    """The variation from the fields under ``vary``; ``tree`` is that of the whole file."""
    answers = values["answers"] or ()
    return Variation(
        draw={name: _value(one) for name, one in values["draw"].items()},
        places=_places(values["draw"]),
        givens={name: _value(one) for name, one in values["givens"].items()},
        given_places=_places(values["givens"]),
        fields=dict(values["fields"]),
        field_places=_places(values["fields"]),
        texts=_texts(values, tree),
        distinct=values["distinct"],
        where=values["where"],
        answers=tuple(
            _answers(one) for one in ((answers,) if isinstance(answers, Values) else answers)
        ),
        whole_divisions=values.place("whole_divisions") if values["whole_divisions"] else None,
        position=tree.entries["vary"].key.position,
        tree=tree,
    )


def _places(values: Values | MappingType[str, object]) -> dict[str, Position]:
    return {name: values.place(name) for name in values} if isinstance(values, Values) else {}


def _texts(values: Values, tree: Mapping) -> tuple[tuple[Source, Source], ...]:
    vary = tree.entries["vary"].value
    table = vary.entries["texts"].value if isinstance(vary, Mapping) and values["texts"] else None
    if not isinstance(table, Mapping):
        return ()
    return tuple(
        (Source(name, entry.key), values["texts"][name]) for name, entry in table.entries.items()
    )


def _value(one: Source | DataValue | Values) -> Draw | DataValue:
    if isinstance(one, Source):
        return DataValue((), one)
    if isinstance(one, DataValue):
        return one
    shuffle = one["shuffle"]
    return Draw(
        sort=next(name for name in SORTS if one.written(name)),
        start=one["from"],
        end=one["to"],
        step=one["step"],
        without=one["except"],
        choose=one["choose"] or (),
        shuffle=shuffle if isinstance(shuffle, DataValue) or shuffle is None else str(shuffle),
        words=one["words"] or (),
        sizes=one["sizes"],
        position=one.position,
    )


def _answers(one: Values) -> AnswerConditions:
    return AnswerConditions(
        of=one["of"] or (),
        denominator_below=one["denominator_below"],
        decimals=one["decimals"],
        largest=one["largest"],
        whole=one["whole"],
        rational=one["rational"],
        distinct=one["distinct"],
        nonzero=one["nonzero"],
        position=one.position,
        places={name: one.place(name) for name in one if one.written(name)},
    )
