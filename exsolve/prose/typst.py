r"""Prose as Typst markup, in which every text stands in a string literal.

A string is never read as markup or code, so that ``#``, ``$``, ``@``, ``<label>``, ``//``,
addresses and backslashes are what they look like. Each call ends with a semicolon, behind which
nothing can continue it.
"""

from __future__ import annotations

from collections.abc import Iterable

from exsolve.prose.characters import visible
from exsolve.prose.mathematics import in_typst
from exsolve.prose.reading import as_blocks, as_line
from exsolve.prose.tree import (
    Block,
    Code,
    CodeBlock,
    Emphasis,
    Grid,
    HardBreak,
    Inline,
    Items,
    Line,
    Link,
    Mathematics,
    Paragraph,
    Quote,
    Strong,
    Text,
    ThematicBreak,
)

_STRING_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"})


def typst(prose: str | tuple[Block, ...]) -> str:
    """The blocks of a Markdown text as Typst markup, with empty lines between them."""
    return "\n\n".join(map(_block, as_blocks(prose)))


def typst_line(prose: str | Line) -> str:
    """A text of one line as Typst markup."""
    return "".join(map(_inline, as_line(prose)))


def typst_text(text: str) -> str:
    """Plain text as Typst markup; line breaks are spaces."""
    words = " ".join(visible(text).split("\n"))
    return f"#{typst_string(words)};" if words else ""


def typst_string(text: str) -> str:
    """Plain text as a string literal of Typst."""
    return f'"{visible(text).translate(_STRING_ESCAPES)}"'


def _block(block: Block) -> str:
    match block:
        case Paragraph(content):
            return typst_line(content)
        case Items(items, start, tight):
            bodies = ", ".join(f"[{typst(item)}]" for item in items)
            function = "list(" if start is None else f"enum(start: {start}, "
            return f"#{function}tight: {str(tight).lower()}, {bodies});"
        case CodeBlock(text):
            return f"#raw(block: true, {typst_string(text)});"
        case Quote(blocks):
            return f"#quote(block: true)[{typst(blocks)}];"
        case Grid():
            return _grid(block)
        case ThematicBreak():
            return "#line(length: 100%);"


def _grid(block: Grid) -> str:
    def row(cells: Iterable[Line]) -> str:
        return ", ".join(f"[{typst_line(cell)}]" for cell in cells)

    alignments = "".join(f"{alignment or 'left'}, " for alignment in block.alignments)
    head = ", ".join(f"[#strong[{typst_line(cell)}];]" for cell in block.head)
    rows = "".join(f", {row(cells)}" for cells in block.rows)
    columns = len(block.alignments)
    return f"#table(columns: {columns}, align: ({alignments}), table.header({head}){rows});"


def _inline(inline: Inline) -> str:
    match inline:
        case Text(text):
            return typst_text(text)
        case Code(text):
            return f"#raw({typst_string(text)});"
        case Mathematics():
            return _mathematics(inline)
        case Emphasis(content):
            return f"#emph[{typst_line(content)}];"
        case Strong(content):
            return f"#strong[{typst_line(content)}];"
        case Link(content, address):
            return f"#link({typst_string(address)})[{typst_line(content)}];"
        case HardBreak():
            return "#linebreak();"


def _mathematics(inline: Mathematics) -> str:
    written = in_typst(inline)
    if written is None:
        return f"#raw({typst_string(inline.source)});"
    return f"$ {written} $" if inline.display else f"${written}$"
