"""Every pair of formulas that was decided by hand is decided in the same way."""

from __future__ import annotations

from functools import cache

import pytest
from formula_pairs import DIFFERENT, EQUAL, EXPECTED_LOSS, NOT_EXPECTED_LOSS, Pair

import exsolve
from exsolve.marking.chains import judge_derivation
from exsolve.marking.formulas import FormulaJudge


@cache
def judge(exercise: str, name: str) -> FormulaJudge:
    return FormulaJudge(exsolve.load(exercise).workbook, name, seconds=20)


def identity(pair: Pair) -> str:
    return f"{pair.exercise} {pair.name} {pair.text[:60]}"


@pytest.mark.parametrize("pair", EQUAL, ids=identity)
def test_equal_formulas_are_right(pair: Pair) -> None:
    found = judge(pair.exercise, pair.name).judge(pair.text)
    assert found.verdict == "correct", found.message
    assert found.understood


@pytest.mark.parametrize("pair", DIFFERENT, ids=identity)
def test_different_formulas_are_wrong(pair: Pair) -> None:
    found = judge(pair.exercise, pair.name).judge(pair.text)
    assert found.verdict in ("slip", "wrong"), found.message
    assert bool(found.slips) == (found.verdict == "slip")
    if found.difference is not None:
        assert found.difference.given != found.difference.expected
        assert found.difference.on in found.message


def holds(text: str) -> bool | None:
    book = exsolve.load("dropout-expectation").workbook
    found = judge_derivation(book, book.parts[0], f"E[L] = {text}", seconds=60)
    assert found.verdict != "unreadable", found.message
    return found.lines[1].holds


@pytest.mark.parametrize("text", EXPECTED_LOSS)
def test_what_the_expected_loss_is(text: str) -> None:
    assert holds(text) is True


@pytest.mark.parametrize("text", NOT_EXPECTED_LOSS)
def test_what_the_expected_loss_is_not(text: str) -> None:
    assert holds(text) is False


def test_there_are_enough_of_them() -> None:
    assert len(set(EQUAL)) == len(EQUAL) >= 60
    assert len(set(DIFFERENT)) == len(DIFFERENT) >= 60
    notations = {
        "LaTeX": any("\\" in pair.text for pair in EQUAL),
        "Unicode": any("ᵀ" in pair.text for pair in EQUAL),
        "plain": any(".T" in pair.text for pair in EQUAL),
    }
    assert all(notations.values())
