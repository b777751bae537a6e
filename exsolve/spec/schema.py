"""The JSON Schema (draft 2020-12) of exercise files and problem sets, for editors.

It says the same as the definitions that read a file. Where a value may be written in several forms,
or a field depends on another, it branches with ``if``: a server that checks while one types then
reports the one mistake in the branch that is meant, and not why every other branch does not fit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from exsolve.spec.common_fields import common_fields
from exsolve.spec.data_field import Data
from exsolve.spec.fields import FieldSpecs, Record, Schema
from exsolve.spec.problem_set import set_fields

KindFields = Callable[[str], FieldSpecs | None]
"""The fields of a kind by its name; None for a kind that does not exist."""


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


def with_problem_sets(exercise: Schema) -> Schema:
    """The JSON Schema of exercise files and problem sets, from that of exercise files alone."""
    outside = {name: exercise[name] for name in ("$schema", "$defs")}
    inside = {name: part for name, part in exercise.items() if name not in outside}
    return {
        "$schema": outside["$schema"],
        "title": "An exercise or a problem set for exsolve",
        "if": {"required": ["exercises"], "not": {"required": ["parts"]}},
        "then": {"title": "A problem set for exsolve", **Record(set_fields()).schema()},
        "else": inside,
        "$defs": outside["$defs"],
    }
