"""exsolve: a solver of worked exercises for deep-learning courses.

``exsolve.load("attention-forward").solve()`` gives the worked solution as an object,
``exsolve.check("gnn-update", {"agg": "[-1, 0.8]"})`` what is found of answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from exsolve.errors import ExsolveError
from exsolve.version import __version__

if TYPE_CHECKING:
    from exsolve.library import Exercise, ProblemSet
    from exsolve.library.judging import Assessment
    from exsolve.verdicts import Marked

__all__ = ["ExsolveError", "__version__", "assessment", "check", "judge", "load", "load_text"]


def load(name: str, /, **givens: object) -> Exercise | ProblemSet:
    """The exercise or problem set of this id or path, ready to solve; see ``exsolve.library.load``.

    Other values for its data are numbers, lists of them, or texts such as ``"[1/2, sqrt(3)]"``.
    """
    from exsolve.library import load as load_file

    return load_file(name, {given: str(value) for given, value in givens.items()})


def load_text(text: str, file: str = "<text>", /, **givens: object) -> Exercise | ProblemSet:
    """The exercise or problem set in a YAML text; ``file`` is what messages call it."""
    from exsolve.library import load_text as read

    return read(text, file, {given: str(value) for given, value in givens.items()})


def check(name: str, answers: Mapping[str, str] | str | bytes, /, **givens: object) -> Marked:
    """What is found of answers to an exercise or problem set.

    ``answers`` are texts by name, as in ``exsolve check -a NAME=VALUE``, or the text or bytes of an
    answer file. ``givens`` as for ``load``. Raises ExsolveError for a name that is not asked for.
    """
    from exsolve.library.judging import Examiner

    examiner = Examiner(load(name, **givens))
    if isinstance(answers, Mapping):
        return examiner.check(answers)
    return examiner.judge(
        answers.encode(errors="surrogatepass") if isinstance(answers, str) else answers
    )


def assessment(name: str, /, **givens: object) -> Assessment:
    """An exercise or problem set as plain texts, for ``judge`` in any process."""
    from exsolve.library.judging import assessment as texts

    return texts(load(name, **givens))


def judge(task: Assessment, data: bytes, file: str = "") -> Marked:
    """What is found of the bytes of one answer file: a plain function that pickles, as do its
    arguments and its result. See ``exsolve.library.judging``."""
    from exsolve.library.judging import judge as judge_file

    return judge_file(task, data, file)
