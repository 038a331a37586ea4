import os
import subprocess
import sys

from portal.launch.sessions import end_sessions, session_members

GRACE_SECONDS = 0.2

# A leader with a child in a process group of its own that ignores SIGTERM, as a work horse at work might.
STUBBORN_FAMILY = """
import os, signal, time
if os.fork() == 0:
    os.setpgrp()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print("ready", flush=True)
time.sleep(600)
"""


def start_family() -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", STUBBORN_FAMILY], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def test_members_in_other_process_groups_are_found() -> None:
    with start_family() as leader:
        members = session_members([leader.pid])
        end_sessions([leader.pid], GRACE_SECONDS)

    assert leader.pid in members
    assert len(members) == 2


def test_every_member_is_ended_even_after_its_leader() -> None:
    with start_family() as leader:
        leader.kill()
        leader.wait()

        assert len(session_members([leader.pid])) == 1
        end_sessions([leader.pid], GRACE_SECONDS)

    assert session_members([leader.pid]) == []


def test_other_sessions_are_left_alone() -> None:
    with start_family() as ended, start_family() as spared:
        end_sessions([ended.pid], GRACE_SECONDS)

        assert len(session_members([spared.pid])) == 2
        end_sessions([spared.pid], GRACE_SECONDS)


def test_no_session_has_no_members() -> None:
    assert session_members([]) == []
    assert os.getpid() in session_members([os.getsid(0)])
