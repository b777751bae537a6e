"""The blank answer form: every answer of an exercise stands in it once, blank, and readable."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from exsolve.expression.tree import Shape
from exsolve.library import ProblemSet, load, load_text
from exsolve.solution import Expected, Part, Solution, SolvedSet
from exsolve.solving.solve import question
from exsolve.typesetting.form import form

SHIPPED = sorted((Path(__file__).parents[2] / "problems").rglob("*.yaml"))


def read(text: str) -> dict[str, dict[str, str]]:
    """The answers of each exercise, by the rules of answer files: ``# id`` begins an exercise,
    `` #`` a comment, and an answer runs on until the next name or heading."""
    found: dict[str, dict[str, str]] = {}
    answers: dict[str, str] = {}
    name = ""
    for line in text.splitlines():
        written = re.sub(r"(?<=\s)#.*", "", line).rstrip()
        if heading := re.fullmatch(r"# (\S+)", written):
            assert heading[1] not in found
            answers = found[heading[1]] = {}
        elif answer := re.fullmatch(r"(\w[\w.-]*) =(.*)", written):
            name = answer[1]
            assert name not in answers
            answers[name] = answer[2].strip()
        elif not line.startswith("#") and written:
            answers[name] = f"{answers[name]}\n{written}".strip()
    return found


def solutions(contents: Solution | SolvedSet) -> list[Solution]:
    if isinstance(contents, SolvedSet):
        return [one.solution for one in contents.exercises]
    return [contents]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_answer_stands_in_the_form_once_and_is_blank(path: Path) -> None:
    loaded = load(path)
    asked = loaded.question()
    text = form(asked)
    exercises = loaded.exercises if isinstance(loaded, ProblemSet) else [loaded]
    wanted = {}
    for exercise in exercises:
        parts = exercise.workbook.parts
        names = [answer.text for part in parts for answer in part.answers]
        names += [part.id for part in parts if part.text or part.derivations or not part.answers]
        assert len(set(names)) == len(names)
        wanted[exercise.workbook.id] = set(names)
    found = read(text)
    assert list(found) == [one.exercise for one in solutions(asked)]
    assert {exercise: set(answers) for exercise, answers in found.items()} == wanted
    assert not any(value for answers in found.values() for value in answers.values())
    assert all(len(line) <= 80 and line == line.rstrip() for line in text.splitlines())
    assert form(load(path).question()) == text


def test_a_form_that_is_filled_in_is_read_back() -> None:
    blank = form(load(SHIPPED[0].parent.parent / "graphs" / "gnn-update.yaml").question())
    filled = blank.replace("agg =  ", "agg = [-4/5, 4/5] ").replace(
        "# in words\n\n## 5", "# in words\nTwo layers\nsuffice.\n\n## 5"
    )
    answers = read(filled)["gnn-update"]
    assert answers["agg"] == "[-4/5, 4/5]"
    assert answers["4"] == "Two layers\nsuffice."
    assert answers["5"] == answers["messages"] == ""


MIXED = """\
id: mixed
title: One of each
kind: formulas
givens: {X: [[1, 2, 3, 4]], s: 2}
symbols: {W: [n, d], v: [d]}
define:
  H: W @ v
  q: v @ v
  Y: s * X
  c: s + 1
parts:
  - {id: H, ask: The product., answers: [H, q], text: It is linear.}
  - {id: b, ask: Again., answers: [H, Y, c]}
  - id: c
    ask: Show it.
    derivations:
      - lines: [{line: W @ v + W @ v}, {line: 2*(W @ v)}]
"""


def test_what_is_expected_is_known_before_anything_is_solved() -> None:
    exercise = load_text(MIXED)
    assert not isinstance(exercise, ProblemSet)
    parts = question(exercise.workbook).parts
    assert [part.expected for part in parts] == [
        (
            Expected("H", ("n",), "formula", names=("W", "v")),
            Expected("q", (), "formula", names=("W", "v")),
            Expected("H", (), "words"),
        ),
        (
            Expected("H", ("n",), "formula", names=("W", "v")),
            Expected("Y", (1, 4), "value", 2),
            Expected("c", (), "value", 2),
        ),
        (Expected("c", (), "derivation"),),
    ]
    assert [part.expected for part in exercise.solve().parts] == [part.expected for part in parts]
    assert form(question(exercise.workbook)) == (
        "# mixed                    # exact, or at least 2 significant digits\n\n"
        "## H                       # 1 point\n"
        "H.H =                      # a formula, n numbers, in W, v\n"
        "q =                        # a formula, one number, in W, v\n"
        "H =                        # in words\n\n"
        "## b                       # 1 point\n"
        "b.H =                      # a formula, n numbers, in W, v\n"
        "Y =                        # 1 × 4, as [[a, b, ...]]\n"
        "b.c =                      # a number\n\n"
        "## c                       # 1 point\n"
        "c =                        # a derivation, line by line\n"
    )


