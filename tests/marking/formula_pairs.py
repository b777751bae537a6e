r"""Pairs of a student's formula and the quantity that is asked for, decided by hand.

Written down from the mathematics of each exercise, never from what the judge says. Whether two
formulas are equal follows from the rules of matrix algebra, of sigma' = sigma (1 - sigma), and of
softmax(x) = exp(x)/sum(exp(x)), which does not change when a number is added to all entries.
"""

from __future__ import annotations

from typing import NamedTuple


class Pair(NamedTuple):
    """An exercise, the quantity it asks for, and what a student wrote."""

    exercise: str
    name: str
    text: str


_EQUAL: dict[tuple[str, str], list[str]] = {
    ("rnn-bptt", "grad_h"): [
        "V.T @ (2*(y_t - z_t)) + U.T @ (h_next*(1 - h_next)*grad_h_next)",
        "2 V^T (y_t - z_t) + U^T diag(h_next*(1 - h_next)) grad_h_next",
        "-2 V^T (z_t - y_t) + U^T diag(h_next) diag(1 - h_next) grad_h_next",
        "2 Vᵀ (V h_t − z_t) + Uᵀ (h_next ⊙ (1 − h_next) ⊙ grad_h_next)",
        r"2 V^\top (y_t - z_t) + U^\top \operatorname{diag}(h_{t+1} \odot (1 - h_{t+1})) "
        r"\nabla_{h_{t+1}} L",
        "grad_h_local + dh_next_dh^T grad_h_next",
        "U^T ((h_next - h_next*h_next)*grad_h_next) - 2 V^T z_t + 2 V^T y_t",
        "2*V.T@(y_t - z_t) + U.T@(sigmoid(W@x_next + U@h_t)*(1 - sigmoid(W@x_next + U@h_t))"
        "*grad_h_next)",
    ],
    ("rnn-bptt", "grad_h_local"): [
        "2 V^T (y_t - z_t)",
        "-2 Vᵀ (z_t − y_t)",
        r"-2 V^T (z_t - V h_t)",
        r"2 V^{\top} V h_t - 2 V^{\top} z_t",
        "V.T @ y_t + V.T @ y_t - 2*V.T @ z_t",
    ],
    ("rnn-bptt", "dh_next_dh"): [
        "diag(h_next*(1 - h_next)) @ U",
        "diag(h_next) diag(1 - h_next) U",
        r"\operatorname{diag}\left(h_{t+1} \odot (1 - h_{t+1})\right) U",
        "outer(h_next*(1 - h_next), ones([n]))*U",
        "diag(h_next - h_next*h_next) U",
    ],
    ("rnn-bptt", "grad_W"): [
        "sum_t(outer(h_t*(1 - h_t)*grad_h, x_t))",
        "sum_t((h_t*(1 - h_t)*grad_h) @ x_t.T)",
        "Σₜ diag(h_t ⊙ (1 − h_t)) grad_h x_tᵀ",
        r"\sum_{t=1}^{T} \operatorname{diag}(h_t \odot (1 - h_t)) \nabla_{h_t} L \, x_t^\top",
        "sum_t(outer(x_t, h_t*(1 - h_t)*grad_h).T)",
    ],
    ("rnn-bptt", "grad_U"): [
        "sum_t(outer(h_t*(1 - h_t)*grad_h, h_prev))",
        "sum_t(diag(h_t) diag(1 - h_t) grad_h h_prev^T)",
        r"\sum_t \left( h_t \odot (1 - h_t) \odot \nabla_{h_t} L \right) h_{t-1}^\top",
    ],
    ("least-norm", "w_star"): [
        "X.T @ inverse(X @ X.T) @ y",
        "X^T (X X^T)^{-1} y",
        "Xᵀ (X Xᵀ)⁻¹ y",
        "-1/2*X.T @ lambda_star",
        r"X^\top \left( X X^\top \right)^{-1} y",
        "(inverse(X @ X.T) @ X).T @ y",
    ],
    ("least-norm", "lambda_star"): [
        "-2*inverse(X @ X.T) @ y",
        "-2 (X X^T)^{-1} y",
        r"-2 (X X^\top)^{-1} X w^\star",
        "inverse(-1/2*X @ X.T) @ y",
    ],
    ("attention-properties", "H"): [
        "V @ softmax(beta*K.T @ Q, axis=0)",
        "(softmax(beta*Q.T @ K, axis=1) @ V.T).T",
        "V softmax(β Kᵀ Q, axis=0)",
        "(V @ exp(beta*K.T @ Q))/sum(exp(beta*K.T @ Q), axis=0)",
        r"V \operatorname{softmax}(\beta K^\top Q, axis=0)",
        "V @ softmax(beta*K.T @ Q + 3, axis=0)",
        "V @ softmax((beta*K).T @ Q, axis=0)",
    ],
    ("attention-properties", "beta"): [
        "1/sqrt(d)",
        "d^(-1/2)",
        r"\frac{1}{\sqrt{d}}",
        "1/√d",
        "sqrt(d)/d",
    ],
    ("attention-properties", "dh_dk"): [
        "beta*a_j*outer(v_j - h, q)",
        "β a_j (v_j − h) qᵀ",
        r"\beta a_j (v_j - h) q^\top",
        "beta*a_j*(v_j @ q.T - h @ q.T)",
        "-beta a_j (h - v_j) q^T",
        "outer(a_j*(v_j - h), beta*q)",
    ],
    ("multi-head-attention", "H"): [
        "sum(W_O @ (W_V @ V @ softmax(transpose(W_K @ K, [0, 2, 1]) @ (W_Q @ Q)/sqrt(k), axis=1)), "
        "axis=0)",
        "sum(W_O @ W_V @ V @ softmax(transpose(W_K @ K, [0, 2, 1]) @ W_Q @ Q/sqrt(k), axis=1), "
        "axis=0)",
        "sum(W_O @ W_V @ V @ transpose(softmax(transpose(W_Q @ Q, [0, 2, 1]) @ (W_K @ K)/sqrt(k), "
        "axis=2), [0, 2, 1]), axis=0)",
        "sum(W_O @ W_V @ V @ softmax(K.T @ transpose(W_K, [0, 2, 1]) @ W_Q @ Q/sqrt(k), axis=1), "
        "axis=0)",
    ],
    ("self-attention-layer", "Q"): ["W_Q @ C", "W_Q C", "(2*W_Q) @ (C/2)"],
    ("self-attention-layer", "K"): ["W_K @ C", r"W_K C"],
    ("self-attention-layer", "V"): ["W_V @ C", "W_V C"],
    ("self-attention-layer", "H"): [
        "sum(W_O @ V @ softmax(transpose(K, [0, 2, 1]) @ Q/sqrt(k), axis=1), axis=0)",
        "sum(W_O @ (V @ softmax(transpose(K, [0, 2, 1])/sqrt(k) @ Q, axis=1)), axis=0)",
        "sum(W_O @ (W_V @ C) @ softmax(transpose(W_K @ C, [0, 2, 1]) @ (W_Q @ C)/sqrt(k), axis=1), "
        "axis=0)",
    ],
    ("gnn-update", "h_next_general"): [
        "q(h_i, sum(f(H_N), axis=0))",
        "q(h_i, ones([k]) @ f(H_N))",
        "q(h_i, k*mean(f(H_N), axis=0))",
        "q(h_i, f(H_N).T @ ones([k]))",
    ],
}

