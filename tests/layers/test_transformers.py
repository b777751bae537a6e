"""Layers of transformers: the published sizes of ViT, and what is said of one that does not fit."""

from __future__ import annotations

import numpy as np
import pytest
from flint import fmpq

from exsolve.errors import LanguageError
from exsolve.evaluate import ClosedFormRoute, value_of
from exsolve.exact.closed_form import symbol
from exsolve.layers.network import Placed, read, repeated, walk

ROUTE = ClosedFormRoute()


def vector(*sizes: int | str) -> np.ndarray:
    array = np.empty(len(sizes), dtype=object)
    array[:] = [symbol(size) if isinstance(size, str) else fmpq(size) for size in sizes]
    return array


def placed(texts: list[str], *sizes: int | str) -> tuple[list[Placed], list[LanguageError]]:
    """The layers in their places, and what is wrong with them."""
    problems: list[LanguageError] = []
    layers = [read(text, problems) for text in texts]
    refused: list[tuple[int, LanguageError]] = []
    found = walk(vector(*sizes), layers, ROUTE, refused)
    return found, problems + [problem for _, problem in refused]


def network(texts: list[str], *sizes: int | str) -> list[Placed]:
    """The layers in their places; all of them must fit."""
    found, problems = placed(texts, *sizes)
    assert not problems
    return found


def refusal(texts: list[str], *sizes: int | str) -> LanguageError:
    """The one thing that is wrong with the layers."""
    (problem,) = placed(texts, *sizes)[1]
    return problem


def parameters(one: Placed) -> int:
    return int(value_of(one.outcome.params, ROUTE, {})[()])


def vision_transformer(patch: int, width: int, heads: int, hidden: int, blocks: int) -> list[str]:
    tokens = (224 // patch) ** 2 + 1
    return [
        f"Conv2d(3, {width}, {patch}, stride={patch})",
        "Flatten(2)",
        "Transpose(1, 2)",
        f"ClassToken({width})",
        f"PositionEmbedding({tokens}, {width})",
        *[f"TransformerEncoderLayer({width}, {heads}, {hidden}, batch_first=True)"] * blocks,
        f"LayerNorm({width})",
        "Select(1, 0)",
        f"Linear({width}, 1000)",
    ]


# Documentation of torchvision.models, vit_b_16, vit_b_32, vit_l_16 and vit_l_32 with the weights
# IMAGENET1K_V1: num_params, and GFLOPS, which are multiply-adds there.
PUBLISHED = [
    ((16, 768, 12, 3072, 12), 86_567_656, "17.56"),
    ((32, 768, 12, 3072, 12), 88_224_232, "4.41"),
    ((16, 1024, 16, 4096, 24), 304_326_632, "61.55"),
    ((32, 1024, 16, 4096, 24), 306_535_400, "15.38"),
]


@pytest.mark.parametrize(("sizes", "count", "work"), PUBLISHED)
def test_vision_transformers_have_their_published_sizes(
    sizes: tuple[int, int, int, int, int], count: int, work: str
) -> None:
    found = network(vision_transformer(*sizes), 1, 3, 224, 224)
    assert sum(map(parameters, found)) == count
    shapes = {"shape_0": vector(1, 3, 224, 224)} | {one.name: one.sizes for one in found}
    done = sum(
        int(value_of(node, ROUTE, shapes)[()])
        for one in found
        if (node := one.multiply_adds()) is not None
    )
    assert f"{done / 1e9:.2f}" == work


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("MultiheadAttention(6, 2)", 4 * 36 + 4 * 6),
        ("MultiheadAttention(6, 2, bias=False)", 4 * 36),
        ("MultiheadAttention(6, 2, add_bias_kv=True)", 4 * 36 + 4 * 6 + 2 * 6),
        ("TransformerEncoderLayer(6, 2, 5)", 4 * 36 + 4 * 6 + 2 * 30 + 5 + 6 + 2 * 12),
        ("TransformerEncoderLayer(6, 2, 5, bias=False)", 4 * 36 + 2 * 30 + 2 * 6),
        ("ClassToken(6)", 6),
        ("PositionEmbedding(7, 6)", 42),
        ("Select(1, 0)", 0),
    ],
)
def test_parameters(text: str, count: int) -> None:
    (one,) = network([text], "N", 7, 6)
    assert parameters(one) == count
    assert count == sum(int(value_of(part, ROUTE, {})[()]) for _, part in one.outcome.parts) or (
        not one.outcome.parts
    )


