"""A sign of life on a terminal's standard error while something takes longer than one waits for."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

PATIENCE = 1.0
"""Seconds before anything is shown: what is done by then needs no sign."""
REFRESHED_EVERY = 0.1
"""Seconds between two states of a progress bar."""


@contextmanager
def waiting(what: str, patience: float = PATIENCE) -> Iterator[None]:
    """Show a spinner and the time that has passed, on a terminal only, until the work is done."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield
        return
    done = threading.Event()
    spinner = threading.Thread(target=_spin, args=(what, patience, done), daemon=True)
    spinner.start()
    try:
        yield
    finally:
        done.set()
        spinner.join()


def _spin(what: str, patience: float, done: threading.Event) -> None:
    if done.wait(patience):
        return
    # imported only by who has to wait anyway
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        progress.add_task(what)
        done.wait()


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[[], None]]:
    """A progress bar on a terminal's standard error; call what it gives ``total`` times."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    # without a thread of its own, since processes that are copies of this one start meanwhile
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, auto_refresh=False) as bar:
        task = bar.add_task(what, total=total)
        shown = monotonic()

        def advance() -> None:
            nonlocal shown
            bar.advance(task)
            if monotonic() - shown > REFRESHED_EVERY:
                bar.refresh()
                shown = monotonic()

        bar.refresh()
        yield advance
