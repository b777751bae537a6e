"""The exercises there are: where they are looked for, and found by id or path."""

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
    seen: set[str] = set()
    for folder in folders():
        for file in _exercises_in(folder):
            if file.stem not in seen:
                seen.add(file.stem)
                yield file


def _exercises_in(folder: Path, stem: str = "*") -> list[Path]:
    """The exercise files of a folder and those in it; problem sets stand in folders named sets."""
    found = [file for suffix in SUFFIXES for file in folder.rglob(stem + suffix)]
    return sorted(file for file in found if "sets" not in file.relative_to(folder).parts)


def expanded(name: str) -> list[str]:
    """An id or path as it is; a folder as the exercise files in it.

    Raises ExsolveError for a folder without any.
    """
    folder = Path(name)
    if not name or "\0" in name or not folder.is_dir():
        return [name]
    inside = _exercises_in(folder)
    if not inside:
        raise ExsolveError(
            f"{name}: a folder without exercises",
            expected="files that end in " + " or ".join(SUFFIXES),
        )
    return [str(file) for file in inside]


def find(exercise: str) -> Path:
    """The file of an exercise named by id or path.

    Raises ExsolveError when there is none, with the nearest ids.
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
            for file in _exercises_in(folder, exercise):
                return file
    path = Path(exercise)
    try:
        if path.is_file() or (not is_id and (path.exists() or path.is_symlink())):
            return path
    except (OSError, ValueError):
        pass  # a text that cannot be the name of a file, so that there is none
    from exsolve.spec.header import read_header

    # last of all, since it reads every file: an exercise whose file has another name
    by_file = {file: read_header(file).id or file.stem for file in files()}
    same = [file for file, its_id in by_file.items() if is_id and its_id == exercise]
    if len(same) > 1:
        raise ExsolveError(
            f"{len(same)} files have the id {exercise!r}",
            expected="an id of its own for each exercise",
            found=", ".join(map(str, same)),
            hint=f"name the file: {same[0]}",
        )
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
        expected="an id that exsolve list shows, or the path of a YAML file",
        hint=f"did you mean {' or '.join(close)}?" if close else "exsolve list shows the ids",
    )
