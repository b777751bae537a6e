"""Stopping a computation after some time."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SOON = 1e-4
"""Seconds; a timer of 0 would never ring."""


class TimeIsUp(BaseException):
    """Not an Exception, so that no handler inside SymPy can swallow it."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raises TimeIsUp in the block when the seconds are over; only where can_limit_time.

    Limits nest: an inner block takes its time out of the outer one's, and has none when that is up.
    """

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TimeIsUp

    handler = signal.signal(signal.SIGALRM, stop)
    begin = time.monotonic()
    remaining, interval = signal.getitimer(signal.ITIMER_REAL)
    signal.setitimer(signal.ITIMER_REAL, min(seconds, remaining or seconds))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        if remaining:
            left = remaining - (time.monotonic() - begin)
            signal.setitimer(signal.ITIMER_REAL, max(left, SOON), interval)


def can_limit_time() -> bool:
    """Whether a computation can be stopped here: POSIX signals reach the main thread only."""
    return hasattr(signal, "setitimer") and (threading.current_thread() is threading.main_thread())
