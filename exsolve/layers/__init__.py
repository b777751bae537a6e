"""Layers of networks as PyTorch names them: shapes, parameters, multiply-adds, receptive fields.

Each family of layers is a module here that registers its own types; a new one is a new file.
"""

from __future__ import annotations

from importlib import import_module

from exsolve.folders import module_names
from exsolve.layers.registry import LAYER_TYPES

for _name in module_names(__file__):
    import_module(f"{__name__}.{_name}")

__all__ = ["LAYER_TYPES"]
