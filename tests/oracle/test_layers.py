"""Every type of layer against PyTorch: shape, parameters, refusals, receptive field, work."""

from __future__ import annotations

import ast
import inspect
import math
import random
import warnings
from collections.abc import Callable
from typing import Any

import pytest
from flint import fmpq

from exsolve.errors import LanguageError
from exsolve.evaluate import ClosedFormRoute, value_of
from exsolve.layers import LAYER_TYPES
from exsolve.layers.network import Placed, read, walk
from exsolve.layers.receptive import receptive_fields
from exsolve.layers.signature import REQUIRED
from exsolve.ops.construct import ZERO

torch = pytest.importorskip("torch", reason="the outside witness needs the extra `oracle`")
torch.set_num_threads(1)

pytestmark = pytest.mark.oracle

Draw = random.Random
ROUTE = ClosedFormRoute()


def vector(sizes: tuple[int, ...]) -> Any:
    import numpy as np

    array = np.empty(len(sizes), dtype=object)
    array[:] = [fmpq(size) for size in sizes]
    return array


def ours(texts: list[str], sizes: tuple[int, ...]) -> list[Placed] | list[str]:
    """The layers in their places, or what is wrong."""
    problems: list[LanguageError] = []
    layers = [read(text, problems) for text in texts]
    if problems:
        return [str(problem) for problem in problems]
    refused: list[tuple[int, LanguageError]] = []
    placed = walk(vector(sizes), layers, ROUTE, refused)
    if refused:
        return [str(problem) for _, problem in refused]
    return placed


def module_of(text: str) -> Any:
    """The module of PyTorch, its arguments read by Python itself."""
    call = ast.parse(text, mode="eval").body
    assert isinstance(call, ast.Call)
    assert isinstance(call.func, ast.Name)
    positional = [ast.literal_eval(argument) for argument in call.args]
    keywords = {str(one.arg): ast.literal_eval(one.value) for one in call.keywords}
    return getattr(torch.nn, call.func.id)(*positional, **keywords)


def inputs(module: Any, data: Any) -> tuple[Any, ...]:
    """The data as a module takes it; in self-attention they are queries, keys and values."""
    return (data,) * (3 if isinstance(module, torch.nn.MultiheadAttention) else 1)


def theirs(text: str, sizes: tuple[int, ...]) -> tuple[tuple[int, ...], int] | str:
    """The output's shape and the number of parameters in PyTorch, or its refusal."""
    whole = text.startswith("Embedding")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = module_of(text).eval()
            data = torch.zeros(sizes, dtype=torch.int64 if whole else torch.float32)
            output = module(*inputs(module, data))
    except (RuntimeError, ValueError, IndexError, AssertionError, NotImplementedError) as error:
        return f"{type(error).__name__}: {error}"
    if isinstance(output, tuple):
        output = output[0]
    if 0 in output.shape:
        return "an output without cells, which a transposed convolution can have in PyTorch"
    return tuple(output.shape), sum(p.numel() for p in module.parameters())


def pick(draw: Draw, *choices: Any) -> Any:
    return draw.choice(choices)


def spread(draw: Draw, axes: int, least: int, most: int) -> str:
    """One number for all axes, or a tuple."""
    if axes > 1 and draw.random() < 0.4:
        return "(" + ", ".join(str(draw.randint(least, most)) for _ in range(axes)) + ")"
    return str(draw.randint(least, most))


def some(draw: Draw, *arguments: str) -> str:
    """Some of the arguments, each behind a comma."""
    return "".join(f", {one}" for one in arguments if draw.random() < 0.5)


def grid(draw: Draw, axes: int, channels: int, largest: int) -> tuple[int, ...]:
    """An input's shape, now and then without a batch, with the wrong channels or axes."""
    sizes = tuple(draw.randint(1, largest) for _ in range(axes))
    chance = draw.random()
    if chance < 0.05:
        channels += 1
    if 0.05 < chance < 0.1:
        return (1, *sizes, 2, 2)[: draw.choice((axes, axes + 3))]
    batch = () if draw.random() < 0.15 else (draw.randint(1, 2),)
    return (*batch, channels, *sizes)


