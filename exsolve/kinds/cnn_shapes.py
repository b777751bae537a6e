"""Shapes, parameters, multiply-adds and receptive fields of a network written as in PyTorch."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from flint import fmpq

from exsolve import limits
from exsolve.authoring.blueprint import Blueprint
from exsolve.authoring.reading import Reading
from exsolve.authoring.workbook import TablePlan
from exsolve.errors import LanguageError
from exsolve.evaluate import Array, ClosedFormRoute, value_of
from exsolve.expression.tree import Literal, Name, Node, Shape
from exsolve.graph import Quantity
from exsolve.layers.formulas import add_up
from exsolve.layers.network import Layer, Placed, read, repeated, walk
from exsolve.layers.receptive import receptive_fields
from exsolve.layers.registry import LAYER_TYPES, Outcome
from exsolve.layers.signature import shown
from exsolve.layers.tables import COLUMNS, Contents, columns_of, needed_for, plan
from exsolve.notation import dotted, written
from exsolve.ops.construct import ZERO, call
from exsolve.spec.exercise import Exercise
from exsolve.spec.fields import Choice, FieldSpec, Formula, ListOf, Source, Text

SUMMARY = "shapes, parameters, multiply-adds and receptive fields of a network, layer by layer"

FIELDS: Mapping[str, FieldSpec] = {
    "input": FieldSpec(
        ListOf(Formula()),
        doc="The sizes of the input: numbers, givens, or names that stand for any size.",
        required=True,
        example="[N, 3, 64, 64]",
    ),
    "layers": FieldSpec(
        ListOf(Text()),
        doc="The layers as in PyTorch: `Conv2d(3, 16, kernel_size=3, padding=1)`. "
        "`12 x Linear(8, 8)` is twelve of them, one behind the other. Besides the modules of "
        "torch.nn, `Transpose(1, 2)`, `Permute(0, 2, 1)` "
        "and `Select(1, 0)` do what torch.transpose, torch.permute and torch.select do, and "
        "`ClassToken(768)` and `PositionEmbedding(197, 768)` are those of a vision transformer.",
        required=True,
        example="['Conv2d(3, 16, 3)', 'Flatten()', 'Linear(16*62*62, 10)']",
    ),
    "columns": FieldSpec(
        ListOf(Choice(*COLUMNS)),
        doc="The columns of every table; by default those that a part asks for.",
        example="[shape, params]",
    ),
}

VOCABULARY: Mapping[str, Callable[[], list[str]]] = {
    "Layers": lambda: [shown(name, layer.signature) for name, layer in LAYER_TYPES.items()],
}

ANSWERS: Mapping[str, str] = {
    "shape_k": "the output shape of layer k; shape_0 is that of the input.",
    "params_k": "the parameters of layer k.",
    "params_total": "the parameters of the network.",
    "macs_k": "the multiply-adds of layer k, for one example.",
    "macs_total": "the multiply-adds of the network.",
    "fc_params_k": "the parameters of a fully connected layer in the place of a convolution.",
    "receptive_k": "the receptive field of a cell behind layer k.",
    "jump_k": "how far apart, in the input, neighbouring cells behind layer k are.",
}
STARTER = """\
id: my-network
title: The shapes of a small network
kind: cnn-shapes
about: A batch of N grey images of 28 x 28 pixels runs through the layers below.
input: [N, 1, 28, 28]     # batch, channels, height, width; a name stands for any size
layers:                   # as in PyTorch, with its defaults
  - Conv2d(1, 6, kernel_size=5, padding=2)
  - ReLU()
  - MaxPool2d(2)
  - Conv2d(6, 16, kernel_size=5)
  - ReLU()
  - MaxPool2d(2)
  - Flatten()
  - Linear(16*5*5, 10)
# columns: [shape, product, params, fc_params, receptive, jump, macs]   # by default what is asked
parts:
  # Of layer k: shape_k, params_k, macs_k (multiply-adds of one example), receptive_k, jump_k, and
  # of convolutions fc_params_k (with a fully connected layer in place of the convolution).
  # Of the network: params_total, macs_total.
  - id: a
    ask: Give the shape behind every layer.
    points: 4
    answers: [shape_1, shape_3, shape_4, shape_6, shape_7, shape_8]
  - id: b
    ask: How many parameters does each layer have, and the whole network?
    points: 4
    answers: [params_1, params_4, params_8, params_total]
  - id: c
    ask: What does one cell of the last feature map see of the image?
    points: 2
    answers: [receptive_6]
"""


LONGEST_ECHO = 80
"""Characters of a layer's text that a message repeats."""


class _Network(NamedTuple):
    """The input and the layers as far as they could be read and fit; ``sources``: where each layer
    is written."""

    shape: Node
    sizes: Array
    symbols: Mapping[str, Shape]
    placed: Sequence[Placed]
    sources: Sequence[Source]


