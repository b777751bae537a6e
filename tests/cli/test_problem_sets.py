"""Problem sets through the commands: listed, shown, solved, checked as a whole."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest
from cli.conftest import Command

import exsolve
from exsolve.errors import ExsolveError
from exsolve.library import ProblemSet, load_text

EXERCISE = """\
id: §
title: The § exercise
kind: formulas
tags: [easy]
givens: {x: [1, 2]}
define: {total_§: sum(x), y: x / 4}
parts:
  - {id: a, ask: What is the sum?, answers: [total_§]}
  - id: b
    ask: And the quarters?
    points: 2.5
    answers: [y]
    text: Divide by four.
    rubric: [{points: 1.5, text: Both.}]
"""

SET = """\
id: sheet
title: Two sums
about: All about *sums*.
tags: [sums]
exercises:
  - exercise: first
    title: Question One
    points: [0.5, 2]
  - ../second.yaml
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of two exercises and a set of them, which EXSOLVE_PATH names."""
    own = tmp_path / "course"
    (own / "sets").mkdir(parents=True)
    for name in ("first", "second"):
        (own / f"{name}.yaml").write_text(EXERCISE.replace("§", name), encoding="utf-8")
    (own / "sets" / "sheet.yaml").write_text(SET, encoding="utf-8")
    monkeypatch.setenv("EXSOLVE_PATH", str(own))
    monkeypatch.chdir(tmp_path)
    return own


def test_list_has_sets_under_their_own_heading(run: Command, folder: Path) -> None:
    exercises, _, sets = run("list").out.partition("\n\nProblem sets\n")
    assert "first " in exercises
    assert "sheet " not in exercises
    (line,) = [line for line in sets.splitlines() if line.startswith("sheet ")]
    assert " ".join(line.split()) == "sheet 2 exercises 6 points Two sums"
    data = json.loads(run("list", "--json").out)
    assert {"id": "sheet", "title": "Two sums", "tags": ["sums"], "points": 6}.items() <= next(
        one for one in data["sets"] if one["id"] == "sheet"
    ).items()
    assert "sheet" not in {one["id"] for one in data["exercises"]}


def test_list_filters_both_by_tag(run: Command, folder: Path) -> None:
    assert run("list", "--tag", "sums").out == (
        "Problem sets\nsheet  2 exercises  6 points  Two sums\n"
    )
    easy = run("list", "--tag", "easy")
    assert "Problem sets" not in easy.out
    assert len(easy.out.splitlines()) == 2
    assert run("list", "--tag", "zoology").err == "no exercise has the tag 'zoology'\n"


def test_points_that_cannot_be_known_are_left_out_of_the_list(run: Command, folder: Path) -> None:
    (folder / "sets" / "sheet.yaml").write_text(SET.replace("../second.yaml", "third"))
    assert "sheet  2 exercises    Two sums" in run("list", "--tag", "sums").out
    assert json.loads(run("list", "--tag", "sums", "--json").out)["sets"][0]["points"] is None


def test_a_broken_set_is_told(run: Command, folder: Path) -> None:
    (folder / "sets" / "sheet.yaml").write_text(SET.replace("title: Two", "titel: Two"))
    ended = run("list")
    assert "sheet.yaml:1:1: the field `title` is missing" in ended.err
    assert "Problem sets\nsheet" not in ended.out


def test_ids_are_of_exercises_and_sets_together(run: Command, folder: Path) -> None:
    assert "did you mean sheet?" in run("run", "sheeet").err
    (folder / "sheet.yaml").write_text(EXERCISE.replace("§", "sheet"), encoding="utf-8")
    both = f"{folder / 'sheet.yaml'}, {folder / 'sets' / 'sheet.yaml'}"
    assert f"2 files have the id 'sheet': {both}" in run("list").err
    twice = run("show", "sheet")
    assert (twice.status, twice.out) == (2, "")
    assert "2 files have the id 'sheet'" in twice.err
    assert "Two sums" in run("show", str(folder / "sets" / "sheet.yaml")).out


def test_a_set_of_an_earlier_folder_hides_an_exercise(run: Command, folder: Path) -> None:
    own = folder.parent / "problems" / "sets"
    own.mkdir(parents=True)
    (own / "second.yaml").write_text(
        "id: second\ntitle: Mine\nexercises: [first]\n", encoding="utf-8"
    )
    assert run("show", "second").out.startswith("Mine ")
    listed = run("list")
    assert listed.err == ""
    assert "The second exercise" not in listed.out


def test_a_set_outside_of_sets_is_a_set(run: Command, folder: Path) -> None:
    (folder / "sets" / "sheet.yaml").rename(folder / "sheet.yaml")
    (folder / "second.yaml").rename(folder.parent / "second.yaml")
    assert run("list", "--tag", "sums").out.startswith("Problem sets\nsheet ")
    assert run("show", "sheet").status == 0


def test_show_has_every_question_and_no_answer(run: Command, folder: Path) -> None:
    shown = run("show", "sheet", "--plain").out
    lines = shown.splitlines()
    assert lines[0].startswith("Two sums ")
    assert lines[0].endswith(" sheet · 6 points")
    assert "All about *sums*." in shown
    heads = [line for line in lines if line.endswith((" first · 2.5 points", "3.5 points"))]
    assert [head.split("  ")[0] for head in heads] == ["Question One", "2. The second exercise"]
    assert [line.split()[-2] for line in lines if line.startswith("(")] == ["0.5", "2", "1", "2.5"]
    assert "total_" not in shown
    assert "Divide by four" not in shown


@pytest.mark.parametrize("name", ["terminal", "plain", "markdown"])
def test_run_has_every_solution_under_its_heading(run: Command, folder: Path, name: str) -> None:
    ended = run("run", "sheet", "--format", name)
    assert (ended.status, ended.err) == (0, "")
    pieces = ["Two sums", "6 points", "Question One", "Divide by four", "2. The second exercise"]
    places = [ended.out.index(piece) for piece in pieces]
    assert places == sorted(places)
    assert ended.out.count("Divide by four") == 2
    if name == "markdown":
        levels = [line.split()[0] for line in ended.out.splitlines() if line[:1] == "#"]
        assert levels == ["#", *(2 * ["##", "###", "###", "###"])]


def test_one_exercise_keeps_its_own_headings(run: Command, folder: Path) -> None:
    out = run("run", "first", "--format", "markdown").out
    assert [line for line in out.splitlines() if line[:1] == "#"] == [
        "# The first exercise",
        "## Given",
        "## (a) What is the sum? — 1 point",
        "## (b) And the quarters? — 2.5 points",
    ]


def test_run_as_json_is_one_object(run: Command, folder: Path) -> None:
    data = json.loads(run("run", "sheet", "--format", "json", "--digits", "2").out)
    assert {"format": 1, "set": "sheet", "title": "Two sums", "points": 6}.items() <= data.items()
    first, second = data["exercises"]
    assert (first["exercise"], first["title"], first["points"]) == ("first", "Question One", 2.5)
    assert [part["points"] for part in first["parts"]] == [0.5, 2]
    assert second["parts"] == json.loads(
        run("run", "second", "-f", "json", "--digits", "2").out
    )["parts"]  # fmt: skip


def test_output_file_by_suffix(run: Command, folder: Path) -> None:
    for suffix, begin in ((".md", "# Two sums"), (".json", '{\n  "format": 1,'), (".txt", "Two")):
        file = folder / f"sheet{suffix}"
        assert run("run", "sheet", "-o", str(file)) == (0, "", "")
        assert file.read_text(encoding="utf-8").startswith(begin)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--part", "b"], "a problem set has no parts to choose from"),
        (["--set", "x=[3, 4]"], "a problem set has no data"),
    ],
)
def test_what_only_an_exercise_has_is_refused(
    run: Command, folder: Path, arguments: list[str], message: str
) -> None:
    ended = run("run", "sheet", *arguments)
    assert (ended.status, ended.out) == (2, "")
    assert message in ended.err
    assert "one of its exercises: first, second" in ended.err


def test_lint_checks_the_set_and_all_its_exercises(run: Command, folder: Path) -> None:
    ended = run("lint", "sheet")
    assert ended == (
        0,
        "first: 5 of 5 values agree\nsecond: 5 of 5 values agree\nsheet: 2 exercises, 6 points\n",
        "",
    )
    (folder / "second.yaml").write_text(
        EXERCISE.replace("sum(x)", "sum(z)").replace("§", "second"), encoding="utf-8"
    )
    (folder / "sets" / "sheet.yaml").write_text(SET.replace("[0.5, 2]", "[0.5]"))
    sheet = folder / "sets" / "sheet.yaml"
    broken = run("lint", str(sheet))
    assert broken.status == 1
    assert f"{sheet}:8:5: points for 1 part; `first` has 2" in broken.out
    assert "second.yaml:6:28: total_second: 'z' is not defined" in broken.out
    assert broken.out.endswith("1 of 1 file has errors\n")


def test_lint_checks_an_exercise_of_a_folder_once(run: Command, folder: Path) -> None:
    lines = run("lint", str(folder)).out.splitlines()
    assert lines == [
        f"{folder / 'first.yaml'}: 5 of 5 values agree",
        f"{folder / 'second.yaml'}: 5 of 5 values agree",
        f"{folder / 'sets' / 'sheet.yaml'}: 2 exercises, 6 points",
    ]


def test_a_set_with_a_value_that_does_not_exist_is_not_solved(run: Command, folder: Path) -> None:
    text = EXERCISE.replace("x / 4", "x / 0").replace("§", "second")
    (folder / "second.yaml").write_text(text, encoding="utf-8")
    for command, status in (("run", 2), ("lint", 1)):
        ended = run(command, "sheet")
        assert ended.status == status
        assert "division by zero" in ended.out + ended.err
        assert "Two sums" not in ended.out


def test_use_from_python(folder: Path) -> None:
    loaded = exsolve.load("sheet")
    assert isinstance(loaded, ProblemSet)
    assert loaded.points == 6
    solved = loaded.solve(digits=3)
    assert [(title, points) for title, _, points in solved.exercises] == [
        ("Question One", 2.5),
        ("2. The second exercise", 3.5),
    ]
    first = solved.exercises[0].solution
    assert (first.exercise, first.digits, str(solved)) == ("first", 3, solved.text("plain"))
    assert repr(solved) == "<the solutions of sheet, 2 exercises>"
    assert solved._repr_markdown_().startswith("# Two sums")
    assert "Divide" not in str(loaded.question())
    with pytest.raises(AttributeError):
        solved.__setattr__("points", 7)
    with pytest.raises(ExsolveError, match="there is no format 'odt'"):
        solved.text("odt")
    with pytest.raises(ExsolveError, match="pdf is not text"):
        solved.text("pdf")
    with pytest.raises(ExsolveError, match="no parts to choose from"):
        loaded.solve(["a"])
    with pytest.raises(ExsolveError, match="has no data"):
        exsolve.load("sheet", x=[1, 2])


def test_paths_of_a_set_from_text_begin_beside_its_file(folder: Path) -> None:
    text = "id: a\ntitle: b\nexercises: [course/first.yaml]\n"
    loaded = load_text(text)
    assert isinstance(loaded, ProblemSet)
    assert [exercise.workbook.id for exercise in loaded.exercises] == ["first"]
    with pytest.raises(ExsolveError, match=f"the path of a YAML file from {folder}/"):
        load_text(text, str(folder / "sheet.yaml"))


# The marks that each sheet gives its questions, part by part; None where it gives none.
SHEETS: dict[str, dict[str, list[int] | None]] = {
    "uw-section-09": {
        "cnn-concepts": None,
        "cnn-shapes": None,
        "long-range-gradients": None,
        "attention-forward": None,
    },
    "mila-hw2-2022": {
        "rnn-bptt": [2, 5, 5, 5, 3],
        "rnn-bptt-numbers": None,
        "gnn-update": [5, 5, 3, 5, 2],
        "norm-statistics": [6, 2],
        "dropout-expectation": [6],
        "least-norm": None,
        "vit-review": [5, 5, 5, 5],
    },
    "nyu-hw4": {
        "attention-properties": [1, 2, 3, 3, 2, 2],
        "multi-head-attention": [1, 2],
        "self-attention-layer": [2, 2, 2, 2, 3],
        "transformer-concepts": [3, 3, 3, 3, 3],
        "vit-concepts": [2, 2, 2, 2],
        "vit-shapes": None,
    },
}


@pytest.mark.parametrize("name", SHEETS)
def test_the_shipped_sheets(run: Command, name: str) -> None:
    loaded = exsolve.load(name)
    assert isinstance(loaded, ProblemSet)
    assert [exercise.workbook.id for exercise in loaded.exercises] == list(SHEETS[name])
    for exercise in loaded.exercises:
        points = SHEETS[name][exercise.workbook.id]
        assert points in (None, [part.points for part in exercise.workbook.parts])
    total = sum(part.points for one in loaded.exercises for part in one.workbook.parts)
    listed = json.loads(run("list", "--json").out)["sets"]
    assert [one["points"] for one in listed if one["id"] == name] == [total] == [loaded.points]


def test_headings_of_a_set_go_down_level_by_level(run: Command) -> None:
    ended = run("key", "uw-section-09", "--format", "markdown")
    prose = re.sub(r"^```.*?^```", "", ended.out, flags=re.MULTILINE | re.DOTALL)
    levels = [len(mark) for mark in re.findall(r"^(#+) ", prose, re.MULTILINE)]
    assert levels[:3] == [1, 2, 3]
    assert all(after <= before + 1 for before, after in pairwise(levels))
