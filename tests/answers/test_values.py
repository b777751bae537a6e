from __future__ import annotations

import subprocess
import sys
from math import prod
from typing import Any

import numpy as np
import pytest
from flint import fmpq

from exsolve import limits
from exsolve.answers.values import read_value
from exsolve.answers.written import Vocabulary, Written
from exsolve.errors import LanguageError
from exsolve.expression.tree import Literal
from exsolve.marking.given import given

VOCABULARY = Vocabulary({"N": (), "d_model": (), "W": (2, 2)}, {})


def read(text: str) -> Written:
    return read_value(text, VOCABULARY)


NUMBERS = {
    # as typed
    "4/5": "4/5",
    "-4/5": "-4/5",
    "0.8": "0.8",
    ".8": ".8",
    "1.": "1",
    "+5": "5",
    "-3": "-3",
    "1.16e-10": "1.16e-10",
    "1.e+00": "1e+00",
    "3.0E5": "3.0E5",
    "80%": "0.80",
    "50.5 %": "0.505",
    "-5%": "-0.05",
    "100%": "1.00",
    "2e-3": "2e-3",
    "3000e−3": "3000e-3",
    "1.16e–10": "1.16e-10",
    "3200E−2": "3200E-2",
    "2e": "2*exp(1)",
    # powers of ten
    "1.16·10^-10": "1.16e-10",
    "1.16 * 10^-10": "1.16e-10",
    "1.16 x 10^{-10}": "1.16e-10",
    "1.16 × 10⁻¹⁰": "1.16e-10",
    "-1.16 \\times 10^{-10}": "-1.16e-10",
    "3 \\cdot 10^{5}": "3e5",
    "10^-3": "10^(-3)",
    # powers and roots
    "3^19": "3^19",
    "3**19": "3^19",
    "3¹⁹": "3^19",
    "2^-3": "2^(-3)",
    "2^3/2": "2^3/2",
    "2^{1}/2": "2^1/2",
    "2^3 N": "2^3*N",
    "2^{-3}": "2^(-3)",
    "2⁻³": "2^(-3)",
    "-2^2": "-2^2",
    "9^9^9^9": "9^9^9^9",
    "√3": "sqrt(3)",
    "√(3)": "sqrt(3)",
    "\\sqrt{3}": "sqrt(3)",
    "\\sqrt 3": "sqrt(3)",
    "\\sqrt[3]{8}": "8^(1/3)",
    "\\sqrt[2]{8}": "sqrt(8)",
    "3√2": "3*sqrt(2)",
    "1/√2": "1/sqrt(2)",
    "\\frac{\\sqrt{3}}{2}": "sqrt(3)/2",
    # fractions
    "½": "1/2",
    "-½": "-1/2",
    "−1/2": "-1/2",
    "–1/2": "-1/2",
    "1⁄2": "1/2",
    "1∕2": "1/2",
    "\\frac{14}{9}": "14/9",
    "\\frac12": "1/2",
    "\\frac1{12}": "1/12",
    "\\frac 1 2": "1/2",
    "\\tfrac{1}{2}": "1/2",
    "\\dfrac{1}{2}": "1/2",
    "-\\frac{1}{2}": "-1/2",
    "\\frac{-1}{2}": "-1/2",
    "\\frac{1+1}{3}": "(1 + 1) / 3",
    # functions
    "sqrt(3) ln 80": "sqrt(3)*log(80)",
    "√3·ln(80)": "sqrt(3)*log(80)",
    "√3 ln 80": "sqrt(3)*log(80)",
    "\\sqrt{3} \\, \\ln 80": "sqrt(3)*log(80)",
    "2*ln(3)": "2*log(3)",
    "2 ln 3": "2*log(3)",
    "\\ln(80)": "log(80)",
    "\\log{80}": "log(80)",
    "log 80": "log(80)",
    "ln17": "log(17)",
    "log80": "log(80)",
    "ln17/2": "log(17)/2",
    "2sqrt3": "2*sqrt(3)",
    "ln(80)ln(17)": "log(80)*log(17)",
    "exp(2)": "exp(2)",
    "e^2": "exp(2)",
    "e^{-2}": "exp(-2)",
    "e^-2": "exp(-2)",
    "e^(-2)": "exp(-2)",
    "e": "exp(1)",
    "1/(1+e^{-1})": "1 / (1 + exp(-1))",
    "np.exp(-1)": "exp(-1)",
    "tanh(1/2)": "tanh(1/2)",
    "|-3|": "abs(-3)",
    "π/2": "pi/2",
    "2\\pi": "2*pi",
    # what is written out in between
    "(1 + 2)/3": "(1 + 2) / 3",
    "(3)": "3",
    "((3))": "3",
    "1 - 2": "1 - 2",
    "N": "N",
    "2N": "2*N",
    "d_{model}": "d_model",
    "d_{\\mathrm{model}}": "d_model",
    # repeating decimals
    "0.1666...": "1/6",
    "0.1666…": "1/6",
    "0.1666\\ldots": "1/6",
    "0.1\\overline{6}": "1/6",
    "0.1\\bar{6}": "1/6",
    "0.\\overline{3}": "1/3",
    "0.142857142857...": "1/7",
    "-0.33...": "-1/3",
    # approximate, and chains
    "≈ 0.33": "0.33",
    "~0.33": "0.33",
    "about 0.33": "0.33",
    "1/3 approx 0.33": "1/3",
    "\\approx 0.33": "0.33",
    "= 0.33": "0.33",
    "= 14/9 ≈ 1.556": "14/9",
    "14/9 = 1.556": "14/9",
    "1.556 = 14/9": "14/9",
    "√2 ≈ 1.414": "sqrt(2)",
    "1/3 = 2/6": "1/3",
    "0.5 = 0.50": "0.50",
    "2.5+0.447 = 2.947": "2.947",
    "2.5+0.447 = 2.947 ≈ 2.9": "2.947",
    "0.667*3 = 2": "2",
    "2/6 = 1/3 = 0.333": "1/3",
    "√8 = 2√2 ≈ 2.83": "sqrt(8)",
    "L = (y-t)^2 = 0.897": "0.897",
    "1/2 + 1/3 = y = 5/6": "5/6",
    r"y = r^\top v = 49/2": "49/2",
    "1.556 ≈ 1.6": "1.556",
    "1.556 ≈ 2": "1.556",
    # around it
    "$\\frac{1}{2}$": "1/2",
    "$$ 3 $$": "3",
    "\\(0.5\\)": "0.5",
    "\\[ 0.5 \\]": "0.5",
    "`0.5`": "0.5",
    "\\boxed{5}": "5",
    "\\displaystyle\\frac{1}{2}": "1/2",
    "\uff15/\uff16": "5/6",
    "np.float64(0.5)": "0.5",
    "tensor(0.25)": "0.25",
    "  7\n": "7",
    "0.5.": "0.5",
    "(3).": "3",
    "5;": "5",
    "5 \\\\": "5",
    "$0.5.$": "0.5",
    "$0.5$.": "0.5",
}


