"""Who handed in what: a folder of answer files, as it comes from a course's website."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path, PurePath
from typing import NamedTuple

from exsolve.answers.opening import shown_path
from exsolve.errors import ExsolveError

SUFFIXES = frozenset((".txt", ".text", ".md", ".markdown", ".yaml", ".yml"))
"""What is taken off a file's name to get that of the student."""

_NOT_HANDED_IN = re.compile(
    r"\..*|~\$.*|.*~|#.*#|.*\.(?:bak|orig|swp|tmp)"
    r"|__MACOSX|Thumbs\.db|desktop\.ini|submission_metadata\.yml",
    re.IGNORECASE,
)
"""Hidden files, backups and locks of editors, what operating systems and Gradescope add."""
_MOODLE = re.compile(r"(?P<name>.+)_\d+_assignsubmission_(?:file|onlinetext)_?(?P<file>.*)")
_CANVAS = re.compile(r"(?P<name>[^_]+(?:_[^_\d][^_]*)*?)(?:_LATE)?_\d+_\d+_(?P<file>.+)")
_DEEPEST = 3
"""Folders inside one another in which a student's file may stand."""
_LONGEST_STEM = 120


class Submission(NamedTuple):
    """A file of answers that is a row of the table.

    name: the student's. file: its path from the folder. ``stem``: what this student's outputs are
    called, different for each row. ``note``: why this is no file of answers, or what else is here.
    """

    name: str
    file: str
    stem: str
    note: str = ""


class Roster(NamedTuple):
    """The submissions in order, and the files of the folder that are none."""

    folder: Path
    submissions: Sequence[Submission]
    left_out: Sequence[str]

    def path(self, submission: Submission) -> str:
        """Where a submission's file is."""
        return f"{self.folder}/{submission.file}"


def read_roster(folder: Path, own: Sequence[Path] = ()) -> Roster:
    """The submissions of a folder, in natural order of the names.

    A file is a student, and so is a folder with a file in it; names of Moodle's and Canvas's
    downloads are understood. ``own``: files and folders that belong to nobody (outputs, marks, the
    exercise). Raises ExsolveError for what is no folder, and for one without any submission.
    """
    if not folder.is_dir():
        raise ExsolveError(
            f"{shown_path(str(folder))}: there is no such folder",
            expected="a folder of answer files, one for each student",
            found="a file" if folder.exists() else "",
        )
    left_out: list[str] = []
    mine = frozenset(os.path.realpath(path) for path in own)
    found = list(_found(os.path.realpath(folder), "", mine, left_out))
    if not found:
        raise ExsolveError(
            f"{shown_path(str(folder))}: nothing was handed in here",
            expected="a folder of answer files, one for each student",
            found=f"{len(left_out)} other files" if left_out else "an empty folder",
        )
    found.sort(key=lambda one: (natural(one.name), one.name, natural(one.file), one.file))
    left_out.sort(key=natural)
    return Roster(folder, _told_apart(found), left_out)


def natural(text: str) -> str:
    """A key for sorting in which s2 comes before s10, and small letters beside large ones."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"\d+", lambda run: f"{len(run[0].lstrip('0')):04}{run[0].lstrip('0')}", plain)


def _found(
    folder: str, below: str, own: frozenset[str], left_out: list[str]
) -> Iterator[Submission]:
    for entry in _entries(folder, below, own, left_out):
        file = below + entry.name
        if entry.is_dir(follow_symlinks=False):
            yield from _of_student(entry, own, left_out)
        else:
            yield Submission(student_of(entry.name), file, "")


def _of_student(
    folder: os.DirEntry[str], own: frozenset[str], left_out: list[str]
) -> Iterator[Submission]:
    """What stands in a student's own folder: answer files, or else whatever there is."""
    name = _without_number(folder.name)
    files = list(_files_in(folder.path, f"{folder.name}/", own, left_out, 1))
    answers = [file for file in files if _is_text(file)] or files
    left_out += [file for file in files if file not in answers]
    for file in answers:
        yield Submission(name, file, "")
    if not answers:
        yield Submission(name, folder.name, "", "a folder without a file of answers")


def _files_in(
    folder: str, below: str, own: frozenset[str], left_out: list[str], depth: int
) -> Iterator[str]:
    for entry in _entries(folder, below, own, left_out):
        file = below + entry.name
        if not entry.is_dir(follow_symlinks=False):
            yield file
        elif depth < _DEEPEST:
            yield from _files_in(entry.path, f"{file}/", own, left_out, depth + 1)
        else:
            left_out.append(file)


def _entries(
    folder: str, below: str, own: frozenset[str], left_out: list[str]
) -> Iterator[os.DirEntry[str]]:
    """What is in a folder and may have been handed in; nothing where it may not be read."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if _NOT_HANDED_IN.fullmatch(entry.name) or entry.path in own:
                left_out.append(below + entry.name)
            else:
                yield entry


def _is_text(file: str) -> bool:
    suffix = PurePath(file).suffix.lower()
    return suffix in SUFFIXES or not suffix


def student_of(file: str) -> str:
    """The name of the student whose file this is."""
    stem, suffix = PurePath(file).stem, PurePath(file).suffix
    if suffix.lower() not in SUFFIXES and not _looks_like_suffix(suffix):
        stem = file
    return _without_number(stem)


def _looks_like_suffix(suffix: str) -> bool:
    """Whether what follows the last point is the sort of a file (.pdf) and no part of a name."""
    return suffix.lower() in {
        ".csv", ".doc", ".docx", ".heic", ".htm", ".html", ".ipynb", ".jpeg", ".jpg", ".json",
        ".odt", ".pages", ".pdf", ".png", ".py", ".rtf", ".tex", ".zip",
    }  # fmt: skip


def _without_number(stem: str) -> str:
    for pattern in (_MOODLE, _CANVAS):
        if match := pattern.fullmatch(stem):
            return match["name"]
    return stem


def _told_apart(found: Sequence[Submission]) -> tuple[Submission, ...]:
    """The submissions with their stems; those of one name are called by their files."""
    names: dict[str, int] = {}
    for one in found:
        stem = file_stem(one.name)
        names[stem.casefold()] = names.get(stem.casefold(), 0) + 1
    taken: set[str] = set()
    result: list[Submission] = []
    for one in found:
        stem, note = file_stem(one.name), one.note
        if names[stem.casefold()] > 1:
            stem = file_stem(one.file)
            note = note or f"one of {names[file_stem(one.name).casefold()]} files of this name"
        unique, number = stem, 1
        while unique.casefold() in taken or (number > 1 and unique.casefold() in names):
            number += 1
            unique = f"{stem}-{number}"
        taken.add(unique.casefold())
        result.append(one._replace(stem=unique, note=note))
    return tuple(result)


def file_stem(name: str) -> str:
    """A name as a file may be called on any system, never one that leads elsewhere."""
    text = unicodedata.normalize("NFC", shown_path(name))
    text = re.sub(r'[<>:"/\\|?*]', "_", text).strip(" .")
    text = text.encode()[:_LONGEST_STEM].decode(errors="ignore").rstrip(" .")
    # names that Windows keeps for devices
    if not text or re.fullmatch(r"(?i:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", text):
        text = f"_{text}"
    return text
