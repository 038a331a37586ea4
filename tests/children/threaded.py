"""Tasks of a module that starts a thread as soon as it is imported."""

import threading

from imports.children.answering import Task

threading.Thread(target=threading.Event().wait, daemon=True).start()

TASKS: dict[str, Task] = {"repeat": lambda request, _: request["said"]}
