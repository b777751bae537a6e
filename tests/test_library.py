"""Use from Python: a solution shows itself."""

from __future__ import annotations

import pytest

import exsolve


def test_a_solution_shows_itself() -> None:
    solution = exsolve.load("gnn-update").solve()
    assert str(solution) == solution.text("plain")
    assert "[0, 4/5]" in str(solution)
    assert repr(solution) == "<the solution of gnn-update, 5 parts>"
    assert solution._repr_markdown_().startswith("# A graph neural network")
    assert solution.text("json").startswith("{")
    with pytest.raises(exsolve.ExsolveError, match="there is no format 'docx'"):
        solution.text("docx")


def test_a_question_has_no_answers() -> None:
    question = str(exsolve.load("gnn-update").question())
    assert "h_2 = [-1, 1]" in question
    assert "4/5" not in question
