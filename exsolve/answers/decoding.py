"""The bytes of a file of answers as text, whatever program wrote them."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from exsolve import limits
from exsolve.errors import ExsolveError, Position, Problem

_SIGNATURES = (
    (b"%PDF-", "a PDF"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"{\\rtf", "an RTF document"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"\x1f\x8b", "a compressed file (gzip)"),
    (b"7z\xbc\xaf", "an archive (7z)"),
    (b"Rar!", "an archive (RAR)"),
    (b"BZh", "a compressed file (bzip2)"),
    (b"\xfd7zXZ", "a compressed file (xz)"),
    (b"SQLite format 3", "a database"),
    (b"\x7fELF", "a program"),
    (b"%!PS", "a PostScript document"),
)
_ZIPPED = (
    (b"word/", "a Word document"),
    (b"xl/", "an Excel workbook"),
    (b"ppt/", "a PowerPoint presentation"),
    (b"opendocument.text", "an OpenDocument text"),
    (b"Index/Document.iwa", "a Pages document"),
)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAVE_AS_TEXT = "hand in the answers as plain text, in the encoding UTF-8"
_WEB_PAGE = re.compile(rb"\s*<(?:!doctype html|html)\b", re.I)
_NOTEBOOK = re.compile(rb'\s*\{\s*"(?:cells|metadata|nbformat)"\s*:')
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\u00a0\u00ad\u061c\u1680\u2000-\u200f"
    "\u202a-\u202f\u205f-\u206f\u3000\ufeff\ufe00-\ufe0f\ud800-\udfff\ufff9-\ufffb]"
)
"""What is read as a space: other spaces, marks of the direction of writing, controls."""
_LINE_BREAK = re.compile("\r\n|[\r\x85\u2028\u2029]")

UNREADABLE = "\ufffd"
"""Stands for bytes that are no character."""


class Decoded(NamedTuple):
    """The text, with ``\\n`` for line breaks and a space for each character that is not seen.

    ``doubt``: why its characters beyond ASCII may not be those that were written.
    """

    text: str
    doubt: str = ""


def decoded(data: bytes, file: str) -> Decoded:
    """The text of a file in UTF-8, in UTF-16 or UTF-32 with their mark, or else in Windows-1252.

    Raises ExsolveError for what is no text, by its name where that is known, and for text that
    has too many bytes or lines.
    """
    if len(data) > limits.FILE_BYTES:
        raise ExsolveError(
            f"{file} is too large",
            f"at most {limits.FILE_BYTES:,} bytes",
            f"{len(data):,} bytes",
        )
    _refuse_known_formats(data, file)
    text, doubt = _text(data, file)
    text = _UNSEEN.sub(" ", _LINE_BREAK.sub("\n", text))
    lines = text.count("\n") + 1
    if lines > limits.ANSWER_LINES:
        raise ExsolveError(
            f"{file} has too many lines", f"at most {limits.ANSWER_LINES:,}", f"{lines:,}"
        )
    return Decoded(text, doubt)


def _refuse_known_formats(data: bytes, file: str) -> None:
    found = next((name for start, name in _SIGNATURES if data.startswith(start)), "")
    if data.startswith(b"PK\x03\x04"):
        found = next((name for mark, name in _ZIPPED if mark in data), "a ZIP archive")
    elif data[:4] == b"RIFF" or data[4:8] == b"ftyp":
        found = "a picture or film"
    elif _WEB_PAGE.match(data):
        found = "a web page"
    elif _NOTEBOOK.match(data):
        found = "a Jupyter notebook"
    if found:
        raise ExsolveError(f"{file} is {found}", "a text file", found, _SAVE_AS_TEXT)


def _text(data: bytes, file: str) -> tuple[str, str]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            text = data[len(mark) :].decode(encoding, "replace")
            broken = UNREADABLE in text
            return text, f"some bytes are no {encoding[:6].upper()}" if broken else ""
    if 0 in data:
        before = data[: data.index(0)]
        line = before.count(b"\n") + 1
        column = len(before) - before.rfind(b"\n")
        raise ExsolveError(
            Problem(
                f"{file} is no text",
                "a text file in UTF-8",
                f"a NUL (byte {len(before) + 1:,} of the file)",
                _SAVE_AS_TEXT,
                Position(file, line, column),
            )
        )
    try:
        return data.decode("utf-8"), ""
    except UnicodeDecodeError:
        pass
    text = data.decode("utf-8", "replace")
    beyond = sum(character > "\x7f" for character in text)
    if beyond > 2 * text.count(UNREADABLE):
        return text, "some bytes are no UTF-8"
    # Windows-1252 leaves five bytes out, which Latin-1 calls controls: they are not seen either.
    return data.decode("cp1252", "replace"), "the file is not in UTF-8; it was read as Windows-1252"
