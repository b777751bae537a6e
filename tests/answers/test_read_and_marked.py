"""What students write as a value or a formula, from the text to the verdict."""

from __future__ import annotations

import pytest

from tests.marking.sheets import verdicts

NETWORK = "long-range-gradients"
STEPS = "rnn-bptt-numbers"
ATTENTION = "attention-properties"
HEADS = "multi-head-attention"
GRADIENTS = "rnn-bptt"
SHEETS = [
    # givens by their names, but nothing that is still to be computed
    (NETWORK, "dh3_dh1", "w^2", "correct"),
    (NETWORK, "dh3_dh1", "1/w", "wrong"),
    (NETWORK, "dh3_dh1", "w^2 = [0.09, 9]", "correct"),
    (NETWORK, "dc20_dc1", "f^{19} = 0.99^{19} ≈ 0.826", "correct"),
    ("attention-forward", "V", "X", "correct"),
    ("attention-forward", "V", "X W_V", "unreadable"),
    (STEPS, "h_1", "σ(W x_1 + U h_0)", "unreadable"),
    # chains
    (STEPS, "h_1", "σ(W x_1 + U h_0) = [0.6225, 0.5622]", "rounded"),
    (STEPS, "h_1", "[0.62 0.56] = [0.6225 0.5622]", "rounded"),
    (STEPS, "y_1", "0.6225-0.5622 = 0.0603", "rounded"),
    (STEPS, "y_1", "V h_1 = 0.6225-0.5622 = 0.0603", "rounded"),
    # formulas
    (ATTENTION, "H", "V softargmax_β(K^T Q)", "correct"),
    (ATTENTION, "H", r"V \operatorname{softargmax}_{\beta}(K^\top Q)", "correct"),
    # columns are those of each head
    (HEADS, "H", "sum(W_O W_V V softargmax((W_K K)^T W_Q Q/√k), axis=0)", "correct"),
    (HEADS, "H", "sum(W_O W_V V softmax_columns((W_K K)^T W_Q Q/√k), axis=0)", "correct"),
    (HEADS, "H", "sum(W_O W_V V softmax_rows((W_K K)^T W_Q Q/√k), axis=0)", "slip"),
    # what dots stand for only a person knows
    (HEADS, "H", "W_O [W_V,1 V softargmax(K^T W_K,1^T W_Q,1 Q); ...; W_V,h V]", "unreadable"),
    (HEADS, "H", "W_O [W_V,1 V softargmax(K^T W_K,1^T W_Q,1 Q); W_V,h V]", "wrong"),
    (GRADIENTS, "grad_h_local", "2*V'*(V h_t-z_t)", "unreadable"),
    (GRADIENTS, "grad_h_local", r"2V^\top(Vh_t - z_t)", "correct"),
    (GRADIENTS, "dh_next_dh", "diag(σ'(W x_{t+1} + U h_t)) U", "correct"),
    (GRADIENTS, "dh_next_dh", "diag(h_{t+1}(1-h_{t+1})) U", "correct"),
    (
        GRADIENTS,
        "grad_h",
        r"\frac{\partial L_t}{\partial h_t} + dh_next_dh^T \frac{\partial L}{\partial h_{t+1}}",
        "correct",
    ),
]


@pytest.mark.parametrize(("exercise", "name", "text", "verdict"), SHEETS)
def test_from_the_text_to_the_verdict(exercise: str, name: str, text: str, verdict: str) -> None:
    assert verdicts(exercise, {name: text}) == {name: verdict}
