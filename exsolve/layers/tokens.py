"""Layers over tokens that PyTorch has no module for: ClassToken, PositionEmbedding, Select.

A vision transformer learns one token more, which gathers what the image shows, and a vector for
each place (Dosovitskiy and others, An image is worth 16x16 words, 2021, section 3.1); Select takes
one entry of an axis, as torch.select does. Tokens stand before their features.
"""

from __future__ import annotations

from exsolve.layers.formulas import plus, product
from exsolve.layers.registry import SAME_PLACE, Incoming, LayerType, Outcome, Sight, register
from exsolve.layers.signature import Argument, Bound, Whole
from exsolve.layers.slips import positions_slips
from exsolve.ops.construct import ONE, literal


def _has_tokens(name: str, bound: Bound, incoming: Incoming) -> bool:
    """Whether the input has an axis of tokens before that of features, whose size is embed_dim."""
    if incoming.rank < (3 if incoming.batched else 2):
        incoming.refuse(
            f"{name} needs tokens with features, but its input has {incoming.rank} "
            f"ax{'is' if incoming.rank == 1 else 'es'}",
            expected="(batch, tokens, features), or the same without the batch",
        )
        return False
    wide = bound["embed_dim"]
    first, last = incoming.rank - 2, incoming.rank - 1
    turned = incoming.known(first) == wide
    incoming.require(
        last,
        wide,
        "embed_dim",
        bound.offset("embed_dim"),
        f"write Transpose({first}, {last}) before it, which puts the features last"
        if turned
        else "",
    )
    return True


def _class_token(bound: Bound, incoming: Incoming) -> Outcome | None:
    if not _has_tokens("ClassToken", bound, incoming):
        return None
    sizes = incoming.all_sizes()
    return Outcome(
        (*sizes[:-2], plus(sizes[-2], ONE), sizes[-1]),
        literal(bound["embed_dim"]),
        remark="One learned token is put before the others.",
        sight=Sight(unclear=True),
    )


def _position_embedding(bound: Bound, incoming: Incoming) -> Outcome | None:
    if not _has_tokens("PositionEmbedding", bound, incoming):
        return None
    count, wide = bound["num_positions"], bound["embed_dim"]
    known = incoming.known(-2)
    incoming.require(
        -2,
        count,
        "num_positions",
        bound.offset("num_positions"),
        f"write ClassToken({wide}) before it, or num_positions={known}"
        if known is not None and known + 1 == count
        else "",
    )
    return Outcome(
        tuple(incoming.all_sizes()),
        product(count, wide),
        params_slips=positions_slips(count, wide),
        remark="A learned vector for each place is added; the shape stays.",
        sight=SAME_PLACE,
    )


def _select(bound: Bound, incoming: Incoming) -> Outcome | None:
    axis, place = bound["dim"], bound["index"]
    if not -incoming.rank <= axis < incoming.rank:
        incoming.refuse(
            f"dim={axis}, but its input has {incoming.rank} axes",
            bound.offset("dim"),
            expected=f"an axis from {-incoming.rank} to {incoming.rank - 1}",
        )
        return None
    axis %= incoming.rank
    size = incoming.known(axis)
    if size is not None and not -size <= place < size:
        incoming.refuse(
            f"index={place}, but axis {axis} of its input has the size {size}",
            bound.offset("index"),
            expected=f"a place from {-size} to {size - 1}",
        )
    if incoming.rank == 1:
        incoming.refuse("one number alone is left, which is no shape", expected="2 axes or more")
        return None
    sizes = incoming.all_sizes()
    return Outcome(
        (*sizes[:axis], *sizes[axis + 1 :]),
        remark=f"Entry {place} of axis {axis} is taken; that axis is gone.",
        sight=Sight(unclear=True),
        batched=axis > 0,
    )


register(LayerType("ClassToken", (Argument("embed_dim", Whole()),), _class_token))
register(
    LayerType(
        "PositionEmbedding",
        (Argument("num_positions", Whole()), Argument("embed_dim", Whole())),
        _position_embedding,
    )
)
register(
    LayerType("Select", (Argument("dim", Whole(None)), Argument("index", Whole(None))), _select)
)
