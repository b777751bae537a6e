"""Collecting what a file answers: at most one response to each question, and never a guess."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from exsolve.answers.addresses import LONGEST_NAME, Address, Addresses, Context, plain_name
from exsolve.answers.decoding import UNREADABLE
from exsolve.answers.submission import Submission
from exsolve.answers.written import Response
from exsolve.errors import Position, Problem
from exsolve.spec.report import Report, listing, nearest, quote, suggestion

_NAMES_LISTED = 30
_NAMES_COMPARED = 100
"""Keys that nobody asked for, above which no more are held against the names."""


_NEARLY = 0.8
"""How alike two names are, of 1, of which one was probably meant by the other."""


class Piece(NamedTuple):
    """A text of the file and where it begins; the name it was written under, and where."""

    name: str
    text: str
    position: Position
    named: Position


class _Found(NamedTuple):
    piece: Piece
    doubt: Problem | None


class Collector:
    """Takes the answers of a file as they come."""

    def __init__(self, addresses: Addresses, file: str) -> None:
        self.addresses = addresses
        self.file = file
        self.report = Report()
        self._near: dict[str, bool] = {}
        self._stated: dict[Address, list[_Found]] = defaultdict(list)
        self._mentioned: dict[Address, list[_Found]] = defaultdict(list)
        self._doubted: dict[Address, list[_Found]] = defaultdict(list)

    def __len__(self) -> int:
        return len(self._stated) + len(self._mentioned) + len(self._doubted)

    def answered(self, address: Address) -> bool:
        """Whether something was written for a question."""
        return any(found.piece.text for found in self._stated.get(address, ()))

    def is_taken(self, address: Address) -> bool:
        """Whether anything at all was found for a question, doubtful or not."""
        tables = (self._stated, self._mentioned, self._doubted)
        return any(found.piece.text for table in tables for found in table.get(address, ()))

    def anything(self) -> bool:
        """Whether anything was written for any question."""
        return any(map(self.is_taken, self.addresses.all))

    def state(self, address: Address, piece: Piece, doubt: Problem | None = None) -> None:
        """Take an answer that stands on a line of its own; with a doubt, only for want of another.

        The doubt is in the report already.
        """
        (self._doubted if doubt else self._stated)[address].append(_Found(_bare(piece), doubt))

    def mention(self, address: Address, piece: Piece) -> None:
        """Take what perhaps is an answer, where none is stated: a formula in a sentence."""
        self._mentioned[address].append(_Found(_bare(piece), None))

    def refuse_ambiguous(self, found: tuple[Address, ...], piece: Piece) -> None:
        """A name that several questions share."""
        names = [quote(self.addresses.full_name(one)) for one in found]
        problem = Problem(
            f"{quote(piece.name)} is asked for more than once",
            listing(names),
            quote(piece.name),
            "write the whole name, or the heading of its exercise and part above it",
            piece.named,
        )
        self.report.include(problem)
        for address in found:
            self.state(address, piece, problem)

    def refuse_unknown(
        self, piece: Piece, context: Context, whole: tuple[Address, ...] = ()
    ) -> None:
        """A name that nobody asked for; what was perhaps meant by it is for a person to see.

        whole: the arrays that it looks like one number of.
        """
        if self.report.crowded:
            self.report.count(1)
            return
        addresses = self.addresses
        names = addresses.names_in(context)
        elsewhere = whole or addresses.elsewhere(piece.name)
        where = f" in {quote(context.exercise)}" if context.exercise else ""
        full_names = listing([quote(addresses.full_name(one)) for one in elsewhere])
        if whole:
            hint = f"write all numbers of {full_names} at once"
        elif elsewhere:
            hint = f"write {full_names} if that is meant"
        else:
            hint = suggestion(piece.name, names[:_NAMES_LISTED])
        problem = Problem(
            f"{quote(piece.name)} is not asked for{where}",
            listing(names[:_NAMES_LISTED]) + (", …" if len(names) > _NAMES_LISTED else ""),
            quote(piece.name),
            hint,
            piece.named,
        )
        self.report.include(problem)
        meant = elsewhere
        if not meant and (near := _nearly(plain_name(piece.name), names)):
            meant = addresses.find(near, context)
        for address in meant:
            self.state(address, piece, problem)

    def near_miss(self, name: str, context: Context) -> bool:
        """Whether a name that was not found is nearly one that is asked for."""
        if name not in self._near and len(self._near) < _NAMES_COMPARED:
            self._near[name] = bool(nearest(name, self.addresses.names_in(context)))
        return self._near.get(name, False)

    def submission(self, doubt: str = "") -> Submission:
        """All that was taken, in the order of the questions.

        doubt: why characters beyond ASCII may not be those that were written.
        """
        responses = []
        for address in dict.fromkeys(self.addresses.all):
            response = self._response(address)
            if response is None:
                continue
            if response.problem is None and not response.text.isascii() and doubt:
                response = self._doubtful_characters(response, doubt)
            responses.append(response)
        return Submission(tuple(responses), self.report.problems())

    def _response(self, address: Address) -> Response | None:
        stated = self._stated.get(address, [])
        written = [one for one in stated if one.piece.text]
        chosen = written or self._mentioned.get(address) or self._doubted.get(address) or stated
        if not chosen:
            return None
        first, doubt = chosen[0]
        for other in chosen[1:]:
            if other.piece.text.split() != first.text.split():
                doubt = self._contradiction(address, first, other.piece)
                break
        _, line, column = first.position
        return Response(*address[:2], address.name, first.text, self.file, line, column, doubt)

    def _contradiction(self, address: Address, first: Piece, other: Piece) -> Problem:
        problem = Problem(
            f"{quote(self.addresses.full_name(address))} is answered more than once",
            "one answer",
            f"{quote(first.text)} in line {first.position.line} and "
            f"{quote(other.text)} in line {other.position.line}",
            "keep the one that is meant",
            other.position,
        )
        self.report.include(problem)
        return problem

    def _doubtful_characters(self, response: Response, doubt: str) -> Response:
        at = next(place for place, character in enumerate(response.text) if character > "\x7f")
        problem = Problem(
            "a character that may not be the one that was written",
            "text in UTF-8",
            quote(response.text[at : at + 20]) + f"; {doubt}",
            "save the file with the encoding UTF-8",
            response.position(at),
        )
        self.report.include(problem)
        return response._replace(problem=problem) if UNREADABLE in response.text else response


def _bare(piece: Piece) -> Piece:
    """The same without blanks at the ends of lines, where comments stood."""
    if "\n" not in piece.text and not piece.text[-1:].isspace():
        return piece
    return piece._replace(text="\n".join(line.rstrip() for line in piece.text.split("\n")))


def _nearly(name: str, names: list[str]) -> str:
    """The one name that was probably meant by another; empty where that is not so sure."""
    from difflib import get_close_matches

    near = get_close_matches(name[:LONGEST_NAME], names, n=2, cutoff=_NEARLY)
    return near[0] if len(near) == 1 else ""
