"""Stopping a computation after some time."""

from __future__ import annotations

import gc
import signal
import threading
import time
from types import FrameType, TracebackType
from typing import Any

SOON = 0.02
"""Seconds until a limit rings whose time was up within an inner one. What that raised may still be
on its way out, and should not meet another on it."""
LEAST = 1e-3
"""Seconds; a clock that rings before the block begins rings in vain."""
AGAIN = 0.05
"""Seconds between rings, where the first comes at a moment that loses what it raises."""
RINGS = 3
"""After so many nobody is meant any more."""
DEEP = 8
"""Calls that a function which must not raise may be in the middle of."""


class TimeIsUp(BaseException):
    """Not an Exception, so that no handler inside SymPy can swallow it."""


class TimeLimit:
    """Raises TimeIsUp in the block when the seconds are over; only where can_limit_time.

    Limits nest: an inner block takes its time out of the outer one's, and has none when that is up.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._rung = 0
        self._outer: Any = None
        self._remaining = self._interval = self._begin = 0.0

    def _stop(self, _signal: int, frame: FrameType | None) -> None:
        if frame is None or frame.f_code in _OWN or _would_be_lost(frame):
            return
        self._rung += 1
        if self._rung == RINGS:
            signal.setitimer(signal.ITIMER_REAL, 0)
        raise TimeIsUp

    def __enter__(self) -> None:
        self._outer = signal.signal(signal.SIGALRM, self._stop)
        self._begin = time.monotonic()
        self._remaining, self._interval = signal.getitimer(signal.ITIMER_REAL)
        first = min(self._seconds, self._remaining or self._seconds)
        signal.setitimer(signal.ITIMER_REAL, max(first, LEAST), AGAIN)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, self._outer)
        if self._remaining:
            left = self._remaining - (time.monotonic() - self._begin)
            signal.setitimer(signal.ITIMER_REAL, max(left, SOON), self._interval)


_OWN = (TimeLimit.__enter__.__code__, TimeLimit.__exit__.__code__)
"""Where the block has not begun, or is over: what is raised there would leave the clock running."""


def time_limit(seconds: float) -> TimeLimit:
    """A limit for a block: ``with time_limit(0.5): ...``."""
    return TimeLimit(seconds)


def _would_be_lost(frame: FrameType | None) -> bool:
    """Whether the interpreter drops what is raised here: in finalisers, in callbacks of the garbage
    collector, and in those of weak references, which the interning of atoms has many of."""
    collecting = [getattr(one, "__code__", None) for one in gc.callbacks]
    for _ in range(DEEP):
        if frame is None:
            return False
        code = frame.f_code
        of_weak_reference = code.co_filename.endswith(("weakref.py", "_weakrefset.py"))
        if code.co_name == "__del__" or of_weak_reference or code in collecting:
            return True
        frame = frame.f_back
    return False


def can_limit_time() -> bool:
    """Whether a computation can be stopped here: POSIX signals reach the main thread only."""
    return hasattr(signal, "setitimer") and (threading.current_thread() is threading.main_thread())
