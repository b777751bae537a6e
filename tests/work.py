"""How much work something is, counted in function calls: the same on every machine, busy or not."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class TooMuchWorkError(AssertionError):
    """What was run made more calls than it may."""


@contextmanager
def at_most_calls(most: int) -> Iterator[None]:
    """Stop what runs inside, and fail, as soon as it has made more function calls than ``most``."""
    made = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal made
        if event in ("call", "c_call"):
            made += 1
            if made > most:
                sys.setprofile(None)
                raise TooMuchWorkError(f"more than {most:,} calls")

    sys.setprofile(count)
    try:
        yield
    finally:
        sys.setprofile(None)
