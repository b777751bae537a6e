"""What a type of layer is, and where the types are found by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from flint import fmpq

from exsolve.errors import LanguageError
from exsolve.expression.tree import Node
from exsolve.graph import QuantitySlip
from exsolve.layers.fitting import Scalar, fit
from exsolve.layers.formulas import cell
from exsolve.layers.signature import Argument, Bound
from exsolve.notation import scalar_tree, written
from exsolve.ops.construct import ZERO


class Window(NamedTuple):
    """How one cell of an output depends on its input along an axis: on cells ``span`` apart at
    most, and its neighbour on cells ``stride`` further."""

    span: Node
    stride: Node


class Sight(NamedTuple):
    """What a cell of the output sees of the input.

    ``windows``: one for each spatial axis, () for the same place only. ``flat`` cells keep what
    they see but are no grid any more; ``whole``: everything that the input sees; ``unclear``: no
    window of one size describes it.
    """

    windows: tuple[Window, ...] = ()
    flat: bool = False
    whole: bool = False
    unclear: bool = False


SAME_PLACE = Sight()


class Outcome(NamedTuple):
    """What a layer makes of its input: formulas over the sizes of the input.

    sizes     one for each axis of the output
    params    the number of parameters
    general   the rule that the sizes follow, over the names of the arguments
    remark    what is done, in one line
    per_cell  multiply-adds for each cell of the output (``of_input``: of the input, per channel)
    work      multiply-adds of one example, where they are not so many for each cell
    connected whether a fully connected layer is compared with it
    batched   whether the first axis is the batch still, where it was
    inside    numbers and shapes on the way, for a layer that is made of several
    parts     what its parameters belong to
    shape_slips, params_slips   the known wrong ways to come to the shape, and to the parameters
    """

    sizes: tuple[Node, ...]
    params: Node = ZERO
    general: Node | None = None
    remark: str = ""
    per_cell: Node | None = None
    of_input: bool = False
    sight: Sight = SAME_PLACE
    connected: bool = False
    batched: bool = True
    work: Node | None = None
    inside: tuple[tuple[str, Node], ...] = ()
    parts: tuple[tuple[str, Node], ...] = ()
    shape_slips: tuple[QuantitySlip, ...] = ()
    params_slips: tuple[QuantitySlip, ...] = ()


class Incoming:
    """The input of a layer: the name of its shape, its sizes, and what is wrong with them.

    ``batched``: the first axis is the batch. ``earlier``: every size up to here that has symbols.
    """

    def __init__(
        self,
        name: str,
        sizes: Sequence[Scalar],
        batched: bool,
        earlier: Iterable[Scalar] = (),
    ) -> None:
        self.name = name
        self._earlier = earlier
        self.sizes = tuple(sizes)
        self.batched = batched
        self.problems: list[LanguageError] = []

    @property
    def rank(self) -> int:
        """The number of axes."""
        return len(self.sizes)

    def size(self, axis: int) -> Node:
        """One size as a reference to the input's shape."""
        return cell(self.name, axis % self.rank)

    def all_sizes(self) -> list[Node]:
        """Every size as a reference."""
        return [self.size(axis) for axis in range(self.rank)]

    def known(self, axis: int) -> int | None:
        """One size where it is a number."""
        size = self.sizes[axis]
        return int(size.p) if isinstance(size, fmpq) else None

    def described(self, **changed: str) -> str:
        """The input's shape; ``changed`` puts other texts on axes: ``axis_1="16"``."""
        texts = [written(scalar_tree(size), "terminal") for size in self.sizes]
        for key, text in changed.items():
            texts[int(key.removeprefix("axis_"))] = text
        return f"({', '.join(texts)}{',' if len(texts) == 1 else ''})"

    def refuse(self, message: str, offset: int = -1, *, expected: str = "", hint: str = "") -> None:
        """Note that the layer does not fit; the input's shape is what was found."""
        self.problems.append(
            LanguageError(
                message,
                offset,
                expected=expected,
                found=f"{self.name} = {self.described()}",
                hint=hint,
            )
        )

    def object_to(self, message: str, offset: int = -1, *, expected: str = "") -> None:
        """Note that the layer's arguments do not go together, whatever its input."""
        self.problems.append(LanguageError(message, offset, expected=expected))

    def require(
        self, axis: int, wanted: int, argument: str, offset: int, instead: str = ""
    ) -> None:
        """Refuse a size that is certainly not the one that an argument says.

        instead: what to do where something better is known than another number.
        """
        axis %= self.rank
        found = fit(self.sizes[axis], wanted, self._earlier)
        if found.possible:
            return
        never = f", whatever {found.symbol} is" if found.symbol else ""
        self.refuse(
            f"{argument} is {wanted}, but axis {axis} of its input has the size "
            + written(scalar_tree(self.sizes[axis]), "terminal")
            + never,
            offset,
            expected=f"an input of shape {self.described(**{f'axis_{axis}': str(wanted)})}",
            hint=instead or (f"{argument}={self.known(axis)}" if self.known(axis) else ""),
        )

    def grid(self, name: str, axes: int) -> tuple[int, list[int]] | None:
        """The axis of the channels and those of the grid; None where there are too few or many."""
        if self.rank not in (axes + 1, axes + 2):
            places = ", ".join(("height", "width") if axes == 2 else ["length"] * axes)
            if axes == 3:
                places = "depth, height, width"
            self.refuse(
                f"{name} needs an input of {axes + 2} axes, this one has {self.rank}",
                expected=f"(batch, channels, {places}), or the same without the batch",
            )
            return None
        channel = self.rank - axes - 1
        return channel, list(range(channel + 1, self.rank))


class LayerType(NamedTuple):
    """A type of layer: its name and signature in PyTorch, and its rule.

    ``apply`` answers None where the output's shape cannot be told; what is wrong, it notes in the
    input. ``axes``: of the grid that it works on, 0 where it works on any shape.
    """

    name: str
    signature: tuple[Argument, ...]
    apply: Callable[[Bound, Incoming], Outcome | None]
    axes: int = 0


_types: dict[str, LayerType] = {}

LAYER_TYPES: Mapping[str, LayerType] = MappingProxyType(_types)
"""Every type of layer, by its name in PyTorch."""


def register(layer_type: LayerType) -> LayerType:
    """Add a type of layer; two of one name are a bug."""
    if layer_type.name in _types:
        raise ValueError(f"two types of layer are called {layer_type.name}")
    _types[layer_type.name] = layer_type
    return layer_type