def build(exercise: Exercise, reading: Reading) -> Blueprint:
    """``shape_k``, ``params_k``, ``macs_k`` of every layer, ``fc_params_k`` of convolutions,
    ``receptive_k`` and ``jump_k`` where windows describe them, ``params_total``, ``macs_total``."""
    route = ClosedFormRoute()
    network = _read(exercise, reading, route)
    if network is None:
        return Blueprint()
    expressions: dict[str, Node] = {}
    shapes = _shapes(network)
    # a given with the name of one of these quantities is refused later, at its place
    values = {**reading.givens.readable, **shapes}
    contents = Contents(network.placed, expressions, values, route)
    quantities = _quantities(exercise, network, contents, route)
    for one in quantities:
        expressions[one.name] = one.expression
        if one.name not in shapes:
            values[one.name] = route.passed_on(one.name, value_of(one.expression, route, values))
    return Blueprint(
        quantities,
        network.symbols,
        tables=_tables(exercise, contents),
        data=_data(exercise),
    )


def _read(exercise: Exercise, reading: Reading, route: ClosedFormRoute) -> _Network | None:
    """The network; None (and problems) where anything in it is wrong."""
    known = len(reading.problems)
    sources, read_layers = _layers(exercise.settings["layers"], reading)
    if len(sources) > limits.LAYERS:
        reading.refuse(
            f"{len(sources):,} layers",
            sources[limits.LAYERS],
            expected=f"at most {limits.LAYERS:,}",
        )
        return None
    sizes = [_size(source, reading) for source in exercise.settings["input"]]
    if len(sizes) > limits.DIMENSIONS:
        reading.refuse(
            f"an input of {len(sizes)} axes",
            exercise.settings["input"][0],
            expected=f"at most {limits.DIMENSIONS}",
        )
        return None
    nodes = [size for size in sizes if size is not None]
    if len(nodes) < len(sizes):
        return None
    shape = call("stack", *nodes)
    symbols: dict[str, Shape] = {
        node.name: ()
        for node in nodes
        if isinstance(node, Name)
        and node.name not in exercise.givens
        and node.name not in exercise.definitions
    }
    first = value_of(shape, route, reading.givens.readable)
    problems: list[tuple[int, LanguageError]] = []
    placed = walk(first, read_layers, route, problems)
    refused: set[tuple[int, str]] = set()
    for number, problem in problems:
        # of a layer that is repeated, the first that does not fit says it for all
        what = id(sources[number - 1]), problem.problem.message
        if what not in refused:
            _refuse(number, sources[number - 1], problem, reading)
        refused.add(what)
    if len(reading.problems) > known:
        return None
    return _Network(shape, first, symbols, placed, sources)


def _layers(
    written_layers: Sequence[Source], reading: Reading
) -> tuple[list[Source], list[Layer | None]]:
    """Every layer and where it is written, ``12 x Layer(...)`` twelve times, up to one layer
    more than there may be."""
    sources: list[Source] = []
    layers: list[Layer | None] = []
    for source in written_layers:
        if len(sources) > limits.LAYERS:
            break
        times, start = repeated(source.text)
        problems: list[LanguageError] = []
        layer = read(source.text[start:], problems)
        for problem in problems:
            _refuse(len(layers) + 1, source, problem, reading)
        if not times:
            reading.refuse(
                "a layer that stands 0 times",
                source,
                expected="1 time at least, as in 12 x Linear(8, 8)",
                found=source.text[:start].strip(),
                hint="leave the layer out",
            )
        count = min(times, limits.LAYERS + 1 - len(sources))
        sources += [source] * count
        layers += [layer] * count
    return sources, layers


def _refuse(number: int, source: Source, error: LanguageError, reading: Reading) -> None:
    problem = error.problem
    text = source.text if len(source) <= LONGEST_ECHO else source[: LONGEST_ECHO - 1] + "…"
    _, start = repeated(source.text)
    reading.refuse(
        f"layer {number}, {text}: {problem.message}",
        source,
        offset=start + max(error.offset, 0),
        expected=problem.expected,
        found=problem.found,
        hint=problem.hint,
    )


def _size(source: Source, reading: Reading) -> Node | None:
    """One size of the input: a whole number, a given that is one, or a symbol."""
    if re.fullmatch(r"\d+(?:\s*[x×]\s*\d+)+|[A-Z](?:\s*[x×]\s*\d+){2,}", source.text):
        reading.refuse(
            f"{source.text} is several sizes in one",
            source,
            expected="each size as an item of the list",
            found=source.text,
            hint="write " + ", ".join(re.split(r"\s*[x×]\s*", source.text)),
        )
        return None
    node = reading.parse(source)
    if node is None:
        return None
    wanted = f"a whole number from 1 to {limits.IMAGE_SIZE:,}"
    value = node.value if isinstance(node, Literal) else None
    if isinstance(node, Name):
        given = reading.givens.get(node.name)
        if given is None:
            if node.name != "pi":
                return node
        elif not given.shape and isinstance(given[()], fmpq):
            value = given[()]
    if value is None:
        reading.refuse(
            f"{source.text} is no size of an input",
            source,
            expected=wanted + ", a name for any size, or a given that is a whole number",
            found=source.text,
        )
        return None
    if value.q != 1 or not 1 <= value <= limits.IMAGE_SIZE:
        reading.refuse(
            f"an input with a size of {value}", source, expected=wanted, found=str(value)
        )
        return None
    return node


