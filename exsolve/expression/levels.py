"""How tightly the notations of the language bind: the levels of ``Form.level`` and ``Form.holes``.

A hole that asks for a level gets its argument bare when the argument binds at least that tightly,
and in brackets otherwise; ``ANY`` asks for nothing (inside a function's own brackets). Two further
rules of ``printer``: an argument that begins with a minus sign and does not stand first in its
template is put in brackets, and so is one that ends in a ``FUNCTION`` and does not stand last in a
product.

Templates are those of ``str.format``: ``{0}`` and ``{1}`` are arguments, ``{at}`` is the option of
that name, ``{args}`` stands for all arguments with commas between, and a brace itself is doubled
(``\\frac{{{0}}}{{{1}}}``). ``notations`` has the forms that most operations need.
"""

from __future__ import annotations

from typing import Final

ANY: Final = 0
COMPARISON: Final = 10
SUM: Final = 20
PRODUCT: Final = 30
JUXTAPOSITION: Final = 35
"""``Q Kᵀ``: a product written without a sign, which reads as tighter than one with a sign."""
UNARY: Final = 40
POWER: Final = 50
FUNCTION: Final = 55
"""``ln 80``: a function written without brackets, which swallows what follows it."""
POSTFIX: Final = 60
ATOM: Final = 100
