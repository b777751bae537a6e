"""The short way through plain numbers reads what the grammar reads."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exsolve.answers import values
from exsolve.answers.plain import read_plain
from exsolve.answers.values import read_value
from exsolve.answers.written import Vocabulary, Written
from exsolve.errors import LanguageError

NOTHING = Vocabulary({}, {})

number = st.one_of(
    st.integers(-(10**17), 10**17).map(str),
    st.integers(-30, 30).map(str),
    st.decimals(-(10**4), 10**4, places=3).map(str),
    st.tuples(st.integers(-40, 40), st.integers(-3, 40)).map("{0[0]}/{0[1]}".format),
    st.sampled_from(
        ["0", "-0", ".5", "-.5", "0.50", "-0.0", "00", "007", "000", "1.", "4/6", "0/3"]
    ),
    st.sampled_from(
        ["-0/3", "1,5", "+1", "- 1", "1e3", "1/2/3", "0.5/2", "1/0.5", "--1", "½", "1.2.3"]
    ),
)
comma = st.sampled_from([", ", ",", ",  ", ",\n ", " ", " , ", ";"])


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A number, a list, a matrix or what nearly is one."""
    depth = draw(st.integers(0, 3))
    between = draw(comma)
    width = draw(st.integers(1, 3))
    text = draw(number)
    if depth:
        text = between.join(draw(st.lists(number, min_size=1, max_size=4)))
        text = f"[{text}]"
    if depth > 1:
        rows = []
        for _ in range(draw(st.integers(1, 3))):
            cells = [draw(number) for _ in range(draw(st.sampled_from([width] * 9 + [1])))]
            rows.append(f"[{between.join(cells)}]")
        text = f"[{draw(comma).join(rows)}]"
    if depth > 2 and draw(st.booleans()):
        text = f"[{text}]"
    return (
        draw(st.sampled_from(["", " ", "\n"])) + text + draw(st.sampled_from(["", " ", ".", "]"]))
    )


def in_the_grammar(text: str) -> Written | None:
    try:
        return values._read(text, NOTHING)
    except LanguageError:
        return None


def told(written: Written) -> tuple[object, ...]:
    """All that is said of an answer, offsets of the tree among it."""
    literals = [(one.node.offset, getattr(one.node, "text", "")) for one in written.numbers]
    lists = [
        (node.offset, len(node.children())) for node in [written.node, *written.node.children()]
    ]
    return (*written, literals, lists)


@settings(max_examples=1_500, deadline=None)
@given(texts())
def test_the_same_is_read(text: str) -> None:
    plain = read_plain(text)
    if plain is not None:
        slowly = in_the_grammar(text)
        assert slowly is not None
        assert told(plain) == told(slowly)


SHORT = ["[[-2, 2], [0, -2], [1, 0]]", "[-1, 4/5]", "0.80", "-7", "[[1/2, .5],\n [3, 4]] ", "[ 1 ]"]
LONG = [
    "[1 2]",
    "[1,000]",
    "1/0",
    "007",
    "[[1, 2], [3]]",
    "[]",
    "1 2",
    "[1, 2].",
    "[[1], 2]",
    "1e3",
]


@pytest.mark.parametrize("text", SHORT)
def test_plain_answers_take_the_short_way(text: str) -> None:
    assert read_plain(text) == read_value(text, NOTHING) == in_the_grammar(text)


@pytest.mark.parametrize("text", LONG)
def test_what_is_not_so_plain_goes_the_long_way(text: str) -> None:
    assert read_plain(text) is None
