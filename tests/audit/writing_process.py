"""A process that writes audit events. It is forked before there are settings, so nothing of Django is imported here."""

import os
from collections.abc import Mapping
from threading import Barrier

EVENTS_A_TRANSACTION = (1, 2, 3) * 17
EVENTS = sum(EVENTS_A_TRANSACTION)


def write(environ: Mapping[str, str], begin: Barrier) -> None:
    """Be such a process: transactions of one to three events, once all others are there."""
    os.environ.clear()
    os.environ.update(environ)
    import django

    django.setup()
    from imports.audit.recording import record
    from imports.transactions import unit_of_work

    begin.wait()
    for count in EVENTS_A_TRANSACTION:
        with unit_of_work():
            for number in range(count):
                record("repairs_made", by=None, count=number)
