"""Attention's general formulas and the constructed layers against PyTorch's own layers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from flint import fmpq

from exsolve.evaluate import Array, ClosedFormRoute, ExactRoute, NumericRoute, as_float, evaluate
from exsolve.exact.balls import Balls
from exsolve.expression.tree import Name
from exsolve.library import load_exercise
from exsolve.spec.files import read_bytes
from exsolve.verification.lines import Lines
from exsolve.verification.setting import Instance
from oracle.comparison import CASES, Solved, assert_equal, data, torch

pytestmark = pytest.mark.oracle

attention = torch.nn.functional.scaled_dot_product_attention

SHARP = 200.0
"""A β at which e^(-β/√5), what a constructed layer leaves out, is far below float64's precision."""
CONSTRUCTED = 25
"""Random cases of each construction; the exercise is solved anew for each."""


def workbook(exercise: str, givens: Mapping[str, str] | None = None) -> Any:
    path = Path(__file__).parents[2] / f"problems/transformers/{exercise}.yaml"
    return load_exercise(read_bytes(path), str(path), givens).workbook


@cache
def lines(exercise: str, name: str) -> tuple[Any, Lines]:
    book = workbook(exercise)
    return book, Lines(book.graph, book.setting, [Name(name)], [lambda offset: None])


def formula_at(exercise: str, name: str, tensors: Mapping[str, Any]) -> Solved:
    """The value of a general formula with tensors in the place of its symbols, on both routes."""
    book, line = lines(exercise, name)
    sizes: dict[str, int] = {}
    for symbol, tensor in tensors.items():
        sizes.update(zip(book.setting.symbols[symbol], tensor.shape, strict=True))
    graph = line.at(Instance(sizes, {name: exactly(one) for name, one in tensors.items()}))
    (wanted,) = line.names
    with Balls(200) as balls:
        exact = evaluate(graph, ExactRoute(balls), only=[wanted])[wanted]
        middle = np.array([float(cell.mid()) for cell in exact.flat]).reshape(exact.shape)
    return Solved(evaluate(graph, NumericRoute(), only=[wanted])[wanted], middle)


def exactly(tensor: Any) -> Array:
    cells = np.empty(tuple(tensor.shape), dtype=object)
    for place in np.ndindex(cells.shape):
        cells[place] = fmpq(*float(tensor[place]).as_integer_ratio())
    return cells


def draw(random: Random, *shape: int) -> Any:
    """Numbers up to 2, so that the exponentials of scores stay within sight of one another."""
    return data(random, *shape, largest=2).tensor


def test_dot_product_attention() -> None:
    for seed in range(CASES):
        random = Random(f"dot product {seed}")
        d, n, m, t = (random.randint(1, 4) for _ in range(4))
        beta = draw(random)
        q, k, v = draw(random, d, n), draw(random, d, m), draw(random, t, m)
        expected = attention(q.T, k.T, v.T, scale=float(beta)).T
        found = formula_at("attention-properties", "H", {"Q": q, "K": k, "V": v, "beta": beta})
        assert_equal(found, expected, f"case {seed}")


def test_jacobian_of_an_output_by_a_key() -> None:
    for seed in range(CASES):
        random = Random(f"jacobian {seed}")
        d, t, others = (random.randint(1, 4) for _ in range(3))
        beta = draw(random)
        q, key, value = draw(random, d), draw(random, d), draw(random, t)
        keys, values = draw(random, d, others), draw(random, t, others)

        def output(
            key: Any, q: Any = q, keys: Any = keys, beta: Any = beta, v: Any = (value, values)
        ) -> Any:
            weights = torch.softmax(beta * torch.column_stack([key, keys]).T @ q, dim=0)
            return torch.column_stack(v) @ weights

        expected = torch.autograd.functional.jacobian(output, key)
        symbols = {"q": q, "k_j": key, "v_j": value, "K_o": keys, "V_o": values, "beta": beta}
        found = formula_at("attention-properties", "dh_dk", symbols)
        assert_equal(found, expected, f"case {seed}")


def test_many_heads_with_keys_and_values_of_their_own() -> None:
    for seed in range(CASES):
        random = Random(f"heads {seed}")
        d, n, m, t, h, k, p, o = (random.randint(1, 3) for _ in range(8))
        inputs = {"Q": draw(random, d, n), "K": draw(random, d, m), "V": draw(random, t, m)}
        weights = {
            "W_Q": draw(random, h, k, d), "W_K": draw(random, h, k, d),
            "W_V": draw(random, h, p, t), "W_O": draw(random, h, o, p),
        }  # fmt: skip
        projected = [weights[f"W_{name}"] @ inputs[name] for name in "QKV"]
        heads = attention(*(one.transpose(1, 2) for one in projected)).transpose(1, 2)
        joined = torch.cat(list(heads))
        expected = torch.cat(list(weights["W_O"]), dim=1) @ joined
        found = formula_at("multi-head-attention", "H", {**inputs, **weights})
        assert_equal(found, expected, f"case {seed}")


