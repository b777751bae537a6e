"""Normalisation statistics: batch, layer, instance and group, and the normalised tensors.

Ioffe and Szegedy, Batch Normalization, 2015, algorithm 1; Ba, Kiros and Hinton, Layer
Normalization, 2016, equation 3; Ulyanov, Vedaldi and Lempitsky, Instance Normalization, 2016,
equation 3; Wu and He, Group Normalization, 2018, equations 1 to 4.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from exsolve.authoring.blueprint import Blueprint, Labels
from exsolve.authoring.reading import Reading
from exsolve.errors import Position
from exsolve.expression.tree import Name
from exsolve.graph import Quantity, QuantitySlip
from exsolve.kinds.norms.normalised_tensor import (
    Norm,
    normalised,
    read_eps,
    refuse_unknown,
    refuse_zero_variance,
    reshaped,
)
from exsolve.ops.construct import call
from exsolve.ops.mistakes import again
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
    Text,
    Values,
)
from exsolve.spec.fields import Name as NameField
from exsolve.spec.report import plural

SUMMARY = "means, variances and outputs of batch, layer, instance and group normalisation"

_NORMS = ("batch", "layer", "instance", "group")
_BY_NORM = Record(
    {norm: FieldSpec(NameField(), f"The given for {norm} normalisation.") for norm in _NORMS}
)

FIELDS: FieldSpecs = {
    "input": FieldSpec(
        NameField(), "The given to normalise, of shape (batch, channels, features...).", default="X"
    ),
    "norms": FieldSpec(
        ListOf(Choice(*_NORMS)),
        "Which statistics are computed: mu_batch, var_batch and so on.",
        default=("batch", "layer", "instance"),
    ),
    "groups": FieldSpec(
        Integer(1),
        "Into how many groups of neighbouring channels `group` divides them.",
        example="2",
    ),
    "layer_axes": FieldSpec(
        Choice("all", "features"),
        "What `layer` averages over: `all` axes but the batch, or the last axis alone, as "
        "transformers do with (batch, tokens, features); mu_layer is then of shape (batch, "
        "tokens), and gamma and beta have one number for each feature.",
        default="all",
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
        Formula(),
        "What is added to the variance under the root of the normalised tensors; nothing by "
        "default.",
        example="1e-5",
    ),
    "gamma": FieldSpec(
        OneOf(scalar=NameField(), mapping=_BY_NORM),
        "The given that scales the normalised tensor: one number for each channel (for layer: one "
        "for each cell of an example, or each feature). Or a given for each norm.",
        example="{batch: g, layer: G}",
    ),
    "beta": FieldSpec(
        OneOf(scalar=NameField(), mapping=_BY_NORM),
        "The given that shifts it, like gamma.",
        example="beta",
    ),
    "examples": FieldSpec(
        ListOf(Text()), "Labels of the examples.", default=(), example="[first, second]"
    ),
    "channels": FieldSpec(
        ListOf(Text()), "Labels of the channels.", default=(), example="[red, green, blue]"
    ),
}

ANSWERS: Mapping[str, str] = {
    "mu_batch": "the means of batch normalisation; so of layer, instance and group.",
    "var_batch": "the variances of batch normalisation; so of layer, instance and group.",
    "normalised_batch": "the normalised tensor, with `normalise: true`; so of the others.",
}
STARTER = """\
id: my-norms
title: What batch, layer, instance and group normalisation average over
kind: norms
about: The tensor has the shape (batch, channels, features).
input: X
norms: [batch, layer, instance, group]
groups: 2
# layer_axes: features    # layer over the last axis only, as for (batch, tokens, features)
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


def build(exercise: Exercise, reading: Reading) -> Blueprint:
    """mu_NORM and var_NORM for each norm; with ``normalise`` also normalised_NORM.

    Refused: an input that is not given or has fewer than 2 or more than 5 dimensions, groups that
    do not divide the channels, instances of one number, a sample variance of one number, a scale
    or shift of the wrong shape, and a variance of 0 under the root.
    """
    settings = exercise.settings
    _refuse_unused(settings, reading)
    source = str(settings["input"])
    if source not in reading.givens:
        refuse_unknown("input", settings["input"], settings, reading)
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
    labels = _labels(settings, shape, reading)
    eps = read_eps(settings, reading)
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
                refuse_zero_variance(norm, quantities, exercise, reading)
            quantities.append(normalised(norm, source, eps, exercise, reading))
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
        found.append(labels or _numbered(noun, shape[axis]))
    return found[0], found[1]


