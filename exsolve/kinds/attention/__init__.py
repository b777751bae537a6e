"""Dot-product attention: queries, keys, values, scores, weights, output.

Vaswani et al., Attention Is All You Need, 2017, equation 1 and section 3.2.2 (several heads).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from exsolve.authoring.blueprint import Blueprint, Labels
from exsolve.authoring.reading import Reading
from exsolve.authoring.spelling import nearly
from exsolve.errors import Position
from exsolve.expression.tree import Call, Constant, Literal, Name, Node, Slice, walk
from exsolve.graph import Quantity, suggestion
from exsolve.kinds.attention.slips import score_slips
from exsolve.ops.construct import call, literal
from exsolve.ops.shapes import describe
from exsolve.spec.exercise import Exercise
from exsolve.spec.fields import (
    Choice,
    FieldSpec,
    FieldSpecs,
    Formula,
    Integer,
    ListOf,
    Source,
    Text,
)
from exsolve.spec.fields import Name as NameField
from exsolve.spec.report import nearest

SUMMARY = "one forward pass of dot-product attention (self or cross, masked, several heads)"

FIELDS: FieldSpecs = {
    "tokens": FieldSpec(
        ListOf(Text()),
        doc="Labels of the tokens that ask (the rows of X).",
        example="[the, cat, sat]",
    ),
    "memory": FieldSpec(
        NameField(),
        doc="Cross-attention (as between encoder and decoder): the given that keys and values come "
        "from, with `memory: Y` K = Y @ W_K and V = Y @ W_V. By default X itself: self-attention.",
        example="Y",
    ),
    "memory_tokens": FieldSpec(
        ListOf(Text()), doc="Labels of the tokens of the memory.", example="[le, chat]"
    ),
    "layout": FieldSpec(
        Choice("rows", "columns"), default="rows", doc="Whether tokens are rows or columns."
    ),
    "heads": FieldSpec(
        Integer(1, 64),
        default=1,
        doc="The number of heads, which share the columns of W_Q, W_K and W_V equally.",
    ),
    "scale": FieldSpec(
        Formula(),
        doc="The factor on the scores; 1/sqrt(d_k) by default. Write 1 for none.",
        example="1/sqrt(d_k)",
    ),
    "mask": FieldSpec(
        NameField(),
        doc="`causal`, or the given with 1 where a token may look and 0 elsewhere.",
        example="causal",
    ),
}

ANSWERS: Mapping[str, str] = {
    "Q": "the queries.",
    "K": "the keys.",
    "V": "the values.",
    "M": "the causal mask.",
    "d_k": "the size of a key.",
    "S": "the scores, scaled.",
    "A": "the weights, softmax of the scores.",
    "H": "the output.",
    "Q_i": "queries of head i; so K_i, V_i, S_i, A_i and H_i, where there are several heads.",
}
STARTER = """\
id: my-attention
title: Self-attention over three tokens
kind: attention
about: One forward pass of self-attention. Tokens are rows.
tokens: [a, b, c]
# layout: rows          # or columns
# heads: 1
# scale: 1/sqrt(d_k)    # the default
# mask: causal          # or the name of a given of zeros and ones
# memory: Y             # cross-attention: Q comes from X, but K and V from the given Y
# memory_tokens: [d, e] # the labels of its tokens
givens:
  X: [[1, 0], [0, 1], [1, 1]]
  W_Q: [[ln(2), 0], [0, ln(3)]]
  W_K: [[sqrt(2), 0], [0, sqrt(2)]]
  W_V: [[1, 2], [3, 4]]
  # Y: [[1, 1], [2, 0]] # the memory, one row for each of its tokens
  # also known: b_Q, b_K, b_V, W_O, b_O, d_k, or Q, K, V themselves
parts:
  - id: a
    ask: Compute the queries, keys and values.
    points: 3
    answers: [Q, K, V]
  - id: b
    ask: Compute the scores, the weights and the output.
    points: 3
    answers: [S, A, H]
