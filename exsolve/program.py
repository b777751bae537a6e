"""A graph made ready to be evaluated: instructions in order, each equal part computed once.

Derived gradients share most of their parts (``V.T``, ``h*(1 - h)*grad_h``), so that the walk over
their trees would do the same work several times.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from exsolve.expression.tree import Call, Constant, Literal, Name, Node, has_letters, postorder
from exsolve.graph import Graph, Quantity

EXPECTATION = "expectation"
MOST_KEPT = 512
"""Programs of one graph: in a class, what is known before differs from student to student."""


class Instruction(NamedTuple):
    """Computes a node from the slots of its arguments into a slot of its own.

    ``lettered``: its settings have letters, which stand for the sizes of the graph at hand.
    An expectation has no arguments: what it is of is evaluated for each outcome.
    ``spent`` are the slots that nothing needs afterwards. To let them go keeps the partial sums of
    a long sum, each of them nearly as long as the whole, from filling the memory.
    """

    slot: int
    node: Node
    arguments: tuple[int, ...]
    lettered: bool = False
    spent: tuple[int, ...] = ()


class Definition(NamedTuple):
    """A quantity: what has to be computed first, the slot of its definition, the slot of its name.

    A given array is not computed, and may be another one in another graph of the same pattern.
    Two slots: what later quantities see of it may be something else (a name, a replacement).
    """

    quantity: Quantity
    instructions: tuple[Instruction, ...]
    root: int
    slot: int


class Program(NamedTuple):
    """Definitions in order, how many slots they need, and the slots of names known before."""

    definitions: tuple[Definition, ...]
    slots: int
    known: tuple[tuple[str, int], ...]


def compiled(
    graph: Graph, only: Iterable[str] | None, shared: bool, known: Collection[str] = ()
) -> Program:
    """The program of the quantities that ``only`` needs (all by default); kept with the graph.

    shared: whether equal parts of different quantities are computed once. Not where quantities are
    replaced: theirs are then not computed at all.
    known: quantities with values, which are not computed.
    """
    wanted = None if only is None else tuple(only)
    key = (wanted, shared, frozenset(known))
    program = graph.programs.get(key)
    if not isinstance(program, Program):
        names = graph.needed_for(graph.quantities if wanted is None else wanted, known)
        if wanted is None or not any(one in graph.random for one in wanted):
            names = [name for name in names if name not in graph.random]
        used = {name for one in names for name in graph.uses(one)} if known else ()
        inputs = [
            name
            for name in known
            if name in used and (name not in graph.symbols or name not in graph.quantities)
        ]
        program = graph.programs[key] = _compile(graph, names, shared, inputs)
        if len(graph.programs) > MOST_KEPT:
            del graph.programs[next(iter(graph.programs))]
    return program


def _compile(graph: Graph, names: Iterable[str], shared: bool, inputs: Sequence[str]) -> Program:
    slots = len(inputs)
    slot_of = {name: slot for slot, name in enumerate(inputs)}
    known: dict[object, int] = {}
    definitions: list[tuple[Quantity, list[_Draft], int, int]] = []
    for name in names:
        quantity = graph.quantities[name]
        if not shared:
            known = {}
        instructions: list[_Draft] = []
        if is_data(quantity):
            slot_of[name] = slots
            definitions.append((quantity, instructions, slots, slots))
            slots += 1
            continue
        stack: list[int] = []
        for node in postorder(graph.definition(name)):
            arguments: tuple[int, ...] = ()
            if isinstance(node, Call) and node.operation.name == EXPECTATION:
                stack.pop()
                key: object = node
            elif isinstance(node, Call):
                count = len(node.args)
                arguments = tuple(stack[len(stack) - count :])
                del stack[len(stack) - count :]
                key = (id(node.operation), arguments, tuple(node.options.values()))
            elif isinstance(node, Name):
                if node.name in graph.random and node.name not in slot_of:
                    stack.append(-1)  # below an expectation
                    continue
                if node.name in slot_of:
                    stack.append(slot_of[node.name])
                    continue
                key = node.name
            elif isinstance(node, Literal):
                key = node.key()
            else:
                assert isinstance(node, Constant)
                key = id(node)
            slot = known.get(key)
            if slot is None:
                slot = known[key] = slots
                slots += 1
                lettered = isinstance(node, Call) and node.options != {} and has_letters(node)
                instructions.append((slot, node, arguments, lettered))
            stack.append(slot)
        slot_of[name] = slots
        definitions.append((quantity, instructions, stack.pop(), slots))
        slots += 1
    return Program(_with_spent(definitions), slots, tuple(slot_of.items())[: len(inputs)])


def is_data(quantity: Quantity) -> bool:
    """Whether a quantity is a given array or number."""
    return quantity.given and isinstance(quantity.expression, (Constant, Literal))


_Draft = tuple[int, Node, tuple[int, ...], bool]
"""An instruction of which it is not known yet what is needed for the last time."""


def _with_spent(
    definitions: list[tuple[Quantity, list[_Draft], int, int]],
) -> tuple[Definition, ...]:
    """The definitions with each instruction told which slots are needed for the last time."""
    needed_later: set[int] = set()
    found = []
    for quantity, drafts, root, own in reversed(definitions):
        needed_later.add(root)
        instructions = []
        for slot, node, arguments, lettered in reversed(drafts):
            spent = tuple({one for one in arguments if one not in needed_later})
            needed_later.update(spent)
            instructions.append(Instruction(slot, node, arguments, lettered, spent))
        found.append(Definition(quantity, tuple(reversed(instructions)), root, own))
    return tuple(reversed(found))
