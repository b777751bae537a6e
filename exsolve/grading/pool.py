"""Workers that outlive what they judge: one that hangs or dies is replaced, and the rest goes on.

A ``ProcessPoolExecutor`` breaks as a whole when one of its processes dies.
"""

from __future__ import annotations

import signal
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkContext, SpawnContext
from time import monotonic
from typing import Literal, NamedTuple

from exsolve.errors import ExsolveError
from exsolve.grading.judging import Job, Task
from exsolve.grading.worker import Answer, work

StartMethod = Literal["fork", "spawn"]

AHEAD = 4
"""Tasks that a worker has at a time, so that it need not wait for the next one."""
TRIES = 2
"""Times that a task is begun which took its process down: the first may not be its own doing."""
PATIENCE = 3
"""A worker that says nothing for so many times the time limit is ended, whatever it waits for."""
START = 120.0
"""Seconds until a worker is ready."""
FRUITLESS = 3
"""Workers that end before they are ready, one after another, until the run is given up."""
PULSE = 0.5
"""Seconds between two looks at the clock."""

_LAST_BREATH = 0.2
"""Seconds in which a process that has said its last ends."""
_OUT_OF_TIME = -int(getattr(signal, "SIGXCPU", 0)) or None
_OUT_OF_MEMORY = frozenset(-int(one) for one in (getattr(signal, "SIGKILL", 0), signal.SIGABRT))
"""The system ends what takes all memory; FLINT aborts where it is given none."""


class Done(NamedTuple):
    """What became of a task."""

    task: Task
    answer: Answer


def _context(method: StartMethod) -> ForkContext | SpawnContext:
    return get_context("fork") if method == "fork" else get_context("spawn")


def start_method() -> StartMethod:
    """How processes start: as copies of this one where that is safe and quick."""
    return "fork" if sys.platform == "linux" else "spawn"


