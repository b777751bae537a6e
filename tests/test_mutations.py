"""Exercise files with anything changed in them: solved, or refused with places; never a crash.

EXSOLVE_MUTATIONS is the number of files (a few hundred by default; many thousand by hand).
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mutations import changed, mutations, originals
from work import at_most_calls

from exsolve.errors import ExsolveError, Problem
from exsolve.library import load_text

FILES = int(os.environ.get("EXSOLVE_MUTATIONS", "600"))
CALLS = 40_000_000
"""No file of this size may take more function calls."""


def test_the_originals_are_sound() -> None:
    for text in originals():
        assert load_text(text).workbook.parts


@settings(max_examples=FILES, suppress_health_check=list(HealthCheck))
@given(mutations())
def test_a_changed_file_is_solved_or_refused(text: str) -> None:
    problems: tuple[Problem, ...] = ()
    try:
        with at_most_calls(CALLS):
            agreement = load_text(text, "changed.yaml").solve().agreement
    except ExsolveError as error:
        problems = error.problems
    else:
        assert agreement.agreeing == agreement.compared
    for problem in problems:
        assert problem.message
        if problem.position is None:
            assert problem.message.startswith("and "), f"no place: {problem}"
        else:
            assert problem.position.file == "changed.yaml"
            assert problem.position.line <= text.count("\n") + 1


SET = """\
id: sheet
title: A sheet
about: What it is about.
tags: [a, b]
exercises:
  - cnn-shapes
  - exercise: vit-shapes
    title: The second
    points: [2, 0.5]
"""


@settings(max_examples=100, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_changed_problem_set_is_read_or_refused_with_places(data: st.DataObject) -> None:
    text = SET
    for _ in range(data.draw(st.integers(1, 3))):
        text = data.draw(changed(text))
    try:
        load_text(text, "changed.yaml")
    except ExsolveError as error:
        for problem in error.problems:
            assert problem.position, problem
            assert problem.position.file == "changed.yaml"
