"""``exsolve grade``: a folder of answer files."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cli.conftest import Command

RIGHT = (
    "messages = [[-2, 2], [0, -2], [2, 0]]\nagg = [-4/5, 4/5]\nh_1_next = [0, 0.8]\nedges = 12\n"
)
FIRST = "messages = [[-2, 2], [0, -2], [1, 0]]\nagg = [-1, 0.8]\nh_1_next = [0, 0.8]\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "class"
    place.mkdir()
    (place / "ann.txt").write_text(RIGHT)
    (place / "bob.md").write_text(f"{FIRST}5 = It costs too much.\n")
    (place / "=cy.txt").write_text("")
    (place / ".DS_Store").write_text("x")
    return place


def table(file: Path) -> dict[str, dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return {row["name"]: row for row in csv.DictReader(opened)}


def test_a_row_for_each_student(run: Command, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "grades.csv"
    ended = run("grade", "gnn-update", str(folder), "-o", str(out), "--jobs", "2")
    assert ended.status == 0
    assert ended.err == "note: left out, not handed in by anybody: .DS_Store\n"
    rows = table(out)
    assert list(rows) == ["'=cy", "ann", "bob"]
    ann, bob = rows["ann"], rows["bob"]
    assert [ann[part] for part in "12345"] == ["0", "5", "3", "0", "0"]
    assert (ann["total"], ann["out of"], ann["open"], ann["flags"]) == ("8", "20", "0", "")
    # 5 of 6 cells of a third of 5 points; what follows from them has full credit
    assert (bob["2"], bob["open"], bob["flags"]) == ("4.72", "2", "words to mark: 5")
    assert rows["'=cy"]["flags"] == "nothing written"
    assert "3 students, mean" in ended.out
    assert "2 points of 1 student" in ended.out
    assert all(len(line) <= 80 for line in ended.out.splitlines())
    lines = [json.loads(line) for line in out.with_suffix(".jsonl").read_text().splitlines()]
    assert [line.get("name") for line in lines] == [None, "=cy", "ann", "bob"]
    assert lines[3]["parts"][1]["exact"] == "85/18"


def test_a_column_for_each_answer_may_be_asked_for_later(
    run: Command, folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "grades.csv"
    grade = ("grade", "gnn-update", str(folder), "-o", str(out))
    run(*grade)
    plain = out.read_bytes()
    ended = run(*grade, "--answers")
    assert "3 of 3 were judged in an earlier run" in ended.err
    bob = table(out)["bob"]
    assert (bob["2"], bob["2.messages"], bob["2.agg"]) == ("4.72", "1.39", "1.67")
    assert (bob["5 in words"], bob["4 in words"]) == ("", "0")
    out.with_suffix(".jsonl").unlink()
    assert run(*grade).status == 0
    assert out.read_bytes() == plain


def test_what_was_not_read_is_told_by_whose_it_is(
    run: Command, folder: Path, tmp_path: Path
) -> None:
    (folder / "dan").mkdir()
    (folder / "dan" / "answers.txt").write_text("I was ill.\nPlease see the scan.\n")
    (folder / "dan" / "scan.pdf").write_bytes(b"%PDF-1.4")
    (folder / "eve.pdf").write_bytes(b"%PDF-1.4")
    out = tmp_path / "grades.csv"
    ended = run("grade", "gnn-update", str(folder), "-o", str(out))
    assert "note: not read, beside a student's answers: dan/scan.pdf\n" in ended.err
    assert "dan" not in ended.err.split("not handed in by anybody: ")[1].split("\n")[0]
    flags = table(out)["dan"]["flags"]
    assert flags.startswith("no answer recognised; ")
    assert flags.endswith("; not read: scan.pdf")
    looked_at = " ".join(ended.out.split("To look at")[1].split())
    assert "dan: no answer recognised" in looked_at
    assert "eve: unreadable: a PDF" in looked_at
    assert "without 1 whose file was not judged" in " ".join(ended.out.split())


def test_a_set_has_a_column_for_each_part_of_its_exercises(run: Command, tmp_path: Path) -> None:
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "ann.txt").write_text("# attention-forward\nS = [[0]]\n")
    out = tmp_path / "grades.csv"
    ended = run("grade", "uw-section-09", str(tmp_path / "class"), "-o", str(out), "--json")
    assert ended.status == 0
    (row,) = table(out).values()
    assert {"attention-forward b", "cnn-concepts a", "long-range-gradients c"} <= row.keys()
    data = json.loads(ended.out)
    assert (data["set"], data["students"], data["out_of"]) == ("uw-section-09", 1, 44)
    assert {"exercise": "attention-forward", "part": "b", "name": "S"}.items() <= next(
        answer.items() for answer in data["answers"] if answer["name"] == "S"
    )


def test_points_of_a_person(run: Command, folder: Path, tmp_path: Path) -> None:
    out, marks = tmp_path / "grades.csv", tmp_path / "marks.csv"
    grade = ("grade", "gnn-update", str(folder), "-o", str(out))
    ended = run(*grade, "--marks-form", str(marks))
    assert (ended.status, out.exists()) == (0, False)
    assert ended.out == f"{marks}: 3 rows to fill in\n"
    text = marks.read_text(encoding="utf-8-sig")
    assert text.splitlines()[0] == "name,file,4 in words (of 5),5 in words (of 2)"
    assert run(*grade, "--marks-form", str(marks)).status == 0
    marks.write_text(text.replace("bob,bob.md,,", "bob,bob.md,,1.5"))
    ended = run(*grade, "--marks-form", str(marks))
    assert ended.status == 2
    assert "there is a file, which may have points in it" in ended.err
    assert "1.5" in marks.read_text()
    assert run(*grade, "--marks", str(marks)).status == 0
    assert (table(out)["bob"]["5"], table(out)["bob"]["open"]) == ("1.5", "0")
    marks.write_text(text.replace("bob,bob.md,,", "bob,bob.md,6,x"))
    ended = run(*grade, "--marks", str(marks))
    assert ended.status == 2
    assert "marks.csv:4:12: 6 points for 4" in ended.err
    assert "marks.csv:4:14: `x` is no number of points" in ended.err


def test_what_could_not_be_read_has_a_column_for_points(
    run: Command, folder: Path, tmp_path: Path
) -> None:
    (folder / "dan.txt").write_text("agg = 1,5\n")
    out, marks = tmp_path / "grades.csv", tmp_path / "marks.csv"
    grade = ("grade", "gnn-update", str(folder), "-o", str(out))
    run(*grade)
    assert float(table(out)["dan"]["open"]) > 0
    assert run(*grade, "--marks-form", str(marks)).status == 0
    text = marks.read_text(encoding="utf-8-sig")
    header = "name,file,agg (of 1.67),4 in words (of 5),5 in words (of 2)"
    assert text.splitlines()[0] == header
    marks.write_text(text.replace("dan,dan.txt,", "dan,dan.txt,1"))
    assert run(*grade, "--marks", str(marks)).status == 0
    assert (table(out)["dan"]["2"], table(out)["dan"]["open"]) == ("1", "0")
    # given points keep their column
    again = tmp_path / "again.csv"
    run(*grade, "--marks-form", str(again))
    assert again.read_text(encoding="utf-8-sig").splitlines()[0] == header


def test_feedback_and_gradescope(run: Command, folder: Path, tmp_path: Path) -> None:
    out = folder / "grades.csv"
    places = ("--feedback", str(folder / "feedback"), "--gradescope", str(tmp_path / "gs"))
    first = run("grade", "gnn-update", str(folder), "-o", str(out), *places)
    assert sorted(file.name for file in (folder / "feedback").iterdir()) == [
        "=cy.md", "ann.md", "bob.md",
    ]  # fmt: skip
    assert "5 of 6 cells are right" in (folder / "feedback" / "bob.md").read_text()
    results = json.loads((tmp_path / "gs" / "bob" / "results.json").read_text())
    assert results["score"] == pytest.approx(4.72)
    # outputs within the folder are nobody's answers
    again = run("grade", "gnn-update", str(folder), "-o", str(out), *places)
    assert again.out == first.out
    assert "3 of 3 were judged in an earlier run" in again.err
    html = ("--feedback", str(tmp_path / "pages"), "--feedback-format", "html")
    run("grade", "gnn-update", str(folder), "-o", str(out), *html)
    assert "<math" in (tmp_path / "pages" / "bob.html").read_text()


def test_the_key_may_be_hidden(run: Command, folder: Path, tmp_path: Path) -> None:
    grade = ("grade", "gnn-update", str(folder), "-o", str(tmp_path / "grades.csv"))
    places = ("--feedback", str(tmp_path / "fb"), "--gradescope", str(tmp_path / "gs"))
    files = [tmp_path / "fb" / "bob.md", tmp_path / "gs" / "bob" / "results.json"]
    run(*grade, *places)
    assert all("it is" in file.read_text() for file in files)
    # what stands there has the key in it, and is replaced
    ended = run(*grade, *places, "--hide-key")
    assert "were judged in an earlier run" not in ended.err
    assert all("is not right" in file.read_text() for file in files)
    assert not any("it is" in file.read_text() for file in files)
    assert "3 of 3 were judged" in run(*grade, *places, "--hide-key").err
    # and back again
    assert "were judged in an earlier run" not in run(*grade, *places).err
    assert all("it is" in file.read_text() for file in files)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nowhere", "-o", "t.csv"), "there is no such folder"),
        (("class", "-o", "t.txt"), "the table is a CSV file"),
        (("class", "-o", "no/t.csv"), "there is no folder no"),
        (("class", "-o", "t.csv", "--feedback", "marks.csv"), "marks.csv is a file"),
        (("class", "-o", "t.csv", "--feedback", "x", "--gradescope", "x"), "the same file"),
        (("class", "-o", "t.csv", "--feedback", "class"), "would stand among the answer files"),
        (("class", "-o", "t.csv", "--gradescope", "./class/../class"), "name a folder of its own"),
        (("class", "-o", "t.csv", "--feedback-format", "docx"), "one of markdown, html"),
        (("class", "-o", "t.csv", "--visibility", "never"), "one of visible"),
        (("class", "-o", "t.csv", "--marks", "marks.csv"), "marks.csv:1:1"),
        (("class", "-o", "t.csv", "--marks", "none.csv"), "none.csv cannot be read"),
        (("class", "-o", "t.csv", "--jobs", "0"), "not in the range"),
        (("class", "-o", "marks.csv"), "not a file of judged submissions"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_written(
    run: Command,
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "marks.csv").write_text("what\n")
    (tmp_path / "marks.jsonl").write_text("mine\n")
    ended = run("grade", "gnn-update", *arguments)
    assert ended.status == 2
    assert message in ended.err
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "class", "marks.csv", "marks.jsonl",
    ]  # fmt: skip
    assert folder.is_dir()


def test_interrupted_at_the_keyboard(tmp_path: Path) -> None:
    folder = tmp_path / "class"
    folder.mkdir()
    for number in range(3000):
        (folder / f"s{number}.txt").write_text(f"agg = [{number}, 1]\nedges = {number}\n")
    out = tmp_path / "grades.csv"
    command = [sys.executable, "-m", "exsolve", "grade", "gnn-update", str(folder), "-o", str(out)]
    running = subprocess.Popen(
        command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    )
    lines = out.with_suffix(".jsonl")
    while running.poll() is None and not (lines.exists() and lines.stat().st_size > 20_000):
        time.sleep(0.005)
    # as a terminal does: to all processes at once
    os.killpg(running.pid, signal.SIGINT)
    said = running.communicate()
    assert said[0] == b""
    assert said[1].decode().startswith("stopped; what is judged stands in")
    assert running.returncode == 130
    assert not out.exists()
    assert lines.read_bytes().endswith(b"}\n")
