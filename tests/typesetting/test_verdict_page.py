"""The page of verdicts: what it says of each, in 80 columns, whatever stands in the answers."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from marking import examples

import exsolve
from exsolve.errors import Position, Problem
from exsolve.library import Exercise
from exsolve.library.feedback import feedback, questions
from exsolve.prose.characters import visible
from exsolve.text_width import display_width
from exsolve.typesetting.remarks import MOST_CELLS, Tries, number, without_key
from exsolve.typesetting.verdict_page import Background, answer_lines, excerpt
from exsolve.verdicts import VERDICTS, CellVerdict, Marked, MarkedAnswer, NamedSlip, Verdict

PLACE = Position("mine.txt", 1, 5)


def background(source: str = examples.SOURCE) -> Background:
    exercise = exsolve.load("gnn-update")
    assert isinstance(exercise, Exercise)
    return Background(questions(exercise), source)


def page(marked: Marked, around: Background | None = None) -> str:
    return feedback(marked, "plain", background=around or background())


@pytest.mark.parametrize("verdict", VERDICTS)
def test_every_verdict_is_named(verdict: Verdict) -> None:
    assert verdict in page(examples.of_verdict(verdict))


@pytest.mark.parametrize("verdict", VERDICTS)
@pytest.mark.parametrize("width", [40, 80])
def test_pages_keep_their_width(verdict: Verdict, width: int) -> None:
    shown = feedback(examples.of_verdict(verdict), "terminal", background=background(), width=width)
    lines = shown.split("\n")
    assert max(map(display_width, lines)) <= width


def test_what_is_wrong_is_told_with_what_is_right() -> None:
    said = page(examples.mixed())
    assert "Row 3, column 1: you wrote 1, it is 2" in said
    assert said.count(examples.F_FORGOTTEN.says.split(" to the")[0]) == 1
    assert "This is what follows from your messages. The key has [-4/5, 4/5]" in said
    assert "You wrote 16; it is 12" in said
    assert "First mistake: messages." in said
    assert "Score 9.25 of 20, and 6 points are for a person to give." in said
    assert "(1) Write the update" in said
    assert "nobody asks for `mesages`" in said


def test_a_caret_stands_below_what_cannot_be_read() -> None:
    lines = page(examples.mixed()).split("\n")
    place = next(number for number, line in enumerate(lines) if "line 5, column 13" in line)
    assert lines[place].endswith("h_1_next = 0, 0.8")
    assert lines[place + 1].index("^") == lines[place].index(", 0.8")


@pytest.mark.parametrize("column", [1, 30, 500, 1000])
def test_the_excerpt_of_a_long_line_is_around_the_place(column: int) -> None:
    source = "".join(chr(ord("a") + place % 26) for place in range(1000))
    shown, caret = excerpt(Position("mine.txt", 1, column), source, 80)
    text = "".join(span.text for span in shown)
    place = "".join(span.text for span in caret).index("^")
    assert len(text) <= 80
    assert text[place] == source[column - 1]


def test_words_stand_beside_their_rubric_and_blanks_on_one_line() -> None:
    said = page(examples.mixed())
    assert "│ every token sends to all others." in said
    assert "[1.5] f(h_j) = V h_j" in said
    assert "\n  · blank\n" in said


def test_of_many_wrong_cells_the_rest_is_counted() -> None:
    cells = tuple(
        CellVerdict((row, column), "9", "2", "wrong") for row in (0, 1) for column in (0, 1)
    )
    many = cells * 3
    answer = examples.MESSAGES._replace(verdict="wrong", cells=many, message="")
    large = answer._replace(expected=None)
    said = page(examples.marked(large))
    assert said.count("you wrote 9") == MOST_CELLS
    assert f"and {len(many) - MOST_CELLS} more cells" in said


def test_tries_and_hints_are_told() -> None:
    tries = {("gnn-update", "2", "messages"): Tries(3, 1)}
    assert "partial (3 tries, 1 hint)" in page(examples.mixed(), background()._replace(tries=tries))


def test_without_the_key_no_value_of_it_is_told() -> None:
    said = page(without_key(examples.mixed()))
    assert "Row 3, column 1: 1 is not right" in said
    assert "5 of 6 cells are right." in said
    assert "4/5" not in said
    assert "12" not in said.replace("(1)", "").split("(3)")[1].split("(4)")[0]


@pytest.mark.parametrize("text", examples.HOSTILE)
@pytest.mark.parametrize("format_name", ["terminal", "plain", "json", "markdown", "html"])
def test_nothing_in_an_answer_reaches_a_terminal_unseen(text: str, format_name: str) -> None:
    around = background(text)
    said = feedback(examples.with_texts(text), format_name, background=around)
    assert visible(said) == said
    said.encode()


@pytest.mark.parametrize("text", examples.HOSTILE)
def test_in_colour_no_escape_comes_from_an_answer(text: str) -> None:
    marked = examples.with_texts(text)
    shown = feedback(marked, "terminal", background=background(text), colour=True)
    assert "\x1b[2J" not in shown
    assert "\u202e" not in shown
    assert "\x9b" not in shown


@pytest.mark.parametrize(
    ("points", "shown"),
    [(Fraction(8), "8"), (Fraction(193, 25), "7.72"), (Fraction(1, 3), "0.33"), (Fraction(0), "0")],
)
def test_points_are_rounded_where_they_are_shown(points: Fraction, shown: str) -> None:
    assert number(points) == shown


def answer_of(**fields: Any) -> MarkedAnswer:
    return MarkedAnswer("h", "1", "formula", "slip", Fraction(1), Fraction(0), **fields)


def said_of(answer: MarkedAnswer, source: str = "") -> str:
    lines = answer_lines(answer, source, 80)
    return " ".join(" ".join("".join(span.text for span in line) for line in lines).split())


def test_of_several_mistakes_only_one_was_made() -> None:
    slips = tuple(NamedSlip(name, f"You forgot {name}.", "h") for name in "abc")
    assert said_of(answer_of(slips=slips)) == "You forgot a. Or: You forgot b."
    told = answer_of(slips=slips, message="You forgot b. In numbers it is 1, where 2 is right.")
    assert said_of(told) == told.message


def test_no_sentence_is_cut() -> None:
    message = "For " + ", ".join(f"x_{n} = [{n}]" for n in range(100)) + " it is 1, not 2."
    assert said_of(answer_of(message=message)) == message


def test_both_readings_are_told_beside_the_line() -> None:
    problem = Problem(
        "h_2 x can be read in two ways", "one of them", "(h_2)·x or h_2(x)", "h_2 * x", PLACE
    )
    answer = answer_of(given="h_2 x", problem=problem)._replace(verdict="unreadable")
    said = said_of(answer, "h = h_2 x")
    assert "h_2 x can be read in two ways" in said
    assert "either: (h_2)·x or h_2(x)" in said
    assert said.index("either:") < said.index("try: h_2 * x")


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("a row times a column", "A row times a column"),
        ("this can be read", "This can be read"),
        ("h_2 stands alone", "h_2 stands alone"),
        ("x is no name", "x is no name"),
        ("tanh is no name", "tanh is no name"),
    ],
)
def test_only_words_begin_with_a_capital(message: str, shown: str) -> None:
    answer = answer_of(given="tanh(h_2)", problem=Problem(message))._replace(verdict="unreadable")
    assert said_of(answer) == shown
