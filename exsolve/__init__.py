"""exsolve: a solver of worked exercises for deep-learning courses."""

__version__ = "0.1.0"
