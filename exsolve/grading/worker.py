"""A process that judges one submission after another, within its time and memory."""

from __future__ import annotations

import faulthandler
import gc
import math
import os
import signal
import sys
import time
import traceback
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

from exsolve.errors import ExsolveError
from exsolve.grading.judging import Job, Task, judged
from exsolve.grading.records import Failure

if sys.platform != "win32":
    import resource


class Answer(NamedTuple):
    """What a worker says of a task; ``line`` is None where nothing has changed.

    failure: why it could not be judged. fault: the traceback of a fault of the program. refusal:
    why an output cannot be written.
    """

    line: bytes | None
    failure: Failure = ""
    fault: str = ""
    refusal: ExsolveError | None = None


READY = Answer(None)
"""The first thing that a worker says."""


def work(
    connection: Connection, job: Job, memory: int, inherited: Sequence[Connection] = ()
) -> None:
    """Judge what comes through the connection until it ends.

    ``memory``: bytes that the process may take besides what it has. ``inherited``: ends of
    connections that are the parent's, which a forked process has too, and must not keep open.
    """
    for other in inherited:
        other.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _be_quiet()
    with suppress(EOFError, OSError):
        # what is kept ready for all submissions is made before the first is timed
        job.judge(job.assessment, b"", "", {})
        gc.enable()
        gc.freeze()
        _limit_memory(memory)
        connection.send(READY)
        while True:
            task: Task = connection.recv()
            _limit_time(job.seconds)
            connection.send(answer(job, task))


def answer(job: Job, task: Task) -> Answer:
    """A task judged, whatever happens meanwhile."""
    try:
        return Answer(judged(job, task))
    except MemoryError:
        return Answer(None, "memory")
    except ExsolveError as error:
        return Answer(None, refusal=error)
    except Exception:
        # a fault of the program: it is shown, and the other submissions are judged
        return Answer(None, "fault", traceback.format_exc(limit=-8))


def _be_quiet() -> None:
    """Nothing is read from or shown on the terminal: neither by C code nor by a dying process."""
    faulthandler.disable()
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        with suppress(OSError):
            os.dup2(nothing, descriptor)
    os.close(nothing)
    sys.stdout = os.fdopen(1, "w", closefd=False)


def _limit_time(seconds: float) -> None:
    """Ends this process (SIGXCPU) when it has computed for so many seconds more.

    A signal's handler would have to wait until C code returns.
    """
    if sys.platform != "win32":
        limit = math.ceil(time.process_time() + seconds)
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (_at_most(limit, hard), hard))


def _limit_memory(more: int) -> None:
    """Lets this process have so many bytes more than it has; a core is never dumped."""
    if sys.platform == "win32":
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    used = 0
    with suppress(OSError, ValueError):
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        used = pages * resource.getpagesize()
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (_at_most(used + more, hard), hard))


if sys.platform != "win32":

    def _at_most(limit: int, hard: int) -> int:
        return limit if hard == resource.RLIM_INFINITY else min(limit, hard)
