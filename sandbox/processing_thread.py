"""The thread that processes imports, so that no call waits for one."""

import threading
from collections.abc import Callable


class Worker(threading.Thread):
    """Does `step` again and again while it returns True, then sleeps until woken."""

    def __init__(self, step: Callable[[], bool]) -> None:
        super().__init__(name="imports", daemon=True)
        self._step = step
        self._woken = threading.Event()
        self._is_stopping = False

    def run(self) -> None:
        while not self._is_stopping:
            self._woken.clear()
            if not self._step():
                self._woken.wait()

    def wake(self) -> None:
        self._woken.set()

    def stop(self) -> None:
        """End after the step in hand, and wait for that."""
        self._is_stopping = True
        self._woken.set()
        self.join()
