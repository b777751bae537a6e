"""Finding exercises by id or path, and using them from Python."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from exsolve import limits
from exsolve.errors import ExsolveError

if TYPE_CHECKING:
    from exsolve.authoring.workbook import Workbook
    from exsolve.solution import Agreement, Solution
    from exsolve.solving.solve import Detail

ID = re.compile(r"[a-z0-9][a-z0-9-]*")


def folders() -> list[Path]:
    """Where exercises are looked for, in order: ./problems, EXSOLVE_PATH, the installed ones."""
    named = [Path(entry) for entry in os.environ.get("EXSOLVE_PATH", "").split(os.pathsep) if entry]
    package = Path(__file__).parent
    installed = [package / "problems", package.parent / "problems"]
    found: list[Path] = []
    for folder in [Path("problems"), *named, *installed]:
        if folder.is_dir() and not any(folder.samefile(other) for other in found):
            found.append(folder)
    return found


def files() -> Iterator[Path]:
    """Every exercise file, each id once: the first folder that has it wins."""
    seen: set[str] = set()
    for folder in folders():
        for file in sorted(folder.rglob("*.yaml")):
            if "sets" not in file.relative_to(folder).parts and file.stem not in seen:
                seen.add(file.stem)
                yield file


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
            for file in sorted(folder.rglob(f"{exercise}.yaml")):
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
    word = Path(exercise[: limits.NAME_LENGTH]).name.removesuffix(".yaml").casefold()
    close = difflib.get_close_matches(word, ids, n=3)
    shown = exercise if len(exercise) <= limits.NAME_LENGTH else exercise[:40] + "…"
    raise ExsolveError(
        f"there is no exercise {shown!r}" if is_id else f"there is no file {shown!r}",
        expected="an id that exsolve list shows, or the path of a YAML file",
        hint=f"did you mean {' or '.join(close)}?" if close else "exsolve list shows the ids",
    )


class Exercise:
    """An exercise that has been read and checked, ready to solve."""

    def __init__(self, workbook: Workbook) -> None:
        self.workbook = workbook

    def solve(
        self, parts: Sequence[str] = (), digits: int = 4, detail: Detail = "normal"
    ) -> Solution:
        """The worked solution; ``parts`` are ids (all by default), ``digits`` significant digits.

        Raises ExsolveError when a value does not exist or the two routes disagree.
        """
        from exsolve.solving.solve import solve

        return solve(self.workbook, parts, digits, detail)

    def agreement(self) -> Agreement:
        """How many values agree on both routes: all that ``solve`` checks, in less time.

        Raises ExsolveError as ``solve`` does.
        """
        from exsolve.solving.solve import agreement

        return agreement(self.workbook)

    def question(self) -> Solution:
        """The exercise as it is asked, with nothing solved."""
        from exsolve.solving.solve import question

        return question(self.workbook)


def load(exercise: str | Path, givens: Mapping[str, str] | None = None) -> Exercise:
    """Read an exercise by id or path; ``givens`` are other values for its data, as text.

    Raises ExsolveError with everything that is wrong with the file, each with its place.
    """
    from exsolve.spec.files import read_bytes

    path = exercise if isinstance(exercise, Path) else find(exercise)
    return load_text(read_bytes(path), str(path), givens)


def load_text(
    text: str | bytes, file: str = "<text>", givens: Mapping[str, str] | None = None
) -> Exercise:
    """Read an exercise from YAML text; ``file`` is what messages call it. Raises as ``load``."""
    from exsolve.kinds import kind, kind_names
    from exsolve.solving.assemble import assemble
    from exsolve.spec.exercise import read_draft

    names = kind_names()
    return Exercise(assemble(read_draft(text, file, lambda name: kind(name).FIELDS, names), givens))
