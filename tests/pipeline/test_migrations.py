"""Jobs that were there before a migration keep what they have."""

import uuid
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from imports.models import ImportBatch, UploadJob
from imports.states import BatchStatus, JobStatus
from imports.storage import artefacts
from tests.pipeline.rows import make_batch, make_job

pytestmark = [pytest.mark.pipeline, pytest.mark.django_db]


def test_tables_of_earlier_versions_are_named():
    job = make_job(JobStatus.SENDING)
    batches = [
        make_batch(job, status) for status in (BatchStatus.FINISHED, BatchStatus.REFUSED, BatchStatus.ACTIVE)
    ]
    for name in (artefacts.STAGED, artefacts.part_name(batches[0])):
        default_storage.save(artefacts.table_key(job.pk, name), ContentFile(b"a table"))

    import_module("imports.migrations.0005_tokens_and_tables").name_tables(apps, None)

    job = UploadJob.objects.get(pk=job.pk)
    with artefacts.local(job, artefacts.STAGED) as staged:
        assert staged.read_bytes() == b"a table"
    assert not artefacts.exists(job, artefacts.PREPARED)
    outcomes = ImportBatch.objects.order_by("number").values_list("outcomes", flat=True)
    assert list(outcomes) == ["outcomes-000001", "outcomes-000002", ""]
    assert artefacts.is_stored(job.pk, outcomes[0])


@pytest.mark.django_db(transaction=True)
def test_what_is_known_of_accounts_moves_to_a_table_of_its_own_and_back():
    known = {
        "content": {"data_fields": [{"name": "HÖHE", "type": "Numeric", "visibility": "Private"}]},
        "read_at": datetime(2026, 11, 29, 8, 15, tzinfo=UTC),
        "asked_at": datetime(2026, 11, 29, 8, 16, tzinfo=UTC),
        "run": uuid.uuid4(),
        "lease_until": datetime(2026, 11, 29, 8, 17, tzinfo=UTC),
        "tried_at": datetime(2026, 11, 29, 8, 18, tzinfo=UTC),
        "unread_reason": "Dotdigital did not answer.",
    }
    nothing = dict.fromkeys(known) | {"content": {}, "unread_reason": ""}
    moved = import_module("imports.migrations.0010_account_catalogue").MOVED
    expected = {"Acme": known, "Never read": nothing}
    before, after = [("imports", "0009_report_downloads")], [("imports", "0010_account_catalogue")]
    try:
        old = migrated(before).get_model("imports", "DotdigitalAccount")
        for name, values in expected.items():
            old.objects.create(name=name, endpoint="", **{was: values[now] for was, now in moved.items()})

        new = migrated(after).get_model("imports", "AccountCatalogue")
        rows = {row.pop("account__name"): row for row in new.objects.values("account__name", *known)}
        assert rows == expected

        old = migrated(before).get_model("imports", "DotdigitalAccount")
        rows = {row.pop("name"): row for row in old.objects.values("name", *moved)}
        assert rows == {
            name: {was: values[now] for was, now in moved.items()} for name, values in expected.items()
        }
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())


@pytest.mark.django_db(transaction=True)
def test_how_files_were_read_is_kept_under_the_new_names_and_back():
    job = make_job(JobStatus.STAGED, reading={"rows": 7, "furniture": 2, "furniture_rows": [1, 9]})
    renamed = {"rows": 7, "non_data": 2, "non_data_rows": [1, 9]}
    before, after = [("imports", "0010_account_catalogue")], [("imports", "0011_field_words")]
    try:
        for targets, reading in ((before, job.reading), (after, renamed), (before, job.reading)):
            jobs = migrated(targets).get_model("imports", "UploadJob").objects
            assert jobs.get(pk=job.pk).reading == reading
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())


def migrated(targets: list[tuple[str, str]]) -> Any:
    """The models as they are in a database that has just been migrated to `targets`."""
    executor = MigrationExecutor(connection)
    return executor.migrate(targets).apps
