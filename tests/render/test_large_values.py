"""Large values on a page: telling rows, beginnings, labels."""

from __future__ import annotations

import re
from typing import Any

import pytest

import exsolve
from exsolve.library import load_text
from exsolve.render import text_of
from exsolve.text_width import display_width

ROWS = "[[1, 2], [1, 2], [1, 2], [1, 2], [3, 4], [5, 6]]"
TALL = [[row, row * row % 7] for row in range(40)]
WIDE = [list(range(start, start + 30)) for start in range(3)]


def solved(given: object, definition: str, detail: Any = "normal", extra: str = "") -> Any:
    text = (
        f"id: large\ntitle: t\nkind: formulas\ngivens:\n  X: {given}\n{extra}"
        f"define: {{G: '{definition}'}}\nparts: [{{id: a, ask: q, answers: [G]}}]\n"
    )
    return load_text(text).solve(detail=detail)


def markdown(solution: Any) -> str:
    return text_of(solution, "markdown")


def terminal(solution: Any, width: int = 80) -> str:
    return text_of(solution, "terminal", width=width)


def test_markdown_gathers_equal_rows_as_the_terminal_does() -> None:
    text = markdown(exsolve.load("attention-forward").solve())
    weights = text[text.index("## (c)") : text.index("## (d)")]
    assert r"- The, red, is, cute: all $\frac{1}{5} = 0.2$" in weights
    telling = r"\frac{1}{100} & \frac{4}{5} & \frac{1}{100} & \frac{1}{100} & \frac{17}{100}"
    row = rf"&= \begin{{bmatrix}} {telling} \end{{bmatrix}} \; \begin{{matrix}} \text{{panda}}"
    assert row in weights
    assert weights.count(r"\frac{1}{5}") == 1


def test_equal_rows_that_are_not_uniform_stand_once() -> None:
    solution = solved(ROWS, "X / 3")
    line = r"- rows 1, 2, 3, 4: $\left[\frac{1}{3}, \frac{2}{3}\right]"
    assert rf"{line} \approx \left[0.3333, 0.6667\right]$" in markdown(solution)
    assert r"\text{row 5} \\ \text{row 6}" in markdown(solution)
    assert "rows 1, 2, 3, 4: [1/3, 2/3] ≈ [0.3333, 0.6667]" in terminal(solution)


def test_cells_of_rows_that_stand_alone_keep_their_places() -> None:
    rows = "[[1, 2, 2], [1, 2, 2], [1, 2, 2], [3, 4, 2], [5, 6, 2], [7, 8, 3]]"
    long = "exp(sqrt(X) + ln(X + 5)*sqrt(2))/(exp(X) + sqrt(X + 3) + ln(X + 7)*sqrt(3))"
    solution = solved(rows, long)
    page, text = terminal(solution), markdown(solution)
    assert "G₄₁ = " in page
    assert "G₆₂ = " in page
    assert "G₁₁ = e" not in page
    assert r"G_{4,1} &= \frac" in text
    assert r"G_{6,2} &= \frac" in text
    assert "G_{1,1} &=" not in text


def test_long_labels_of_rows_that_stand_alone_keep_their_numbers() -> None:
    labels = ", ".join(f"a label of row {place} that is much too long" for place in range(1, 7))
    text = (
        f"id: large\ntitle: t\nkind: formulas\ngivens: {{X: {ROWS}}}\n"
        f"define: {{G: {{formula: X * 2, rows: [{labels}]}}}}\n"
        "parts: [{id: a, ask: q, answers: [G]}]\n"
    )
    page = terminal(load_text(text).solve())
    assert "row 5: a label of row 5 that is much too long" in page
    assert "row 1: " not in page


def test_rows_that_are_left_out_of_those_that_stand_alone_are_counted() -> None:
    rows = [[0, 1], [0, 1], *([place, place % 7] for place in range(3, 33))]
    for text in (terminal(solved(rows, "X * 2")), markdown(solved(rows, "X * 2"))):
        assert "… 18 more rows (--detail long)" in text
        assert "rows 13 to" not in text


def test_a_matrix_of_which_no_row_stands_alone() -> None:
    text = markdown(solved("[[1, 2], [1, 2], [1, 2], [3, 4], [3, 4]]", "X * 2"))
    assert "- rows 4, 5: $\\left[6, 8\\right]$\n- rows 1, 2, 3: $\\left[2, 4\\right]$" in text


@pytest.mark.parametrize(
    ("given", "left_out"),
    [
        (TALL, "… rows 13 to 40 (--detail long)"),
        ([row[0] for row in TALL] * 6, "… entries 101 to 240 (--detail long)"),
        ([[[1, place], [2, 3]] for place in range(9)], "… matrices 5 to 9 (--detail long)"),
    ],
)
def test_the_beginning_of_a_large_value(given: object, left_out: str) -> None:
    for detail, times in (("normal", 1), ("long", 0)):
        solution = solved(given, "X * 2", detail)
        assert markdown(solution).count(left_out) == times
        assert terminal(solution).count(left_out) == times


