from pathlib import Path

import pytest

from tests.answered_before import answered_before, files_are_read_once
from tests.views.conftest import (
    account,
    alice,
    as_alice,
    make_job,
    mona,
    sandbox,
    shared_sandbox,
)

__all__ = [
    "account",
    "alice",
    "answered_before",
    "as_alice",
    "files_are_read_once",
    "make_job",
    "mona",
    "sandbox",
    "shared_sandbox",
]


@pytest.fixture(autouse=True)
def own_storage(settings, tmp_path: Path, files_are_read_once: None) -> Path:
    """A storage and an UPLOAD_TEMP_DIR of this test's own; the folder that holds both."""
    default = settings.STORAGES["default"]
    options = {**default["OPTIONS"], "location": str(tmp_path / "files")}
    settings.STORAGES = {**settings.STORAGES, "default": {**default, "OPTIONS": options}}
    settings.UPLOAD_TEMP_DIR = tmp_path / "incoming"
    settings.UPLOAD_TEMP_DIR.mkdir()
    return tmp_path
