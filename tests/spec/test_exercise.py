"""Whole exercise files: what becomes of them, everything wrong at once, and the schema."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from yaml_trees import read_text

from exsolve.errors import ExsolveError
from exsolve.spec import nodes
from exsolve.spec.exercise import Exercise, load_exercise, read_exercise
from exsolve.spec.fields import Choice, FieldSpec, Integer, ListOf, Text
from exsolve.spec.header import Header, _read_in_full, _scan, read_header
from exsolve.spec.schema import schema

KINDS: dict[str, Mapping[str, FieldSpec]] = {
    "attention": {
        "tokens": FieldSpec(ListOf(Text()), "Labels."),
        "heads": FieldSpec(Integer(1, 64), "How many heads.", default=1),
        "layout": FieldSpec(Choice("rows", "columns"), "Which way.", default="rows"),
    },
    "formulas": {},
}

GOOD = """\
id: my-exercise
title: A title
kind: attention
about: |
  Two lines
  of *Markdown*.
source: A book
tags: [a, b-2]
heads: 2
tokens: [the, 12]
givens:
  X: [[1, 0], [0, ln(2)]]
  eps: 1e-5
  W:
    value: [[1, 2], [3, 4], [5, 6]]
    note: The weights.
    rows: [a, b, c]
    columns: [d, e]
define:
  h_1: relu(X @ W)
  σ:
    formula: sqrt(eps)
    note: A root.
gradients:
  - of: L
    for: [W, h_1]
    note: Backwards.
parts:
  - id: a
    ask: Compute `h_1`.
    points: 2.5
    answers: [h_1, σ]
  - id: 2
    ask: Why?
    text: |
      Because
      of this.
    rubric:
      - points: 0.5
        text: Names it.
      - {points: 0.5, text: Explains it.}
