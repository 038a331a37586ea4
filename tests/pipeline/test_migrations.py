"""Jobs that were there before a migration keep what they have."""

import uuid
from datetime import UTC, datetime
from importlib import import_module
from typing import Any, ClassVar

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from imports import reasons
from imports.models import ImportBatch, Membership, ReasonTally, ReportDownload, UploadJob
from imports.states import BatchStatus, JobStatus
from imports.storage import artefacts
from portal.models import User
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


def test_members_of_before_are_uploaders():
    job = make_job(JobStatus.SENDING)
    for name, role in (("ann", "member"), ("mona", "manager")):
        Membership.objects.create(account=job.account, user=User.objects.create_user(name), role=role)

    import_module("imports.migrations.0028_members_are_uploaders").members_are_uploaders(apps, None)

    roles = dict(Membership.objects.values_list("user__username", "role"))
    assert (roles["ann"], roles["mona"]) == ("uploader", "manager")


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


class CatalogueOfAccounts:
    """What is known of accounts moves to a table of its own."""

    after = "0010_account_catalogue"
    known: ClassVar[dict[str, Any]] = {
        "content": {"data_fields": [{"name": "HÖHE", "type": "Numeric", "visibility": "Private"}]},
        "read_at": datetime(2026, 11, 29, 8, 15, tzinfo=UTC),
        "asked_at": datetime(2026, 11, 29, 8, 16, tzinfo=UTC),
        "run": uuid.uuid4(),
        "lease_until": datetime(2026, 11, 29, 8, 17, tzinfo=UTC),
        "tried_at": datetime(2026, 11, 29, 8, 18, tzinfo=UTC),
        "unread_reason": "Dotdigital did not answer.",
    }
    expected: ClassVar[dict[str, dict[str, Any]]] = {
        "Read": known,
        "Never read": dict.fromkeys(known) | {"content": {}, "unread_reason": ""},
    }

    def __init__(self) -> None:
        self.moved = import_module("imports.migrations.0010_account_catalogue").MOVED

    def store(self, old: Any) -> None:
        for name, values in self.expected.items():
            fields = {was: values[now] for was, now in self.moved.items()}
            old.get_model("imports", "DotdigitalAccount").objects.create(name=name, endpoint="", **fields)

    def check(self, new: Any) -> None:
        rows = new.get_model("imports", "AccountCatalogue").objects.filter(account__name__in=self.expected)
        found = {row.pop("account__name"): row for row in rows.values("account__name", *self.known)}
        assert found == self.expected

    def check_back(self, old: Any) -> None:
        rows = old.get_model("imports", "DotdigitalAccount").objects.filter(name__in=self.expected)
        assert {row.pop("name"): row for row in rows.values("name", *self.moved)} == {
            name: {was: values[now] for was, now in self.moved.items()}
            for name, values in self.expected.items()
        }


class WordsOfReadings:
    """How files were read is kept under the new names."""

    after = "0011_field_words"
    read: ClassVar[dict[str, Any]] = {"rows": 7, "furniture": 2, "furniture_rows": [1, 9]}
    renamed: ClassVar[dict[str, Any]] = {"rows": 7, "non_data": 2, "non_data_rows": [1, 9]}

    def __init__(self) -> None:
        self.job = make_job(JobStatus.SENDING, reading=self.read)

    def _of(self, version: Any) -> Any:
        return version.get_model("imports", "UploadJob").objects.get(pk=self.job.pk).reading

    def store(self, old: Any) -> None:
        assert self._of(old) == self.read

    def check(self, new: Any) -> None:
        assert self._of(new) == self.renamed

    def check_back(self, old: Any) -> None:
        assert self._of(old) == self.read


class CodesForSentences:
    """Sentences that were stored become codes, and sentences again."""

    after = "0012_codes_for_sentences"

    def __init__(self) -> None:
        self.job, self.faulty = make_job(JobStatus.FAILED), make_job(JobStatus.ERRORED)
        self.batch = make_batch(self.job, BatchStatus.UNKNOWN)
        self.old_rows = stored_sentences(self.job, self.faulty, self.batch)

    def store(self, old: Any) -> None:
        for (model, pk), values in self.old_rows.items():
            old.get_model("imports", model).objects.update_or_create(pk=pk, defaults=values)
        for note in NOTES:
            old.get_model("imports", "JobEvent").objects.create(
                job_id=self.job.pk, to_status="failed", note=note
            )

    def _events(self, version: Any) -> Any:
        return version.get_model("imports", "JobEvent").objects.filter(job_id=self.job.pk).order_by("pk")

    def check(self, new: Any) -> None:
        jobs = new.get_model("imports", "UploadJob").objects
        assert jobs.get(pk=self.faulty.pk).failure == as_told(*SENTENCES["fault"])
        kept = jobs.get(pk=self.job.pk)
        assert kept.failure == as_told(*SENTENCES["failure"])
        assert kept.reading["problems"] == [
            {"row": 7, "code": "error_cell", "details": {"as_told": SENTENCES["reading"]}}
        ]
        assert kept.drift[0]["reason"] == as_told(*SENTENCES["drift"])
        assert [one["reason"] for one in kept.suggestions] == [
            as_told(SUGGESTED[0]),
            {"code": "remembered"},
            as_told(SUGGESTED[2]),
        ]
        batch = new.get_model("imports", "ImportBatch").objects.get(pk=self.batch.pk)
        assert batch.reason == as_told(SENTENCES["batch"])
        account = new.get_model("imports", "DotdigitalAccount").objects.get(pk=self.job.account_id)
        assert account.blocked_reason == as_told(SENTENCES["account"])
        known = new.get_model("imports", "AccountCatalogue").objects.get(pk=self.job.account_id)
        assert known.unread_reason == as_told(SENTENCES["unread"])
        trial = new.get_model("imports", "MappingTrial").objects.get()
        assert trial.summary == {"failure": as_told(*SENTENCES["trial"])}
        assert list(self._events(new).values_list("note", "details")) == [
            ("", {}),
            ("paused", {}),
            ("account_paused", {}),
            ("accepted_late", {"import_id": "0b0c"}),
            ("code", {"code": NOTES[-1]}),
        ]
        # What the pages say is what they said. (Today's models may have columns that this version has not.)
        assert reasons.sentence_of(kept.failure) == SENTENCES["failure"][0]
        assert reasons.remedy_of(jobs.get(pk=self.faulty.pk).failure) == SENTENCES["fault"][1]
        assert reasons.sentence_of(batch.reason) == SENTENCES["batch"]
        assert reasons.words_of(account.blocked_reason) == SENTENCES["account"]

    def check_back(self, old: Any) -> None:
        for (model, pk), values in self.old_rows.items():
            row = old.get_model("imports", model).objects.get(pk=pk)
            assert {name: getattr(row, name) for name in values} == values
        assert list(self._events(old).values_list("note", flat=True)) == NOTES


