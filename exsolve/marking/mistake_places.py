"""Where in a definition something can go wrong, and how it is said what went wrong there."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import NamedTuple

from exsolve.expression.tree import Call, Literal, Name, Node, transform, walk
from exsolve.notation import written

LONGEST_PLACE = 48
LONGEST_PART = 60
"""Characters of a formula within a sentence."""


class WrongDefinition(NamedTuple):
    """A definition with a known mistake in it.

    slip_name: the operation's and the slip's (``var.sample variance``), or the slip's alone.
    says: one or two sentences to the student.
    """

    slip_name: str
    says: str
    expression: Node


class Candidate(NamedTuple):
    """A wrong definition, and whether it may have another shape than the right one."""

    wrong: WrongDefinition
    reshapes: bool = False


class Place:
    """A call in a definition: where it stands, and what it looks like without its names."""

    __slots__ = ("at", "call", "form", "parent")

    def __init__(self, call: Call, parent: Place | None, at: int) -> None:
        self.call = call
        self.parent = parent
        self.at = at
        self.form = -1

    def definition(self, instead: Node) -> Node:
        """The whole definition with something else in this place."""
        node, place = instead, self
        while place.parent is not None:
            above = place.parent.call
            args = (*above.args[: place.at], node, *above.args[place.at + 1 :])
            node = Call(above.operation, args, above.options, above.offset)
            place = place.parent
        return node

    @property
    def heads(self) -> bool:
        """Whether it is no part of a longer sum or product, whose slips it would have again."""
        chained = self.call.operation.chain
        return not (chained and self.parent and self.parent.call.operation.chain == chained)


def places_in(root: Node) -> list[Place]:
    """Every call of a definition, the outermost first."""
    found: list[Place] = []
    level = [Place(root, None, 0)] if isinstance(root, Call) else []
    while level:
        found += level
        level = [
            Place(arg, place, at)
            for place in level
            for at, arg in enumerate(place.call.args)
            if isinstance(arg, Call)
        ]
    forms: dict[object, int] = {}
    of_call: dict[int, int] = {}
    for place in reversed(found):
        one = place.call
        if id(one) not in of_call:
            below = tuple(_form(arg, of_call) for arg in one.args)
            settings = tuple(
                str(one.options[option.name])
                for option in one.operation.options
                if option.kind != "index"
            )
            key = (one.operation.name, settings, below)
            of_call[id(one)] = forms.setdefault(key, len(forms))
        place.form = of_call[id(one)]
    return found


def _form(node: Node, of_call: dict[int, int]) -> object:
    if isinstance(node, Call):
        return of_call[id(node)]
    return str(node.value) if isinstance(node, Literal) else ""


def replaced(root: Node, calls: Mapping[int, Node]) -> Node:
    """The tree with other nodes in the places of those with these ids."""
    return transform(root, lambda node: calls.get(id(node)))


def said_of(sentence: str, where: str, part: Node) -> str:
    if "{part}" in sentence:
        sentence = sentence.replace("{part}", brief(part, LONGEST_PART) or "…")
    return f"{where}, {sentence[0].lower()}{sentence[1:]}" if where else sentence


def brief(node: Node, longest: int) -> str:
    """A formula in mathematics, with dots for what is too long; empty where all of it is."""
    for _ in range(3):
        text = written(node, "terminal") if _is_short(node, longest) else ""
        if 0 < len(text) <= longest or not isinstance(node, Call):
            return text
        args = tuple(
            Name("…") if isinstance(arg, Call) and not _is_short(arg, longest // 12) else arg
            for arg in node.args
        )
        node, longest_node = Call(node.operation, args, node.options), node
        if node == longest_node:
            return ""
    return ""


def _is_short(node: Node, nodes: int) -> bool:
    return sum(1 for _ in islice(walk(node), nodes + 1)) <= nodes
