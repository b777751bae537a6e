"""Markdown with LaTeX mathematics, as GitHub and Jupyter show it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from exsolve.document import (
    Block,
    Code,
    Document,
    Equations,
    Figure,
    Finding,
    Grid,
    Group,
    Inline,
    Items,
    Mathematics,
    Note,
    Prose,
    Rubric,
    Section,
)
from exsolve.document.handouts import document
from exsolve.drawing.terminal import lines as picture_lines
from exsolve.prose.characters import visible
from exsolve.prose.markdown import code_span, escaped, markdown
from exsolve.solution import Handout

SUFFIX = ".md"
PICTURE_WIDTH = 80
LONGEST_HEADING = 80
"""Characters of a question that stands in the heading itself."""
KEPT = 256
"""Questions and rubrics that are kept as they were rendered."""
_BLOCKS = re.compile(r"\n[ \t]*\n|^[ \t]*(?:[-*+]|\d+[.)])[ \t]", re.MULTILINE)
"""Where a text is more than one paragraph."""

_NUMBERED = re.compile(r"^(\d+)\\(?=[.)])")

FigureLines = Callable[[Figure], Iterator[str]]


def render(handout: Handout) -> str:
    """The handout as Markdown, with a newline at the end."""
    return render_document(document(handout))


def render_document(page: Document) -> str:
    """A document as Markdown, with a newline at the end."""
    sections = page.sections
    single = not page.purpose and len(sections) == 1
    lines: list[str] = [] if single else [*front(page)]
    for place, section in enumerate(sections):
        if place or not single:
            lines.append("")
        lines += block_lines(section, 1 if single else 2, _drawn)
    if page.provenance:
        lines += ["", "---", "", *provenance(page)]
    return "\n".join(lines) + "\n"


def front(page: Document) -> Iterator[str]:
    """What a key or worksheet begins with: its title, what it is, its marks."""
    yield f"# {_title(page.title)}"
    if page.purpose:
        yield ""
        yield f"**{page.purpose}** — {page.points}"
    if page.marks is not None:
        yield ""
        yield from _grid(page.marks)


def provenance(page: Document) -> Iterator[str]:
    """What made the document, of what."""
    first, *rest = page.provenance
    yield escaped(first)
    yield ""
    yield from (f"- {escaped(line)}" for line in rest)


def below(section: Section, level: int) -> int:
    """The level of headings in a section, which may have no heading itself."""
    return level + 1 if section.title or section.role == "part" else level


def heading(section: Section, level: int) -> Iterator[str]:
    """The heading of a section; that of a part is its question."""
    mark = "#" * min(level, 6)
    if section.role == "part":
        question = _of_the_author(section.ask)
        asked = " ".join(question.split())
        if len(asked) <= LONGEST_HEADING and not _BLOCKS.search(question):
            yield f"{mark} {section.label} {asked} — {section.points}"
        else:
            yield f"{mark} {section.label} — {section.points}"
            yield ""
            yield question
    else:
        if section.title:
            yield f"{mark} {_title(section.title)}"
        if section.label:
            if section.title:
                yield ""
            yield f"`{section.label}`" + (f" — {section.points}" if section.points else "")


def block_lines(block: Block, level: int, figure: FigureLines) -> Iterator[str]:
    """A block, in which a section has a heading of the level; ``figure`` puts in the pictures."""
    if isinstance(block, Section):
        yield from heading(block, level)
        for inner in block.blocks:
            yield ""
            yield from block_lines(inner, below(block, level), figure)
    elif isinstance(block, Group):
        title = inline(block.title)
        if title:
            yield f"**{title}**" if block.role == "evidence" else title
        for place, inner in enumerate(block.blocks):
            if place or title:
                yield ""
            yield from block_lines(inner, level, figure)
    elif isinstance(block, Finding):
        yield from _finding(block, level, figure)
    elif isinstance(block, Prose):
        yield markdown(block.text)
    elif isinstance(block, Note) and block.role == "quotation":
        yield from _quotation(block)
    elif isinstance(block, Note):
        text = inline(block.line)
        yield f"*{text}*" if block.role == "verified" else text
    elif isinstance(block, Equations):
        yield from _equations(block)
    elif isinstance(block, Items):
        yield from (f"- {inline(item)}" for item in block.items)
    elif isinstance(block, Grid):
        yield from _grid(block)
    elif isinstance(block, Figure):
        yield from figure(block)
    elif isinstance(block, Rubric):
        for item in block.items:
            yield f"- **{item.points:g}** {' '.join(_of_the_author(item.text).split())}"
    else:
        yield from _fenced(block.text.rstrip("\n").split("\n"))


@lru_cache(maxsize=KEPT)
def _of_the_author(text: str) -> str:
    """A text that all the feedback of a class has; nothing of an answer is ever one."""
    return markdown(text)


def _finding(finding: Finding, level: int, figure: FigureLines) -> Iterator[str]:
    name = f"{code_span(finding.name)} " if finding.name else ""
    yield f"{escaped(finding.sign)} {name}**{escaped(finding.verdict)}** — {finding.points}"
    for inner in finding.blocks:
        yield ""
        yield from block_lines(inner, level, figure)


def _quotation(note: Note) -> Iterator[str]:
    """Each line on its own, as it was written."""
    text = "".join(piece for piece in note.line if isinstance(piece, str))
    lines = [escaped(line) for line in visible(text).split("\n")]
    yield from (f"> {line}\\" if line else ">" for line in lines[:-1])
    yield f"> {lines[-1]}".rstrip()


def _title(text: str) -> str:
    """The text of a heading, in which ``2.`` begins no list."""
    return _NUMBERED.sub(r"\1", escaped(text))


def _drawn(figure: Figure) -> Iterator[str]:
    """A picture as text: a page of Markdown shows no inline SVG."""
    yield from _fenced(picture_lines(figure.picture, PICTURE_WIDTH))


def _fenced(lines: Iterable[str]) -> Iterator[str]:
    yield "```text"
    yield from lines
    yield "```"


def _equations(equations: Equations) -> Iterator[str]:
    reasons = [(place, row.reason) for place, row in enumerate(equations.rows, 1) if row.reason]
    numbered = dict(reasons)
    lines = []
    for place, row in enumerate(equations.rows, 1):
        lead = f"{row.left} " if row.left else ""
        sign = f"{row.sign} " if row.sign else " "
        number = rf" && \text{{({place})}}" if place in numbered else ""
        lines.append(f"{lead}&{sign}{row.right}{number}")
    yield "$$"
    yield r"\begin{aligned}"
    yield " \\\\\n".join(lines)
    yield r"\end{aligned}"
    yield "$$"
    if reasons:
        yield ""
        yield from (f"- ({place}) {inline(reason)}" for place, reason in reasons)


def _grid(grid: Grid) -> Iterator[str]:
    if grid.title:
        yield f"**{escaped(grid.title)}**"
        yield ""
    yield "| " + " | ".join(escaped(column) for column in grid.columns) + " |"
    yield "|" + "|".join("---:" if right else "---" for right in grid.numeric) + "|"
    for row in grid.rows:
        yield "| " + " | ".join(map(inline, row)) + " |"
    if grid.totals:
        cells = map(inline, grid.totals)
        yield "| " + " | ".join(f"**{cell}**" if cell else "" for cell in cells) + " |"
    if grid.lines:
        yield ""
        yield from (f"- {inline(head)}: {inline(line)}" for head, line in grid.lines)


def inline(line: Sequence[Inline]) -> str:
    """Text, mathematics and code within a line, whatever is in them."""
    return "".join(map(_inline, line))


def _inline(piece: Inline) -> str:
    match piece:
        case Mathematics(latex):
            return f"${latex}$"
        case Code(text):
            return code_span(text)
        case text:
            return _within(text)


def _within(text: str) -> str:
    """Text between other things, from which the spaces at its ends keep it apart."""
    start = len(text) - len(text.lstrip())
    end = len(text.rstrip())
    return text if end <= start else f"{text[:start]}{escaped(text[start:end])}{text[end:]}"
