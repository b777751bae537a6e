from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hostile_texts import LONG, READ, REFUSED
from hypothesis import given, settings
from hypothesis import strategies as st

from exsolve.answers.formulas import read_formula
from exsolve.answers.values import read_value
from exsolve.answers.written import Vocabulary, Written
from exsolve.errors import LanguageError

NOTHING = Vocabulary({}, {})
SOME = Vocabulary({"A": (2, 3), "h_next": ("n",), "s": (), "x": (3,)}, {"f": 1})
READERS = [(read_value, NOTHING), (read_formula, SOME)]
Read = Callable[[str, Vocabulary], Written]


def attempt(read: Read, text: str, vocabulary: Vocabulary) -> None:
    """Read a text, or have it refused with a place in it; whatever else is raised comes out."""
    offset = 0
    try:
        read(text, vocabulary)
    except LanguageError as error:
        offset = error.offset
    assert -1 <= offset <= len(text)


def refusal(read: Read, text: str, vocabulary: Vocabulary) -> str:
    with pytest.raises(LanguageError) as caught:
        read(text, vocabulary)
    assert -1 <= caught.value.offset <= len(text)
    return str(caught.value)


@pytest.mark.parametrize("text", READ)
def test_read(text: str) -> None:
    assert read_value(text, NOTHING).understood == READ[text]
    assert read_formula(text, SOME).understood == READ[text]


@pytest.mark.parametrize("text", REFUSED, ids=ascii)
def test_refused(text: str) -> None:
    for read, vocabulary in READERS:
        assert REFUSED[text] in refusal(read, text, vocabulary)


@pytest.mark.parametrize("text", LONG, ids=lambda text: f"{text[:12]!r} x {len(text)}")
def test_long(text: str) -> None:
    assert LONG[text] in refusal(read_value, text, NOTHING)
    refusal(read_formula, text, SOME)


PIECES = [
    *"0123456789.,;:+-*/^@()[]{}<>=|&%'_!?~$#\\\"` \n\t",
    *"−·×⊙√½²ᵀ≈…‖⟨⟩⌊⌋∞∂∇Σσβπₜ₁",
    *["x", "A", "s", "h_next", "ln", "exp", "softmax", "sum", "e", "T", "f(", "sqrt(", "10^"],
    *["\\frac", "\\frac{1}{2}", "\\sqrt", "\\cdot", "\\left", "\\right", "\\mathbf", "\\hat"],
    *["\\begin{bmatrix}", "\\end{bmatrix}", "\\\\", "\\overline", "\\ln", "\\top", "\\nabla_{"],
    *["1.5", "0.1666...", "1e5", "[1 2; 3 4]", "[[1,2],[3,4]]", "np.", "array(", "80%", ".T"],
]


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_rows_of_pieces_raise_nothing_else(text: str) -> None:
    for read, vocabulary in READERS:
        attempt(read, text, vocabulary)


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(), max_size=30))
def test_any_text_raises_nothing_else(text: str) -> None:
    for read, vocabulary in READERS:
        attempt(read, text, vocabulary)


def test_changed_texts_raise_nothing_else() -> None:
    source = random.Random(5)
    texts = [*READ, *REFUSED, "V^T (2(s x)) + diag(h_next*(1-h_next))", "[1/2 -1; 0.5, \\frac12]"]
    for _ in range(3_000):
        characters = list(source.choice(texts))
        for _ in range(source.randrange(1, 4)):
            place = source.randrange(len(characters) + 1)
            change = source.randrange(3)
            if change == 0:
                characters.insert(place, source.choice(PIECES))
            elif change == 1:
                del characters[place : place + 1]
            else:
                characters[place:place] = source.choice(texts)[:20]
        text = "".join(characters)
        for read, vocabulary in READERS:
            attempt(read, text, vocabulary)