_DIFFERENT: dict[tuple[str, str], list[str]] = {
    ("rnn-bptt", "grad_h"): [
        "V.T @ (2*(y_t - z_t)) + U @ (h_next*(1 - h_next)*grad_h_next)",  # U is square
        "V.T @ (2*(y_t - z_t)) + U.T @ (h_t*(1 - h_t)*grad_h_next)",
        "V.T @ (y_t - z_t) + U.T @ (h_next*(1 - h_next)*grad_h_next)",
        "V.T @ (2*(z_t - y_t)) + U.T @ (h_next*(1 - h_next)*grad_h_next)",
        "V.T @ (2*(y_t - z_t)) - U.T @ (h_next*(1 - h_next)*grad_h_next)",
        "V.T @ (2*(y_t - z_t)) + U.T @ ((1 - h_next^2)*grad_h_next)",  # that of tanh
        "V.T @ (2*(y_t - z_t)) + U.T @ grad_h_next",
        "V.T @ (2*(y_t - z_t)) + h_next*(1 - h_next)*(U.T @ grad_h_next)",
        r"2 V^\top (y_t - z_t) + \operatorname{diag}(h_{t+1} \odot (1 - h_{t+1})) U "
        r"\nabla_{h_{t+1}} L",
        "2 Vᵀ (y_t − z_t)",
    ],
    ("rnn-bptt", "grad_h_local"): [
        "V^T (y_t - z_t)",
        "2 V^T (z_t - y_t)",
        "-2 V^T z_t",
        "2 V^T (y_t - z_t) + grad_h_next",
        "2 Vᵀ (V h_next − z_t)",
    ],
    ("rnn-bptt", "dh_next_dh"): [
        "U @ diag(h_next*(1 - h_next))",
        "U.T @ diag(h_next*(1 - h_next))",  # the other layout
        "diag(h_t*(1 - h_t)) @ U",
        "diag(h_next*(1 - h_next)) @ U.T",
        "diag(1 - h_next^2) @ U",
        "diag(h_next*(1 - h_next)) @ W @ W.T",
        "diag(h_next*(1 + h_next)) @ U",
        "U",
    ],
    ("rnn-bptt", "grad_W"): [
        "outer(h_t*(1 - h_t)*grad_h, x_t)",
        "sum_t(outer(x_t, h_t*(1 - h_t)*grad_h))",
        "sum_t(outer(h_t*(1 - h_t)*grad_h_next, x_t))",
        "sum_t(outer(h_next*(1 - h_next)*grad_h, x_t))",
        "sum_t(outer(grad_h, x_t))",
        "sum_t(outer(h_t*(1 - h_t)*grad_h_local, x_t))",
        r"\sum_t \operatorname{diag}(1 - h_t \odot h_t) \nabla_{h_t} L \, x_t^\top",
    ],
    ("rnn-bptt", "grad_U"): [
        "sum_t(outer(h_t*(1 - h_t)*grad_h, h_t))",
        "sum_t(outer(h_prev, h_t*(1 - h_t)*grad_h))",  # U is square
        "sum_t(outer(h_prev*(1 - h_prev)*grad_h, h_prev))",
        "-sum_t(outer(h_t*(1 - h_t)*grad_h, h_prev))",
    ],
    ("least-norm", "w_star"): [
        "inverse(X.T @ X) @ X.T @ y",  # which is never invertible where d > n
        "X^T (X X^T)^{-1} y/2",
        "-X^T (X X^T)^{-1} y",
        "X.T @ lambda_star",
        "X.T @ y",
        "X.T @ inverse(X @ X.T) @ inverse(X @ X.T) @ y",
    ],
    ("least-norm", "lambda_star"): [
        "2*inverse(X @ X.T) @ y",
        "-inverse(X @ X.T) @ y",
        "-2 X X^T y",
        "-1/2*inverse(X @ X.T) @ y",
    ],
    ("attention-properties", "H"): [
        "V @ softmax(beta*K.T @ Q, axis=1)",
        "V @ softmax(K.T @ Q, axis=0)",
        "V @ softmax(K.T @ Q/beta, axis=0)",
        "beta*V @ softmax(K.T @ Q, axis=0)",
        "softmax(beta*Q.T @ K, axis=1) @ V.T",
        "V @ (beta*K.T @ Q)",
        "V @ exp(beta*K.T @ Q)",
        "V @ softmax(K.T @ Q/sqrt(d), axis=0)",
    ],
    ("attention-properties", "beta"): ["sqrt(d)", "1/d", "1/sqrt(n)", "1/sqrt(m)", "-1/sqrt(d)"],
    ("attention-properties", "dh_dk"): [
        "beta*a_j*outer(h - v_j, q)",
        "a_j*outer(v_j - h, q)",
        "beta*a_j*outer(q, v_j - h)",
        "beta*a_j*(1 - a_j)*outer(v_j, q)",
        "beta*outer(v_j - h, q)",
        "a_j*outer(v_j - h, q)/beta",
        "beta*a_j*outer(v_j - h, k_j)",
    ],
    ("multi-head-attention", "H"): [
        "sum(W_O @ (W_V @ V @ softmax(transpose(W_K @ K, [0, 2, 1]) @ (W_Q @ Q)/sqrt(k), axis=2)), "
        "axis=0)",
        "sum(W_O @ (W_V @ V @ softmax(transpose(W_K @ K, [0, 2, 1]) @ (W_Q @ Q)/sqrt(d), axis=1)), "
        "axis=0)",
        "sum(W_O @ (W_V @ V @ softmax(transpose(W_K @ K, [0, 2, 1]) @ (W_Q @ Q), axis=1)), axis=0)",
        "sum(W_O @ (W_V @ V @ softmax(transpose(W_K @ K, [0, 2, 1]) @ (W_Q @ Q), axis=1))/sqrt(k), "
        "axis=0)",
        "mean(W_O @ (W_V @ V @ softmax(transpose(W_K @ K, [0, 2, 1]) @ (W_Q @ Q)/sqrt(k), "
        "axis=1)), axis=0)",
    ],
    ("self-attention-layer", "Q"): [
        "W_K @ C",
        "C.T @ transpose(W_Q, [0, 2, 1])",
        "W_Q @ C/sqrt(k)",
    ],
    ("self-attention-layer", "K"): ["W_Q @ C"],
    ("self-attention-layer", "H"): [
        "sum(W_O @ V @ softmax(transpose(Q, [0, 2, 1]) @ K/sqrt(k), axis=1), axis=0)",
        "sum(W_O @ V @ softmax(transpose(K, [0, 2, 1]) @ Q/sqrt(k), axis=2), axis=0)",
        "sum(W_O @ V @ softmax(transpose(K, [0, 2, 1]) @ Q/sqrt(e), axis=1), axis=0)",
        "sum(W_O @ V @ softmax(transpose(K, [0, 2, 1]) @ Q/k, axis=1), axis=0)",
    ],
    ("gnn-update", "h_next_general"): [
        "q(h_i, f(sum(H_N, axis=0)))",
        "q(h_i, mean(f(H_N), axis=0))",
        "q(h_i, sum(H_N, axis=0))",
        "q(sum(f(H_N), axis=0), h_i)",
        "h_i + q(h_i, sum(f(H_N), axis=0))",
        "f(q(h_i, sum(f(H_N), axis=0)))",
    ],
}


