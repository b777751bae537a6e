"""What is open while LaTeX is read: rows, cells, and commands that wait for their arguments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from exsolve import limits
from exsolve.errors import LanguageError
from exsolve.expression.layout.rows import finished, single, stacked_by_itself
from exsolve.expression.layout.tree import (
    Font,
    Layout,
    Operator,
    Row,
    Scripts,
    Space,
    Stacked,
    Styled,
)

_PRIMES: Final = {1: "′", 2: "″", 3: "‴", 4: "⁗"}
_SHOWN: Final = 20
"""Characters of a text that a refusal repeats."""


class Open:
    """A row that is being read, until ``ending``; the cells and rows of a table, or the parts
    between brackets, that came before it."""

    __slots__ = (
        "braces",
        "cells",
        "ending",
        "font",
        "items",
        "left",
        "middles",
        "offset",
        "parts",
        "rows",
        "stacked",
        "styles",
        "words",
    )

    def __init__(self, ending: str, offset: int, font: Font | None) -> None:
        self.ending = ending
        self.offset = offset
        self.font = font
        self.items: list[Layout] = []
        self.styles: list[tuple[int, bool]] = []
        self.stacked: Stacked | None = None
        self.left = ""
        self.parts: list[Layout] = []
        self.middles: list[str] = []
        self.cells: list[Layout] = []
        self.rows: list[tuple[Layout, ...]] = []
        self.words: bool | None = None
        self.braces = 0

    def take(self, after_sign: bool = True) -> Layout:
        """What was read of the row, which begins anew."""
        items = self.items
        for place, display in reversed(self.styles):
            items[place:] = [Styled(single(finished(items[place:])), display)]
        self.items, self.styles, self.stacked = [], [], None
        return finished(items, after_sign)


class Waiting:
    """A command that waits for its arguments, or a base for its script."""

    __slots__ = ("build", "count", "font", "found", "offset", "what")

    def __init__(
        self,
        what: str,
        count: int,
        build: Callable[[list[Layout]], Layout],
        offset: int,
        font: Font | None,
    ) -> None:
        self.what = what
        self.count = count
        self.build = build
        self.offset = offset
        self.font = font
        self.found: list[Layout] = []


class Stack:
    """A text that is being read, and what is open."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.offset = 0
        self.stack: list[Open | Waiting] = [Open("", 0, None)]

    def push(self, opened: Open | Waiting) -> None:
        if len(self.stack) >= limits.MATHEMATICS_DEPTH:
            raise self.too_deep()
        self.stack.append(opened)

    def wait(
        self,
        what: str,
        count: int,
        build: Callable[[list[Layout]], Layout],
        font: Font | None = None,
    ) -> None:
        name = what if what in "^_" else f"\\{what}"
        chosen = font or self.stack[-1].font
        self.push(Waiting(name, count, build, self.offset, chosen))

    def close(self, sign: str) -> None:
        top = self.stack[-1]
        if isinstance(top, Waiting) or top.ending != sign:
            expected = "" if isinstance(top, Waiting) else top.ending
            raise self.refusal(f"{sign} closes nothing", self.offset, expected or "what is open")
        self.stack.pop()
        if top.words is not None:
            self.deliver(single(Row(tuple(map(single, top.items)))))
        else:
            self.deliver(top.take())

    def deliver(self, layout: Layout) -> None:
        """Gives what was read to whatever waits for it, which may complete that in turn."""
        while True:
            top = self.stack[-1]
            if isinstance(top, Open):
                top.stacked = None
                top.items.append(layout)
                return
            top.found.append(single(layout))
            if len(top.found) < top.count:
                return
            self.stack.pop()
            layout = top.build(top.found)

    def too_deep(self) -> LanguageError:
        """The refusal of one more level."""
        expected = f"at most {limits.MATHEMATICS_DEPTH} levels"
        return self.refusal("mathematics that is nested too deep", self.offset, expected)

    def refusal(self, message: str, offset: int, expected: str) -> LanguageError:
        found = self.text[offset : offset + _SHOWN]
        return LanguageError(
            message,
            offset,
            expected=expected,
            found=found or "the end",
            hint="a part of LaTeX is read, which is what is common in formulas",
        )

    def script(self, sign: str, top: Open | Waiting) -> None:
        if isinstance(top, Waiting):
            raise self.refusal(
                f"{sign} where an argument must stand", self.offset, "an argument in braces"
            )
        base: Layout = Row(())
        if top.items and not isinstance(top.items[-1], Space):
            base = top.items.pop()
        stacked, below = top.stacked, sign == "_"
        offset = self.offset
        top.stacked = None

        def build(found: list[Layout]) -> Layout:
            return self._with_script(base, found[0], below, stacked, offset)

        self.wait(sign, 1, build)

    def _with_script(
        self, base: Layout, script: Layout, below: bool, stacked: Stacked | None, offset: int
    ) -> Layout:
        if not isinstance(base, Scripts):
            chosen = stacked or stacked_by_itself(base)
            if below:
                return Scripts(base, script, None, chosen)
            return Scripts(base, None, script, chosen)
        if below and base.below is None:
            return base._replace(below=script)
        if not below and base.above is None:
            return base._replace(above=script)
        if not below and isinstance(base.above, Operator) and base.above.text in _PRIMES.values():
            return base._replace(above=Row((base.above, script)))
        which = "subscripts" if below else "superscripts"
        raise self.refusal(f"two {which} of one thing", offset, "braces around the first")

    def prime(self, count: int, top: Open | Waiting) -> None:
        sign = Operator(_PRIMES.get(count, "′" * count), "ordinary")
        if isinstance(top, Waiting):
            raise self.refusal("a prime where an argument must stand", self.offset, "an argument")
        base = top.items.pop() if top.items else Row(())
        self.deliver(self._with_script(base, sign, False, "no", self.offset))
