"""These tests need the extra ``documents``, and then the programs as well, or they fail."""

from __future__ import annotations

from importlib.util import find_spec

collect_ignore_glob = [] if find_spec("nbclient") and find_spec("playwright") else ["test_*.py"]
