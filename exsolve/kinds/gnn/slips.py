"""The known wrong ways to pass messages: to send, to gather, and to update with them."""

from __future__ import annotations

from collections.abc import Sequence

from exsolve.expression.tree import Name, Node
from exsolve.graph import QuantitySlip
from exsolve.kinds.gnn.message_graph import Edge
from exsolve.ops.construct import call

MOST_NEIGHBOURS = 12
"""Neighbours of one vertex whose messages are looked at one by one."""


def message_slips(
    edges: Sequence[Edge], senders: Sequence[str], messages: Sequence[Node]
) -> tuple[QuantitySlip, ...]:
    """Those of the messages that reach a vertex, one row for each edge; ``senders``: their states.

    A message that is the sender's state has none.
    """
    found = []
    transformed = [
        place
        for place, (sender, message) in enumerate(zip(senders, messages, strict=True))
        if message != Name(sender)
    ]
    if len(transformed) > 1:
        found.append(
            QuantitySlip(
                "messages not transformed",
                "You took the states of the neighbours themselves as their messages.",
                call("stack", *map(Name, senders)),
            )
        )
    for place in transformed[:MOST_NEIGHBOURS]:
        rows = [*messages[:place], Name(senders[place]), *messages[place + 1 :]]
        found.append(
            QuantitySlip(
                "message not transformed",
                f"You took the state of vertex {edges[place].sender} itself as its message.",
                call("stack", *rows),
            )
        )
    return tuple(found)


def aggregate_slips(
    edges: Sequence[Edge], messages: str, aggregate: str, weights: Node | None, own: Node | None
) -> tuple[QuantitySlip, ...]:
    """Those of what becomes of the messages (a quantity, one row for each edge) together.

    own: the message that a vertex would send itself, where it sends none.
    """
    found = []
    rows = [call("index", Name(messages), at=(place,)) for place in range(len(edges))]
    for place, edge in enumerate(edges[:MOST_NEIGHBOURS]) if len(edges) > 1 else ():
        others: list[Node] = [*rows[:place], *rows[place + 1 :]]
        if weights is None:
            wrong = call(aggregate, call("stack", *others), axis=0)
        else:
            share = call("multiply", call("index", weights, at=(place,)), rows[place])
            wrong = call("subtract", call("matmul", weights, Name(messages)), share)
        found.append(
            QuantitySlip(
                "neighbour left out", f"You left out the message from vertex {edge.sender}.", wrong
            )
        )
    if weights is None and own is not None:
        counted = call(aggregate, call("stack", *rows, own), axis=0)
        says = "You counted a message of the vertex to itself. There is no such edge."
        found.append(QuantitySlip("self-loop counted", says, counted))
    if weights is not None:
        for name, says in (
            ("sum", "You left out the weights and added up the messages."),
            ("mean", "You took the mean of the messages. Each has a weight of its own."),
        ):
            wrong = call(name, Name(messages), axis=0)
            found.append(QuantitySlip("weights left out", says, wrong))
    return tuple(found)


def early_update(fresh: Node) -> QuantitySlip:
    """That of states that were updated within the same step, one vertex after the other."""
    return QuantitySlip(
        "updated too early",
        "You used states that are updated in this step already. All vertices change at once, from "
        "the states before it.",
        fresh,
    )