@pytest.mark.parametrize(("text", "understood"), NUMBERS.items(), ids=NUMBERS)
def test_numbers(text: str, understood: str) -> None:
    found = read(text)
    assert found.understood == understood
    assert found.shape == ()
    assert [number.node for number in found.numbers] == [found.node]


MATRIX = "[[1, 2], [3, 4]]"
ARRAYS = {
    "[1, 2, 3]": ("[1, 2, 3]", (3,)),
    "[1 2 3]": ("[1, 2, 3]", (3,)),
    "[1,2]": ("[1, 2]", (2,)),
    "[5]": ("[5]", (1,)),
    "[[5]]": ("[[5]]", (1, 1)),
    "[[1, 2], [3, 4]]": (MATRIX, (2, 2)),
    "[1 2; 3 4]": (MATRIX, (2, 2)),
    "[1, 2; 3, 4]": (MATRIX, (2, 2)),
    "[1 2\n 3 4]": (MATRIX, (2, 2)),
    "[1, 2\n 3, 4]": (MATRIX, (2, 2)),
    "[1 2;\n 3 4]": (MATRIX, (2, 2)),
    "[1,\n 2]": ("[1, 2]", (2,)),
    "[[1. 2.]\n [3. 4.]]": (MATRIX, (2, 2)),
    "[[1 2] [3 4]]": (MATRIX, (2, 2)),
    "[[1 2]; [3 4]]": (MATRIX, (2, 2)),
    "[[1, 2],\n\n [3, 4]]": (MATRIX, (2, 2)),
    "array([[1., 2.], [3., 4.]])": (MATRIX, (2, 2)),
    "array([[1., 2.],\n       [3., 4.]])": (MATRIX, (2, 2)),
    "np.array([[1, 2], [3, 4]])": (MATRIX, (2, 2)),
    "torch.tensor([[1., 2.], [3., 4.]], dtype=torch.float64)": (MATRIX, (2, 2)),
    "tensor([[1., 2.],\n        [3., 4.]], grad_fn=<MmBackward0>)": (MATRIX, (2, 2)),
    "tensor([1., 2.], device='cuda:0', requires_grad=True)": ("[1, 2]", (2,)),
    "\\begin{bmatrix}1 & 2 \\\\ 3 & 4\\end{bmatrix}": (MATRIX, (2, 2)),
    "\\begin{pmatrix}1 & 2 \\\\ 3 & 4 \\\\\\end{pmatrix}": (MATRIX, (2, 2)),
    "\\left[\\begin{array}{cc} 1 & 2 \\\\ 3 & 4 \\end{array}\\right]": (
        MATRIX,
        (2, 2),
    ),
    "\\begin{matrix}1\\\\2\\end{matrix}": ("[[1], [2]]", (2, 1)),
    "\\begin{bmatrix}1 & 2\\end{bmatrix}": ("[[1, 2]]", (1, 2)),
    "\\left[1, 2\\right]": ("[1, 2]", (2,)),
    "[1;2;3]": ("[[1], [2], [3]]", (3, 1)),
    # a sign with a space before it and none behind begins an entry, as in MATLAB
    "[1 -2; 3 4]": ("[[1, -2], [3, 4]]", (2, 2)),
    "[1 - 2]": ("[1 - 2]", (1,)),
    "[1 -2]": ("[1, -2]", (2,)),
    "[1 - 2, 3]": ("[1 - 2, 3]", (2,)),
    "[-1, -2 - 3]": ("[-1, -2 - 3]", (2,)),
    "[-1,\n -2]": ("[-1, -2]", (2,)),
    "[1, 2\n -3, 4]": ("[[1, 2], [-3, 4]]", (2, 2)),
    "[-1 +2]": ("[-1, 2]", (2,)),
    "[ 1.  -2.5]": ("[1, -2.5]", (2,)),
    # entries of all sorts
    "[1/2, 0.5, 50%, ½]": ("[1/2, 0.5, 0.50, 1/2]", (4,)),
    "[1/2 -1/3]": ("[1/2, -1/3]", (2,)),
    "[0, ln 80, 0]": ("[0, log(80), 0]", (3,)),
    "[½, √3 ln 80]": ("[1/2, sqrt(3)*log(80)]", (2,)),
    "[≈0.33, 0.5]": ("[0.33, 0.5]", (2,)),
    "[[1/3, 2/3]] ≈ [[0.33, 0.67]]": ("[[1/3, 2/3]]", (1, 2)),
    "[0.1666..., 1/6]": ("[1/6, 1/6]", (2,)),
    "[\\frac{1}{2}, \\frac{2}{3}]": ("[1/2, 2/3]", (2,)),
    # a space separates where MATLAB would have it so
    "[.92 ≈1.33]": ("[.92, 1.33]", (2,)),
    "[tanh(3/2) tanh(3/4)]": ("[tanh(3/2), tanh(3/4)]", (2,)),
    "[0 log(80) 0]": ("[0, log(80), 0]", (3,)),
    "[1 (1+5/12)]": ("[1, 1 + 5/12]", (2,)),
    "[2 √3 1]": ("[2, sqrt(3), 1]", (3,)),
    "[2 √3; 1 1]": ("[[2, sqrt(3)], [1, 1]]", (2, 2)),
    "[ln17 ln80]": ("[log(17), log(80)]", (2,)),
    "[N 2 64]": ("[N, 2, 64]", (3,)),
    "[1.16226147e−10, ≈1162261467]": ("[1.16226147e-10, 1162261467]", (2,)),
    # the working before a value
    r"Q K^T/\sqrt{3} = [1, 2]": ("[1, 2]", (2,)),
    "X = Y = [1, 2] ≈ [1.0, 2.0]": ("[1, 2]", (2,)),
    r"\operatorname{softmax}(S) \\ &= \begin{bmatrix} 1 \\[2pt] 2 \end{bmatrix}": (
        "[[1], [2]]",
        (2, 1),
    ),
    r"H = A V = [[1, 2], [3, 4]]": (MATRIX, (2, 2)),
    r"H_1 = \mathrm{relu}(M X W_1) = \begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}": (
        MATRIX,
        (2, 2),
    ),
    "S = Q K^T/√3 = [1, 2]": ("[1, 2]", (2,)),
    # sizes
    "torch.Size([N, 16, 64, 64])": ("[N, 16, 64, 64]", (4,)),
    "torch.Size([1, 2])": ("[1, 2]", (2,)),
    "(N, 16, 64, 64)": ("[N, 16, 64, 64]", (4,)),
    "(3,)": ("[3]", (1,)),
    "(1, 2)": ("[1, 2]", (2,)),
    "(1,2,)": ("[1, 2]", (2,)),
    "[N, 2*N]": ("[N, 2*N]", (2,)),
    # a number before a list, and transposes
    "\\frac{1}{6}\\begin{pmatrix}1 \\\\ 2\\end{pmatrix}": ("[[1/6], [1/3]]", (2, 1)),
    "0.5*[1, 2]": ("[1/2, 1]", (2,)),
    "[1, 2]/3": ("[1/3, 2/3]", (2,)),
    "-[1, 2]": ("[-1, -2]", (2,)),
    "√2 [1, 2]": ("[sqrt(2)*1, sqrt(2)*2]", (2,)),
    "[[1, 3], [2, 4]]^T": (MATRIX, (2, 2)),
    "[[1, 2]]'": ("[[1], [2]]", (2, 1)),
    "[1, 2]^T": ("[1, 2]", (2,)),
}


