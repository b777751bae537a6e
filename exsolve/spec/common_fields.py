"""The fields that exercises of all kinds share."""

from __future__ import annotations

from collections.abc import Mapping as MappingType
from collections.abc import Sequence

from exsolve.spec.fields import (
    AnyNode,
    Choice,
    Data,
    Field,
    FieldSpec,
    FieldSpecs,
    Formula,
    Identifier,
    ListOf,
    MapOf,
    Name,
    OneOf,
    Record,
    Text,
)
from exsolve.spec.lagrangians import LAGRANGIANS
from exsolve.spec.marking import MARKING
from exsolve.spec.parts import PART
from exsolve.spec.symbolic import DERIVATIVE, SYMBOLIC_FIELDS
from exsolve.spec.variation import VARIATION

SLUG = Identifier(
    "[a-z0-9]+(?:-[a-z0-9]+)*", "lower-case letters, digits and single hyphens between them"
)
"""Ids and tags."""

_ANNOTATIONS: FieldSpecs = {
    "note": FieldSpec(
        Text(), "What it is, in one line.", default="", example="The weights of the first layer."
    ),
    "rows": FieldSpec(
        ListOf(Text()),
        "Labels of the rows, or of the entries of a vector.",
        default=(),
        example="[the, cat, sat]",
    ),
    "columns": FieldSpec(
        ListOf(Text()), "Labels of the columns.", default=(), example="[height, weight]"
    ),
}
_DATA = Data()
_VALUE = FieldSpec(
    Data(),
    "The number, or lists of numbers row by row.",
    required=True,
    example="[[1, 0], [1/2, ln(3)]]",
)
_GIVEN = Record({"value": _VALUE, **_ANNOTATIONS})
_DEFINITION = Record(
    {
        "formula": FieldSpec(
            Formula(),
            "The formula; `exsolve fields functions` lists what it may use.",
            required=True,
            example="softmax(Q @ K.T / sqrt(d_k))",
        ),
        **_ANNOTATIONS,
        "equals": FieldSpec(
            Formula(),
            "Another formula for it; that both are equal is verified.",
            example="exp(S) / sum(exp(S), axis=-1, keepdims=true)",
        ),
        "jacobian": FieldSpec(
            Record(DERIVATIVE),
            "Says that the formula is this Jacobian, which is verified.",
            example="{of: y, for: x}",
        ),
        "gradient": FieldSpec(
            Record(DERIVATIVE),
            "Says that the formula is this gradient, which is verified.",
            example="{of: L, for: W}",
        ),
    }
)
_GRADIENT = Record(
    {
        "of": FieldSpec(
            Name(), "The scalar quantity that is differentiated.", required=True, example="L"
        ),
        "for": FieldSpec(
            ListOf(Name()), "The quantities to differentiate by.", required=True, example="[W, b]"
        ),
        "note": FieldSpec(Text(), "Why, in one line.", default=""),
    }
)
COLLECTIONS: MappingType[str, Field] = {
    "givens": MapOf(Name(), OneOf(_DATA, _DATA, _GIVEN)),
    "define": MapOf(Name(), OneOf(Formula(), None, _DEFINITION)),
    "gradients": ListOf(_GRADIENT, 0),
    "parts": ListOf(PART),
}
"""What is still read entry by entry where one of the entries is broken."""


def common_fields(kind_names: Sequence[str]) -> dict[str, FieldSpec]:
    """The fields that every exercise may have."""
    return {
        "id": FieldSpec(
            SLUG,
            "The exercise's name, as in `exsolve run ID`.",
            required=True,
            example="my-exercise",
        ),
        "title": FieldSpec(
            Text(),
            "The title, in one line.",
            required=True,
            example="Self-attention over three tokens",
        ),
        "kind": FieldSpec(
            Choice(*kind_names),
            "The kind of exercise; `formulas` is the one where all definitions are your own.",
            required=True,
        ),
        "about": FieldSpec(
            Text(lines=True), "What it is about, in Markdown, shown before the data.", default=""
        ),
        "source": FieldSpec(
            Text(lines=True), "Where the exercise comes from: a book, a course.", default=""
        ),
        "tags": FieldSpec(
            ListOf(SLUG, 0),
            "Words to find it by, with `exsolve list --tag`.",
            default=(),
            example="[attention, softmax]",
        ),
        "givens": FieldSpec(
            COLLECTIONS["givens"],
            "The data, by name; as a mapping where there is more to say than the value.",
            default={},
            example="{X: [[1, 0], [1/2, ln(3)]], p: 0.6}",
        ),
        "define": FieldSpec(
            COLLECTIONS["define"],
            "Quantities defined by formulas over givens and each other, by name, in any order.",
            default={},
            example="{h: relu(W @ x + b), y: V @ h}",
        ),
        "gradients": FieldSpec(
            COLLECTIONS["gradients"],
            "Gradients to derive by reverse mode; that by W is called grad_W.",
            default=(),
            example="[{of: L, for: [W, b]}]",
        ),
        **SYMBOLIC_FIELDS,
        "lagrangians": FieldSpec(
            LAGRANGIANS, "Minima under constraints, whose conditions are derived.", default=()
        ),
        "parts": FieldSpec(
            COLLECTIONS["parts"],
            "The questions, in order.",
            required=True,
            example="[{id: a, ask: Compute the scores., answers: [S]}]",
        ),
        "marking": FieldSpec(
            MARKING,
            "How `exsolve check` and `exsolve grade` mark answers: what verdicts earn, the digits, "
            "forms and weights of answers, known mistakes.",
            example="{digits: 3, answers: {agg: {form: exact}}}",
        ),
        "vary": FieldSpec(
            VARIATION,
            "How `exsolve vary` makes other exercises of this one: what is drawn, what becomes of "
            "it, and what must hold.",
            example="{draw: {m: {from: 2, to: 9}}, givens: {x: [m, 10 - m]}, where: [m > 5]}",
        ),
    }


def header_fields() -> tuple[Record, Record]:
    """The fields of the file and of each part that a list of exercises shows."""
    common = common_fields(())
    shown = {name: common[name] for name in ("id", "title", "tags", "parts")}
    kind = FieldSpec(SLUG, "The kind of exercise.", required=True)
    parts = shown["parts"]._replace(field=ListOf(AnyNode()))
    return Record({**shown, "kind": kind, "parts": parts}), Record({"id": PART.fields["id"]})
