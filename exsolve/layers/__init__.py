"""Layers of networks as PyTorch names them: shapes, parameters, multiply-adds, receptive fields.

Each family of layers is a module here that registers its own types; a new one is a new file.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from exsolve.layers.registry import LAYER_TYPES

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = ["LAYER_TYPES"]
