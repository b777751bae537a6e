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


def test_size_of_a_key_is_that_of_the_keys_and_not_of_a_matrix_beside_them() -> None:
    """K is given with 4 features, so the scores are divided by 2, whatever W_K is."""
    text = exercise(
        answers="d_k, S", Q="[[1, 1, 1, 1]]", K="[[1, 1, 1, 1]]", V="[[1]]", W_K="[[1, 0]]"
    )
    found = steps(solve(text))
    assert fractions(found["d_k"]) == 4
    assert fractions(found["S"]) == [[2]]


def test_heads_share_the_given_values_and_not_a_matrix_beside_them() -> None:
    """All scores are 0 for one token: each head gives its half of V."""
    text = exercise(
        "heads: 2", answers="H", X="[[0, 0]]", V="[[1, 2, 3, 4]]", W_V=IDENTITY
    )  # fmt: skip
    assert fractions(steps(solve(text))["H"]) == [[1, 2, 3, 4]]


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


@pytest.mark.parametrize(
    ("layout", "noun", "narrow"),
    [("rows", "columns", "[[1], [2]]"), ("columns", "rows", "[[1, 2]]")],
)
def test_queries_and_keys_of_unequal_length_are_named(layout: str, noun: str, narrow: str) -> None:
    text = exercise(f"layout: {layout}", answers="S, A", W_K=narrow)
    problem = refused_at_mark(text.replace("  W_K", "  §W_K"))
    assert problem.message.startswith(f"W_Q and W_K need equally many {noun}")
    assert problem.found == "2 in W_Q at line 7, 1 in W_K at line 8"


@pytest.mark.parametrize("written", ["W_k", "WK", "w_K", "W_KK"])
def test_a_weight_by_nearly_its_name_is_found(written: str) -> None:
    text = exercise(answers="Q").replace("  W_K", f"  §{written}")
    problem = refused_at_mark(text)
    assert problem.message == "K needs W_K"
    assert problem.hint == f"did you mean W_K by {written}?"


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("b_q", "did you mean b_Q?"),
        ("bV", "did you mean b_V?"),
        ("w_O", "did you mean W_O?"),
        ("dk", "did you mean d_k?"),
        ("Mask", "write mask: Mask beside givens"),
        ("memory", "write memory: memory beside givens"),
    ],
)
def test_a_given_that_nothing_uses_by_nearly_a_known_name(written: str, hint: str) -> None:
    text = exercise(answers="A", **{written: "[[1, 1], [1, 1]]"})
    problem = refused_at_mark(text.replace(f"  {written}:", f"  §{written}:"))
    assert problem.hint == hint


@pytest.mark.parametrize("extra", ["Y", "b_1", "d_v", "W_E", "n"])
def test_other_data_that_nothing_uses_is_let_alone(extra: str) -> None:
    assert "A" in steps(solve(exercise(answers="A", **{extra: "[[1, 1], [1, 1]]"})))


def test_data_that_a_definition_uses_may_be_called_anything() -> None:
    text = exercise("define: {Z: 2*b_q}", answers="Z", b_q="[1, 2]")
    assert fractions(steps(solve(text))["Z"]) == [2, 4]


@pytest.mark.parametrize("written", ["casual", "Causal", "causal_mask"])
def test_a_misspelt_causal_mask(written: str) -> None:
    problem = refused_at_mark(exercise(f"mask: §{written}", answers="A"))
    assert problem.hint == "did you mean causal?"


@pytest.mark.parametrize(("layout", "bias"), [("rows", "[[1], [2]]"), ("columns", "[[1, 2]]")])
def test_bias_that_would_be_spread_along_the_tokens(layout: str, bias: str) -> None:
    """As many tokens as features, so that the shapes would fit."""
    text = exercise(f"layout: {layout}", answers="Q", b_Q=bias)
    problem = refused_at_mark(text.replace("b_Q:", "§b_Q:"))
    assert "to each token, and not to each feature" in problem.message
