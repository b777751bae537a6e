"""Layers of transformers: multi-head self-attention and the encoder block.

Shapes and parameters: PyTorch, torch.nn.MultiheadAttention and TransformerEncoderLayer; Vaswani and
others, Attention is all you need, 2017, sections 3.2.2 and 3.3.
"""

from __future__ import annotations

from exsolve.expression.tree import Node
from exsolve.layers.formulas import add_up, plus, product
from exsolve.layers.registry import Incoming, LayerType, Outcome, Sight, register
from exsolve.layers.signature import TAIL, Argument, Bound, Real, Switch, Whole, Word
from exsolve.layers.slips import block_slips
from exsolve.ops.construct import call, literal

DROPOUT = Real(0, 1)


def _tokens_and_width(
    name: str, bound: Bound, incoming: Incoming, width: str, heads: str
) -> Node | None:
    """How many tokens the input has, once the heads divide the width and the input has it; None
    where nothing can follow."""
    wide, count = bound[width], bound[heads]
    if wide % count:
        near = max(n for n in range(1, min(count, wide) + 1) if wide % n == 0)
        incoming.object_to(
            f"{width}={wide} cannot be divided among {heads}={count} heads",
            bound.offset(heads),
            expected=f"a number of heads that divides {wide}, such as {near}",
        )
    if incoming.rank not in (2, 3):
        flat = incoming.rank == 4 and incoming.known(1) == wide
        incoming.refuse(
            f"{name} needs an input of 3 axes, this one has {incoming.rank}",
            expected="(batch, tokens, features), or the same without the batch",
            hint="write Flatten(2) and Transpose(1, 2) before it, which make a token of each cell"
            if flat
            else "",
        )
        return None
    turned = incoming.known(-2) == wide
    incoming.require(
        -1,
        wide,
        width,
        bound.offset(width),
        f"write Transpose({incoming.rank - 2}, {incoming.rank - 1}) before it, which puts the "
        "features last"
        if turned
        else "",
    )
    behind_batch = bound["batch_first"] or incoming.rank == 2
    return incoming.size(-2 if behind_batch else 0)


def _scores_and_sums(tokens: Node, keys: Node, wide: int) -> Node:
    """Multiply-adds of Q K^T and of A V in all heads: as many as in one head of the full width."""
    return product(2, tokens, keys, wide)