def test_a_layer_has_a_tuple_of_sizes() -> None:
    asked = load(SHIPPED[0].parent / "cnn-shapes.yaml").question()
    assert isinstance(asked, Solution)
    assert asked.parts[0].expected[0] == Expected("shape_1", (4,), "shape")
    assert asked.parts[1].expected[0] == Expected("params_1", (), "value", 2)


def with_answers(answers: Sequence[Expected]) -> Solution:
    asked = load(SHIPPED[0].parent / "cnn-shapes.yaml").question()
    assert isinstance(asked, Solution)
    part = Part("a", "?", 1, (), (), expected=tuple(answers))
    return asked._replace(parts=(part,))


def test_digits_and_forms_are_told_once_and_where_they_differ() -> None:
    answers = [
        Expected("a", (), "value", 3),
        Expected("b", (2,), "value", 3),
        Expected("c", (), "value", 5),
        Expected("d", (), "value", 0, "exact"),
        Expected("e", (2,), "value", 0, "fraction"),
        Expected("f", (), "value", 3, "decimal"),
    ]
    lines = form(with_answers(answers)).splitlines()
    assert lines[0].partition(" # ")[2] == "exact, or at least 3 significant digits"
    assert [line.partition(" # ")[2] for line in lines[3:]] == [
        "a number",
        "2 numbers, as [a, b]",
        "a number, at least 5 digits",
        "a number, exact",
        "2 numbers, as [a, b], as reduced fractions",
        "a number, as decimals",
    ]


def test_a_formula_is_told_the_names_that_the_question_gives_away() -> None:
    (h, beta, slope) = (
        one
        for part in load("attention-properties").question().parts
        for one in part.expected
        if one.sort == "formula"
    )
    # without K_o and V_o, which only the evidence is about, and what is computed from the answer
    assert h.names == ("Q", "K", "V", "q", "v_j", "beta", "a_j", "h")
    assert beta.names == ("Q", "K", "V", "q", "v_j")
    assert slope.names == h.names


@pytest.mark.parametrize(
    ("shape", "hint"),
    [
        ((), "a number"),
        ((1,), "1 number, as [a]"),
        ((3,), "3 numbers, as [a, b, c]"),
        ((7,), "7 numbers, as [a, b, ...]"),
        ((1, 1), "1 × 1, as [[a]]"),
        ((2, 2), "2 × 2, as [[a, b], [c, d]]"),
        ((3, 1), "3 × 1, as [[a], [b], ...]"),
        ((2, 3), "2 × 3, as [[a, b, c], [d, e, f]]"),
        ((4, 9), "4 × 9, as [[a, b, ...], [c, d, ...], ...]"),
        ((2, 3, 4), "2 × 3 × 4, as lists in lists"),
    ],
)
def test_the_shape_of_an_array_is_shown_as_it_is_written(shape: Shape, hint: str) -> None:
    text = form(with_answers([Expected("A", shape, "value")]))
    assert text.splitlines()[-1].partition(" # ")[2] == hint


def test_long_names_keep_the_form_in_80_columns() -> None:
    names = tuple(f"symbol_number_{number}" for number in range(9))
    answers = [
        Expected("x" * length, ("n",), "formula", names=names) for length in (1, 30, 40, 60, 80)
    ]
    lines = form(with_answers(answers[:1])).splitlines()[3:]
    lines += form(with_answers(answers[1:])).splitlines()[3:]
    assert [line.partition(" # ")[2] for line in lines] == [
        "a formula, n numbers, in symbol_number_0, ...",
        "a formula, n numbers",
        "a formula, n numbers",
        "a formula",
        "",
    ]
    assert len(lines[-1]) == 82
