"""What libyaml and PyYAML say about broken YAML, in words that say what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from exsolve.errors import Position
from exsolve.spec.report import Report, quote

if TYPE_CHECKING:
    from yaml import YAMLError

    from exsolve.spec.nodes import Document


class _Saying(NamedTuple):
    """Parts of the parser's own words (context, problem) and ours."""

    context: str
    problem: str
    message: str
    hint: str = ""


_SAYINGS = (
    _Saying("", "mapping values are not allowed", "a colon that cannot stand here",
            "put text that contains `: ` in single quotes; check the indentation"),
    _Saying("", "unexpected ':'", "a colon without a space behind it", "write `name: value`"),
    _Saying("", "sequence entries are not allowed", "a list item that cannot stand here",
            "begin each `- item` on a line of its own"),
    _Saying("", "unknown escape character", "an unknown escape between double quotes",
            "write single quotes, or double the backslash"),
    _Saying("", "hexadecimal number", "an escape between double quotes that breaks off",
            "write single quotes, or double the backslash"),
    _Saying("", "hexdecimal number", "an escape between double quotes that breaks off",
            "write single quotes, or double the backslash"),
    _Saying("quoted scalar", "", "a quotation that is not closed",
            "close it, or double each quote inside it"),
    _Saying("double-quoted scalar", "", "a quotation that is not closed", "close it"),
    _Saying("flow sequence", "", "a list in brackets that is not closed",
            "write `]` at its end and `,` between its items; put formulas with [ in quotes"),
    _Saying("flow mapping", "", "a mapping in braces that is not closed",
            "write `}` at its end and `,` between its fields; put formulas with [ in quotes"),
    _Saying("flow node", "", "a bracket that is not closed, or an item that is missing",
            "close it"),
    _Saying("simple key", "", "a line without a colon, where `name: value` must stand",
            "write the colon, or indent the line if it continues the one above"),
    _Saying("block mapping", "", "something that cannot stand here",
            "begin the fields of one mapping in the same column; put text in single quotes if it "
            "begins with a quote or bracket and goes on behind it"),
    _Saying("block collection", "", "something that cannot stand among the items of a list",
            "begin the items of one list in the same column, each with `- `"),
    _Saying("block node", "", "a value that cannot begin so", "put the text in single quotes"),
    _Saying("block scalar", "indentation indicator", "an indentation after `|` or `>` that is 0"),
    _Saying("block scalar", "", "text behind `|` or `>`", "begin the text on the next line"),
    _Saying("", "cannot start any token", "a value that cannot begin so",
            "put the text in single quotes"),
    _Saying("alias", "", "an alias is not read here", "put text that begins with * in quotes"),
    _Saying("anchor", "", "an anchor is not read here", "put text that begins with & in quotes"),
    _Saying("tag", "", "a tag is not read here", "put text that begins with ! in quotes"),
    _Saying("", "tag handle", "a tag is not read here", "put text that begins with ! in quotes"),
    _Saying("directive", "", "a YAML directive is not read here", "delete the line"),
    _Saying("", "document start", "text that belongs to nothing above it",
            "begin every field of the file in the same column"),
)  # fmt: skip

_OPENED = ("not closed", "without a colon")


def add_syntax_error(error: YAMLError, document: Document, report: Report) -> None:
    """Report the one error at which the parser gave up."""
    context = str(getattr(error, "context", None) or "")
    problem = str(getattr(error, "problem", None) or "")
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        report.add("the file is not YAML", Position(document.file, 1, 1), found=quote(str(error)))
        return
    context_mark: Any = getattr(error, "context_mark", None)
    tab = _tab(document, mark, context_mark)
    if tab is not None:
        report.add(
            "a tab in the indentation",
            tab,
            expected="spaces",
            hint="set your editor to indent with spaces",
        )
        return
    for saying in _SAYINGS:
        if saying.context in context and saying.problem in problem:
            break
    else:
        saying = _Saying("", "", "this is not YAML", "")
    opened = any(words in saying.message for words in _OPENED) and context_mark is not None
    if opened:
        place = context_mark
        found = f"in line {mark.line + 1}: {_rest(document, mark, whole_line=True)}"
    else:
        place = mark
        found = _rest(document, mark, whole_line=False)
    report.add(
        saying.message,
        Position(document.file, place.line + 1, place.column + 1),
        found=found,
        hint=saying.hint,
    )


def _rest(document: Document, mark: Any, whole_line: bool) -> str:
    """The line of a mark, or what is left of it there."""
    start = document.text.rfind("\n", 0, mark.index) + 1 if whole_line else mark.index
    text = document.text[start : start + 200].split("\n", 1)[0].strip()
    if text:
        return quote(text)
    return "the end of the line" if document.text[mark.index :].strip() else "the end of the file"


def _tab(document: Document, *marks: Any) -> Position | None:
    """The first tab of the indentation of the lines at the marks, or just before the mark."""
    for mark in marks:
        if mark is None:
            continue
        start = document.text.rfind("\n", 0, mark.index) + 1
        line = document.text[start : start + 200]
        blank = line[: len(line) - len(line.lstrip(" \t"))]
        if "\t" in blank:
            return Position(document.file, mark.line + 1, blank.index("\t") + 1)
    return None
