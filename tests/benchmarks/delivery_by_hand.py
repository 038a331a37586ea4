"""The loop that one would write by hand to deliver: send while there are slots, wait, ask after all, in turn.

One process; first come, first served; what it has is forgotten when it dies.
"""

import threading
import time
from collections import deque
from collections.abc import Sequence
from typing import Any

PAUSE_SECONDS = 2.0


def deliver_by_hand(account: Any, jobs: Sequence[Any], slots: int) -> list[float]:
    """Send the batches of checked `jobs` of `account`; the seconds until each job was through."""
    from imports.accounts.connection import client_for
    from imports.delivery.bodies import body_of
    from imports.models import ImportBatch

    waiting = deque(
        (place, ImportBatch(job=job, **fields)) for place, job in enumerate(jobs) for fields in job.batch_plan
    )
    left = [len(job.batch_plan) for job in jobs]
    seconds = [0.0] * len(jobs)
    active: list[tuple[int, str]] = []
    pause, began = threading.Event(), time.monotonic()
    with client_for(account) as client:
        while waiting or active:
            while waiting and len(active) < slots:
                place, batch = waiting.popleft()
                active.append((place, client.import_contacts(body_of(batch))))
            pause.wait(PAUSE_SECONDS)
            for place, import_id in list(active):
                with client.import_status(import_id) as status:
                    if status.is_finished:
                        sum(1 for _ in status.entries())
                        active.remove((place, import_id))
                        left[place] -= 1
                        if not left[place]:
                            seconds[place] = time.monotonic() - began
    return seconds
