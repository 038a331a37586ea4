"""The documents name modules that exist: one that was renamed, merged or removed is renamed there too."""

import json
import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from imports.contacts.mapping import LEAVE_OUT_KEY, Mapping, MappingFormatError
from imports.contacts.targets import TargetCatalogue
from tests.diagrams import DOCS, documents

ROOT = Path(__file__).resolve().parents[1]
ABOUT_MODULES = (
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "docs/changing.md",
    "docs/glossary.md",
    "docs/reliability.md",
    "docs/rooms.md",
)
DOCUMENTS = ("README.md", "SECURITY.md", *ABOUT_MODULES, *(f"docs/{path.name}" for path in DOCS.glob("*.md")))
READ_BY_LIBRARIES = {"HTTPS_PROXY"}
COMMAND = re.compile(r"manage\.py ([a-z_]+)")
TARGET = re.compile(r"`make ([a-z][a-z-]*)")
MODULE = re.compile(r"(?<![\w/<>*-])((?:\w+/)*\w+\.py)\b")


@pytest.mark.parametrize("document", ABOUT_MODULES)
def test_every_module_that_is_named_exists(document: str):
    folders = ("imports", "portal", "sandbox", "tests")
    known = [f"/{path.relative_to(ROOT)}" for folder in folders for path in (ROOT / folder).rglob("*.py")]
    known += [f"/{path.name}" for path in ROOT.glob("*.py")]
    named = set(MODULE.findall((ROOT / document).read_text(encoding="utf-8")))
    assert named
    assert [one for one in sorted(named) if not any(path.endswith(f"/{one}") for path in known)] == []


@pytest.mark.parametrize("document", sorted({*DOCUMENTS}))
def test_every_command_target_setting_and_file_that_is_named_exists(document: str):
    text = (ROOT / document).read_text(encoding="utf-8")
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    sources = "".join(
        path.read_text(encoding="utf-8")
        for folder in ("imports", "portal", "sandbox", "tests")
        for path in (ROOT / folder).rglob("*.py")
    ) + (ROOT / "Makefile").read_text(encoding="utf-8")
    words = set(re.findall(r"`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)`", text))
    files = {one for one in re.findall(r"\]\(([\w./-]+)(?:#[\w-]+)?\)", text) if not one.startswith("http")}

    assert set(COMMAND.findall(text)) <= {*get_commands()}
    assert set(TARGET.findall(text)) <= targets
    assert {one for one in words if not re.search(rf"\b{one}\b", sources)} <= READ_BY_LIBRARIES
    assert {one for one in files if not (ROOT / document).parent.joinpath(one).exists()} == set()


def test_the_mapping_that_is_shown_is_one_and_every_key_is_described():
    text = (DOCS / "mapping.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```json\n(.+?)```", text, re.DOTALL)
    assert Mapping.from_json(json.loads(shown)).to_json() == json.loads(shown)

    whole, column = (re.split(r"^## ", text, flags=re.MULTILINE)[part] for part in (1, 2))
    mapping = Mapping.from_json({"matchIdentifier": "email", "columns": []})
    of_file, of_column = (set(re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE)) for part in (whole, column))

    assert of_file == {*mapping.to_json()} - {"columns", "constants"} | {LEAVE_OUT_KEY}
    for key in of_column:
        entry = {"column": "A", "target": "lists", key: object()}
        with pytest.raises(MappingFormatError) as refused:
            Mapping.from_json({"matchIdentifier": "email", "columns": [entry]})
        assert "is not known" not in str(refused.value)


def test_every_target_that_all_accounts_have_is_described():
    text = (DOCS / "mapping.md").read_text(encoding="utf-8").partition("\n## Targets\n")[2]
    described = set(re.findall(r"\w+", " ".join(re.findall(r"`([^`]+)`", text))))

    assert {
        word for target in TargetCatalogue().column_targets for word in target.name.split(".")
    } <= described


def test_every_page_is_in_the_picture():
    (drawn,) = re.findall(
        r"^ {6}((?:\w+/ ?)+)$", (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8"), re.MULTILINE
    )

    assert set(drawn.split()) == {
        f"{path.parent.name}/" for path in (ROOT / "imports/views").glob("*/__init__.py")
    }


@pytest.mark.parametrize("name", ["models.md", "pages.md"])
def test_what_is_drawn_of_the_code_is_up_to_date(name: str):
    assert (DOCS / name).read_text(encoding="utf-8") == documents()[name], "run `make diagrams`"
