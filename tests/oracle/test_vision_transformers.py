"""Vision transformers put together from PyTorch's modules: every shape, parameter, multiply-add."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import pytest

from exsolve.library import load, load_text
from exsolve.notation import written
from exsolve.solution import Solution

torch = pytest.importorskip("torch", reason="the outside witness needs the extra `oracle`")
torch.set_num_threads(1)

pytestmark = pytest.mark.oracle


class Size(NamedTuple):
    """What a vision transformer is made of; ``sides``: the height and width of its images."""

    sides: tuple[int, int]
    channels: int
    patch: int
    width: int
    heads: int
    hidden: int
    blocks: int
    classes: int

    @property
    def tokens(self) -> int:
        height, width = self.sides
        return (height // self.patch) * (width // self.patch) + 1


BASE = Size((224, 224), 3, 16, 768, 12, 3072, 12, 1000)


class Row(NamedTuple):
    """What is done in one row of the table, and the parameters that it has."""

    apply: Callable[[Any], Any]
    parameters: tuple[Any, ...] = ()

    @classmethod
    def of(cls, module: Any) -> Row:
        return cls(module, tuple(module.parameters()))


def network(size: Size) -> list[Row]:
    """The rows, as modules with parameters that are never used for more than their shapes."""
    token = torch.nn.Parameter(torch.zeros(1, 1, size.width))
    positions = torch.nn.Parameter(torch.zeros(1, size.tokens, size.width))
    blocks = [
        torch.nn.TransformerEncoderLayer(
            d_model=size.width,
            nhead=size.heads,
            dim_feedforward=size.hidden,
            activation="gelu",
            batch_first=True,
            norm_first=True,
        )
        for _ in range(size.blocks)
    ]
    patches = torch.nn.Conv2d(size.channels, size.width, size.patch, stride=size.patch)
    return [
        Row.of(patches),
        Row(lambda x: x.flatten(2)),
        Row(lambda x: x.transpose(1, 2)),
        Row(lambda x: torch.cat([token.expand(len(x), 1, -1), x], dim=1), (token,)),
        Row(lambda x: x + positions, (positions,)),
        *map(Row.of, blocks),
        Row.of(torch.nn.LayerNorm(size.width)),
        Row(lambda x: x.select(1, 0)),
        Row.of(torch.nn.Linear(size.width, size.classes)),
    ]


def text(size: Size, batch: int) -> str:
    """The same network as an exercise that asks for everything."""
    layers = [
        f"Conv2d({size.channels}, {size.width}, {size.patch}, stride={size.patch})",
        "Flatten(2)",
        "Transpose(1, 2)",
        f"ClassToken({size.width})",
        f"PositionEmbedding({size.tokens}, {size.width})",
        f"{size.blocks} x TransformerEncoderLayer({size.width}, {size.heads}, {size.hidden}, "
        "activation='gelu', batch_first=True, norm_first=True)",
        f"LayerNorm({size.width})",
        "Select(1, 0)",
        f"Linear({size.width}, {size.classes})",
    ]
    rows = range(1, size.blocks + 9)
    answers = [f"{family}_{row}" for family in ("shape", "params", "macs") for row in rows]
    listed = "".join(f'  - "{layer}"\n' for layer in layers)
    return (
        "id: vit\ntitle: A vision transformer\nkind: cnn-shapes\n"
        f"input: {[batch, size.channels, *size.sides]}\nlayers:\n{listed}"
        f"parts:\n  - {{id: a, ask: What?, answers: "
        f"[{', '.join(answers)}, params_total, macs_total]}}\n"
    )


def values(solution: Solution) -> dict[str, list[str]]:
    """The cells of every quantity as text of the language."""
    return {
        step.name: [written(cell.exact, "text") for cell in step.value.cells]
        for part in solution.parts
        for step in part.steps
    }


def count(parameters: Iterable[Any]) -> int:
    return sum(one.numel() for one in parameters)


def multiply_adds(row: Row, data: Any) -> int:
    """Half of the operations that PyTorch's own counter sees in a row."""
    from torch.utils.flop_counter import FlopCounterMode

    with FlopCounterMode(display=False) as counter:
        row.apply(data)
    return int(counter.get_total_flops()) // 2


def test_the_base_network_has_the_shapes_and_parameters_of_its_modules() -> None:
    found = values(load("vit-shapes").solve())
    with torch.device("meta"):  # shapes without the numbers
        rows = network(BASE)
        data = torch.zeros(2, 3, *BASE.sides)
        for number, row in enumerate(rows, 1):
            data = row.apply(data)
            assert found[f"shape_{number}"] == ["N", *map(str, data.shape[1:])]
            assert found[f"params_{number}"] == [str(count(row.parameters))], number
    assert found["params_total"] == [str(count(one for row in rows for one in row.parameters))]


def test_random_networks_have_the_rows_of_their_modules() -> None:
    draw = random.Random("vision transformers")
    for _ in range(60):
        heads, patch = draw.randint(1, 4), draw.randint(1, 4)
        # a side that the patches do not fill loses what is left over
        size = Size(
            sides=(patch * draw.randint(1, 4) + draw.randint(0, patch - 1), patch * 3),
            channels=draw.randint(1, 3),
            patch=patch,
            width=heads * draw.randint(1, 4),
            heads=heads,
            hidden=draw.randint(1, 9),
            blocks=draw.randint(1, 3),
            classes=draw.randint(2, 9),
        )
        batch = draw.randint(1, 3)
        found = values(load_text(text(size, batch)).solve())
        rows = network(size)
        assert len(rows) == size.blocks + 8
        data = torch.zeros(batch, size.channels, *size.sides)
        work = 0
        for number, row in enumerate(rows, 1):
            one_example = multiply_adds(row, data[:1])
            data = row.apply(data)
            assert found[f"shape_{number}"] == [str(n) for n in data.shape], (size, number)
            assert found[f"params_{number}"] == [str(count(row.parameters))], (size, number)
            assert found[f"macs_{number}"] == [str(one_example)], (size, number)
            work += one_example
        assert found["params_total"] == [str(count(one for row in rows for one in row.parameters))]
        assert found["macs_total"] == [str(work)]
