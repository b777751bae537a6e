"""Who handed in what: a folder of answer files, as it comes from a course's website."""

from __future__ import annotations

import os
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, overload

from exsolve.answers.opening import shown_path
from exsolve.errors import ExsolveError

SUFFIXES = frozenset((".txt", ".text", ".md", ".markdown", ".yaml", ".yml"))
"""What is taken off a file's name to get that of the student, and these: other sorts of files."""
_OTHER_SUFFIXES = frozenset(
    (
        ".csv", ".doc", ".docx", ".heic", ".htm", ".html", ".ipynb", ".jpeg", ".jpg", ".json",
        ".odt", ".pages", ".pdf", ".png", ".py", ".rtf", ".tex", ".zip",
    )
)  # fmt: skip
_NOT_HANDED_IN = re.compile(
    r"\..*|~\$.*|.*~|#.*#|.*\.(?:bak|orig|swp|tmp)"
    r"|__MACOSX|Thumbs\.db|desktop\.ini|submission_metadata\.yml",
    re.IGNORECASE | re.DOTALL,
)
"""Hidden files, backups and locks of editors, what operating systems and Gradescope add."""
_MOODLE = re.compile(r"(.+)_\d+_assignsubmission_(?:file|onlinetext).*", re.DOTALL)
_CANVAS = re.compile(r"([^_]+?)(?:_LATE)?_\d{3,}_\d{3,}_.+", re.DOTALL)
_UNSAFE = re.compile(r'[<>:"/\\|?*]')
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
"""Names that Windows keeps for devices."""
_DIGITS = re.compile(r"0*(\d+)")
_DEEPEST = 3
"""Folders inside one another in which a student's file may stand."""
_LONGEST_STEM = 120
NOTHING_INSIDE = "a folder without a file of answers"


class Submission(NamedTuple):
    """A file of answers that is a row of the table.

    name: the student's. file: its path from the folder. ``stem``: what this student's outputs are
    called, different for each row. ``note``: why this is no file of answers, or what else is here.
    """

    name: str
    file: str
    stem: str
    note: str = ""


class Roster(Sequence[Submission]):
    """The submissions of a folder, in natural order of the names.

    Only the files are kept: the rest follows from them, but for the few that have no name of their
    own. ``left_out``: what is in the folder and was not handed in by anybody. ``not_read``: what
    stands beside answer files in a student's own folder, and cannot be read as one.
    """

    def __init__(
        self,
        folder: Path,
        files: Sequence[str],
        empty: frozenset[str],
        left_out: Sequence[str],
        not_read: Sequence[str] = (),
    ) -> None:
        """``empty``: those of the files that are folders with nothing in them."""
        self.folder = folder
        self.left_out = left_out
        self.not_read = not_read
        self._beside: dict[str, list[str]] = {}
        for file in not_read:
            student, _, inside = file.partition("/")
            self._beside.setdefault(student, []).append(inside)
        self._files = sorted(files, key=_order)
        self._empty = empty
        self._shared = _shared_names(self._files)

    def __len__(self) -> int:
        return len(self._files)

    @overload
    def __getitem__(self, place: int) -> Submission: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Submission]: ...

    def __getitem__(self, place: int | slice) -> Submission | Sequence[Submission]:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        file = self._files[place]
        name = student_of(file)
        stem, note = self._shared.get(file) or (file_stem(name), "")
        if file in self._empty:
            note = NOTHING_INSIDE
        elif beside := self._beside.get(file.partition("/")[0]):
            note = "; ".join(filter(None, (note, f"not read: {', '.join(beside)}")))
        return Submission(name, file, stem, note)

    @property
    def doubles(self) -> Sequence[str]:
        """The files of those names that have more than one."""
        return [*self._shared]

    def path(self, submission: Submission) -> str:
        """Where a submission's file is."""
        return f"{self.folder}/{submission.file}"


