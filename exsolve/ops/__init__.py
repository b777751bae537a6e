"""The operations of the language: one record each, one file a family.

Every module of this folder is imported here and registers its own records, so a new family is a new
file and nothing else.
"""

from __future__ import annotations

from importlib import import_module

from exsolve.folders import module_names
from exsolve.ops.registry import OPERATIONS

for _name in module_names(__file__):
    import_module(f"{__name__}.{_name}")

__all__ = ["OPERATIONS"]