def _data(exercise: Exercise) -> str:
    """The input and the layers as the author wrote them, as a numbered list in Markdown."""
    sizes = exercise.settings["input"]
    comma = "," if len(sizes) == 1 else ""
    lines = [f"Input: `({', '.join(sizes)}{comma})`", ""]
    layers = [" ".join(layer.split()) for layer in exercise.settings["layers"]]
    counts = [repeated(layer)[0] for layer in layers]
    number = 1
    for layer, count in zip(layers, counts, strict=True):
        # Markdown numbers a list by itself, one by one
        if max(counts) == 1:
            lines.append(f"{number}. `{layer}`")
        elif count == 1:
            lines.append(f"- {number}: `{layer}`")
        else:
            lines.append(f"- {number} to {number + count - 1}: `{layer}`")
        number += count
    return "\n".join(lines)


def _quantities(
    exercise: Exercise, network: _Network, contents: Contents, route: ClosedFormRoute
) -> list[Quantity]:
    """The definitions, each over the shapes of the layers before."""
    first: Source = exercise.settings["input"][0]
    found = [Quantity("shape_0", network.shape, "The input.", locate=first.position)]
    learned: list[Node] = []
    worked: list[Node] = []
    for one in network.placed:
        source = network.sources[one.number - 1]
        text, outcome = one.layer.text, one.outcome
        found.append(
            Quantity(
                one.name,
                one.shape,
                _shape_note(one, contents),
                locate=source.position,
                slips=outcome.shape_slips,
            )
        )
        params = f"params_{one.number}"
        learns = outcome.params != ZERO
        note = "weights, and biases where it has them." if learns else "nothing to learn."
        found.append(
            Quantity(
                params,
                outcome.params,
                f"{text}: {note}",
                locate=source.position,
                slips=outcome.params_slips,
            )
        )
        if learns:
            learned.append(Name(params))
        connected = one.connected_parameters()
        if connected is not None:
            found.append(
                Quantity(
                    f"fc_params_{one.number}",
                    connected,
                    "A fully connected layer in its place: every input cell to every output cell, "
                    "and a bias for each output cell.",
                    locate=source.position,
                )
            )
        work = one.multiply_adds()
        found.append(
            Quantity(
                f"macs_{one.number}",
                work or ZERO,
                f"{text}: {_work_note(outcome)}",
                locate=source.position,
            )
        )
        if work:
            worked.append(Name(f"macs_{one.number}"))
    seen = receptive_fields(network.placed, network.sizes, route)
    found += [Quantity(one.name, one.formula, one.note) for one in seen]
    found.append(Quantity("params_total", add_up(learned), "All parameters of the network."))
    found.append(Quantity("macs_total", add_up(worked), "All multiply-adds for one example."))
    return found


def _work_note(outcome: Outcome) -> str:
    """How the multiply-adds of a layer are counted."""
    if outcome.work:
        return (
            "multiply-adds for one example, every weight for each token, and for each two tokens "
            "their score and their part in the weighted sum of the values."
        )
    if outcome.per_cell is None:
        return "no multiply-adds of weights."
    cells = "input" if outcome.of_input else "output"
    return f"multiply-adds for one example, {cells} cells times weights for each."


def _shapes(network: _Network) -> dict[str, Array]:
    return {"shape_0": network.sizes, **{one.name: one.sizes for one in network.placed}}


def _shape_note(one: Placed, contents: Contents) -> str:
    """What the layer does to the shape: its rule in general, and where it rounds."""
    note = f"{one.layer.text}: {one.outcome.remark}"
    if one.outcome.general is not None:
        note += f" Rule: {written(dotted(one.outcome.general), 'terminal')}."
    rounded = [line for line in contents.shape_lines(one) if isinstance(line, str)]
    return " ".join([note, *(f"{line}." for line in rounded)])


def _tables(exercise: Exercise, contents: Contents) -> dict[str, tuple[TablePlan, ...]]:
    """For each part that asks for anything of the network, tables of it.

    Without ``columns``, they show what the part asks for and what it needs, no more. With them, one
    table shows everything in these columns, but no total that another part asks for.
    """
    chosen = exercise.settings["columns"]
    asked = {answer.text for part in exercise.parts for answer in part.answers}
    tables: dict[str, tuple[TablePlan, ...]] = {}
    for part in exercise.parts:
        answers = {answer.text for answer in part.answers} & contents.expressions.keys()
        if not answers:
            continue
        if chosen:
            others = {name for name in asked if name.endswith("_total")} - answers
            columns = [str(name) for name in chosen]
            tables[part.id] = (plan(contents, columns, contents.expressions.keys() - others),)
            continue
        visible = needed_for(answers, contents.expressions)
        columns = columns_of(answers)
        before = ["shape"] if "shape" not in columns and "shape_1" in visible else []
        tables[part.id] = tuple(plan(contents, some, visible) for some in (before, columns) if some)
    return tables
