"""The declarative fields of exercise files: lists, mappings, records, alternatives.

A kind declares its fields with the classes named in ``__all__``; those of one text each are
defined in ``spec.scalar_fields``, that of arrays in ``spec.data_field``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Mapping as MappingType
from typing import Any

from exsolve.errors import Position
from exsolve.spec.data_field import Data, DataValue
from exsolve.spec.nodes import Entry, Mapping, Node, Refused, Scalar, Sequence, Source
from exsolve.spec.report import Report, plural, quote, suggestion
from exsolve.spec.scalar_fields import (
    QUANTITY,
    Boolean,
    Choice,
    Field,
    FieldSpec,
    FieldSpecs,
    Formula,
    Identifier,
    Integer,
    Name,
    Points,
    Schema,
    Text,
    described,
    refuse,
    without_brackets,
)

__all__ = [
    "QUANTITY", "AnyNode", "Boolean", "Choice", "Data", "DataValue", "Field", "FieldSpec",
    "FieldSpecs", "Formula", "Identifier", "Integer", "ListOf", "MapOf", "Name", "OneOf",
    "Points", "Record", "Report", "Schema", "Source", "Text", "Values", "report_unknown",
]  # fmt: skip


def _listed(text: str) -> str:
    """What was written in place of a list, as its items: 1x28x28 as 1, 28, 28."""
    bare = text[1:-1] if text.startswith("(") and text.endswith(")") else text
    if re.fullmatch(r"(?:\d+|[A-Z])(?:\s*[x×]\s*(?:\d+|[A-Z]))+", bare.strip()):
        return ", ".join(size.strip() for size in re.split("[x×]", bare))
    return bare.strip() if "," in bare else text


class ListOf(Field):
    """A list of values of one sort."""

    nouns = "lists"
    doc = "A list."

    def __init__(self, item: Field, minimum: int = 1) -> None:
        self.item = item
        self.minimum = minimum

    def expected(self) -> str:
        return f"a list of {self.item.expected_several()}"

    def written(self) -> str:
        least = f", at least {self.minimum}" if self.minimum > 1 else ""
        return f"a list of {self.item.written_several()}{least}"

    def written_several(self) -> str:
        return f"lists of {self.item.written_several()}"

    def inside(self) -> FieldSpecs:
        return self.item.inside()

    def read(self, node: Node, report: Report) -> tuple[Any, ...] | None:
        if not isinstance(node, Sequence):
            refuse(self, node, report, self.hint(node))
            return None
        if len(node.items) < self.minimum:
            report.add(
                f"a list of {len(node.items)} {plural(len(node.items), 'item')}",
                node.position,
                expected=f"{self.expected()}, at least {self.minimum}",
                found=node.describe(),
            )
            return None
        known = len(report)
        items = tuple(self.item.read(item, report) for item in node.items)
        # what was refused before it came here is None without another entry in the report
        return None if len(report) > known or None in items else items

    def hint(self, node: Node) -> str:
        """What to write in the place of something that is no list."""
        if isinstance(node, Scalar) and 0 < len(node.text) < 40:
            return f"write [{_listed(node.text)}]"
        return "write []" if isinstance(node, Scalar) and not self.minimum else ""

    def salvage(self, node: Node) -> tuple[Any, ...] | None:
        if not isinstance(node, Sequence):
            return None
        items = (self.item.salvage(item) for item in node.items)
        return tuple(item for item in items if item is not None)

    def schema(self) -> Schema:
        least = {"minItems": self.minimum} if self.minimum else {}
        return self.typed("array") | {"items": self.item.schema()} | least


class Values(MappingType[str, Any]):
    """A read-only mapping in the order of the file that knows where it and its keys stand."""

    __slots__ = ("_places", "_values", "position")

    def __init__(
        self, values: dict[str, Any], places: dict[str, Position], position: Position
    ) -> None:
        self._values = values
        self._places = places
        self.position = position

    def __getitem__(self, key: str) -> Any:
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def place(self, key: str) -> Position:
        """Where the key stands; where the whole mapping begins if it was not written."""
        return self._places.get(key, self.position)

    def written(self, key: str) -> bool:
        """Whether the file has the key, so that its value is no default."""
        return key in self._places

    def __repr__(self) -> str:
        return f"Values({self._values!r})"


class MapOf(Field):
    """Values of one sort by names that the author chooses."""

    noun = "a mapping"
    nouns = "mappings"
    doc = "A mapping by name."

    def __init__(self, key: Identifier, value: Field, minimum: int = 0, example: str = "") -> None:
        self.key = key
        self.value = value
        self.minimum = minimum
        self.example = example
        """The name that a value without one perhaps belongs to."""

    def expected(self) -> str:
        return f"a mapping of {self.key.expected_several()} to {self.value.expected_several()}"

    def written(self) -> str:
        return f"a mapping of {self._what()}"

    def written_several(self) -> str:
        return f"mappings of {self._what()}"

    def _what(self) -> str:
        return f"{self.key.written_several()} to {self.value.written_several()}"

    def inside(self) -> FieldSpecs:
        return self.value.inside()

    def read(self, node: Node, report: Report) -> Values | None:
        if not isinstance(node, Mapping):
            refuse(self, node, report, self._hint(node))
            return None
        known = len(report)
        if len(node.entries) < self.minimum:
            refuse(self, node, report)
        values: dict[str, Any] = {}
        places: dict[str, Position] = {}
        for name, entry in node.entries.items():
            self.key.read(entry.key, report)
            values[name] = self.value.read(entry.value, report)
            places[name] = entry.key.position
        if len(report) > known or None in values.values():
            return None
        return Values(values, places, node.position)

    def _hint(self, node: Node) -> str:
        if not self.example or not isinstance(node, Scalar) or not 0 < len(node.text) < 60:
            return ""
        special = any(sign in node.text for sign in ",[]{}:#'\n")
        text = "'" + node.text.replace("'", "''") + "'" if special else node.text
        return f"write {{{self.example}: {text}}}"

    def salvage(self, node: Node) -> Values | None:
        if not isinstance(node, Mapping):
            return None
        values: dict[str, Any] = {}
        places: dict[str, Position] = {}
        for name, entry in node.entries.items():
            value = self.value.salvage(entry.value)
            if value is not None and self.key.salvage(entry.key) is not None:
                values[name] = value
                places[name] = entry.key.position
        return Values(values, places, node.position)

    def schema(self) -> Schema:
        names = {k: v for k, v in self.key.schema().items() if k in ("pattern", "maxLength", "not")}
        least = {"minProperties": self.minimum} if self.minimum else {}
        return {
            **self.typed("object"),
            "propertyNames": names,
            "additionalProperties": self.value.schema(),
        } | least


class Record(Field):
    """Fields with names that are known: each its own sort, required or with a default."""

    noun = "a mapping"
    nouns = "mappings"
    doc = "Fields by name."

    def __init__(self, fields: FieldSpecs) -> None:
        self.fields = fields

    def expected(self) -> str:
        return f"a mapping with {quote(', '.join(list(self.fields)[:3]) + ', …')}"

    def written(self) -> str:
        return self.noun

    def inside(self) -> FieldSpecs:
        return self.fields

    def read(self, node: Node, report: Report) -> Values | None:
        if not isinstance(node, Mapping):
            refuse(self, node, report)
            return None
        known = len(report)
        values = self.read_fields(node, report)
        refused = any(values[name] is None for name in self.fields if values.written(name))
        return None if len(report) > known or refused else values

    def salvage(self, node: Node) -> Values | None:
        if not isinstance(node, Mapping):
            return None
        values: dict[str, Any] = {}
        places: dict[str, Position] = {}
        for name, spec in self.fields.items():
            entry = node.entries.get(name)
            value = None if entry is None else spec.field.salvage(entry.value)
            if value is None and spec.required:
                return None
            values[name] = spec.default if value is None else value
            if entry is not None:
                places[name] = entry.key.position
        return Values(values, places, node.position)

    def read_fields(self, node: Mapping, report: Report, closed: bool = True) -> Values:
        """The fields that could be read; the others are None. Not ``closed``: more are allowed."""
        values: dict[str, Any] = {}
        places: dict[str, Position] = {}
        for name, spec in self.fields.items():
            entry = node.entries.get(name)
            if entry is not None:
                values[name] = spec.field.read(entry.value, report)
                places[name] = entry.key.position
                continue
            values[name] = spec.default
            if spec.required:
                report.add(
                    f"the field {quote(name)} is missing",
                    node.position,
                    expected=spec.doc or spec.field.expected(),
                )
        for name, entry in node.entries.items():
            if closed and name not in self.fields:
                report_unknown(name, entry, list(self.fields), node, report)
        return Values(values, places, node.position)

    def schema(self) -> Schema:
        required = [name for name, spec in self.fields.items() if spec.required]
        return {
            "type": "object",
            "properties": {name: described(name, spec) for name, spec in self.fields.items()},
            "additionalProperties": False,
        } | ({"required": required} if required else {})


def report_unknown(
    name: str, entry: Entry, known: list[str], node: Mapping, report: Report
) -> None:
    """Report a field that a mapping may not have, with the one that was perhaps meant."""
    hint = ""
    if not report.crowded:
        missing = [field for field in known if field not in node.entries]
        hint = suggestion(name, missing) or suggestion(name, known)
    report.add(f"unknown field {quote(name)}", entry.key.position, hint=hint)


class AnyNode(Field):
    """Whatever stands there, unread."""

    def read(self, node: Node, report: Report) -> Node:
        return node

    def schema(self) -> Schema:
        return {}


class OneOf(Field):
    """A field for each form in which the value may be written; None: not in this form."""

    nouns = "values"
    doc = "One of several forms."

    def __init__(
        self,
        scalar: Field | None = None,
        sequence: Field | None = None,
        mapping: Field | None = None,
    ) -> None:
        self.scalar = scalar
        self.sequence = sequence
        self.mapping = mapping

    def alternatives(self) -> list[Field]:
        """The fields, each once."""
        given = (self.scalar, self.sequence, self.mapping)
        return list(dict.fromkeys(field for field in given if field is not None))

    def expected(self) -> str:
        return " or ".join(field.expected() for field in self.alternatives())

    def expected_several(self) -> str:
        return " or ".join(field.expected_several() for field in self.alternatives())

    def written(self) -> str:
        return " or ".join(field.written() for field in self.alternatives())

    def written_several(self) -> str:
        return " or ".join(field.written_several() for field in self.alternatives())

    def inside(self) -> FieldSpecs:
        return next((inside for field in self.alternatives() if (inside := field.inside())), {})

    def read(self, node: Node, report: Report) -> Any:
        field = self.mapping
        if isinstance(node, Scalar):
            field = self.scalar
        elif isinstance(node, Sequence):
            field = self.sequence
        if field is None or isinstance(node, Refused) or (isinstance(node, Scalar) and node.empty):
            refuse(self, node, report, self._hint(node))
            return None
        return field.read(node, report)

    def _hint(self, node: Node) -> str:
        if self.scalar is not None:
            return without_brackets(self.scalar, node) if isinstance(node, Sequence) else ""
        return self.sequence.hint(node) if isinstance(self.sequence, ListOf) else ""

    def salvage(self, node: Node) -> Any:
        field = self.mapping
        if isinstance(node, Scalar):
            field = self.scalar
        elif isinstance(node, Sequence):
            field = self.sequence
        return None if field is None else field.salvage(node)

    def schema(self) -> Schema:
        forms: dict[Field, list[str]] = {}
        for field, types in (
            (self.scalar, ["string", "number", "boolean", "null"]),
            (self.sequence, ["array"]),
            (self.mapping, ["object"]),
        ):
            if field is not None:
                forms.setdefault(field, []).extend(types)
        return {
            **self.typed(*(one for types in forms.values() for one in types if one != "null")),
            "allOf": [
                {"if": {"type": types}, "then": field.schema()} for field, types in forms.items()
            ],
        }
