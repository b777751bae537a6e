"""Random instances fulfil what is declared, come smallest first, and are always the same."""

from __future__ import annotations

from itertools import islice

import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st
from verification.formulas import at, symbols

from exsolve.errors import ExsolveError
from exsolve.exact.closed_form import ClosedForm
from exsolve.verification.instances import allowed_sizes, instances, symbolic_instance

SHAPES = {"X": ("n", "d"), "b": ("d",), "beta": (), "p": ()}
CONDITIONS = ["d > n", "beta > 0", "p > 0", "p < 1"]


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**48))
def test_every_instance_fulfils_the_conditions_and_has_the_declared_shapes(seed: int) -> None:
    for one in instances(symbols(SHAPES, CONDITIONS), 24, seed):
        n, d = one.sizes["n"], one.sizes["d"]
        assert d > n
        assert [one.values[name].shape for name in SHAPES] == [(n, d), (d,), (), ()]
        assert one.values["beta"][()] > 0
        assert 0 < one.values["p"][()] < 1
        assert all(isinstance(cell, fmpq) for value in one.values.values() for cell in value.flat)


def test_conditions_on_arrays_hold_in_every_cell() -> None:
    for one in instances(symbols({"b": ("n",)}, ["b > 0"]), 24, 5):
        assert all(cell > 0 for cell in one.values["b"].flat)


def test_a_seed_says_everything() -> None:
    def drawn(seed: int) -> list[str]:
        return [one.describe(["n", *SHAPES]) for one in instances(symbols(SHAPES), 24, seed)]

    assert drawn(7) == drawn(7)
    assert drawn(7) != drawn(8)


def test_the_smallest_sizes_come_first_and_several_follow() -> None:
    found = [
        (one.sizes["n"], one.sizes["d"]) for one in instances(symbols(SHAPES, ["d > n"]), 24, 1)
    ]
    assert found[:2] == [(1, 2), (1, 3)]
    assert len(set(found)) >= 4


def test_sizes_fulfil_conditions_on_letters_alone() -> None:
    sizes = allowed_sizes(symbols(SHAPES, ["d == n + 1", "beta > 0"]))
    assert {(one["n"], one["d"]) for one in sizes} >= {(1, 2), (2, 3), (3, 4)}
    assert all(one["d"] == one["n"] + 1 for one in sizes)


def refused(where: list[str]) -> ExsolveError:
    with pytest.raises(ExsolveError) as found:
        list(islice(instances(symbols(SHAPES, where), 24, 3), 24))
    return found.value


def test_sizes_that_cannot_be_are_refused() -> None:
    (problem,) = refused(["beta > 0", "d > n", "n > d"]).problems
    assert problem.message == "no sizes fulfil the conditions"
    assert problem.found == "d > n, n > d"
    assert problem.position == at(2, 0)


def test_the_search_for_values_ends() -> None:
    (problem,) = refused(["p > 2", "p < 1"]).problems
    assert problem.message.startswith("no random instance fulfils the condition")
    assert "p < 1" in problem.message
    assert problem.hint


def test_a_condition_without_a_value_is_refused_where_it_stands() -> None:
    (problem,) = refused(["beta > -9", "ln(beta) > -9"]).problems
    assert "the logarithm is defined for positive numbers only" in problem.message
    assert problem.position is not None
    assert problem.position.line == 2


def test_symbolic_instances_have_a_symbol_of_its_own_in_each_cell() -> None:
    found = symbolic_instance(symbols(SHAPES), {"n": 2, "d": 3}).values
    cells = [cell for value in found.values() for cell in value.flat]
    assert all(isinstance(cell, ClosedForm) for cell in cells)
    assert len({str(cell) for cell in cells}) == len(cells) == 2 * 3 + 3 + 1 + 1