def test_what_is_left_out_is_dotted_in_markdown() -> None:
    assert markdown(solved(TALL, "X * 2")).count(r"22 & 4 \\ \vdots & \vdots \end{bmatrix}") == 1
    wide = markdown(solved(WIDE, "X * 2"))
    assert r"12 & 14 & \cdots \\" in wide
    assert "… columns 9 to 30 (--detail long)" in wide
    assert r"\cdots" not in markdown(solved(WIDE, "X * 2", "long"))


def test_long_cells_stand_alone_in_markdown() -> None:
    rows = [[row * column + row for column in range(9)] for row in range(1, 4)]
    text = markdown(solved(rows, "softmax(X * 10007)"))
    assert r"G_{1,1} &= \frac{" in text
    assert "… 19 more cells (--detail long)" in text
    assert r"G &\approx \begin{bmatrix}" in text


def test_cells_and_rows_have_different_names() -> None:
    rows = [[row * column for column in range(2)] for row in range(12)]
    text = terminal(solved(rows, "X[10] + X[0, 0]"))
    assert "G = X[11, :] + X₁₁" in text
    assert r"{X}_{11, :} + {X}_{1, 1}" in markdown(solved(rows, "X[10] + X[0, 0]"))


LABELS = """\
  W:
    value: [[1, 2], [3, 1/3]]
    rows: [the first of two labels which are both far too long for a page of this width
      and must go, the second of them]
"""


@pytest.mark.parametrize("width", [60, 80])
def test_labels_too_long_for_the_side_stand_below(width: int) -> None:
    text = terminal(solved("1", "X + 1", extra=LABELS), width)
    given = text[text.index("Given") : text.index("(a)")]
    lines = [line.strip() for line in given.splitlines()]
    assert "│ 3  1/3 │  row 2" in lines
    assert "row 2: the second of them" in lines
    assert not any(line.startswith(("=", "≈")) for line in lines)
    assert max(map(display_width, text.splitlines())) <= width


def test_a_wide_matrix_keeps_the_labels_of_its_rows() -> None:
    labels = f"  W: {{value: {WIDE}, rows: [red, panda, cute]}}\n"
    text = terminal(solved("1", "X + 1", extra=labels), 60)
    given = text[text.index("Given") : text.index("(a)")]
    assert given.count("columns") == given.count("│  panda") > 1


@pytest.mark.parametrize("width", [40, 61, 80])
def test_prose_without_spaces_is_broken_too(width: int) -> None:
    prose = "深度学习的注意力机制，与循环神经网络。" * 6
    text = (
        f"id: w\ntitle: {prose}\nkind: formulas\nabout: {prose}\n"
        f"givens: {{x: 1}}\ndefine: {{y: {{formula: x + 1, note: {prose}}}}}\n"
        f"parts: [{{id: p, ask: {prose}, answers: [y]}}]\n"
    )
    page = terminal(load_text(text).solve(), width)
    assert max(map(display_width, page.splitlines())) <= width
    assert page.replace("1 point", "").translate(str.maketrans("", "", " \n")).count(prose) == 4
    assert not any(line.lstrip().startswith(("，", "。")) for line in page.splitlines())


@pytest.mark.parametrize("definition", ["ones_like(X)*c - X", "X - c + ones_like(X)*c*2"])
def test_an_array_that_only_gives_its_shape_is_not_put_in(definition: str) -> None:
    page = terminal(solved("[[1, 2], [3, 4]]", definition, extra="  c: 5\n"))
    assert "    G = 1·" in page or "    G = X - c + 1·" in page
    assert page.count("│ 1  2 │") == 2  # as a given, and where X itself stands


def test_a_matrix_taller_than_a_page_comes_in_parts() -> None:
    text = markdown(solved([[one, f"{one}/7"] for one in range(70)], "X / 3", "long"))
    for name in ("X", "G"):
        parts = re.findall(
            rf"{name}_{{(\d+) \\ldots (\d+)}} (?:&)?= (\\begin{{bmatrix}}.*?\\end{{bmatrix}})", text
        )
        assert [(int(start), int(end)) for start, end, _ in parts] == [(1, 23), (24, 46), (47, 70)]
        assert [part.count(r"\\") + 1 for _, _, part in parts] == [23, 23, 24]
    assert r"23 & \frac{23}{7}" in text
    assert r"\ldots" not in markdown(solved(TALL[:32], "X / 3", "long"))
