"""The JSON Schema (draft 2020-12) of exercise files and problem sets, for editors.

It says the same as the definitions that read a file. Where a value may be written in several forms,
or a field depends on another, it branches with ``if``: a server that checks while one types then
reports the one mistake in the branch that is meant, and not why every other branch does not fit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from exsolve.spec.common_fields import common_fields
from exsolve.spec.data_field import Data
from exsolve.spec.exercise import KindFields
from exsolve.spec.fields import Record, Schema
from exsolve.spec.problem_set import set_fields

SCHEMA_FILE = "exercise.schema.json"
"""What the schema is called beside the files that it is for."""
FIRST_LINE = f"# yaml-language-server: $schema={SCHEMA_FILE}"
"""What tells an editor where the schema of a file is."""
_INSTEAD_OF_ANSWERS = ("text", "derivations", "evidence")
"""What a part may have that asks for no quantity."""


def schema(
    kind_fields: KindFields, kind_names: Sequence[str], summaries: Mapping[str, str] | None = None
) -> Schema:
    """The schema of exercise files; ``summaries`` say what each kind is."""
    common = common_fields(kind_names)
    shared = Record(common).schema()
    shared["properties"]["kind"]["markdownEnumDescriptions"] = [
        (summaries or {}).get(name, "") for name in kind_names
    ]
    kinds = []
    for name in kind_names:
        own = Record(kind_fields(name) or {}).schema()
        allowed = {**dict.fromkeys(common, True), **own["properties"]}
        kinds.append(
            {
                "if": {"properties": {"kind": {"const": name}}, "required": ["kind"]},
                "then": {**own, "properties": allowed},
            }
        )
    part = shared["properties"]["parts"]["items"]
    part["if"] = {"not": {"anyOf": [{"required": [name]} for name in _INSTEAD_OF_ANSWERS]}}
    part["then"] = {
        "required": ["answers"],
        "not": {"properties": {"answers": {"const": []}}, "required": ["answers"]},
    }
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
    problem_set = Record(set_fields()).schema()
    exercises = problem_set["properties"]["exercises"]
    offered = ("title", "description", "markdownDescription", "type", "errorMessage")
    said = {name: exercises[name] for name in offered}
    return {
        "$schema": outside["$schema"],
        "title": "An exercise or a problem set for exsolve",
        # so that an editor offers it in a file of which nothing else is known
        "properties": {"exercises": said},
        "if": {"required": ["exercises"], "not": {"required": ["parts"]}},
        "then": {"title": "A problem set for exsolve", **problem_set},
        "else": inside,
        "$defs": outside["$defs"],
    }
