"""The option ``--detail``."""

from __future__ import annotations

from enum import StrEnum


class Detail(StrEnum):
    """How much of each step is shown."""

    short = "short"
    normal = "normal"
    long = "long"
