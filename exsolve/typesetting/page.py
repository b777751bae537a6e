"""The solution as lines of styled text: what the terminal shows in colour and plain text without.

Styles are names (title, ask, name, note, exact, decimal, label); a format decides on their look.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from exsolve.drawing.pictures import Picture
from exsolve.drawing.terminal import lines as picture_lines
from exsolve.expression.naming import show_name
from exsolve.expression.tree import Constant, Literal, Node
from exsolve.notation import written
from exsolve.solution import (
    Derivation,
    Evidence,
    Expansion,
    Formula,
    Part,
    Solution,
    Statement,
    Step,
)
from exsolve.text_width import display_width
from exsolve.typesetting import phrases
from exsolve.typesetting.boxes import (
    Box,
    Line,
    Span,
    beside,
    filled,
    text_box,
    wrapped,
)
from exsolve.typesetting.tables import table_lines
from exsolve.typesetting.values import formula_box, indented, value_box, value_lines

INDENT = "    "
ITEM = re.compile(r"(?:[-*]|\d{1,4}[.)]) +")
"""What begins an item of a list in Markdown."""
MARKS = (
    re.compile(r"`([^`\n]+)`"),
    re.compile(r"(?<![\w*])\*\*(?=\S)([^*\n]+)(?<=\S)\*\*(?![\w*])"),
    re.compile(r"(?<![\w$])\$([A-Za-z]\w*)\$(?![\w$])"),
)
"""What Markdown marks as code, as strong, as a name in mathematics."""


def page(
    solution: Solution, width: int = 80, points: str = "", headed: bool = True
) -> Iterator[Line]:
    """The lines of a solution, at most ``width`` columns wide where its contents allow.

    ``points`` stand in the heading of an exercise that is one of several; not ``headed``: its title
    is that of the whole document.
    """
    if headed:
        label = f"{solution.exercise} · {points}" if points else solution.exercise
        yield from titled(solution.title, label, "─", width)
    yield from _data(solution, width)
    for part in solution.parts:
        yield ()
        yield from _part(part, solution, width)
    if solution.agreement.compared:
        yield ()
        for text in filled(phrases.agreement(solution.agreement.compared), width):
            yield (Span(text, "note"),)


def _data(solution: Solution, width: int) -> Iterator[Line]:
    """What the exercise is about, and what is given."""
    if solution.about:
        yield from paragraphs(solution.about, width, "about")
    if solution.givens or solution.symbols or solution.functions:
        yield ()
        yield (Span("Given", "heading"),)
        yield from givens(solution.givens, width)
        yield from _symbols(solution, width)


def titled(title: str, label: str, rule: str, width: int) -> Iterator[Line]:
    """A title on the left, a label on the right, a rule under them."""
    gap = width - display_width(title) - display_width(label)
    if gap >= 2:
        yield (Span(title, "title"), Span(" " * gap), Span(label, "label"))
    else:
        for text in filled(title, width):
            yield (Span(text, "title"),)
        yield (Span(label, "label"),)
    yield (Span(rule * width, "rule"),)


def givens(steps: Sequence[Step], width: int) -> Iterator[Line]:
    """The data, as many side by side as fit."""
    row: list[Box] = []
    gap, noted = "", False
    room = 3 + max((_shown_given(step).width for step in steps if not step.value.shape), default=0)
    for step in steps:
        lead = text_box(phrases.shown_name(step) + " = ", "name")
        shown = _shown_given(step)
        spacer = text_box(gap if row else "  ")
        fits = sum(box.width for box in row) + spacer.width + shown.width <= width
        note = phrases.said_of(step)
        if row and (note or noted or not fits):
            yield from beside(*row).lines
            row, spacer = [], text_box("  ")
        noted = bool(note)  # what follows on its line would seem to be meant too
        if note and not step.value.shape:
            said = beside(text_box("  "), shown, text_box(" " * (room - shown.width)))
            if said.width + display_width(note) <= width:
                yield from beside(said, text_box(note, "note")).lines
                continue
        if note:
            yield from _note(note, "  ", width)
        if spacer.width + shown.width > width:
            yield from value_lines(step, lead, "  ", width - 2, True, decimals=False)
        else:
            row += [spacer, shown]
        # a label at the side of a matrix is not to be read as part of the next
        gap = " " * (6 if step.rows and len(shown.lines) > 1 else 3)
    if row:
        yield from beside(*row).lines


def _symbols(solution: Solution, width: int) -> Iterator[Line]:
    """The names without values: as many on a line as fit, random ones each on their own."""
    entries = [
        f"{show_name(symbol.name, 'terminal')}: {phrases.declared(symbol.shape)}"
        for symbol in solution.symbols
        if not symbol.outcomes
    ]
    line = ""
    for entry in entries:
        if line and 2 + display_width(line) + 3 + display_width(entry) > width:
            yield (Span(f"  {line}", "exact"),)
            line = ""
        line += f"   {entry}" if line else entry
    if line:
        yield (Span(f"  {line}", "exact"),)
    for name, count in solution.functions:
        shown_name = show_name(name, "terminal")
        yield (Span(f"  {shown_name}: {phrases.function_of(count)}", "exact"),)
    for symbol in solution.symbols:
        if symbol.outcomes:
            text = f"{show_name(symbol.name, 'terminal')}: {phrases.random(symbol, 'terminal')}"
            for shown in filled(text, width, "  ", "    "):
                yield (Span(shown, "exact"),)
    if solution.conditions:
        text = ", ".join(written(node, "terminal") for node in solution.conditions)
        for shown in filled(f"Conditions: {text}.", width, "  ", "    "):
            yield (Span(shown, "note"),)


def _shown_given(step: Step) -> Box:
    lead = text_box(phrases.shown_name(step) + " = ", "name")
    return beside(lead, value_box(step.value, False, step.rows, step.columns))


def _part(part: Part, solution: Solution, width: int) -> Iterator[Line]:
    label = f"({part.id}) "
    points = phrases.points(part.points)
    room = width - len(label) - len(points) - 3
    asked = ["".join(text for text, _ in one) for one in paragraphs(part.ask, room, "ask")]
    for place, text in enumerate(asked or [""]):
        if place and not text:
            yield ()
            continue
        lead = label if not place else " " * len(label)
        line = [Span(lead + text, "ask")]
        if not place:
            gap = max(width - display_width(lead + text) - len(points), 2)
            line += [Span(" " * gap), Span(points, "label")]
        yield tuple(line)
    tabled: set[str] = set()
    for table in part.tables:
        yield ()
        yield from table_lines(table, width)
        tabled.update(table.names)
    for step in part.steps:
        if step.name not in tabled:
            yield ()
            if isinstance(step, Formula):
                yield from _formula(step, solution.detail, width)
            else:
                yield from _step(step, solution.detail, width)
    for derivation in part.derivations:
        yield ()
        yield from _derivation(derivation, solution.detail, width)
    if part.text:
        yield ()
        yield from paragraphs(part.text, width - 2, "text", "  ")
    if part.rubric:
        yield ()
    for item in part.rubric:
        lead = f"  [{item.points:g}] "
        for place, text in enumerate(filled(item.text, width - len(lead))):
            yield (Span(lead if not place else " " * len(lead), "label"), Span(text, "note"))
    for evidence in part.evidence:
        yield ()
        yield from _evidence(evidence, solution.detail, width)


def paragraphs(text: str, width: int, style: str, indent: str = "") -> Iterator[Line]:
    """Text wrapped to the width; blank lines and list items keep their own lines.

    What Markdown marks (``MARKS``) stands without the marks.
    """
    blocks: list[str] = []
    for mark in MARKS:
        text = mark.sub(r"\1", text)
    for line in text.strip().split("\n"):
        begins = not line.strip() or ITEM.match(line.lstrip()) is not None
        if begins or not blocks or not blocks[-1]:
            blocks.append(line.strip())
        else:
            blocks[-1] += " " + line.strip()
    for block in blocks:
        if not block:
            yield ()
            continue
        item = ITEM.match(block)
        following = indent + " " * (len(item.group()) if item else 0)
        for shown in filled(block, width, indent, following):
            yield (Span(shown, style),)


def _step(step: Step, detail: str, width: int) -> Iterator[Line]:
    name = phrases.shown_name(step)
    note = phrases.said_of(step)
    if note and detail != "short":
        for line in filled(note, width - 2):
            yield (Span(f"  {line}", "note"),)
    body = width - len(INDENT)
    lead = beside(text_box(name, "name"), text_box(" = ", "sign"))
    # a definition that is its own value, such as d_k = 3, is not written twice
    formula = step.formula
    own_value = isinstance(formula, Literal | Constant)
    if formula is not None and not own_value and not phrases.says_the_value(formula, step):
        box = beside(lead, text_box(written(formula, "terminal"), "formula"))
        yield from indented(box, INDENT, body)
        if step.substitution is not None and not phrases.says_the_value(step.substitution, step):
            yield from _substitution(step.substitution, body)
        for expansion in step.expansions:
            yield from _expansion(step, expansion, body)
        if step.unexpanded:
            yield (Span(f"{INDENT}  {phrases.unexpanded(step)}", "note"),)
        lead = text_box("= ", "sign")
    yield from value_lines(step, lead, INDENT, body, detail == "long")


def _formula(step: Formula, detail: str, width: int) -> Iterator[Line]:
    """A general formula, how it came about, what its symbols are, and that it is verified."""
    if step.note and detail != "short":
        yield from _note(step.note, "  ", width)
    lead = beside(text_box(phrases.shown_name(step), "name"), text_box(" = ", "sign"))
    box = beside(lead, text_box(written(step.formula, "terminal"), "formula"))
    yield from indented(box, INDENT, width - len(INDENT))
    if detail == "short":
        return
    for reason in step.reasons:
        yield from _reason(reason.name, reason.formula, reason.text, width)
    shapes = [
        f"{show_name(name, 'terminal')}: {phrases.kind_of(shape)}"
        for name, shape in step.symbols
        if shape
    ]
    if shapes:
        yield from _note("Shapes: " + ", ".join(shapes) + ".", INDENT + "  ", width)
    yield from _note(phrases.verified_formula(step.verified), INDENT + "  ", width)


def _note(text: str, indent: str, width: int) -> Iterator[Line]:
    for line in filled(text, width - len(indent)):
        yield (Span(indent + line, "note"),)


def _reason(name: str, formula: Node, text: str, width: int) -> Iterator[Line]:
    lead = f"{show_name(name, 'terminal')} = " if name else ""
    shown = lead + written(formula, "terminal")
    for line in wrapped(shown, width - len(INDENT) - 2, 6):
        yield (Span(f"{INDENT}  {line}", "formula"),)
    yield from _note(text, INDENT + "      ", width)


def _derivation(derivation: Derivation, detail: str, width: int) -> Iterator[Line]:
    """A chain of equal expressions, each under the reason why it is equal to the one before."""
    if derivation.claim:
        yield from paragraphs(derivation.claim, width - 2, "text", "  ")
    for name, formula in derivation.definitions:
        lead = beside(text_box(show_name(name, "terminal"), "name"), text_box(" = ", "sign"))
        box = beside(lead, text_box(written(formula, "terminal"), "formula"))
        yield from indented(box, INDENT, width - len(INDENT))
    if derivation.definitions:
        yield ()
    for place, line in enumerate(derivation.lines):
        lead = text_box(_sign(derivation, place), "sign")
        box = beside(lead, text_box(written(line.formula, "terminal"), "formula"))
        yield from indented(box, INDENT, width - len(INDENT))
        if line.reason and detail != "short":
            yield from _note(line.reason, INDENT + "      ", width)
    yield from _note(phrases.verified_derivation(derivation), INDENT, width)


def _sign(derivation: Derivation, place: int) -> str:
    """What stands before a line of a derivation."""
    if derivation.relations:
        return ""
    return "= " if place else "  "


def _evidence(evidence: Evidence, detail: str, width: int) -> Iterator[Line]:
    """What shows the point of an answer: steps, tables, pictures, comparisons."""
    for line in filled(evidence.title, width - 2):
        yield (Span(f"  {line}", "heading"),)
    if evidence.note:
        yield from paragraphs(evidence.note, width - 2, "note", "  ")
    shown: list[Iterator[Line]] = [
        _formula(step, detail, width) if isinstance(step, Formula) else _step(step, detail, width)
        for step in evidence.steps
    ]
    shown += [table_lines(table, width) for table in evidence.tables]
    shown += [_picture(picture, width) for picture in evidence.pictures]
    for place, block in enumerate(shown):
        if place or evidence.title or evidence.note:
            yield ()
        yield from block
    if evidence.statements and shown:
        yield ()
    for statement in evidence.statements:
        yield from _statement(statement, width)


def _picture(picture: Picture, width: int) -> Iterator[Line]:
    for text in picture_lines(picture, width - 2):
        yield (Span(f"  {text}", "picture"),)


def _statement(statement: Statement, width: int) -> Iterator[Line]:
    sign = " = " if statement.equal else " ≠ "
    text = written(statement.left, "terminal") + sign + written(statement.right, "terminal")
    for line in wrapped(text, width - len(INDENT), 4):
        yield (Span(f"{INDENT}{line}", "formula"),)
    yield from _note(phrases.decided(statement), INDENT + "  ", width)


def _substitution(node: Node, width: int) -> Iterator[Line]:
    box = beside(text_box("= ", "sign"), formula_box(node))
    if box.width <= width or len(box.lines) == 1:
        yield from indented(box, INDENT, width)


def _expansion(step: Step, expansion: Expansion, width: int) -> Iterator[Line]:
    name = phrases.shown_name(step)
    if len(step.value.cells) > 1:
        name = phrases.cell_name(name, expansion.place)
    substituted = written(expansion.substituted, "terminal")
    result = step.value.cell(expansion.place).text("terminal", written)
    text = f"{name} = {substituted}" + (f" = {result}" if result != substituted else "")
    for line in wrapped(text, width - 2, 6):
        yield (Span(f"{INDENT}  {line}", "formula"),)