def test_the_shortest_spelling_leaves_out_what_changes_no_size() -> None:
    text = "TransformerEncoderLayer(d_model=6, nhead=2, dim_feedforward=5, norm_first=True)"
    (one,) = network([text], "N", 7, 6)
    assert one.layer.text == "TransformerEncoderLayer(6, 2, 5)"
    (other,) = network(["TransformerEncoderLayer(6, 2, 5, dropout=0.5, bias=False)"], "N", 7, 6)
    assert other.layer.text == "TransformerEncoderLayer(6, 2, 5, bias=False)"
    (flat,) = network(["Flatten(2)"], "N", 7, 6)
    assert flat.layer.text == "Flatten(2)"


def test_the_attention_of_a_block_is_a_table_of_tokens_by_tokens_for_each_head() -> None:
    for text, weights in (
        ("MultiheadAttention(6, 2, batch_first=True)", ["N", "2", "7", "7"]),
        # without batch_first the first axis is that of the tokens, as in PyTorch
        ("MultiheadAttention(6, 2)", ["7", "2", "N", "N"]),
        ("MultiheadAttention(6, 2, batch_first=True, add_zero_attn=True)", ["N", "2", "7", "8"]),
    ):
        (one,) = network([text], "N", 7, 6)
        inside = dict(one.outcome.inside)
        expected = vector(*(size if size == "N" else int(size) for size in weights))
        found = value_of(inside["attention weights"], ROUTE, {"shape_0": vector("N", 7, 6)})
        assert list(found) == list(expected), text


@pytest.mark.parametrize(
    ("texts", "sizes", "message", "hint"),
    [
        (["MultiheadAttention(768, 10)"], ("N", 197, 768), "among num_heads=10 heads", ""),
        (["TransformerEncoderLayer(768, 7)"], ("N", 197, 768), "d_model=768 cannot be divided", ""),
        (["MultiheadAttention(512, 8)"], ("N", 197, 768), "embed_dim is 512", "embed_dim=768"),
        (["MultiheadAttention(512, 8)"], ("N", 512, 196), "embed_dim is 512", "Transpose(1, 2)"),
        (
            ["Conv2d(3, 8, 4, stride=4)", "TransformerEncoderLayer(8, 2)"],
            ("N", 3, 16, 16),
            "needs an input of 3 axes, this one has 4",
            "Flatten(2) and Transpose(1, 2)",
        ),
        (["MultiheadAttention(6, 2, kdim=4)"], ("N", 7, 6), "kdim=4, but in self-attention", ""),
        (["ClassToken(768)"], ("N", 768, 196), "embed_dim is 768", "Transpose(1, 2)"),
        (["ClassToken(768)"], ("N", 768), "ClassToken needs tokens", ""),
        (
            ["PositionEmbedding(197, 768)"],
            ("N", 196, 768),
            "num_positions is 197, but axis 1 of its input has the size 196",
            "ClassToken(768) before it, or num_positions=196",
        ),
        (["PositionEmbedding(50, 768)"], ("N", 197, 768), "num_positions is 50", "=197"),
        (["Select(3, 0)"], ("N", 197, 768), "dim=3, but its input has 3 axes", ""),
        (["Select(1, 197)"], ("N", 197, 768), "index=197, but axis 1", ""),
        (["Select(0, 0)"], (5,), "one number alone", ""),
    ],
)
def test_refusals(texts: list[str], sizes: tuple[int | str, ...], message: str, hint: str) -> None:
    problem = refusal(texts, *sizes).problem
    assert message in problem.message
    assert problem.expected
    assert hint in problem.hint
    assert bool(hint) == bool(problem.hint)


def test_a_number_of_heads_that_would_fit_is_named() -> None:
    assert refusal(["MultiheadAttention(768, 10)"], "N", 9, 768).problem.expected.endswith("as 8")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("12 x Linear(8, 8)", (12, 5)),
        ("3x ReLU()", (3, 3)),
        ("2 × ReLU()", (2, 4)),
        ("4 * ReLU()", (4, 4)),
        ("ReLU()", (1, 0)),
        ("12", (1, 0)),
        ("12 Linear(8, 8)", (1, 0)),
    ],
)
def test_how_often_a_layer_stands(text: str, found: tuple[int, int]) -> None:
    assert repeated(text) == found
