"""The template process: it has imported what tasks need, has run none of it, and forks a child for each request.

`python -m imports.children.template`, started by `shared`; its input is a socket, the control. A message there names
a module and brings two descriptors: the channel of the child, and its lifeline, a pipe at whose other end is who asked.
The template reads no request and knows nothing of any: those go straight to the child. It imports the module once,
forks, and kills the child when its lifeline breaks. It ends when nobody holds the other end of the control any more and
no child is left; its children die with it.

Forking is safe only while no other thread can hold a lock that a child would wait for. Polars starts three when it is
imported. Two are the allocator's, which holds its own locks still during a fork (`pthread_atfork`) and goes without
such threads in a child; the third waits for files to remove that a process has spilled, of which there are none
(`processes.FIXED_ENVIRONMENT`). Beside any other thread nothing is forked, and the request gets a process of its own
without a template.
"""

import gc
import os
import selectors
import signal
import socket
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from imports.children.answering import serve, take_input

HARMLESS_THREADS = frozenset({"jemalloc_bg_thd", "polars-ooc-clea"})
# The end of a terminal's programs, or of a service, is the end of who asked, and is noticed by that.
IGNORED_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# Seconds. One that hangs is of no use, and keeps what it has imported in memory.
MAX_FORK = 300
_MESSAGE_BYTES = 4_096
_NAME_CHARACTERS = 15  # of a process, as the system lists it

READY = b"\n"


class Template:
    """Forks children, and waits for the end of each or of who asked for it."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._is_wanted = True
        self._selector = selectors.DefaultSelector()
        self._selector.register(control, selectors.EVENT_READ, self._take)
        self._children: dict[
            int, tuple[int, int]
        ] = {}  # by process id: a descriptor of the process, its lifeline

    def run(self) -> None:
        while self._is_wanted or self._children:
            # One at a time: what is done for the first may be the end of what the second is about.
            key, _ = self._selector.select()[0]
            act: Callable[[], None] = key.data
            act()

    def _take(self) -> None:
        """Fork a child for the next message."""
        message, descriptors, _, _ = socket.recv_fds(self._control, _MESSAGE_BYTES, 2)
        if not message:
            self._is_wanted = False
            self._selector.unregister(self._control)
            return
        channel, lifeline = descriptors
        signal.alarm(MAX_FORK)
        pid = self._fork(message.decode(), channel, lifeline)
        signal.alarm(0)
        os.close(channel)
        if pid is None:
            os.close(lifeline)
            return
        process = os.pidfd_open(pid)
        self._children[pid] = process, lifeline
        self._selector.register(lifeline, selectors.EVENT_READ, lambda: self._kill(pid))
        self._selector.register(process, selectors.EVENT_READ, lambda: self._reap(pid))

    def _fork(self, module: str, channel: int, lifeline: int) -> int | None:
        """The id of a new child; None when there is none, and who asked learns it from the end of the channel."""
        if module not in sys.modules:
            try:
                import_module(module)
            except BaseException:  # Polars has errors that are no Exception
                return None  # a process of its own will say what is wrong with it
            gc.collect()
            gc.freeze()
        if not thread_names() <= HARMLESS_THREADS:
            return None
        parent = os.getpid()
        try:
            pid = os.fork()
        except OSError:  # no memory, or too many processes: the others are none the worse for it
            return None
        if not pid:
            os.close(lifeline)
            self._be_child(module, channel, parent)
        return pid

    def _be_child(self, module: str, channel: int, parent: int) -> NoReturn:
        try:
            self._selector.close()
            self._control.close()
            for process, lifeline in self._children.values():
                os.close(process)
                os.close(lifeline)
            for number in IGNORED_SIGNALS:
                signal.signal(number, signal.SIG_DFL)
            Path("/proc/self/comm").write_text(_shown(module))
            asking = socket.socket(fileno=channel)
            process = os.pidfd_open(os.getpid())
            socket.send_fds(asking, [READY], [process])
            os.close(process)
            serve(asking, module, parent)
        finally:
            os._exit(1)

    def _kill(self, pid: int) -> None:
        """Nobody waits for `pid` any more. It is not reaped yet, so its id is no other's."""
        _, lifeline = self._children[pid]
        self._selector.unregister(lifeline)
        os.kill(pid, signal.SIGKILL)

    def _reap(self, pid: int) -> None:
        os.waitpid(pid, 0)
        process, lifeline = self._children.pop(pid)
        self._selector.unregister(process)
        if lifeline in self._selector.get_map():
            self._selector.unregister(lifeline)
        os.close(process)
        os.close(lifeline)


def _shown(module: str) -> str:
    """What a process that runs `module` is called: `files.reading` of `imports.files.reading_process`."""
    return module.removeprefix("imports.").removesuffix("_process")[:_NAME_CHARACTERS]


def thread_names() -> set[str]:
    """What the threads of this process are called, without the one that asks, which is its first."""
    return {
        path.joinpath("comm").read_text().strip()
        for path in Path("/proc/self/task").iterdir()
        if path.name != str(os.getpid())
    }


if __name__ == "__main__":
    for ignored in IGNORED_SIGNALS:
        signal.signal(ignored, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())  # a pool holds signals back while it starts processes
    Template(take_input()).run()
    os._exit(0)