def read_roster(folder: Path, own: Sequence[Path] = ()) -> Roster:
    """The submissions of a folder.

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
    search = _Search(frozenset(os.path.realpath(path) for path in own))
    files = list(search.students(os.path.realpath(folder)))
    left_out = sorted(search.left_out, key=natural)
    if not files:
        raise ExsolveError(
            f"{shown_path(str(folder))}: nothing was handed in here",
            expected="a folder of answer files, one for each student",
            found=", ".join(map(shown_path, left_out[:5])) or "an empty folder",
        )
    not_read = sorted(search.not_read, key=natural)
    return Roster(folder, files, frozenset(search.empty), left_out, not_read)


class _Search:
    """Files of answers in a folder, and what else there is."""

    def __init__(self, own: frozenset[str]) -> None:
        self.own = own
        self.left_out: list[str] = []
        self.not_read: list[str] = []
        self.empty: list[str] = []

    def students(self, folder: str) -> Iterator[str]:
        """The files, by their paths from the folder."""
        for entry in self._entries(folder, ""):
            if entry.is_dir(follow_symlinks=False):
                yield from self._of_student(entry)
            else:
                yield entry.name

    def _of_student(self, folder: os.DirEntry[str]) -> Iterator[str]:
        """What stands in a student's own folder: answer files, or else whatever there is."""
        files = list(self._inside(folder.path, f"{folder.name}/", 1))
        answers = [file for file in files if _suffix(file) in SUFFIXES | {""}] or files
        self.not_read += [file for file in files if file not in answers]
        if not answers:
            self.empty.append(folder.name)
            answers = [folder.name]
        yield from answers

    def _inside(self, folder: str, below: str, depth: int) -> Iterator[str]:
        for entry in self._entries(folder, below):
            file = below + entry.name
            if not entry.is_dir(follow_symlinks=False):
                yield file
            elif depth < _DEEPEST:
                yield from self._inside(entry.path, f"{file}/", depth + 1)
            else:
                self.left_out.append(file)

    def _entries(self, folder: str, below: str) -> Iterator[os.DirEntry[str]]:
        """What is in a folder and may have been handed in; nothing where it may not be read."""
        with suppress(OSError), os.scandir(folder) as entries:
            for entry in entries:
                if _NOT_HANDED_IN.fullmatch(entry.name) or entry.path in self.own:
                    self.left_out.append(below + entry.name)
                else:
                    yield entry


def student_of(file: str) -> str:
    """The name of the student whose file this is, by its path from the folder."""
    folder, inside, _ = file.partition("/")
    stem = folder if inside else file[: len(file) - len(_suffix(file))]
    for pattern in (_MOODLE, _CANVAS):
        if match := pattern.fullmatch(stem):
            return match[1]
    return stem


def _suffix(file: str) -> str:
    """The suffix in small letters; that of ``jane.doe`` is none, as nothing is known to end so."""
    stem, point, end = file.rpartition(".")
    suffix = f".{end.lower()}" if stem and point else ""
    return suffix if suffix in SUFFIXES or suffix in _OTHER_SUFFIXES else ""


def natural(text: str) -> str:
    """A key for sorting in which s2 comes before s10, and small letters beside large ones."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return _DIGITS.sub(lambda run: f"{len(run[1]):04}{run[1]}", plain)


def _order(file: str) -> str:
    name = student_of(file)
    return f"{natural(name)}\0{name}\0{natural(file)}\0{file}"


def _shared_names(files: Sequence[str]) -> Mapping[str, tuple[str, str]]:
    """The stems and notes of files whose names' stems are not their own: they are called by their
    whole paths."""
    seen: set[int] = set()
    # of every name only a number is kept, as long as each has one file
    if not any(_twice(hash(_key(file)), seen) for file in files):
        return {}
    of_name = [(file, _key(file)) for file in files]
    counts = Counter(key for _, key in of_name)
    taken = {key for key, count in counts.items() if count == 1}
    found: dict[str, tuple[str, str]] = {}
    for file, key in of_name:
        if counts[key] > 1:
            stem = unique = file_stem(file)
            number = 1
            while unique.casefold() in taken:
                number += 1
                unique = f"{stem}-{number}"
            taken.add(unique.casefold())
            found[file] = (unique, f"one of {counts[key]} files of this name")
    return found


def _key(file: str) -> str:
    return file_stem(student_of(file)).casefold()


def _twice(number: int, seen: set[int]) -> bool:
    """Whether the number was seen before; it is from now on."""
    if number in seen:
        return True
    seen.add(number)
    return False


def file_stem(name: str) -> str:
    """A name as a file may be called on any system, never one that leads elsewhere."""
    text = _UNSAFE.sub("_", unicodedata.normalize("NFC", shown_path(name))).strip(" .")
    text = text.encode()[:_LONGEST_STEM].decode(errors="ignore").rstrip(" .")
    return f"_{text}" if not text or _DEVICE.fullmatch(text) else text
