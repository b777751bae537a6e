"""``python -m exsolve`` is ``exsolve``."""

from exsolve.cli import script

script()
