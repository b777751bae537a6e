"""The known wrong ways to scale the scores of attention."""

from __future__ import annotations

from exsolve.expression.tree import Name, Node
from exsolve.graph import QuantitySlip
from exsolve.ops.construct import call


def score_slips(products: Node, scores: Node) -> tuple[QuantitySlip, ...]:
    """Other scales than the right one, which is a root as a rule."""
    if scores == products:
        scaled = call("divide", products, call("sqrt", Name("d_k")))
        says = "You divided the scores by a root. They are not scaled here."
        return (QuantitySlip("scale added", says, scaled),)
    found = [
        QuantitySlip("scale left out", "You left out the scale of the scores.", products),
        QuantitySlip(
            "size for its root",
            "You divided by the size of the keys. The scores are divided by its root.",
            call("divide", products, Name("d_k")),
        ),
        QuantitySlip(
            "scale of the keys",
            "You scaled by the root of the size of a key. Another scale is asked for here.",
            call("divide", products, call("sqrt", Name("d_k"))),
        ),
        QuantitySlip(
            "tokens for features",
            "You scaled by the root of the number of tokens. It is the size of a key that counts.",
            call("divide", products, call("sqrt", call("size", products, axis=-1))),
        ),
        QuantitySlip(
            "scale multiplied",
            "You multiplied the scores by the root of the size. They are divided by it.",
            call("multiply", products, call("sqrt", Name("d_k"))),
        ),
    ]
    return tuple(one for one in found if one.expression != scores)
