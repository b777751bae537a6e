"""Lines of a file that nothing was read from: what looks like an answer is told to a person."""

from __future__ import annotations

import re
from typing import NamedTuple

from exsolve.answers.addresses import Address, Context
from exsolve.answers.collecting import Collector, Piece
from exsolve.errors import Position, Problem
from exsolve.spec.report import listing, plural, quote

_KEPT = 1_000
"""Lines that are kept to be told."""
_SHOWN = 3
_LONGEST = 200
_DOUBTS = 100
"""Lines that perhaps answer a question by its name."""
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")
_NUMBERS = re.compile(
    r"[\s>*•\-–]*+(?:\(?\w{1,2}[).:][ \t]+)?[\s$|`*]*+(?:\\[(\[])?"
    r"(?:[\[({|]|[-+−±≈~]?[ \t]*[.\d√½]|\\(?:d?frac|sqrt|begin|left)"
    r"|(?:np\.|torch\.)?(?:array|tensor)\()"
    r"(?:\\[A-Za-z]++|[^A-Za-z]|\b(?:ln|log|exp|sqrt|array|tensor|[pb]matrix|np)\b|e[-+\d])*+"
)
"""A line of numbers and no words."""
_DERIVATIVE = r"(?:\\nabla|∇|∂|\\d?frac\{(?:\\partial|d)\b)[^=\n]{1,60}="
_DERIVED = re.compile(r"[\s>*•\-–$]*+" + _DERIVATIVE)
_NAMED = re.compile(
    rf"[\s>*•\-–$]*+(?:{_DERIVATIVE}"
    r"|(?:[A-Za-z]{2,}[ \t]+){1,6}[A-Za-z]{2,}(?:[ \t]*[=:]|[ \t]+(?:is|are)\b)"
    r"|[^\W\d][^\s=:+*/·@^(){}\[\]<>-]{0,30}[ \t]*(?:=>?|--?>|→|⇒|≈|~|[ \t](?:is|equals)[ \t]))"
    r"[ \t]*[$`*]*[-−\[(.\d\\√½]"
)
"""A line with words, or another name than those that are asked for, before a value."""
_ABOUT_THE_SHEET = re.compile(
    r"\W*(?:(?:my|full|first|last|family|student|matriculation|course|group|team|hand|due)?[ \t-]*"
    r"(?:name|date|id|no|nr|number|email|e-mail|mail|course|class|section|group|team|members?"
    r"|student|semester|term|university|tutor|instructor|answers?|solutions?|homework|assignment"
    r"|exercise|problem|question|worksheet|sheet|part|page|submitted|author|by))\b[^=\[(]*",
    re.I,
)


class Leftover(NamedTuple):
    """A line without an answer, and where it stands."""

    text: str
    position: Position
    context: Context


class Leftovers:
    """Collects what nobody read, and says at the end what of it a person has to see."""

    def __init__(self, collector: Collector) -> None:
        self.collector = collector
        self._foreign: tuple[str, Position] | None = None
        self._lines: list[Leftover] = []
        self._in_words: list[Leftover] = []
        self._doubts: list[tuple[Address, Piece]] = []

    def add(self, line: Leftover, in_words: bool) -> None:
        """A line; in_words: whether it is shown to a person in an answer in words anyway."""
        kept = self._in_words if in_words else self._lines
        if len(kept) < _KEPT and _LETTER_OR_DIGIT.search(line.text):
            kept.append(line._replace(text=line.text[:_LONGEST].strip()))

    def doubt(self, address: Address, piece: Piece) -> None:
        """A line that begins with the name of a question, and may answer it."""
        if len(self._doubts) < _DOUBTS:
            self._doubts.append((address, piece))

    def settle(self) -> None:
        """Report what is left, where questions are without an answer."""
        collector = self.collector
        for address, piece in self._doubts:
            if not collector.is_taken(address):
                self._refuse_doubtful(address, piece)
        if not collector.anything():
            if self._foreign:
                self._refuse_foreign(*self._foreign)
                return
            lines = [one for one in self._lines if not _ABOUT_THE_SHEET.fullmatch(one.text)]
        else:
            lines = [one for one in self._lines if _looks_like_an_answer(one.text)]
            lines += [
                one
                for one in self._in_words
                if _NUMBERS.fullmatch(one.text) or _DERIVED.match(one.text)
            ]
            lines = [one for one in lines if self._is_open(one.context)]
        if lines:
            self._refuse(lines)

    def _is_open(self, context: Context) -> bool:
        """Whether something is asked for here that has no answer."""
        return any(
            not one.in_words and not self.collector.is_taken(one)
            for one in self.collector.addresses.all
            if context.exercise in ("", one.exercise) and context.part in ("", one.part)
        )

    def _refuse_doubtful(self, address: Address, piece: Piece) -> None:
        name = self.collector.addresses.full_name(address)
        problem = Problem(
            f"this may answer {quote(name)}, and does not say so",
            f"{name} = …",
            quote(piece.text),
            f"write `{name} = …` on a line of its own",
            piece.named,
        )
        self.collector.report.include(problem)
        self.collector.state(address, piece, problem)

    def _refuse(self, lines: list[Leftover]) -> None:
        names = [one for one in self.collector.addresses.all if not one.in_words]
        wanted = self.collector.addresses.full_name((names or self.collector.addresses.all)[0])
        count = len(lines)
        more = ", …" if count > _SHOWN else ""
        self.collector.report.include(
            Problem(
                f"{count} {plural(count, 'line')} {'is' if count == 1 else 'are'} no "
                f"{plural(count, 'answer')} that can be told",
                f"a line `{wanted} = …` for each answer",
                ", ".join(quote(one.text) for one in lines[:_SHOWN]) + more,
                "write the name of each answer before it, as in the answer form",
                lines[0].position,
            )
        )

    def _refuse_foreign(self, name: str, position: Position) -> None:
        ids = [one.id for one in self.collector.addresses.outline.exercises]
        self.collector.report.include(
            Problem(
                f"this looks like answers to {quote(name)}",
                f"answers to {listing(map(quote, ids))}",
                f"the heading {quote(name)}, and nothing that is asked for",
                "hand in the file for this exercise",
                position,
            )
        )

    def found_foreign(self, name: str, position: Position) -> None:
        """A heading with what looks like the id of another exercise."""
        self._foreign = self._foreign or (name, position)


def _looks_like_an_answer(text: str) -> bool:
    return bool(_NUMBERS.fullmatch(text) or _NAMED.match(text))
