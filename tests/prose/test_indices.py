"""Letters with an index in running text."""

from __future__ import annotations

import pytest

from exsolve.prose import read_line
from exsolve.prose.html import html_line
from exsolve.prose.indices import with_indices
from exsolve.prose.markdown import markdown
from exsolve.prose.tree import Mathematics, Text

WRITTEN = {
    "h_t acts on L_3.": r"$h_{t}$ acts on $L_{3}$.",
    "dh_t/dh_(t-1)": r"$\mathrm{d}h_{t}$/$\mathrm{d}h_{t-1}$",
    "c_out·c_in·k²": r"$c_{\mathrm{out}}$·$c_{\mathrm{in}}$·k²",
    "E[R_ij] = p": "E[$R_{i j}$] = p",
    "[v_1; v_m], h_j, and": "[$v_{1}$; $v_{m}$], $h_{j}$, and",
    "W_V,i then": "$W_{V,i}$ then",
    "softmax_j(Q h_i)": r"$\mathrm{softmax}_{j}$(Q $h_{i}$)",
    "f_ji(h_j)": "$f_{j i}$($h_{j}$)",
    "grad_h_next = 0": r"$\nabla_{h_{\mathrm{next}}}$ = 0",
    "1/σ_max² and √d_k": r"1/$\sigma_{\mathrm{max}}$² and √$d_{k}$",
    "c\u0303_t, x_{t−1}": r"$\tilde{c}_{t}$, $x_{t-1}$",
    "lambda_star": r"$\lambda^{\star}$",
    "W_K[i]": "$W_{K}$[i]",
}
LEFT_ALONE = [
    "",
    "no index",
    "kernel_size and largest_share, in_features=3",
    "__init__ _x_ x_ _y",
    "https://a.b/x_y and x_y@a.b",
    "h_{t+1}_x",
    "h_{a b} h_{\\input{x}} x_<b>",
    "2x_1y_z!_a",
]


def written(text: str) -> str:
    return "".join(
        piece.text if isinstance(piece, Text) else f"${piece.latex}$"
        for piece in with_indices(text)
    )


@pytest.mark.parametrize("text", WRITTEN)
def test_an_index_is_mathematics(text: str) -> None:
    assert written(text) == WRITTEN[text]


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_what_is_no_index_stays(text: str) -> None:
    assert written(text) == text


def test_indices_in_markdown_are_read_outside_of_code() -> None:
    line = read_line("**h_t** and `x_1` and $y_2$")
    assert [one for one in line if isinstance(one, Mathematics)] == [Mathematics("y_2")]
    shown = html_line(line)
    assert "<strong><math>" in shown
    assert "<code>x_1</code>" in shown
    assert markdown("**h_t** and `x_1`") == "**h_t** and `x_1`"