EXPECTED_LOSS = (
    "sumsq(y - p*X @ w) + p*(1 - p)*sumsq(Gamma @ w)",
    "‖y − p X w‖² + p (1 − p) ‖Γ w‖²",
    r"\lVert y - p X w \rVert^2 + p(1 - p) \lVert \Gamma w \rVert^2",
    "y^T y - 2 p y^T X w + p^2 w^T X^T X w + p (1 - p) w^T diag(diag(X.T @ X)) w",
    "sumsq(y - p*X @ w) + p*(1 - p)*sum((X*X) @ (w*w))",
    "sumsq(y - p*X @ w) + (p - p^2)*sumsq(Gamma @ w)",
    "sumsq(y) - 2*p*y @ (X @ w) + E[sumsq((X*R) @ w)]",
    "E[‖(X ⊙ R) w − y‖²]",
    "sumsq(E[y - (X*R) @ w]) + E[sumsq((X*(R - p)) @ w)]",
    "(1 - p)*(sumsq(y) - sumsq(y - X @ w)*0) + p*sumsq(y) - 2*p*y @ (X @ w) + p^2*sumsq(X @ w) "
    "+ p*(1 - p)*sumsq(Gamma @ w)",
)
"""What the expectation of the loss of dropout-expectation is."""

NOT_EXPECTED_LOSS = (
    "sumsq(y - p*X @ w)",
    "sumsq(y - p*X @ w) + p*sumsq(Gamma @ w)",
    "sumsq(y - p*X @ w) + p*(1 - p)*sumsq(X @ w)",
    "sumsq(y - X @ w) + p*(1 - p)*sumsq(Gamma @ w)",
    "sumsq(y - p*X @ w) - p*(1 - p)*sumsq(Gamma @ w)",
    "sumsq(y - p*X @ w) + p^2*(1 - p)^2*sumsq(Gamma @ w)",
    "sumsq(y - p*X @ w) + p*(1 - p)*sumsq(w)",
    "sumsq(y - p*X @ w) + sqrt(p*(1 - p))*sumsq(Gamma @ w)",
    "sumsq(y) + p*sumsq(X @ w) - 2*p*y @ (X @ w)",
    "E[sumsq(y - X @ (R.T @ y))]",
    "p*sumsq(y - X @ w)",
)
"""What it is not, with the mistakes that are made: the variance p (1 - p), the column lengths."""


def _pairs(written: dict[tuple[str, str], list[str]]) -> tuple[Pair, ...]:
    return tuple(Pair(*asked, text) for asked, texts in written.items() for text in texts)


EQUAL = _pairs(_EQUAL)
DIFFERENT = _pairs(_DIFFERENT)