def convolution(draw: Draw) -> tuple[str, tuple[int, ...]]:
    axes = draw.randint(1, 3)
    groups = pick(draw, 1, 1, 1, 2, 3)
    inside = groups * draw.randint(1, 2) + (draw.random() < 0.05)
    out = groups * draw.randint(1, 3) + (draw.random() < 0.05)
    padding = pick(draw, spread(draw, axes, 0, 3), spread(draw, axes, 0, 3), "'same'", "'valid'")
    text = f"Conv{axes}d({inside}, {out}, {spread(draw, axes, 1, 5)}" + some(
        draw,
        f"stride={spread(draw, axes, 1, 3)}",
        f"padding={padding}",
        f"dilation={spread(draw, axes, 1, 3)}",
        f"bias={pick(draw, True, False)}",
    )
    if groups > 1:
        text += f", groups={groups}"
    if draw.random() < 0.2:
        text += f", padding_mode='{pick(draw, 'reflect', 'replicate', 'circular')}'"
    return text + ")", grid(draw, axes, inside, 12 if axes < 3 else 8)


def transposed(draw: Draw) -> tuple[str, tuple[int, ...]]:
    axes = draw.randint(1, 3)
    groups = pick(draw, 1, 1, 2)
    inside = groups * draw.randint(1, 2) + (draw.random() < 0.05)
    out = groups * draw.randint(1, 2) + (draw.random() < 0.05)
    text = f"ConvTranspose{axes}d({inside}, {out}, {spread(draw, axes, 1, 4)}" + some(
        draw,
        f"stride={spread(draw, axes, 1, 3)}",
        f"padding={spread(draw, axes, 0, 3)}",
        f"output_padding={spread(draw, axes, 0, 2)}",
        f"dilation={spread(draw, axes, 1, 3)}",
        f"bias={pick(draw, True, False)}",
    )
    if groups > 1:
        text += f", groups={groups}"
    return text + ")", grid(draw, axes, inside, 6)


def pooling(draw: Draw) -> tuple[str, tuple[int, ...]]:
    axes = draw.randint(1, 3)
    kind = pick(draw, "Max", "Avg")
    text = f"{kind}Pool{axes}d({spread(draw, axes, 1, 5)}" + some(
        draw,
        f"stride={pick(draw, spread(draw, axes, 1, 4), spread(draw, axes, 1, 4), 'None')}",
        f"padding={spread(draw, axes, 0, 2)}",
        f"ceil_mode={pick(draw, True, True, False)}",
    )
    if kind == "Max":
        text += some(draw, f"dilation={spread(draw, axes, 1, 3)}")
    else:
        text += some(draw, f"count_include_pad={pick(draw, True, False)}")
    return text + ")", grid(draw, axes, draw.randint(1, 3), 12)


def adaptive(draw: Draw) -> tuple[str, tuple[int, ...]]:
    axes = draw.randint(1, 3)
    wanted = spread(draw, axes, 1, 7)
    if axes > 1 and draw.random() < 0.3:
        wanted = "(" + ", ".join(pick(draw, "None", "2", "5") for _ in range(axes)) + ")"
    shape = grid(draw, axes, 2, 9)
    # PyTorch documents axes + 1 and axes + 2 only; its adaptive mean to size 1 lets more pass
    return f"Adaptive{pick(draw, 'Avg', 'Max')}Pool{axes}d({wanted})", shape[: axes + 2]


def anything(draw: Draw, least: int = 1, most: int = 4) -> tuple[int, ...]:
    return tuple(draw.randint(1, 5) for _ in range(draw.randint(least, most)))


