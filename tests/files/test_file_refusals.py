"""The catalogue of refusals, and the error that carries one."""

import json
import pickle
import re
from pathlib import Path
from string import Formatter

import pytest

from imports.files.file_refusals import KINDS, REFUSALS, FileRefusedError, refusal
from imports.files.signatures import BINARY_SIGNATURES, TEXT_SIGNATURES
from imports.messages import Message

IMPORTS = Path(__file__).resolve().parents[2] / "imports"


def texts_of(code: str) -> tuple[str, str]:
    return REFUSALS[code].sentence, REFUSALS[code].remedy


def details_of(code: str) -> dict[str, int]:
    names = {name for text in texts_of(code) for _, name, _, _ in Formatter().parse(text) if name is not None}
    assert all(name.isidentifier() for name in names), "a detail without a name"
    return dict.fromkeys(names, 1)


@pytest.fixture(scope="module")
def sources() -> str:
    """All that may refuse a file."""
    paths = [path for path in IMPORTS.rglob("*.py") if path != IMPORTS / "files" / "file_refusals.py"]
    return "\n".join(path.read_text() for path in paths)


@pytest.mark.parametrize("code", REFUSALS)
def test_every_refusal_says_what_is_wrong_and_what_to_do(code):
    for text in texts_of(code):
        assert text[0].isupper() or text[0] == "{"
        assert text.endswith(".")
        assert "  " not in text
    error = refusal(code, **details_of(code))
    assert error.sentence.endswith(".")
    assert error.remedy.endswith(".")


@pytest.mark.parametrize("code", REFUSALS)
def test_every_refusal_is_made_somewhere(code, sources):
    assert re.search(rf'refusal\(\s*"{code}"|, "{code}"|\("{code}"|^\s+"{code}",$', sources, re.MULTILINE)


def test_no_refusal_is_made_that_the_catalogue_does_not_know(sources):
    assert set(re.findall(r'\brefusal\(\s*"(\w+)"', sources)) <= set(REFUSALS)


def test_details_are_filled_in():
    error = refusal("file_too_large", size_bytes=2_000_000_000, limit_bytes=1_000_000_000)
    assert error.code == "file_too_large"
    assert error.sentence == "This file is 2,000,000,000 bytes long; the limit is 1,000,000,000 bytes."
    assert str(error) == f"{error.sentence} {error.remedy}"


def test_a_detail_with_braces_is_not_filled_in_again():
    error = refusal("several_files", archive="ZIP", count=2, names="{count}.csv and {0}.csv")
    assert error.sentence == "This ZIP archive holds 2 files: {count}.csv and {0}.csv."


@pytest.mark.parametrize("code", REFUSALS)
def test_an_error_survives_the_way_between_processes(code):
    error = refusal(code, **details_of(code))
    for copy in (
        pickle.loads(pickle.dumps(error)),
        FileRefusedError(Message.from_json(json.loads(json.dumps(error.reason.to_json())))),
    ):
        assert (copy.code, copy.sentence, copy.remedy) == (error.code, error.sentence, error.remedy)
        assert str(copy) == str(error)


def test_what_a_file_is_is_a_code_until_it_is_shown(sources):
    error = refusal("office_document", kind="kind_word_document")
    assert error.reason.to_json() == {
        "code": "office_document",
        "params": {"kind": {"code": "kind_word_document"}},
    }
    assert error.sentence == "This is a Word document, not a table."
    assert refusal("image", kind="PNG").sentence == "This is a picture (PNG), not a table."
    assert {kind for kind in KINDS if f'"{kind}"' not in sources} == set()


def test_what_a_file_is_called_is_marked_or_a_name():
    names = {"PNG", "JPEG", "GIF", "WebP", "TIFF", "BMP", "HEIC", "AVIF", "Lotus 1-2-3"}
    called = {signature.kind for signature in (*BINARY_SIGNATURES, *TEXT_SIGNATURES) if signature.kind}

    assert called - {*KINDS} == names
