"""A file of answers -> what was written as each answer.

YAML, or plain text and Markdown with a line ``name = value`` for each answer; which of the two it
is, is seen from what it says. The blank form of a worksheet is such a text.
"""

from __future__ import annotations

from exsolve.answers.addresses import Context, addresses_of
from exsolve.answers.collecting import Collector, Piece
from exsolve.answers.decoding import decoded
from exsolve.answers.mappings import collect_mappings, looks_like_yaml
from exsolve.answers.statements import trimmed
from exsolve.answers.submission import Submission
from exsolve.answers.text import collect_text
from exsolve.answers.written import Outline, Response
from exsolve.errors import ExsolveError, Position


def read_submission(data: bytes, outline: Outline, file: str) -> Submission:
    """The answers of a file, and what else it says that looks like one.

    Raises ExsolveError for bytes that are no text, and for too many of them.
    """
    text, doubt = decoded(data, file)
    addresses = addresses_of(outline)
    collector = Collector(addresses, file)
    if not looks_like_yaml(text, addresses) or not collect_mappings(text, collector):
        collect_text(text, collector)
    return collector.submission(doubt)


def response(name: str, text: str, outline: Outline) -> Response:
    """An answer that was given by itself, such as the argument ``-a NAME=VALUE``.

    Raises ExsolveError for a name that nobody asks for, or that several questions share.
    """
    addresses = addresses_of(outline)
    collector = Collector(addresses, "")
    found = addresses.find(name, Context())
    start = Position("", 1, 1)
    piece = Piece(name, text, start, start)
    if len(found) != 1:
        if found:
            collector.refuse_ambiguous(found, piece)
        else:
            collector.refuse_unknown(piece, Context())
        raise ExsolveError(
            problem._replace(position=None) for problem in collector.report.problems()
        )
    (address,) = found
    first, last = trimmed(text, address.in_words)
    return Response(
        address.exercise, address.part, address.name, text[first:last], column=first + 1
    )
