from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from exsolve import limits
from exsolve.errors import LanguageError
from exsolve.expression.parser import parse
from exsolve.ops import OPERATIONS

# text -> (offset, what the message, its readings or its hint must say)
REFUSED = {
    "": (0, "nothing is written"),
    " \t ": (0, "nothing is written"),
    # brackets
    "(1": (0, "'(' at character 1 is never closed"),
    "2*((1+2)*3": (2, "'(' at character 3 is never closed"),
    "[1,2": (0, "'[' at character 1 is never closed"),
    "exp(": (3, "'(' at character 4 is never closed"),
    "X[": (1, "'[' at character 2 is never closed"),
    "X[0": (1, "'[' at character 2 is never closed"),
    "1)": (1, "never opened"),
    "(1]": (2, "']' closes the '(' at character 1"),
    "[(1,2])": (2, "decimal number 1.2"),
    "X[0)": (3, "')' closes the '[' at character 2"),
    "()": (1, "something is missing"),
    "[]": (0, "the list is empty"),
    "X[]": (2, "an index is an integer"),
    "[1,]": (3, "something is missing"),
    "exp(x,)": (6, "something is missing"),
    # readings
    "1,5": (0, "1.5, or the list [1,5]"),
    "(1,5)": (1, "1.5, or the list [1,5]"),
    "a,b": (1, "a list needs its brackets"),
    "2 1/2": (0, "the mixed number 2 + 1/2, or the product 2*1/2"),
    "2½": (0, "the mixed number 2 + ½"),
    "1/2pi": (3, "(1/2)*pi, or 1/(2*pi)"),
    "1/2(x)": (3, "(1/2)*(...), or 1/(2*(...))"),
    "5!!": (1, "(5!)!"),
    "5!": (1, "factorials"),
    "x!": (1, "factorials"),
    "√x²": (2, "√(x^2) or (√x)^2"),
    "x²^3": (2, "x^(2^3)".replace("3", "n")),
    "1:30": (0, "a ratio, or a time"),
    "a:b": (1, "inside an index"),
    # implicit products
    "2x": (1, "2*x"),
    "2 x": (2, "2*x"),
    "2(x)": (1, "2*(...)"),
    "x y": (2, "x*y"),
    "(a)(b)": (3, "(...)*(...)"),
    "x√2": (1, "a sign is missing"),
    "exp x": (4, "exp(x)"),
    "W x": (2, "W*x, or W @ x for matrices"),
    "X.transpose()": (1, "X.T"),
    "1 + log2(8)": (4, "ln(8)/ln(2)"),
    "log10((x + 1)*2)": (0, "ln((x + 1)*2)/ln(10)"),
    "log2(x": (0, "ln(x)/ln(2)"),
    "softmax(x, dim=0)": (15, "write axis=0"),
    "sum(x, dim=-1, keepdim=true)": (11, "write axis=-1"),
    "mean(x, keepdim=true)": (16, "write keepdims=true"),
    "exp(x, dim=0)": (11, "there is no setting 'dim'"),
    "np.array([1])": (2, "the list alone"),
    "np.maximum(0, x)": (2, "max(a, b)"),
    "np.exp(x)": (2, "a function, like exp(x)"),
    "log x": (4, "log(x)"),
    # numbers
    "012": (0, "an octal number or 12"),
    "-012": (1, "an octal number or 12"),
    "00.5": (0, "0.5"),
    "X[01]": (2, "an octal number or 1"),
    "1_000": (0, "1000"),
    "1 000": (0, "1000 for thousands"),
    "0x1F": (0, "only decimal numbers"),
    "1.": (1, "1.0"),
    "1.2.3": (0, "a single point"),
    "2 3": (0, "2*3"),
    "1e999999999": (0, "power of ten is too large"),
    "1e-1001": (0, "power of ten is too large"),
    "1" * (limits.DIGITS + 1): (0, "at most 1000 digits"),
    "x²" + "²" * limits.DIGITS: (1, "the number is too long"),
    # lists
    "[[1,2],[3]]": (7, "1 entries"),
    "[[1,2],3]": (7, "a single number"),
    "[1,[2,3]]": (3, "the rows of the list are not alike"),
    "[[[1],[2]],[[3]]]": (11, "2 x 1 entries"),
    "[x,[1,2],[3]]": (9, "the rows of the list are not alike"),
    "stack([1,2],[3])": (12, "the rows of the list are not alike"),
    "[1;2]": (2, "[[1, 2], [3, 4]]"),
    # indices
    "X[i]": (2, "an index is an integer"),
    "X[0.5]": (2, "an index is an integer"),
    "X[1+1]": (3, "cannot follow"),
    "X[::0]": (4, "step of a slice cannot be 0"),
    "X[[0,1]]": (2, "an index is an integer"),
    # functions
    "sotmax(x)": (0, "softmax(...)"),
    "f(x)": (0, "there is no function 'f'"),
    "index(X)": (0, "X[0]"),
    "exp()": (0, "exp(x)"),
    "exp(x, y)": (7, "too many arguments"),
    "softmax(S, foo=1)": (15, "softmax(x, [mask], axis=-1)"),
    "softmax(S, 1)": (11, "'mask' or 'axis'"),
    "softmax(S, axis=1, axis=2)": (19, "'axis' is given twice"),
    "sum(X, 0, axis=1)": (15, "'axis' is given twice"),
    "softmax(S, x=S)": (13, "'x' is given twice"),
    "sum(axis=1)": (0, "sum: 'x' is missing"),
    "sum(axis=1, X)": (12, "keyword arguments last"),
    "sum(X, axis=y)": (12, "'axis' must be"),
    "sum(X, axis=1.5)": (12, "'axis' must be"),
    "sum(X, axis=true)": (12, "'axis' must be"),
    "sum(X, keepdims=1)": (16, "true or false"),
    "softmax(S, axis=[0,1])": (16, "an integer that is written out"),
    "zeros()": (0, "zeros: 'shape' is missing"),
    "zeros([n/2,2])": (6, "list of sizes"),
    "reshape(x)": (0, "reshape: 'shape' is missing"),
    "max()": (0, "max: 'x' is missing"),
    "exp(true)": (4, "'true' is not an array"),
    "true": (0, "a word for settings"),
    "1+none": (2, "a word for settings"),
    # what else other languages have
    "X.shape": (1, ".T for the transpose"),
    "X.Tx": (1, ".T for the transpose"),
    "a=b": (1, "== to compare"),
    "a==b==c": (4, "comparisons do not chain"),
    "a<b<=c": (3, "(a < b)*(b <= c)"),
    "'a'": (0, "quotation"),
    '"a"': (0, "quotation"),
    r"\frac": (0, "backslashes"),
    "{1}": (0, "braces"),
    "|x|": (0, "abs(x)"),
    "50%": (2, "percent"),
    "__import__('os')": (0, "begin with '_'"),
    "x.__class__": (1, ".T for the transpose"),
    "a__b": (0, "a_b"),
    "lambda: 1": (6, "inside an index"),
    "a if b else c": (2, "where(condition, a, b)"),
    "a > 0 and b > 0": (6, "conditions one by one"),
    "a > 0 or b > 0": (6, "max(a > 0, b > 0) == 1"),
    "not a": (0, "the opposite comparison"),
    "a;b": (1, "';'"),
    "#a": (0, "no character"),
    "2*": (2, "ends after '*'"),
    "*2": (0, "stands where a value should"),
    "a*/b": (2, "stands where a value should"),
    "√-1": (1, "√ needs"),
    # characters
    "\u0430": (0, "U+0430"),
    "p\u0430y": (1, "U+0430"),
    "\u0391": (0, "U+0391"),
    "a\u200bb": (1, "U+200B"),
    "\u202ea": (0, "U+202E"),
    "a\u2066": (1, "U+2066"),
    "\ufeffa": (0, "U+FEFF"),
    "a\x00": (1, "U+0000"),
    "a\x1b[0m": (1, "U+001B"),
    "a\ud800": (1, "U+D800"),
    "٣": (0, "the digit 3"),
    "３": (0, "the digit 3"),
    "x₁": (1, "x_1"),
    "a – b": (2, "looks like '-'"),
    "x\u0302": (0, "x_hat"),
    "a" * (limits.NAME_LENGTH + 1): (0, "the name is too long"),
}


