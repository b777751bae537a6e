"""What stands beside what: the class of each thing in a row, which decides about signs and gaps.

The classes and the gaps between them are those of TeX (Knuth, The TeXbook, chapter 18).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from exsolve.expression.layout.tree import (
    Accent,
    Binomial,
    Fenced,
    Fraction,
    Function,
    Identifier,
    Kind,
    Layout,
    Number,
    Operator,
    Root,
    Row,
    Scripts,
    Space,
    Stacked,
    Styled,
    Table,
    Text,
)
from exsolve.expression.layout.vocabulary import BESIDE_BOUNDS, SIGNED

Class = Kind | Literal["inner", "space"]

_DOTS: Final = frozenset("…⋯⋱")
_BRACES: Final = "⏞⏟"
_COLON: Final = Operator(":", "relation")
_BEFORE_A_SIGN: Final = frozenset({"binary", "prefix", "relation", "open", "punctuation", "large"})
_AFTER_NO_SIGN: Final = frozenset({"relation", "close", "punctuation"})


def class_of(layout: Layout) -> Class:
    """What a thing is for its neighbours."""
    layout = _bare(layout)
    if isinstance(layout, Operator):
        return "inner" if layout.text in _DOTS else layout.kind
    if isinstance(layout, Function):
        return "large"
    if isinstance(layout, Fraction | Fenced | Binomial):
        return "inner"
    if isinstance(layout, Table):
        return "inner" if layout.left or layout.right else "ordinary"
    return "space" if isinstance(layout, Space) else "ordinary"


def finished(items: Sequence[Layout], after_sign: bool = True) -> Layout:
    """The row, where each sign is between two things, before one or by itself.

    ``after_sign``: whether a sign that begins the row is one before a thing.
    """
    decided: list[Layout] = []
    previous: Class = "open" if after_sign else "ordinary"
    for place, item in enumerate(items):
        if isinstance(item, Operator) and item.kind == "binary":
            if previous in _BEFORE_A_SIGN:
                item = item._replace(kind="prefix" if item.text in SIGNED else "ordinary")
            if _ends(items, place) and item.kind in ("binary", "prefix"):
                item = item._replace(kind="ordinary")
        elif item == _COLON and (_ends(items, place) or previous in ("open", "punctuation")):
            item = item._replace(kind="ordinary")  # all of an axis: [:, 1]
        decided.append(item)
        kind = class_of(item)
        previous = previous if kind == "space" else kind
    return Row(tuple(decided))


def _ends(items: Sequence[Layout], place: int) -> bool:
    """Whether nothing follows that a sign could stand before."""
    for following in range(place + 1, len(items)):
        kind = class_of(items[following])
        if kind != "space":
            return kind in _AFTER_NO_SIGN
    return True


def single(layout: Layout) -> Layout:
    """What a row of one thing holds, else the row."""
    while isinstance(layout, Row) and len(layout.items) == 1:
        layout = layout.items[0]
    return layout


def stacked_by_itself(base: Layout) -> Stacked:
    """Where scripts of a thing stand if nothing else is said."""
    if isinstance(base, Operator) and base.kind == "large":
        return "no" if base.text in BESIDE_BOUNDS else "display"
    if isinstance(base, Function):
        return "display" if base.limits else "no"
    if isinstance(base, Accent) and base.mark in _BRACES:
        return "always"
    return "no"


def is_tall(layout: Layout) -> bool:
    """Whether something is higher than a line of letters with simple scripts."""
    pending = [(layout, False)]
    while pending:
        part, script = pending.pop()
        if isinstance(part, Row):
            pending += ((item, script) for item in part.items)
        elif isinstance(part, Scripts):
            if part.stacked != "no" or (script and part.above is not None):
                return True
            scripts = (one for one in (part.below, part.above) if one is not None)
            pending += [(part.base, script), *((one, True) for one in scripts)]
        elif isinstance(part, Accent):
            if part.mark in _BRACES:
                return True
            pending.append((part.base, script))
        elif isinstance(part, Fenced):
            if part.tall:
                return True
        elif isinstance(part, Operator):
            if part.kind == "large" or part.height:
                return True
        elif isinstance(part, Fraction | Binomial | Root | Table | Styled):
            return True
    return False


def _opens(layout: Layout) -> bool:
    return isinstance(_bare(layout), Fenced)


def words_meet(left: Layout, right: Layout) -> bool:
    """Whether a word in upright letters would run together with its neighbour: ``patches E``."""
    one, two = _bare(left), _bare(right)
    if not (_is_word(one) or _is_word(two)):
        return False
    return all(isinstance(part, Identifier | Number | Row) for part in (one, two))


def _bare(layout: Layout) -> Layout:
    while isinstance(layout, Scripts | Accent):
        layout = layout.base
    return layout


def _is_word(layout: Layout) -> bool:
    return isinstance(layout, Identifier) and layout.font == "upright" and len(layout.text) > 1


def gap(left: Layout, right: Layout, script: bool) -> bool:
    """Whether a thin space stands between two neighbours that signs do not part."""
    one, two = class_of(left), class_of(right)
    if isinstance(left, Text) or isinstance(right, Text):
        return False
    if words_meet(left, right):
        return True
    if one == "large":
        return two in ("ordinary", "large", "inner", "prefix") and not _opens(right)
    if two == "large":
        return one in ("ordinary", "close", "inner", "postfix")
    if script or "inner" not in (one, two):
        return False
    if one == "inner":
        dots = isinstance(left, Operator)
        return two in ("ordinary", "open", "inner") or (dots and two == "punctuation")
    return one in ("ordinary", "close", "postfix")
