"""``exsolve fields``: the reference of all fields of exercise files and problem sets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from exsolve.errors import ExsolveError

if TYPE_CHECKING:
    from exsolve.expression.tree import Operation
    from exsolve.spec.reference import Chapter, Entry

SUFFIXES = {"plain": ".txt", "markdown": ".md"}


def command(
    topic: Annotated[
        str | None,
        typer.Argument(help="A kind, a field, or one of: common, sets, functions; all by default."),
    ] = None,
    format_name: Annotated[
        str | None, typer.Option("--format", "-f", help="plain or markdown.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="A file; its suffix names the format.")
    ] = None,
) -> None:
    """Show every field of exercise files: what may be written, and what it is for."""
    from exsolve.cli.output import check_writable, emit
    from exsolve.typesetting.reference import markdown, page

    chosen = _chosen_format(format_name, output)
    check_writable(output)
    chapters = list(all_chapters())
    if topic is not None:
        chapters = _about(topic, chapters)
    emit((markdown if chosen == "markdown" else page)(chapters), output)


def _chosen_format(wanted: str | None, output: Path | None) -> str:
    """The format by its name or by the file's suffix; raises ExsolveError."""
    if wanted is None and output is None:
        return "plain"
    suffix = "" if output is None else output.suffix
    for name, own in SUFFIXES.items():
        if wanted == name or (wanted is None and suffix == own):
            return name
    if wanted is not None:
        raise ExsolveError(
            f"there is no format {wanted!r} of the fields", expected=" or ".join(SUFFIXES)
        )
    raise ExsolveError(
        f"{output}: the suffix does not name a format",
        expected=f"{' or '.join(SUFFIXES.values())}, or --format",
        found=suffix or "no suffix",
    )


def all_chapters() -> Iterator[Chapter]:
    """What all exercises have, then each kind, problem sets, and the language of formulas."""
    from exsolve.expression.binding import signature
    from exsolve.kinds import kind, kind_names
    from exsolve.ops import OPERATIONS
    from exsolve.spec.common_fields import common_fields
    from exsolve.spec.problem_set import set_fields
    from exsolve.spec.reference import Chapter, entries_of

    common = entries_of(common_fields(kind_names()))
    yield Chapter(
        "common", "Every exercise", "Fields that exercises of all kinds may have.", common
    )
    for name in kind_names():
        module = kind(name)
        own = entries_of(module.FIELDS)
        about = f"{module.SUMMARY[0].upper()}{module.SUMMARY[1:]}."
        about += (
            " Its own fields, besides those of every exercise:"
            if own
            else " It has no fields of its own, only those of every exercise."
        )
        yield Chapter(name, f"Kind {name}", about, own)
        if answers := tuple(getattr(module, "ANSWERS", {}).items()):
            about = "What parts may ask for, besides what is under `define` and `gradients`."
            yield Chapter(name, f"Answers of {name}", about, words=answers)
        for title, words in getattr(module, "VOCABULARY", {}).items():
            listed = tuple((word, "") for word in words())
            yield Chapter(name, f"{title} of {name}", "", words=listed)
    about = "A file with `exercises` in the place of `parts` is a problem set."
    yield Chapter("sets", "Problem sets", about, entries_of(set_fields()))
    written = tuple(
        (_as_sign(one) if one.infix else signature(one), f"{one.summary}.")
        for one in sorted(OPERATIONS.values(), key=lambda one: not one.infix)
    )
    about = "What formulas may use: signs first, then functions, as they are called."
    yield Chapter("functions", "The language of formulas", about, words=written)


def _as_sign(operation: Operation) -> str:
    """How an operation is written that is no function call: ``a + b``, ``x.T``, ``x[ ]``."""
    names = [parameter.name for parameter in operation.parameters]
    if operation.parameters[0].variadic:
        return operation.infix
    if len(names) == 2:
        return f" {operation.infix} ".join(names)
    before = operation.infix[0] not in ".["
    return operation.infix + names[0] if before else names[0] + operation.infix


def _about(topic: str, chapters: Sequence[Chapter]) -> list[Chapter]:
    """The chapters of a topic, or a field wherever it is found; raises ExsolveError."""
    from exsolve.spec.reference import Chapter

    chosen = [chapter for chapter in chapters if chapter.topic == topic]
    found: list[tuple[tuple[str, ...], Entry]] = []
    for chapter in chapters if not chosen else ():
        found += _named(topic, chapter.entries, (chapter.title,))
        words = tuple(one for one in chapter.words if one[0].partition("(")[0] == topic)
        if words:
            chosen.append(Chapter(topic, chapter.title, "", words=words))
    # what stands deep inside another field is the least likely to be meant
    found.sort(key=lambda one: len(one[0]))
    chosen[:0] = (Chapter(topic, " > ".join(path), "", (entry,)) for path, entry in found)
    if not chosen:
        from exsolve.spec.report import suggestion

        topics = list(dict.fromkeys(chapter.topic for chapter in chapters))
        fields = [name for chapter in chapters for name in _names(chapter.entries)]
        raise ExsolveError(
            f"there is no field {topic!r}",
            expected=f"one of {', '.join(topics)}, or the name of a field or function",
            hint=suggestion(topic, list(dict.fromkeys([*topics, *fields]))),
        )
    return chosen


def _named(
    name: str, entries: Sequence[Entry], path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], Entry]]:
    """The fields of a name at any depth, each with what it is inside of."""
    for entry in entries:
        if entry.name == name:
            yield path, entry
        yield from _named(name, entry.entries, (*path, entry.name))


def _names(entries: Sequence[Entry]) -> Iterator[str]:
    for entry in entries:
        yield entry.name
        yield from _names(entry.entries)
