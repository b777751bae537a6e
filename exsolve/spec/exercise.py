"""The frozen exercise, the fields that all exercises share, and their JSON Schema."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from collections.abc import Mapping as MappingType
from typing import Any, NamedTuple

from exsolve.errors import Position
from exsolve.spec.consistency import check_consistency
from exsolve.spec.entries import Entries
from exsolve.spec.fields import (
    AnyNode,
    Choice,
    Data,
    DataValue,
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
    Report,
    Schema,
    Source,
    Text,
    Values,
    report_unknown,
)
from exsolve.spec.files import read_bytes
from exsolve.spec.lagrangians import LAGRANGIANS, Lagrangian, read_lagrangian
from exsolve.spec.nodes import Mapping, Scalar
from exsolve.spec.parts import PART, Part, read_part
from exsolve.spec.report import nearest
from exsolve.spec.symbolic import (
    DERIVATIVE,
    SYMBOLIC_FIELDS,
    Derivative,
    Random,
    Symbol,
    read_random,
    read_symbols,
)
from exsolve.spec.variation import VARIATION, Variation, read_variation
from exsolve.spec.yaml_text import read_tree

KindFields = Callable[[str], FieldSpecs | None]
"""The fields of a kind by its name; None for a kind that does not exist."""


class Given(NamedTuple):
    """Data of the exercise; ``rows`` and ``columns`` label the axes."""

    value: DataValue
    note: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    position: Position


class Definition(NamedTuple):
    """A quantity that the author defines by a formula.

    What is claimed of it is verified: ``equals`` is another way to compute it; ``jacobian`` and
    ``gradient`` say of what it is the derivative.
    """

    formula: Source
    note: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    position: Position
    equals: Source | None = None
    jacobian: Derivative | None = None
    gradient: Derivative | None = None


class Gradient(NamedTuple):
    """Gradients to derive: of a quantity, with respect to others."""

    of: Source
    targets: tuple[Source, ...]
    note: str
    position: Position


class Exercise(NamedTuple):
    """An exercise file; ``settings`` are the fields of its kind, defaults included.

    ``start`` is where errors stand that belong to no one field: the line of the kind.
    """

    id: str
    title: str
    kind: str
    about: str
    source: str
    tags: tuple[str, ...]
    givens: Entries[Given]
    definitions: Entries[Definition]
    gradients: tuple[Gradient, ...]
    parts: tuple[Part, ...]
    symbols: MappingType[str, Symbol]
    random: MappingType[str, Random]
    functions: MappingType[str, int]
    conditions: tuple[Source, ...]
    small_sizes: tuple[MappingType[str, int], ...]
    jacobians: tuple[Derivative, ...]
    lagrangians: tuple[Lagrangian, ...]
    jacobian_layout: str
    vectors: str
    variation: Variation | None
    settings: Values
    file: str
    content: bytes
    start: Position

    @property
    def digest(self) -> str:
        """SHA-256 of the file's bytes, in hexadecimal."""
        from hashlib import sha256

        return sha256(self.content).hexdigest()

    @property
    def seed(self) -> int:
        """What random instances are drawn with: the same for the same file."""
        return int(self.digest[:12], 16)

    def __repr__(self) -> str:
        return f"Exercise({self.id!r} from {self.file!r})"


class Draft(NamedTuple):
    """What could be read of a file, and everything that is wrong with it.

    ``kind_is_sound``: the kind is known and all fields of its own could be read.
    ``others``: names that are meant as quantities but stand under a field that nobody knows.
    ``symbols_are_sound``: all names without values could be read, and what is minimised by them.
    ``complete`` is False where there may be names that were not seen at all (a merge key, a
    Jacobian that could not be read).
    """

    exercise: Exercise
    report: Report
    kind_is_sound: bool
    symbols_are_sound: bool
    others: tuple[str, ...]
    complete: bool


