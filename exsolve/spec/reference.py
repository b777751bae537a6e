"""The reference of all fields, made from the definitions that read them."""

from __future__ import annotations

from typing import Any, NamedTuple

from exsolve.spec.scalar_fields import FieldSpecs


class Entry(NamedTuple):
    """A field as the reference shows it: what may be written, what it is for, what is inside.

    ``default`` and ``example`` are as they would stand in a file; empty: there is none.
    """

    name: str
    written: str
    required: bool
    default: str
    doc: str
    example: str
    entries: tuple[Entry, ...]


class Chapter(NamedTuple):
    """Fields that stand side by side, and words that are written in them, each with its meaning.

    ``topic`` is what it is asked for by.
    """

    topic: str
    title: str
    about: str
    entries: tuple[Entry, ...] = ()
    words: tuple[tuple[str, str], ...] = ()


def entries_of(fields: FieldSpecs) -> tuple[Entry, ...]:
    """The fields of a record in their order, with all that is inside them."""
    return tuple(
        Entry(
            name=name,
            written=spec.field.written(),
            required=spec.required,
            default=_spelled(spec.default),
            doc=spec.doc or spec.field.doc,
            example=spec.example,
            entries=entries_of(spec.field.inside()),
        )
        for name, spec in fields.items()
    )


def _spelled(default: Any) -> str:
    """A default as it would be written; nothing where it is the same as leaving the field out."""
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, tuple):
        return f"[{', '.join(map(_spelled, default))}]" if default else ""
    return str(default) if isinstance(default, (str, int, float)) else ""
