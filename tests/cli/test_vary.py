"""``exsolve vary``: the files it writes, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli.conftest import Command

from exsolve.errors import ExsolveError
from exsolve.library import Exercise, ProblemSet, load

RARE = """\
id: rare
title: R
kind: formulas
givens: {x: [1, 2]}
define: {y: sum(x)}
parts: [{id: a, ask: s, answers: [y]}]
vary:
  givens: {x: {from: 1, to: 3}}
  where: [y > 100]
"""


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_each_variant_has_its_sheet_and_key(run: Command, tmp_path: Path) -> None:
    folder = tmp_path / "exam" / "monday"
    ended = run("vary", "gnn-update", "--seed", "7", "--count", "3", "-o", str(folder))
    assert (ended.status, ended.err) == (0, "")
    assert "3 variants in" in ended.out
    ids = [f"gnn-update-7-{number:02d}" for number in (1, 2, 3)]
    ends = ("-key.md", "-sheet.md", ".yaml")
    assert names(folder) == [f"{one}{end}" for one in ids for end in ends]
    for one in ids:
        key = run("key", str(folder / f"{one}.yaml"), "--format", "markdown").out
        assert (folder / f"{one}-key.md").read_text() == key
        sheet = run("sheet", str(folder / f"{one}.yaml"), "--format", "markdown").out
        assert (folder / f"{one}-sheet.md").read_text() == sheet
    assert len({(folder / f"{one}.yaml").read_text() for one in ids}) == 3


def test_the_same_seed_gives_the_same_bytes(run: Command, tmp_path: Path) -> None:
    for place, count in (("here", "2"), ("there", "4")):
        run("vary", "norm-statistics", "--seed", "5", "--count", count, "-o", str(tmp_path / place))
    shared = names(tmp_path / "here")
    assert len(shared) == 6
    for name in shared:
        assert (tmp_path / "here" / name).read_bytes() == (tmp_path / "there" / name).read_bytes()
    other = run("vary", "norm-statistics", "--seed", "6", "-o", str(tmp_path / "other"))
    assert other.status == 0
    text = (tmp_path / "other" / "norm-statistics-6-01.yaml").read_text()
    assert (
        text.split("givens:")[1]
        != ((tmp_path / "here" / "norm-statistics-5-01.yaml").read_text().split("givens:")[1])
    )


def test_a_set_varies_with_its_exercises(run: Command, tmp_path: Path) -> None:
    assert (
        run("vary", "uw-section-09", "--seed", "3", "--count", "2", "-o", str(tmp_path)).status == 0
    )
    first, second = (tmp_path / f"uw-section-09-3-0{number}.yaml" for number in (1, 2))
    original = load("uw-section-09")
    for file in (first, second):
        found = load(file)
        assert isinstance(found, ProblemSet)
        assert isinstance(original, ProblemSet)
        assert found.points == original.points
        assert [one.id for one in found.exercises] == [
            "cnn-concepts",
            *(f"{one}-{file.stem[-4:]}" for one in
              ("cnn-shapes", "long-range-gradients", "attention-forward")),
        ]  # fmt: skip
        key = run("key", str(file), "--format", "markdown").out
        assert (tmp_path / f"{file.stem}-key.md").read_text() == key
    assert (tmp_path / "uw-section-09-3-01-key.md").read_text() != (
        tmp_path / "uw-section-09-3-02-key.md"
    ).read_text()


def test_a_set_whose_exercises_keep_their_values(run: Command, tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text("id: s\ntitle: S\nexercises: [cnn-concepts]\n")
    ended = run("vary", str(tmp_path / "s.yaml"), "--seed", "1", "-o", str(tmp_path / "exam"))
    assert ended.status == 2
    assert "nothing varies" in ended.err


@pytest.mark.parametrize("name", ["html", "latex", "ipynb", "json", "plain"])
def test_the_format_of_sheets_and_keys(run: Command, tmp_path: Path, name: str) -> None:
    ended = run("vary", "gnn-update", "--seed", "1", "-f", name, "-o", str(tmp_path))
    assert ended.status == 0
    assert len(names(tmp_path)) == 3
    assert all(file.stat().st_size > 500 for file in tmp_path.iterdir())


def test_what_cannot_be_is_said_before_any_work(run: Command, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    for arguments, message in (
        (("-o", str(tmp_path / "file")), "is a file"),
        (("-o", str(tmp_path / "file" / "below")), "is a file"),
        (("-o", str(tmp_path / "x"), "-f", "docx"), "there is no format 'docx'"),
        (("-o", str(tmp_path / "x"), "-f", "terminal"), "is for a terminal, not for files"),
        (("-o", str(tmp_path / "x"), "--count", "0"), "0 is not in the range"),
    ):
        ended = run("vary", "no-such-exercise", "--seed", "1", *arguments)
        assert ended.status == 2
        assert message in ended.err
        assert "no-such-exercise" not in ended.err
    assert names(tmp_path) == ["file"]


def test_a_search_that_fails_writes_nothing(run: Command, tmp_path: Path) -> None:
    exercise = tmp_path / "rare.yaml"
    exercise.write_text(RARE)
    folder = tmp_path / "exam"
    ended = run("vary", str(exercise), "--seed", "1", "--count", "4", "-o", str(folder))
    assert ended.status == 2
    assert "y > 100" in ended.err
    assert not folder.exists()


def test_what_another_run_left_is_told(run: Command, tmp_path: Path) -> None:
    for count, said in (
        ("3", ""),
        ("1", "also holds 2 of another run, such as gnn-update-1-02.yaml"),
    ):
        ended = run("vary", "gnn-update", "--seed", "1", "--count", count, "-o", str(tmp_path))
        assert ended.status == 0
        assert said in ended.err
        assert bool(said) == bool(ended.err)


def test_an_exercise_that_does_not_vary(run: Command, tmp_path: Path) -> None:
    ended = run("vary", "cnn-concepts", "--seed", "1", "-o", str(tmp_path / "exam"))
    assert ended.status == 2
    assert "cnn-concepts does not say how it varies" in ended.err


def test_variants_do_not_vary_further(run: Command, tmp_path: Path) -> None:
    run("vary", "gnn-update", "--seed", "1", "-o", str(tmp_path))
    variant = load(tmp_path / "gnn-update-1-01.yaml")
    assert isinstance(variant, Exercise)
    assert variant.workbook.variation is None


def test_other_givens_do_not_vary() -> None:
    other = load("gnn-update", {"h_2": "[3, 4]"})
    with pytest.raises(ExsolveError, match="gnn-update has other givens than its file"):
        next(iter(other.variants(1, 1)))
