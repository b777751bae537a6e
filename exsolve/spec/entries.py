"""Named things of which some could not be read, so that reading a file can go on after an error."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

Entry = TypeVar("Entry")


class UnreadableError(Exception):
    """Something was needed whose own error is reported already; never reaches a user."""


class Entries(Mapping[str, Entry]):
    """A read-only mapping that knows all names, and the values of those that could be read.

    A name counts as known although its value is broken: whoever asks only for names does not report
    it as missing. Asking for the value of such a name raises UnreadableError.
    """

    __slots__ = ("readable", "unreadable")

    def __init__(self, readable: Mapping[str, Entry], unreadable: Iterable[str] = ()) -> None:
        self.readable = readable
        self.unreadable = tuple(name for name in unreadable if name not in readable)

    def __getitem__(self, name: str) -> Entry:
        if name in self.unreadable:
            raise UnreadableError(name)
        return self.readable[name]

    def __contains__(self, name: object) -> bool:
        return name in self.readable or name in self.unreadable

    def __iter__(self) -> Iterator[str]:
        yield from self.readable
        yield from self.unreadable

    def __len__(self) -> int:
        return len(self.readable) + len(self.unreadable)

    def __repr__(self) -> str:
        return f"Entries({dict(self.readable)!r}, unreadable={self.unreadable!r})"
