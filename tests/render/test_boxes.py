"""Boxes and broken lines: alignment, baselines, nothing lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exsolve.text_width import display_width
from exsolve.typesetting.boxes import (
    Box,
    beside,
    filled,
    matrix,
    text_box,
    wrapped,
)


def lines(box: Box) -> list[str]:
    return ["".join(span.text for span in line) for line in box.lines]


def test_a_matrix_aligns_its_columns_to_the_right() -> None:
    assert lines(matrix([["1", "-10"], ["200", "3"]])) == ["│   1  -10 │", "│ 200    3 │"]


def test_one_row_has_square_brackets() -> None:
    assert lines(matrix([["1", "2"]])) == ["[ 1  2 ]"]


def test_labels_stand_outside() -> None:
    found = matrix([["1", "2"], ["3", "4"]], "", ["The", "red"], ["a", "bcd"])
    assert lines(found) == [
        "  a  bcd       ",
        "│ 1    2 │  The",
        "│ 3    4 │  red",
    ]


def test_what_stands_before_a_labelled_matrix_is_not_read_as_a_label() -> None:
    several = beside(text_box("= "), matrix([["1"], ["2"]], "", ["The", "红色"]))
    assert lines(several) == ["= │ 1 │  The ", "  │ 2 │  红色"]
    assert lines(beside(text_box("= "), matrix([["1"]], "", ["panda"]))) == ["= panda [ 1 ]"]


def test_boxes_stand_on_one_baseline() -> None:
    found = beside(text_box("A = "), matrix([["1"], ["2"], ["3"]]), text_box(" + 1"))
    assert lines(found) == ["    │ 1 │    ", "A = │ 2 │ + 1", "    │ 3 │    "]


cells = st.text(alphabet="0123456789-/√·ₐ日", min_size=1, max_size=6)


@given(
    st.integers(1, 4).flatmap(
        lambda n: st.lists(st.lists(cells, min_size=n, max_size=n), min_size=1, max_size=4)
    )
)
def test_every_line_of_a_box_has_its_width(rows: list[list[str]]) -> None:
    box = beside(text_box("x = "), matrix(rows))
    widths = {sum(display_width(span.text) for span in line) for line in box.lines}
    assert widths == {box.width}


def test_wide_characters_take_two_columns() -> None:
    assert display_width("日本") == 4
    assert display_width("é") == 1


formula = st.lists(
    st.sampled_from(["a", "bc", "(d + e)", "f(1, 2)", " + ", " - ", " = ", ", ", "≈ -2", "x" * 30]),
    min_size=1,
    max_size=40,
).map("".join)


@given(formula, st.integers(24, 90), st.integers(0, 6))
def test_broken_lines_lose_nothing_and_fit(text: str, width: int, hanging: int) -> None:
    found = wrapped(text, width, hanging)
    assert "".join("".join(found).split()) == "".join(text.split())
    assert all(display_width(line) <= width for line in found)


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("x = aaaaaaaaaa + bbbbbbbbbb", 20, ["x = aaaaaaaaaa", "    + bbbbbbbbbb"]),
        # a sign is not torn from its number
        ("value_of_it ≈ -0.1234567", 18, ["value_of_it", "    ≈ -0.1234567"]),
        # rather outside of brackets than in them
        ("y = (aaaa + bbbb) + (cccc + dddd)", 30, ["y = (aaaa + bbbb)", "    + (cccc + dddd)"]),
    ],
)
def test_where_lines_break(text: str, width: int, expected: list[str]) -> None:
    assert wrapped(text, width, 4) == expected


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("one two three", 8, ["- one", "  two", "  three"]),
        ("größe two three", 8, ["- größe", "  two", "  three"]),
        ("深度学习，好", 8, ["- 深度学", "  习，好"]),
        ("深度学习，好", 9, ["- 深度学", "  习，好"]),
        ("深度学，好", 8, ["- 深度", "  学，好"]),
        ("wörterbücher", 8, ["- wörter", "  bücher"]),
        ("das 学 ist", 8, ["- das 学", "  ist"]),
        ("", 8, []),
        ("。", 8, ["- 。"]),
    ],
)
def test_prose_is_filled_by_its_width_on_the_screen(
    text: str, width: int, expected: list[str]
) -> None:
    assert filled(text, width, "- ", "  ") == expected


@given(st.text(alphabet="ab é学习，。 \u0301", max_size=60), st.integers(4, 20))
def test_filled_prose_loses_nothing_and_fits(text: str, width: int) -> None:
    lines = filled(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(display_width(line) <= width for line in lines)
