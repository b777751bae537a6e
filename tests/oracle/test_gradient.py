"""Derived gradients of random graphs against PyTorch's autograd of the same equations."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any, NamedTuple

import numpy as np
import pytest

from exsolve.evaluate import ExactRoute, NumericRoute, evaluate
from exsolve.exact.balls import Balls
from exsolve.library import load_text
from oracle.comparison import CASES, Solved, assert_equal, data, exercise, torch

pytestmark = pytest.mark.oracle

BATCHES = 10


class Rule(NamedTuple):
    """An equation over two arrays of shape (2, 3), and the same in PyTorch.

    ``s`` is a number, ``v`` a vector of 3, ``u`` a matrix of 3 x 3, ``m`` one of 2 x 2.
    No rule has its kink where these data can lie, at which balls would decide nothing.
    """

    text: str
    same: Callable[..., Any]


RULES = (
    Rule("sigmoid({0})*{1}", lambda a, b, s, v, u, m: torch.sigmoid(a) * b),
    Rule("tanh({0} @ u + v)", lambda a, b, s, v, u, m: torch.tanh(a @ u + v)),
    Rule("{0} + s*{1}", lambda a, b, s, v, u, m: a + s * b),
    Rule("{0} / (1 + {1}^2)", lambda a, b, s, v, u, m: a / (1 + b**2)),
    Rule("softmax({0}, axis=1)", lambda a, b, s, v, u, m: torch.softmax(a, 1)),
    Rule("softmax({0}, axis=0) - {1}", lambda a, b, s, v, u, m: torch.softmax(a, 0) - b),
    Rule("log_softmax({0})", lambda a, b, s, v, u, m: torch.log_softmax(a, -1)),
    Rule("softmax({0} @ {1}.T) @ {1}", lambda a, b, s, v, u, m: torch.softmax(a @ b.T, -1) @ b),
    Rule("m @ {0} - v", lambda a, b, s, v, u, m: m @ a - v),
    Rule("{0} - mean({0}, axis=0)", lambda a, b, s, v, u, m: a - a.mean(0)),
    Rule(
        "{0} / sqrt(var({1}, axis=1, keepdims=true) + 1)",
        lambda a, b, s, v, u, m: a / torch.sqrt(b.var(1, keepdim=True, correction=0) + 1),
    ),
    Rule(
        "relu({0} - 1/7) + abs({1} + 1/7)",
        lambda a, b, s, v, u, m: (a - 1 / 7).relu() + (b + 1 / 7).abs(),
    ),
    Rule("exp(tanh({0}))*v", lambda a, b, s, v, u, m: torch.exp(torch.tanh(a)) * v),
    Rule("ln(2 + {0}^2)*s", lambda a, b, s, v, u, m: torch.log(2 + a**2) * s),
    Rule(
        "outer({0}[:, 0], v) + sum({1})",
        lambda a, b, s, v, u, m: torch.outer(a[:, 0], v) + b.sum(),
    ),
    Rule(
        "concat({0}[0:1], {1}[1:2], axis=0)", lambda a, b, s, v, u, m: torch.cat([a[:1], b[1:2]])
    ),
    Rule("reshape({0}, [3, 2]).T", lambda a, b, s, v, u, m: a.reshape(3, 2).T),
    Rule(
        "stack(dot({0}[0], v)*v, {1}[1])",
        lambda a, b, s, v, u, m: torch.stack([torch.dot(a[0], v) * v, b[1]]),
    ),
)  # fmt: skip


@pytest.mark.parametrize("batch", range(BATCHES))
def test_gradients_of_random_graphs_are_those_of_autograd(batch: int) -> None:
    count = -(-CASES // BATCHES)
    for seed in range(batch * count, (batch + 1) * count):
        random = Random(f"gradient {seed}")
        shapes = {"x": (2, 3), "z": (2, 3), "s": (), "v": (3,), "u": (3, 3), "m": (2, 2)}
        givens = {name: data(random, *shape, largest=1) for name, shape in shapes.items()}
        values = {name: one.tensor.requires_grad_(True) for name, one in givens.items()}
        rest = [values[name] for name in ("s", "v", "u", "m")]
        known, define = ["x", "z"], {}
        for place in range(random.randint(2, 6)):
            rule, name = random.choice(RULES), f"q_{place}"
            one, two = random.choice(known), random.choice(known)
            define[name] = rule.text.format(one, two)
            values[name] = rule.same(values[one], values[two], *rest)
            values[name].retain_grad()
            known.append(name)
        ends = random.sample(known, 2)
        define["L"] = " + ".join(f"sumsq({name})" for name in ends)
        loss = sum((values[name] ** 2).sum() for name in ends)
        loss.backward()
        text = exercise(
            "formulas",
            {
                "define": "{" + ", ".join(f"{k}: '{v}'" for k, v in define.items()) + "}",
                "gradients": f"[{{of: L, for: [{', '.join(values)}]}}]",
            },
            {name: one.text for name, one in givens.items()},
            "L",
        )
        found = computed(text)
        assert_equal(found["L"], loss, f"{seed}: L\n{text}")
        for name, tensor in values.items():
            expected = torch.zeros_like(tensor) if tensor.grad is None else tensor.grad
            assert_equal(found[f"grad_{name}"], expected, f"{seed}: {name}\n{text}")


def computed(text: str) -> dict[str, Solved]:
    """Every value of the exercise's graph, in float64 and in balls of 200 bits."""
    graph = load_text(text).workbook.graph
    numeric = evaluate(graph, NumericRoute())
    with Balls(200) as balls:
        exact = evaluate(graph, ExactRoute(balls))
        return {
            name: Solved(
                value,
                np.array([float(cell.mid()) for cell in exact[name].flat]).reshape(value.shape),
            )
            for name, value in numeric.items()
        }
