"""Stopping a computation after some time."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class TimeIsUp(BaseException):
    """Not an Exception, so that no handler inside SymPy can swallow it."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raises TimeIsUp in the block when the seconds are over; only where can_limit_time."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TimeIsUp

    handler = signal.signal(signal.SIGALRM, stop)
    remaining, interval = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, remaining, interval)
        signal.signal(signal.SIGALRM, handler)


def can_limit_time() -> bool:
    """Whether a computation can be stopped here: POSIX signals reach the main thread only."""
    return hasattr(signal, "setitimer") and (threading.current_thread() is threading.main_thread())
