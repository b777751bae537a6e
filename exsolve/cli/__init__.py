"""The command line: the only code that prints, catches ExsolveError, or exits."""

from exsolve.cli.entry import command_names, main

__all__ = ["command_names", "main"]
