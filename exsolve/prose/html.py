"""Prose as HTML: elements of a closed set, whose only attributes are href, rel and start.

Mathematics brings MathML of its own.
"""

from __future__ import annotations

from collections.abc import Iterable

from exsolve.prose.characters import visible
from exsolve.prose.mathematics import in_mathml
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

_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;", "\x00": "\u2400"}
)


def html(prose: str | tuple[Block, ...]) -> str:
    """The blocks of a Markdown text as HTML, one below the other."""
    return "\n".join(map(_block, as_blocks(prose)))


def html_line(prose: str | Line) -> str:
    """A text of one line as HTML, without a paragraph around it."""
    return "".join(map(_inline, as_line(prose)))


def escape(text: str) -> str:
    """Plain text, for the content of an element or for an attribute between quotes."""
    return visible(text).translate(_ESCAPES)


def _block(block: Block) -> str:
    match block:
        case Paragraph(content):
            return f"<p>{html_line(content)}</p>"
        case Items():
            return _items(block)
        case CodeBlock(text):
            return f"<pre><code>{escape(text)}</code></pre>"
        case Quote(blocks):
            return f"<blockquote>{html(blocks)}</blockquote>"
        case Grid():
            return _grid(block)
        case ThematicBreak():
            return "<hr>"


def _items(block: Items) -> str:
    opening, closing = "<ul>", "</ul>"
    if block.start is not None:
        opening, closing = ("<ol>" if block.start == 1 else f'<ol start="{block.start}">'), "</ol>"
    rows = "\n".join(f"<li>{_item(item, block.tight)}</li>" for item in block.items)
    return f"{opening}\n{rows}\n{closing}"


def _item(blocks: Iterable[Block], tight: bool) -> str:
    return "\n".join(
        html_line(block.content) if tight and isinstance(block, Paragraph) else _block(block)
        for block in blocks
    )


def _grid(block: Grid) -> str:
    def row(cells: Iterable[Line], name: str) -> str:
        return "<tr>" + "".join(f"<{name}>{html_line(cell)}</{name}>" for cell in cells) + "</tr>"

    head = f"<thead>{row(block.head, 'th')}</thead>"
    rows = "\n".join(row(cells, "td") for cells in block.rows)
    body = f"\n<tbody>{rows}</tbody>" if rows else ""
    return f"<table>\n{head}{body}\n</table>"


def _inline(inline: Inline) -> str:
    match inline:
        case Text(text):
            return escape(text)
        case Code(text):
            return f"<code>{escape(text)}</code>"
        case Mathematics():
            return _mathematics(inline)
        case Emphasis(content):
            return f"<em>{html_line(content)}</em>"
        case Strong(content):
            return f"<strong>{html_line(content)}</strong>"
        case Link(content, address):
            words = html_line(content)
            return f'<a href="{escape(address)}" rel="noreferrer noopener">{words}</a>'
        case HardBreak():
            return "<br>"


def _mathematics(inline: Mathematics) -> str:
    written = in_mathml(inline)
    return f"<code>{escape(inline.source)}</code>" if written is None else written
