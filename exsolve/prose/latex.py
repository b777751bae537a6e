r"""Prose as LaTeX for pdfLaTeX: T1 fonts, amsmath, amssymb, textcomp and hyperref.

No command of an author acts: prose is escaped, and mathematics is written only where every command
in it is one that the program knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from exsolve.prose.braces import braced
from exsolve.prose.latex_text import latex_code, latex_mathematics, latex_text
from exsolve.prose.mathematics import is_known
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
    plain,
)

__all__ = ["latex", "latex_code", "latex_line", "latex_mathematics", "latex_text"]

DEEPEST_LIST = 3
"""LaTeX refuses a list in more than three of its sort, and more than six environments."""
LONG_CELL = 30
"""Characters of a cell above which its column wraps."""
CODE_LENGTH = 6
"""Characters that ``U+4E2D`` is longer than what it names."""

_ADDRESS = str.maketrans({**{sign: f"\\{sign}" for sign in "%#&"}, "~": r"\%7E", "_": r"\%5F"})
_COUNTERS = ("enumi", "enumii", "enumiii")
_COLUMNS = {"": "l", "left": "l", "center": "c", "right": "r"}


def latex(prose: str | tuple[Block, ...]) -> str:
    """The blocks of a Markdown text as LaTeX, with empty lines between them."""
    return _blocks(as_blocks(prose), 0, 0)


def latex_line(prose: str | Line) -> str:
    """A text of one line as LaTeX; displayed mathematics stands in the line."""
    return "".join(_inline(inline, False) for inline in as_line(prose))


def _blocks(blocks: Iterable[Block], lists: int, numbered: int) -> str:
    """lists: how many lists and quotations are around these blocks; numbered: how many of them
    have numbers."""
    return "\n\n".join(_block(block, lists, numbered) for block in blocks)


def _block(block: Block, lists: int, numbered: int) -> str:
    match block:
        case Paragraph(content):
            return "".join(_inline(inline, True) for inline in content)
        case Items():
            return _items(block, lists, numbered)
        case CodeBlock(text):
            lines = (latex_code(line) or r"\mbox{}" for line in text.split("\n"))
            return _environment("flushleft", "\\ttfamily\n" + "\\\\{}\n".join(lines))
        case Quote(blocks):
            if lists >= DEEPEST_LIST:
                return _blocks(blocks, lists, numbered)
            return _environment("quote", _blocks(blocks, lists + 1, numbered))
        case Grid():
            return _grid(block)
        case ThematicBreak():
            return r"\par\noindent\hrulefill\par"


def _environment(name: str, body: str) -> str:
    return f"\\begin{{{name}}}\n{body}\n\\end{{{name}}}"


def _items(block: Items, lists: int, numbered: int) -> str:
    if lists >= DEEPEST_LIST:
        return "\n\n".join(
            (r"\textbullet{} " if block.start is None else f"{block.start + place}. ")
            + _blocks(item, lists, numbered)
            for place, item in enumerate(block.items)
        )
    number = numbered + (block.start is not None)
    bodies = [rf"\item {_blocks(item, lists + 1, number)}" for item in block.items]
    if block.start is None:
        return _environment("itemize", "\n".join(bodies))
    if block.start != 1:
        bodies.insert(0, rf"\setcounter{{{_COUNTERS[numbered]}}}{{{block.start - 1}}}")
    return _environment("enumerate", "\n".join(bodies))


def _grid(block: Grid) -> str:
    # a row ends with a length, so that nothing in the next one is taken for an option
    rows = [block.head, *block.rows]
    lengths = [max(_length(row[column]) for row in rows) for column in range(len(block.alignments))]
    columns = _columns([_COLUMNS[alignment] for alignment in block.alignments], lengths)
    head = " & ".join(rf"\textbf{{{latex_line(cell)}}}" for cell in block.head)
    lines = [rf"{' & '.join(map(latex_line, row))} \\[0pt]" for row in block.rows]
    body = "\n".join([r"\hline", rf"{head} \\[0pt]", r"\hline", *lines])
    tabular = f"\\begin{{tabular}}{{{columns}}}\n{body}\n\\hline\n\\end{{tabular}}"
    return _environment("center", tabular)


def _length(cell: Line) -> int:
    """The characters of a cell; one that is only named takes the room of its code."""
    return len(plain(cell)) + CODE_LENGTH * latex_line(cell).count("U+")


def _columns(letters: Sequence[str], lengths: Sequence[int]) -> str:
    """The columns of a table; those with long cells share the line by their lengths."""
    long = sum(length for length in lengths if length > LONG_CELL)
    if not long:
        return "".join(letters)
    room = max(0.2, 0.9 - sum(length for length in lengths if length <= LONG_CELL) / 100)
    return "".join(
        rf"p{{{room * length / long:.3f}\linewidth}}" if length > LONG_CELL else letter
        for letter, length in zip(letters, lengths, strict=True)
    )


def _inline(inline: Inline, display: bool) -> str:
    match inline:
        case Text(text):
            return latex_text(text)
        case Code(text):
            return rf"\texttt{{{latex_code(text)}}}"
        case Mathematics():
            return _mathematics(inline, display)
        case Emphasis(content):
            return rf"\emph{{{latex_line(content)}}}"
        case Strong(content):
            return rf"\textbf{{{latex_line(content)}}}"
        case Link(content, address):
            return rf"\href{{{address.translate(_ADDRESS)}}}{{{latex_line(content)}}}"
        case HardBreak():
            return "\\leavevmode\\\\{}\n"


def _mathematics(inline: Mathematics, display: bool) -> str:
    if not is_known(inline):
        return rf"\texttt{{{latex_code(' '.join(inline.source.split()))}}}"
    latex = latex_mathematics(braced(inline.latex))
    if not inline.display:
        return f"${latex}$"
    return f"\\[{latex}\\]" if display else rf"$\displaystyle {latex}$"
