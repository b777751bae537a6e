"""The shape rules against NumPy on random shapes: the same shape, or both refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exsolve.errors import LanguageError
from exsolve.exact.closed_form import CLOSED_FORMS
from exsolve.expression.tree import OptionValue, Shape, Slice
from exsolve.ops import OPERATIONS

shapes = st.lists(st.integers(1, 3), max_size=4).map(tuple)
axes = st.one_of(
    st.none(), st.integers(-4, 3), st.lists(st.integers(-3, 3), min_size=1, max_size=3).map(tuple)
)
bounds = st.one_of(st.none(), st.integers(-4, 4))
places = st.lists(
    st.one_of(
        st.integers(-4, 3),
        st.builds(Slice, bounds, bounds, st.sampled_from([None, 1, 2, -1, -2])),
    ),
    min_size=1,
    max_size=3,
).map(tuple)
quick = settings(max_examples=120, deadline=None)


def agree(
    name: str,
    arguments: list[Shape],
    options: dict[str, OptionValue],
    witness: Callable[..., Any],
) -> None:
    """The rule gives the shape of the witness, or refuses where it raises or is empty."""
    operation = OPERATIONS[name]
    settled = {option.name: option.default for option in operation.options} | options
    arrays = [np.zeros(shape) for shape in arguments]
    try:
        expected = np.asarray(witness(*arrays))
    except (ValueError, IndexError):
        expected = np.zeros(0)
    if not expected.size:
        with pytest.raises(LanguageError):
            operation.shape(arguments, settled)
        return
    assert operation.shape(arguments, settled) == expected.shape
    exact = operation.exact(
        CLOSED_FORMS,
        [OPERATIONS["zeros"].exact(CLOSED_FORMS, [], {"shape": s}) for s in arguments],
        settled,
    )
    assert np.shape(exact) == np.shape(operation.numeric(arrays, settled)) == expected.shape


@quick
@given(shapes, shapes)
def test_broadcasting(a: Shape, b: Shape) -> None:
    agree("add", [a, b], {}, np.add)


@quick
@given(shapes, shapes)
def test_matmul(a: Shape, b: Shape) -> None:
    agree("matmul", [a, b], {}, np.matmul)


@quick
# NumPy lets a number pass for an array with axis 0; here that is refused.
@given(shapes.filter(len), axes, st.booleans())
def test_sum(a: Shape, axis: OptionValue, keepdims: bool) -> None:
    agree(
        "sum", [a], {"axis": axis, "keepdims": keepdims},
        lambda x: np.sum(x, axis=axis, keepdims=keepdims),
    )  # fmt: skip


@quick
@given(shapes, places)
def test_index(a: Shape, at: tuple[int | Slice, ...]) -> None:
    native = tuple(slice(*one) if isinstance(one, Slice) else one for one in at)
    agree("index", [a], {"at": at}, lambda x: x[native])


@quick
@given(st.lists(shapes, min_size=1, max_size=3), st.integers(-4, 3))
def test_concat_and_stack(many: list[Shape], axis: int) -> None:
    agree("concat", many, {"axis": axis}, lambda *xs: np.concatenate(xs, axis=axis))
    same = [many[0]] * len(many)
    agree("stack", same, {"axis": axis}, lambda *xs: np.stack(xs, axis=axis))
    agree("concat", same, {"axis": axis}, lambda *xs: np.concatenate(xs, axis=axis))


@quick
@given(shapes, st.lists(st.sampled_from([1, 2, 3, 6, -1]), min_size=1, max_size=3).map(tuple))
def test_reshape_and_expand(a: Shape, target: Shape) -> None:
    agree("reshape", [a], {"shape": target}, lambda x: np.reshape(x, target))
    agree("expand", [a], {"shape": target}, lambda x: np.broadcast_to(x, target))


@quick
@given(shapes, axes)
def test_expand_dims_and_transpose(a: Shape, axis: OptionValue) -> None:
    if axis is not None:
        agree("expand_dims", [a], {"axis": axis}, lambda x: np.expand_dims(x, axis))
    agree("transpose", [a], {"axes": axis}, lambda x: np.transpose(x, axis))
