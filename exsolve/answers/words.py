"""Answers in words: the lines of a file that one is made of."""

from __future__ import annotations

import re

from exsolve.answers.addresses import Address
from exsolve.answers.markup import blanked
from exsolve.answers.written import HINTS_IN_WORDS

_HINTS = re.compile(rf"\s#[ \t]*(?:{'|'.join(map(re.escape, HINTS_IN_WORDS))})[ \t]*$")


class Words:
    """An answer in words, as far as it was read: spans of the file, by start and end.

    stated: whether it stands behind its name, and not only below the heading of its part.
    """

    def __init__(self, address: Address, name: str, stated: bool) -> None:
        self.address = address
        self.name = name
        self.stated = stated
        self.spans: list[tuple[int, int]] = []

    def add(self, start: int, end: int) -> None:
        """Take what of a span the others before it have not."""
        before = self.spans[-1][1] if self.spans else 0
        if end > before:
            self.spans.append((max(start, before), end))

    def is_blank(self, source: str) -> bool:
        """Whether nothing was written in any of the spans."""
        return not any(_HINTS.sub("", source[start:end]).strip() for start, end in self.spans)

    def text(self, source: str, bare: str) -> str:
        """The text from the first to the last of the spans, what is in none of them blanked.

        bare: the file without its markup, which a derivation is taken from.
        """
        chosen = bare if self.address.expected.sort == "derivation" else source
        pieces: list[str] = []
        place = self.spans[0][0]
        for start, end in self.spans:
            pieces.append(blanked(source[place:start]))
            pieces.append(_HINTS.sub(lambda hint: " " * len(hint.group()), chosen[start:end]))
            place = end
        return "".join(pieces)