def flat(draw: Draw) -> tuple[str, tuple[int, ...]]:
    shape = anything(draw, 1, 5)
    kind = draw.randint(0, 2)
    if kind == 0:
        inside = some(draw, f"start_dim={draw.randint(-4, 3)}", f"end_dim={draw.randint(-4, 4)}")
        return f"Flatten({inside.removeprefix(', ')})", shape
    if kind == 1:
        wide = shape[-1] if draw.random() < 0.85 else shape[-1] + 1
        bias = some(draw, f"bias={pick(draw, True, False)}")
        return f"Linear({wide}, {draw.randint(1, 6)}{bias})", shape
    count = draw.randint(1, 9)
    extra = some(draw, f"padding_idx={draw.randint(-9, 9)}")
    return f"Embedding({count}, {draw.randint(1, 5)}{extra})", anything(draw, 1, 3)


def normalisation(draw: Draw) -> tuple[str, tuple[int, ...]]:
    kind = pick(draw, "Batch", "Instance", "Layer", "Group", "RMS")
    wrong = int(draw.random() < 0.1)
    if kind in ("Batch", "Instance"):
        axes = draw.randint(1, 3)
        channels = draw.randint(1, 4)
        affine = some(draw, f"affine={pick(draw, True, False)}", "bias=False")
        shape = grid(draw, axes, channels, 4)
        if kind == "Batch" and draw.random() < 0.2:
            shape = shape[:2]
        return f"{kind}Norm{axes}d({channels + wrong}{affine})", shape
    shape = anything(draw, 2, 4)
    if kind == "Group":
        groups = pick(draw, *(n for n in range(1, 6) if shape[1] % n == 0 or wrong))
        affine = some(draw, f"affine={pick(draw, True, False)}", "bias=False")
        return f"GroupNorm({groups}, {shape[1]}{affine})", shape
    count = draw.randint(1, len(shape))
    last = [*shape[-count:-1], shape[-1] + wrong]
    written = str(last[0]) if len(last) == 1 else str(last)
    extra = some(draw, f"elementwise_affine={pick(draw, True, False)}")
    if kind == "Layer":
        extra += some(draw, f"bias={pick(draw, True, False)}")
    return f"{kind}Norm({written}{extra})", shape


def pointwise(draw: Draw) -> tuple[str, tuple[int, ...]]:
    text = pick(
        draw,
        *("ReLU()", "ReLU6(inplace=True)", "LeakyReLU(0.2)", "Sigmoid()", "Tanh()", "GELU()"),
        *("GELU(approximate='tanh')", "ELU(alpha=0.5)", "SELU()", "CELU()", "SiLU()", "Mish()"),
        *("Softplus(beta=2)", "Softsign()", "Tanhshrink()", "LogSigmoid()", "Hardtanh(-2, 2)"),
        *("Hardsigmoid()", "Hardswish()", "Identity()", "Dropout(0.3)", "Dropout(p=1.5)"),
        *("AlphaDropout()", "PReLU()", "PReLU(3)", "PReLU(num_parameters=2)"),
        *("Softmax(dim=1)", "Softmax(-1)", "LogSoftmax(dim=3)", "Softmin(dim=-2)"),
    )
    return text, anything(draw)


def attention(draw: Draw) -> tuple[str, tuple[int, ...]]:
    """Attention and encoder blocks, now and then of a wrong width, number of heads or of axes."""
    heads = draw.randint(1, 4)
    wide = heads * draw.randint(1, 4) + (draw.random() < 0.1)
    sizes = (*anything(draw, 1, 2), wide + (draw.random() < 0.1))
    if draw.random() < 0.05:
        sizes = (1, 2, *sizes)[-4:] if draw.random() < 0.5 else sizes[-1:]
    switches = [f"{name}={pick(draw, True, False)}" for name in ("bias", "batch_first")]
    if draw.random() < 0.5:
        extra = some(draw, "add_bias_kv=True", "add_zero_attn=True", *switches)
        if draw.random() < 0.2:
            extra += some(draw, f"kdim={wide + (draw.random() < 0.5)}", f"vdim={wide}")
        return f"MultiheadAttention({wide}, {heads}{extra})", sizes
    hidden = f"dim_feedforward={draw.randint(1, 9)}"
    extra = some(draw, "norm_first=True", "activation='gelu'", *switches)
    return f"TransformerEncoderLayer({wide}, {heads}, {hidden}{extra})", sizes


