"""A complete LaTeX document, which plain pdflatex compiles; no command of an author acts in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path

from exsolve.document import (
    Block,
    Code,
    Document,
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
from exsolve.document.handouts import document
from exsolve.document.measures import answer_room, is_short, widths
from exsolve.drawing.tikz import tikz
from exsolve.prose.latex import latex, latex_code, latex_line, latex_text
from exsolve.render.latex.mathematics import SURELY_SHORT, breakable
from exsolve.solution import Handout

SUFFIX = ".tex"

SURELY_LONG = 1000
"""Characters of LaTeX of words that stand below what they are about. They are not measured first:
of what is wider than 5.7 metres, TeX cannot say how wide it is."""
_PREAMBLE = Path(__file__).with_name("preamble.tex")
_MATRIX_ROW = re.compile(r"\\\\|\\row|\n\n")
_LINES_OF_A_CELL = re.compile(r"\\begin\{aligned\}.*?\\end\{aligned\}", re.DOTALL)
_NOT_IN_BOOKMARKS = re.compile(r"[^A-Za-z0-9 .,:;!?()='+*/-]+")


def render(handout: Handout) -> str:
    """The handout as a LaTeX document, with a newline at the end."""
    head, *lines = _document(document(handout))
    body = "\n".join(lines)
    return f"{head}\n{_matrix_columns(body)}\n{body}\n"


def _matrix_columns(body: str) -> str:
    """amsmath takes ten columns, and time for each column that there might be."""
    # a matrix may have cells of several lines, and also stand in lines itself
    rows = _MATRIX_ROW.split(body) + _MATRIX_ROW.split(_LINES_OF_A_CELL.sub("", body))
    columns = max(row.count("&") + 1 for row in rows)
    return rf"\setcounter{{MaxMatrixCols}}{{{columns}}}"


def _document(page: Document) -> Iterator[str]:
    title = latex_text(page.title)
    yield _PREAMBLE.read_text(encoding="utf-8").rstrip()
    yield rf"\hypersetup{{pdftitle={{{_bookmark(page.title)}}},pdfcreator={{exsolve}}}}"
    foot = " — ".join(filter(None, (page.purpose, title)))
    yield rf"\footertitle{{{foot}}}"
    yield r"\begin{document}"
    if page.purpose or len(page.sections) > 1:
        about = " — ".join(filter(None, (page.purpose, page.points)))
        yield rf"{{\LARGE\bfseries\color{{accent}}\raggedright {title}\par}}"
        yield rf"{{\large\color{{muted}}{about}\par}}"
    if page.marks is not None:
        yield r"\medskip"
        yield from _grid(page.marks)
    for section in page.sections:
        yield from _section(section, page)
    yield from _provenance(page.provenance)
    yield r"\label{end}"
    yield r"\end{document}"


def _provenance(lines: Sequence[str]) -> Iterator[str]:
    if not lines:
        return
    yield rf"\vfill\together{{{10 * len(lines)}pt}}"
    yield r"{\scriptsize\parskip=0pt\color{muted}\hrule\smallskip"
    yield "\\par\n".join(map(latex_text, lines)) + r"\par}"


def _bookmark(text: str) -> str:
    return _NOT_IN_BOOKMARKS.sub(" ", text)


def _section(section: Section, page: Document) -> Iterator[str]:
    title, label = latex_text(section.title), latex_code(section.label)
    yield ""
    if section.role == "form":
        mark = rf"\pdfbookmark[1]{{{_bookmark(section.title)}}}{{{_bookmark(section.anchor)}}}"
        yield rf"\answerform{{{mark}\exercise{{{title}}}{{{label}}}{{{section.points}}}}}{{%"
        yield from _blocks(section.blocks, page)
        yield "}"
        return
    if section.role == "part":
        yield rf"\question{{{latex_text(section.label)}}}{{{section.points}}}{{%"
        yield rf"{latex(section.ask)}}}"
    elif section.role == "given":
        yield rf"\minorheading{{{title}}}"
    else:
        level = 0 if section.role == "set" else 1
        yield r"\beginning"
        yield rf"\pdfbookmark[{level}]{{{_bookmark(section.title)}}}{{{_bookmark(section.anchor)}}}"
        command = "problemset" if section.role == "set" else "exercise"
        if title:
            yield rf"\{command}{{{title}}}{{{label}}}{{{section.points}}}"
    yield from _blocks(section.blocks, page)
    if section.role == "part" and page.purpose == "Worksheet":
        yield rf"\answerroom{{{answer_room(section):g}cm}}"


def _blocks(blocks: Sequence[Block], page: Document) -> Iterator[str]:
    """Words that lead to equations or a table stay on the page on which these begin."""
    for block, following in zip_longest(blocks, blocks[1:]):
        yield from _block(block, page)
        if isinstance(block, Prose) and isinstance(following, Equations | Grid):
            yield r"\par\nobreak"


def _block(block: Block, page: Document) -> Iterator[str]:
    if isinstance(block, Section):
        yield from _section(block, page)
    elif isinstance(block, Group):
        yield from _group(block, page)
    elif isinstance(block, Finding):
        name = f"{_inline(Code(block.name))} " if block.name else ""
        verdict, points = latex_text(block.verdict), latex_text(block.points)
        yield rf"\step{{{name}\textbf{{{verdict}}}, {points}}}"
        yield from _blocks(block.blocks, page)
    elif isinstance(block, Prose):
        yield ""
        yield latex(block.text)
        yield ""
    elif isinstance(block, Note):
        command = r"\note" if block.role == "note" else r"\remark"
        yield rf"{command}{{{_line(block.line)}}}"
    elif isinstance(block, Equations):
        yield from _equations(block)
    elif isinstance(block, Items) and block.role == "givens":
        yield from map(_given, block.items)
    elif isinstance(block, Items):
        yield r"\begin{itemize}"
        yield from (rf"\item {_line(item)}" for item in block.items)
        yield r"\end{itemize}"
    elif isinstance(block, Grid):
        yield from _grid(block)
    elif isinstance(block, Figure):
        yield rf"\drawing{{{tikz(block.picture).rstrip()}}}"
    elif isinstance(block, Rubric):
        environment = "marking" if is_short(block) else "longmarking"
        yield rf"\begin{{{environment}}}"
        yield from (rf"{item.points:g} & {latex_line(item.text)} \\" for item in block.items)
        yield rf"\end{{{environment}}}"
    else:
        yield from _form(block)


def _given(line: Line) -> str:
    quantity, *words = line
    assert isinstance(quantity, Mathematics)
    shown, told = breakable(quantity.latex), _line(words).strip().removeprefix(": ")
    if len(told) > SURELY_LONG:
        return rf"\given{{{shown}}}{{}}\nobreak\givenbelow{{{told}}}"
    return rf"\given{{{shown}}}{{{told}}}"


def _group(group: Group, page: Document) -> Iterator[str]:
    asked = r"\asked " if group.role == "answer" else ""
    title = _line(group.title)
    if group.role == "evidence":
        yield rf"\evidence{{{title}}}"
    elif title or asked:
        yield rf"\step{{{asked}{title}}}"
    yield from _blocks(group.blocks, page)


def _equations(equations: Equations) -> Iterator[str]:
    yield r"\chain{%"
    for row in equations.rows:
        sides = breakable(row.left), row.sign, breakable(row.right), _line(row.reason)
        yield r"\row" + "".join(f"{{{side}}}" for side in sides) + "%"
    yield "}"


def _form(form: Form) -> Iterator[str]:
    """Line by line: the answers to a question on one page, an exercise with its first question."""
    lines = form.text.rstrip("\n").split("\n")
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        yield rf"\leavevmode {latex_code(line)}\par" if line else r"\medskip"
        if line and (following or line.startswith("# ")):
            yield r"\nobreak"


def _grid(grid: Grid) -> Iterator[str]:
    if grid.title:
        yield rf"\evidence{{{latex_text(grid.title)}}}"
    short = is_short(grid)
    environment = "shorttable" if short else "longtable"
    yield rf"\begin{{{environment}}}{{@{{}}{_columns(grid)}@{{}}}}"
    yield r"\toprule"
    yield " & ".join(rf"\bfseries {latex_text(column)}" for column in grid.columns) + r" \\"
    yield r"\midrule" if short else r"\midrule\endhead"
    yield from (" & ".join(map(_line, row)) + r" \\" for row in grid.rows)
    if grid.totals:
        yield r"\midrule"
        cells = map(_line, grid.totals)
        yield " & ".join(rf"\bfseries {cell}" if cell else "" for cell in cells) + r" \\"
    yield r"\bottomrule"
    yield rf"\end{{{environment}}}"
    for head, line in grid.lines:
        yield rf"\tableline{{{_line(head)}}}{{{_line(line)}}}"


def _columns(grid: Grid) -> str:
    shares = widths(grid)
    if not shares:
        return "".join("r" if right else "l" for right in grid.numeric)
    return "".join(
        rf"{'R' if right else 'L'}{{{share:.3f}\linewidth}}"
        for right, share in zip(grid.numeric, shares, strict=True)
    )


def _line(line: Sequence[Inline]) -> str:
    return "".join(map(_inline, line))


def _inline(piece: Inline) -> str:
    match piece:
        case Mathematics():
            return _mathematics(piece)
        case Code(text):
            return rf"\texttt{{{latex_code(text)}}}"
        case text:
            return latex_text(text)


def _mathematics(inline: Mathematics) -> str:
    shown = breakable(inline.latex)
    return rf"\inlinefit{{{shown}}}" if len(shown) > SURELY_SHORT else f"${shown}$"
