"""The documents name modules that exist: one that was renamed, merged or removed is renamed there too."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = ("ARCHITECTURE.md", "CONTRIBUTING.md", "docs/changing.md", "docs/glossary.md", "docs/rooms.md")
MODULE = re.compile(r"(?<![\w/<>*-])((?:\w+/)*\w+\.py)\b")


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_module_that_is_named_exists(document: str):
    folders = ("imports", "portal", "sandbox", "tests")
    known = [f"/{path.relative_to(ROOT)}" for folder in folders for path in (ROOT / folder).rglob("*.py")]
    known += [f"/{path.name}" for path in ROOT.glob("*.py")]
    named = set(MODULE.findall((ROOT / document).read_text(encoding="utf-8")))
    assert named
    assert [one for one in sorted(named) if not any(path.endswith(f"/{one}") for path in known)] == []
