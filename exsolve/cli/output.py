"""Writing results: to the terminal, or whole files or none."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from stat import S_IMODE

from exsolve.errors import ExsolveError
from exsolve.solution import Handout, Solution, SolvedSet

WIDEST = 100


def chosen_format(wanted: str | None, output: Path | None, plain: bool, files: bool = False) -> str:
    """The format asked for by name or by the output file's suffix; ``files``: not for a terminal.

    Raises ExsolveError, before any work, for one that there is not or that cannot be made here.
    """
    from exsolve.render import format_module

    name = named_format(wanted, output, plain)
    module = format_module(name)
    if check := getattr(module, "check", None):
        check()
    if getattr(module, "BINARY", False) and not (files or output) and sys.stdout.isatty():
        raise ExsolveError(
            f"{name} is not for a terminal", hint=f"write a file: -o solution{module.SUFFIX}"
        )
    return name


def named_format(wanted: str | None, output: Path | None, plain: bool) -> str:
    """The format that a name or a suffix means, whether it can be made here or not.

    Raises ExsolveError for one that there is not.
    """
    from exsolve.render import format_names, format_of_suffix, suffixes

    name = wanted
    if name is None and output is not None:
        name = format_of_suffix(output.suffix.lower())
        if name is None:
            raise ExsolveError(
                f"{output}: the suffix does not name a format",
                expected=", ".join(suffixes()) + ", or --format",
                found=output.suffix or "no suffix",
            )
    if name is None:
        name = "plain" if plain else "terminal"
    if name not in format_names():
        raise ExsolveError(
            f"there is no format {name!r}", expected="one of " + ", ".join(format_names())
        )
    return name


def check_writable(output: Path | None) -> None:
    """Refuse an output file that cannot be written, before the work is done."""
    if output is None:
        return
    folder = output.parent
    if not folder.is_dir():
        raise ExsolveError(f"{output}: there is no folder {folder}", hint="make it first")
    try:
        os.lstat(output)
        file = _place(output)
        there = file.exists()
    except FileNotFoundError:
        file, there = output, False
    except (OSError, ValueError) as error:
        raise ExsolveError(
            f"{str(output)[:80]!r} cannot be the name of a file", found=str(error)[:80]
        ) from error
    special = there and not file.is_file() and not file.is_dir()
    # a file is replaced by a new one, for which its folder must be writable too
    writable = (not there or os.access(file, os.W_OK)) and os.access(file.parent, os.W_OK)
    if str(output) == "-" or special:
        raise ExsolveError(
            f"{output}: not a file",
            expected="a file that may be written",
            hint="without -o the output goes to standard output",
        )
    if file.is_dir() or not writable:
        raise ExsolveError(
            f"{output}: cannot be written",
            expected="a file that may be written",
            found="a folder" if file.is_dir() else "",
        )


def suffix_of(format_name: str) -> str:
    """The suffix of files in a format; raises ExsolveError for one that is not for files."""
    from exsolve.render import format_module

    suffix = str(format_module(chosen_format(format_name, None, False, files=True)).SUFFIX)
    if not suffix:
        raise ExsolveError(f"{format_name} is for a terminal, not for files")
    return suffix


def check_folder(folder: Path) -> None:
    """Refuse a folder that cannot be written to or made, before the work is done."""
    place = folder
    try:
        while not place.exists() and place != place.parent:
            place = place.parent
    except (OSError, ValueError) as error:
        raise ExsolveError(
            f"{str(folder)[:80]!r} cannot be the name of a folder", found=str(error)[:80]
        ) from error
    if not place.is_dir():
        raise ExsolveError(f"{folder}: {place} is a file", expected="a folder")
    if not os.access(place, os.W_OK | os.X_OK):
        raise ExsolveError(f"{folder}: {place} cannot be written to")


def write_files(folder: Path, files: Mapping[Path, str | bytes]) -> None:
    """Write files into a folder, which is made if need be; all of them, or none."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExsolveError(f"{folder}: cannot be made ({error.strerror})") from error
    for file in files:
        check_writable(file)
    write_together(files)


def check_different(
    *outputs: Path | None, inputs: Sequence[str] = (), answers: str | None = None
) -> None:
    """Refuse two outputs that would be the same file, and one that is an input: an exercise, or a
    file of answers."""
    files = [output.resolve() for output in outputs if output is not None]
    read: dict[Path, str] = {}
    for name, what in [*((one, "exercise") for one in inputs), (answers, "answers")]:
        # a name that cannot be a file's, or leads in a circle, is told by who reads it
        with suppress(OSError, ValueError, RuntimeError):
            if name is not None:
                read[Path(name).resolve()] = what
    for place, file in enumerate(files):
        if file in files[:place]:
            raise ExsolveError(f"{file}: two outputs cannot be the same file")
        if file in read:
            raise ExsolveError(
                f"{file}: the output would replace the {read[file]}", hint="choose another name"
            )


def rendered(
    solved: Solution | SolvedSet | Handout, format_name: str, output: Path | None
) -> str | bytes:
    """What is solved, in a format; for the terminal at its width, in colour where it may be."""
    from exsolve.render import content_of

    if format_name == "terminal" and output is None:
        width, colour = look(plain=False)
        return content_of(solved, format_name, width=width, colour=colour)
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
    write_together({output: content})


def write_together(files: Mapping[Path, str | bytes]) -> None:
    """Write files beside those that they replace, and replace these when all are written."""
    parts: list[tuple[Path, Path]] = []
    output = Path()
    try:
        for output, content in files.items():
            file = _place(output)
            # whatever the file's name, this one is not too long
            part = file.with_name(f".exsolve-{os.urandom(6).hex()}")
            part.touch(exist_ok=False)
            parts.append((part, file))
            with suppress(FileNotFoundError):
                # an answer key that others may not read stays so
                part.chmod(S_IMODE(file.stat().st_mode))
            part.write_bytes(content.encode() if isinstance(content, str) else content)
        for part, output in parts:
            part.replace(output)
    except OSError as error:
        raise ExsolveError(f"{output}: cannot be written ({error.strerror})") from error
    finally:
        for part, _ in parts:
            with suppress(OSError):
                part.unlink(missing_ok=True)


def _place(output: Path) -> Path:
    """The file that is written: where a link leads, so that it stays a link."""
    return Path(os.path.realpath(output))


def look(plain: bool) -> tuple[int, bool]:
    """How wide standard output is, and whether it may have colour."""
    return (80, False) if plain else (_width(), _colour())


def _width() -> int:
    if not sys.stdout.isatty():
        return 80
    return min(max(shutil.get_terminal_size().columns, 40), WIDEST)


def _colour() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")
