"""``exsolve check``: where answers come from, what is said of them, how it ends."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest
from cli.conftest import Command

from exsolve.prose.characters import visible

RIGHT = {
    "messages": "[[-2, 2], [0, -2], [2, 0]]",
    "agg": "[-4/5, 0.8]",
    "h_1_next": "[0, 4/5]",
}
MISTAKEN = """# gnn-update
messages = [[-2, 2], [0, -2], [7, 0]]
agg = [0.2, 0.8]
h_1_next = [0, 0.8]
edges = 12
"""


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A file of answers with one mistake, and what follows from it."""
    file = tmp_path / "mine.txt"
    file.write_text(MISTAKEN, encoding="utf-8")
    return file


def options(answers: dict[str, str]) -> list[str]:
    return [one for name, text in answers.items() for one in ("-a", f"{name}={text}")]


def test_a_file_is_checked(run: Command, mine: Path) -> None:
    ended = run("check", "gnn-update", str(mine))
    assert ended.status == 1
    assert ended.err == ""
    assert "Row 3, column 1: you wrote 7, it is 2" in ended.out
    assert "This is what follows from your messages. The key has [-4/5, 4/5]" in ended.out
    assert "First mistake: messages." in ended.out
    assert max(map(len, ended.out.split("\n"))) <= 80


def test_json_has_the_verdicts(run: Command, mine: Path) -> None:
    ended = run("check", "gnn-update", str(mine), "--json")
    assert ended.status == 1
    data = json.loads(ended.out)
    verdicts = {answer["name"]: answer["verdict"] for answer in data["answers"]}
    assert verdicts["messages"] == "partial"
    assert verdicts["agg"] == "follow-through"
    assert verdicts["h_1_next"] == "correct"
    assert verdicts["edges"] == "correct"
    assert verdicts["4"] == "blank"
    assert data["first_error"] == "messages"


def test_answers_come_from_arguments(run: Command) -> None:
    ended = run("check", "gnn-update", *options(RIGHT))
    assert ended.status == 0
    assert ended.out.count("correct") == 3
    assert "blank" not in ended.out
    assert "Score 5 of 20." in ended.out
    wrong = run("check", "gnn-update", *options(RIGHT | {"agg": "[1, 2]"}))
    assert wrong.status == 1


def test_an_argument_that_cannot_be_read_has_its_caret(run: Command) -> None:
    ended = run("check", "gnn-update", "-a", "agg=[-4/5, 0.8")
    assert ended.status == 1
    assert "unreadable" in ended.out
    assert "      [-4/5, 0.8\n" in ended.out


def test_answers_come_from_standard_input(run: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(MISTAKEN.encode())))
    ended = run("check", "gnn-update", "-")
    assert ended.status == 1
    assert "follow-through" in ended.out


def test_a_set_is_checked_exercise_by_exercise(run: Command, mine: Path) -> None:
    ended = run("check", "uw-section-09", str(mine), "--json")
    data = json.loads(ended.out)
    assert ended.status == 1
    assert data["set"] == "uw-section-09"
    assert len(data["exercises"]) > 1
    assert data["out_of"] == sum(one["out_of"] for one in data["exercises"])


def test_feedback_is_written_to_files(run: Command, mine: Path, tmp_path: Path) -> None:
    for suffix, begins in ((".md", "# "), (".html", "<!DOCTYPE html>"), (".json", "{")):
        output = tmp_path / f"feedback{suffix}"
        ended = run("check", "gnn-update", str(mine), "-o", str(output))
        assert (ended.status, ended.out) == (1, "")
        assert output.read_text(encoding="utf-8").startswith(begins)


def test_decimals_have_the_digits_asked_for(run: Command) -> None:
    data = json.loads(run("check", "attention-forward", "-a", "A=1", "--json", "--digits", "7").out)
    found = next(answer for answer in data["answers"] if answer["name"] == "S")
    decimals = [cell for row in found["expected"]["decimal"] for cell in row if cell != "0"]
    assert decimals == ["4.382027", "2.833213"]  # ln 80 and ln 17, from a table of logarithms


def test_the_key_may_be_hidden(run: Command, mine: Path) -> None:
    said = run("check", "gnn-update", str(mine), "--hide-key").out
    assert "Row 3, column 1: 7 is not right" in said
    assert "4/5" not in said.split("h_1_next")[0]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("check", "gnn-update"), "there is nothing to check"),
        (("check", "gnn-update", "no-such-file.txt"), "no-such-file.txt"),
        (("check", "no-such-exercise", "-a", "a=1"), "no-such-exercise"),
        (("check", "gnn-update", "-a", "agg"), "not an answer"),
        (("check", "gnn-update", "-a", "ag=1"), "agg"),
        (("check", "gnn-update", "-a", "agg=1", "-a", "agg=2"), "agg stands twice"),
        (("check", "gnn-update", "-a", "agg=1", "--format", "pdf"), "cannot be written as pdf"),
        (("check", "gnn-update", "-a", "agg=1", "--format", "nothing"), "there is no format"),
        (("check", "gnn-update", ".", "-a", "agg=1"), "answers are given twice"),
        (("check", "gnn-update", "."), "a folder"),
    ],
)
def test_what_cannot_be_used_is_told(run: Command, arguments: tuple[str, ...], said: str) -> None:
    ended = run(*arguments)
    assert ended.status == 2
    assert ended.err.startswith("exsolve: ")
    assert said in ended.err
    assert ended.out == ""


@pytest.mark.parametrize("argument", ["\x1b[2Jx=1", "\x1b[2J", "\u202eagg=1"])
def test_no_argument_acts_on_the_terminal(run: Command, argument: str) -> None:
    ended = run("check", "gnn-update", "-a", argument)
    assert ended.status == 2
    assert visible(ended.err) == ended.err


def test_a_file_that_is_no_text_is_refused(run: Command, tmp_path: Path) -> None:
    file = tmp_path / "mine.txt"
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    ended = run("check", "gnn-update", str(file))
    assert ended.status == 2
    assert "mine.txt" in ended.err


def test_the_output_cannot_replace_the_answers(run: Command, mine: Path) -> None:
    ended = run("check", "gnn-update", str(mine), "-o", str(mine))
    assert ended.status == 2
    assert "the output would replace the answers" in ended.err
    assert mine.read_text(encoding="utf-8") == MISTAKEN
