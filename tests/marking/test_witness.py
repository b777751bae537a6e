"""What the benchmarks count, in small: mistakes found, rewritings understood, garbage refused."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from exsolve.marking.wrong_definitions import wrong_definitions
from exsolve.verdicts import RIGHT
from tests.benchmarks import fuzz, rewritings, slips
from tests.benchmarks.sheets import Sheets, Values, files

REWRITTEN_VALUES = 220
REWRITTEN_FORMULAS = 80
INPUTS = 2_000
MARKED = ("gnn-update", "attention-forward", "rnn-bptt", "long-range-gradients")
PATHS = {path.stem: path for path in files()}
EVERY = {"norm-statistics": 5, "gnn-update": 3, "attention-loss": 12, "cnn-shapes": 40}
"""One in so many of the mistakes that can be made in a definition."""


@cache
def sheets(name: str) -> Sheets:
    return Sheets(PATHS[name])


@pytest.mark.parametrize("digits", [None, slips.DIGITS])
@pytest.mark.parametrize("name", EVERY)
def test_the_first_mistake_is_located_and_named(name: str, digits: int | None) -> None:
    found = slips.tally(sheets(name), digits, EVERY[name])
    counts = found.counts
    assert counts["sheets"] >= 10
    assert counts["located"] == counts["sheets"], found.failures
    assert counts["by name"] + counts["alike"] >= 0.95 * counts["sheets"], found.failures
    assert counts["credited"] >= 0.8 * counts["following"], found.failures
    assert counts["right refused"] == 0, found.failures


@pytest.mark.parametrize("digits", [None, 3, 6])
@pytest.mark.parametrize("name", ["norm-statistics", "attention-loss", "rnn-bptt-numbers"])
def test_a_right_sheet_is_right(name: str, digits: int | None) -> None:
    one = sheets(name)
    texts = {answer: one.key.text(answer, digits) for answer in one.answers}
    marked = one.marker.mark(one.responses(texts))
    assert {answer.verdict for answer in marked.answers if answer.name in texts} <= RIGHT
    assert not marked.first_error


def test_a_sheet_follows_its_mistake() -> None:
    """The sheets themselves are right about what follows: by hand, for one of them."""
    one = sheets("gnn-update")
    wrong = next(
        wrong.expression
        for wrong in wrong_definitions(one.graph, "messages")
        if wrong.slip_name == "sign of all"
    )
    values = Values(one, "messages", wrong)
    assert values.text("messages") == "[[2, -2], [0, 2], [-2, 0]]"
    assert values.text("agg") == "[4/5, -4/5]"  # 0.6*2 + 0.2*0 - 0.2*2, and so on
    assert values.text("h_1_next") == "[4/5, 0]"
    assert values.text("edges") == one.key.text("edges") == "12"


def test_rewritten_values_stay_right() -> None:
    found = [one for one in rewritings.values(REWRITTEN_VALUES, seed=1) if one is not None]
    assert not found, "\n".join(map(str, found))


def test_rewritten_formulas_stay_right() -> None:
    found = [one for one in rewritings.formulas(REWRITTEN_FORMULAS, seed=1) if one is not None]
    assert not [one for one in found if not one.ambiguous], "\n".join(map(str, found))
    assert len(found) <= REWRITTEN_FORMULAS // 20, "\n".join(map(str, found))


def test_garbage_is_refused_without_an_accident() -> None:
    made = fuzz.Fuzz(1, MARKED)
    found = [made.outcome(place) for place in range(INPUTS)]
    failed = [one for one in found if one.error]
    assert not failed, "\n".join(f"{one.given[:200]!a}\n{one.error}" for one in failed)
    results = {one.result for one in found}
    assert {"read", "refused", "unreadable", "wrong", "a file"} <= results


def test_the_exercises_are_found() -> None:
    assert {"rnn-bptt-numbers", "tanh-network"} <= PATHS.keys()
    assert all(isinstance(path, Path) and path.is_file() for path in PATHS.values())