"""


NAMES = ("X", *(f"{part}_{letter}" for letter in "QKVO" for part in "Wb"), *"QKV", "d_k")
"""The names that givens have here; masks and memories are named by the author."""


class _Tokens(NamedTuple):
    """Labels of both sides, and whether tokens are rows."""

    asking: tuple[str, ...]
    asked: tuple[str, ...]
    rows: bool

    def labels(self, words: tuple[str, ...]) -> Labels:
        """The labels of a given whose tokens are these words."""
        return Labels(rows=words) if self.rows else Labels(columns=words)

    def label(
        self, quantity: Quantity, first: tuple[str, ...], second: tuple[str, ...]
    ) -> Quantity:
        """The quantity with labels on its axes, turned round when tokens are columns."""
        rows, columns = (first, second) if self.rows else (second, first)
        return quantity._replace(rows=rows, columns=columns)


def build(exercise: Exercise, reading: Reading) -> Blueprint:
    """The definitions of Q, K, V, S, A, H; with heads also those of each head, and O with W_O."""
    settings = exercise.settings
    memory = settings["memory"] or ("X" if "X" in reading.givens else "")
    tokens = _Tokens(
        tuple(settings["tokens"] or ()),
        tuple(
            settings["memory_tokens"] or (settings["tokens"] if memory in ("", "X") else ()) or ()
        ),
        settings["layout"] == "rows",
    )
    if settings["memory"] and memory not in reading.givens:
        reading.refuse(
            f"the memory {str(memory)!r} is not given",
            settings["memory"],
            expected="the name of a given",
            found="givens " + ", ".join(reading.givens),
        )
        return Blueprint()
    quantities = _projections(reading, memory, tokens)
    _refuse_other_widths(reading, tokens)
    mask, masks = _mask(settings["mask"], memory, reading, tokens)
    quantities += masks
    scale = reading.parse(settings["scale"]) if settings["scale"] else None
    if scale is not None:
        _refuse_unknown_in_scale(scale, settings["scale"], exercise, reading)
    heads = settings["heads"]
    weight = reading.givens.get("K", reading.givens.get("W_K"))  # a given K needs no W_K
    if weight is not None and weight.ndim == 2 and "d_k" not in reading.givens:
        size = weight.shape[1 if tokens.rows else 0] // heads
        quantities.append(Quantity("d_k", literal(size), "The size of a key."))
    if heads == 1:
        quantities += _head("", tokens, scale, mask)
    else:
        place = settings.place("heads")
        quantities += _split_heads(heads, place, reading, tokens, scale, mask)
    if "W_O" in reading.givens:
        projected = _projected("H", "O", reading, tokens)
        output = Quantity("O", projected, "The output projection mixes the heads.")
        quantities.append(tokens.label(output, tokens.asking, ()))
    labels = {"X": tokens.labels(tokens.asking)}
    if memory not in ("", "X"):
        labels[memory] = tokens.labels(tokens.asked)
    fields = [name for name in ("mask", "memory") if settings[name] is None]
    return Blueprint(quantities, labels=labels, expected=NAMES, fields=fields)


def _projections(reading: Reading, memory: str, tokens: _Tokens) -> list[Quantity]:
    """Q, K, V from the inputs, where they are not given as they are."""
    found = []
    for name, source, role, labels in (
        ("Q", "X", "query: what the token asks for", tokens.asking),
        ("K", memory, "key: what the token is found by", tokens.asked),
        ("V", memory, "value: what the token hands on", tokens.asked),
    ):
        if name in reading.givens:
            continue
        weight = f"W_{name}"
        missing = [needed for needed in (source, weight) if needed not in reading.givens]
        if missing:
            near = {n: nearly(n or "X", reading.givens) for n in missing}
            misspelt = [n for n in missing if near[n]]
            reading.refuse(
                f"{name} needs {' and '.join(n or 'X' for n in missing)}",
                reading.exercise.givens[near[misspelt[0]]].position if misspelt else None,
                hint=f"did you mean {' and '.join(n or 'X' for n in misspelt)} by "
                f"{' and '.join(near[n] for n in misspelt)}?"
                if misspelt
                else "",
                expected=f"givens {source or 'X'} and {weight}, or {name} itself",
                found="givens " + ", ".join(reading.givens),
            )
            continue
        product = _projected(source, name, reading, tokens)
        quantity = Quantity(
            name, product, f"Each token's {role}.", locate=reading.locate_given(weight)
        )
        found.append(tokens.label(quantity, labels, ()))
    return found


def _projected(source: str, letter: str, reading: Reading, tokens: _Tokens) -> Node:
    """Tokens times a weight matrix, plus the bias where there is one."""
    weight = Name(f"W_{letter}")
    operands = (Name(source), weight) if tokens.rows else (weight, Name(source))
    product: Node = call("matmul", *operands)
    bias = f"b_{letter}"
    if bias not in reading.givens:
        return product
    shape = reading.givens[bias].shape
    if len(shape) == 2 and shape[0 if tokens.rows else 1] > 1 == shape[1 if tokens.rows else 0]:
        way = "row" if tokens.rows else "column"
        reading.refuse(
            f"{bias} would add a number to each token, and not to each feature",
            reading.exercise.givens[bias].position,
            expected=f"a list of numbers, or one {way}, since tokens are {way}s",
            found=describe(shape),
        )
    vector: Node = Name(bias)
    if not tokens.rows and reading.givens[bias].ndim == 1:
        vector = call("reshape", vector, shape=(-1, 1))
    return call("add", product, vector)


def _mask(
    wanted: Source | None, memory: str, reading: Reading, tokens: _Tokens
) -> tuple[Node | None, list[Quantity]]:
    """The mask that is wanted, and its definition where it is not a given."""
    if wanted is None:
        return None, []
    along = 0 if tokens.rows else -1
    counts = []
    for name, source in (("Q", "X"), ("K", memory)):
        value = reading.givens.get(name, reading.givens.get(source))
        if value is None or value.ndim != 2:
            return None, []  # refused already, or by the first product
        counts.append(value.shape[along])
    asking, asked = counts
    shape = (asking, asked) if tokens.rows else (asked, asking)
    if wanted == "causal":
        ones = np.tri(asking, asked, dtype=int)
        cells = np.empty(shape, dtype=object)
        one, zero = literal(1).value, literal(0).value
        cells.reshape(-1)[:] = [
            one if cell else zero for cell in (ones if tokens.rows else ones.T).flat
        ]
        note = "Causal mask: 1 where a token may look, at itself and before."
        mask = tokens.label(Quantity("M", Constant(cells), note), tokens.asking, tokens.asked)
        return Name("M"), [mask]
    given = reading.givens.get(wanted.text)
    if given is None:
        reading.refuse(
            f"the mask {wanted.text!r} is not given",
            wanted,
            expected="causal, or a given of zeros and ones",
            found="givens " + ", ".join(reading.givens),
            hint=_mask_meant(wanted.text, reading),
        )
    elif given.shape != shape:
        reading.refuse(
            f"the mask {wanted} does not have the shape of the scores",
            wanted,
            expected=f"{describe(shape)}: a {'row' if tokens.rows else 'column'} for each token "
            "that asks",
            found=describe(given.shape),
        )
    elif any(cell not in (0, 1) for cell in given.flat):
        reading.refuse(
            f"the mask {wanted} is made of zeros and ones",
            wanted,
            expected="1 where a token may look, else 0",
            found=str(next(cell for cell in given.flat if cell not in (0, 1))),
        )
    return Name(wanted.text), []


def _mask_meant(wanted: str, reading: Reading) -> str:
    near = nearest(wanted, ["causal", *reading.givens])
    return f"did you mean {near[0]}?" if near else ""


def _refuse_other_widths(reading: Reading, tokens: _Tokens) -> None:
    """Refuse queries and keys of unequal length, which have no dot product."""
    along, noun = (1, "columns") if tokens.rows else (0, "rows")
    found = []
    for letter in "QK":
        name = letter if letter in reading.givens else f"W_{letter}"
        value = reading.givens.get(name)
        if value is None or value.ndim != 2:
            return  # refused already, or by the first product
        found.append((name, value.shape[along]))
    (query, wide), (key, other) = found
    if wide == other:
        return
    places = [reading.exercise.givens[name].position for name in (query, key)]
    reading.refuse(
        f"{query} and {key} need equally many {noun}: each query is multiplied with each key",
        places[1],
        expected=f"{wide} {noun} in {key}, as in {query}",
        found=f"{wide} in {query} at line {places[0].line}, "
        f"{other} in {key} at line {places[1].line}",
    )


def _refuse_unknown_in_scale(
    scale: Node, source: Source, exercise: Exercise, reading: Reading
) -> None:
    known = ["d_k", "pi", *exercise.givens, *exercise.definitions]
    for node in walk(scale):
        if isinstance(node, Name) and node.name not in known:
            reading.refuse(
                f"scale: {node.name!r} is not defined",
                source,
                offset=max(node.offset, 0),
                expected="d_k (the size of a key), a given or a definition",
                found=node.name,
                hint=suggestion(node.name, known),
            )


def _head(suffix: str, tokens: _Tokens, scale: Node | None, mask: Node | None) -> list[Quantity]:
    """S, A, H of one head from its Q, K, V."""
    query, key, value = (Name(letter + suffix) for letter in "QKV")
    found = []
    if tokens.rows:
        products = call("matmul", query, call("transpose", key))
    else:
        products = call("matmul", call("transpose", key), query)
    if scale is None:
        scores: Node = call("divide", products, call("sqrt", Name("d_k")))
    else:
        scores = _scaled(products, scale)
    axis = 1 if tokens.rows else 0
    weights = call("softmax", Name("S" + suffix), *([mask] if mask else []), axis=axis)
    parts = (Name("A" + suffix), value) if tokens.rows else (value, Name("A" + suffix))
    way = "row" if tokens.rows else "column"
    shown = [
        ("S", scores, "Scores: how well each query fits each key.", True),
        ("A", weights, f"Weights: the softmax of each {way} of scores; each sums to 1.", True),
        ("H", call("matmul", *parts), "Output: the values, mixed by the weights.", False),
    ]
    for letter, expression, note, square in shown:
        slips = score_slips(products, scores) if letter == "S" else ()
        quantity = Quantity(letter + suffix, expression, note, slips=slips)
        found.append(tokens.label(quantity, tokens.asking, tokens.asked if square else ()))
    return found


def _scaled(products: Node, scale: Node) -> Node:
    """The scores times a factor; 1/x divides, as one writes it."""
    if isinstance(scale, Literal) and scale.value == 1:
        return products
    if isinstance(scale, Call) and scale.operation.name == "divide":
        numerator, denominator = scale.args
        if isinstance(numerator, Literal) and numerator.value == 1:
            return call("divide", products, denominator)
    return call("multiply", scale, products)


def _split_heads(
    heads: int,
    place: Position,
    reading: Reading,
    tokens: _Tokens,
    scale: Node | None,
    mask: Node | None,
) -> list[Quantity]:
    """The heads' own slices of Q, K, V, each head's output, and H that joins them."""
    found: list[Quantity] = []
    for head in range(heads):
        for letter in "QKV":
            weight = reading.givens.get(letter, reading.givens.get(f"W_{letter}"))
            if weight is None:
                continue  # refused already
            along = -1 if tokens.rows else 0
            total = weight.shape[along]
            if total % heads:
                if not head:
                    reading.refuse(
                        f"{letter} has {total} features, which {heads} heads cannot share equally",
                        place,
                        expected=f"a multiple of {heads}",
                        found=str(total),
                    )
                continue
            width = total // heads
            part = Slice(head * width, (head + 1) * width)
            at = (Slice(), part) if tokens.rows else (part,)
            labels = tokens.asking if letter == "Q" else tokens.asked
            slice_of = Quantity(
                f"{letter}_{head + 1}",
                call("index", Name(letter), at=at),
                f"Head {head + 1} gets its own part of {letter}.",
            )
            found.append(tokens.label(slice_of, labels, ()))
        found += _head(f"_{head + 1}", tokens, scale, mask)
    outputs = [Name(f"H_{head + 1}") for head in range(heads)]
    joined = call("concat", *outputs, axis=1 if tokens.rows else 0)
    found.append(
        tokens.label(Quantity("H", joined, "The heads' outputs, side by side."), tokens.asking, ())
    )
    return found
