"""What several test modules use."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("exsolve", deadline=None, derandomize=True)
settings.load_profile("exsolve")


@pytest.fixture
def problems() -> Path:
    """The folder of the shipped exercises."""
    return Path(__file__).parent.parent / "problems"
