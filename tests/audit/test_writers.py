"""Many write at once, and the chain holds."""

import json
import os
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from imports.audit.recording import record
from imports.models import AuditEvent, AuditLane
from imports.transactions import unit_of_work
from tests.audit.writing_process import EVENTS, write
from tests.environment import child_environment, database_url
from tests.fork_server import FORKING

PROCESSES = 4


@pytest.mark.django_db(transaction=True)
def test_four_processes_write_without_a_break():
    environ = child_environment(
        DATABASE_URL=database_url(connection.settings_dict, os.environ["DATABASE_URL"])
    )
    begin = FORKING.Barrier(PROCESSES)
    writers = [FORKING.Process(target=write, args=(environ, begin)) for _ in range(PROCESSES)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert [writer.exitcode for writer in writers] == [0] * PROCESSES
    written = PROCESSES * EVENTS
    out = StringIO()
    call_command("verify_audit", stdout=out, stderr=StringIO())
    assert json.loads(out.getvalue()) == {"events": written, "intact": True}
    assert AuditLane.objects.count() <= 2 * PROCESSES, "a transaction of several events may take two"
    assert AuditEvent.objects.values("id").distinct().count() == written


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    "sqlite" in settings.DATABASES["default"]["ENGINE"], reason="SQLite has one writer at a time"
)
def test_nobody_waits_for_a_transaction_that_has_written():
    """With a lock on one row, the second would wait for the end of the first, which waits for the second."""
    import threading

    from django.db import connection as mine

    def second() -> None:
        record("repairs_made", by=None)
        mine.close()

    with unit_of_work():
        record("repairs_made", by=None)
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(60)
        assert not thread.is_alive()
        record("repairs_made", by=None)
    assert sorted(AuditLane.objects.values_list("count", flat=True)) == [1, 2]
