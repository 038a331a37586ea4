"""The template: what is forked from it is a process of its own in all respects, and comes quickly and surely."""

import os
import select
import signal
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from imports.children.asking import ChildDefeatedError, ChildLimits, ChildOutOfTimeError, ask_child
from imports.children.processes import FIXED_ENVIRONMENT, KEPT_ENVIRONMENT
from imports.children.template import HARMLESS_THREADS

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every process is started anew")

MODULE = "tests.children.tasks"
LIMITS = ChildLimits()
ROOT = Path(__file__).resolve().parents[2]
FORKS = 100
AT_ONCE = 4
GONE_MILLISECONDS = 60_000


def tell() -> dict[str, Any]:
    told: dict[str, Any] = ask_child(MODULE, {"task": "tell"}, LIMITS)
    return told


def is_gone(process: int) -> bool:
    """Whether the process of this descriptor ends; it is waited for."""
    ended = select.poll()
    ended.register(process, select.POLLIN)
    found = bool(ended.poll(GONE_MILLISECONDS))
    os.close(process)
    return found


def run(script: str) -> str:
    """What a new Python says that runs `script`."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=300,
    )
    return done.stdout


def test_every_request_has_a_process_of_its_own():
    first, second = tell(), tell()
    assert first["pid"] != second["pid"]
    assert first["parent"] == second["parent"] != os.getpid()
    assert (first["asked"], second["asked"]) == (1, 1)


def test_a_process_has_nothing_but_its_channel_and_what_running_needs(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "canary-of-this-test")
    told = tell()
    assert told["open"] == ["/dev/null", "/dev/null", "/dev/null", "socket:[]"]
    assert set(told["environment"]) <= {*KEPT_ENVIRONMENT, *FIXED_ENVIRONMENT, "LC_CTYPE"}
    assert told["ignored"] == []


def test_the_template_has_imported_everything_and_run_nothing():
    """Whoever imports is the template of all: Polars at work there would leave nobody anything to fork from."""
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in ROOT.joinpath("imports").rglob("*_process.py")
    ]
    assert len(modules) >= 3
    for module in modules:
        with pytest.raises(Exception, match="KeyError"):
            ask_child(module, {"task": "nothing"}, LIMITS)
    forked_from = tell()["parent"]
    assert forked_from != os.getpid(), "there is nothing to fork from"
    template = Path(f"/proc/{forked_from}")
    assert "_polars_runtime" in template.joinpath("maps").read_text()
    threads = {path.joinpath("comm").read_text().strip() for path in template.joinpath("task").iterdir()}
    assert {name for name in threads if not name.startswith("python")} <= HARMLESS_THREADS


def test_hundreds_of_forks_all_calculate():
    """One that waited for a lock that a thread of the template held would never come back."""
    limits = ChildLimits(max_seconds=120.0)
    with ThreadPoolExecutor(AT_ONCE) as threads:
        found = list(threads.map(lambda _: ask_child(MODULE, {"task": "calculate"}, limits), range(FORKS)))
    assert found == [20_000] * FORKS


@pytest.mark.parametrize("threads", [1, 3])
def test_how_many_threads_polars_has_is_what_who_asks_has_now(monkeypatch, threads):
    monkeypatch.setenv("POLARS_MAX_THREADS", str(threads))
    assert tell()["polars_threads"] == threads


def test_a_template_that_is_gone_is_replaced():
    template = tell()["parent"]
    gone = os.pidfd_open(template)
    os.kill(template, signal.SIGKILL)
    assert is_gone(gone)
    assert tell()["parent"] not in {template, os.getpid()}


def test_what_ends_a_terminal_or_a_group_does_not_end_the_template():
    template = tell()["parent"]
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        os.kill(template, number)
    assert tell()["parent"] == template
    assert os.getpgid(template) != os.getpgid(0)


def test_children_die_with_their_template():
    template = tell()["parent"]

    def kill(rows: int) -> None:
        if rows:
            os.kill(template, signal.SIGKILL)

    with pytest.raises(ChildDefeatedError) as defeated:
        ask_child(MODULE, {"task": "spin"}, LIMITS, kill)
    assert defeated.value.rows == 7
    assert tell()["asked"] == 1


def test_a_process_is_gone_when_its_time_is_over():
    seen: list[int] = []

    def watch(pid: int) -> None:
        if pid and not seen:
            seen.append(os.pidfd_open(pid))

    with pytest.raises(ChildOutOfTimeError):
        ask_child(MODULE, {"task": "tell_and_spin"}, ChildLimits(max_seconds=2.0), watch)
    (process,) = seen
    ended = select.poll()
    ended.register(process, select.POLLIN)
    assert ended.poll(0)
    os.close(process)


FORKING = """
    import os, select, signal, sys
    from imports.children.asking import ChildLimits, ask_child

    def tell():
        return ask_child("tests.children.tasks", {"task": "tell"}, ChildLimits())

    template = tell()["parent"]
"""


def test_processes_that_fork_share_the_template_and_it_ends_with_the_last():
    told = run(
        FORKING
        + """
    os.pidfd_open(template)
    if os.fork():
        os.wait()
        assert tell()["parent"] == template
        print(template)
    else:
        assert tell()["parent"] == template
        os._exit(0)
    """
    )
    try:
        gone = os.pidfd_open(int(told))
    except ProcessLookupError:
        return
    assert is_gone(gone)


def test_a_process_dies_with_who_asked_though_others_use_the_template():
    run(
        FORKING
        + """
    reading, writing = os.pipe()
    if not os.fork():
        def die(pid):
            if pid:
                os.write(writing, str(pid).encode())
                os.kill(os.getpid(), signal.SIGKILL)

        ask_child("tests.children.tasks", {"task": "tell_and_spin"}, ChildLimits(), die)
    pid = int(os.read(reading, 20))
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        pass
    else:
        ended = select.poll()
        ended.register(process, select.POLLIN)
        assert ended.poll(60_000)
    assert tell()["parent"] == template
    """
    )


def test_nothing_is_forked_beside_a_thread_that_is_not_known():
    told = run(
        FORKING
        + """
    said = {"task": "repeat", "said": "hello"}
    print(ask_child("tests.children.threaded", said, ChildLimits()), tell()["parent"] == os.getpid())
    """
    )
    assert told.split() == ["hello", "True"]
