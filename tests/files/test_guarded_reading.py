"""Reading in a process of its own: what it answers, and that nothing it does reaches who asked."""

import contextlib
import os
import select
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from imports.files.file_refusals import FileRefusedError
from imports.files.guarded_reading import ReaderLimits, preview_guarded, stage_guarded
from imports.files.reading import ReadingLimits, ReadingOptions
from imports.files.staging import preview, stage
from imports.tables import scan
from tests.patience import wait_until

PEOPLE = b"Email,Name\nana@example.com,Ana\nbo@example.org,Bo\n\nTotal,2\n"
MANY = b"Email,Name\n" + b"ana@example.com,Ana\n" * 600_000


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "upload"
    path.write_bytes(PEOPLE)
    return path


def children(pid: int | str = "self") -> list[int]:
    """The processes that `pid` has started and that still run."""
    found = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += [int(child) for child in path.read_text().split()]
    return found


def readers() -> list[int]:
    """The processes that read a file for this one: children of its template, called by what they do.

    One that has ended is none, though it is listed until the template has looked at how it ended (state Z).
    """
    found = []
    for pid in (reader for template in children() for reader in children(template)):
        with contextlib.suppress(OSError):
            name, _, fields = Path(f"/proc/{pid}/stat").read_text().partition("(")[2].rpartition(") ")
            if name == "files.reading" and not fields.startswith("Z"):
                found.append(pid)
    return found


def wait_for_their_end() -> None:
    """Until no reader is left: one that was forked too late for who asked has yet to find that out."""
    wait_until(lambda: not readers(), "the readers are gone")


def test_it_reads_what_is_read_here(source, tmp_path):
    here, there = tmp_path / "here", tmp_path / "there"
    reading = stage(source, here)
    assert stage_guarded(source, there) == reading
    assert scan(there).collect().equals(scan(here).collect())


def test_a_preview_is_the_same_as_here(source, tmp_path):
    options = ReadingOptions(header_row=0)
    assert preview_guarded(source, tmp_path, options) == preview(source, tmp_path, options)


def test_a_refusal_arrives_with_its_words(tmp_path):
    path = tmp_path / "picture"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    with pytest.raises(FileRefusedError, match="This is a picture") as refused:
        stage_guarded(path, tmp_path / "target")
    assert refused.value.code == "image"


def test_limits_and_options_are_passed_on(source, tmp_path):
    with pytest.raises(FileRefusedError) as refused:
        stage_guarded(source, tmp_path / "target", limits=ReadingLimits(max_rows=1))
    assert refused.value.code == "too_many_rows"
    reading = stage_guarded(source, tmp_path / "target", ReadingOptions(header_row=2))
    assert (reading.header_row, reading.rows) == (2, 1)


def test_paths_may_be_relative(source, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert stage_guarded(Path(source.name), Path("target")).rows == 2


def test_progress_arrives_and_only_grows(tmp_path):
    path = tmp_path / "upload"
    path.write_bytes(MANY)
    seen: list[int] = []
    assert stage_guarded(path, tmp_path / "target", progress=seen.append).rows == 600_000
    assert seen == sorted(seen)
    assert seen[-1] == 600_000


def test_a_reader_that_is_killed_is_a_file_that_could_not_be_read(tmp_path):
    path, target = tmp_path / "upload", tmp_path / "target"
    path.write_bytes(MANY)

    def kill(rows: int) -> None:
        for pid in readers():
            os.kill(pid, signal.SIGKILL)

    with pytest.raises(FileRefusedError) as refused:
        stage_guarded(path, target, progress=kill)
    assert refused.value.code == "reader_defeated"
    assert not target.exists()


def test_a_reader_that_takes_too_long_is_stopped(tmp_path):
    path = tmp_path / "upload"
    path.write_bytes(MANY)
    with pytest.raises(FileRefusedError) as refused:
        stage_guarded(path, tmp_path / "target", reader_limits=ReaderLimits(max_seconds=0.01))
    assert refused.value.code == "reader_out_of_time"
    wait_for_their_end()


def test_a_reader_that_wants_too_much_memory_is_stopped(tmp_path):
    path = tmp_path / "upload"
    path.write_bytes(b'Email,Note\n"ana@example.com","' + b"x" * 31_000_000 + b'"\n')
    limits = ReadingLimits(max_cell_chars=2**31 - 1)
    with pytest.raises(FileRefusedError) as refused:
        stage_guarded(path, tmp_path / "target", limits=limits, reader_limits=ReaderLimits(200_000_000))
    assert refused.value.code in {"reader_out_of_memory", "reader_defeated"}


def test_whoever_asks_and_fails_leaves_no_reader_behind(tmp_path):
    path = tmp_path / "upload"
    path.write_bytes(MANY)

    def fail(rows: int) -> None:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        stage_guarded(path, tmp_path / "target", progress=fail)
    wait_for_their_end()


def test_a_reader_knows_no_secrets(tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "canary-of-this-test")
    path = tmp_path / "upload"
    path.write_bytes(MANY)
    environments: list[bytes] = []

    def look(rows: int) -> None:
        for pid in readers():
            with contextlib.suppress(OSError):  # it has ended meanwhile
                environments.append(Path(f"/proc/{pid}/environ").read_bytes())

    stage_guarded(path, tmp_path / "target", progress=look)
    assert environments
    assert not any(b"canary-of-this-test" in environment for environment in environments)


def test_a_reader_dies_with_the_process_that_started_it(tmp_path):
    path = tmp_path / "upload"
    path.write_bytes(MANY)
    script = textwrap.dedent(
        """
        import os, signal, sys
        from pathlib import Path
        from imports.files.guarded_reading import stage_guarded
        from tests.files.test_guarded_reading import readers

        def die(rows):
            if found := readers():
                print(*found, flush=True)
                os.kill(os.getpid(), signal.SIGKILL)

        stage_guarded(Path(sys.argv[1]), Path(sys.argv[2]), progress=die)
        """
    )
    done = subprocess.run(
        [sys.executable, "-c", script, path, tmp_path / "target"],
        stdout=subprocess.PIPE,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == -signal.SIGKILL
    (pid,) = map(int, done.stdout.split())
    with contextlib.suppress(ProcessLookupError):
        descriptor = os.pidfd_open(pid)
        gone = select.poll()
        gone.register(descriptor, select.POLLIN)
        assert gone.poll(60_000)
        os.close(descriptor)
