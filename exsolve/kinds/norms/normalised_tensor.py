"""The normalised tensor: the statistics applied, eps, scale and shift, and all checks on them."""

from __future__ import annotations

from math import prod
from typing import NamedTuple

import numpy as np

from exsolve.arithmetic import Scalar
from exsolve.authoring.reading import Reading
from exsolve.errors import ExsolveError, LanguageError
from exsolve.evaluate import ClosedFormRoute, evaluate
from exsolve.exact.closed_form import CLOSED_FORMS
from exsolve.expression.tree import Name, Node, names
from exsolve.graph import Graph, Locate, Quantity
from exsolve.ops.construct import call
from exsolve.ops.shapes import describe
from exsolve.spec.exercise import Exercise
from exsolve.spec.fields import Source, Values


class Norm(NamedTuple):
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
        return statistic if len(shape) == len(self.kept) else reshaped(statistic, shape)

    def quantity(self, name: str, expression: Node, note: str, locate: Locate) -> Quantity:
        """A statistic with the labels of the axes that stay."""
        rows = self.labels[0] if len(self.kept) == 2 else ()
        return Quantity(name, expression, note, False, rows, self.labels[-1], locate)


def read_eps(settings: Values, reading: Reading) -> Node | None:
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


def normalised(
    norm: Norm, source: str, eps: Node | None, exercise: Exercise, reading: Reading
) -> Quantity:
    """(x - mean)/sqrt(variance + eps), scaled and shifted."""
    centred = call("subtract", Name(norm.source), norm.aligned(Name(f"mu_{norm.name}")))
    variance = norm.aligned(Name(f"var_{norm.name}"))
    radicand = variance if eps is None else call("add", variance, eps)
    result: Node = call("divide", centred, call("sqrt", radicand))
    shape = reading.givens[source].shape
    if norm.source != source:
        result = reshaped(result, shape)
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
    field: str, norm: Norm, shape: tuple[int, ...], exercise: Exercise, reading: Reading
) -> Node | None:
    """The scale or shift of one norm, in a shape that broadcasts; None where there is none."""
    settings = exercise.settings
    written: Source | Values | None = settings[field]
    name: Source | None = written[norm.name] if isinstance(written, Values) else written
    if name is None:
        return None
    if name.text not in reading.givens:
        refuse_unknown(field, name, settings, reading)
        return None
    whole = norm.name == "layer"
    expected = shape[len(norm.kept) :] if whole else shape[1:2]
    if name.text in reading.givens.unreadable:
        return Name(name.text)
    found = reading.givens[name.text].shape
    if found != expected:
        each = "channel"
        if whole:
            each = "cell of an example" if len(norm.kept) == 1 else "feature"
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
    return reshaped(Name(name.text), (shape[1], *[1] * features))


def refuse_zero_variance(
    norm: Norm, quantities: list[Quantity], exercise: Exercise, reading: Reading
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


def refuse_unknown(field: str, name: str, settings: Values, reading: Reading) -> None:
    """Say that a field names something that is not given."""
    reading.refuse(
        f"{field}: {name!s} is not given",
        name if isinstance(name, Source) else settings.position,
        expected="the name of a given: " + (", ".join(reading.givens) or "there are none"),
        found=str(name),
    )


def reshaped(node: Node, shape: tuple[int, ...]) -> Node:
    """The same cells in another shape, written as the operation it is."""
    return call("reshape", node, shape=shape)
