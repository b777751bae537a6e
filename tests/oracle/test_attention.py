"""Attention against scaled_dot_product_attention and MultiheadAttention of PyTorch."""

from __future__ import annotations

from random import Random
from typing import Any, NamedTuple

import pytest

from oracle.comparison import CASES, Data, assert_equal, data, exercise, mask_text, solved, torch

pytestmark = pytest.mark.oracle

SIZE = {"largest": 2}
"""Numbers up to 2, so that the exponentials of scores stay within sight of one another."""


class Case(NamedTuple):
    """Sizes and settings of one random attention; ``mask`` is None, causal or a tensor."""

    random: Random
    rows: bool
    cross: bool
    heads: int
    tokens: int
    memory: int
    mask: Any

    def oriented(self, given: Data) -> str:
        """The matrix as text, turned when tokens are columns."""
        return given.text if self.rows else transposed(given)

    def matrix(self, *shape: int) -> Data:
        return data(self.random, *shape, **SIZE)

    @property
    def fields(self) -> dict[str, str]:
        found = {"layout": "rows" if self.rows else "columns", "heads": str(self.heads)}
        if self.mask is not None:
            found["mask"] = "causal" if isinstance(self.mask, str) else "L"
        if self.cross:
            found["memory"] = "Y"
        return found

    @property
    def allowed(self) -> Any:
        """The mask as PyTorch's booleans, True where a token may look."""
        if isinstance(self.mask, str):
            return torch.ones(self.tokens, self.memory).tril().bool()
        return self.mask

    def mask_given(self) -> dict[str, str]:
        if self.mask is None or isinstance(self.mask, str):
            return {}
        return {"L": mask_text(self.mask if self.rows else self.mask.T)}


def transposed(given: Data) -> str:
    return str(given.tensor.T.tolist())


def a_case(name: str, seed: int) -> Case:
    random = Random(f"{name} {seed}")
    cross = random.random() < 0.4
    tokens = random.randint(1, 4)
    memory = random.randint(1, 4) if cross else tokens
    mask: Any = random.choice((None, "causal", "given"))
    if mask == "given":
        allowed = [[random.random() < 0.5 for _ in range(memory)] for _ in range(tokens)]
        for row in allowed:
            row[random.randrange(memory)] = True  # a token that may look nowhere has no weights
        mask = torch.tensor(allowed)
    return Case(
        random, random.random() < 0.5, cross, random.choice((1, 1, 2, 3)), tokens, memory, mask
    )


def as_heads(matrix: Any, heads: int) -> Any:
    """(tokens, heads * size) as (heads, tokens, size)."""
    return matrix.reshape(matrix.shape[0], heads, -1).transpose(0, 1)


def joined(outputs: Any) -> Any:
    return outputs.transpose(0, 1).reshape(outputs.shape[1], -1)


def turned(case: Case, tensor: Any) -> Any:
    return tensor if case.rows else tensor.T


def test_heads_against_scaled_dot_product_attention() -> None:
    """Q, K, V from weights and biases, the scale given or not, H and (one head) A."""
    seen = set()
    for seed in range(CASES):
        case = a_case("dot product", seed)
        random = case.random
        seen.add((case.rows, case.cross, case.heads > 1, case.mask is None))
        width, size, out = random.randint(1, 3), random.randint(1, 2), random.randint(1, 2)
        inputs = {"X": case.matrix(case.tokens, width)}
        if case.cross:
            inputs["Y"] = case.matrix(case.memory, width)
        fields, givens = case.fields, case.mask_given()
        givens |= {name: case.oriented(given) for name, given in inputs.items()}
        projected = {}
        for letter, each in (("Q", size), ("K", size), ("V", out)):
            source = inputs["Y" if case.cross and letter != "Q" else "X"]
            weight = case.matrix(width, case.heads * each)
            givens[f"W_{letter}"] = case.oriented(weight)
            projected[letter] = source.tensor @ weight.tensor
            if random.random() < 0.5:
                bias = case.matrix(case.heads * each)
                givens[f"b_{letter}"] = bias.text
                projected[letter] = projected[letter] + bias.tensor
        scale = random.choice((None, 1.0, 0.5))
        if scale is not None:
            fields["scale"] = str(scale)
        q, k, v = (as_heads(projected[letter], case.heads) for letter in "QKV")
        expected = torch.nn.functional.scaled_dot_product_attention(
            q, k, v, attn_mask=case.allowed, scale=scale
        )
        found = solved(exercise("attention", fields, givens, "Q, K, V, H"))
        what = f"case {seed}: {case}"
        for letter in "QKV":
            assert_equal(found[letter], turned(case, projected[letter]), f"{letter}, {what}")
        assert_equal(found["H"], turned(case, joined(expected)), what)
        for place, head in enumerate(expected):
            name = f"A_{place + 1}" if case.heads > 1 else "A"
            weights = torch.nn.functional.scaled_dot_product_attention(
                q[place], k[place], torch.eye(case.memory, dtype=torch.float64),
                attn_mask=case.allowed, scale=scale,
            )  # fmt: skip
            assert_equal(found[name], turned(case, weights), f"{name}, {what}")
            assert head.shape == (case.tokens, out)
    assert len(seen) == 16, "every combination of layout, memory, heads and mask occurred"


def test_layers_against_multi_head_attention() -> None:
    """The whole layer with its output projection: in_proj, heads, out_proj, both biases."""
    seen = set()
    for seed in range(CASES):
        case = a_case("layer", seed)
        width = case.heads * case.random.randint(1, 2)
        biased = case.random.random() < 0.5
        seen.add((case.rows, case.cross, case.heads, biased))
        inputs = {"X": case.matrix(case.tokens, width)}
        inputs["Y"] = case.matrix(case.memory, width) if case.cross else inputs["X"]
        weights = {f"W_{letter}": case.matrix(width, width) for letter in "QKVO"}
        givens = case.mask_given() | {"X": case.oriented(inputs["X"])}
        if case.cross:
            givens["Y"] = case.oriented(inputs["Y"])
        givens |= {name: case.oriented(given) for name, given in weights.items()}
        biases = {f"b_{letter}": case.matrix(width) for letter in "QKVO"} if biased else {}
        givens |= {name: given.text for name, given in biases.items()}
        layer = torch.nn.MultiheadAttention(
            width, case.heads, bias=biased, batch_first=True, dtype=torch.float64
        )
        with torch.no_grad():
            layer.in_proj_weight.copy_(
                torch.cat([weights[f"W_{letter}"].tensor.T for letter in "QKV"])
            )
            layer.out_proj.weight.copy_(weights["W_O"].tensor.T)
            if biased:
                layer.in_proj_bias.copy_(
                    torch.cat([biases[f"b_{letter}"].tensor for letter in "QKV"])
                )
                layer.out_proj.bias.copy_(biases["b_O"].tensor)
            memory = inputs["Y"].tensor[None]
            expected, attention = layer(
                inputs["X"].tensor[None], memory, memory, average_attn_weights=False,
                attn_mask=None if case.allowed is None else ~case.allowed,
            )  # fmt: skip
        found = solved(exercise("attention", case.fields, givens, "O"))
        what = f"case {seed}: {case}"
        assert_equal(found["O"], turned(case, expected[0]), what)
        for place, head in enumerate(attention[0]):
            name = f"A_{place + 1}" if case.heads > 1 else "A"
            assert_equal(found[name], turned(case, head), f"{name}, {what}")
    assert len(seen) == 24, "every combination of layout, memory, heads and bias occurred"
