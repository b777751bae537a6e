"""The tree of prose: blocks and what stands in a line; headings are bold lines in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Alignment = Literal["", "left", "center", "right"]


@dataclass(frozen=True, slots=True)
class Text:
    text: str


@dataclass(frozen=True, slots=True)
class Code:
    text: str


@dataclass(frozen=True, slots=True)
class Mathematics:
    """``latex`` as the author wrote it, without the dollars; ``display``: between two each."""

    latex: str
    display: bool = False

    @property
    def source(self) -> str:
        """As it stood in the text, for where it cannot be shown as mathematics."""
        dollars = "$$" if self.display else "$"
        return f"{dollars}{self.latex}{dollars}"


@dataclass(frozen=True, slots=True)
class Emphasis:
    content: Line


@dataclass(frozen=True, slots=True)
class Strong:
    content: Line


@dataclass(frozen=True, slots=True)
class Link:
    """``address`` is percent-encoded and begins with http://, https:// or mailto:."""

    content: Line
    address: str


@dataclass(frozen=True, slots=True)
class HardBreak:
    pass


Inline = Text | Code | Mathematics | Emphasis | Strong | Link | HardBreak
Line = tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    content: Line


@dataclass(frozen=True, slots=True)
class Items:
    """A list; ``start`` is the number of its first item, None where items have bullets.

    tight: no item has space between its paragraphs.
    """

    items: tuple[tuple[Block, ...], ...]
    start: int | None = None
    tight: bool = True


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """Lines of code, without a newline at the end."""

    text: str


@dataclass(frozen=True, slots=True)
class Quote:
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its head and its rows, each with as many cells as ``alignments``."""

    alignments: tuple[Alignment, ...]
    head: tuple[Line, ...]
    rows: tuple[tuple[Line, ...], ...]


@dataclass(frozen=True, slots=True)
class ThematicBreak:
    pass


Block = Paragraph | Items | CodeBlock | Quote | Grid | ThematicBreak


def plain(line: Iterable[Inline]) -> str:
    """The line's words alone, mathematics and code as they were written."""
    words = []
    for inline in line:
        match inline:
            case Text(text) | Code(text):
                words.append(text)
            case Mathematics(latex):
                words.append(latex)
            case Emphasis(content) | Strong(content) | Link(content):
                words.append(plain(content))
            case HardBreak():
                words.append(" ")
    return "".join(words)
