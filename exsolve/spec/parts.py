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
    OneOf,
    Points,
    Record,
    Report,
    Source,
    Text,
    Values,
)
from exsolve.spec.nodes import Node

LONGEST_ITERATION = 500
PART_ID = "[A-Za-z0-9]+(?:[-_.][A-Za-z0-9]+)*"


class RubricItem(NamedTuple):
    """What earns points in a part that a person marks."""

    points: int | float
    text: str


class Line(NamedTuple):
    """One line of a derivation, and why it equals the line before."""

    formula: Source
    reason: str


class Derivation(NamedTuple):
    """A chain of equal expressions; ``claim`` says what it shows.

    In the place of lines: the conditions of a Lagrangian (``conditions_of``), or its solution put
    into them (``solution_of``).
    """

    claim: str
    lines: tuple[Line, ...]
    position: Position
    conditions_of: Source | None = None
    solution_of: Source | None = None


class Iteration(NamedTuple):
    """Symbols that get new values step by step: where they start, what each becomes."""

    start: Mapping[str, DataValue]
    step: Mapping[str, Source]
    times: int


class GraphDrawing(NamedTuple):
    """A directed graph to draw; without ``edges`` every vertex points to every other."""

    vertices: tuple[Source, ...]
    edges: tuple[Source, ...]


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
    drawing: Source | GraphDrawing | None
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


_PART_ID = Identifier(PART_ID, "letters and digits, such as a or 2")
_RUBRIC_ITEM = Record(
    {
        "points": FieldSpec(Points(), "What it is worth.", required=True, example="0.5"),
        "text": FieldSpec(Text(lines=True), "What a full answer says.", required=True),
    }
)
_LINE = Record(
    {
        "line": FieldSpec(
            Formula(),
            "An expression, equal to the line before.",
            required=True,
            example="2*(A @ x) @ v",
        ),
        "reason": FieldSpec(Text(lines=True), "Why it is equal to the line before.", default=""),
    }
)
_CONTENTS = ("lines", "conditions_of", "solution_of")


class _DerivationRecord(Record):
    """The record of a derivation, which has one of three contents."""

    def read(self, node: Node, report: Report) -> Values | None:
        values = super().read(node, report)
        if values is None:
            return None
        written = [name for name in _CONTENTS if values.written(name)]
        if len(written) == 1:
            return values
        report.add(
            "a derivation needs lines" if not written else "a derivation shows one thing",
            values.place(written[1]) if written else node.position,
            expected="one of `lines`, `conditions_of` (a Lagrangian) and `solution_of`",
            found=", ".join(written),
        )
        return None


