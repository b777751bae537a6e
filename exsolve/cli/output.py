"""Writing results: to the terminal, or whole files or none."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import suppress
from pathlib import Path

from exsolve.errors import ExsolveError
from exsolve.solution import Handout, Solution, SolvedSet

WIDEST = 100


def chosen_format(wanted: str | None, output: Path | None, plain: bool) -> str:
    """The format asked for by name or by the output file's suffix; checked before any work."""
    from exsolve.render import format_names, format_of_suffix

    if wanted is not None:
        if wanted not in format_names():
            raise ExsolveError(
                f"there is no format {wanted!r}", expected="one of " + ", ".join(format_names())
            )
        return wanted
    if output is not None:
        found = format_of_suffix(output.suffix)
        if found is None:
            raise ExsolveError(
                f"{output}: the suffix does not name a format",
                expected=".md, .json or .txt, or --format",
                found=output.suffix or "no suffix",
            )
        return found
    return "plain" if plain else "terminal"


def check_writable(output: Path | None) -> None:
    """Refuse an output file that cannot be written, before the work is done."""
    if output is None:
        return
    folder = output.parent
    if not folder.is_dir():
        raise ExsolveError(f"{output}: there is no folder {folder}", hint="make it first")
    try:
        os.lstat(output)
    except FileNotFoundError:
        there = False
    except (OSError, ValueError) as error:
        raise ExsolveError(
            f"{str(output)[:80]!r} cannot be the name of a file", found=str(error)[:80]
        ) from error
    else:
        there = True
    odd = there and not output.is_file()
    writable = os.access(output if there else folder, os.W_OK)
    if odd or not writable:
        raise ExsolveError(
            f"{output}: cannot be written",
            expected="a file that may be written",
            found="a folder" if output.is_dir() else "",
        )


def rendered(
    solved: Solution | SolvedSet | Handout, format_name: str, output: Path | None
) -> str | bytes:
    """What is solved, in a format; for the terminal at its width, in colour where it may be."""
    from exsolve.render import content_of

    if format_name == "terminal" and output is None:
        return content_of(solved, format_name, width=_width(), colour=_colour())
    return content_of(solved, format_name)


def emit(content: str | bytes, output: Path | None) -> None:
    """Print the content, or write it to the file."""
    if output is not None:
        write_file(output, content)
    elif isinstance(content, str):
        sys.stdout.write(content)
    else:
        sys.stdout.buffer.write(content)


def write_file(output: Path, content: str | bytes) -> None:
    """Write a file whole or leave it as it was."""
    partial = output.with_name(f".{output.name}.{os.getpid()}")
    try:
        partial.write_bytes(content.encode() if isinstance(content, str) else content)
        partial.replace(output)
    except OSError as error:
        with suppress(OSError):
            partial.unlink()
        raise ExsolveError(f"{output}: cannot be written ({error.strerror})") from error


def _width() -> int:
    if not sys.stdout.isatty():
        return 80
    return min(max(shutil.get_terminal_size().columns, 40), WIDEST)


def _colour() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")