def _inside(
    bound: Bound, incoming: Incoming, heads: int, wide: int, tokens: Node, keys: Node
) -> tuple[tuple[str, Node], ...]:
    """The width of a head, and the shapes between the projections of an attention."""
    axis = 0 if bound["batch_first"] else 1
    before = [incoming.size(axis)] if incoming.rank == 3 else []
    before.append(literal(heads))
    width = literal(wide // heads)
    queries = call("stack", *before, tokens, width)
    projected = (
        [("queries, keys, values", queries)]
        if keys == tokens
        else [("queries", queries), ("keys, values", call("stack", *before, keys, width))]
    )
    return (
        ("width of a head", call("divide", literal(wide), literal(heads))),
        *projected,
        ("attention weights", call("stack", *before, tokens, keys)),
    )


def _remark(bound: Bound, incoming: Incoming, heads: int, wide: int) -> str:
    said = f"{heads} heads of width {wide} / {heads} = {wide // heads}; the shape stays."
    if incoming.rank == 3 and not bound["batch_first"]:
        said += " Without batch_first=True the first axis is that of the tokens."
    return said


def _attention(bound: Bound, incoming: Incoming) -> Outcome | None:
    wide, heads = bound["embed_dim"], bound["num_heads"]
    for argument in ("kdim", "vdim"):
        if bound[argument] not in (None, wide):
            incoming.object_to(
                f"{argument}={bound[argument]}, but in self-attention keys and values come from "
                f"the input, whose width is embed_dim={wide}",
                bound.offset(argument),
                expected=f"{argument}={wide}, or none",
            )
    tokens = _tokens_and_width("MultiheadAttention", bound, incoming, "embed_dim", "num_heads")
    if tokens is None:
        return None
    terms = [product(3, wide, wide), product(wide, wide)]
    if bound["bias"]:
        terms[1:1] = [product(3, wide)]
        terms.append(literal(wide))
    if bound["add_bias_kv"]:
        terms.append(product(2, wide))
    projected = product(3, wide, wide), product(wide, wide)
    of_parts = (
        ("queries, keys and values", add_up(terms[: 1 + bound["bias"]])),
        ("the output projection", add_up(terms[1 + bound["bias"] :])),
    )
    keys = plus(tokens, literal(int(bound["add_bias_kv"]) + int(bound["add_zero_attn"])))
    projections = product(tokens, plus(*projected))
    return Outcome(
        tuple(incoming.all_sizes()),
        add_up(terms),
        params_slips=block_slips(of_parts, plus(*projected), heads),
        remark=_remark(bound, incoming, heads, wide),
        work=plus(projections, _scores_and_sums(tokens, keys, wide)),
        sight=Sight(unclear=True),
        inside=_inside(bound, incoming, heads, wide, tokens, keys),
    )


def _encoder_block(bound: Bound, incoming: Incoming) -> Outcome | None:
    wide, hidden, heads = bound["d_model"], bound["dim_feedforward"], bound["nhead"]
    tokens = _tokens_and_width("TransformerEncoderLayer", bound, incoming, "d_model", "nhead")
    if tokens is None:
        return None

    def linear(out: int, inside: int, times: int = 1) -> Node:
        count = [times] if times > 1 else []
        weights = product(*count, out, inside)
        return plus(weights, product(*count, out)) if bound["bias"] else weights

    parts = (
        (f"queries, keys, values of {heads} heads", linear(wide, wide, 3)),
        ("output of the attention", linear(wide, wide)),
        ("MLP, first layer", linear(hidden, wide)),
        ("MLP, second layer", linear(wide, hidden)),
        ("two LayerNorms", product(2, 2, wide) if bound["bias"] else product(2, wide)),
    )
    weights = add_up(
        [
            product(3, wide, wide),
            product(wide, wide),
            product(hidden, wide),
            product(wide, hidden),
        ]
    )
    total = add_up([count for _, count in parts])
    bare = plus(weights, product(2, 2, wide)) if bound["bias"] else total
    return Outcome(
        tuple(incoming.all_sizes()),
        total,
        params_slips=block_slips(parts, bare, heads),
        remark=_remark(bound, incoming, heads, wide),
        work=plus(call("multiply", tokens, weights), _scores_and_sums(tokens, tokens, wide)),
        sight=Sight(unclear=True),
        parts=parts,
        inside=(
            *_inside(bound, incoming, heads, wide, tokens, tokens),
            ("hidden layer of the MLP", call("stack", *incoming.all_sizes()[:-1], literal(hidden))),
        ),
    )


register(
    LayerType(
        "MultiheadAttention",
        (
            Argument("embed_dim", Whole()),
            Argument("num_heads", Whole()),
            Argument("dropout", DROPOUT, 0.0, silent=True),
            Argument("bias", Switch(), True),
            Argument("add_bias_kv", Switch(), False),
            Argument("add_zero_attn", Switch(), False),
            Argument("kdim", Whole(), None),
            Argument("vdim", Whole(), None),
            Argument("batch_first", Switch(), False, silent=True),
            *TAIL,
        ),
        _attention,
    )
)
register(
    LayerType(
        "TransformerEncoderLayer",
        (
            Argument("d_model", Whole()),
            Argument("nhead", Whole()),
            Argument("dim_feedforward", Whole(), 2048, brief=True),
            Argument("dropout", DROPOUT, 0.1, silent=True),
            Argument("activation", Word("relu", "gelu"), "relu", silent=True),
            Argument("layer_norm_eps", Real(0), 1e-05, silent=True),
            Argument("batch_first", Switch(), False, silent=True),
            Argument("norm_first", Switch(), False, silent=True),
            Argument("bias", Switch(), True),
            *TAIL,
        ),
        _encoder_block,
    )
)