@pytest.mark.django_db(transaction=True)
def test_what_was_stored_is_kept_by_one_migration_after_the_other_and_back():
    """Each of these stores what the version before it had. All on one way up and down, as a migration takes long."""
    before = "0009_report_downloads"
    kept = [CatalogueOfAccounts(), WordsOfReadings(), CodesForSentences()]
    try:
        version = migrated(before)
        for one in kept:
            one.store(version)
            version = migrated(one.after)
            one.check(version)
        for one, target in reversed([*zip(kept, (before, *(one.after for one in kept)), strict=False)]):
            one.check_back(migrated(target))
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())


def migrated(target: str) -> Any:
    """The models as they are in a database that has just been migrated to `target`."""
    return MigrationExecutor(connection).migrate([("imports", target)]).apps


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


def test_ledgers_of_earlier_versions_are_added_up():
    ended = make_job(JobStatus.FINISHED, ledger={"counts": {"created": 3, "updated": 2, "rejected": 1}})
    other = make_job(JobStatus.STAGED)

    import_module("imports.migrations.0018_sums_of_ledgers").add_up(apps, None)

    sums = UploadJob.objects.values_list("rows_imported", "rows_not_imported")
    assert sums.get(pk=ended.pk) == (5, 1)
    assert sums.get(pk=other.pk) == (None, None)


def test_rows_that_failed_are_added_up_with_their_reasons():
    counts = {"created": 3, "updated": 2, "rejected": 4, "refused": 1, "duplicate": 7, "blank": 9}
    why = [
        {"outcome": "rejected", "code": "email_without_at", "rows": 4, "first_row": 2},
        {"outcome": "created", "code": "phone_invalid", "rows": 2, "first_row": 3},
    ]
    ended = make_job(JobStatus.FINISHED, ledger={"counts": counts}, reasons=why)
    uncounted = make_job(JobStatus.FAILED, ledger={"counts": {"unknown": 6}}, reasons=None)
    other = make_job(JobStatus.STAGED)

    import_module("imports.migrations.0024_account_figures").add_up(apps, None)

    failed = dict(UploadJob.objects.values_list("pk", "rows_failed"))
    assert failed == {ended.pk: 5, uncounted.pk: 6, other.pk: None}
    assert list(ReasonTally.objects.values_list("job", "account", "ended_at", "outcome", "code", "rows")) == [
        (ended.pk, ended.account_id, ended.changed_at, "rejected", "email_without_at", 4)
    ]


def test_files_without_the_consent_that_was_sent_are_made_anew():
    consent = {"constants": [{"target": "ConsentRecords.text", "value": "Yes"}]}
    other = {"columns": [{"column": "Consent", "target": "dataFields.CONSENT"}]}
    for mapping in (consent, other, {}):
        job = make_job(JobStatus.FINISHED, mapping=mapping)
        ReportDownload.objects.create(job=job, selection="all", file_format="xlsx", outcomes="outcomes-1")

    import_module("imports.migrations.0025_consent_in_downloads").ask_anew(apps, None)

    kept = ReportDownload.objects.order_by("pk").values_list("outcomes", flat=True)
    assert list(kept) == ["", "outcomes-1", "outcomes-1"]


def test_what_later_imports_have_resolved_is_added_up_at_those_above_them():
    first = make_job(JobStatus.FINISHED)
    told = {"open": 2, "again": 1, "barred": 0, "given_up": 0, "lacking": 1}
    second = make_job(JobStatus.FINISHED, parent=first, line={"resolved": {str(first.pk): told}})
    line = {"resolved": {str(first.pk): {"open": 3}, str(second.pk): {"open": 1, "lacking": 4}}}
    third = make_job(JobStatus.FINISHED, parent=second, line=line)

    import_module("imports.migrations.0029_rows_resolved").add_up(apps, None)

    names = ("rows_resolved", "rows_completed", "retriable_resolved")
    sums = {pk: sums for pk, *sums in UploadJob.objects.values_list("pk", *names)}
    assert sums == {first.pk: [5, 1, 1], second.pk: [1, 4, 0], third.pk: [0, 0, 0]}
