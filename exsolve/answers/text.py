"""Plain text and Markdown: headings, statements, and the words between them."""

from __future__ import annotations

import re

from exsolve.answers.addresses import Address, Context, plain_name
from exsolve.answers.collecting import Collector, Piece
from exsolve.answers.headings import Under, heading, part_named
from exsolve.answers.leftovers import Leftover
from exsolve.answers.remarks import without_remark
from exsolve.answers.sections import Line, Sections
from exsolve.answers.sentences import another_statement, behind_gap, last_name, names_within
from exsolve.answers.statements import (
    Statement,
    Value,
    between,
    end_of_line,
    oddly_stated,
    statement_at,
    trimmed,
    value_at,
)
from exsolve.answers.words import Words

_ONLY_TYPESETS = re.compile(
    r"[ \t]*+(?:\$\$|\\\[|\\\]|\\(?:begin|end)\{(?:align|equation|gather|aligned|split)\*?\}"
    r"|[-=_*]{3,}|\|[-:| \t]++)[ \t]*+$"
)
_ITEM = re.compile(
    r"[ \t]*(?:\*\*)?(?:\((\w[\w.]{0,20})\)|(\w{1,3})\)"
    r"|(?<=\*\*)(?:Problem|Part|Question|Exercise|Task)[ ](\w{1,3})[.:]?(?=\*\*))(?:\*\*)?"
    r"(?:[ \t]+|$)"
)
_TABLE_ROW = re.compile(r"[ \t]*+\|([^|\n]++)\|([^\n]*[^|\s])[| \t]*+$")
_INLINE = re.compile(r"\$([^$\n]+)\$|\\\(([^\n]+?)\\\)")
_CALLED = re.compile(r" |(?<!\\)\(")
_INK = re.compile(r"\S")
_SIDE_BY_SIDE = 1_000
"""Answers that are read on a line."""
_NUMBER = re.compile(r"[\[(\d½]")
_WORD = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{2,}")
_IDENTIFIER = re.compile(r"[^\W\d][\w.\-'’′\u0300-\u036f]*")
_MATHEMATICS = re.compile(r"[\[(\d$\\]")
_LIKE_A_NAME = re.compile(rf"(?:[\w\-]+\.)*{_IDENTIFIER.pattern}(?:\[(?:[\d_]+|[ij])\])?")
_ENTRY = re.compile(r"([^\W\d]\w*?)(?:_?\[?_?(?:\d[\d_,]*)\]?|_?\[[ij]\]|_[ij])")


def collect_text(text: str, collector: Collector) -> None:
    """Give the collector all answers of a text."""
    _Reader(text, collector).read()


