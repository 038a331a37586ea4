"""What it costs that files are encrypted at rest, beside reading and checking the same file.

    python -m tests.benchmarks.encrypted_files FILE

FILE has the columns of `mapped.MAPPING`. It is read and checked; then the upload and its tables are stored and fetched
again, in clear and encrypted, in turn, in a folder of this machine. What encrypting costs are seconds of the processor
beyond those that it takes in clear, the least of three runs.
"""

# ruff: noqa: E402, what is measured needs the settings

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.conf import settings
from django.core.files.storage import default_storage

from imports.contacts.check_request import CheckRequest
from imports.contacts.checking import check
from imports.contacts.mapping import Mapping
from imports.files.guarded_reading import stage_guarded
from imports.storage import artefacts, cache
from portal import env
from tests.benchmarks.mapped import CATALOGUE, MAPPING
from tests.benchmarks.measuring import machine

ROUNDS = 3
Files = dict[str, Path]


def timed(run: Callable[[], object], clock: Callable[[], float]) -> float:
    started = clock()
    run()
    return clock() - started


def make_tables(source: Path, folder: Path) -> tuple[Files, float, float]:
    """The upload and its tables, the seconds of reading it and those of its check."""
    staged, prepared, issues = (folder / name for name in ("staged", "prepared", "issues"))
    started = time.perf_counter()
    reading = stage_guarded(source, staged)
    read = time.perf_counter() - started
    mapping = Mapping.from_json(MAPPING)
    request = CheckRequest(staged, reading.columns, mapping, CATALOGUE, prepared, issues, default_region="GB")
    checked = timed(lambda: check(request), time.perf_counter)
    return {"upload": source, "staged": staged, "prepared": prepared, "issues": issues}, read, checked


def store(files: Files, folder: Path) -> float:
    """The processor's seconds of storing copies of `files`."""
    copies = {name: folder / f"copy-{name}" for name in files}
    for name, copy in copies.items():
        copy.write_bytes(files[name].read_bytes())
    taken = timed(
        lambda: [artefacts.store_file(f"jobs/{name}", copies[name]) for name in files], time.process_time
    )
    for copy in copies.values():
        copy.unlink(missing_ok=True)
    return taken


def fetch(files: Files) -> float:
    """The processor's seconds of having stored `files` as local ones, the first time on a machine."""

    def have(name: str) -> None:
        with artefacts.local_file(f"jobs/{name}"):
            pass

    cache.remove_excess(0)
    return timed(lambda: [have(name) for name in files], time.process_time)


def measure(files: Files, folder: Path, encrypts: bool) -> tuple[float, float]:
    settings.ENCRYPT_FILES = encrypts
    stored, fetched = store(files, folder), fetch(files)
    for name in files:
        default_storage.delete(f"jobs/{name}")
    return stored, fetched


def main(source: Path) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        settings.UPLOAD_TEMP_DIR = folder / "incoming"
        settings.UPLOAD_TEMP_DIR.mkdir()
        settings.STORAGES = {**settings.STORAGES, "default": env.folder(folder / "files")}
        files, read, checked = make_tables(source, folder)
        total = sum(path.stat().st_size for path in files.values()) / 1e6
        runs = [[measure(files, folder, encrypts) for encrypts in (False, True)] for _ in range(ROUNDS)]
        clear, encrypted = ([min(run[way][step] for run in runs) for step in (0, 1)] for way in (False, True))
    stored, fetched = (more - less for more, less in zip(encrypted, clear, strict=True))
    share = (stored + fetched) / (read + checked)
    sys.stdout.write(
        f"{machine()}\n"
        f"read {read:.1f} s, check {checked:.1f} s\n"
        f"upload and tables: {total:.0f} MB\n"
        f"encrypt and store: {stored:.2f} s, {total / stored:.0f} MB a second\n"
        f"fetch and decrypt: {fetched:.2f} s, {total / fetched:.0f} MB a second\n"
        f"both, beside reading and checking: {share:.1%}\n"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
