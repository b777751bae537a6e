"""The rules of the layers against windows that are laid out one by one, and against the manual."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from exsolve.errors import LanguageError
from exsolve.evaluate import ClosedFormRoute, value_of
from exsolve.exact.closed_form import symbol
from exsolve.expression.printer import show
from exsolve.layers import LAYER_TYPES
from exsolve.layers.fitting import fit
from exsolve.layers.formulas import WindowRule, rule_in_general, transposed_size
from exsolve.layers.network import Placed, read, walk
from exsolve.layers.receptive import receptive_fields
from exsolve.layers.signature import shown
from exsolve.ops.construct import literal

ROUTE = ClosedFormRoute()


def vector(*sizes: int | str) -> np.ndarray:
    array = np.empty(len(sizes), dtype=object)
    array[:] = [symbol(size) if isinstance(size, str) else fmpq(size) for size in sizes]
    return array


def network(texts: list[str], *sizes: int | str) -> list[Placed]:
    """The layers in their places; all of them must fit."""
    problems: list[LanguageError] = []
    layers = [read(text, problems) for text in texts]
    refused: list[tuple[int, LanguageError]] = []
    placed = walk(vector(*sizes), layers, ROUTE, refused)
    assert not problems
    assert not refused
    assert len(placed) == len(texts)
    return placed


def refusal(text: str, *sizes: int | str) -> LanguageError:
    """The first thing that is wrong with a layer on an input."""
    problems: list[LanguageError] = []
    layer = read(text, problems)
    refused: list[tuple[int, LanguageError]] = []
    walk(vector(*sizes), [layer], ROUTE, refused)
    found = problems + [error for _, error in refused]
    assert found, f"{text} on {sizes} is not refused"
    return found[0]


def sizes_behind(text: str, *sizes: int | str) -> tuple[int, ...]:
    (placed,) = network([text], *sizes)
    return tuple(int(size) for size in placed.sizes)


windows = st.tuples(
    st.integers(1, 12), st.integers(1, 5), st.integers(1, 5), st.integers(0, 3), st.integers(1, 3)
)


@given(windows)
def test_windows_are_counted_one_by_one(case: tuple[int, ...]) -> None:
    size, kernel, stride, padding, dilation = case
    extent = dilation * (kernel - 1) + 1
    starts = [
        start
        for start in range(-padding, size + padding, stride)
        if start + extent <= size + padding
    ]
    rule = WindowRule.of(kernel, stride, padding, dilation)
    found = value_of(rule.windows(literal(size)), ROUTE, {})[()]
    assert max(int(found), 0) == len(starts)


@given(windows)
def test_windows_rounded_up_begin_inside_the_input_or_its_left_padding(
    case: tuple[int, ...],
) -> None:
    size, kernel, stride, padding, dilation = case
    extent = dilation * (kernel - 1) + 1
    padding = min(padding, extent // 2)
    if size + 2 * padding < extent:
        return
    starts = [-padding]
    while starts[-1] + extent < size + padding and starts[-1] + stride < size:
        starts.append(starts[-1] + stride)
    rule = WindowRule.of(kernel, stride, padding, dilation, ceil_mode=True)
    assert value_of(rule.windows(literal(size)), ROUTE, {})[()] == len(starts)


@given(windows)
def test_a_transposed_convolution_undoes_the_sizes_of_a_convolution(case: tuple[int, ...]) -> None:
    size, kernel, stride, padding, dilation = case
    rule = WindowRule.of(kernel, stride, padding, dilation)
    there = int(value_of(rule.windows(literal(size)), ROUTE, {})[()])
    extent = dilation * (kernel - 1) + 1
    lost = (size + 2 * padding - extent) % stride
    back = transposed_size(literal(there), *map(literal, (kernel, stride, padding, dilation, lost)))
    assert value_of(back, ROUTE, {})[()] == size


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (WindowRule.of(3, 1, 1), "floor((n + 2*padding - kernel) / stride) + 1"),
        (
            WindowRule.of(3, 1, 1, 2),
            "floor((n + 2*padding - dilation*(kernel - 1) - 1) / stride) + 1",
        ),
        (WindowRule.of(3, 2, 0, 1, True), "ceil((n + 2*padding - kernel) / stride) + 1"),
        (
            WindowRule.of(2, 3, 1, 1, True),
            "min(ceil((n + 2*padding - kernel) / stride) + 1, ceil((n + padding) / stride))",
        ),
    ],
)
def test_rule_in_general(rule: WindowRule, text: str) -> None:
    assert show(rule_in_general([rule])).replace(" / ", "/") == text.replace(" / ", "/")


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (WindowRule.of(3, 1, 1), "floor((64 + 2*1 - 3)/1) + 1"),
        (WindowRule.of(2, 2, 0), "floor((64 - 2)/2) + 1"),
        (WindowRule.of(3, 2, 1, 2), "floor((64 + 2*1 - 2*(3 - 1) - 1)/2) + 1"),
    ],
)
def test_a_term_of_zero_is_not_written(rule: WindowRule, text: str) -> None:
    assert show(rule.windows(literal(64))).replace(" / ", "/") == text


# The examples of PyTorch's own manual pages, version 2.3: the class, its input, its output.
MANUAL = [
    ("Conv1d(16, 33, 3, stride=2)", (20, 16, 50), (20, 33, 24)),
    ("Conv2d(16, 33, (3, 5), stride=(2, 1), padding=(4, 2))", (20, 16, 50, 100), (20, 33, 28, 100)),
    (
        "Conv2d(16, 33, (3, 5), stride=(2, 1), padding=(4, 2), dilation=(3, 1))",
        (20, 16, 50, 100),
        (20, 33, 26, 100),
    ),
    ("ConvTranspose2d(16, 16, 3, stride=2, padding=1)", (1, 16, 6, 6), (1, 16, 11, 11)),
    (
        "ConvTranspose2d(16, 16, 3, stride=2, padding=1, output_padding=1)",
        (1, 16, 6, 6),
        (1, 16, 12, 12),
    ),
    ("MaxPool2d((3, 2), stride=(2, 1))", (20, 16, 50, 32), (20, 16, 24, 31)),
    ("AdaptiveAvgPool2d((5, 7))", (1, 64, 8, 9), (1, 64, 5, 7)),
    ("AdaptiveAvgPool2d((None, 7))", (1, 64, 10, 9), (1, 64, 10, 7)),
    ("Flatten()", (32, 1, 5, 5), (32, 25)),
    ("Flatten(0, 2)", (32, 1, 5, 5), (160, 5)),
    ("Linear(20, 30)", (128, 20), (128, 30)),
    ("Embedding(10, 3)", (2, 4), (2, 4, 3)),
    ("LayerNorm([5, 10, 10])", (20, 5, 10, 10), (20, 5, 10, 10)),
    ("Conv2d(3, 8, 3, padding='same', dilation=2)", (3, 9, 9), (8, 9, 9)),
]


@pytest.mark.parametrize(("text", "before", "after"), MANUAL)
def test_examples_of_the_manual(text: str, before: tuple[int, ...], after: tuple[int, ...]) -> None:
    assert sizes_behind(text, *before) == after


@pytest.mark.parametrize(
    ("text", "sizes", "parameters"),
    [
        ("Conv2d(3, 16, 3)", (1, 3, 9, 9), 16 * 27 + 16),
        ("Conv2d(4, 6, (3, 5), groups=2, bias=False)", (1, 4, 9, 9), 6 * 2 * 15),
        ("ConvTranspose1d(4, 6, 3, groups=2)", (1, 4, 9), 4 * 3 * 3 + 6),
        ("Linear(576, 10)", (1, 576), 5770),
        ("BatchNorm2d(8)", (1, 8, 2, 2), 16),
        ("BatchNorm2d(8, affine=False)", (1, 8, 2, 2), 0),
        ("InstanceNorm2d(8)", (1, 8, 2, 2), 0),
        ("LayerNorm([2, 3])", (4, 2, 3), 12),
        ("LayerNorm(3, bias=False)", (4, 2, 3), 3),
        ("GroupNorm(2, 8)", (1, 8, 2), 16),
        ("Embedding(100, 16)", (1, 7), 1600),
        ("PReLU(8)", (1, 8), 8),
        ("MaxPool2d(2)", (1, 8, 4, 4), 0),
        ("Dropout(0.1)", (1, 8), 0),
    ],
)
def test_parameters(text: str, sizes: tuple[int, ...], parameters: int) -> None:
    (placed,) = network([text], *sizes)
    assert value_of(placed.outcome.params, ROUTE, {})[()] == parameters


@pytest.mark.parametrize(
    ("text", "sizes", "message"),
    [
        ("Conv2d(3, 8, 3)", (1, 4, 9, 9), "in_channels is 3"),
        ("Conv2d(3, 8, 3)", (3, 9), "needs an input of 4 axes"),
        ("Conv2d(3, 8, 10)", (1, 3, 9, 9), "a size of 0 is left"),
        ("Conv2d(3, 8, 30)", (1, 3, 9, 9), "a size of -20 is left"),
        ("Conv2d(4, 6, 3, groups=4)", (1, 4, 9, 9), "out_channels=6 cannot be divided"),
        ("Conv2d(3, 6, 3, stride=2, padding='same')", (1, 3, 9, 9), "stride 1 only"),
        ("Conv2d(1, 1, 3, padding=9, padding_mode='reflect')", (1, 1, 9, 9), "takes 9 cells"),
        ("Conv2d(1, 1, 1, padding=10000000)", (1, 1, 9, 9), "beyond 10,000,000"),
        ("ConvTranspose2d(1, 1, 3, output_padding=1)", (1, 1, 9, 9), "neither below the stride"),
        ("MaxPool2d(2, padding=2)", (1, 1, 9, 9), "more than half"),
        ("AvgPool3d(3, padding=1)", (1, 1, 2, 9, 9), "padding left aside"),
        ("Flatten(5)", (1, 2, 3), "start_dim=5"),
        ("Flatten(2, 1)", (1, 2, 3), "lies behind"),
        ("Linear(5, 2)", (1, 4), "in_features is 5"),
        ("BatchNorm2d(3)", (1, 3, 9), "needs an input of 4 axes"),
        ("BatchNorm1d(3)", (1, 4), "num_features is 3"),
        ("GroupNorm(3, 4)", (1, 4), "cannot be divided into 3 groups"),
        ("GroupNorm(4, 4)", (1, 4), "single cell"),
        ("InstanceNorm1d(4)", (1, 4, 1), "one cell in each channel"),
        ("LayerNorm([2, 3])", (4, 3, 3), "normalized_shape is 2"),
        ("LayerNorm([2, 3, 4])", (3, 4), "has 3 axes"),
        ("Softmax(dim=2)", (1, 4), "dim=2"),
        ("Embedding(4, 2, padding_idx=4)", (1, 4), "none of the 4"),
        ("PReLU(3)", (1, 4), "num_parameters is 3"),
        ("Embedding(4, 2)", (1, 1, 1, 1, 1, 1, 1, 1), "more than 8 axes"),
        ("Conv2d(3, 8)", (1, 3, 9, 9), "needs kernel_size"),
        ("Conv2d(0, 8, 3)", (1, 3, 9, 9), "in_channels cannot be 0"),
        ("Conv2d(3, 8, 3, 1, padding=-1)", (1, 3, 9, 9), "padding cannot be -1"),
        ("Conv2d(3, 8, 3, in_channels=3)", (1, 3, 9, 9), "stands twice"),
        ("MaxPool2d((2, 2, 2))", (1, 3, 9, 9), r"cannot be \(2, 2, 2\)"),
        ("Dropout(1.5)", (1, 3), "p cannot be 1.5"),
        ("GELU(approximate='erf')", (1, 3), "approximate cannot be 'erf'"),
        ("Relu()", (1, 3), "there is no layer 'Relu'"),
    ],
)
def test_refuses(text: str, sizes: tuple[int, ...], message: str) -> None:
    with pytest.raises(LanguageError, match=message):
        raise refusal(text, *sizes)


def test_suggests_layers_and_arguments_with_their_signature() -> None:
    wrong_name = refusal("Conv2D(3, 8, 3)", 1, 3, 9, 9).problem
    assert wrong_name.hint == "did you mean Conv2d?"
    assert wrong_name.expected.startswith("Conv2d(in_channels, out_channels, kernel_size, stride=1")
    wrong_argument = refusal("MaxPool2d(2, strides=2)", 1, 3, 9, 9)
    assert wrong_argument.offset == 13
    assert wrong_argument.problem.hint == "did you mean stride?"


def test_every_signature_shows_its_required_arguments_first() -> None:
    for one in LAYER_TYPES.values():
        text = shown(one.name, one.signature)
        assert text.startswith(f"{one.name}(")
        assert "REQUIRED" not in text
        assert "object at" not in text


def test_symbolic_sizes_stay_symbols() -> None:
    placed = network(["Conv2d(3, 8, 3)", "MaxPool2d(2)", "Flatten()"], "N", 3, "H", 10)
    for size in (3, 6, 9, 11):
        values: Mapping[str, np.ndarray] = {"shape_0": vector(2, 3, size, 10)}
        for one in placed:
            values = {**values, one.name: value_of(one.shape, ROUTE, values)}
        if size > 3:
            assert list(values["shape_3"]) == [2, 8 * ((size - 2) // 2) * 4]


def test_only_a_certain_mismatch_is_refused() -> None:
    height, width = symbol("H"), symbol("W")
    assert fit(fmpq(577), 577).possible
    assert not fit(fmpq(576), 577).possible
    assert fit(16 * height + 1, 577) == (True, "H", 36)
    assert not fit(16 * height, 577).possible
    assert not fit(16 * height * width + 2, 577).possible
    assert fit(height * width, 577).possible
    assert fit(ROUTE.arithmetic.divide(height, fmpq(2)), 577) == (True, "H", 1154)
    # H^2 = 10 has no whole solution, and (H - 3)^2 = 4 is H = 5: at H = 1 there is no feature map
    assert not fit(height * height, 10).possible
    assert fit((height - 3) * (height - 3), 4, [height - 3]) == (True, "H", 5)
    assert not fit((height - 3) * (height - 3), 0, [height - 3]).possible


def test_a_symbolic_image_is_refused_only_if_no_size_fits() -> None:
    texts = ["Conv2d(3, 4, 3)", "MaxPool2d(2)", "Flatten()"]
    for features in range(1, 40):
        fits = any(4 * ((side - 2) // 2) ** 2 == features for side in range(4, 40))
        problems: list[LanguageError] = []
        layers = [read(text, problems) for text in [*texts, f"Linear({features}, 2)"]]
        refused: list[tuple[int, LanguageError]] = []
        walk(vector("N", 3, "H", "H"), layers, ROUTE, refused)
        assert not problems
        assert [number for number, _ in refused] == ([] if fits else [4]), features


def receptive(texts: list[str], *sizes: int) -> dict[str, list[int]]:
    placed = network(texts, *sizes)
    values: dict[str, np.ndarray] = {"shape_0": vector(*sizes)}
    values |= {one.name: one.sizes for one in placed}
    found = {}
    for seen in receptive_fields(placed, values["shape_0"], ROUTE):
        values[seen.name] = value_of(seen.formula, ROUTE, values)
        found[seen.name] = [int(cell) for cell in values[seen.name].flat]
    return found


ALEXNET = [
    *("Conv2d(3, 64, 11, stride=4)", "MaxPool2d(3, stride=2)", "Conv2d(64, 192, 5, padding=2)"),
    *("MaxPool2d(3, stride=2)", "Conv2d(192, 384, 3, padding=1)", "Conv2d(384, 384, 3, padding=1)"),
    *("Conv2d(384, 256, 3, padding=1)", "MaxPool2d(3, stride=2)"),
]
VGG_16 = [
    layer
    for inside, out, count in (
        (3, 64, 2),
        (64, 128, 2),
        (128, 256, 3),
        (256, 512, 3),
        (512, 512, 3),
    )
    for layer in (
        f"Conv2d({inside}, {out}, 3, padding=1)",
        *[f"Conv2d({out}, {out}, 3, padding=1)"] * (count - 1),
        "MaxPool2d(2, stride=2)",
    )
]
VGG_16_HEAD = ["Flatten()", "Linear(25088, 4096)", "Linear(4096, 4096)", "Linear(4096, 1000)"]


def test_receptive_fields_of_known_networks() -> None:
    # Araujo, Norris and Sim, Distill, 2019, table 1: alexnet_v2 195 (stride 32), vgg_16 212 (32).
    alexnet = receptive(ALEXNET, 1, 3, 224, 224)
    assert (alexnet["receptive_8"], alexnet["jump_8"]) == ([195], [32])
    vgg = receptive(VGG_16, 1, 3, 224, 224)
    assert (vgg["receptive_18"], vgg["jump_18"]) == ([212], [32])


def test_parameters_and_work_of_a_known_network() -> None:
    # torchvision, models.vgg16: num_params 138357544, GFLOPS (multiply-adds) 15.47.
    placed = network(VGG_16 + VGG_16_HEAD, 1, 3, 224, 224)
    values = {"shape_0": vector(1, 3, 224, 224)} | {one.name: one.sizes for one in placed}
    parameters = sum(int(value_of(one.outcome.params, ROUTE, {})[()]) for one in placed)
    work = sum(
        int(value_of(node, ROUTE, values)[()])
        for one in placed
        if (node := one.multiply_adds()) is not None
    )
    assert parameters == 138_357_544
    assert f"{work / 1e9:.2f}" == "15.47"


def test_receptive_field_with_uneven_windows_has_one_number_for_each_axis() -> None:
    found = receptive(["Conv2d(1, 1, (3, 1), stride=(2, 1))", "Conv2d(1, 1, (1, 5))"], 1, 1, 9, 9)
    assert found["receptive_2"] == [3, 5]
    assert found["jump_1"] == [2, 1]


def test_the_first_linear_layer_sees_all_that_was_flattened() -> None:
    found = receptive(
        ["Conv2d(1, 1, 3)", "ReLU()", "Flatten()", "Linear(36, 4)", "Linear(4, 2)"], 1, 1, 8, 8
    )
    assert [found[f"receptive_{k}"] for k in range(6)] == [[1], [3], [3], [3], [8], [8]]
    assert "jump_3" not in found


@pytest.mark.parametrize(
    "layer",
    ["ConvTranspose2d(1, 1, 2, stride=2)", "AdaptiveAvgPool2d(3)", "Linear(8, 4)", "Flatten(2)"],
)
def test_no_receptive_field_where_no_window_describes_it(layer: str) -> None:
    found = receptive(["Conv2d(1, 1, 3, padding=1)", layer], 1, 1, 8, 8)
    assert "receptive_1" in found
    assert "receptive_2" not in found


@pytest.mark.parametrize(
    ("texts", "sizes", "hint"),
    [
        (["Flatten(2)", "Linear(400, 9)"], (1, 16, 5, 5), "Flatten() before it: 16·25 = 400"),
        (["Conv2d(6, 16, 5)", "Linear(400, 9)"], (1, 6, 9, 9), "Flatten() before it: 16·5·5"),
        (["Conv2d(6, 16, 5)", "Linear(401, 9)"], (1, 6, 9, 9), "in_features=5"),
        (["Embedding(50, 8)", "Conv1d(8, 4, 3)"], (2, 7), "Transpose(1, 2) before it"),
        (["Conv2d(3, 4, 3)"], (1, 28, 28, 3), "Permute(0, 3, 1, 2) before it"),
        (["Conv2d(3, 4, 3)"], (28, 28, 3), "Permute(2, 0, 1) before it"),
        (["Conv2d(3, 4, 3)"], (1, 4, 28, 28), "in_channels=4"),
    ],
)
def test_the_layer_that_is_missing_is_named(
    texts: list[str], sizes: tuple[int, ...], hint: str
) -> None:
    problems: list[tuple[int, LanguageError]] = []
    walk(vector(*sizes), [read(text, []) for text in texts], ROUTE, problems)
    ((_, problem),) = problems
    assert hint in problem.problem.hint


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Conv2d(1e999999999, 4, 3)", "in_channels cannot be 1e999999999"),
        ("LeakyReLU(1e999)", "negative_slope cannot be 1e999"),
        ("Linear(0.10, 4)", "in_features cannot be 0.10"),
        ("Permute(0, 1.50, 2)", "dims cannot be (0, 1.50, 2)"),
    ],
)
def test_a_refused_argument_is_repeated_as_it_was_written(text: str, message: str) -> None:
    problems: list[LanguageError] = []
    assert read(text, problems) is None
    assert problems[0].problem.message == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Transpose(1, 3)", "dim1 names the axis 3"),
        ("Permute(0, 1)", "no order of the 3 axes"),
        ("Permute(0, 1, 1)", "no order of the 3 axes"),
    ],
)
def test_axes_that_are_none_are_refused(text: str, message: str) -> None:
    problems: list[tuple[int, LanguageError]] = []
    walk(vector(2, 3, 4), [read(text, [])], ROUTE, problems)
    assert message in problems[0][1].problem.message
