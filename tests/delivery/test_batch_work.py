"""How much is asked of the database and of Dotdigital for each batch, which is the same on every machine."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.delivery.jobs import finish, sending_job

pytestmark = pytest.mark.pipeline

FEW, MANY, CONTACTS = 3, 9, 10
MOST_QUERIES = 51
"""For a batch, from its slot to its contacts' outcomes, with the statements around transactions: 45 when this was
written, and three more that record for the audit log that Dotdigital has it."""


def test_another_batch_takes_one_import_one_poll_and_so_many_queries(
    alice, account, sandbox, tmp_path, settings
):
    settings.IMPORT_BATCH_CONTACTS = CONTACTS
    queries, calls = {}, {}
    for batches in (FEW, MANY):
        folder = tmp_path / str(batches)
        folder.mkdir()
        job = sending_job(account, alice, folder, batches * CONTACTS)
        sandbox.reset()
        with CaptureQueriesContext(connection) as captured:
            finish(job)
        queries[batches], calls[batches] = len(captured), sandbox.statistics()

    assert [calls[batches]["importCalls"] for batches in (FEW, MANY)] == [FEW, MANY]
    assert [calls[batches]["statusCalls"] for batches in (FEW, MANY)] == [FEW, MANY]
    assert (queries[MANY] - queries[FEW]) / (MANY - FEW) <= MOST_QUERIES, queries
