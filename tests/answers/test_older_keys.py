"""Keys that somebody wrote in prose and LaTeX: two errors are planted in each, the rest is right.

The right values were worked out by hand from the numbers of the exercises, not by exsolve.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import exsolve
from exsolve.answers.files import read_submission, response
from exsolve.library import Exercise
from exsolve.library.judging import Examiner
from tests.answers.files_read import read, texts

KEYS = Path(__file__).parent / "keys"
PLANTED = {
    "norm-statistics": {"var_layer", "mu_instance"},
    "attention-forward": {"K", "H"},
    "cnn-shapes": {"shape_4", "params_8"},
}


@pytest.mark.parametrize("exercise", PLANTED)
def test_exactly_the_planted_errors_are_found(exercise: str) -> None:
    data = (KEYS / f"{exercise}.md").read_bytes()
    submission = read(data, exercise)
    assert submission.problems == ()
    marked = exsolve.check(exercise, data)
    verdicts = {
        answer.name: answer.verdict
        for part in marked.exercises[0].parts
        for answer in part.answers
        if answer.verdict != "undecided"
    }
    right = {"correct", "rounded"}
    assert {name for name, verdict in verdicts.items() if verdict not in right} == PLANTED[exercise]
    assert set(verdicts.values()) <= {*right, "partial", "slip"}


SENTENCES = {
    "For each, mu_layer = [1, 2] and var_layer = [3, 4].": {
        "mu_layer": "[1, 2]",
        "var_layer": "[3, 4]",
    },
    "We get mu_layer = [1, 2], where var_layer = [3, 4], as before.": {
        "mu_layer": "[1, 2]",
        "var_layer": "[3, 4]",
    },
    "mu_layer = $[1, 2]$, which is plain; and so on": {"mu_layer": "[1, 2]"},
    r"$$\mu_{batch} = \left[\tfrac52, \tfrac52\right], \qquad$$": {
        "mu_batch": r"\left[\tfrac52, \tfrac52\right]"
    },
    r"$$\sigma^2_{batch} = [1, 2]\,.$$": {"var_batch": "[1, 2]"},
    r"$\mu_{\mathrm{layer}} = [1, 2],\; \mathrm{var}_{\mathrm{layer}} = [3, 4]$": {
        "mu_layer": "[1, 2]",
        "var_layer": "[3, 4]",
    },
    "1) so $\\mu_{layer} = [1, 2]$.": {"mu_layer": "[1, 2]"},
    "**Problem 1.** Here $\\mu_{layer} = [1, 2]$.": {"mu_layer": "[1, 2]"},
    # one answer with a comma in it is none cut short
    "mu_layer = [1, 2], [3, 4]": {"mu_layer": "[1, 2], [3, 4]"},
    "mu_layer = [1, 2] or [2, 1]": {"mu_layer": "[1, 2] or [2, 1]"},
}


@pytest.mark.parametrize("text", SENTENCES)
def test_sentences(text: str) -> None:
    submission = read(text, "norm-statistics")
    assert texts(submission) == SENTENCES[text]
    assert submission.problems == ()


def test_a_value_in_a_sentence_knows_its_place() -> None:
    text = "mu_layer = $[1, 2]$, which is plain"
    (found,) = read(text, "norm-statistics").responses
    assert text[found.column - 1 :].startswith("[1, 2]")


NAMES = {
    r"\frac{\partial L}{\partial h_t}": "grad_h",
    r"\nabla_{h_t} L": "grad_h",
    r"\nabla_W L": "grad_W",
    r"\frac{\partial L}{\partial W}": "grad_W",
    "∂L/∂W": "grad_W",
    "dL/dW": "grad_W",
    r"\frac{\partial h_{t+1}}{\partial h_t}": "dh_next_dh",
}


@pytest.mark.parametrize("name", NAMES)
def test_names_as_they_are_printed(name: str) -> None:
    loaded = exsolve.load("rnn-bptt")
    assert isinstance(loaded, Exercise)
    outline = Examiner(loaded).outline
    assert response(name, "1", outline).name == NAMES[name]
    (found,) = read_submission(f"${name} = 1$".encode(), outline, "mine.txt").responses
    assert (found.name, found.text) == (NAMES[name], "1")
