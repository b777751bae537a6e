"""What students write in a file of answers is read, or told to a person: nothing is lost."""

from __future__ import annotations

import pytest

import exsolve
from exsolve.answers.files import read_submission
from exsolve.answers.submission import Submission
from exsolve.library.judging import Examiner
from tests.answers.files_read import texts

NUMBERS = "rnn-bptt-numbers"
PROPERTIES = "attention-properties"
GNN = "gnn-update"


def read(text: str, exercise: str) -> Submission:
    """What a file says as answers to an exercise or a problem set, all of whose names are known."""
    outline = Examiner(exsolve.load(exercise)).outline
    return read_submission(text.encode(), outline, "mine.md")


SIDE_BY_SIDE = {
    "$y_1 = 2.947$ and $L = 0.897$": "2.947",
    "$y_1 = 2.947$, $L = 0.897$": "2.947",
    "$y_1 = 2.947$, so we get $L = 0.897$.": "2.947",
    "$y_1 = 2.947$; L = 0.897": "2.947",
    "$y_1 = 2.947, L = 0.897$ and no more": "2.947",
    "We get $y_1 = 2.947$ and $L = 0.897$": "2.947",
    "y_1 = 2.947, so L = 0.897": "2.947",
    "y_1: 2.947, L: 0.897": "2.947",
    r"$$y_1 = 2.947, \quad" + "\n" + r"\quad\text{and}\quad L = 0.897$$": "2.947",
}


@pytest.mark.parametrize("text", SIDE_BY_SIDE)
@pytest.mark.parametrize("heading", ["", "## b\n"])
def test_answers_side_by_side(text: str, heading: str) -> None:
    submission = read(heading + text, NUMBERS)
    assert texts(submission) == {"y_1": SIDE_BY_SIDE[text], "L": "0.897"}
    assert submission.problems == ()


def test_many_answers_side_by_side() -> None:
    text = "$y_1 = 1$ and $L = 2$, " * 2_000
    assert texts(read(text, NUMBERS)) == {"y_1": "1", "L": "2"}


WORDS = {
    "$\\beta = 1/d$ because it grows as d.": "$\\beta = 1/d$ because it grows as d.",
    "beta = 1/d because it grows as d.": "beta = 1/d because it grows as d.",
    "beta = 1/d\nbecause it grows as d.": "because it grows as d.",
    "$\\beta = 1/d$ because\nit grows.\n": "$\\beta = 1/d$ because\nit grows.",
    "First.\nbeta = 1/d\nSecond.": "First.\n\nSecond.",
}


@pytest.mark.parametrize("text", WORDS)
def test_words_on_the_line_of_a_formula(text: str) -> None:
    submission = read("## b\n" + text, PROPERTIES)
    found = texts(submission)
    assert found == {"beta": "1/d", "b": found["b"]}
    assert [line.strip() for line in found["b"].split("\n")] == WORDS[text].split("\n")
    assert submission.problems == ()


REMARKS = {
    "12 (rounded)": "12",
    "12 edges": "12",
    "12 edges in total.": "12",
    "12 because each of the 3 nodes has 4": "12",
    "12, as n = 4": "12",
    "[1, 2] which is right": "[1, 2]",
    "[1, 2] (by hand)": "[1, 2]",
    r"12\ \text{(rounded)}": "12",
    r"12 \text{ edges}": "12",
    "2.5 (since 5/2)": "2.5",
    # what may be mathematics stays, for the reader of values to refuse
    "12 or 13": "12 or 13",
    "2 sqrt two": "2 sqrt two",
    "12 agg": "12 agg",
    "3 pi": "3 pi",
    "5 by 3": "5 by 3",
    "half of 24": "half of 24",
}


@pytest.mark.parametrize("text", REMARKS)
def test_remarks_behind_a_value(text: str) -> None:
    submission = read(f"edges = {text}", GNN)
    assert texts(submission) == {"edges": REMARKS[text]}
    assert submission.problems == ()
