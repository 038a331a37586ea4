"""Jobs that were there before a migration keep what they have."""

from importlib import import_module

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

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
