"""The table for spreadsheets: whole, readable, and without formulas."""

from __future__ import annotations

import csv
import io

import pytest
from grading import judges
from hypothesis import given
from hypothesis import strategies as st

from exsolve.grading.table import BEGIN, harmless, header, line, row


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "＝1", "＋1",
        "－1", "＠x",
        "=cmd|' /C calc'!A0", '=HYPERLINK("http://x","y")', "-2+3+cmd|' /C calc'!D2", "\ufeff=1",
    ],
)  # fmt: skip
def test_a_cell_is_no_formula(text: str) -> None:
    # a text begins with an apostrophe, or with a character that stands for an unseen one
    assert harmless(text)[0] in "'␉("


@pytest.mark.parametrize("text", ["Jane;=1+1", "Jane; @x", "a\t=1", 'a;"=1', "a|+1"])
def test_nor_does_a_separator_within_begin_one(text: str) -> None:
    shown = harmless(text)
    assert "'" in shown
    for separator in ";\t|":
        for piece in shown.split(separator):
            assert piece.lstrip(' "')[:1] not in set("=+-@")


@pytest.mark.parametrize("text", ["Jane Doe", "O'Neil", "a-b", "x=1", "Zoë", "3/4", "jane;doe"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert harmless(text) == text


@given(st.lists(st.text(), min_size=1))
def test_lines_are_read_back_by_any_reader(cells: list[str]) -> None:
    written = line(cells).decode()
    assert written.endswith("\r\n")
    assert written.count("\n") == 1
    (read,) = csv.reader(io.StringIO(written, newline=""), strict=True)
    assert read == [harmless(cell) for cell in cells]
    assert all(cell.lstrip()[:1] not in set("=+-@＝＋－＠") or not cell for cell in read)


def test_numbers_stay_numbers() -> None:
    assert line([3, 2.5, -1, "-1"]) == b"3,2.5,-1,'-1\r\n"


def test_the_header_and_a_row() -> None:
    blank = judges.judge(judges.TASK, b"")
    assert header(blank) == b"name,file,1,e,total,out of,open,flags\r\n"
    record = {
        "name": "=x", "file": "=x.txt", "parts": [{"score": 1.5}, {"score": 0}],
        "score": 1.5, "out_of": 5, "open": 2, "flags": ["words to mark: e", "one, two"],
    }  # fmt: skip
    assert row(record) == b"'=x,'=x.txt,1.5,0,1.5,5,2,\"words to mark: e; one, two\"\r\n"
    assert BEGIN.decode("utf-8-sig") == ""


def test_a_column_for_each_answer() -> None:
    blank = judges.judge(judges.TASK, b"")
    names = b"name,file,1,e,total,out of,open,flags,1.a,1.b,e in words\r\n"
    assert header(blank, answers=True) == names
    record = {
        "name": "x", "file": "x.txt", "parts": [], "score": 1, "out_of": 5, "open": 2, "flags": [],
        "answers": [
            {"points": "1", "credit": "1/3"},
            {"points": "2", "credit": "1"},
            {"points": "2", "credit": "0", "open": True},
        ],
    }  # fmt: skip
    assert row(record, answers=True) == b"x,x.txt,1,5,2,,0.33,2,\r\n"