FAMILIES: dict[str, Callable[[Draw], tuple[str, tuple[int, ...]]]] = {
    "convolution": convolution,
    "transposed": transposed,
    "pooling": pooling,
    "adaptive": adaptive,
    "flat": flat,
    "normalisation": normalisation,
    "pointwise": pointwise,
    "attention": attention,
}


@pytest.mark.parametrize("family", FAMILIES)
def test_shape_and_parameters_are_those_of_pytorch(family: str) -> None:
    draw = random.Random(f"layers-{family}")
    refused = accepted = 0
    for _ in range(500):
        text, sizes = FAMILIES[family](draw)
        expected = theirs(text, sizes)
        found = ours([text], sizes)
        if isinstance(expected, str):
            assert isinstance(found[0], str), f"{text} on {sizes}: {expected}"
            refused += 1
            continue
        (placed,) = found
        assert isinstance(placed, Placed), f"{text} on {sizes}: {expected}, not {found}"
        parameters = value_of(placed.outcome.params, ROUTE, {})[()]
        assert (tuple(map(int, placed.sizes)), int(parameters)) == expected, f"{text} on {sizes}"
        accepted += 1
    assert accepted >= 200, "too few of these layers run at all"
    assert refused >= 5, "refusals are compared as well"


def random_network(draw: Draw, axes: int) -> tuple[list[str], tuple[int, ...]]:
    """Convolutions and pooling whose windows all fit, with square or with uneven kernels."""
    sides = tuple(draw.randint(18, 30) for _ in range(axes))
    channels = draw.randint(1, 2)
    texts = []
    inside = channels
    for _ in range(draw.randint(1, 4)):
        kernel, stride = spread(draw, axes, 1, 3), spread(draw, axes, 1, 2)
        kind = draw.randint(0, 3)
        if kind < 2:
            out = draw.randint(1, 2)
            texts.append(
                f"Conv{axes}d({inside}, {out}, {kernel}, stride={stride}, "
                f"dilation={spread(draw, axes, 1, 2)})"
            )
            inside = out
        elif kind == 2:
            texts.append(f"AvgPool{axes}d({kernel}, stride={stride})")
        else:
            texts.append(f"ConvTranspose{axes}d({inside}, {inside}, {kernel})")
    if draw.random() < 0.3:
        texts.append(f"AdaptiveAvgPool{axes}d(1)")
    return texts, (1, channels, *sides)


