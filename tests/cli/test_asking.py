"""Answers asked for one by one: verdicts, other tries, hints, and every way to end."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from select import select

import pytest

import exsolve
from exsolve.cli.asking import Interview, interview
from exsolve.library import Exercise
from exsolve.library.judging import Examiner
from exsolve.render.terminal import shown
from exsolve.solution import Step
from exsolve.typesetting.boxes import Line, text_box
from exsolve.typesetting.hints import hints
from exsolve.typesetting.remarks import Tries
from exsolve.typesetting.values import value_lines
from exsolve.verdicts import MarkedAnswer

MESSAGES = ("[[-2, 2],", " [0, -2],", " [2, 0]]")
QUESTIONS = ("h_next_general", "messages", "agg", "h_1_next", "edges")
"""The answers of the exercise before those in words."""


@pytest.fixture(scope="module")
def examiner() -> Examiner:
    return Examiner(exsolve.load("gnn-update"))


class Conversation:
    """What somebody types, and everything that is shown."""

    def __init__(self, examiner: Examiner, typed: Iterable[str]) -> None:
        self._typed = iter(typed)
        self.said = ""
        self.prompts: list[str] = []
        self.interview = Interview(examiner, self._ask, self._tell)
        try:
            self.interview.run()
            self.ended = False
        except EOFError:
            self.ended = True

    def _ask(self, prompt: str) -> str:
        self.prompts.append(prompt)
        self.said += prompt
        try:
            line = next(self._typed)
        except StopIteration:
            raise EOFError from None
        self.said += f"{line}\n"
        return line

    def _tell(self, lines: Iterable[Line]) -> None:
        self.said += shown(lines)

    def answer(self, name: str) -> MarkedAnswer:
        """What is found of an answer in the end."""
        marked, _ = self.interview.result()
        return next(one for one in marked.exercises[0].answers if one.name == name)

    def tries(self, name: str) -> Tries:
        """How many tries and hints an answer took."""
        _, background = self.interview.result()
        return next(one for (*_, own), one in background.tries.items() if own == name)


def skipping(name: str) -> Iterator[str]:
    """Empty lines up to the question of an answer."""
    return iter([""] * QUESTIONS.index(name))


def test_a_right_answer_goes_on_and_a_list_runs_over_lines(examiner: Examiner) -> None:
    talk = Conversation(examiner, [*skipping("messages"), *MESSAGES])
    assert talk.answer("messages").verdict == "correct"
    assert "read as [[-2, 2], [0, -2], [2, 0]]" in talk.said
    assert talk.prompts[-1] == "agg = "
    assert talk.ended


def test_the_digits_are_told_once(examiner: Examiner) -> None:
    talk = Conversation(examiner, [*skipping("edges"), "12"])
    assert talk.said.count("Numbers: exact, or at least 2 significant digits.") == 1
    assert talk.said.count("digits") == 1
    assert "edges: a number\n" in talk.said


def test_the_name_may_be_typed_again(examiner: Examiner) -> None:
    talk = Conversation(examiner, [*skipping("edges"), "edges = 12"])
    assert talk.answer("edges").given == "12"


def test_what_is_wrong_may_be_tried_again_and_the_key_is_not_told(examiner: Examiner) -> None:
    talk = Conversation(examiner, [*skipping("edges"), "16", "13", "12", ""])
    assert talk.answer("edges").verdict == "correct"
    assert talk.tries("edges") == (3, 0)
    before = talk.said.split("edges = 12")[0].split("(3)")[1]
    assert "12" not in before
    assert before.count("Another try") == 2


def test_what_cannot_be_read_is_asked_again_with_a_caret(examiner: Examiner) -> None:
    talk = Conversation(examiner, [*skipping("agg"), "[-1, 0.8]", "-1; ; 0.8", ""])
    assert re.search(r"\n +\^\n", talk.said)
    assert "Write it once more" in talk.said
    kept = talk.answer("agg")
    assert kept.given == "[-1, 0.8]"
    assert talk.tries("agg") == (1, 0)


def test_hints_are_the_formula_and_then_its_numbers(examiner: Examiner) -> None:
    talk = Conversation(examiner, [*skipping("edges"), "?", "hint", "?", "12"])
    first, second, third = (
        talk.said.split("(3)")[1].split("edges = ?")[1].split("hint")[0],
        *(talk.said.split("edges = hint")[1].split("edges = ?")),
    )
    assert "n·(n - 1)" in first
    assert "4·(4 - 1)" in second
    assert "There is no other hint." in third
    assert talk.tries("edges") == (1, 2)


@pytest.mark.parametrize("name", ["attention-forward", "gnn-update"])
def test_no_hint_is_the_value(name: str) -> None:
    exercise = exsolve.load(name)
    assert isinstance(exercise, Exercise)
    steps = [one for part in exercise.solve().parts for one in part.steps if isinstance(one, Step)]
    given = 0
    for step in steps:
        own = shown(value_lines(step, text_box(""), "", 80, everything=True, decimals=False))
        for hint in hints(step, "", 80):
            _, _, right = shown(hint).partition(" = ")
            assert right.strip() != own.strip()
            given += 1
    assert given > len(steps)


def test_one_goes_back_and_an_empty_line_keeps_the_answer(examiner: Examiner) -> None:
    typed = [*skipping("edges"), "12", "back", "", ""]
    talk = Conversation(examiner, typed)
    assert "so far: 12" in talk.said
    assert talk.answer("edges").verdict == "correct"


def test_words_end_with_an_empty_line_and_their_rubric_follows(examiner: Examiner) -> None:
    talk = Conversation(examiner, ["", "", "", "", "", "The graph is complete,", "and more.", ""])
    words = talk.answer("4")
    assert words.given == "The graph is complete,\nand more."
    assert words.verdict == "undecided"
    assert "[1.5] f(h_j) = V h_j" in talk.said


@pytest.mark.parametrize("word", ["quit", "exit", "QUIT"])
def test_quit_ends(examiner: Examiner, word: str) -> None:
    talk = Conversation(examiner, ["", word, "never asked"])
    assert talk.ended
    assert len(talk.prompts) == 2


def test_each_question_is_asked_once(examiner: Examiner) -> None:
    talk = Conversation(examiner, [""] * 20)
    assert not talk.ended
    assert talk.said.count("Compute the messages") == 1
    assert len(talk.prompts) == 7


class Terminal:
    """``exsolve check`` on a terminal of its own."""

    def __init__(self, *arguments: str) -> None:
        self._own, other = pty.openpty()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "exsolve", "check", *arguments],
            stdin=other,
            stdout=other,
            stderr=other,
            env={**os.environ, "TERM": "dumb", "NO_COLOR": "1", "COLUMNS": "80"},
            start_new_session=True,
        )
        os.close(other)
        self.seen = ""

    def until(self, text: str) -> None:
        """Read until a text is there, after what was seen before."""
        begun = len(self.seen)
        while text not in self.seen[begun:]:
            piece = self._piece()
            assert piece, f"{text!r} was not shown:\n{self.seen}"
            self.seen += piece

    def type(self, text: str) -> None:
        """Type, and look no more at what was before."""
        os.write(self._own, text.encode())

    def end(self) -> int:
        """Read all that is left; the status."""
        while piece := self._piece():
            self.seen += piece
        os.close(self._own)
        return self._process.wait()

    def _piece(self) -> str:
        ready, _, _ = select([self._own], [], [], 60)
        if not ready:
            self._process.kill()
            return ""
        try:
            return os.read(self._own, 65536).decode(errors="replace")
        except OSError:
            return ""


@pytest.mark.parametrize("ending", ["quit\n", "\x04"])
def test_at_a_terminal_the_summary_ends_it(ending: str) -> None:
    terminal = Terminal("gnn-update")
    terminal.until("h_next_general = ")
    terminal.type("\n")
    terminal.until("messages = ")
    terminal.type("[[-2, 2], [0, -2], [2, 0]]\n")
    terminal.until("agg = ")
    terminal.type(ending)
    assert terminal.end() == 1
    assert "Score" in terminal.seen
    assert "Traceback" not in terminal.seen


def test_an_interrupt_ends_with_what_is_found(
    examiner: Examiner, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = iter(["", "[[-2, 2], [0, -2], [2, 0]]"])

    def ask(prompt: str) -> str:
        for line in typed:
            return line
        raise KeyboardInterrupt

    monkeypatch.setattr("builtins.input", ask)
    marked, background = interview(examiner, plain=True)
    assert [one.name for one in marked.exercises[0].answers if one.verdict == "correct"] == [
        "messages"
    ]
    assert background.tries["gnn-update", "2", "messages"] == (1, 0)
    assert "read as [[-2, 2], [0, -2], [2, 0]]" in capsys.readouterr().out