@pytest.mark.parametrize("text", ARRAYS)
def test_arrays(text: str) -> None:
    found = read(text)
    assert (found.understood, found.shape) == ARRAYS[text]
    cells = 1
    for size in found.shape or ():
        cells *= size
    assert len(found.numbers) == cells


SPELLED = {
    # text: (places, digits) of each number
    "0.80": [(2, 2)],
    "80%": [(2, 2)],
    "12": [(0, 2)],
    "-0.050": [(3, 2)],
    "1.16e-10": [(12, 3)],
    "1.16e−10": [(12, 3)],
    "1.16·10^-10": [(12, 3)],
    "1.5e3": [(-2, 2)],
    "1.": [(0, 1)],
    "4/5": [(None, None)],
    "½": [(None, None)],
    "0.1666...": [(None, None)],
    "√2": [(None, None)],
    "3^19": [(None, None)],
    "[[0.1, -2], [1/3, 0.33]]": [(1, 1), (0, 1), (None, None), (2, 2)],
    # NumPy leaves zeros at the end out
    "[0.25 1.   0.  ]": [(2, 2), (2, 3), (2, 0)],
    "[0.25, 1]": [(2, 2), (0, 1)],
    "[1. 2.]": [(0, 1), (0, 1)],
    "-[0.10, 2]": [(2, 2), (0, 1)],
    "[0.10, 2]^T": [(2, 2), (0, 1)],
    "2*[0.10, 2]": [(None, None), (None, None)],
}


