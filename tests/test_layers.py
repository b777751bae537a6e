"""Imports run one way: each layer knows only those below it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import exsolve

PACKAGE = Path(exsolve.__file__).parent

LAYERS = [
    {"arithmetic", "errors", "limits", "version", "folders", "points", "text_width"},
    {"expression"},
    {"spec", "exact", "prose"},
    {"ops", "catalogue"},
    {"notation"},
    {"drawing"},
    {"graph", "solution"},
    {"verdicts"},
    {"program", "answers"},
    {"evaluate"},
    {"gradient", "own_variables", "limit_values"},
    {"sampled_limits"},
    {"jacobian"},
    {"verification"},
    {"authoring"},
    {"layers"},
    {"kinds", "typesetting", "variation"},
    {"solving", "document"},
    {"render", "marking"},
    {"library"},
    {"grading"},
    {"__init__"},
    {"cli"},
    {"__main__"},
]
"""From the bottom up."""


LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def unit(module: str) -> str:
    """The layer's unit that a dotted module belongs to: its first name below exsolve."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def of_types(tree: ast.Module) -> set[int]:
    """The nodes under ``if TYPE_CHECKING``, which are not run."""
    return {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }


def imported(tree: ast.Module, types: bool = False) -> set[str]:
    """Every module of exsolve that a module imports when it runs, early or late.

    types: those that it imports for annotations only, too.
    """
    found: set[str] = set()
    left_out = set() if types else of_types(tree)
    for node in ast.walk(tree):
        if id(node) in left_out:
            continue
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            names = [node.module or ""]
            if node.module == "exsolve":
                names = [f"exsolve.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        found.update(name for name in names if name.split(".")[0] == "exsolve")
    return found


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def test_every_unit_has_a_layer() -> None:
    units = {unit(module_name(path)) for path in modules()}
    assert units == set(LEVEL)


@pytest.mark.parametrize("path", modules(), ids=module_name)
def test_imports_point_down(path: Path) -> None:
    own = unit(module_name(path))
    for name in imported(ast.parse(path.read_text(encoding="utf-8")), types=True):
        other = unit(name)
        if other != own:
            assert LEVEL[other] < LEVEL[own], f"{own} imports {name}"


def test_no_cycles_between_modules() -> None:
    graph = {
        module_name(path): imported(ast.parse(path.read_text(encoding="utf-8")))
        for path in modules()
    }
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, " -> ".join([*path, name])
        if name in done:
            return
        for other in graph.get(name, ()):
            visit(other, (*path, name))
        done.add(name)

    for name in graph:
        visit(name, ())


def test_only_the_command_line_prints_or_exits() -> None:
    for path in modules():
        if unit(module_name(path)) == "cli":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in {"print", "exit", "eval", "exec", "compile"}, path


def test_nothing_catches_exsolve_errors_to_print_them_but_the_command_line() -> None:
    for path in modules():
        text = path.read_text(encoding="utf-8")
        if unit(module_name(path)) != "cli":
            assert "sys.stderr" not in text, path
            assert "sys.exit" not in text, path
