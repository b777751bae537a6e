"""What our own pages print is read back: formulas, names and numbers."""

from __future__ import annotations

import re
from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st
from random_formulas import NAMES, formulas, value
from shipped import solved

import exsolve
from exsolve.answers.formulas import read_formula
from exsolve.answers.values import read_value
from exsolve.answers.written import Vocabulary, Written
from exsolve.errors import LanguageError
from exsolve.expression.naming import show_name
from exsolve.expression.shapes import shape_of
from exsolve.expression.tree import Constant, Literal, Node
from exsolve.library import Exercise
from exsolve.notation import written
from exsolve.ops.construct import is_call
from exsolve.solution import Step

VOCABULARY = Vocabulary(NAMES, {"f": 1})
NOTATIONS = ["text", "terminal", "latex"]
NOTHING = Vocabulary({}, {})


def reading(text: str) -> Written | LanguageError:
    try:
        return read_formula(text, VOCABULARY)
    except LanguageError as error:
        return error


@pytest.mark.parametrize("notation", NOTATIONS)
@settings(max_examples=150, deadline=None)
@given(node=formulas())
def test_formulas_are_read_back(notation: str, node: Node) -> None:
    text = written(node, notation)
    found = reading(text)
    if isinstance(found, LanguageError):
        # u ⊙ (x yᵀ) is printed without brackets, which people write for (u ⊙ x) yᵀ too
        assert notation != "text", text
        assert re.search("two ways.*and then what", str(found), re.DOTALL), text
        return
    assert shape_of(found.node, NAMES.__getitem__) == shape_of(node, NAMES.__getitem__)
    meant, read = value(node), value(found.node)
    if meant is not None and read is not None:
        assert np.allclose(meant, read, rtol=1e-6, equal_nan=True), (text, found.understood)


@settings(max_examples=100, deadline=None)
@given(formulas())
def test_what_was_understood_is_read_back_to_itself(node: Node) -> None:
    found = read_formula(written(node, "text"), VOCABULARY)
    again = read_formula(found.understood, VOCABULARY)
    assert again.understood == found.understood


NUMBER = st.fractions(max_denominator=500).filter(lambda number: abs(number) < 10**6)


@st.composite
def arrays(draw: st.DrawFn) -> np.ndarray:
    """Rational numbers in a list or a matrix."""
    shape = draw(st.sampled_from([(1,), (3,), (1, 3), (3, 1), (2, 3), (2, 1, 2)]))
    size = int(np.prod(shape))
    numbers = draw(st.lists(NUMBER, min_size=size, max_size=size))
    array = np.empty(size, dtype=object)
    array[:] = [fmpq(number.numerator, number.denominator) for number in numbers]
    return array.reshape(shape)


def rationals(text: str) -> tuple[tuple[int, ...] | None, list[fmpq]]:
    found = read_value(text, NOTHING)
    nodes = [number.node for number in found.numbers]
    assert all(isinstance(node, Literal) for node in nodes)
    return found.shape, [node.value for node in nodes if isinstance(node, Literal)]


@pytest.mark.parametrize("notation", NOTATIONS)
@settings(max_examples=60, deadline=None)
@given(array=arrays())
def test_arrays_are_read_back(notation: str, array: np.ndarray) -> None:
    text = written(Constant(array), notation)
    assert rationals(text) == (array.shape, list(array.flat)), text


@settings(max_examples=100, deadline=None)
@given(arrays())
def test_rows_in_the_way_of_matlab_are_read_back(array: np.ndarray) -> None:
    matrix = array.reshape(-1, array.shape[-1])
    for comma, row in ((" ", "; "), (", ", ";"), ("  ", "\n "), (", ", ";\n")):
        text = f"[{row.join(comma.join(map(str, line)) for line in matrix)}]"
        shape = matrix.shape if len(matrix) > 1 else (matrix.shape[1],)
        assert rationals(text) == (shape, list(matrix.flat)), text


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-1e9, 1e9), min_size=6, max_size=6))
def test_numpy_output_is_read_back(numbers: list[float]) -> None:
    array = np.array(numbers).reshape(2, 3)
    for text in (str(array), repr(array), repr(list(array[0])), str(array.tolist())):
        _, found = rationals(text)
        shown = [Fraction(one) for one in _digits(text)]
        assert [Fraction(int(one.p), int(one.q)) for one in found] == shown, text


def _digits(text: str) -> list[str]:
    bare = text.replace("float64", "")
    return re.findall(r"-?\d+\.?\d*(?:e[+-]\d+)?", bare)


@settings(max_examples=100, deadline=None)
@given(st.decimals(-(10**6), 10**6, places=4, allow_nan=False))
def test_decimals_keep_their_places(number: object) -> None:
    (found,) = read_value(str(number), NOTHING).numbers
    assert found.places == 4
    assert isinstance(found.node, Literal)
    assert Fraction(int(found.node.value.p), int(found.node.value.q)) == Fraction(str(number))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("notation", NOTATIONS)
def test_names_are_read_as_they_are_printed(name: str, notation: str) -> None:
    assert read_formula(show_name(name, notation), VOCABULARY).understood == name


def test_products_of_two_vectors_that_are_printed_bare_stay_doubtful() -> None:
    with pytest.raises(LanguageError, match="two ways"):
        read_formula("u u", VOCABULARY)
    assert is_call(read_formula("uᵀ u", VOCABULARY).node, "dot")


@pytest.mark.parametrize("exercise", ["attention-forward", "norm-statistics"])
@pytest.mark.parametrize("notation", ["terminal", "latex"])
def test_exact_values_of_solutions_are_read_back(exercise: str, notation: str) -> None:
    cells = [
        cell
        for part in solved(exercise).parts
        for step in part.steps
        if isinstance(step, Step)
        for cell in step.value.cells
        if cell.number is not None
    ]
    assert len(cells) > 10
    for cell in cells:
        text = cell.text(notation, written)
        (number,) = read_value(text, NOTHING).numbers
        found = value(number.node)
        assert found is not None
        assert float(found) == pytest.approx(cell.number, rel=1e-9), text


@pytest.mark.parametrize("exercise", ["rnn-bptt", "attention-properties", "multi-head-attention"])
def test_names_of_exercises_are_read_as_they_are_printed(exercise: str) -> None:
    loaded = exsolve.load(exercise)
    assert isinstance(loaded, Exercise)
    graph = loaded.workbook.graph
    names = {**graph.symbols, **graph.shapes}
    for name in names:
        for notation in NOTATIONS:
            text = show_name(name, notation)
            assert read_formula(text, Vocabulary(names, {})).understood == name
