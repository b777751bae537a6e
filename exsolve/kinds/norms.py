"""Normalisation statistics: batch, layer, instance and group, and the normalised tensors.

Ioffe and Szegedy, Batch Normalization, 2015, algorithm 1; Ba, Kiros and Hinton, Layer
Normalization, 2016, equation 3; Ulyanov, Vedaldi and Lempitsky, Instance Normalization, 2016,
equation 3; Wu and He, Group Normalization, 2018, equations 1 to 4.
"""

from __future__ import annotations

from math import prod
from typing import NamedTuple

import numpy as np

from exsolve.errors import ExsolveError, LanguageError, Position
from exsolve.evaluate import ClosedFormRoute, evaluate
from exsolve.exact.arithmetic import Scalar
from exsolve.exact.closed_form import CLOSED_FORMS
from exsolve.expression.tree import Name, Node, names
from exsolve.graph import Graph, Locate, Quantity
from exsolve.kinds.blueprint import Blueprint, Labels
from exsolve.kinds.reading import Reading
from exsolve.ops.construct import call
from exsolve.ops.shapes import describe
from exsolve.spec.exercise import Exercise
from exsolve.spec.fields import (
    Boolean,
    Choice,
    FieldSpec,
    FieldSpecs,
    Formula,
    Integer,
    ListOf,
    OneOf,
    Record,
    Source,
    Text,
    Values,
)
from exsolve.spec.fields import Name as NameField
from exsolve.spec.report import plural

SUMMARY = "means, variances and outputs of batch, layer, instance and group normalisation"

_NORMS = ("batch", "layer", "instance", "group")
_BY_NORM = Record({norm: FieldSpec(NameField(), f"For {norm} normalisation.") for norm in _NORMS})

FIELDS: FieldSpecs = {
    "input": FieldSpec(
        NameField(), "The given to normalise, of shape (batch, channels, features...).", default="X"
    ),
    "norms": FieldSpec(
        ListOf(Choice(*_NORMS)),
        "Which statistics: batch, layer, instance, group; all but group by default.",
        default=("batch", "layer", "instance"),
    ),
    "groups": FieldSpec(
        Integer(1), "Into how many groups of neighbouring channels `group` divides them."
    ),
    "variance": FieldSpec(
        Choice("population", "sample"),
        "Whether the squares are divided by n (population) or by n - 1 (sample).",
        default="population",
    ),
    "normalise": FieldSpec(
        Boolean(), "Whether normalised_batch, normalised_layer, ... are wanted too.", default=False
    ),
    "eps": FieldSpec(
        Formula(), "What is added to the variance under the root of the normalised tensors; 0."
    ),
    "gamma": FieldSpec(
        OneOf(scalar=NameField(), mapping=_BY_NORM),
        "The given that scales the normalised tensor: one number for each channel (for layer: one "
        "for each cell of an example). Or a given for each norm: {batch: g, layer: G}.",
    ),
    "beta": FieldSpec(
        OneOf(scalar=NameField(), mapping=_BY_NORM), "The given that shifts it, like gamma."
    ),
    "examples": FieldSpec(ListOf(Text()), "Labels of the examples.", default=()),
    "channels": FieldSpec(ListOf(Text()), "Labels of the channels.", default=()),
}

STARTER = """\
id: my-norms
title: What batch, layer, instance and group normalisation average over
kind: norms
about: The tensor has the shape (batch, channels, features).
input: X
norms: [batch, layer, instance, group]
groups: 2
# variance: population    # or sample, which divides by n - 1
normalise: true           # adds normalised_batch, normalised_layer, ...
eps: 1/4                  # under the root; PyTorch's default is 1e-5
# gamma: gamma            # a given that scales, and one that shifts,
# beta: beta              # for each channel
givens:
  X: [[[1, 2], [3, 6], [1, 0], [2, 5]], [[2, 3], [1, 2], [4, 1], [0, 1]]]
parts:
  - id: a
    ask: Compute the batch and layer statistics.
    points: 4
    answers: [mu_batch, var_batch, mu_layer, var_layer]
  - id: b
    ask: Compute the instance and group statistics.
    points: 4
    answers: [mu_instance, var_instance, mu_group, var_group]
  - id: c
    ask: Normalise the tensor with the batch statistics.
    points: 2
    answers: [normalised_batch]
"""