_SLUG = Identifier(
    "[a-z0-9]+(?:-[a-z0-9]+)*", "lower-case letters, digits and single hyphens between them"
)

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
_SYMBOLIC = ("symbols", "random", "lagrangians")
_COLLECTIONS: MappingType[str, Field] = {
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
            _SLUG,
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
            ListOf(_SLUG, 0),
            "Words to find it by, with `exsolve list --tag`.",
            default=(),
            example="[attention, softmax]",
        ),
        "givens": FieldSpec(
            _COLLECTIONS["givens"],
            "The data, by name; as a mapping where there is more to say than the value.",
            default={},
            example="{X: [[1, 0], [1/2, ln(3)]], p: 0.6}",
        ),
        "define": FieldSpec(
            _COLLECTIONS["define"],
            "Quantities defined by formulas over givens and each other, by name, in any order.",
            default={},
            example="{h: relu(W @ x + b), y: V @ h}",
        ),
        "gradients": FieldSpec(
            _COLLECTIONS["gradients"],
            "Gradients to derive by reverse mode; that by W is called grad_W.",
            default=(),
            example="[{of: L, for: [W, b]}]",
        ),
        **SYMBOLIC_FIELDS,
        "lagrangians": FieldSpec(
            LAGRANGIANS, "Minima under constraints, whose conditions are derived.", default=()
        ),
        "parts": FieldSpec(
            _COLLECTIONS["parts"],
            "The questions, in order.",
            required=True,
            example="[{id: a, ask: Compute the scores., answers: [S]}]",
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
    kind = FieldSpec(_SLUG, "The kind of exercise.", required=True)
    parts = shown["parts"]._replace(field=ListOf(AnyNode()))
    return Record({**shown, "kind": kind, "parts": parts}), Record({"id": PART.fields["id"]})


def load_exercise(
    path: str | os.PathLike[str], kind_fields: KindFields, kind_names: Sequence[str]
) -> Exercise:
    """The exercise in a file; raises ExsolveError with every problem of the file."""
    return read_exercise(read_bytes(path), os.fspath(path), kind_fields, kind_names)


def read_exercise(
    source: str | bytes | Mapping, file: str, kind_fields: KindFields, kind_names: Sequence[str]
) -> Exercise:
    """The exercise in a text, the bytes of a file, or a tree that was read from one.

    Raises ExsolveError with every problem: those of the YAML and those of the contents together.
    """
    draft = read_draft(source, file, kind_fields, kind_names)
    draft.report.raise_problems()
    return draft.exercise


def read_draft(
    source: str | bytes | Mapping, file: str, kind_fields: KindFields, kind_names: Sequence[str]
) -> Draft:
    """All that can be read of an exercise, with what is wrong with the rest.

    Raises ExsolveError where nothing can be read, as with an error in the YAML itself.
    """
    report = Report()
    tree = source if isinstance(source, Mapping) else read_tree(source, file, report)
    if tree is None:
        report.raise_problems()
        raise AssertionError("a text without a tree has a problem")
    kind = tree.entries.get("kind")
    name = kind.value.text if kind is not None and isinstance(kind.value, Scalar) else ""
    own = kind_fields(name) if name in kind_names else None
    common = common_fields(kind_names)
    clashes = common.keys() & (own or {}).keys()
    if clashes:
        raise ValueError(f"the kind {name} redefines {', '.join(sorted(clashes))}")
    values = Record({**common, **(own or {})}).read_fields(tree, report, closed=own is not None)
    if own is None:
        _refuse_fields_of_no_kind(tree, common, kind_fields, kind_names, report)
    check_consistency(tree, report)
    tables = [tree.entries[field].value for field in ("givens", "define") if field in tree.entries]
    merges = any("<<" in table.refused for table in (tree, *tables) if isinstance(table, Mapping))
    return Draft(
        _exercise(tree, values, own or {}, file),
        report,
        own is not None and _is_sound(own, values, tree, common),
        not any(name in tree.entries and values[name] is None for name in _SYMBOLIC),
        _names_elsewhere(tree, {**common, **(own or {})}),
        not merges and ("jacobians" not in tree.entries or values["jacobians"] is not None),
    )


def _is_sound(own: FieldSpecs, values: Values, tree: Mapping, common: FieldSpecs) -> bool:
    """Whether all fields of a kind could be read, and none may be meant by an unknown one."""
    for name, spec in own.items():
        if values[name] is None and (name in tree.entries or spec.required):
            return False
    unknown = [name for name in tree.entries if name not in own and name not in common]
    missing = [name for name in own if name not in tree.entries]
    return not any(nearest(name, missing) for name in unknown)


def _names_elsewhere(tree: Mapping, fields: FieldSpecs) -> tuple[str, ...]:
    """The names under unknown fields (``givns``), and those that no quantity can have."""
    found: list[str] = []
    for field, entry in tree.entries.items():
        if isinstance(entry.value, Mapping):
            if field not in fields:
                found += entry.value.entries
            if field not in fields or field in ("givens", "define"):
                found += entry.value.refused
    return tuple(found)


def _refuse_fields_of_no_kind(
    tree: Mapping,
    common: FieldSpecs,
    kind_fields: KindFields,
    kind_names: Sequence[str],
    report: Report,
) -> None:
    """Where the kind is not known, report at least the fields that no kind has."""
    possible = dict(common)
    for name in kind_names:
        possible |= kind_fields(name) or {}
    for name, entry in tree.entries.items():
        if name not in possible:
            report_unknown(name, entry, list(possible), tree, report)


def _exercise(tree: Mapping, values: Values, own: FieldSpecs, file: str) -> Exercise:
    settings = {name: values[name] for name in own}
    places = {name: values.place(name) for name in own if values.written(name)}
    nothing = Values({}, {}, tree.position)
    given = _read_or_salvaged("givens", tree, values) or nothing
    defined = _read_or_salvaged("define", tree, values) or nothing
    return Exercise(
        id=str(values["id"] or ""),
        title=str(values["title"] or ""),
        kind=str(values["kind"] or ""),
        about=str(values["about"] or ""),
        source=str(values["source"] or ""),
        tags=_strings(values["tags"] or ()),
        givens=Entries(
            {str(name): _given(value, given.place(name)) for name, value in given.items()},
            _names(tree, "givens"),
        ),
        definitions=Entries(
            {
                str(name): _definition(value, defined.place(name))
                for name, value in defined.items()
                if name not in given
            },
            _names(tree, "define"),
        ),
        gradients=tuple(
            Gradient(value["of"], value["for"], str(value["note"]), value.position)
            for value in _read_or_salvaged("gradients", tree, values) or ()
        ),
        parts=tuple(read_part(value) for value in _read_or_salvaged("parts", tree, values) or ()),
        symbols=read_symbols(values["symbols"]),
        random=read_random(values["random"]),
        functions=values["functions"] or {},
        conditions=values["where"] or (),
        small_sizes=values["sizes"] or (),
        jacobians=tuple(
            Derivative(one["name"], one["of"], one["for"], str(one["note"]), one.position)
            for one in values["jacobians"] or ()
        ),
        lagrangians=tuple(read_lagrangian(one) for one in values["lagrangians"] or ()),
        jacobian_layout=str(values["jacobian_layout"] or "numerator"),
        vectors=str(values["vectors"] or "columns"),
        variation=None if values["vary"] is None else read_variation(values["vary"], tree),
        settings=Values(settings, places, tree.position),
        file=file,
        content=tree.document.content,
        start=(tree.entries["kind"].key if "kind" in tree.entries else tree).position,
    )


def _read_or_salvaged(field: str, tree: Mapping, values: Values) -> Any:
    """The value of a common field; where that could not be read, what is sound in it."""
    if values[field] is not None or field not in tree.entries:
        return values[field]
    return _COLLECTIONS[field].salvage(tree.entries[field].value)


def _names(tree: Mapping, field: str) -> list[str]:
    """All keys of a field, those of broken entries among them."""
    entry = tree.entries.get(field)
    return list(entry.value.entries) if entry and isinstance(entry.value, Mapping) else []


def _strings(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(map(str, texts))


def _given(value: DataValue | Values, position: Position) -> Given:
    if isinstance(value, DataValue):
        return Given(value, "", (), (), position)
    labels = _strings(value["rows"]), _strings(value["columns"])
    return Given(value["value"], str(value["note"]), *labels, position)


def _definition(value: Source | Values, position: Position) -> Definition:
    if isinstance(value, Source):
        return Definition(value, "", (), (), position)
    labels = _strings(value["rows"]), _strings(value["columns"])
    return Definition(
        value["formula"],
        str(value["note"]),
        *labels,
        position,
        value["equals"],
        _claimed(value, "jacobian"),
        _claimed(value, "gradient"),
    )


def _claimed(value: Values, field: str) -> Derivative | None:
    claim = value[field]
    if claim is None:
        return None
    return Derivative(claim["of"], claim["of"], claim["for"], "", claim.position)


def schema(kind_fields: KindFields, kind_names: Sequence[str]) -> Schema:
    """The JSON Schema (draft 2020-12) of exercise files, made from the fields themselves."""
    common = common_fields(kind_names)
    shared = Record(common).schema()
    kinds = []
    for name in kind_names:
        own = Record(kind_fields(name) or {}).schema()
        allowed = {**dict.fromkeys(common, True), **own["properties"]}
        kinds.append(
            {
                "if": {"properties": {"kind": {"const": name}}, "required": ["kind"]},
                "then": {
                    **own,
                    "properties": allowed,
                },
            }
        )
    part = shared["properties"]["parts"]["items"]
    part["anyOf"] = [
        {"properties": {"answers": {"minItems": 1}}, "required": ["answers"]},
        {"required": ["text"]},
        {"required": ["derivations"]},
        {"required": ["evidence"]},
    ]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "An exercise for exsolve",
        "type": "object",
        "properties": shared["properties"],
        "required": shared["required"],
        "allOf": kinds,
        "$defs": {"data": Data.definition()},
    }