def test_self_attention_against_the_module() -> None:
    for seed in range(CASES):
        random = Random(f"module {seed}")
        h, k, n = (random.randint(1, 3) for _ in range(3))
        e = h * k
        tokens = draw(random, e, n)
        w_q, w_k, w_v = (draw(random, h, k, e) for _ in range(3))
        w_o = draw(random, h, e, k)
        module = torch.nn.MultiheadAttention(
            e, h, bias=False, batch_first=True, dtype=torch.float64
        )
        with torch.no_grad():
            module.in_proj_weight.copy_(torch.cat([one.reshape(e, e) for one in (w_q, w_k, w_v)]))
            module.out_proj.weight.copy_(torch.cat(list(w_o), dim=1))
            expected = module(*[tokens.T[None]] * 3)[0][0].T
        symbols = {"C": tokens, "W_Q": w_q, "W_K": w_k, "W_V": w_v, "W_O": w_o}
        assert_equal(formula_at("self-attention-layer", "H", symbols), expected, f"case {seed}")


def solved(givens: Mapping[str, str], *names: str) -> list[Any]:
    """Values of the solved exercise with these givens, as tensors."""
    graph = workbook("self-attention-layer", givens).numeric
    values = evaluate(graph, ClosedFormRoute(), only=names)
    return [
        torch.tensor([as_float(cell) for cell in values[name].flat], dtype=torch.float64).reshape(
            values[name].shape
        )
        for name in names
    ]


def module_of(queries: list[Any], keys: Any, values: list[Any], tokens: Any) -> Any:
    """The outputs of a MultiheadAttention with these matrices, its heads added up.

    It wants heads that together are as long as a token, so everything is filled with zeros. (The
    scale is then that of the longer heads, which sharp scores do not notice.)
    """
    count = len(queries)
    size = max(keys.shape[0], -(-tokens.shape[0] // count))
    whole = size * count

    def filled(matrix: Any, rows: int) -> Any:
        found = torch.zeros(rows, whole, dtype=torch.float64)
        found[: matrix.shape[0], : matrix.shape[1]] = matrix
        return found

    module = torch.nn.MultiheadAttention(
        whole, count, bias=False, batch_first=True, dtype=torch.float64
    )
    out = torch.eye(size, dtype=torch.float64).repeat(1, count)
    padded = torch.zeros(whole, tokens.shape[1], dtype=torch.float64)
    padded[: tokens.shape[0]] = tokens
    with torch.no_grad():
        blocks = [[filled(one, size) for one in several] for several in (queries, values)]
        in_keys = [filled(keys, size)] * count
        module.in_proj_weight.copy_(torch.cat([*blocks[0], *in_keys, *blocks[1]]))
        module.out_proj.weight.copy_(filled(out, whole))
        found = module(*[padded.T[None]] * 3, need_weights=False)[0][0].T
    return found[: values[0].shape[0]]


def close(found: Any, expected: Any, what: str) -> None:
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-12, msg=what)


def test_identity_permutation_and_linear_layer() -> None:
    names = ("X_ex", "W_pos", "W_token", "W_linear", "H_identity", "H_permuted", "H_linear")
    for seed in range(CONSTRUCTED):
        random = Random(f"constructed {seed}")
        tokens, matrix, bias = data(random, 2, 3), data(random, 2, 2), data(random, 2)
        order = random.sample(range(3), 3)
        moved = [[float(i == j) for j in order] for i in range(3)]
        givens = {"C_ex": tokens.text, "F": matrix.text, "b": bias.text, "P": str(moved)}
        x, position, token, linear, same, permuted, layered = solved(givens, *names)
        asked = SHARP * position
        what = f"case {seed}: {givens}"
        close(same, tokens.tensor, what)
        close(module_of([asked], position, [token], x), tokens.tensor, what)
        close(permuted, tokens.tensor[:, order], what)
        moving = torch.tensor(moved, dtype=torch.float64) @ asked
        close(module_of([moving], position, [token], x), permuted, what)
        one_by_one = torch.nn.functional.conv1d(
            tokens.tensor, matrix.tensor[:, :, None], bias.tensor
        )
        close(layered, one_by_one, what)
        close(module_of([asked], position, [linear], x), one_by_one, what)


def test_convolution() -> None:
    names = ("X_four", "W_where", "L", "R", "W_values", "H_conv")
    for seed in range(CONSTRUCTED):
        random = Random(f"convolution {seed}")
        tokens, kernels = data(random, 2, 4), data(random, 2, 2, 3)
        givens = {"C_four": tokens.text, "G": kernels.text}
        x, where, left, right, values, found = solved(givens, *names)
        inside = torch.nn.functional.conv1d(tokens.tensor, kernels.tensor, padding=1)
        expected = torch.nn.functional.pad(inside, (0, 1))
        what = f"case {seed}: {givens}"
        close(found, expected, what)
        queries = [SHARP * turn @ where for turn in (left, torch.eye(5).double(), right)]
        close(module_of(queries, where, list(values), x), expected, what)
        heads = [
            attention((query @ x).T, (where @ x).T, (value @ x).T).T
            for query, value in zip(queries, values, strict=True)
        ]
        close(sum(heads), expected, what)
