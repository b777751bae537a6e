"""The known wrong ways to count what a layer makes: its output's sizes, and its parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from exsolve.expression.tree import Node
from exsolve.graph import QuantitySlip
from exsolve.layers.formulas import WindowRule, add_up, plus, product
from exsolve.ops.construct import ONE, TWO, ZERO, call, literal

Slips = tuple[QuantitySlip, ...]


class _OtherRule(NamedTuple):
    """A size rule that is not the right one: what its name and sentence are, and how it is made."""

    name: str
    says: str
    windows: Callable[[WindowRule, Node], Node]


_OTHER_RULES = (
    _OtherRule(
        "padding left out",
        "You left out the padding.",
        lambda rule, size: rule._replace(padding=ZERO).windows(size),
    ),
    _OtherRule(
        "padding on one side",
        "You added the padding once. It stands on both sides of the input.",
        lambda rule, size: rule._replace(padding=call("divide", rule.padding, TWO)).windows(size),
    ),
    _OtherRule(
        "stride ignored",
        "You did not divide by the stride.",
        lambda rule, size: rule._replace(stride=ONE, may_begin_behind=False).windows(size),
    ),
    _OtherRule(
        "dilation ignored",
        "You left out the dilation, which makes the window wider.",
        lambda rule, size: rule._replace(dilation=ONE).windows(size),
    ),
    _OtherRule(
        "one window too few",
        "You left out the + 1 of the size rule, which counts the first window.",
        lambda rule, size: call("subtract", rule.windows(size), ONE),
    ),
    _OtherRule(
        "rounded the other way",
        "You rounded the number of windows the wrong way.",
        lambda rule, size: rule._replace(
            ceil_mode=not rule.ceil_mode, may_begin_behind=False
        ).windows(size),
    ),
    _OtherRule(
        "kernel not subtracted",
        "You left out the width of the window in the size rule.",
        lambda rule, size: rule._replace(kernel=ONE, dilation=ONE).windows(size),
    ),
    _OtherRule(
        "size kept",
        "You kept the size of the input.",
        lambda rule, size: size,
    ),
)


def window_slips(
    before: Sequence[Node], grid: Sequence[Node], rules: Sequence[WindowRule], channels: Node | None
) -> Slips:
    """Those of a shape with one size for each window rule behind the sizes ``before``.

    channels: those of the input, where the layer has others.
    """
    right = call("stack", *before, *_sizes(grid, rules, WindowRule.windows))
    found = []
    for other in _OTHER_RULES:
        wrong = call("stack", *before, *_sizes(grid, rules, other.windows))
        found.append(QuantitySlip(other.name, other.says, wrong))
    if channels is not None:
        kept = call("stack", *before[:-1], channels, *_sizes(grid, rules, WindowRule.windows))
        says = "You kept the channels of the input. The output has one channel for each kernel."
        found.append(QuantitySlip("channels kept", says, kept))
    return tuple(one for one in found if one.expression != right)


def _sizes(
    grid: Sequence[Node], rules: Sequence[WindowRule], windows: Callable[[WindowRule, Node], Node]
) -> list[Node]:
    return [windows(rule, size) for rule, size in zip(rules, grid, strict=True)]


def kernel_slips(rows: int, columns: int, kernel: Sequence[int], groups: int, biases: int) -> Slips:
    """Those of the parameters of a kernel for each of so many channels out and in.

    biases: how many there are; 0 for none.
    """
    every = (rows, columns, *kernel)
    inside, out = (columns, rows) if biases in (0, rows) else (rows, columns)
    found = [
        (
            "bias left out",
            "You left out the biases: one for each channel of the output.",
            _count(every, groups, 0),
        ),
        (
            "groups ignored",
            "You ignored the groups. Each kernel sees the channels of its own group only.",
            _count(every, 1, biases),
        ),
        (
            "input channels left out",
            "You counted each kernel for one channel. It has a slice for each that it sees.",
            _count((out, *kernel), 1, biases),
        ),
        (
            "output channels left out",
            "You counted one kernel. There is one for each channel of the output.",
            _count((inside, *kernel), groups, biases),
        ),
        (
            "one kernel with one bias",
            "You counted one kernel with one bias. There is one for each channel of the output.",
            _count((inside, *kernel), groups, min(biases, 1)),
        ),
        (
            "kernel side for its area",
            "You counted one side of the kernel. Its weights are all its cells.",
            _count((rows, columns, kernel[0]), groups, biases),
        ),
        (
            "one bias",
            "You counted one bias. There is one for each channel of the output.",
            _count(every, groups, min(biases, 1)),
        ),
        (
            "bias of each input channel",
            "You counted a bias for each channel of the input. It is one for each of the output.",
            _count(every, groups, inside if biases else 0),
        ),
        (
            "bias of each slice",
            "You counted a bias for each slice of each kernel. It is one for each kernel.",
            _count(every, groups, inside * out if biases else 0),
        ),
        (
            "bias counted",
            "You counted biases, and this layer has none.",
            _count(every, groups, 0 if biases else out),
        ),
    ]
    return _different(found, _count(every, groups, biases))


def linear_slips(wide: int, out: int, bias: bool) -> Slips:
    """Those of the parameters of a linear layer."""
    found = [
        (
            "bias left out",
            "You left out the biases: one for each feature of the output.",
            _count((out, wide), 1, 0),
        ),
        (
            "bias of each input",
            "You counted a bias for each feature of the input. It is one for each of the output.",
            _count((out, wide), 1, wide if bias else 0),
        ),
        (
            "one bias",
            "You counted one bias. There is one for each feature of the output.",
            _count((out, wide), 1, int(bias)),
        ),
        (
            "bias counted",
            "You counted biases, and this layer has none.",
            _count((out, wide), 1, 0 if bias else out),
        ),
        (
            "features added",
            "You added the features. Each one of the output has a weight for each of the input.",
            call("add", literal(wide), literal(out)),
        ),
    ]
    return _different(found, _count((out, wide), 1, out if bias else 0))


def block_slips(parts: Sequence[tuple[str, Node]], weights: Node, heads: int) -> Slips:
    """Those of the parameters of a layer that is made of several.

    parts: what its parameters belong to; weights: without biases; heads: that share its width.
    """
    counts = [count for _, count in parts]
    right = add_up(counts)
    found = [
        (
            "biases left out",
            "You left out the biases. Every linear layer has one for each of its outputs.",
            weights,
        )
    ]
    for place, (what, _) in enumerate(parts):
        rest = add_up([*counts[:place], *counts[place + 1 :]])
        found.append(("part left out", f"You left out a part of the layer: {what}.", rest))
    found.append(
        (
            "each head counted whole",
            "You counted the whole width for each head. The heads share it.",
            add_up([call("multiply", literal(heads), counts[0]), *counts[1:]]),
        )
    )
    return _different(found, right)


def positions_slips(count: int, wide: int) -> Slips:
    """Those of the parameters of a vector for each place."""
    says = "You left out a place. Every token has a vector of its own, the class token too."
    found = [
        ("place left out", says, product(max(count - 1, 1), wide)),
        ("places only", "You counted the places. Each has a vector of numbers.", literal(count)),
        ("one vector", "You counted one vector. There is one for each place.", literal(wide)),
    ]
    return _different(found, product(count, wide))


def nothing_to_learn(kernel: Sequence[int], channels: int | None) -> Slips:
    """Those of a pooling layer, which has no parameters."""
    says = "You counted parameters. Pooling has nothing to learn, whatever the size of its window."
    counts: list[tuple[int, ...]] = [(), (1,)]
    if channels is not None:
        counts += [(channels,), (channels, channels)]
    found: list[tuple[str, str, Node]] = []
    for several in counts:
        weights = _count((*several, *kernel), 1, 0) if several else product(*kernel)
        biased = _count((*several, *kernel), 1, several[0] if several else 1)
        found += [("pooling counted", says, weights), ("pooling counted", says, biased)]
    return _different(found, ZERO)


def _count(factors: Sequence[int], groups: int, biases: int) -> Node:
    weights = product(*factors)
    if groups != 1:
        weights = call("divide", weights, literal(groups))
    return plus(weights, literal(biases))


def _different(found: Iterable[tuple[str, str, Node]], right: Node) -> Slips:
    """Those that are not the right count, each count once."""
    seen: dict[Node, QuantitySlip] = {}
    for name, says, wrong in found:
        if wrong != right:
            seen.setdefault(wrong, QuantitySlip(name, says, wrong))
    return tuple(seen.values())
