"""Problem sets as files: what is read of them, what a list sees of them, and their schema."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from yaml_trees import read_text

from exsolve.errors import ExsolveError
from exsolve.kinds import kind, kind_names
from exsolve.spec.header import SetHeader, _read_in_full, _scan, read_header, total
from exsolve.spec.problem_set import (
    ProblemSet,
    is_problem_set,
    problem_set_tree,
    read_problem_set,
)
from exsolve.spec.report import Report
from exsolve.spec.schema import schema, with_problem_sets

GOOD = """\
id: sheet-1
title: The first sheet
about: |
  Two *questions*.
source: A course
tags: [a, b-2]
exercises:
  - first
  - exercise: ../other/second.yaml
    title: '2: the second'
    points: [2, 0.5, 3]
  - exercise: third
    points: 4
"""


def read(text: str) -> ProblemSet:
    report = Report()
    problem_set = read_problem_set(read_text(text, "f"), "f", report)
    report.raise_problems()
    return problem_set


def test_everything_is_read() -> None:
    problem_set = read(GOOD)
    assert problem_set[:5] == (
        "sheet-1", "The first sheet", "Two *questions*.", "A course", ("a", "b-2"),
    )  # fmt: skip
    assert [tuple(entry[:3]) for entry in problem_set.exercises] == [
        ("first", "", None),
        ("../other/second.yaml", "2: the second", (2, 0.5, 3)),
        ("third", "", (4,)),
    ]
    second = problem_set.exercises[1]
    assert (second.exercise.position().line, second.points_position.line) == (9, 11)
    assert repr(problem_set) == "ProblemSet('sheet-1' from 'f')"
    assert read(GOOD).digest == problem_set.digest != read(GOOD.replace("third", "last")).digest


def test_a_set_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        read(GOOD).__setattr__("title", "another")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("exercises: [a]", True),
        ("exercises: [a]\nkind: set", True),
        ("id: a\nexercices: [a]", True),
        ("id: a\nExercise: [a]", True),
        ("exercises: [a]\nparts: []", False),
        ("kind: formulas\nexercise: a", False),
        ("id: a\ntitle: exercises", False),
        ("id: exercise-1\nkind: formulas\nparts: []", False),
    ],
)
def test_a_set_is_known_by_its_exercises(text: str, expected: bool) -> None:
    assert is_problem_set(read_text(text, "f")) is expected
    assert (problem_set_tree(text, "f") is not None) is expected
    assert (problem_set_tree(text.encode(), "f") is not None) is expected


def test_what_is_wrong_with_the_yaml_is_told_with_the_rest() -> None:
    found = problem_set_tree(GOOD.replace("tags:", "title: b\ntags:"), "f")
    assert found is not None
    tree, report = found
    read_problem_set(tree, "f", report)
    assert [problem.message for problem in report.problems()] == ["the key `title` stands twice"]


def test_a_list_with_errors_keeps_what_is_sound() -> None:
    text = GOOD.replace("  - first", "  - [first]").replace("[2, 0.5, 3]", "[2, 0.5, x]")
    report = Report()
    problem_set = read_problem_set(read_text(text, "f"), "f", report)
    assert len(report) == 2
    entries = [(entry.exercise, entry.points) for entry in problem_set.exercises]
    assert entries == [("../other/second.yaml", None), ("third", (4,))]


HEADS = [
    GOOD,
    "id: a\ntitle: b\nexercises: [a, b]\n",
    "# c\nid: a\ntitle: 'b: c'\nexercises: # c\n- a\n# c\n- exercise: b\n  points: 0.25\n",
    "id: a\ntitle: b\nexercises:\n\n  -   title: c\n      exercise: ./d.yml\n\n  # c\n  - e\n",
]


@pytest.mark.parametrize("text", HEADS)
def test_the_head_of_a_usual_set_is_read_line_by_line(text: str) -> None:
    header = _scan(text)
    assert isinstance(header, SetHeader)
    assert header == _read_in_full(text, "f")
    assert header.exercises
    assert header.problem is None


@pytest.mark.parametrize(
    ("text", "exercises"),
    [
        ('id: a\ntitle: "b"\nexercises: [a]\n', (("a", None),)),
        ("id: a\ntitle: b\nexercises: [a,\n  b]\n", (("a", None), ("b", None))),
        ("id: a\ntitle: b\nexercises: ['a', 'x/b.yaml']\n", (("a", None), ("x/b.yaml", None))),
        ("id: a\ntitle: b\nexercises:\n- {exercise: a, points: [1, 2]}\n", (("a", 3),)),
        ("id: a\ntitle: b\nexercises:\n- exercise: a\n  points:\n  - 1\n  - 2\n", (("a", 3),)),
        ("id: a\ntitle: b\nexercises:\n- exercise: a\n  title: c\n    d\n", (("a", None),)),
    ],
)
def test_an_unusual_set_is_read_in_full(
    text: str, exercises: tuple[tuple[str, float | None], ...], tmp_path: Path
) -> None:
    assert _scan(text) is None
    path = tmp_path / "f.yaml"
    path.write_text(text, encoding="utf-8")
    assert read_header(path) == SetHeader("a", "b", (), exercises)


def test_a_broken_set_is_listed_with_its_first_problem(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    path.write_text(GOOD.replace("title: The", "titel: The"), encoding="utf-8")
    header = read_header(path)
    assert isinstance(header, SetHeader)
    assert header.problem is not None
    assert header.problem.message == "the field `title` is missing"


PIECES = st.sampled_from(
    [
        *("- a\n", "- exercise: b\n", "  - c\n", "  - exercise: d\n", "-\n", "- - e\n"),
        *("  points: 3\n", "  points: [1, 2.5]\n", "    points: 03\n", "  points: [1,\n"),
        *("  title: t\n", "    title: 't: u'\n", "  exercise: f\n", "  note: n\n", "  2]\n"),
        *("- {exercise: g, points: 2}\n", "  'h'\n", "- 'i\n", "  j'\n", "\n", "# c\n", "  # c\n"),
        *("kind: k\n", "parts:\n", "about: |\n", "]\n", "exercises:\n", "- l: m\n", "- n # c\n"),
        *("  points: 1_0\n", "  points: 0.125\n", "  points: ٣\n", "  points: 12345\n"),
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=8))
def test_the_line_reader_never_contradicts_the_full_reader(pieces: list[str]) -> None:
    text = "id: a\ntitle: b\nexercises:\n" + "".join(pieces)
    quick = _scan(text)
    full = _read_in_full(text, "f")
    if quick is not None and full.problem is None:
        assert quick == full


PART_PIECES = st.sampled_from(
    [
        *("- id: x\n", "  points: 3\n", "  points: 0.5\n", "- {id: y, ask: q}\n", "  ask: 'q\n"),
        *("- {id: z, points: 4}\n", "- {id: u, ask: q,\n", "   points: 5}\n", "  points: 6}\n"),
        *("  r'\n", '  "points": 7\n', "    points: 8\n", "  answers: [a,\n", "  points: 9]\n"),
        *("  ? points\n", "  : 2\n", "  points: '2'\n", "  points:\n", "    2\n", "  id: v\n"),
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(PART_PIECES, max_size=7))
def test_the_points_of_parts_are_those_of_the_full_reader(pieces: list[str]) -> None:
    text = "id: a\ntitle: b\nkind: c\nparts:\n- id: w\n" + "".join(pieces)
    quick = _scan(text)
    full = _read_in_full(text, "f")
    if quick is not None and full.problem is None:
        assert quick == full


def test_points_add_up_exactly() -> None:
    assert total([0.1] * 3) == 0.3
    assert json.dumps(total([0.5, 0.5, 2])) == "3"
    assert total([]) == 0


def with_sets() -> dict[str, object]:
    return with_problem_sets(schema(lambda name: kind(name).FIELDS, kind_names()))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: The first sheet\n", ""),
        ("title: The", "titel: The"),
        ("tags:", "kind: set\ntags:"),
        ("  - first", "  - [first]"),
        ("points: 4", "points: {a: 4}"),
        ("points: 4", "marks: 4"),
        ("0.5", "-0.5"),
        ("exercise: third", "title: third"),
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(old: str, new: str) -> None:
    validator = jsonschema.Draft202012Validator(with_sets())
    validator.check_schema(validator.schema)
    validator.validate(yaml.safe_load(GOOD))
    assert GOOD.count(old) == 1
    text = GOOD.replace(old, new)
    with pytest.raises(ExsolveError):
        read(text)
    assert list(validator.iter_errors(yaml.safe_load(text)))


def test_the_schema_still_refuses_exercises_with_errors() -> None:
    validator = jsonschema.Draft202012Validator(with_sets())
    exercise = yaml.safe_load(kind("formulas").STARTER)
    validator.validate(exercise)
    for broken in ({**exercise, "exercises": ["a"]}, {**exercise, "kind": "set"}):
        assert list(validator.iter_errors(broken))


def test_importing_the_head_reader_imports_no_yaml() -> None:
    code = (
        "import sys\nfrom exsolve.cli import main\n"
        "try:\n    main(['list'])\nexcept SystemExit:\n    pass\n"
        "print(*{'yaml', 'exsolve.spec.exercise', 'sympy', 'numpy'} & {*sys.modules}, "
        "file=sys.stderr)\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stderr.strip() == ""