@pytest.mark.parametrize("text", SPELLED)
def test_places_and_digits(text: str) -> None:
    assert [(one.places, one.digits) for one in read(text).numbers] == SPELLED[text]


def test_numbers_know_their_place() -> None:
    text = "$[ -1/2, ≈ 0.33 ; √3·ln(80), 80% ]$"
    found = read(text)
    assert [one.text for one in found.numbers] == ["-1/2", "≈ 0.33", "√3·ln(80)", "80%"]
    assert all(text[one.offset : one.end] == one.text for one in found.numbers)
    assert [one.approximate for one in found.numbers] == [False, True, False, False]


def test_a_sign_before_a_whole_list_marks_every_number() -> None:
    assert all(one.approximate for one in read("≈ [0.3, 0.7]").numbers)


def test_decimals_are_exact() -> None:
    (number,) = read("0.1").numbers
    assert isinstance(number.node, Literal)
    assert number.node.value == fmpq(1, 10)


def cells(text: str, shape: tuple[int, ...]) -> np.ndarray[Any, np.dtype[Any]]:
    """An array of rational numbers."""
    found = np.empty(prod(shape), dtype=object)
    found[:] = [fmpq(*map(int, one.split("/"))) for one in text.split()]
    return found.reshape(shape)


GIVENS = {"w": cells("3/10 3", (2,)), "X": cells("1 2 3 4", (2, 2)), "f": cells("99/100", ())}
GIVENS |= {"x": cells("1 2", (2,)), "T": cells("3", ())}
WITH_GIVENS = Vocabulary({name: value.shape for name, value in GIVENS.items()} | {"N": ()}, {})
IN_GIVENS = {
    "w^2": ("9/100 9", (2,)),
    "1 - 2w": ("2/5 -5", (2,)),
    "X": ("1 2 3 4", (2, 2)),
    "X'": ("1 3 2 4", (2, 2)),
    "X/2": ("1/2 1 3/2 2", (2, 2)),
    "f^2": ("9801/10000", ()),
    "[f, 2f]": ("99/100 99/50", (2,)),
    "w ⊙ x": ("3/10 6", (2,)),
    "w^2 = [0.09, 9]": ("9/100 9", (2,)),
    "h = w^2": ("9/100 9", (2,)),
    "1.16 x 10^-2": ("29/2500", ()),
    "[[1, 3], [2, 4]]^T": ("1 2 3 4", (2, 2)),
}


