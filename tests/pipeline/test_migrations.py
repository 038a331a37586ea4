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
from tests.told import as_told

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


SENTENCES = {
    "account": "Dotdigital does not accept the account's API user or password. Ask your administrator to enter the API "
    "user's name and password again.",
    "unread": "Dotdigital could not be reached by {carrier pigeon}.",
    "failure": ("This file is 7 bytes long; the limit is 5 bytes.", "Split it."),
    "fault": (
        "The portal stopped because of a fault of its own. Your file is safe and nothing more was sent.",
        "Try once more. If it happens again, tell your administrator the number of this job.",
    ),
    "batch": "Dotdigital never answered when this was sent, so what became of it is not known.",
    "reading": "Cell B7 holds the error of a formula, so it has no value to send.",
    "drift": ("“Total” was not in the file before.", "It is not imported unless you map it."),
    "trial": ("Checking the file took longer than 60 seconds.", "Split the file."),
}
NOTES = [
    "",
    "paused",
    "account paused",
    "a call answered late was accepted as import 0b0c",
    "UnreachableError (ConnectionRefusedError)",
]
SUGGESTED = ["It has the same name.", "remembered", "Its name is nearly “Town”, a known name for this."]


@pytest.mark.django_db(transaction=True)
def test_sentences_that_were_stored_become_codes_and_sentences_again():
    before, after = [("imports", "0011_field_words")], [("imports", "0012_codes_for_sentences")]
    job, faulty = make_job(JobStatus.FAILED), make_job(JobStatus.ERRORED)
    batch = make_batch(job, BatchStatus.UNKNOWN)
    try:
        old = migrated(before)
        old_rows = stored_sentences(job, faulty, batch)
        for (model, pk), values in old_rows.items():
            old.get_model("imports", model).objects.update_or_create(pk=pk, defaults=values)
        events = old.get_model("imports", "JobEvent").objects
        for note in NOTES:
            events.create(job_id=job.pk, to_status="failed", note=note)

        new = migrated(after)
        jobs = new.get_model("imports", "UploadJob").objects
        assert jobs.get(pk=job.pk).failure == as_told(*SENTENCES["failure"])
        assert jobs.get(pk=faulty.pk).failure == as_told(*SENTENCES["fault"])
        kept = jobs.get(pk=job.pk)
        assert kept.reading["problems"] == [
            {"row": 7, "code": "error_cell", "details": {"as_told": SENTENCES["reading"]}}
        ]
        assert kept.drift[0]["reason"] == as_told(*SENTENCES["drift"])
        assert [one["reason"] for one in kept.suggestions] == [
            as_told(SUGGESTED[0]),
            {"code": "remembered"},
            as_told(SUGGESTED[2]),
        ]
        assert new.get_model("imports", "ImportBatch").objects.get().reason == as_told(SENTENCES["batch"])
        account = new.get_model("imports", "DotdigitalAccount").objects.get(pk=job.account_id)
        assert account.blocked_reason == as_told(SENTENCES["account"])
        known = new.get_model("imports", "AccountCatalogue").objects.get()
        assert known.unread_reason == as_told(SENTENCES["unread"])
        trial = new.get_model("imports", "MappingTrial").objects.get()
        assert trial.summary == {"failure": as_told(*SENTENCES["trial"])}
        noted = new.get_model("imports", "JobEvent").objects.order_by("pk").values_list("note", "details")
        assert list(noted) == [
            ("", {}),
            ("paused", {}),
            ("account_paused", {}),
            ("accepted_late", {"import_id": "0b0c"}),
            ("code", {"code": NOTES[-1]}),
        ]
        # What the pages say is what they said.
        assert UploadJob.objects.get(pk=job.pk).failure_sentence == SENTENCES["failure"][0]
        assert UploadJob.objects.get(pk=faulty.pk).failure_remedy == SENTENCES["fault"][1]
        assert ImportBatch.objects.get().reason_words == SENTENCES["batch"]
        assert UploadJob.objects.get(pk=job.pk).account.blocked_words == SENTENCES["account"]

        old = migrated(before)
        for (model, pk), values in old_rows.items():
            row = old.get_model("imports", model).objects.get(pk=pk)
            assert {name: getattr(row, name) for name in values} == values
        assert [
            *old.get_model("imports", "JobEvent").objects.order_by("pk").values_list("note", flat=True)
        ] == NOTES
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())


def stored_sentences(
    job: UploadJob, faulty: UploadJob, batch: ImportBatch
) -> dict[tuple[str, Any], dict[str, Any]]:
    """By model and key, the fields of an older version that hold sentences."""
    sentence, remedy = SENTENCES["failure"]
    drift, drift_remedy = SENTENCES["drift"]
    trial, trial_remedy = SENTENCES["trial"]
    return {
        ("DotdigitalAccount", job.account_id): {"blocked_reason": SENTENCES["account"]},
        ("AccountCatalogue", job.account_id): {"unread_reason": SENTENCES["unread"]},
        ("ImportBatch", batch.pk): {"reason_code": "no_answer", "reason": SENTENCES["batch"]},
        ("MappingTrial", job.pk): {
            "mapping": {},
            "digest": "",
            "summary": {"sentence": trial, "remedy": trial_remedy},
        },
        ("UploadJob", faulty.pk): {
            "failure_code": "portal_fault",
            "failure_sentence": SENTENCES["fault"][0],
            "failure_remedy": SENTENCES["fault"][1],
        },
        ("UploadJob", job.pk): {
            "failure_code": "file_too_large",
            "failure_sentence": sentence,
            "failure_remedy": remedy,
            "reading": {"problems": [{"row": 7, "code": "error_cell", "text": SENTENCES["reading"]}]},
            "drift": [
                {
                    "kind": "new",
                    "column": "Total",
                    "other": None,
                    "sentence": drift,
                    "remedy": drift_remedy,
                    "is_quiet": True,
                }
            ],
            "suggestions": [{"column": str(place), "reason": text} for place, text in enumerate(SUGGESTED)],
        },
    }


def migrated(targets: list[tuple[str, str]]) -> Any:
    """The models as they are in a database that has just been migrated to `targets`."""
    executor = MigrationExecutor(connection)
    return executor.migrate(targets).apps
