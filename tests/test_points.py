"""Sums of points."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from exsolve.points import exact_total, total


@given(st.lists(st.fractions(max_denominator=60)))
def test_exact_totals_are_sums_of_fractions(points: list[Fraction]) -> None:
    found = exact_total(points)
    assert found == sum(points, Fraction(0))
    assert isinstance(found, Fraction)


def test_totals_have_no_noise_of_binary_fractions() -> None:
    assert total([0.1, 0.2]) == 0.3
    assert isinstance(total([0.5, 0.5]), int)
