"""The operations of the language: one record each, one file a family.

Every module of this folder is imported here and registers its own records, so a new family is a new
file and nothing else.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from exsolve.ops.registry import OPERATIONS

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = ["OPERATIONS"]