_DERIVATION = _DerivationRecord(
    {
        "claim": FieldSpec(Text(lines=True), "What the chain shows.", default=""),
        "lines": FieldSpec(
            ListOf(_LINE, 2),
            "Equal expressions, with their reasons.",
            default=(),
            example="[{line: (a + b)^2}, {line: a^2 + 2*a*b + b^2, reason: Multiply out.}]",
        ),
        "conditions_of": FieldSpec(
            Name(),
            "In the place of lines: a Lagrangian, whose conditions are derived here.",
            example="Lagrangian",
        ),
        "solution_of": FieldSpec(
            Name(),
            "In the place of lines: a Lagrangian, whose solution is put into its conditions here.",
            example="Lagrangian",
        ),
    }
)
_ITERATION = Record(
    {
        "start": FieldSpec(
            MapOf(Name(), Data(), 1),
            "The first values, by name.",
            required=True,
            example="{w: [0, 0]}",
        ),
        "step": FieldSpec(
            MapOf(Name(), Name(), 1),
            "The quantity that each name becomes in the next step.",
            required=True,
            example="{w: w_next}",
        ),
        "times": FieldSpec(
            Integer(1, LONGEST_ITERATION), "The number of steps.", required=True, example="10"
        ),
    }
)
_VARIED = Record(
    {
        "name": FieldSpec(Name(), "A given or a symbol.", required=True, example="beta"),
        "values": FieldSpec(
            ListOf(Formula(), 2),
            "Its values in turn; infinity and -infinity for the limit.",
            required=True,
            example="[1, 10, infinity]",
        ),
    }
)
_PAIR = ListOf(Formula(), 2)
_EDGE = Identifier(r".+->.+", "an edge such as 2 -> 1", "edges")
_GRAPH = Record(
    {
        "vertices": FieldSpec(
            ListOf(Text()), "The vertices, by their labels.", required=True, example="[1, 2, 3]"
        ),
        "edges": FieldSpec(
            ListOf(_EDGE),
            "The edges; by default every vertex points to every other.",
            example="[2 -> 1, 3 -> 1]",
        ),
    }
)
_EVIDENCE = Record(
    {
        "title": FieldSpec(Text(), "The heading of the table or picture.", default=""),
        "note": FieldSpec(Text(lines=True), "What there is to see, in Markdown.", default=""),
        "show": FieldSpec(
            ListOf(Name()), "Quantities to show in a table.", default=(), example="[A, H]"
        ),
        "at": FieldSpec(
            MapOf(Name(), Data()),
            "Values for symbols, other values for givens.",
            default={},
            example="{q: [1, 0], beta: 2}",
        ),
        "vary": FieldSpec(
            _VARIED,
            "A name that gets several values in the table, one row for each.",
            example="{name: beta, values: [1, 10, infinity]}",
        ),
        "iterate": FieldSpec(
            _ITERATION,
            "Values that follow from those of the step before, one row for each step.",
            example="{start: {w: 1}, step: {w: w_next}, times: 10}",
        ),
        "curve": FieldSpec(
            Choice("linear", "log"),
            "The table also as a curve, with a linear or a logarithmic axis.",
        ),
        "heat_map": FieldSpec(Name(), "A matrix to show as a heat map.", example="A"),
        "drawing": FieldSpec(
            OneOf(Identifier(), None, _GRAPH),
            "A drawing that the kind makes, by its name (`graph` of gnn, `unrolled` of recurrent); "
            "or a graph of your own.",
            example="{vertices: [1, 2, 3], edges: [2 -> 1, 3 -> 1]}",
        ),
        "equal": FieldSpec(
            _PAIR,
            "Two expressions that are equal, which is proved.",
            default=(),
            example="[softmax(z), softmax(z + 5)]",
        ),
        "differ": FieldSpec(
            _PAIR,
            "Two expressions that are not equal, which is shown.",
            default=(),
            example="[softmax(z), softmax(2*z)]",
        ),
    }
)
PART = Record(
    {
        "id": FieldSpec(_PART_ID, "The part's own name: a, b, 1, 2.", required=True, example="a"),
        "ask": FieldSpec(
            Text(lines=True), "The question, in Markdown.", required=True,
            example="Compute the attention weights.",
        ),
        "points": FieldSpec(Points(), "What the part is worth.", default=1, example="2"),
        "answers": FieldSpec(
            ListOf(Name(), 0),
            "The quantities that are asked for, in this order: definitions, gradients (grad_W), "
            "or what the kind defines.",
            default=(),
            example="[S, A]",
        ),
        "derivations": FieldSpec(
            ListOf(_DERIVATION, 0),
            "Chains of equal expressions, as a model answer; every link is verified.",
            default=(),
        ),
        "text": FieldSpec(Text(lines=True), "A model answer in words, in Markdown.", default=""),
        "rubric": FieldSpec(
            ListOf(_RUBRIC_ITEM), "What earns points in the answer in words.", default=(),
            example="[{points: 1, text: Says why the gradient vanishes.}]",
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
    return Derivation(
        str(value["claim"]), lines, value.position, value["conditions_of"], value["solution_of"]
    )


def _drawing(value: Source | Values | None) -> Source | GraphDrawing | None:
    if not isinstance(value, Values):
        return value
    return GraphDrawing(value["vertices"], value["edges"] or ())


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
        drawing=_drawing(value["drawing"]),
        equal=value["equal"],
        differ=value["differ"],
        position=value.position,
    )