class Pool:
    """Processes that judge; ``judge`` gives what they find, in the order in which it is found."""

    def __init__(self, job: Job, jobs: int, memory: int, method: StartMethod) -> None:
        """``jobs``: how many processes. ``memory``: bytes that each may take while it judges."""
        self.job = job
        self.jobs = jobs
        self.memory = memory
        self.method = method
        self._workers: list[_Worker] = []
        self._waiting: deque[Task] = deque()
        self._tried: dict[int, int] = {}
        self._fruitless = 0
        self._looked = monotonic()

    def judge(self, tasks: Iterator[Task]) -> Iterator[Done]:
        """What becomes of each task, as soon as it is known; every task comes back once.

        Raises ExsolveError where no process can be started.
        """
        while self._supply(tasks):
            yield from self._heard()

    def close(self) -> None:
        """Ends the processes."""
        for worker in self._workers:
            worker.process.kill()
        for worker in self._workers:
            worker.end()
        self._workers.clear()

    def _supply(self, tasks: Iterator[Task]) -> bool:
        """Gives every worker what it can take, starts those that are missing; is there work?"""
        while len(self._workers) < self.jobs and (task := self._next(tasks)) is not None:
            self._waiting.appendleft(task)
            if self._fruitless >= FRUITLESS:
                raise ExsolveError(
                    "no process that judges can be started here",
                    hint="free some memory, or start fewer of them with --jobs 1",
                )
            others = [worker.connection for worker in self._workers]
            try:
                self._workers.append(_Worker(self, others))
            except OSError as error:
                if not self._workers:
                    raise ExsolveError(
                        f"no process that judges can be started here ({error.strerror})",
                        hint="end other programs, or ask for a higher limit (ulimit)",
                    ) from error
                # those that there are do it all
                self.jobs = len(self._workers)
                break
            # the first tasks are spread over the workers, which all start at once
            self._give(self._workers[-1], tasks, 1)
        for worker in self._workers:
            self._give(worker, tasks, AHEAD)
        return any(worker.tasks for worker in self._workers)

    def _give(self, worker: _Worker, tasks: Iterator[Task], most: int) -> None:
        while len(worker.tasks) < most and (task := self._next(tasks)) is not None:
            if not worker.tasks:
                worker.since = monotonic()
            worker.tasks.append(task)
            # one that has died is found out when it is listened to
            with suppress(OSError):
                worker.connection.send(task)

    def _next(self, tasks: Iterator[Task]) -> Task | None:
        return self._waiting.popleft() if self._waiting else next(tasks, None)

    def _heard(self) -> Iterator[Done]:
        """What the workers have to say, and what became of those that say nothing."""
        busy = {worker.connection: worker for worker in self._workers if worker.tasks}
        spoken = wait(list(busy), PULSE)
        now = monotonic()
        # when this process was stopped for a while, so were they
        late = max(0.0, now - self._looked - 2 * PULSE)
        self._looked = now
        for connection in spoken:
            assert isinstance(connection, Connection)
            worker = busy[connection]
            try:
                answer: Answer = connection.recv()
            except (EOFError, OSError):
                yield from self._ended(worker)
                continue
            worker.since = monotonic()
            if not worker.ready:
                worker.ready = True
                self._fruitless = 0
                continue
            task = worker.tasks.popleft()
            if answer.failure != "memory":
                yield Done(task, answer)
                continue
            # what is left of such a process is not trusted
            worker.process.kill()
            self._discard(worker)
            yield from self._once_more(task, answer)
        for worker in [*self._workers]:
            worker.since += late
            limit = PATIENCE * self.job.seconds if worker.ready else START
            if (
                worker.tasks
                and worker.connection not in spoken
                and monotonic() - worker.since > limit
            ):
                if worker.connection.poll():
                    continue
                if not worker.ready:
                    yield from self._ended(worker)
                    continue
                task = worker.tasks.popleft()
                worker.process.kill()
                self._discard(worker)
                yield Done(task, Answer(None, "time"))

    def _ended(self, worker: _Worker) -> Iterator[Done]:
        """A worker's process is gone, by itself or by the system."""
        if not worker.ready:
            self._fruitless += 1
            self._discard(worker)
            return
        task = worker.tasks.popleft()
        status = self._discard(worker)
        if status == _OUT_OF_TIME:
            yield Done(task, Answer(None, "time"))
        elif status in _OUT_OF_MEMORY:
            yield from self._once_more(task, Answer(None, "memory"))
        else:
            fault = f"the process that judged it ended with the status {status}"
            yield from self._once_more(task, Answer(None, "fault", fault))

    def _once_more(self, task: Task, answer: Answer) -> Iterator[Done]:
        """Begins a task anew in another process, unless that has been done."""
        tried = self._tried.get(task.row, 0) + 1
        if tried < TRIES:
            self._tried[task.row] = tried
            self._waiting.appendleft(task)
            return
        self._tried.pop(task.row, None)
        yield Done(task, answer)

    def _discard(self, worker: _Worker) -> int | None:
        """Ends a worker; its tasks wait for others. How its process ended, if it had."""
        self._waiting.extendleft(reversed(worker.tasks))
        self._workers.remove(worker)
        return worker.end()


class _Worker:
    """A process, and the tasks that it has; it is at the first of them."""

    def __init__(self, pool: Pool, others: list[Connection]) -> None:
        context = _context(pool.method)
        self.connection, theirs = context.Pipe()
        inherited = [*others, self.connection] if pool.method == "fork" else []
        self.process = context.Process(
            target=work, args=(theirs, pool.job, pool.memory, inherited), daemon=True
        )
        self.process.start()
        theirs.close()
        self.tasks: deque[Task] = deque()
        self.ready = False
        self.since = monotonic()

    def end(self) -> int | None:
        """Ends the process, at once; the status that it had ended with by itself."""
        # one whose connection has ended is about to end, and its status tells why
        self.connection.close()
        self.process.join(_LAST_BREATH)
        status = self.process.exitcode
        self.process.kill()
        self.process.join()
        self.process.close()
        return status
