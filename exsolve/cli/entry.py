"""Where a command line becomes a command.

Each module of ``commands`` is a command; ``main`` imports only the one that was asked for, because
starting quickly matters more here than anywhere else.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import Annotated

import typer

from exsolve.cli.commands import command_names
from exsolve.errors import ExsolveError
from exsolve.version import __version__


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"exsolve {__version__}")
        raise typer.Exit


def _options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Solve worked exercises of deep-learning courses, exactly and step by step."""


def application(arguments: Sequence[str]) -> typer.Typer:
    """The commands; only the one that the arguments ask for, when they name one."""
    # rich's help costs more than the rest of the start-up together
    app = typer.Typer(
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        no_args_is_help=True,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_options)
    names = command_names()
    asked = next((argument for argument in arguments if not argument.startswith("-")), None)
    for name in [asked] if asked in names else names:
        module = importlib.import_module(f"exsolve.cli.commands.{name}")
        app.command(name)(module.command)
    return app


def script() -> None:
    """The ``exsolve`` command of the shell: ``main``, in a process that does nothing else."""
    # a command is over before garbage matters, and expressions have no cycles
    gc.disable()
    # threads for small matrices only wait for work, and keep a processor busy with it
    for library in ("OPENBLAS", "OMP", "MKL"):
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    try:
        main(sys.argv[1:])
    except SystemExit as ended:
        # taking every module and number apart at the end would be a tenth of a short command
        with contextlib.suppress(OSError, AttributeError):
            sys.stderr.flush()
        os._exit(ended.code if isinstance(ended.code, int) else 0)


def main(arguments: Sequence[str]) -> None:
    """Run a command and exit with its status (0 done, 1 found wrong, 2 could not be used)."""
    given = [*arguments]
    if sys.stdout is None:
        # closed by the caller (>&-), who wants the status or the file alone
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # a terminal without √ shows a question mark, and no traceback
            stream.reconfigure(errors="replace")
    try:
        for argument in given:
            if "\0" in argument:
                raise ExsolveError(f"{argument[:80]!r} cannot be used", found="a NUL character")
        output = sys.stdout
        try:
            application(given)(args=given, prog_name="exsolve")
        except SystemExit:
            if sys.stdout is not output:
                # typer wraps it when the reader has gone, and would call that an error
                raise BrokenPipeError from None
            raise
        finally:
            # here and not at the interpreter's end, where an error can no longer be told
            sys.stdout.flush()
    except ExsolveError as error:
        for problem in error.problems:
            _tell(str(problem))
        sys.exit(2)
    except BrokenPipeError:
        # the reader went away (| head): not an error, but nothing more can be written
        _discard_output()
        sys.exit(0)
    except OSError as error:
        if error.filename is not None:
            raise
        _discard_output()
        _tell(f"the output cannot be written ({error.strerror})")
        sys.exit(2)


def _tell(problem: str) -> None:
    """Say what is wrong on standard error; where that is full or closed the status must do."""
    from exsolve.prose.characters import visible

    with contextlib.suppress(OSError):
        # a file or an argument that is repeated in it must not act on the terminal
        print(f"exsolve: {visible(problem)}", file=sys.stderr, flush=True)


def _discard_output() -> None:
    """Let what is still buffered go nowhere when the interpreter ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