@pytest.mark.parametrize("text", IN_GIVENS)
def test_givens_stand_for_their_values(text: str) -> None:
    found = given(read_value(text, WITH_GIVENS, GIVENS))
    numbers, shape = IN_GIVENS[text]
    assert found.shape == shape
    assert list(found.scalars) == list(cells(numbers, shape).flat)


@pytest.mark.parametrize("text", ["X X", "X @ w", "sum(w)", "tanh(X)", "w' x", "X^{-1}"])
def test_what_is_to_be_computed_of_givens_is_no_value(text: str) -> None:
    with pytest.raises(LanguageError, match="numbers are asked for here"):
        read_value(text, WITH_GIVENS, GIVENS)


def test_unknown_names_beside_givens() -> None:
    with pytest.raises(LanguageError) as caught:
        read_value("asdf", WITH_GIVENS, GIVENS)
    assert caught.value.problem.expected == "numbers, or the names w, X, f, x, T, N"


REFUSED = {
    # only what stands before all numbers is working
    "1 = x": ("no name 'x'",),
    "x = 1 = y": ("no name 'y'",),
    "x := 1": ("x",),
    # doubtful: what each reading is has to be said
    "1,5": ("1.5", "[1, 5]"),
    "-1,5": ("-1.5", "[-1, 5]"),
    "1,000": ("1000", "[1, 0]"),
    "1,234": ("1234", "1.234", "[1, 234]"),
    "1,234.5": ("1234.5", "[1, 234.5]"),
    "2 1/2": ("2 + 1/2", "2*1/2"),
    "1,180": ("1180", "1.180", "[1, 180]"),
    "1,180,224": ("commas between thousands", "1180224"),
    "1 180 224": ("the number 1180224, or the list [1, 180, 224]",),
    "1 2 3": ("a list needs its brackets", "[1, 2, 3]"),
    "6 8/3": ("6 + 8/3", "6*8/3"),
    "17/6 8/3": ("a list needs its brackets", "[17/6, 8/3]"),
    "17/6 8/3 5/2 2": ("a list needs its brackets", "[17/6, 8/3, 5/2, 2]"),
    "0.33*3 = 2": ("not equal",),
    "asdf": ("no name 'asdf'", "expected: numbers, or the names N, d_model, W"),
    "I don't know": ("words are no answer", "a number, or a list of numbers"),
    "?": ("no character '?'", "expected: a value"),
    "33⅓%": ("33 + ⅓%", "33*⅓%"),
    "2½": ("2 + ½", "2*½"),
    "2 \\frac{1}{2}": ("2 + \\frac{1}{2}", "2*\\frac{1}{2}"),
    "1/2pi": ("(1/2)*pi", "1/(2pi)"),
    "1/2 N": ("(1/2)*N", "1/(2 N)"),
    "1/(1 + N) N": ("over the first factor alone", "1/((1 + N) N)"),
    "1/2√3": ("(1/2)*√3", "1/(2√3)"),
    "5!!": ("x!!", "(x!)!"),
    "0.1(6)": ("0.166...", "0.1*6"),
    "ln 80/2": ("(ln 80)/2", "ln 80/2"),
    "ln 2 N": ("(ln 2)", "all"),
    "ln 80 · 2": ("(ln 80)·2", "all"),
    "ln 5^2": ("(5^2)", "power of it"),
    "\\sqrt12": ("√(12)", "√(1) and 2"),
    "√2^2": ("√(2^...)", "(√2)^..."),
    "√2N": ("(√2)*N", "√(2*N)"),
    "2²^3": ("(a^b)^c", "a^(b^c)"),
    "14/9 = 1.5": ("14/9", "1.5"),
    "1 = 2": ("not equal", "1, and 2"),
    "1.556 = 2": ("not equal",),
    "1 < 2": ("comparison",),
    "[1 -2, 3]": ("1 - 2", "1, -2"),
    "-1 1/2": ("-(1 + 1/2)", "-1*1/2"),
    "2^1/2": ("(2^1)/2", "2^(1/2)"),
    "e^-1/2": ("(e^-1)/2", "e^(-1/2)"),
    "2^3N": ("(2^3)*N", "2^(3*N)"),
    "[2 ln 3]": ("product", "two entries"),
    "[2 √3]": ("product", "two entries"),
    "[[2 √3], [1 1]]": ("product", "two entries"),
    "[1.16 e-10 2]": ("product", "two entries"),
    "1.16 e-10": ("the number 1.16e-10", "1.16*e - 10"),
    "log2": ("to base 2", "natural logarithm of 2"),
    "16 x 64": ("16*64", "(16, 64)"),
    "|[1, 2]|": ("length", "entry"),
    # not numbers
    "inf": ("infinity is no number",),
    "-∞": ("infinity is no number",),
    "nan": ("nan is no number",),
    "1/0": ("division by 0",),
    "1e999999999": ("power of ten is too large",),
    "007": ("octal",),
    "[]": ("empty",),
    "()": ("nothing in the brackets",),
    "": ("nothing is written",),
    "$$": ("nothing is written",),
    "[[1, 2], [3]]": ("row 2 has 1 entry",),
    "[1 2; 3]": ("row 2 has 1 entry",),
    "[1, [2, 3]]": ("not alike",),
    "\\begin{bmatrix}1 & 2 \\\\ 3\\end{bmatrix}": ("row 2 has 1 entry",),
    "\\begin{vmatrix}1\\end{vmatrix}": ("determinant",),
    "\\begin{bmatrix}1\\end{pmatrix}": ("\\end{pmatrix}",),
    "\\begin{bmatrix}1 & 2": ("never closed",),
    "-1, 0.8": ("write [-1, 0.8]",),
    "1; 2": ("brackets",),
    "{1, 2}": ("brackets",),
    "\\{1, 2\\}": ("[ ] for a list",),
    "1_000": ("underscores",),
    "2 000": ("2000 for thousands",),
    "1.5.2": ("side by side",),
    "(1": ("never closed",),
    "1)": ("never opened",),
    "(1]": ("closes",),
    "5!": ("factorial",),
    "0.12...": ("which digits",),
    "3...": ("digits",),
    "5%%": ("percent of percent",),
    "M": ("N",),
    "log_2(8)": ("ln(8)/ln(2)",),
    "sin(1)": ("no function",),
    "W": ("numbers are asked for",),
    "[1, 2] + [3, 4]": ("numbers are asked for",),
    "1 = ": ("ends after",),
    "1 +": ("ends after",),
    "$5": ("dollar",),
    "5 \\foo": ("\\foo",),
    "1\u200b2": ("U+200B",),
    "\u0663": ("the digit 3", "U+0663"),
    "\u0410": ("U+0410",),
    "± 3": ("two values",),
    "import os": ("import",),
    "__import__('os')": ("_",),
}


def refusal(text: str) -> LanguageError:
    with pytest.raises(LanguageError) as caught:
        read(text)
    return caught.value


@pytest.mark.parametrize("text", REFUSED)
def test_refused(text: str) -> None:
    error = refusal(text)
    said = str(error)
    for part in REFUSED[text]:
        assert part in said
    assert 0 <= error.offset <= len(text)


def test_no_symbolic_algebra_is_loaded_for_reading() -> None:
    program = (
        "import sys; from exsolve.answers import formulas, values; sys.exit('sympy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_long_answers_are_refused_at_once() -> None:
    assert "too long" in str(refusal("1" * (limits.ANSWER_LENGTH + 1)))
    assert "too many numbers" in str(refusal(f"[{'1,' * limits.ANSWER_NUMBERS}1]"))
    assert "nested too deeply" in str(refusal("(" * 5_000))
    assert "in a row" in str(refusal("1+" * 5_000 + "1"))
    assert "chain" in str(refusal("1=" * 5_000 + "1"))


def test_a_thousand_rows_are_read() -> None:
    rows = ", ".join(f"[{row}, 0.5]" for row in range(1_000))
    found = read(f"[{rows}]")
    assert found.shape == (1_000, 2)
    assert found.numbers[-2].text == "999"
