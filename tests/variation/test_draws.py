"""What is drawn: ranges, choices, orders, words, and what is derived from them."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations, product
from math import factorial

import numpy as np
import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st
from variation.exercises import drawn, exercise

from exsolve.authoring.variation_plan import ChoiceDraw, Drawn, RangeDraw, ShuffleDraw, spelling
from exsolve.errors import ExsolveError

ONE = Drawn.of_cells([fmpq(1)], ["1"], ())
TWO = Drawn.of_cells([fmpq(2)], ["2"], ())


def numbers(count: int, shape: tuple[int, ...]) -> Drawn:
    return Drawn.of_cells([fmpq(n) for n in range(count)], [str(n) for n in range(count)], shape)


@given(
    st.integers(-9, 9), st.integers(1, 4), st.integers(1, 4), st.sets(st.integers(0, 3)),
    st.sampled_from([(), (2,), (2, 1)]),
)  # fmt: skip
def test_a_range_has_each_of_its_arrays_once(
    start: int, step: int, values: int, left_out: set[int], shape: tuple[int, ...]
) -> None:
    left_out &= set(range(values))
    draw = RangeDraw(fmpq(start), fmpq(step), values, tuple(sorted(left_out)), None, shape)
    found = [draw.at(index) for index in range(draw.size)]
    allowed = [start + step * place for place in range(values) if place not in left_out]
    cells = int(np.prod(shape, dtype=int))
    assert sorted(tuple(map(int, one.value.flat)) for one in found) == sorted(
        product(allowed, repeat=cells)
    )
    assert all(one.value.shape == shape for one in found)
    assert all(list(one.spelled) == [str(cell) for cell in one.value.flat] for one in found)


@pytest.mark.parametrize(("shape", "axis"), [((4,), 0), ((3, 2), 0), ((2, 3), 1), ((2, 2), None)])
def test_an_order_has_each_permutation_once(shape: tuple[int, ...], axis: int | None) -> None:
    start = numbers(int(np.prod(shape)), shape)
    draw = ShuffleDraw(start, axis)
    found = {draw.at(index).spelled for index in range(draw.size)}
    array = np.array(start.spelled).reshape(shape)
    items = array.size if axis is None else shape[axis]
    expected = {
        tuple((array.flat[list(order)] if axis is None else np.take(array, order, axis)).flat)
        for order in permutations(range(items))
    }
    assert found == expected
    assert draw.size == factorial(items)
    assert draw.at(0).spelled == start.spelled


def test_a_choice_is_made_whole_or_cell_by_cell() -> None:
    whole = ChoiceDraw((numbers(2, (2,)), numbers(2, (2,))), None)
    assert (whole.size, whole.shape) == (2, (2,))
    cells = ChoiceDraw((ONE, TWO), (2, 2))
    assert (cells.size, cells.shape) == (16, (2, 2))
    assert {cells.at(index).spelled for index in range(16)} == set(product("12", repeat=4))


@given(st.fractions(-100, 100, max_denominator=400), st.integers(1, 6))
def test_a_number_is_spelled_as_what_it_is(value: Fraction, decimals: int) -> None:
    cell = fmpq(value.numerator, value.denominator)
    text = spelling(cell, decimals)
    assert Fraction(text) == value
    assert spelling(cell, None) == str(value)
    if "." in text:
        assert not text.endswith("0")
        assert len(text.partition(".")[2]) <= decimals
    else:
        assert value.denominator == 1 or (value * 10**decimals).denominator != 1


def test_numbers_are_written_as_the_author_writes_them() -> None:
    vary = """
draw:
  whole: {from: 7, to: 9}
  tenth: {from: 0.1, to: 0.9, step: 0.2}
  third: {from: 1/3, to: 3, step: 1/3}
  root: {choose: [sqrt(2), 2*sqrt(2)]}
  less: 1 - tenth
  part: whole/2
  both: [whole, third]
  order: {shuffle: [5, 6]}
givens:
  a: whole + less + part + both[0] + root + third + order[0]
"""
    for values in drawn(vary, 5):
        assert values["whole"] in ("7", "8", "9")
        assert values["tenth"] in ("0.1", "0.3", "0.5", "0.7", "0.9")
        assert Fraction(values["less"]) == 1 - Fraction(values["tenth"])
        assert values["less"].startswith("0.")
        assert values["third"] == str(Fraction(values["third"]))
        assert values["part"] == str(Fraction(values["whole"]) / 2)
        assert values["both"] == f"[{values['whole']}, {values['third']}]"
        assert values["root"] in ("sqrt(2)", "2*sqrt(2)")
        assert values["order"] in ("[5, 6]", "[6, 5]")


def test_givens_are_drawn_in_their_own_shape() -> None:
    for values in drawn("givens:\n  a: {choose: [5, 6]}\n  x: {from: -1, to: 1, except: [0]}", 6):
        assert values["a"] in ("5", "6")
        assert values["x"] in ("[-1, -1]", "[-1, 1]", "[1, -1]", "[1, 1]")
    assert drawn("givens: {x: {shuffle: cells}}", 1) == [{"x": "[2, 1]"}]
    assert drawn("givens: {x: {choose: [[1, 2], [7, 8]]}}", 1) == [{"x": "[7, 8]"}]
    (values,) = drawn("draw:\n  m: {from: 1, to: 2, sizes: [2]}\ngivens: {x: m*3}", 1)
    assert values["m"] in ("[1, 1]", "[1, 2]", "[2, 1]", "[2, 2]")


def test_formulas_of_givens_stay_formulas_with_numbers_in_them() -> None:
    vary = """
draw:
  m: {from: 5, to: 5}
  n: 2 - m
givens:
  a: sqrt(3)*exp(n) + m^2/n
  x: [m*n, ln(m)/n]
"""
    (variant,) = exercise(vary).variants(1, 3)
    assert "  a: sqrt(3)*exp(-3) + (-25/3)\n" in variant.text
    assert "  x: [-15, log(5)/(-3)]       # two numbers\n" in variant.text
    with pytest.raises(ExsolveError, match="no values are found for a variant of sums in 1 try"):
        list(exercise("draw: {m: {from: 3, to: 3}}\ngivens: {a: m}").variants(1, 0))
