"""Reading a layer as PyTorch writes it."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exsolve.errors import LanguageError
from exsolve.layers.written import Value, read_layer


def keywords(text: str) -> dict[str, Value]:
    return {name.text: value.value for name, value in read_layer(text).keywords}


def positional(text: str) -> list[Value]:
    return [value.value for value in read_layer(text).positional]


@pytest.mark.parametrize(
    ("text", "name", "values", "named"),
    [
        ("Flatten", "Flatten", [], {}),
        ("Flatten()", "Flatten", [], {}),
        ("  nn.ReLU( )", "ReLU", [], {}),
        ("torch.nn.ReLU(inplace=True)", "ReLU", [], {"inplace": True}),
        ("Conv2d(3, 16, kernel_size=3,)", "Conv2d", [3, 16], {"kernel_size": 3}),
        ("Conv2d(3,16,(3,5),padding='same')", "Conv2d", [3, 16, (3, 5)], {"padding": "same"}),
        ('Conv1d(1, 1, 1, padding="valid")', "Conv1d", [1, 1, 1], {"padding": "valid"}),
        ("LayerNorm([4, 5], eps=1e-5)", "LayerNorm", [(4, 5)], {"eps": 1e-5}),
        ("Linear(4*12*12, 2 + 3*4 - 1)", "Linear", [576, 13], {}),
        ("Flatten(-3, end_dim=-1)", "Flatten", [-3], {"end_dim": -1}),
        ("MaxPool1d((2,), None)", "MaxPool1d", [(2,), None], {}),
        ("LeakyReLU((0.5))", "LeakyReLU", [0.5], {}),
        ("AdaptiveAvgPool2d((None, 7))", "AdaptiveAvgPool2d", [(None, 7)], {}),
    ],
)
def test_reads(text: str, name: str, values: list[Value], named: dict[str, Value]) -> None:
    assert read_layer(text).name == name
    assert positional(text) == values
    assert keywords(text) == named


@pytest.mark.parametrize(
    ("text", "offset", "message"),
    [
        ("", 0, "cannot be read"),
        ("3", 0, "cannot be read"),
        ("Linear(4*, 10)", 9, "cannot be read"),
        ("Linear(4", 8, "cannot be read"),
        ("Linear 4", 7, "cannot be read"),
        ("Linear(4)(5)", 9, "cannot be read"),
        ("Linear(4) Linear(5)", 10, "cannot be read"),
        ("Linear(4 5)", 9, "cannot be read"),
        ("Linear((4, 5", 12, "cannot be read"),
        ("Linear(in_features=)", 19, "cannot be read"),
        ("Linear(bias=true)", 12, "cannot be read"),
        ("Linear(a=1, 2)", 12, "stands behind one with a name"),
        ("Conv2d(padding='same)", 15, "not closed"),
        ("Linear(1.5*2)", 7, "only whole numbers"),
        ("Linear(2*'a')", 9, "only whole numbers"),
        ("Linear(True + 1)", 7, "only whole numbers"),
        ("Linear(-'a')", 7, "no number"),
        ("Linear(12345678901234567890)", 7, "too large"),
        ("Linear(999999999999*999999999999)", 7, "too large"),
        ("Linear((((((((1))))))))", 12, "cannot be read"),
        ("Linear(“a”)", 7, "no character"),
        ("__import__('os')", 0, "begin with '_'"),
        ("Linear(x.y)", 8, "not in the language"),
    ],
)
def test_refuses_at_the_place(text: str, offset: int, message: str) -> None:
    with pytest.raises(LanguageError, match=message) as caught:
        read_layer(text)
    assert caught.value.offset == offset


def test_hints_at_the_spelling_of_python() -> None:
    with pytest.raises(LanguageError) as caught:
        read_layer("Conv2d(1, 1, 1, bias=false)")
    assert caught.value.problem.hint == "False"


single = (
    st.integers(-(10**17), 10**17) | st.booleans() | st.none() | st.sampled_from(["same", "a b"])
)
values = single | st.lists(single | st.lists(single, max_size=2).map(tuple), max_size=3).map(tuple)


@given(st.lists(values, max_size=4), st.dictionaries(st.sampled_from(["p", "q_1", "r"]), values))
def test_reads_what_python_writes(arguments: list[Value], named: dict[str, Value]) -> None:
    inside = [repr(one) for one in arguments] + [f"{key}={one!r}" for key, one in named.items()]
    text = f"Layer({', '.join(inside)})"
    call = ast.parse(text, mode="eval").body
    assert isinstance(call, ast.Call)
    assert positional(text) == [ast.literal_eval(one) for one in call.args]
    assert keywords(text) == {str(one.arg): ast.literal_eval(one.value) for one in call.keywords}


def offset_of_refusal(text: str) -> int:
    """Where the text is refused; 0 if it is read."""
    try:
        read_layer(text)
    except LanguageError as error:
        return error.offset
    return 0


@given(st.text(alphabet="Conv2d(),='\"-*+[] 0123.eTrueNon_σ\n", max_size=40))
def test_any_text_is_read_or_refused_at_a_place_in_it(text: str) -> None:
    assert 0 <= offset_of_refusal(text) <= len(text)
