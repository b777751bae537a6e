"""The sign of life: on a terminal, after a while, and gone when the work is done."""

from __future__ import annotations

import io
import time

import pytest

from exsolve.cli.waiting import waiting


class Terminal(io.StringIO):
    """A text stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_long_work_shows_a_sign(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr("sys.stderr", stream)
    with waiting("solving [it]", patience=0.0):
        started = time.monotonic()
        while "solving [it]" not in stream.getvalue() and time.monotonic() - started < 20:
            time.sleep(0.01)
    assert "solving [it]" in stream.getvalue()


def test_short_work_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr("sys.stderr", stream)
    with waiting("solving", patience=600.0):
        pass
    assert stream.getvalue() == ""


def test_nothing_is_shown_where_nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    with waiting("solving", patience=0.0):
        time.sleep(0.2)
    assert stream.getvalue() == ""


def test_an_error_passes_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr", Terminal())
    with pytest.raises(ValueError, match="broken"), waiting("solving", patience=0.0):
        raise ValueError("broken")