def _norm(
    name: str,
    source: str,
    shape: tuple[int, ...],
    labels: tuple[tuple[str, ...], tuple[str, ...]],
    settings: Values,
    reading: Reading,
) -> Norm | None:
    """What one norm averages over; None where it does not fit the tensor."""
    features = len(shape) > 2
    also = " and features" if features else ""
    if name == "batch":
        return Norm(name, source, shape, (1,), "channel", f"all examples{also}", labels[1:])
    if name == "layer" and settings["layer_axes"] == "features" and features:
        kept = tuple(range(len(shape) - 1))
        return Norm(name, source, shape, kept, *_tokens(shape, labels, settings))
    if name == "layer":
        return Norm(name, source, shape, (0,), "example", f"all its channels{also}", labels[:1])
    if name == "instance":
        if features:
            unit = "channel of each example"
            return Norm(name, source, shape, (0, 1), unit, "its features", labels)
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
    return Norm(
        name,
        f"{source}_groups",
        (shape[0], groups, channels // groups, *shape[2:]),
        (0, 1),
        "group of each example",
        f"the group's channels{also}",
        (labels[0], _numbered("group", groups)),
    )


def _tokens(
    shape: tuple[int, ...], labels: tuple[tuple[str, ...], tuple[str, ...]], settings: Values
) -> tuple[str, str, tuple[tuple[str, ...], ...]]:
    """Of statistics over the last axis: unit, what they are over, and labels of the axes before."""
    if len(shape) == 3:
        named = labels[1] if settings["channels"] else _numbered("token", shape[1])
        return "token of each example", "its features", (labels[0], named)
    between = tuple(_numbered("position", size) for size in shape[2:-1])
    return "position of each example", "the last axis", (*labels, *between)


def _numbered(noun: str, count: int) -> tuple[str, ...]:
    return tuple(f"{noun} {place + 1}" for place in range(count))


def _grouped(source: str, norm: Norm) -> Quantity:
    """The tensor with an axis of its own for the groups."""
    _, groups, each, *_ = norm.shape
    return Quantity(
        norm.source,
        reshaped(Name(source), norm.shape),
        f"Channels in {groups} groups of {each}: the axes are example, group, channel in the group"
        + (", features." if len(norm.shape) > 3 else "."),
    )


def _statistics(norm: Norm, settings: Values, reading: Reading) -> list[Quantity]:
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

    means, variances = [], []
    for other, over in _of_other_norms(norm):
        says = (
            f"You took the statistics of {other} normalisation. Here there is one for each "
            f"{norm.unit}, over {norm.over}."
        )
        means.append(QuantitySlip(f"{other} statistics", says, again(mean, axis=over)))
        variances.append(QuantitySlip(f"{other} statistics", says, again(variance, axis=over)))
    return [
        norm.quantity(
            f"mu_{norm.name}",
            mean,
            f"One mean for each {norm.unit}, over {norm.over}: {product} {numbers}.",
            locate,
        )._replace(slips=tuple(means)),
        norm.quantity(
            f"var_{norm.name}",
            variance,
            f"One variance for each {norm.unit}: the squared distances from its mean, added up "
            f"and divided by {divisor}.",
            locate,
        )._replace(slips=tuple(variances)),
    ]


def _of_other_norms(norm: Norm) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The other norms, each with the axes that it averages over; none for groups, whose tensor has
    another axis."""
    every = range(len(norm.shape))
    for other, kept in (("batch", (1,)), ("layer", (0,)), ("instance", (0, 1))):
        over = tuple(axis for axis in every if axis not in kept)
        if norm.name != "group" and over and over != norm.averaged:
            yield other, over


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
    if settings.written("layer_axes") and "layer" not in settings["norms"]:
        reading.refuse(
            "layer_axes is for layer normalisation, which is not among the norms",
            settings.place("layer_axes"),
            hint="add layer to norms, or leave layer_axes out",
        )
    if settings["groups"] is not None and "group" not in settings["norms"]:
        reading.refuse(
            "groups is for group normalisation, which is not among the norms",
            settings.place("groups"),
            hint="add group to norms, or leave groups out",
        )
