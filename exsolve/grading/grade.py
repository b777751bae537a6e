"""Grading a class: every submission judged once, whatever happens, and the tables made of it."""

from __future__ import annotations

import os
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from time import time
from typing import NamedTuple

from exsolve import limits
from exsolve.errors import ExsolveError
from exsolve.grading.judging import Job, Judge, Marks, Outputs, Task, failed
from exsolve.grading.marks import read_marks
from exsolve.grading.pool import Pool, StartMethod, start_method
from exsolve.grading.progress_file import ProgressFile
from exsolve.grading.records import Origin, open_answers
from exsolve.grading.roster import Roster
from exsolve.grading.summary import Summary
from exsolve.grading.table import BEGIN, header, row
from exsolve.grading.writing import replacing, sweep
from exsolve.library import Exercise, ProblemSet
from exsolve.library.feedback import questions
from exsolve.library.judging import assessment, judge

NO_MARKS: Mapping[str, Marks] = {}
_NONE: Marks = {}
FAULTS_KEPT = 3


class Limits(NamedTuple):
    """What one submission may take: seconds of a processor, and bytes."""

    seconds: float = limits.SUBMISSION_SECONDS
    memory: int = limits.SUBMISSION_BYTES


class Graded(NamedTuple):
    """What became of a class.

    judged: how many submissions were judged now; the others were already. anew: earlier lines were
    dropped, since the exercise or the version has changed. ``gone``: files that have been judged
    and are not in the folder any more; they have no row. ``faults``: tracebacks of faults of the
    program, the first of them.
    """

    summary: Summary
    judged: int
    anew: bool
    gone: Sequence[str]
    faults: Sequence[str]


class Grading:
    """The grading of a folder of submissions, into a table and what goes with it."""

    def __init__(
        self,
        content: Exercise | ProblemSet,
        roster: Roster,
        table: Path,
        outputs: Outputs | None = None,
        *,
        marks: Path | None = None,
        limits: Limits | None = None,
        judge: Judge = judge,
        answers: bool = False,
    ) -> None:
        """Reads the exercise and the marks; ``answers``: each has a column in the table.

        Raises ExsolveError for what is wrong with them.
        """
        self.roster = roster
        self.table = table
        self.limits = limits or Limits()
        self.answers = answers
        task = assessment(content)
        self.blank = judge(task, b"", "", {})
        self.job = Job(
            task,
            judge,
            self.blank,
            questions(content),
            outputs or Outputs(),
            self.limits.seconds,
        )
        self.marks = read_marks(marks, roster, self.blank) if marks is not None else NO_MARKS

    def run(
        self,
        jobs: int | None = None,
        tell: Callable[[], None] = lambda: None,
        method: StartMethod | None = None,
    ) -> Graded:
        """Judges what is not judged yet, and writes the table; ``tell`` is called for each row.

        jobs: processes, as many as there are processors by default. Raises ExsolveError for an
        output that cannot be written, and where another run is writing the same.
        """
        submissions = self.roster
        self._refuse_other_table()
        count = max(1, min(jobs or os.cpu_count() or 1, len(submissions)))
        pool = Pool(self.job, count, self.limits.memory, method or start_method())
        faults: list[str] = []
        fresh = 0
        began = time()
        task = self.job.assessment
        with ProgressFile(progress_path(self.table), task.digest, task.id) as progress:
            places = self._places(progress)
            # so that the workers end before the lines are read
            with closing(pool):
                for done in pool.judge(self._tasks(progress, places)):
                    if done.answer.refusal is not None:
                        raise done.answer.refusal
                    line = done.answer.line
                    if done.answer.failure:
                        line = failed(self.job, done.task, done.answer.failure)
                    if line is not None:
                        places[done.task.row] = progress.append(line)
                        fresh += 1
                    if done.answer.fault and len(faults) < FAULTS_KEPT:
                        faults.append(f"{done.task.file}: {done.answer.fault}")
                    tell()
            summary = self._write_table(progress, places)
            progress.finish(places)
            for folder in (self.table.parent, *self.job.outputs.folders.values()):
                sweep(folder, began)
            return Graded(summary, fresh, progress.dropped, sorted(progress.gone), faults)

    def left_to_a_person(self) -> set[tuple[str, str]]:
        """The answers, by exercise and name, that are open for anybody by an earlier run, or that
        somebody was given points for. Raises ExsolveError as ``run`` does.
        """
        path = progress_path(self.table)
        if not path.exists():
            return set()
        task = self.job.assessment
        with ProgressFile(path, task.digest, task.id) as progress:
            places = [place for place in self._places(progress) if place >= 0]
            return {
                address
                for place in places
                for address in open_answers(progress.record(place), self.blank)
            }

    def _refuse_other_table(self) -> None:
        """Refuses to replace a table that no run has made, as its first line tells."""
        if progress_path(self.table).exists():
            return
        # with or without a column for each answer
        ours = BEGIN + header(self.blank).rstrip()
        try:
            with self.table.open("rb") as file:
                found = file.read(len(ours))
        except OSError:
            return
        if found not in (b"", ours):
            raise ExsolveError(
                f"{self.table}: not a table of these grades, and it would be replaced",
                expected="a table that exsolve grade wrote, or none",
                hint="choose another name with -o",
            )

    def _places(self, progress: ProgressFile) -> array[int]:
        """Where the line of each row stands; -1 where there is none."""
        rows = {one.file: place for place, one in enumerate(self.roster)}
        places = array("q", [-1]) * len(rows)
        for place, offset in progress.places(rows):
            places[place] = offset
        return places

    def _tasks(self, progress: ProgressFile, places: array[int]) -> Iterator[Task]:
        for place, one in enumerate(self.roster):
            known = None
            if places[place] >= 0:
                record = progress.record(places[place])
                if record.get("name") == one.name and record.get("note") == one.note:
                    known = Origin(*(record[field] for field in Origin._fields))
            marks = self.marks.get(one.file, _NONE)
            path = self.roster.path(one)
            yield Task(place, path, one.file, one.name, one.stem, one.note, marks, known)

    def _write_table(self, progress: ProgressFile, places: Sequence[int]) -> Summary:
        summary = Summary(self.blank)
        with replacing(self.table) as file:
            file.write(BEGIN + header(self.blank, self.answers))
            for place in places:
                record = progress.record(place)
                summary.add(record)
                file.write(row(record, self.answers))
        return summary


def progress_path(table: Path) -> Path:
    """Where the lines of judged submissions stand: beside the table."""
    return table.with_suffix(".jsonl")
