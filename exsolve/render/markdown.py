"""Markdown with LaTeX mathematics, as GitHub and Jupyter show it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from exsolve.document import (
    Block,
    Document,
    Equations,
    Figure,
    Form,
    Grid,
    Group,
    Inline,
    Items,
    Note,
    Prose,
    Rubric,
    Section,
)
from exsolve.document.handouts import document
from exsolve.drawing.terminal import lines as picture_lines
from exsolve.solution import Handout

SUFFIX = ".md"
PICTURE_WIDTH = 80
LONGEST_HEADING = 80
"""Characters of a question that stands in the heading itself."""

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|$~&])")


def render(handout: Handout) -> str:
    """The handout as Markdown, with a newline at the end."""
    return "\n".join(_document(document(handout))) + "\n"


def escaped(text: str) -> str:
    """Text that Markdown takes as it is."""
    return _SPECIAL.sub(r"\\\1", text)


def _document(page: Document) -> Iterator[str]:
    sections = page.sections
    single = not page.purpose and len(sections) == 1
    if not single:
        yield f"# {escaped(page.title)}"
        yield ""
        yield " — ".join(filter(None, (f"**{page.purpose}**", page.points)))
    if page.marks is not None:
        yield ""
        yield from _grid(page.marks)
    for place, section in enumerate(sections):
        if place or not single:
            yield ""
        yield from _section(section, 1 if single else 2)
    if page.provenance:
        yield ""
        yield "---"
        yield ""
        first, *rest = page.provenance
        yield escaped(first)
        yield ""
        yield from (f"- {escaped(line)}" for line in rest)


def _section(section: Section, level: int) -> Iterator[str]:
    mark = "#" * min(level, 6)
    if section.role == "part":
        asked = " ".join(section.ask.split())
        if len(asked) <= LONGEST_HEADING:
            yield f"{mark} {section.label} {asked} — {section.points}"
        else:
            yield f"{mark} {section.label} — {section.points}"
            yield ""
            yield section.ask.strip()
    else:
        yield f"{mark} {escaped(section.title)}"
        if section.label:
            yield ""
            yield f"`{section.label}`" + (f" — {section.points}" if section.points else "")
    for block in section.blocks:
        yield ""
        yield from _block(block, level + 1)


def _block(block: Block, level: int) -> Iterator[str]:
    if isinstance(block, Section):
        yield from _section(block, level)
    elif isinstance(block, Group):
        yield from _group(block, level)
    elif isinstance(block, Prose):
        yield block.text.strip()
    elif isinstance(block, Note):
        text = _line(block.line)
        yield f"*{text}*" if block.role == "verified" else text
    elif isinstance(block, Equations):
        yield from _equations(block)
    elif isinstance(block, Items):
        yield from (f"- {_line(item)}" for item in block.items)
    elif isinstance(block, Grid):
        yield from _grid(block)
    elif isinstance(block, Figure):
        # a page of Markdown shows no inline SVG, so the picture stands as text
        yield "```text"
        yield from picture_lines(block.picture, PICTURE_WIDTH)
        yield "```"
    elif isinstance(block, Rubric):
        for item in block.items:
            yield f"- **{item.points:g}** {' '.join(item.text.split())}"
    else:
        yield from _form(block)


def _group(group: Group, level: int) -> Iterator[str]:
    title = escaped(group.title)
    if title:
        yield f"**{title}**" if group.role == "evidence" else title
    for place, block in enumerate(group.blocks):
        if place or title:
            yield ""
        yield from _block(block, level)


def _form(form: Form) -> Iterator[str]:
    yield "```text"
    yield form.text.rstrip("\n")
    yield "```"


def _equations(equations: Equations) -> Iterator[str]:
    reasons = [(place, row.reason) for place, row in enumerate(equations.rows, 1) if row.reason]
    numbered = dict(reasons)
    yield "$$"
    yield r"\begin{aligned}"
    lines = []
    for place, row in enumerate(equations.rows, 1):
        lead = f"{row.left} " if row.left else ""
        sign = f"{row.sign} " if row.sign else " "
        number = rf" && \text{{({place})}}" if place in numbered else ""
        lines.append(f"{lead}&{sign}{row.right}{number}")
    yield " \\\\\n".join(lines)
    yield r"\end{aligned}"
    yield "$$"
    if reasons:
        yield ""
        yield from (f"- ({place}) {escaped(reason)}" for place, reason in reasons)


def _grid(grid: Grid) -> Iterator[str]:
    if grid.title:
        yield f"**{escaped(grid.title)}**"
        yield ""
    yield "| " + " | ".join(escaped(column) for column in grid.columns) + " |"
    yield "|" + "|".join("---:" if right else "---" for right in grid.numeric) + "|"
    for row in grid.rows:
        yield "| " + " | ".join(map(_line, row)) + " |"
    if grid.totals:
        cells = map(_line, grid.totals)
        yield "| " + " | ".join(f"**{cell}**" if cell else "" for cell in cells) + " |"
    if grid.lines:
        yield ""
        yield from (f"- {_line(head)}: {_line(line)}" for head, line in grid.lines)


def _line(line: Sequence[Inline]) -> str:
    return "".join(
        escaped(piece) if isinstance(piece, str) else f"${piece.latex}$" for piece in line
    )
