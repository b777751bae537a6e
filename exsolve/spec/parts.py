"""The questions of an exercise: what is asked, model answers, derivations, evidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from exsolve.errors import Position
from exsolve.spec.fields import (
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
    Points,
    Record,
    Source,
    Text,
    Values,
)

LONGEST_ITERATION = 500


class RubricItem(NamedTuple):
    """What earns points in a part that a person marks."""

    points: int | float
    text: str


class Line(NamedTuple):
    """One line of a derivation, and why it equals the line before."""

    formula: Source
    reason: str


class Derivation(NamedTuple):
    """A chain of equal expressions; ``claim`` says what it shows."""

    claim: str
    lines: tuple[Line, ...]
    position: Position


class Iteration(NamedTuple):
    """Symbols that get new values step by step: where they start, what each becomes."""

    start: Mapping[str, DataValue]
    step: Mapping[str, Source]
    times: int


class Evidence(NamedTuple):
    """A computation that shows the point of an answer in words.

    ``show`` are quantities, for a table; with ``vary`` one row for each value of a name, with
    ``iterate`` one for each step; ``at`` gives values to names that have none, or others.
    ``curve``: linear or log, a curve beside the table. ``heat_map`` and ``drawing`` name what is
    drawn; ``equal`` and ``differ`` are pairs of expressions whose equality is decided.
    """

    title: str
    note: str
    show: tuple[Source, ...]
    at: Mapping[str, DataValue]
    vary: Source | None
    values: tuple[Source, ...]
    iterate: Iteration | None
    curve: str
    heat_map: Source | None
    drawing: Source | None
    equal: tuple[Source, ...]
    differ: tuple[Source, ...]
    position: Position


class Part(NamedTuple):
    """One question: names of quantities as answers, derivations, a model answer in words."""

    id: str
    ask: str
    points: int | float
    answers: tuple[Source, ...]
    text: str
    rubric: tuple[RubricItem, ...]
    position: Position
    derivations: tuple[Derivation, ...] = ()
    evidence: tuple[Evidence, ...] = ()


_PART_ID = Identifier("[A-Za-z0-9]+(?:[-_.][A-Za-z0-9]+)*", "letters and digits, such as a or 2")
_RUBRIC_ITEM = Record(
    {
        "points": FieldSpec(Points(), "What it is worth.", required=True),
        "text": FieldSpec(Text(lines=True), "What a full answer says.", required=True),
    }
)
_LINE = Record(
    {
        "line": FieldSpec(Formula(), "An expression, equal to the line before.", required=True),
        "reason": FieldSpec(Text(lines=True), "Why it is equal to the line before.", default=""),
    }
)
_DERIVATION = Record(
    {
        "claim": FieldSpec(Text(lines=True), "What the chain shows.", default=""),
        "lines": FieldSpec(
            ListOf(_LINE, 2), "Equal expressions, each with its reason.", required=True
        ),
    }
)
_ITERATION = Record(
    {
        "start": FieldSpec(MapOf(Name(), Data(), 1), "The first values.", required=True),
        "step": FieldSpec(
            MapOf(Name(), Name(), 1),
            "The quantity that each name becomes in the next step.",
            required=True,
        ),
        "times": FieldSpec(Integer(1, LONGEST_ITERATION), "The number of steps.", required=True),
    }
)
_VARIED = Record(
    {
        "name": FieldSpec(Name(), "A given or a symbol.", required=True),
        "values": FieldSpec(
            ListOf(Formula(), 2),
            "Its values in turn; infinity and -infinity for the limit.",
            required=True,
        ),
    }
)
_PAIR = ListOf(Formula(), 2)
_EVIDENCE = Record(
    {
        "title": FieldSpec(Text(), "The heading of the table or picture.", default=""),
        "note": FieldSpec(Text(lines=True), "What there is to see, in Markdown.", default=""),
        "show": FieldSpec(ListOf(Name()), "Quantities to show in a table.", default=()),
        "at": FieldSpec(
            MapOf(Name(), Data()), "Values for symbols, other values for givens.", default={}
        ),
        "vary": FieldSpec(_VARIED, "A name that gets several values, one row for each."),
        "iterate": FieldSpec(_ITERATION, "Values that follow from those of the step before."),
        "curve": FieldSpec(
            Choice("linear", "log"), "Also as a curve, with a linear or a logarithmic axis."
        ),
        "heat_map": FieldSpec(Name(), "A matrix to show as a heat map."),
        "drawing": FieldSpec(Identifier(), "A drawing that the kind makes, such as graph."),
        "equal": FieldSpec(_PAIR, "Two expressions that are equal, which is proved.", default=()),
        "differ": FieldSpec(
            _PAIR, "Two expressions that are not equal, which is shown.", default=()
        ),
    }
)
PART = Record(
    {
        "id": FieldSpec(_PART_ID, "The part's own name: a, b, 1, 2.", required=True),
        "ask": FieldSpec(Text(lines=True), "The question, in Markdown.", required=True),
        "points": FieldSpec(Points(), "What the part is worth.", default=1),
        "answers": FieldSpec(
            ListOf(Name(), 0), "The quantities that are asked for, in this order.", default=()
        ),
        "derivations": FieldSpec(
            ListOf(_DERIVATION, 0), "Chains of equal expressions; every link is verified.",
            default=(),
        ),
        "text": FieldSpec(Text(lines=True), "A model answer in words, in Markdown.", default=""),
        "rubric": FieldSpec(
            ListOf(_RUBRIC_ITEM), "What earns points in the answer in words.", default=()
        ),
        "evidence": FieldSpec(
            ListOf(_EVIDENCE, 0), "Tables, curves and drawings that show the point; all computed.",
            default=(),
        ),
    }
)  # fmt: skip


def read_part(value: Values) -> Part:
    """A part from its fields."""
    return Part(
        id=str(value["id"]),
        ask=str(value["ask"]),
        points=value["points"],
        answers=value["answers"],
        text=str(value["text"]),
        rubric=tuple(RubricItem(item["points"], str(item["text"])) for item in value["rubric"]),
        position=value.position,
        derivations=tuple(_derivation(one) for one in value["derivations"]),
        evidence=tuple(_evidence(one) for one in value["evidence"]),
    )


def _derivation(value: Values) -> Derivation:
    lines = tuple(Line(one["line"], str(one["reason"])) for one in value["lines"])
    return Derivation(str(value["claim"]), lines, value.position)


def _evidence(value: Values) -> Evidence:
    varied: Any = value["vary"] or {"name": None, "values": ()}
    iterated = value["iterate"]
    return Evidence(
        title=str(value["title"]),
        note=str(value["note"]),
        show=value["show"],
        at=value["at"],
        vary=varied["name"],
        values=varied["values"],
        iterate=iterated and Iteration(iterated["start"], iterated["step"], iterated["times"]),
        curve=str(value["curve"] or ""),
        heat_map=value["heat_map"],
        drawing=value["drawing"],
        equal=value["equal"],
        differ=value["differ"],
        position=value.position,
    )