class _Norm(NamedTuple):
    """One normalisation: the tensor ``source``, and the axes along which statistics stay apart.

    ``unit`` is what each statistic belongs to, ``over`` what it averages over, ``labels`` are
    those of the axes that stay.
    """

    name: str
    source: str
    shape: tuple[int, ...]
    kept: tuple[int, ...]
    unit: str
    over: str
    labels: tuple[tuple[str, ...], ...]

    @property
    def averaged(self) -> tuple[int, ...]:
        """The axes that are averaged over."""
        return tuple(axis for axis in range(len(self.shape)) if axis not in self.kept)

    @property
    def values(self) -> int:
        """How many numbers go into each mean."""
        return prod(self.shape[axis] for axis in self.averaged)

    def aligned(self, statistic: Node) -> Node:
        """A statistic in a shape that broadcasts against the tensor."""
        first = self.kept[0]  # sizes of 1 on the left come by broadcasting alone
        shape = tuple(
            size if axis in self.kept else 1
            for axis, size in enumerate(self.shape)
            if axis >= first
        )
        return statistic if len(shape) == len(self.kept) else _reshaped(statistic, shape)

    def quantity(self, name: str, expression: Node, note: str, locate: Locate) -> Quantity:
        """A statistic with the labels of the axes that stay."""
        rows = self.labels[0] if len(self.kept) == 2 else ()
        return Quantity(name, expression, note, False, rows, self.labels[-1], locate)


def build(exercise: Exercise, reading: Reading) -> Blueprint:
    """mu_NORM and var_NORM for each norm; with ``normalise`` also normalised_NORM.

    Refused: an input that is not given or has fewer than 2 or more than 5 dimensions, groups that
    do not divide the channels, instances of one number, a sample variance of one number, a scale
    or shift of the wrong shape, and a variance of 0 under the root.
    """
    settings = exercise.settings
    source = str(settings["input"])
    if source not in reading.givens:
        _refuse_unknown("input", settings["input"], settings, reading)
        return Blueprint()
    shape = reading.givens[source].shape
    if not 2 <= len(shape) <= 5:
        reading.refuse(
            f"{source} has {len(shape)} {plural(len(shape), 'dimension')}",
            exercise.givens[source].position,
            expected="2 to 5: (batch, channels, features...)",
            found=describe(shape),
        )
        return Blueprint()
    _refuse_unused(settings, reading)
    labels = _labels(settings, shape, reading)
    eps = _eps(settings, reading)
    divides = eps is None and not reading.problems
    quantities: list[Quantity] = []
    for name in dict.fromkeys(map(str, settings["norms"])):
        norm = _norm(name, source, shape, labels, settings, reading)
        if norm is None:
            continue
        if norm.source != source:
            quantities.append(_grouped(source, norm))
        known = len(reading.problems)
        quantities += _statistics(norm, settings, reading)
        if settings["normalise"]:
            if divides and len(reading.problems) == known:
                _refuse_zero_variance(norm, quantities, exercise, reading)
            quantities.append(_normalised(norm, source, eps, exercise, reading))
    matrix = {source: Labels(*labels)} if len(shape) == 2 else {}
    return Blueprint(quantities, labels=matrix)


