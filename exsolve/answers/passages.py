"""Answers in words, and derivations: the lines of a file that belong to one."""

from __future__ import annotations

import re

from exsolve.answers.addresses import Address
from exsolve.answers.markup import blank
from exsolve.answers.written import HINTS_IN_WORDS

_HINTS = re.compile(rf"\s#[ \t]*(?:{'|'.join(map(re.escape, HINTS_IN_WORDS))})[ \t]*$")


class Passage:
    """An answer in words, as far as it was read: lines from the file, by start and end."""

    def __init__(self, address: Address, name: str, stated: bool) -> None:
        self.address = address
        self.name = name
        self.stated = stated
        self.spans: list[tuple[int, int]] = []

    def text(self, text: str, bare: str) -> str:
        """The text from the first to the last of its lines, what is none of them blanked; of a
        derivation without its markup, as in ``bare``."""
        source = bare if self.address.expected.sort == "derivation" else text
        pieces: list[str] = []
        place = self.spans[0][0]
        for number, (start, end) in enumerate(self.spans):
            pieces.append(blank(text[place:start]))
            line = source[start:end]
            if number == 0:
                line = _HINTS.sub(lambda hint: " " * len(hint.group()), line)
            pieces.append(line)
            place = end
        return "".join(pieces)
