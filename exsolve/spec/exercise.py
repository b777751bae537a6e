"""The frozen exercise, and how it is read from its file."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from collections.abc import Mapping as MappingType
from typing import Any, NamedTuple

from exsolve.errors import Position
from exsolve.spec.common_fields import COLLECTIONS, common_fields
from exsolve.spec.consistency import check_consistency
from exsolve.spec.entries import Entries
from exsolve.spec.fields import (
    DataValue,
    FieldSpecs,
    Record,
    Report,
    Source,
    Values,
    report_unknown,
)
from exsolve.spec.files import read_bytes
from exsolve.spec.lagrangians import Lagrangian, read_lagrangian
from exsolve.spec.marking import Marking, read_marking
from exsolve.spec.nodes import Mapping, Scalar
from exsolve.spec.parts import Part, read_part
from exsolve.spec.report import nearest
from exsolve.spec.symbolic import (
    Derivative,
    Random,
    Symbol,
    read_random,
    read_symbols,
)
from exsolve.spec.variation import Variation, read_variation
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
    marking: Marking | None
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


_SYMBOLIC = ("symbols", "random", "lagrangians")


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
        marking=None if values["marking"] is None else read_marking(values["marking"]),
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
    return COLLECTIONS[field].salvage(tree.entries[field].value)


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
