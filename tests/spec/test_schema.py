"""The JSON Schema as an editor uses it: what it says of fields, and one error for one mistake."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
import yaml

from exsolve.kinds import kind, kind_names
from exsolve.spec.schema import schema, with_problem_sets

SUMMARIES = {name: kind(name).SUMMARY for name in kind_names()}
SCHEMA = with_problem_sets(schema(lambda name: kind(name).FIELDS, kind_names(), SUMMARIES))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

ATTENTION = kind("attention").STARTER
FORMULAS = kind("formulas").STARTER
GNN = kind("gnn").STARTER
SET = "id: s\ntitle: t\nexercises:\n  - gnn-update\n  - {exercise: cnn-shapes, points: [8, 12]}\n"

X = "  X: [[1, 0], [0, 1], [1, 1]]"
EVIDENCE = "    answers: [h, z, L]\n    evidence: [{drawing: {vertices: [1], edgs: [1 -> 2]}}]\n"
WHOLE = ""
"""The path of what is missing in the file itself."""

MISTAKES = [
    (ATTENTION, "tokens:", "tokns:", WHOLE, "additionalProperties"),
    (ATTENTION, "# layout: rows ", "layout: row ", "layout", "enum"),
    (ATTENTION, "# heads: 1", "heads: two", "heads", "type"),
    (ATTENTION, "# heads: 1", "heads: 65", "heads", "maximum"),
    (ATTENTION, "kind: attention", "kind: atention", "kind", "enum"),
    (ATTENTION, "kind: attention\n", "", WHOLE, "required"),
    (ATTENTION, "tokens:", "update: h\ntokens:", WHOLE, "additionalProperties"),
    (ATTENTION, ATTENTION[ATTENTION.index("parts:") :], "", WHOLE, "required"),
    (ATTENTION, "points: 3\n    answers: [Q", "point: 3\n    answers: [Q", "parts 0", "additional"),
    (ATTENTION, "    answers: [Q, K, V]\n", "", "parts 0", "required"),
    (ATTENTION, "[Q, K, V]", "[]", "parts 0", "not"),
    (ATTENTION, "[Q, K, V]", "Q", "parts 0 answers", "type"),
    (ATTENTION, X, "  X: {value: 1, not: a}", "givens X", "additional"),
    (ATTENTION, X, "  X: {note: a}", "givens X", "required"),
    (ATTENTION, X, "  X: [[1, 0], [true]]", "givens X 1 0", "type"),
    (FORMULAS, "    note: The scores", "    nte: The scores", "define z", "additional"),
    (FORMULAS, "    answers: [h, z, L]\n", EVIDENCE, "parts 0 evidence 0 drawing", "additional"),
    (GNN, "  - 2 -> 1", "  - 2 to 1", "edges 0", "pattern"),
    (GNN, "    message: -h", "    mesage: -h", "edges 3", "additionalProperties"),
    (GNN, "update: W", "# update: W", WHOLE, "required"),
    (GNN, "steps: 2", "symbols: {W: n}", "symbols W", "type"),
    (SET, "points:", "pionts:", "exercises 1", "additionalProperties"),
    (SET, "[8, 12]", "[8, -1]", "exercises 1 points 1", "minimum"),
    (SET, "exercises:", "kind: gnn\nexercises:", WHOLE, "additionalProperties"),
    (SET, "title: t\n", "", WHOLE, "required"),
]  # fmt: skip


@pytest.mark.parametrize("text", [ATTENTION, FORMULAS, GNN, SET])
def test_what_the_mistakes_are_made_in_is_right(text: str) -> None:
    VALIDATOR.check_schema(SCHEMA)
    VALIDATOR.validate(yaml.safe_load(text))


@pytest.mark.parametrize(("text", "old", "new", "path", "keyword"), MISTAKES)
def test_one_mistake_is_one_error_at_its_place(
    text: str, old: str, new: str, path: str, keyword: str
) -> None:
    assert old in text
    errors = list(VALIDATOR.iter_errors(yaml.safe_load(text.replace(old, new, 1))))
    (error,) = errors
    assert " ".join(map(str, error.absolute_path)) == path
    assert str(error.validator).startswith(keyword)


def records(part: Any) -> Iterator[dict[str, Any]]:
    """The schemas of all fields of all records."""
    if isinstance(part, dict):
        if part.get("additionalProperties") is False or "exercises" in part.get("properties", {}):
            yield from (one for one in part["properties"].values() if one is not True)
        for inner in part.values():
            yield from records(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from records(inner)


def test_an_editor_can_say_of_every_field_what_may_be_written_and_what_it_is_for() -> None:
    found = list(records(SCHEMA))
    assert len(found) > 100
    for field in found:
        assert field["title"][0].isupper()
        assert field["description"].endswith(".")
        assert field["markdownDescription"].startswith(field["description"])
        # what is put in with the name of a field must be meant
        assert field.get("default") != ""
        assert "examples" not in field
    heads = next(one for one in found if one["title"] == "A whole number from 1 to 64")
    assert heads["default"] == 1
    shown = next(one for one in found if "`tags: [" in one["markdownDescription"])
    assert shown["markdownDescription"].endswith("\n\nExample: `tags: [attention, softmax]`")


def test_each_kind_is_offered_with_what_it_is() -> None:
    field = SCHEMA["else"]["properties"]["kind"]
    said = dict(zip(field["enum"], field["markdownEnumDescriptions"], strict=True))
    assert said == SUMMARIES


def test_no_form_of_a_value_is_tried_in_vain() -> None:
    """Of alternatives without ``if`` an editor reports the errors of all."""
    pending: list[Any] = [SCHEMA]
    while pending:
        part = pending.pop()
        if isinstance(part, dict):
            assert "oneOf" not in part
            pending += [inner for name, inner in part.items() if name != "if"]
            if "anyOf" in part:
                assert "properties" not in str(part["anyOf"])
        elif isinstance(part, list):
            pending += part
