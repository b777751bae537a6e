"""A command run in this process."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest

from exsolve.cli import main


class Ended(NamedTuple):
    """What a command printed and how it ended."""

    status: int
    out: str
    err: str


Command = Callable[..., Ended]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs ``exsolve`` with the arguments given."""

    def command(*arguments: str) -> Ended:
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        captured = capsys.readouterr()
        code = ended.value.code
        assert code is None or isinstance(code, int)
        return Ended(code or 0, captured.out, captured.err)

    return command
