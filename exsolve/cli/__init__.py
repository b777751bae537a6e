"""The command line: the only code that prints, catches ExsolveError, or exits."""

from exsolve.cli.commands import command_names
from exsolve.cli.entry import main, script

__all__ = ["command_names", "main", "script"]