def _labels(
    settings: Values, shape: tuple[int, ...], reading: Reading
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Labels of the examples and of the channels: the author's, or their numbers."""
    found = []
    for axis, (field, noun) in enumerate((("examples", "example"), ("channels", "channel"))):
        labels = tuple(map(str, settings[field]))
        if labels and len(labels) != shape[axis]:
            reading.refuse(
                f"{len(labels)} {plural(len(labels), 'label')} for {shape[axis]} {field}",
                settings.place(field),
                expected=f"{shape[axis]} labels",
                found=str(len(labels)),
            )
        found.append(labels or tuple(f"{noun} {place + 1}" for place in range(shape[axis])))
    return found[0], found[1]


def _eps(settings: Values, reading: Reading) -> Node | None:
    """What stands beside the variance under the root; None for nothing."""
    source: Source | None = settings["eps"]
    node = None if source is None else reading.parse(source)
    if source is None or node is None:
        return None
    value = _value(source, node, reading)
    if value is not None and (value.shape or CLOSED_FORMS.sign(value[()]) < 0):
        reading.refuse(
            "eps is added to a variance, so it is a number and not negative",
            source,
            expected="0 or a small positive number such as 1e-5",
            found=source.text,
        )
        return None
    return None if value is None or CLOSED_FORMS.sign(value[()]) == 0 else node


def _value(source: Source, node: Node, reading: Reading) -> np.ndarray | None:
    """The value of an expression of givens; None where it has none, which the graph reports."""
    quantities = [
        Quantity(name, reading.constant(name)) for name in names(node) if name in reading.givens
    ]
    try:
        graph = Graph([*quantities, Quantity("the setting eps", node, locate=source.position)])
        return evaluate(graph, ClosedFormRoute())["the setting eps"]
    except ExsolveError as error:
        reading.problems.extend(error.problems)
        return None


def _is_zero(scalar: Scalar) -> bool:
    try:
        return CLOSED_FORMS.sign(scalar) == 0
    except LanguageError:  # too close to call here; a division by it refuses with its reason
        return False


def _norm(
    name: str,
    source: str,
    shape: tuple[int, ...],
    labels: tuple[tuple[str, ...], tuple[str, ...]],
    settings: Values,
    reading: Reading,
) -> _Norm | None:
    """What one norm averages over; None where it does not fit the tensor."""
    features = len(shape) > 2
    also = " and features" if features else ""
    if name == "batch":
        return _Norm(name, source, shape, (1,), "channel", f"all examples{also}", labels[1:])
    if name == "layer":
        return _Norm(name, source, shape, (0,), "example", f"all its channels{also}", labels[:1])
    if name == "instance":
        if features:
            unit = "channel of each example"
            return _Norm(name, source, shape, (0, 1), unit, "its features", labels)
        reading.refuse(
            f"{source} has no features, so each instance is a single number",
            settings.place("norms"),
            expected="an input of shape (batch, channels, features...) for instance normalisation",
            found=describe(shape),
        )
        return None
    groups: int | None = settings["groups"]
    channels = shape[1]
    if groups is None or channels % groups:
        reading.refuse(
            "group normalisation needs `groups`"
            if groups is None
            else f"{channels} channels cannot be divided into {groups} equal groups",
            settings.place("norms" if groups is None else "groups"),
            expected=f"groups: a number that divides the {channels} channels",
            found="" if groups is None else str(groups),
        )
        return None
    return _Norm(
        name,
        f"{source}_groups",
        (shape[0], groups, channels // groups, *shape[2:]),
        (0, 1),
        "group of each example",
        f"the group's channels{also}",
        (labels[0], tuple(f"group {place + 1}" for place in range(groups))),
    )


def _grouped(source: str, norm: _Norm) -> Quantity:
    """The tensor with an axis of its own for the groups."""
    _, groups, each, *_ = norm.shape
    return Quantity(
        norm.source,
        _reshaped(Name(source), norm.shape),
        f"Channels in {groups} groups of {each}: the axes are example, group, channel in the group"
        + (", features." if len(norm.shape) > 3 else "."),
    )


def _statistics(norm: _Norm, settings: Values, reading: Reading) -> list[Quantity]:
    """Mean and variance of one norm."""
    sample = settings["variance"] == "sample"
    count = norm.values
    if sample and count == 1:
        reading.refuse(
            f"the sample variance of {norm.name} normalisation divides by 1 − 1",
            settings.place("variance"),
            expected="more than one number for each variance",
            found="1",
            hint="write variance: population",
        )
    axis = norm.averaged if len(norm.averaged) > 1 else norm.averaged[0]
    sizes = [str(norm.shape[place]) for place in norm.averaged]
    product = f"{' · '.join(sizes)} = {count}" if len(sizes) > 1 else f"{count}"
    numbers = "number" if count == 1 else "numbers"
    divisor = f"{count} − 1 = {count - 1}" if sample else str(count)
    mean = call("mean", Name(norm.source), axis=axis)
    variance = call("var", Name(norm.source), axis=axis, ddof=int(sample))
    where = settings.place("norms")

    def locate(offset: int) -> Position:
        return where

    return [
        norm.quantity(
            f"mu_{norm.name}",
            mean,
            f"One mean for each {norm.unit}, over {norm.over}: {product} {numbers}.",
            locate,
        ),
        norm.quantity(
            f"var_{norm.name}",
            variance,
            f"One variance for each {norm.unit}: the squared distances from its mean, added up "
            f"and divided by {divisor}.",
            locate,
        ),
    ]


def _normalised(
    norm: _Norm, source: str, eps: Node | None, exercise: Exercise, reading: Reading
) -> Quantity:
    """(x - mean)/sqrt(variance + eps), scaled and shifted."""
    centred = call("subtract", Name(norm.source), norm.aligned(Name(f"mu_{norm.name}")))
    variance = norm.aligned(Name(f"var_{norm.name}"))
    radicand = variance if eps is None else call("add", variance, eps)
    result: Node = call("divide", centred, call("sqrt", radicand))
    shape = reading.givens[source].shape
    if norm.source != source:
        result = _reshaped(result, shape)
    gamma = _affine("gamma", norm, shape, exercise, reading)
    beta = _affine("beta", norm, shape, exercise, reading)
    if gamma is not None:
        result = call("multiply", gamma, result)
    if beta is not None:
        result = call("add", result, beta)
    steps = [
        "each number minus its mean, divided by the root of its variance"
        + ("" if eps is None else " plus eps")
    ]
    steps += ["times gamma"] if gamma is not None else []
    steps += ["plus beta"] if beta is not None else []
    where = exercise.settings.place("normalise")
    return Quantity(
        f"normalised_{norm.name}",
        result,
        f"The {norm.name} statistics applied: {', '.join(steps)}.",
        locate=lambda offset: where,
    )


def _affine(
    field: str, norm: _Norm, shape: tuple[int, ...], exercise: Exercise, reading: Reading
) -> Node | None:
    """The scale or shift of one norm, in a shape that broadcasts; None where there is none."""
    settings = exercise.settings
    written: Source | Values | None = settings[field]
    name: Source | None = written[norm.name] if isinstance(written, Values) else written
    if name is None:
        return None
    if name.text not in reading.givens:
        _refuse_unknown(field, name, settings, reading)
        return None
    whole = norm.name == "layer"
    expected = shape[1:] if whole else shape[1:2]
    found = reading.givens[name.text].shape
    if found != expected:
        each = "cell of an example" if whole else "channel"
        reading.refuse(
            f"{field}: {name} does not fit {norm.name} normalisation",
            name,
            expected=f"one number for each {each}: {describe(expected)}",
            found=describe(found),
            hint=f"write {field}: {{{norm.name}: NAME}} for a given of its own"
            if isinstance(written, Source) and len(settings["norms"]) > 1
            else "",
        )
        return None
    features = len(shape) - 2
    if whole or not features:
        return Name(name.text)
    return _reshaped(Name(name.text), (shape[1], *[1] * features))


def _refuse_zero_variance(
    norm: _Norm, quantities: list[Quantity], exercise: Exercise, reading: Reading
) -> None:
    """Say before the division which variance is 0; asked only where there is no eps."""
    source = str(exercise.settings["input"])
    given = Quantity(source, reading.constant(source))
    needed = [quantity for quantity in quantities if not quantity.name.startswith("normalised_")]
    variance = f"var_{norm.name}"
    value = evaluate(Graph([given, *needed]), ClosedFormRoute(), only=[variance])[variance]
    for place in np.ndindex(value.shape):
        if _is_zero(value[place]):
            unit = [labels[i] for labels, i in zip(norm.labels, place, strict=True)]
            which = " of ".join(reversed(unit))
            reading.refuse(
                f"the variance of {which} is 0, and normalising divides by its root",
                exercise.settings.place("normalise"),
                expected="eps, or numbers that are not all equal",
                hint="give eps: 1e-5",
            )


def _refuse_unknown(field: str, name: str, settings: Values, reading: Reading) -> None:
    reading.refuse(
        f"{field}: {name!s} is not given",
        name if isinstance(name, Source) else settings.position,
        expected="the name of a given: " + (", ".join(reading.givens) or "there are none"),
        found=str(name),
    )


def _refuse_unused(settings: Values, reading: Reading) -> None:
    """Fields that would be ignored."""
    if not settings["normalise"]:
        for field in ("eps", "gamma", "beta"):
            if settings[field] is not None:
                reading.refuse(
                    f"{field} is for the normalised tensors, which are not asked for",
                    settings.place(field),
                    hint=f"write normalise: true, or leave {field} out",
                )
    if settings["groups"] is not None and "group" not in settings["norms"]:
        reading.refuse(
            "groups is for group normalisation, which is not among the norms",
            settings.place("groups"),
            hint="add group to norms, or leave groups out",
        )


def _reshaped(node: Node, shape: tuple[int, ...]) -> Node:
    return call("reshape", node, shape=shape)