def refusal(text: str) -> LanguageError:
    with pytest.raises(LanguageError) as caught:
        parse(text, OPERATIONS)
    return caught.value


@pytest.mark.parametrize(("text", "offset", "says"), [(t, *r) for t, r in REFUSED.items()])
def test_refused(text: str, offset: int, says: str) -> None:
    error = refusal(text)
    assert re.search(re.escape(says), str(error)), str(error)
    assert error.offset == offset
    assert all(character.isprintable() or character == "\n" for character in str(error))


MILLION = 1_000_000
HOSTILE = {
    "brackets": "(" * MILLION,
    "closed brackets": "(" * MILLION + "1" + ")" * MILLION,
    "lists": "[" * MILLION,
    "signs": "-" * MILLION + "1",
    "powers": "2^" * MILLION + "2",
    "digits": "9" * MILLION,
    "terms": "1+" * MILLION + "1",
    "spaces": " " * MILLION,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_long_texts_are_refused_unread(text: str) -> None:
    error = refusal(text)
    assert error.offset == limits.TEXT_LENGTH
    assert "too long" in str(error)


NESTED = {
    "brackets": ("(", "1", ")"),
    "lists": ("[", "1", "]"),
    "signs": ("-", "x", ""),
    "plus signs": ("+", "x", ""),
    "roots": ("√", "2", ""),
    "root brackets": ("√(", "2", ")"),
    "powers": ("2^", "2", ""),
    "negative powers": ("2^-", "x", ""),
    "calls": ("exp(", "1", ")"),
    "keywords": ("softmax(x, mask=", "1", ")"),
    "everything": ("a==b+c*-2^max(x, [", "1", "])"),
    "open": ("(", "", ""),
}


@pytest.mark.parametrize(("left", "middle", "right"), NESTED.values(), ids=NESTED)
def test_depth_is_limited(left: str, middle: str, right: str) -> None:
    deep = limits.DEPTH + 1
    error = refusal(left * deep + middle + right * deep)
    assert "nested too deeply" in str(error)
    assert error.offset <= len(left) * deep


def test_depth_below_the_limit_is_read() -> None:
    deep = limits.DEPTH - 1
    parse("(" * deep + "x" + ")" * deep, OPERATIONS)
    parse("-" * deep + "x", OPERATIONS)
    parse("2^" * deep + "x", OPERATIONS)


CHAINS = {"sum": "x+", "products": "x*", "quotients": "x/"}


@pytest.mark.parametrize("term", CHAINS.values(), ids=CHAINS)
def test_height_is_limited(term: str) -> None:
    most = limits.TREE_HEIGHT - 1
    hash(parse(term * most + "x", OPERATIONS))
    assert "too many terms" in str(refusal(term * (most + 1) + "x"))


@pytest.mark.parametrize("postfix", [".T", "[0]", "ᵀ"])
def test_postfixes_are_limited(postfix: str) -> None:
    assert "too many terms" in str(refusal("x" + postfix * limits.TREE_HEIGHT))


PIECES = [
    *"()[],:=+-*/^@<>!._ '\"\\|%;0123456789xTe½²⁻√πᵀ·−×≤",
    *["**", "==", "<=", ".T", "1.5", "1e9", "exp", "sum", "softmax", "axis=", "true", "none"],
    *["X[", "[[1,2],", "zeros(", "max(", "mask=", "__", "\u200b", "\u0430", "\u0301", "\n"],
]


def place_of_refusal(text: str) -> int:
    """Where the text is refused; 0 where it is read."""
    try:
        parse(text, OPERATIONS)
    except LanguageError as error:
        return error.offset if error.problem.message else -1
    return 0


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
@example("x.T.T²[0]")
def test_nothing_but_language_errors(text: str) -> None:
    assert 0 <= place_of_refusal(text) <= len(text)


@given(st.text(max_size=30))
def test_no_text_at_all_is_a_crash(text: str) -> None:
    assert 0 <= place_of_refusal(text) <= len(text)