def seen_by_the_middle(texts: list[str], sizes: tuple[int, ...]) -> list[tuple[int, int]]:
    """The first and the last cell of each axis that the middle of the output depends on: where the
    gradient of a network with positive weights is not zero."""
    network = torch.nn.Sequential(*(module_of(text) for text in texts)).double()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.uniform_(0.5, 1.5)
    data = torch.ones(sizes, dtype=torch.float64, requires_grad=True)
    output = network(data)
    middle = tuple(size // 2 for size in output.shape[2:])
    output[(0, 0, *middle)].backward()
    assert data.grad is not None
    reached = data.grad[0].abs().sum(dim=0) > 0
    extents = []
    for axis in range(reached.dim()):
        others = [one for one in range(reached.dim()) if one != axis]
        hit = (reached.any(dim=others[0]) if others else reached).nonzero().flatten()
        extents.append((int(hit.min()), int(hit.max())))
    return extents


def test_receptive_field_is_the_support_of_the_gradient() -> None:
    draw = random.Random("receptive")
    compared = 0
    while compared < 200:
        axes = draw.randint(1, 2)
        texts, sizes = random_network(draw, axes)
        placed = ours(texts, sizes)
        if isinstance(placed[0], str):
            continue
        layers = [one for one in placed if isinstance(one, Placed)]
        values: dict[str, Any] = {"shape_0": vector(sizes)}
        values |= {one.name: one.sizes for one in layers}
        for seen in receptive_fields(layers, values["shape_0"], ROUTE):
            values[seen.name] = value_of(seen.formula, ROUTE, values)
        last = values[f"receptive_{len(layers)}"]
        found = tuple(int(n) for n in last) if last.ndim else (int(last[()]),) * axes
        reached = seen_by_the_middle(texts, sizes)
        sides = sizes[2:]
        if any("Transpose" in text for text in texts) and any(
            first == 0 or end == side - 1 for (first, end), side in zip(reached, sides, strict=True)
        ):
            continue  # a transposed convolution looks over the border, where there is nothing
        assert found == tuple(end - first + 1 for first, end in reached), f"{texts} on {sizes}"
        compared += 1


def counted(text: str, sizes: tuple[int, ...]) -> int:
    """The multiply-adds of one example, counted one by one: with weights and cells of 1, every
    product adds 1 to the output (no padding, whose products would be 0)."""
    module = module_of(text).double()
    with torch.no_grad():
        module.weight.fill_(1)
    return int(module(torch.ones(sizes, dtype=torch.float64)).sum())


def test_multiply_adds_are_the_products_counted() -> None:
    draw = random.Random("multiply-adds")
    compared = 0
    while compared < 200:
        axes = draw.randint(1, 2)
        groups = draw.randint(1, 2)
        inside, out = groups * draw.randint(1, 2), groups * draw.randint(1, 2)
        sizes = (1, inside, *(draw.randint(3, 9) for _ in range(axes)))
        kernel, stride = spread(draw, axes, 1, 3), spread(draw, axes, 1, 2)
        text = (
            f"Conv{pick(draw, '', 'Transpose')}{axes}d({inside}, {out}, {kernel}, stride={stride}, "
            f"groups={groups}, bias=False)"
        )
        if draw.random() < 0.2:
            text = f"Linear({sizes[-1]}, {out}, bias=False)"
        placed = ours([text], sizes)
        if isinstance(placed[0], str):
            continue
        (one,) = placed
        assert isinstance(one, Placed)
        work = one.multiply_adds() or ZERO
        values = {"shape_0": vector(sizes), "shape_1": one.sizes}
        assert int(value_of(work, ROUTE, values)[()]) == counted(text, sizes), f"{text} on {sizes}"
        compared += 1


def last_shape(texts: list[str], sizes: tuple[int, ...]) -> list[int] | None:
    """The shape behind the last layer; None where a layer does not fit."""
    last = ours(texts, sizes)[-1] if texts else None
    if isinstance(last, str):
        return None
    return [int(size) for size in (last.sizes if last else sizes)]


def chain(draw: Draw) -> tuple[list[str], tuple[int, ...]]:
    """A network as people write them, now and then with a size that does not fit."""
    axes = draw.randint(1, 2)
    channels = draw.randint(1, 3)
    sizes = (*draw.choice(((), (2,), (3,))), channels, *(draw.randint(6, 14) for _ in range(axes)))
    texts: list[str] = []
    for _ in range(draw.randint(1, 4)):
        last = last_shape(texts, sizes)
        if last is None:
            return texts, sizes
        inside = last[-axes - 1] + (draw.random() < 0.04)
        kind = draw.randint(0, 4)
        if kind < 2:
            out = draw.randint(1, 4)
            texts.append(f"Conv{axes}d({inside}, {out}, {draw.randint(1, 4)}, padding=1)")
        elif kind == 2:
            texts.append(f"MaxPool{axes}d(2, ceil_mode={pick(draw, True, False)})")
        elif kind == 3:
            texts.append(f"ConvTranspose{axes}d({inside}, {inside}, 2, stride=2)")
        else:
            texts.append(pick(draw, "ReLU()", "Dropout(0.5)", "Identity()"))
    last = last_shape(texts, sizes)
    if last is None:
        return texts, sizes
    start = draw.randint(0, 2)
    features = math.prod(last[start:]) + (draw.random() < 0.1)
    return [*texts, f"Flatten({start})", f"Linear({features}, 5)", "ReLU()", "Linear(5, 2)"], sizes


def test_networks_have_the_shapes_of_pytorch_or_stop_at_the_same_layer() -> None:
    draw = random.Random("networks")
    complete = 0
    for _ in range(250):
        texts, sizes = chain(draw)
        problems: list[LanguageError] = []
        refused: list[tuple[int, LanguageError]] = []
        placed = walk(vector(sizes), [read(text, problems) for text in texts], ROUTE, refused)
        assert not problems
        data = torch.zeros(sizes)
        stopped = 0
        for number, text in enumerate(texts, 1):
            try:
                data = module_of(text)(data)
            except (RuntimeError, ValueError, IndexError):
                stopped = number
                break
            if not refused or number < refused[0][0]:
                assert tuple(map(int, placed[number - 1].sizes)) == tuple(data.shape), texts
        assert stopped == (refused[0][0] if refused else 0), f"{texts} on {sizes}"
        complete += not stopped
    assert complete >= 150


OTHERWISE = {"Identity", "Transpose", "Permute", "Select", "ClassToken", "PositionEmbedding"}
"""Identity takes any arguments in PyTorch and uses none; the others are functions there, or nothing
but a parameter."""


@pytest.mark.parametrize("name", sorted(LAYER_TYPES.keys() - OTHERWISE))
def test_signature_is_that_of_pytorch(name: str) -> None:
    theirs_now = [
        one
        for one in inspect.signature(getattr(torch.nn, name)).parameters.values()
        if one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD)
        and one.name not in ("_weight", "_freeze", "min_value", "max_value")
    ]
    for argument, parameter in zip(LAYER_TYPES[name].signature, theirs_now, strict=True):
        assert argument.name == parameter.name
        by_name = argument.by_name_only
        assert by_name or parameter.kind is parameter.POSITIONAL_OR_KEYWORD, argument.name
        if argument.default is REQUIRED:
            assert parameter.default is parameter.empty, argument.name
        else:
            # an activation may be a function
            default = getattr(parameter.default, "__name__", parameter.default)
            assert argument.default == default, argument.name