class _Reader(Sections):
    """Goes through the lines once."""

    def read(self) -> None:
        following = 0
        for line in self.lines():
            if line.start < following:
                continue
            if self.bare[line.start : line.end].strip():
                following = self.line(line)
        self.close()
        self.close_section()
        self.leftovers.settle()

    def line(self, line: Line) -> int:
        """Read what begins in a line; where the next begins that was not read."""
        if self.heading(line):
            return line.end
        if _ONLY_TYPESETS.match(self.bare, line.start, line.end):
            if self.words:
                self.words.spans.append(line)
            return line.end
        statement = statement_at(self.bare, line.start, line.end)
        if statement is not None:
            following = self.statement(statement, line)
            if following:
                return following
        if self.table_row(line) or self.item(line):
            return line.end
        following = self.oddly(line)
        if not following:
            self.prose(line)
        return following or line.end

    # statements

    def statement(self, found: Statement, line: Line) -> int:
        """Take a statement; 0 where the line turns out to be none."""
        context = self.context
        if found.item and (part := self.addresses.part(found.item, context.exercise)):
            context = context._replace(part=part)
        addresses = self.addresses.find(found.name, context)
        if addresses and " " in found.name and (found.sign == ":" or "\\" not in found.name):
            addresses = () if not _is_spaced_name(found.name) else addresses
        if not addresses:
            return self.unrecognised(found, line, context)
        if len(addresses) > 1:
            value = value_at(self.bare, found, self.stops)
            piece = self.piece(found, value.text, value.start)
            if piece.text:
                self.collector.refuse_ambiguous(addresses, piece)
            return value.following
        (address,) = addresses
        if self.continues_words(address):
            return 0
        if address.in_words:
            self.close()
            self.words = Words(address, found.name, stated=True)
            if self.below_heading and self.below_heading.address == address:
                # what else stands in the section belongs to the same answer
                self.words.spans = self.below_heading.spans
                self.below_heading = self.words
            self.words.add(found.value, line.end)
            return line.end
        if self.words:
            self.close()
        return self.take_value(address, found, line)

    def oddly(self, line: Line) -> int:
        """Take ``h -> [1, 2]``; 0 where a line is not so sure to say that."""
        said = oddly_stated(self.bare, *line)
        if said is None or self.words:
            return 0
        found, sure = said
        addresses = self.addresses.find(found.name, self.context)
        if len(addresses) != 1 or addresses[0].in_words:
            return 0
        if sure:
            return self.take_value(addresses[0], found, line)
        text = self.bare[found.value : line.end]
        if _NUMBER.search(text):
            first, last = trimmed(text)
            piece = self.piece(found, text[first:last], found.value + first)
            self.leftovers.doubt(addresses[0], piece)
            self.mentioned = line.start
        return 0

    def continues_words(self, address: Address) -> bool:
        """Whether a statement is a line of the words or the derivation that it stands in."""
        words = self.words
        if words is None:
            return False
        if words.address == address:
            return not words.is_blank(self.bare)
        derived = words.address.expected.sort == "derivation"
        return derived and not address.in_words and self.collector.answered(address)

    def take_value(self, address: Address, found: Statement, line: Line) -> int:
        """Take the value of a statement, and those of the others behind it on its line."""
        following = line.end
        for _ in range(_SIDE_BY_SIDE):
            value = value_at(self.bare, found, self.stops)
            following = max(following, value.following)
            place = self.take(address, found, value, line)
            if place < 0:
                return following
            opened = found.opened if place < value.after else ""
            other = statement_at(self.bare, place, end_of_line(self.bare, place))
            assert other is not None
            found = other._replace(opened=other.opened or opened)
            addresses = self.addresses.find(found.name, self.context)
            if len(addresses) != 1 or addresses[0].in_words:
                return max(following, self.statement(found, line))
            (address,) = addresses
        return following

    def take(self, address: Address, found: Statement, value: Value, line: Line) -> int:
        """Take a value; where another statement begins behind it, -1 for none."""
        text, start = value.text, value.start
        if not text:
            self.collector.state(address, self.piece(found, text, start), self.doubt)
            return self.beyond(value, line, None)
        other = another_statement(text, self.is_asked, found.sign)
        if other is not None:
            first, last = trimmed(text[: other[0]])
            text, start = text[first:last], start + first
        if gap := behind_gap(text):
            text, start = text[gap:], start + gap
        shown = self.shown(address, text)
        if shown != text:
            self.beside(line.start, value.after)
            first, last = trimmed(shown)
            text, start = shown[first:last], start + first
        self.collector.state(address, self.piece(found, text, start), self.doubt)
        for name, begin in names_within(text):
            others = self.addresses.find(name, self.context)
            if len(others) == 1 and others[0] != address and not others[0].in_words:
                place = self.position(start + begin)
                self.leftovers.doubt(others[0], Piece(name, text[begin:], place, place))
        return self.beyond(value, line, other)

    def beyond(self, value: Value, line: Line, other: tuple[int, int] | None) -> int:
        """Where another answer begins behind a value, -1 for none; what is none is kept."""
        if other is not None:
            return value.start + other[1]
        if self.bare[value.after : value.after + 1] in ("", "\n"):
            return -1
        rest = Line(value.after, end_of_line(self.bare, value.after))
        if not _INK.search(self.bare, *rest):
            return -1
        place = between(self.bare, rest.start)
        following = statement_at(self.bare, place, rest.end) if place < rest.end else None
        if following is not None and self.is_asked(following.name):
            return place
        self.mentions(rest)
        if _WORD.search(self.bare, place, rest.end):
            self.beside(line.start, rest.end)
        return -1

    def shown(self, address: Address, text: str) -> str:
        """A value without a remark behind it."""

        def is_name(word: str) -> bool:
            found = self.addresses.find(word, self.context)
            return self.addresses.is_known(word, self.context) or (
                bool(found) and address not in found
            )

        return without_remark(text, address.expected.sort in ("value", "shape"), is_name)

    def is_asked(self, name: str) -> bool:
        return bool(self.addresses.find(name, self.context))

    def unrecognised(self, found: Statement, line: Line, context: Context) -> int:
        """A statement about a name that nobody asked for, if it is one."""
        plain = plain_name(found.name)
        single = not _CALLED.search(found.name) and _LIKE_A_NAME.fullmatch(plain)
        rest = self.bare[found.value : line.end].strip()
        if found.sign == ":" and self.key_of_section(found, rest):
            return line.end
        if not single:
            place = between(self.bare, found.start)
            other = statement_at(self.bare, place, line.end) if place > found.start else None
            if other is not None and self.is_asked(other.name):
                return self.statement(other, line)
            self.mention(found)
            return 0
        whole = self.whole_of(plain, context)
        if self.addresses.is_known(found.name, context) or any(
            self.collector.answered(one) for one in whole
        ):
            return self.working(found, line) if not self.words else 0
        if self.doubt and not self.addresses.elsewhere(found.name):
            return 0
        if found.sign == ":" or self.words or (len(plain) < 3 and self.only_words()):
            near = len(plain) > 2 and self.collector.near_miss(plain, context)
            if not near or not _MATHEMATICS.match(rest):
                return 0
        value = value_at(self.bare, found, self.stops)
        if value.text:
            piece = self.piece(found, value.text, value.start)
            self.collector.refuse_unknown(piece, context, whole)
        return 0 if self.words else self.working(found, line)

    def working(self, found: Statement, line: Line) -> int:
        """Pass over a statement that is no answer itself, but for answers behind it."""
        value = value_at(self.bare, found, self.stops)
        if value.text:
            self.beside(line.start, value.following - 1)
        place = self.beyond(value, line, another_statement(value.text, self.is_asked, found.sign))
        if place < 0:
            return value.following
        other = statement_at(self.bare, place, end_of_line(self.bare, place))
        assert other is not None
        opened = found.opened if place < value.after else ""
        following = self.statement(other._replace(opened=other.opened or opened), line)
        return max(following, value.following)

    def whole_of(self, plain: str, context: Context) -> tuple[Address, ...]:
        """The arrays that a name is one number of: ``S_32``."""
        found = _ENTRY.fullmatch(plain)
        whole = self.addresses.find(found[1], context) if found else ()
        return tuple(one for one in whole if one.expected.shape)

    def key_of_section(self, found: Statement, rest: str) -> bool:
        """``gnn-update:`` and ``part b:`` on a line of their own, as in YAML."""
        if rest or self.words:
            return False
        said = heading(found.name, self.addresses, Under(self.context, False, self.numbered))
        if said.context is None:
            return False
        self.enter(said.context)
        return True

    def piece(self, found: Statement, text: str, start: int) -> Piece:
        named = self.position(found.start)
        return Piece(found.name, text, self.position(start) if text else named, named)

    def stops(self, start: int, end: int) -> bool:
        """Whether a line begins something that belongs to no value above it."""
        if self.title(Line(start, end)):
            title = self.title(Line(start, end))
            under = self.under(Line(start, end))
            return heading(title, self.addresses, under).context is not None
        found = statement_at(self.bare, start, end)
        if found is None or found.sign == "":
            return False
        if self.addresses.find(found.name, self.context):
            return True
        name = last_name(found.name) if " " in found.name else found.name
        return bool(name and _LIKE_A_NAME.fullmatch(plain_name(name)))

    # what stands between

    def table_row(self, line: Line) -> bool:
        row = _TABLE_ROW.match(self.bare, line.start, line.end)
        found = self.addresses.find(row[1], self.context) if row else ()
        if row is None or len(found) != 1 or self.is_asked(row[2].partition("|")[0]):
            return False
        first, last = trimmed(row[2])
        place, named = self.position(row.start(2) + first), self.position(row.start(1))
        piece = Piece(row[1].strip(), row[2][first:last], place, named)
        self.collector.state(found[0], piece, self.doubt)
        return True

    def item(self, line: Line) -> bool:
        """``(b) The scores``: a part begins."""
        found = _ITEM.match(self.bare, line.start, line.end)
        if found is None or (self.words and self.words.stated):
            return False
        part = part_named(f"({found[1] or found[2] or found[3]})", self.addresses, self.context)
        if not part:
            return False
        self.enter(self.context._replace(part=part))
        if self.bare[found.end() : line.end].strip():
            self.prose(Line(found.end(), line.end))
        return True

    def prose(self, line: Line) -> None:
        in_words = self.words or self.below_heading
        if in_words:
            in_words.add(*line)
        if not self.words:
            self.mentions(line)
        if self.mentioned < line.start or self.mentioned > line.end:
            left = Leftover(self.bare[slice(*line)], self.position(line.start), self.context)
            self.leftovers.add(left, in_words is not None)

    def mentions(self, line: Line) -> None:
        """Mathematics in a sentence that is perhaps an answer."""
        for inline in _INLINE.finditer(self.bare, *line):
            group = 1 if inline[1] is not None else 2
            found = statement_at(self.bare, *inline.span(group))
            if found is not None:
                self.mention(found, inline.end(group))

    def mention(self, found: Statement, end: int = -1) -> None:
        """``so S = ...``: a name that is asked for, within a sentence."""
        name = found.name
        if end < 0:
            if "$" in name or r"\(" in name:
                return
            name = last_name(name)
            if not name or found.sign == ":":
                return
        addresses = self.addresses.find(name, self.context)
        if len(addresses) != 1 or addresses[0].in_words or self.words:
            return
        if end < 0:
            value = value_at(self.bare, found, self.stops)
            text, start = value.text, value.start
        else:
            first, last = trimmed(self.bare[found.value : end])
            start = found.value + first
            text = self.bare[start : found.value + last]
        self.take_mention(addresses[0], found, text, start)

    def take_mention(self, address: Address, found: Statement, text: str, start: int) -> None:
        """Take a value within a sentence, and those that stand behind it in the same text."""
        while True:
            other = another_statement(text, self.is_asked)
            value = text if other is None else text[: other[0]]
            first, last = trimmed(self.shown(address, value.rstrip()))
            if first < last:
                self.mentioned = self.bare.rfind("\n", 0, found.start) + 1
                piece = self.piece(found, value[first:last], start + first)
                self.collector.mention(address, piece)
            if other is None:
                return
            place = start + other[1]
            following = statement_at(self.bare, place, end_of_line(self.bare, place))
            assert following is not None
            addresses = self.addresses.find(following.name, self.context)
            if len(addresses) != 1 or addresses[0].in_words:
                return
            rest = text[following.value - start :]
            first, last = trimmed(rest)
            address, found = addresses[0], following
            text, start = rest[first:last], following.value + first


def _is_spaced_name(name: str) -> bool:
    """``grad W``, ``h_{1, 2}``, ``∂L / ∂W``; not ``The result of all that for S``."""
    return len(name.split()) == 2 or "{" in name or " / " in name
