"""How gunicorn serves the portal; read by itself when gunicorn is started in this directory."""

import os
from typing import Any

host = os.environ.get("HOST") or "127.0.0.1"
bind = (
    f"[{host}]:{os.environ.get('PORT') or '8000'}"
    if ":" in host
    else f"{host}:{os.environ.get('PORT') or '8000'}"
)
worker_class = "portal.serving.web_worker.PatientWorker"
workers = int(os.environ.get("WEB_PROCESSES") or 2)
# A thread has a request from when it has arrived as a whole until its answer is made: slow clients take none.
threads = int(os.environ.get("WEB_THREADS") or 8)
graceful_timeout = 4
# gunicorn's own is 0: what a page writes would be open to everybody.
umask = 0o077
control_socket_disable = True
loglevel = "warning"


def post_worker_init(worker: Any) -> None:
    """A machine that serves pages has broken-off uploads to remove, whether or not a worker of the queues is on it."""
    from imports.jobs.leftovers import keep_machine_swept

    keep_machine_swept()