def test_reordered_axes_are_those_of_pytorch() -> None:
    draw = random.Random("axes")
    for _ in range(60):
        sizes = tuple(draw.randint(1, 9) for _ in range(draw.randint(1, 5)))
        rank = len(sizes)
        axes = [draw.randint(-rank, rank - 1) for _ in range(2)]
        order = [axis - draw.choice((0, rank)) for axis in draw.sample(range(rank), rank)]
        data = torch.zeros(sizes)
        listed = ", ".join(map(str, order))
        for text, wanted in (
            (f"Transpose({axes[0]}, dim1={axes[1]})", torch.transpose(data, *axes)),
            (f"Permute({listed})", torch.permute(data, order)),
            (f"Select({axes[0]}, {sizes[axes[0]] - 1})", torch.select(data, axes[0], -1)),
            (f"Select({axes[1]}, index={-sizes[axes[1]]})", torch.select(data, axes[1], 0)),
            (f"Permute(({listed},))", torch.permute(data, order)),
        ):
            (placed,) = ours([text], sizes)
            if not wanted.shape:
                assert isinstance(placed, str)  # a number alone has no shape to go on with
                continue
            assert isinstance(placed, Placed)
            assert tuple(map(int, placed.sizes)) == tuple(wanted.shape), (text, sizes)


def test_a_text_network_has_the_shapes_of_pytorch() -> None:
    texts = ["Embedding(50, 8)", "Transpose(1, 2)", "Conv1d(8, 4, 3)", "AdaptiveMaxPool1d(1)"]
    placed = ours([*texts, "Flatten()", "Linear(4, 2)"], (2, 7))
    data = torch.zeros((2, 7), dtype=torch.int64)
    modules = [
        torch.nn.Embedding(50, 8),
        lambda x: x.transpose(1, 2),
        *map(module_of, [*texts[2:], "Flatten()", "Linear(4, 2)"]),
    ]
    assert len(placed) == len(modules)
    for one, module in zip(placed, modules, strict=True):
        data = module(data)
        assert isinstance(one, Placed)
        assert tuple(map(int, one.sizes)) == tuple(data.shape)
