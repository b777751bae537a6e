"""Attention: masks of the scores' shape, the output projection with its bias, refusals."""

from __future__ import annotations

import pytest
from solved import fractions, refused_at_mark, solve, steps

IDENTITY = "[[1, 0], [0, 1]]"


def exercise(*fields: str, answers: str, **givens: str) -> str:
    data = {"X": "[[0, 0], [0, 0]]", "W_Q": IDENTITY, "W_K": IDENTITY, "W_V": IDENTITY} | givens
    lines = [
        "id: test-attention", "title: Test", "kind: attention", *fields,
        "givens:", *(f"  {name}: {value}" for name, value in data.items()),
        "parts:", f"  - {{id: a, ask: Compute., answers: [{answers}]}}",
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def test_causal_mask_of_cross_attention_has_the_shape_of_the_scores() -> None:
    """All scores are 0, so each weight is one over the number of tokens in sight."""
    text = exercise(
        "memory: Y", "mask: causal", answers="M, A", Y="[[1, 2], [3, 4], [5, 6]]",
        W_K="[[0, 0], [0, 0]]",
    )  # fmt: skip
    found = steps(solve(text))
    assert fractions(found["M"]) == [[1, 0, 0], [1, 1, 0]]
    half = fractions(found["A"])[1][0]
    assert fractions(found["A"]) == [[1, 0, 0], [half, half, 0]]
    assert 2 * half == 1


@pytest.mark.parametrize("layout", ["rows", "columns"])
def test_output_projection_adds_its_bias_to_every_token(layout: str) -> None:
    text = exercise(
        f"layout: {layout}", answers="O", X="[[0, 0], [0, 0]]", b_V="[1, 2]",
        W_O="[[1, 0], [0, 2]]", b_O="[10, 20]",
    )  # fmt: skip
    rows = fractions(steps(solve(text))["O"])
    tokens = rows if layout == "rows" else [list(token) for token in zip(*rows, strict=True)]
    assert tokens == [[11, 24], [11, 24]]


@pytest.mark.parametrize(
    ("mask", "message"),
    [
        ("[[1, 1]]", "the mask L does not have the shape of the scores"),
        ("1", "the mask L does not have the shape of the scores"),
        ("[[1, 0], [1, 2]]", "the mask L is made of zeros and ones"),
        ("[[1, 0], [1, 1/2]]", "the mask L is made of zeros and ones"),
    ],
)
def test_masks_that_cannot_be_one(mask: str, message: str) -> None:
    assert message in refused_at_mark(exercise("mask: §L", answers="A", L=mask)).message


def test_mask_that_is_not_given() -> None:
    assert "'L' is not given" in refused_at_mark(exercise("mask: §L", answers="A")).message


def test_size_of_a_key_may_be_given() -> None:
    text = exercise(answers="S", X="[[1, 0], [0, 3]]", d_k="9")
    assert fractions(steps(solve(text))["S"])[1][1] == 3
