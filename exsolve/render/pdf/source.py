"""The blocks of a document as source of Typst, where texts of authors are string literals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path

from exsolve.document import (
    Block,
    Code,
    Document,
    Equation,
    Equations,
    Figure,
    Finding,
    Form,
    Grid,
    Group,
    Inline,
    Items,
    Line,
    Mathematics,
    Note,
    Prose,
    Rubric,
    Section,
)
from exsolve.document.measures import answer_room, is_short, width, widths
from exsolve.drawing.describing import described
from exsolve.drawing.svg import svg
from exsolve.expression.typst import typst as mathematics
from exsolve.prose.typst import typst, typst_line, typst_string, typst_text
from exsolve.render.pdf.glyphs import named
from exsolve.typesetting.breaking import opened, row, smallest, stacked, summands

SURELY_SHORT = 60
"""Characters of LaTeX up to which mathematics has room in a line."""
SURELY_ON_A_LINE = 60
"""Characters, as they are seen, of mathematics among words that a line has room for."""
LONGEST_FENCE = 60
"""Characters of LaTeX between brackets up to which they are held together."""

_STYLE = Path(__file__).with_name("style.typ")


def typst_source(page: Document) -> str:
    """The document, with a newline at the end."""
    return named("\n".join(_document(page)) + "\n")


def _document(page: Document) -> Iterator[str]:
    yield _STYLE.read_text(encoding="utf-8")
    footer = " — ".join(filter(None, (page.purpose, page.title)))
    yield f"#show: design.with({typst_string(page.title)}, {_content(footer)})"
    if page.purpose or len(page.sections) > 1:
        about = " — ".join(filter(None, (page.purpose, page.points)))
        yield f"#document-title({_content(page.title)}, {_content(about)})"
    if page.marks is not None:
        yield from _grid(page.marks)
    for section in page.sections:
        yield from _section(section, page)
    if page.provenance:
        yield f"#provenance({', '.join(map(_content, page.provenance))})"


def _content(text: str) -> str:
    return f"[{typst_text(text)}]"


def _section(section: Section, page: Document) -> Iterator[str]:
    if section.role != "form":
        yield from _opened_section(section, page)
        return
    yield "#answer-form["
    yield from _opened_section(section, page)
    yield "]"


def _opened_section(section: Section, page: Document) -> Iterator[str]:
    title = _content(section.title)
    if section.role == "part":
        ask = typst(section.ask)
        yield f"#question({_content(section.label)}, {_content(section.points)})[{ask}]"
    elif section.role == "given":
        yield f"#minor({title})"
    elif section.title:
        function = "problem-set" if section.role == "set" else "exercise"
        yield f"#{function}({title}, {typst_string(section.label)}, {_content(section.points)})"
    yield from _blocks(section.blocks, page)
    if section.role == "part" and page.purpose == "Worksheet":
        yield f"#answer-room({answer_room(section):g}cm)"


def _blocks(blocks: Sequence[Block], page: Document) -> Iterator[str]:
    """Words that lead to equations or a table stay on the page on which these begin."""
    for block, following in zip_longest(blocks, blocks[1:]):
        if isinstance(block, Prose) and isinstance(following, Equations | Grid):
            yield f"#note[{typst(block.text)}]"
        else:
            yield from _block(block, page)


def _block(block: Block, page: Document) -> Iterator[str]:
    if isinstance(block, Section):
        yield from _section(block, page)
    elif isinstance(block, Group):
        yield from _group(block, page)
    elif isinstance(block, Finding):
        name = f"{_inline(Code(block.name), display=False)} " if block.name else ""
        verdict, points = typst_text(block.verdict), typst_text(block.points)
        yield f"#step(false, [{name}#strong[{verdict}], {points}])"
        yield from _blocks(block.blocks, page)
    elif isinstance(block, Prose):
        yield f"\n{typst(block.text)}\n"
    elif isinstance(block, Note):
        function = "note" if block.role == "note" else "remark"
        yield f"#{function}[{_line(block.line)}]"
    elif isinstance(block, Equations):
        yield from _equations(block)
    elif isinstance(block, Items) and block.role == "givens":
        yield from map(_given, block.items)
    elif isinstance(block, Items):
        yield f"#list({', '.join(f'[{_line(item)}]' for item in block.items)})"
    elif isinstance(block, Grid):
        yield from _grid(block)
    elif isinstance(block, Figure):
        drawing = typst_string(svg(block.picture, block.title))
        yield f"#picture({drawing}, {typst_string(described(block.picture))})"
    elif isinstance(block, Rubric):
        items = (f"([{item.points:g}], [{typst_line(item.text)}])" for item in block.items)
        yield f"#marking({str(not is_short(block)).lower()}, {', '.join(items)})"
    else:
        yield _form(block)


def _given(line: Line) -> str:
    quantity, *words = line
    assert isinstance(quantity, Mathematics)
    told = [one.removeprefix(": ") if isinstance(one, str) else one for one in words[:1]]
    return f"#given([{_fitting(quantity.latex)}], [{_line([*told, *words[1:]])}])"


def _group(group: Group, page: Document) -> Iterator[str]:
    title = f"[{_line(group.title)}]"
    asked = group.role == "answer"
    if group.role == "evidence":
        yield f"#evidence({title})"
    elif group.title or asked:
        yield f"#step({str(asked).lower()}, {title})"
    yield from _blocks(group.blocks, page)


def _equations(equations: Equations) -> Iterator[str]:
    whole = r" \ ".join(map(_aligned, equations.rows))
    yield f"#chain($ {whole} $, ("
    yield from (f"{_row(one)}," for one in equations.rows)
    yield "))"


def _aligned(equation: Equation) -> str:
    sides = [mathematics(stacked(one)) for one in equation[:3]]
    reason = f" & quad #{_remark(equation.reason)}" if equation.reason else ""
    return f"{sides[0]} & {sides[1]} {sides[2]}{reason}"


def _remark(line: Line) -> str:
    return f"text(size: 8.5pt, fill: muted, [{_line(line)}])"


def _row(equation: Equation) -> str:
    pieces, least = _pieces(stacked(equation.right))
    reason = f"[{_line(equation.reason)}]" if equation.reason else "none"
    right = stacked(equation.right)
    return (
        f"(left: {_display(equation.left)}, sign: {_display(equation.sign)}, "
        f"right: {_display(right)}, reason: {reason}, "
        f"pieces: ({pieces},), smallest: ({least},))"
    )


def _pieces(latex: str) -> tuple[str, str]:
    """The mathematics in pieces to be broken between, and the smallest there are of it."""
    pieces = opened(row(latex), LONGEST_FENCE) if len(latex) > SURELY_SHORT else [latex]
    least = [one for piece in pieces for one in smallest(piece)]
    terms = [term for piece in pieces for term in summands(piece)]
    return ", ".join(map(_display, terms)), ", ".join(map(_display, least or [""]))


def _display(latex: str) -> str:
    return f"$display({mathematics(latex)})$" if latex else "[]"


def _form(form: Form) -> str:
    return f"#form({typst_string(form.text.rstrip(chr(10)))})"


def _grid(grid: Grid) -> Iterator[str]:
    if grid.title:
        yield f"#evidence({_content(grid.title)})"
    shares = widths(grid)
    # narrow columns are as wide as they are; a share would not count the room around them
    columns = ", ".join(
        [f"{share:.3f}fr" if share * len(shares) > 1 else "auto" for share in shares]
        or ["auto"] * len(grid.columns)
    )
    align = ", ".join("right" if right else "left" for right in grid.numeric)
    head = ", ".join(map(_content, grid.columns))
    rows = "".join(f"[{_line(cell)}], " for line in grid.rows for cell in line)
    totals = "".join(f"[{_line(cell)}], " for cell in grid.totals)
    yield f"#ruled(({columns},), ({align},), ({head},), ({rows}), ({totals}))"
    for head_line, line in grid.lines:
        yield f"#table-line([{_line(head_line)}], [{_line(line, display=True)}])"


def _line(line: Sequence[Inline], display: bool = False) -> str:
    return "".join(_inline(one, display) for one in line)


def _inline(piece: Inline, display: bool) -> str:
    match piece:
        case Mathematics(latex):
            return _display(latex) if display else _fitting(latex)
        case Code(text):
            return f"#raw({typst_string(text)});"
        case text:
            return typst_text(text)


def _fitting(latex: str) -> str:
    shown = f"${mathematics(latex)}$"
    if width((Mathematics(latex),)) <= SURELY_ON_A_LINE:
        return shown
    pieces = opened(row(latex), LONGEST_FENCE)
    least = [one for piece in pieces for one in smallest(piece)]
    terms = [term for piece in pieces for term in summands(piece)]
    parts, smaller = (", ".join(f"${mathematics(one)}$" for one in some) for some in (terms, least))
    return f"#fit({shown}, ({parts},), ({smaller},));"
