r"""Lines that state something: where the name stands, where its value begins and how far it goes.

A value goes on over lines while brackets, LaTeX environments or ``$$`` are open in it, where a line
ends with an operator or the next begins with one, and over lines that are indented further.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from exsolve.answers.addresses import LONGEST_NAME

_STATEMENT = re.compile(
    rf"""
    (?P<indent>[ \t]*+)
    (?:[-*+•–][ \t]++){{0,4}}+
    (?:(?:\((?P<inside>\w[\w.]{{0,20}})\)|(?P<before>\w{{1,3}})[.)])[ \t]++)?+
    (?P<opened>(?:\*\*|__|`|\$\$?|\\\[|\\\(|&|[ \t]){{0,20}}+)
    (?P<name>[^\s=:≈<>!|\#&][^=:≈<>!|\#\n]{{0,{LONGEST_NAME}}}?)
    [ \t]*+&?[ \t]*+
    (?P<sign>:=|==?(?![=>])|(?=≈|\\approx)|:(?=[ \t*]|$))
    """,
    re.X | re.M,
)
_ODDLY = re.compile(
    r"""
    (?P<indent>[ \t]*+)(?:[-*+•–][ \t]++){0,4}+(?:\(?\w{1,3}[.)][ \t]++)?+
    (?P<opened>(?:\*\*|__|`|\$\$?|\\\[|\\\(){0,4}+)
    (?P<name>[^\s=:<>≈~∼→⟶⇒⟹↦≃≅≡≤≥≠!|;,*`$-][^\s=:<>≈~∼→⟶⇒⟹↦≃≅≡≤≥≠!|;,*`$-]{0,80})
    (?:\*\*|__|`|\$|\\\))?[ \t]*
    (?P<sign>(?P<sure>--?>|=>|→|⟶|⇒|⟹|↦|~|∼|≃|≅|≡|≈|(?<=[ \t])equals(?=[ \t])
    |\\(?:to|rightarrow|Rightarrow|longrightarrow|mapsto|sim|simeq|equiv|cong)(?![A-Za-z]))
    |[<>!]=|≤|≥|≠|[,;:]|(?<=[ \t])(?:is|are)(?=[ \t])|(?<=[ \t]))[ \t]*
    """,
    re.X,
)
_APPROXIMATE = frozenset(("~", "∼", "≈", r"\sim"))
_BEGINS_VALUE = re.compile(r"[$`]{0,2}[-+−]?[ ]*(?:[\[({.\d√½]|\\(?:d?frac|sqrt|begin|left)\b)")
_EMPHASIS = re.compile(r"^[*`]+|(?<![\^*`])[*`]+$|(?<=\^\*)[*`]+$")
"""Signs of Markdown around a name; the star of ``w^*`` is its own."""
_TOKEN = re.compile(r"\\\\|\\begin\b|\\end\b|\\[\[\](){}]|[\[\](){}]|\$\$?|(?<!\S)\#")
_BALANCED = re.compile(
    r"[^\[\](){}$\\#\n]*+(?:\[(?:[^\[\](){}$\\#\n]|\[[^\[\](){}$\\#\n]*+\])*+\])?+[ \t]*+(?!.)"
)
"""A line in which no more than a list or a matrix is opened, and closed."""
_CLOSING = {"$": "$", "$$": "$$", r"\[": r"\]", r"\(": r"\)"}
_GOES_ON = re.compile(r"[ \t]*(?:&?=(?!==)|≈|\\approx|\\cdot|\\times|[+*/@⊙·×][ \t])")
_UNFINISHED = re.compile(r"(?:[-+*/@=≈⊙·×−]|\\cdot|\\times|\\odot)[ \t]*(?:\\\\)?[ \t]*$")
_BEGINS_MATHEMATICS = re.compile(r"[ \t]*(?:[\[({$√±≈−½¼¾+\-.\d]|\\[\[(a-z])")
_BARE = re.compile(r"[\[(\-.0-9](?:[^\\$`]*[\])0-9])?+(?<![-.])")
"""A value that nothing is wrapped around."""
_NO_ANSWER = re.compile(r"(?:_+|\?+|-+|–|—|\.\.\.|…|\\(?:text)?\{?\}?)$")
_WRAPPED = (("$$", "$$"), ("$", "$"), (r"\[", r"\]"), (r"\(", r"\)"), ("`", "`"), ("**", "**"))
_SPACING = re.compile(
    r"(?:\\(?:quad|qquad|[,;:!])|\\text(?:rm)?\{[ ]*(?:and|with|where|,|;|\.)?[ ]*\}"
    r"|(?<=[\s$,;])(?:and|with|where))[ \t]*\Z"
)
"""Typesetting and words between one statement and the next."""
_LONGEST_SPACING = 60
_WRAPPINGS = 30
"""Signs around an answer that are taken off it."""
_BETWEEN = re.compile(
    r"(?:[\s,;&~]|\\\\|\\(?:quad|qquad|[,;:!])|\\text(?:rm)?\{[ ]*(?:and|with|where|,)?[ ]*\}"
    r"|(?:and|with|where|finally|then)\b)*+"
)
SEPARATOR = re.compile(r"[,;]|\\q?quad\b|\\\\|\\text\{|(?<=[\s$])(?:and|with|where)\b")
"""What may stand between two statements on a line."""
_LEFT_OPEN = (r"\\", "$$", r"\]", r"\)", "`", "**", "$", ";", ",")


class Statement(NamedTuple):
    """``name = value``: the name as it was written, and where the value begins.

    ``item`` is what numbers the line: ``a`` of ``(a) Q = 1``. ``opened``: mathematics that began
    before the name.
    """

    name: str
    start: int
    value: int
    sign: str
    item: str
    opened: str
    indent: int


def statement_at(text: str, start: int, end: int) -> Statement | None:
    """The statement of a line, if it looks like one."""
    found = _STATEMENT.match(text, start, end)
    if found is None:
        return None
    name = _EMPHASIS.sub("", found["name"].strip()).removesuffix("$").strip()
    if not name:
        return None
    opened = next((sign for sign in ("$$", "$", r"\[", r"\(") if sign in found["opened"]), "")
    if opened and found["name"].rstrip("* \t").endswith(opened):
        opened = ""
    return Statement(
        name,
        found.start("name"),
        found.end(),
        found["sign"],
        found["inside"] or found["before"] or "",
        opened,
        len(found["indent"]),
    )


def oddly_stated(text: str, start: int, end: int) -> tuple[Statement, bool] | None:
    """What a line without ``=`` says first, if it looks like a name and what it is: ``h -> [1]``;
    and whether that is sure, where it is a name that is asked for."""
    found = _ODDLY.match(text, start, end)
    if found is None:
        return None
    sign = found["sign"] or ""
    begin = found.start("sign") if sign in _APPROXIMATE else found.end()
    opened = next((one for one in ("$$", "$", r"\[", r"\(") if one in found["opened"]), "")
    value = _BEGINS_VALUE.match(text, found.end(), end)
    if not sign and value is None:
        return None
    statement = Statement(
        found["name"], found.start("name"), begin, sign, "", opened, found.end("indent") - start
    )
    return statement, bool(found["sure"]) and value is not None


class Value(NamedTuple):
    """The text of a value, comments blanked; where it begins; where the line after it begins.

    ``after``: where the rest of its last line begins, behind the mathematics that it closes.
    """

    text: str
    start: int
    following: int
    after: int


def value_at(text: str, statement: Statement, stops: Callable[[int, int], bool]) -> Value:
    """The value of a statement; ``stops`` tells of a line, by start and end, that it begins
    something else."""
    scan = _Scan(text, statement.opened)
    start = statement.value
    end = scan.line(start)
    following = scan.following
    while following < len(text) and not scan.finished:
        line_end = end_of_line(text, following)
        blank = not text[following:line_end].strip()
        if scan.open:
            if not blank and stops(following, line_end):
                break
        elif blank or not _continues(text, statement, end, following, line_end):
            if text[start:end].strip() or scan.blanked(start, end).strip():
                break
            # nothing stands behind the sign itself: the value may begin below it
            if blank:
                following = line_end + 1
                scan.gap = True
                continue
            if scan.gap and not _BEGINS_MATHEMATICS.match(text, following, line_end):
                break
            if stops(following, line_end):
                break
            scan.below = True
        elif stops(following, line_end):
            break
        if blank and not scan.paragraph:
            scan.paragraph = end
        end = scan.line(following)
        following = scan.following
    if scan.open and scan.paragraph:
        # never closed: what stands in paragraphs of its own is nothing of this value
        end = scan.paragraph
        following = end_of_line(text, end) + 1
    whole = scan.blanked(start, end)
    first, last = trimmed(whole)
    after = scan.after if scan.finished else end_of_line(text, max(end, start))
    following = max(following, end_of_line(text, start) + 1)
    return Value(whole[first:last], start + first, following, after)


def _continues(text: str, statement: Statement, end: int, following: int, line_end: int) -> bool:
    line = text[following:line_end]
    indent = len(line) - len(line.lstrip(" \t"))
    return bool(
        indent > statement.indent
        or _GOES_ON.match(text, following, line_end)
        or _UNFINISHED.search(text[max(end - 20, statement.value) : end])
    ) and bool(text[statement.value : end].strip())


class _Scan:
    """Reads lines of a value, and knows what is open in it."""

    def __init__(self, text: str, opened: str) -> None:
        self.text = text
        self.depth = 0
        self.closing = _CLOSING.get(opened, "")
        self.begun_before = bool(opened)
        self.finished = False
        self.following = 0
        self.paragraph = 0
        self.gap = False
        self.below = False
        self.comments: list[tuple[int, int]] = []

    @property
    def open(self) -> bool:
        return self.depth > 0 or bool(self.closing)

    def line(self, start: int) -> int:
        """Read a line from a place on; the end of what it has of the value."""
        line_end = end_of_line(self.text, start)
        self.following = line_end + 1
        if not self.open and _BALANCED.match(self.text, start, line_end):
            return line_end
        for token in _TOKEN.finditer(self.text, start, line_end):
            sign = token.group()
            if sign == "#":
                self.comments.append((token.start(), line_end))
                break
            if sign == self.closing and self.depth <= 0:
                self.closing = ""
                if self.begun_before:
                    self.finished, self.after = True, token.end()
                    return token.start()
            elif sign in _CLOSING and not self.closing and self.depth <= 0:
                self.closing = _CLOSING[sign]
            elif sign in ("[", "(", "{", r"\{", r"\begin"):
                self.depth += 1
            elif sign in ("]", ")", "}", r"\}", r"\end"):
                self.depth -= 1
                self.depth = max(self.depth, 0)
            elif sign == "$$" or sign in (r"\]", r"\)"):
                # closes what was opened on a line of its own before the statement
                self.finished, self.after = True, token.end()
                return token.start()
        return line_end

    def blanked(self, start: int, end: int) -> str:
        """The text between two places without its comments."""
        pieces = []
        for comment, comment_end in self.comments:
            if comment >= end:
                break
            pieces.append(self.text[start:comment])
            start = min(comment_end, end)
            pieces.append(" " * (start - comment))
        pieces.append(self.text[start:end])
        return "".join(pieces)


def trimmed(text: str, in_words: bool = False) -> tuple[int, int]:
    """Where an answer begins and ends in its text, without white space around it.

    A value loses what only typesets it as well. Both are the same place where nothing is left, or
    what stands there says that nothing is meant.
    """
    if not in_words and _BARE.fullmatch(text):
        return 0, len(text)
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    for _ in range(0 if in_words else _WRAPPINGS):
        before = (start, end)
        while start < end and text[start].isspace():
            start += 1
        while start < end and text[end - 1].isspace():
            end -= 1
        for opening, closing in _WRAPPED:
            inner = text[start + len(opening) : end - len(closing)]
            if (
                end - start >= len(opening) + len(closing)
                and text.startswith(opening, start)
                and text.endswith(closing, start, end)
                and opening not in inner
                and closing not in inner
            ):
                start, end = start + len(opening), end - len(closing)
                break
        else:
            start, end = _without_ends(text, start, end)
        if (start, end) == before:
            break
    start = min(start, end)
    return (start, start) if _NO_ANSWER.match(text[start : min(end, start + 200)]) else (start, end)


def _without_ends(text: str, start: int, end: int) -> tuple[int, int]:
    """The same without what a statement ends with, or what is closed but was opened before it."""
    piece = text[start:end]
    spacing = (
        _SPACING.search(piece, max(0, len(piece) - _LONGEST_SPACING))
        if piece[-1:] in "d;:!, }eh"
        else None
    )
    if spacing:
        return start, start + spacing.start()
    for sign in _LEFT_OPEN:
        single = sign not in ("$", "$$", "`", "**") or piece.count(sign) % 2
        if piece.endswith(sign) and single:
            return start, end - len(sign)
    if piece.startswith("**"):
        return start + 2, end
    if len(piece) > 1 and piece.endswith(".") and not piece.endswith(".."):
        return start, end - 1
    return start, end


def between(text: str, start: int) -> int:
    """Where the next statement begins, behind the comma or the ``and`` that separates it."""
    found = _BETWEEN.match(text, start)
    assert found is not None
    return found.end()


def end_of_line(text: str, start: int) -> int:
    """Where the line that holds a place ends, without its break."""
    end = text.find("\n", start)
    return len(text) if end < 0 else end
