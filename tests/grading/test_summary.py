"""What an instructor reads of a class."""

from __future__ import annotations

import json
from pathlib import Path

from grading import judges
from grading.a_class import graded, students

from exsolve.grading.summary import GROUPS, NARROWEST, Summary
from exsolve.text_width import display_width


def test_counts_scores_and_slips(tmp_path: Path) -> None:
    folder = students(tmp_path / "class", 10)
    (folder / "zed.txt").write_text("!fail")
    data = graded(folder, tmp_path / "t.csv").summary.data()
    # a is 0 to 4 in turn and right as 3, 4 is a slip that earns a third; b is right, worth 2
    assert data["students"] == 11
    # zed is open, and would be taken for somebody who knows nothing
    assert (data["mean"], data["not_in_mean"]) == (2.27, 1)  # (10*2 + 2*1 + 2/3) / 10
    assert data["median"] == 2
    assert (data["out_of"], data["open"], data["students_open"]) == (5, 17, 7)
    first, second, words = data["answers"]
    assert first == {
        "part": "1", "name": "a", "right": 2, "rounded": 0, "followed": 0, "partly": 0,
        "slipped": 2, "wrong": 6, "blank": 0, "open": 1,
    }  # fmt: skip
    assert (second["right"], second["open"]) == (10, 1)
    assert (words["blank"], words["open"]) == (4, 7)
    assert data["slips"] == [
        {"answer": "a", "slip": "off", "says": "You are one off.", "students": 2}
    ]
    assert data["to_look_at"] == 1
    assert data["not_judged"] == {"file": 0, "time": 0, "memory": 0, "fault": 1}
    json.dumps(data)


def test_the_page_fits_a_terminal_and_names_who_is_open(tmp_path: Path) -> None:
    folder = students(tmp_path / "class", 3)
    for number in range(12):
        (folder / f"学生\u202e{number}.txt").write_text("!fail\n")
    lines = list(graded(folder, tmp_path / "t.csv").summary.lines())
    assert lines[0] == (
        "Sums: 15 students, mean 2, median 2 of 5, without 12 whose files were not judged"
    )
    assert all(display_width(line) <= 80 and line.isprintable() for line in lines)
    assert lines[2].split() == ["answer", "right", "wrong", "blank", "open"]
    assert lines[3].split() == ["1", "a", "·", "3", "·", "12"]
    shown = "\n".join(lines)
    assert "64 points of 14 students" in shown
    assert shown.count("the judging broke down") == 10
    assert "and 2 more, flagged in the table" in shown


def test_the_median_of_an_even_number_of_scores() -> None:
    summary = Summary(judges.judge(judges.TASK, b""))
    for score in (1, 2.33, 2.5, 4):
        summary.add(
            {"score": score, "exact": str(score), "open": 0, "failure": "", "answers": [],
             "flags": []}
        )  # fmt: skip
    assert summary.data()["median"] == 2.42  # 2.415, half to even
    assert summary.data()["mean"] == 2.46


def test_a_narrow_terminal_has_a_page_too(tmp_path: Path) -> None:
    summary = graded(students(tmp_path / "class", 3), tmp_path / "t.csv").summary
    for counts in summary.answers.values():
        counts.update(dict.fromkeys(GROUPS, 1_000_000))
    for width in (20, 40, 76):
        lines = [*summary.lines(width)]
        place = next(place for place, line in enumerate(lines) if "rounded" in line)
        wide = {place + row for row in range(1 + len(summary.answers))}
        assert all(
            display_width(line) <= (NARROWEST if at in wide else width)
            for at, line in enumerate(lines)
        )
