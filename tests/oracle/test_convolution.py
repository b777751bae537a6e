"""Convolution, pooling and inverse matrices, with their gradients, against PyTorch's."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any, NamedTuple

import numpy as np
import pytest

from exsolve.evaluate import ClosedFormRoute, NumericRoute, as_float, evaluate
from exsolve.library import load_text
from oracle.comparison import CASES, Data, Solved, assert_equal, data, exercise, torch

pytestmark = pytest.mark.oracle

functional = torch.nn.functional
Draw = Random


class Compared(NamedTuple):
    """A formula over arrays by name, and the same in PyTorch over their tensors, in this order."""

    formula: str
    arrays: dict[str, Data]
    same: Callable[..., Any]


def setting(draw: Draw, axes: int, least: int, most: int) -> int | tuple[int, ...]:
    """One number for all axes, or one for each."""
    if draw.random() < 0.5:
        return tuple(draw.randint(least, most) for _ in range(axes))
    return draw.randint(least, most)


def along(value: int | tuple[int, ...], axis: int) -> int:
    return value[axis] if isinstance(value, tuple) else value


def text(**settings: int | tuple[int, ...]) -> str:
    """Settings as the language writes them, each behind a comma."""
    return "".join(
        f", {name}={list(value) if isinstance(value, tuple) else value}"
        for name, value in settings.items()
    )


def batch(draw: Draw) -> tuple[int, ...]:
    """No batch, which is the usual exercise, or one."""
    return () if draw.random() < 0.6 else (draw.randint(1, 3),)


def convolution(draw: Draw) -> Compared:
    axes, groups = draw.randint(1, 2), draw.choice((1, 1, 2, 3))
    inside, out = groups * draw.randint(1, 2), groups * draw.randint(1, 2)
    settings = {
        "stride": setting(draw, axes, 1, 3),
        "padding": setting(draw, axes, 0, 2),
        "dilation": setting(draw, axes, 1, 2),
    }
    kernel = tuple(draw.randint(1, 3) for _ in range(axes))
    spatial = tuple(
        draw.randint(max(1, reach - 2 * along(settings["padding"], axis)), reach + 4)
        for axis, size in enumerate(kernel)
        if (reach := along(settings["dilation"], axis) * (size - 1) + 1)
    )
    x, w = (*batch(draw), inside, *spatial), (out, inside // groups, *kernel)
    same = getattr(functional, f"conv{axes}d")
    return Compared(
        f"conv(x, w{text(**settings, groups=groups)})",
        {"x": data(draw, *x), "w": data(draw, *w)},
        lambda x, w: same(x, w, groups=groups, **settings),
    )


def convolution_with_bias(draw: Draw) -> Compared:
    inside, out = draw.randint(1, 3), draw.randint(1, 3)
    arrays = {
        "x": data(draw, inside, draw.randint(3, 5), draw.randint(3, 5)),
        "w": data(draw, out, inside, draw.randint(1, 3), draw.randint(1, 3)),
        "b": data(draw, out),
    }
    formula = "conv(x, w) + expand_dims(b, [1, 2])"
    if draw.random() < 0.5:
        formula = f"conv(x, w) + reshape(b, [{out}, 1, 1])"
    return Compared(formula, arrays, functional.conv2d)


def transposed_convolution(draw: Draw) -> Compared:
    axes, groups = draw.randint(1, 2), draw.choice((1, 1, 2))
    inside, out = groups * draw.randint(1, 2), draw.randint(1, 2)
    while True:
        stride = setting(draw, axes, 1, 3)
        settings = {
            "stride": stride,
            "padding": setting(draw, axes, 0, 2),
            "dilation": setting(draw, axes, 1, 2),
            "output_padding": tuple(draw.randint(0, along(stride, a) - 1) for a in range(axes)),
        }
        kernel = tuple(draw.randint(1, 3) for _ in range(axes))
        spatial = tuple(draw.randint(1, 4) for _ in range(axes))
        x, w = (*batch(draw), inside, *spatial), (inside, out, *kernel)
        same = getattr(functional, f"conv_transpose{axes}d")
        sides = [
            (spatial[a] - 1) * along(stride, a)
            - 2 * along(settings["padding"], a)
            + along(settings["dilation"], a) * (kernel[a] - 1)
            + along(settings["output_padding"], a)
            for a in range(axes)
        ]
        if min(sides) >= 0:
            break
    return Compared(
        f"conv_transpose(x, w{text(**settings, groups=groups)})",
        {"x": data(draw, *x), "w": data(draw, *w)},
        lambda x, w: same(x, w, groups=groups, **settings),
    )


def pooling(draw: Draw, kind: str) -> Compared:
    axes = draw.randint(1, 2)
    size = setting(draw, axes, 1, 3)
    padding = tuple(draw.randint(0, along(size, axis) // 2) for axis in range(axes))
    settings = {"size": size}
    if draw.random() < 0.6:
        settings["stride"] = setting(draw, axes, 1, 3)
    if any(padding):
        settings["padding"] = padding
    spatial = [draw.randint(along(size, axis), along(size, axis) + 4) for axis in range(axes)]
    leading = batch(draw)
    if leading or draw.random() < 0.3:
        settings["size"] = tuple(along(size, axis) for axis in range(axes))
    same = getattr(functional, f"{kind}_pool{axes}d")
    # Few different numbers: equal greatest cells in one window are the rule.
    x = data(draw, *leading, draw.randint(1, 2), *spatial, largest=draw.choice((1, 6)))
    return Compared(
        f"{kind}_pool(x{text(**settings)})",
        {"x": x},
        lambda x: same(x, settings["size"], settings.get("stride"), settings.get("padding", 0)),
    )


def greatest(draw: Draw) -> Compared:
    return pooling(draw, "max")


def mean(draw: Draw) -> Compared:
    return pooling(draw, "avg")


def inverse(draw: Draw) -> Compared:
    size = draw.randint(1, 5)
    while True:
        a = data(draw, *batch(draw), size, size)
        if torch.linalg.det(a.tensor).abs().min() > 1 and torch.linalg.cond(a.tensor).max() < 1e3:
            return Compared("inverse(a)", {"a": a}, torch.linalg.inv)


def least_squares(draw: Draw) -> Compared:
    rows, columns = draw.randint(3, 5), draw.randint(1, 3)
    while True:
        x, y = data(draw, rows, columns), data(draw, rows)
        if torch.linalg.cond(x.tensor) < 20:
            break
    return Compared(
        f"inverse(x.T @ x + 1/2*identity({columns})) @ x.T @ y",
        {"x": x, "y": y},
        lambda x, y: torch.linalg.solve(
            x.T @ x + torch.eye(columns, dtype=torch.float64) / 2, x.T @ y
        ),
    )


FAMILIES = (
    convolution,
    convolution_with_bias,
    transposed_convolution,
    greatest,
    mean,
    inverse,
    least_squares,
)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.__name__)
def test_values_and_gradients_are_those_of_pytorch(family: Callable[[Draw], Compared]) -> None:
    for seed in range(CASES):
        draw = Random(f"{family.__name__} {seed}")
        case = family(draw)
        tensors = {name: one.tensor.requires_grad_(True) for name, one in case.arrays.items()}
        result = case.same(*tensors.values())
        weights = data(draw, *result.shape)
        loss = (weights.tensor * result).sum()
        loss.backward()
        written = exercise(
            "formulas",
            {
                "define": f"{{result: '{case.formula}', loss: sum(weights*result)}}",
                "gradients": f"[{{of: loss, for: [{', '.join(tensors)}]}}]",
            },
            {name: one.text for name, one in (case.arrays | {"weights": weights}).items()},
            "loss",
        )
        found = computed(written)
        assert_equal(found["result"], result, f"{seed}: {written}")
        for name, tensor in tensors.items():
            assert_equal(found[f"grad_{name}"], tensor.grad, f"{seed}: {name}\n{written}")


def test_second_derivatives_are_those_of_pytorch() -> None:
    for seed in range(CASES):
        draw = Random(f"second {seed}")
        case = draw.choice((convolution, transposed_convolution, greatest, mean, inverse))(draw)
        tensors = {name: one.tensor.requires_grad_(True) for name, one in case.arrays.items()}
        first, tensor = next(iter(tensors.items()))
        result = case.same(*tensors.values())
        loss = (result * result).sum()
        (gradient,) = torch.autograd.grad(loss, tensor, create_graph=True)
        (gradient * gradient).sum().backward()
        copied = case.formula.replace(f"({first}", "(copy", 1)
        written = exercise(
            "formulas",
            {
                "define": f"{{copy: 1*{first}, result: '{copied}', loss: sumsq(result), "
                "steepness: sumsq(grad_copy)}",
                "gradients": "[{of: loss, for: [copy]}, "
                f"{{of: steepness, for: [{', '.join(tensors)}]}}]",
            },
            {name: one.text for name, one in case.arrays.items()},
            "loss",
        )
        found = computed(written)
        for name, one in tensors.items():
            assert_equal(found[f"grad_{name}"], one.grad, f"{seed}: {name}\n{written}")


def computed(written: str) -> dict[str, Solved]:
    """Every value of the exercise's graph, in float64 and exact."""
    graph = load_text(written).workbook.graph
    numeric = evaluate(graph, NumericRoute())
    exact = evaluate(graph, ClosedFormRoute())
    return {
        name: Solved(
            value, np.array([as_float(cell) for cell in exact[name].flat]).reshape(value.shape)
        )
        for name, value in numeric.items()
    }
