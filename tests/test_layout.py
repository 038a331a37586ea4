"""Where things are: a module and a class are found by their names, so no two have the same."""

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# Names that Django, Python and pytest look for.
CONVENTIONS = {"__init__", "__main__", "admin", "apps", "conftest", "models", "settings", "urls"}
SAME_BY_CONVENTION = {"Command", "Meta", "Migration"}


def modules(*packages: str) -> list[Path]:
    """Every module of these packages, but for migrations and the formats that Django loads by a fixed name."""
    found = [path for package in packages for path in (ROOT / package).rglob("*.py")]
    formats = ROOT / "portal" / "formats"
    return [path for path in found if "migrations" not in path.parts and formats not in path.parents]


def places(named: dict[str, list[str]]) -> dict[str, list[str]]:
    return {name: sorted(where) for name, where in named.items() if len(where) > 1}


def test_the_repository_stands_by_itself():
    """No link and no path of a target leads out of it."""
    assert "../" not in (ROOT / "Makefile").read_text(encoding="utf-8")
    kept = [path for name in ("tests", "docs", ".ci") for path in (ROOT / name).rglob("*")]
    assert not [path for path in kept if path.is_symlink()]
    beside = re.compile(r"parents\[(\d+)\]")
    outside = [
        str(path.relative_to(ROOT))
        for path in modules("tests", "imports", "portal", "sandbox")
        for depth in beside.findall(path.read_text(encoding="utf-8"))
        if int(depth) >= len(path.relative_to(ROOT).parts)
    ]
    assert outside == []


@pytest.mark.parametrize("packages", [("imports", "portal", "sandbox"), ("tests",)])
def test_no_two_modules_have_the_same_name(packages: tuple[str, ...]):
    named: dict[str, list[str]] = defaultdict(list)
    for path in modules(*packages):
        if path.stem not in CONVENTIONS:
            named[path.stem].append(str(path.relative_to(ROOT)))

    assert places(named) == {}


def test_no_two_classes_have_the_same_name():
    named: dict[str, list[str]] = defaultdict(list)
    for path in modules("imports", "portal", "sandbox"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and node.name not in SAME_BY_CONVENTION:
                named[node.name].append(str(path.relative_to(ROOT)))

    assert places(named) == {}