"""


def read(text: str | bytes) -> Exercise:
    return read_exercise(text, "f.yaml", KINDS.get, list(KINDS))


def refusal(text: str) -> list[str]:
    """Line, column and message of every problem."""
    with pytest.raises(ExsolveError) as caught:
        read(text)
    return [
        f"{problem.position.line}:{problem.position.column} {problem.message}"
        for problem in caught.value.problems
        if problem.position is not None
    ]


def test_an_exercise_is_read() -> None:
    exercise = read(GOOD)
    assert (exercise.id, exercise.title, exercise.kind) == ("my-exercise", "A title", "attention")
    assert exercise.about == "Two lines\nof *Markdown*."
    assert (exercise.source, exercise.tags) == ("A book", ("a", "b-2"))
    assert dict(exercise.settings) == {"tokens": ("the", "12"), "heads": 2, "layout": "rows"}
    assert exercise.settings.place("heads").line == 9
    assert list(exercise.givens) == ["X", "eps", "W"]
    assert exercise.givens["X"].value.cells == (("1", "0"), ("0", "ln(2)"))
    assert exercise.givens["eps"].value.cells == "1e-5"
    weights = exercise.givens["W"]
    assert (weights.note, weights.rows, weights.columns) == (
        "The weights.", ("a", "b", "c"), ("d", "e")
    )  # fmt: skip
    assert (weights.value.shape, weights.position.line) == ((3, 2), 14)
    assert {name: d.formula for name, d in exercise.definitions.items()} == {
        "h_1": "relu(X @ W)", "σ": "sqrt(eps)",
    }  # fmt: skip
    assert str(exercise.definitions["σ"].formula.position(5)) == "f.yaml:22:19"
    assert exercise.gradients[0][:3] == ("L", ("W", "h_1"), "Backwards.")
    first, second = exercise.parts
    assert (first.id, first.ask, first.points, first.answers) == (
        "a", "Compute `h_1`.", 2.5, ("h_1", "σ")
    )  # fmt: skip
    assert str(first.answers[1].position()) == "f.yaml:32:20"
    assert (second.id, second.points, second.text) == ("2", 1, "Because\nof this.")
    assert second.rubric == ((0.5, "Names it."), (0.5, "Explains it."))


def test_the_digest_is_that_of_the_files_bytes(tmp_path: Path) -> None:
    content = b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()
    path = tmp_path / "f.yaml"
    path.write_bytes(content)
    exercise = load_exercise(path, KINDS.get, list(KINDS))
    assert exercise.digest == sha256(content).hexdigest()
    assert exercise.parts == load_exercise(path, KINDS.get, list(KINDS)).parts
    assert str(exercise.definitions["σ"].formula.position(5)) == f"{path}:22:19"


def test_a_tree_that_was_read_before_gives_the_same_exercise() -> None:
    again = read_exercise(read_text(GOOD, "f.yaml"), "f.yaml", KINDS.get, list(KINDS))
    assert again.parts == read(GOOD).parts
    assert again.digest == read(GOOD).digest


def test_an_exercise_cannot_be_changed() -> None:
    exercise = read(GOOD)
    for field in exercise._fields:
        with pytest.raises(AttributeError):
            setattr(exercise, field, None)
    for mapping in (exercise.givens, exercise.definitions, exercise.settings):
        assert not isinstance(mapping, MutableMapping)
        assert not hasattr(mapping, "__setitem__")


def test_twelve_mistakes_are_reported_at_once() -> None:
    text = (
        "id: My Exercise\ntitel: x\nkind: attention\nheads: 012\nlayout: colums\ngivens:\n"
        "  X: [[1, 2], [3]]\n  pi: 3\n  a: &k 1\ndefine:\n  a: x +\n  f: {formula: 1, nota: 2}\n"
        "parts:\n  - id: a\n    ask: x\n  - id: a\n    ask: y\n    answers: Q\n    points: -1\n"
        "heads: 3\n"
    )
    assert refusal(text) == [
        "1:1 the field `title` is missing",
        "1:5 `My Exercise` is not a name that can be used here",
        "2:1 unknown field `titel`",
        "4:8 this must be a whole number from 1 to 64",
        "5:9 this must be rows or columns",
        "7:15 row 2 has 1 value, the first 2",
        "8:3 `pi` is not a name that can be used here",
        "9:6 an anchor is not read here",
        "11:3 `a` is both given and defined",
        "12:19 unknown field `nota`",
        "14:5 this part asks for nothing",
        "16:9 the part `a` stands twice",
        "18:14 this must be a list of names",
        "19:13 this must be a number of points such as 2 or 0.5",
        "20:1 the key `heads` stands twice",
    ]


CHANGES = [
    # what is replaced in the good file, by what, and the only problem then
    ("kind: attention", "kind: atention", "3:7 this must be attention or formulas"),
    ("kind: attention", "kind: formulas", "9:1 unknown field `heads`"),
    ("kind: attention\n", "", "1:1 the field `kind` is missing"),
    ("id: my-exercise", "id: My", "1:5 `My` is not a name that can be used here"),
    ("id: my-exercise", "id: [my]", "1:5 this must be a name"),
    ("title: A title\n", "", "1:1 the field `title` is missing"),
    ("title: A title", "title:", "2:7 this must be a text of one line"),
    ("title: A title", "title: [A]", "2:8 this must be a text of one line"),
    ("tags: [a, b-2]", "tags: a", "8:7 this must be a list of names"),
    ("tags: [a, b-2]", "tags: [A]", "8:8 `A` is not a name that can be used here"),
    ("heads: 2", "heads: 65", "9:8 this must be a whole number from 1 to 64"),
    ("heads: 2", "heads: two", "9:8 this must be a whole number from 1 to 64"),
    ("heads: 2", "haeds: 2", "9:1 unknown field `haeds`"),
    ("eps: 1e-5", "eps: []", "13:8 this must be a number or a list of numbers"),
    ("eps: 1e-5", "2x: 1", "13:3 a key must be text"),
    ("eps: 1e-5", "pi: 3", "13:3 `pi` is not a name that can be used here"),
    ("    value: [[1, 2], [3, 4], [5, 6]]\n", "", "15:5 the field `value` is missing"),
    ("    rows: [a, b, c]", "    row: [a, b, c]", "17:5 unknown field `row`"),
    ("  h_1: relu(X @ W)", "  h_1: [1]", "20:8 this must be a formula or a mapping with"),
    ("    for: [W, h_1]", "    for: W", "26:10 this must be a list of names"),
    ("    for: [W, h_1]\n", "", "25:5 the field `for` is missing"),
    ("    answers: [h_1, σ]\n", "", "29:5 this part asks for nothing"),
    ("    answers: [h_1, σ]", "    answers: []", "29:5 this part asks for nothing"),
    ("    points: 2.5", "    points: -1", "31:13 this must be a number of points"),
    ("    ask: Why?\n", "", "33:5 the field `ask` is missing"),
    ("  - id: 2", "  - id: a b", "33:9 `a b` is not a name that can be used here"),
    ("      - points: 0.5\n        text", "      - text", "39:9 the field `points` is missing"),
]


@pytest.mark.parametrize(("old", "new", "message"), CHANGES)
def test_the_reader_and_the_schema_agree_on_what_is_wrong(old: str, new: str, message: str) -> None:
    text = GOOD.replace(old, new)
    assert text != GOOD
    found = refusal(text)
    assert found[0].startswith(message)
    if "must be text" not in message:  # JSON has no keys that are not text
        assert not VALIDATOR.is_valid(as_json(read_text(text, "f.yaml")))


CONTRADICTIONS = [
    ("  h_1: relu", "  X: relu", "20:3 `X` is both given and defined"),
    ("  - id: 2", "  - id: a", "33:9 the part `a` stands twice"),
    ("[h_1, σ]", "[h_1, h_1]", "32:20 the answer `h_1` stands twice"),
    ("rows: [a, b, c]", "rows: [a, b]", "17:5 2 labels for the 3 rows of `W`"),
    ("columns: [d, e]", "columns: [d]", "18:5 1 label for the 2 columns of `W`"),
    ("[[1, 0], [0, ln(2)]]", "[[1, 0], [0]]", "12:15 row 2 has 1 value, the first 2"),
    ("- points: 0.5", "- points: 0.75", "38:5 the rubric adds up to 1.25, the part is worth 1"),
]


@pytest.mark.parametrize(("old", "new", "message"), CONTRADICTIONS)
def test_what_contradicts_something_else_is_refused(old: str, new: str, message: str) -> None:
    assert refusal(GOOD.replace(old, new)) == [message]


def test_a_name_given_and_defined_shows_both_places() -> None:
    with pytest.raises(ExsolveError, match="also in line 12, column 3"):
        read(GOOD.replace("  h_1: relu", "  X: relu"))


def test_a_kind_may_not_redefine_a_common_field() -> None:
    with pytest.raises(ValueError, match="redefines title"):
        read_exercise(GOOD, "f", lambda _: {"title": FieldSpec(Text())}, list(KINDS))


SCHEMA = schema(KINDS.get, list(KINDS))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def as_json(node: nodes.Node) -> object:
    """The tree as an editor sees it, by the core schema of YAML 1.2."""
    if isinstance(node, nodes.Mapping):
        return {name: as_json(entry.value) for name, entry in node.entries.items()}
    if isinstance(node, nodes.Sequence):
        return [as_json(item) for item in node.items]
    assert isinstance(node, nodes.Scalar)
    if node.style != "plain":
        return node.text
    words = {"true": True, "false": False, "null": None, "~": None, "": None}
    if node.text in words:
        return words[node.text]
    if re.fullmatch("[-+]?[0-9]+", node.text):
        return int(node.text)
    if re.fullmatch(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", node.text):
        return float(node.text)
    return node.text


def test_the_schema_is_one_and_takes_the_good_file() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    VALIDATOR.validate(as_json(read_text(GOOD, "f")))
    assert SCHEMA["properties"]["id"]["description"]
    assert SCHEMA["allOf"][0]["then"]["properties"]["heads"] == {
        "title": "A whole number from 1 to 64",
        "description": "How many heads.", "markdownDescription": "How many heads.",
        "type": "integer", "errorMessage": "This must be a whole number from 1 to 64.",
        "minimum": 1, "maximum": 64, "default": 1,
    }  # fmt: skip


HEADERS = [
    "id: a\ntitle: b\nkind: c\nparts:\n- id: x\n  ask: y\n- {id: z, ask: y}\n",
    "# c\nid: a\ntitle: 'b: c'\nkind: c\nparts:\n  # c\n\n  -   ask: y\n      id: 1\n",
    "id: a\ntitle: b\nkind: c\ngivens: {X: [\n  1\n]}\nparts: # c\n  - id: x\n",
    "id: a\ntitle: b\nkind: c\nabout: |\n  id: no\n\n  - id: no\nparts:\n  - id: x\n"
    "    id2:\n      id: no\n",
]


@pytest.mark.parametrize("text", [GOOD, *HEADERS])
def test_the_head_of_a_usual_file_is_read_line_by_line(text: str) -> None:
    header = _scan(text)
    assert header is not None
    assert header == _read_in_full(text, "f")
    assert header.id
    assert header.problem is None


@pytest.mark.parametrize(
    "text",
    [
        "id: a\ntitle:\n  b\nkind: c\nparts:\n- id: x\n",
        "id: a\ntitle: b\n  continued\nkind: c\nparts:\n- id: x\n",
        'id: a\ntitle: "b"\nkind: c\nparts:\n- id: x\n',
        "{id: a, title: b, kind: c, parts: [{id: x}]}",
        "id: a\ntitle: b\nkind: c\ntags:\n- t\nparts: [{id: x}]\n",
        "---\nid: a\ntitle: b\nkind: c\nparts:\n- id: x\n",
        "id: a\ntitle: Zürich\u00a0B\nkind: c\nparts:\n- id: x\n",
    ],
)
def test_an_unusual_file_is_read_in_full(text: str, tmp_path: Path) -> None:
    assert _scan(text) is None
    path = tmp_path / "f.yaml"
    path.write_text(text, encoding="utf-8")
    header = read_header(path)
    assert (header.id, header.kind, header.parts, header.problem) == ("a", "c", ("x",), None)
    assert header.title


def test_a_broken_file_is_listed_with_its_first_problem(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    path.write_text("id: a\ntitle: b\nkind: [\nparts:\n- id: x\n", encoding="utf-8")
    problem = read_header(path).problem
    assert problem is not None
    assert problem.message == "a bracket that is not closed, or an item that is missing"
    path.write_text("id: a\ntitle: b\nparts:\n- id: x\n", encoding="utf-8")
    header = read_header(path)
    assert header.problem is not None
    assert header[:5] == ("a", "b", "", (), ("x",))
    assert header.problem.message == "the field `kind` is missing"


PIECES = st.sampled_from(
    [
        *(
            "id: a\n",
            "title: b\n",
            "kind: c\n",
            "parts:\n",
            "- id: x\n",
            "  - id: y\n",
            "  id: z\n",
        ),
        *(
            "'\n",
            "    id: w\n",
            "tags: [t, u]\n",
            "about: |\n",
            "givens:\n",
            "  X: [1,\n",
            "  2]\n",
        ),
        *(
            "]\n",
            "\n",
            "  ask: 'q\n",
            "  r'\n",
            "# c\n",
            "  # c\n",
            "- {id: v, ask: s}\n",
            "x: {\n",
        ),
        *("}\n", "  - - id: t\n"),
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=12))
def test_the_line_reader_never_contradicts_the_full_reader(pieces: list[str]) -> None:
    text = "id: a\ntitle: b\nkind: c\n" + "".join(pieces) + "parts:\n  - id: x\n"
    quick = _scan(text)
    full = _read_in_full(text, "f")
    if quick is not None and full.problem is None:
        assert quick == full


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_damage_to_a_file_is_read_or_refused(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(GOOD)))
    end = data.draw(st.integers(start, min(len(GOOD), start + 40)))
    text = GOOD[:start] + data.draw(st.text("a1:-[]{}'\"|\n \t,&*", max_size=6)) + GOOD[end:]
    # Any other exception than the one for problems of the user is a bug, and fails the test.
    with suppress(ExsolveError):
        assert isinstance(read(text), Exercise)
    assert isinstance(_scan(text) or _read_in_full(text, "f"), Header)


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        ("exsolve.spec.exercise", {"numpy", "flint", "sympy", "yaml", "difflib", "hashlib"}),
        ("exsolve.spec.header", {"numpy", "flint", "sympy", "yaml", "exsolve.spec.exercise"}),
    ],
)
def test_importing_the_reader_is_cheap(module: str, unwanted: set[str]) -> None:
    code = f"import sys, {module}; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    imported = set(run.stdout.split())
    assert module in imported
    assert not imported & unwanted
