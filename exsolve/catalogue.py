"""The exercises and problem sets there are: where they are looked for, and found by id or path."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from exsolve import limits
from exsolve.errors import ExsolveError

ID = re.compile(r"[a-z0-9][a-z0-9-]*")
SUFFIXES = (".yaml", ".yml")


def folders() -> list[Path]:
    """Where exercises are looked for, in order: ./problems, EXSOLVE_PATH, the installed ones."""
    named = [Path(entry) for entry in os.environ.get("EXSOLVE_PATH", "").split(os.pathsep) if entry]
    package = Path(__file__).parent
    shipped = package / "problems"
    if not shipped.is_dir():
        shipped = package.parent / "problems"  # an editable installation: the checkout's own
    found: list[Path] = []
    for folder in [Path("problems"), *named, shipped]:
        if folder.is_dir() and not any(folder.samefile(other) for other in found):
            found.append(folder)
    return found


def files() -> Iterator[Path]:
    """Every exercise file, each id once: the first folder that has it wins."""
    return (file for file in _first_of_each() if not _is_set(file))


def set_files() -> Iterator[Path]:
    """Every file of a problem set, each id once: the first folder that has it wins.

    An exercise in an earlier folder hides a set of the same id, and the other way round.
    """
    return (file for file in _first_of_each() if _is_set(file))


def _first_of_each() -> Iterator[Path]:
    earlier: set[str] = set()
    for folder in folders():
        here: set[tuple[str, bool]] = set()
        for file in _files_in(folder):
            name = (file.stem, _is_set(file))
            if file.stem not in earlier and name not in here:
                here.add(name)
                yield file
        earlier |= {stem for stem, _ in here}


def _is_set(file: Path) -> bool:
    """Whether the file stands where problem sets do; what it is, its contents say."""
    return file.parent.name == "sets"


def _files_in(folder: Path, stem: str = "*") -> list[Path]:
    """The exercises of a folder and those in it, then the problem sets."""
    found = [file for suffix in SUFFIXES for file in folder.rglob(stem + suffix)]
    return sorted(found, key=lambda file: (_is_set(file), file))


def expanded(name: str) -> list[str]:
    """An id or path as it is; a folder as the exercises and problem sets in it.

    Raises ExsolveError for a folder without any.
    """
    folder = Path(name)
    if not name or "\0" in name or not folder.is_dir():
        return [name]
    inside = _files_in(folder)
    if not inside:
        raise ExsolveError(
            f"{name}: a folder without exercises",
            expected="files that end in " + " or ".join(SUFFIXES),
        )
    return [str(file) for file in inside]


def find(exercise: str, start: Path | None = None) -> Path:
    """The file of an exercise or problem set named by id, or by path (from ``start``).

    Raises ExsolveError when there is none, with the nearest ids, and when there are several.
    """
    if not exercise.strip():
        raise ExsolveError(
            "no exercise is named",
            expected="an id that exsolve list shows, or the path of a YAML file",
            found="an empty text",
        )
    is_id = ID.fullmatch(exercise) is not None and len(exercise) <= limits.NAME_LENGTH
    if is_id:
        for folder in folders():
            named = _files_in(folder, exercise)
            if named and _is_set(named[-1]) and not _is_set(named[0]):
                raise _ambiguous(exercise, [named[0], named[-1]])
            if named:
                return named[0]
    path = Path(start or "", exercise)
    try:
        if path.is_file() or (not is_id and (path.exists() or path.is_symlink())):
            return path
    except (OSError, ValueError):
        pass  # a text that cannot be the name of a file, so that there is none
    from exsolve.spec.header import read_header

    # last of all, since it reads every file: one whose file has another name
    by_file = {file: read_header(file).id or file.stem for file in _first_of_each()}
    same = [file for file, its_id in by_file.items() if is_id and its_id == exercise]
    if len(same) > 1:
        raise _ambiguous(exercise, same)
    if same:
        return same[0]
    import difflib

    ids = sorted(set(by_file.values()))
    word = Path(exercise[: limits.NAME_LENGTH]).name.casefold()
    for suffix in SUFFIXES:
        word = word.removesuffix(suffix)
    close = difflib.get_close_matches(word, ids, n=3)
    shown = exercise if len(exercise) <= limits.NAME_LENGTH else exercise[:40] + "…"
    raise ExsolveError(
        f"there is no exercise {shown!r}" if is_id else f"there is no file {shown!r}",
        expected="an id that exsolve list shows, or the path of a YAML file"
        + (f" from {start}{os.sep}" if start and start != Path() else ""),
        hint=f"did you mean {' or '.join(close)}?" if close else "exsolve list shows the ids",
    )


def _ambiguous(name: str, same: list[Path]) -> ExsolveError:
    return ExsolveError(
        f"{len(same)} files have the id {name!r}",
        expected="an id of its own for each exercise and problem set",
        found=", ".join(map(str, same)),
        hint=f"name the file: {same[0]}",
    )
