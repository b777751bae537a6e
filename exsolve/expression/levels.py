"""How tightly the notations of the language bind: the levels of ``Form.level`` and ``Form.holes``.

A hole that asks for a level gets its argument bare when the argument binds at least that tightly,
and in brackets otherwise; ``ANY`` asks for nothing (inside a function's own brackets).
"""

from __future__ import annotations

from typing import Final

ANY: Final = 0
COMPARISON: Final = 10
SUM: Final = 20
PRODUCT: Final = 30
UNARY: Final = 40
POWER: Final = 50
POSTFIX: Final = 60
ATOM: Final = 100
