"""How an import stands, in the words that all pages, commands and admins take from one place."""

import pytest
from django.urls import reverse

from imports.messages import Message
from imports.models import UploadJob
from imports.standing import standing_of
from imports.states import BatchStatus, JobStatus, Look
from tests.views.deliveries import job_being_sent

HOME = reverse("imports:home")


def ended(status: JobStatus, marks: dict[str, int] | None = None, **counts: int) -> UploadJob:
    ledger = {"rows": sum(counts.values()), "counts": counts, **(marks or {})} if counts else {}
    return UploadJob(status=status, ledger=ledger)


def resolved(job: UploadJob, failed: int, lacking: int = 0) -> UploadJob:
    job.rows_resolved, job.rows_completed = failed, lacking
    return job


class TestEnds:
    @pytest.mark.parametrize(
        ("job", "words", "look"),
        [
            (ended(JobStatus.FINISHED, created=3, updated=2), "Finished", Look.GOOD),
            (ended(JobStatus.FINISHED, created=3, duplicate=1, blank=2, excluded=1), "Finished", Look.GOOD),
            (ended(JobStatus.FINISHED, created=3, refused=1), "Finished with problems", Look.CARE),
            (ended(JobStatus.FINISHED, created=3, unknown=1), "Finished with problems", Look.CARE),
            (ended(JobStatus.FINISHED, created=3, rejected=1), "Finished with problems", Look.CARE),
            (
                ended(JobStatus.FINISHED, {"values_left_out": 2}, created=3),
                "Finished with problems",
                Look.CARE,
            ),
            (ended(JobStatus.FINISHED, {"with_problems": 1}, created=3), "Finished with problems", Look.CARE),
            (ended(JobStatus.FINISHED, unknown=3), "Finished, nothing imported", Look.BAD),
            (ended(JobStatus.FINISHED), "Finished", Look.PLAIN),
            (ended(JobStatus.CANCELLED), "Cancelled", Look.PLAIN),
            (ended(JobStatus.CANCELLED, not_sent=3), "Cancelled", Look.PLAIN),
            (ended(JobStatus.CANCELLED, created=1, not_sent=3), "Cancelled part-way", Look.PLAIN),
            (ended(JobStatus.FAILED, created=1, not_sent=3), "Failed part-way", Look.BAD),
            (ended(JobStatus.ERRORED), "Stopped by a fault in the portal", Look.BAD),
        ],
    )
    def test_it_says_how_it_went(self, job, words, look):
        standing = standing_of(job)

        assert (standing.words, standing.look) == (words, look)

    @pytest.mark.parametrize(
        ("job", "words", "details"),
        [
            (
                resolved(ended(JobStatus.FINISHED, created=3, refused=1, rejected=2), 3),
                "Finished, all problems resolved",
                (),
            ),
            (resolved(ended(JobStatus.FINISHED, rejected=2), 2), "Finished, all problems resolved", ()),
            (
                resolved(ended(JobStatus.FINISHED, {"values_left_out": 2}, created=3, rejected=1), 1, 2),
                "Finished, all problems resolved",
                (),
            ),
            (
                resolved(ended(JobStatus.FINISHED, {"values_left_out": 2}, created=3, rejected=1), 1, 1),
                "Finished with problems",
                ("Not valid: 1", "Imported without some values: 2", "Left to resolve: 1 of 3"),
            ),
            # A row that had not arrived does not count for one that lacks a value.
            (
                resolved(ended(JobStatus.FINISHED, {"values_left_out": 2}, created=3, rejected=1), 3, 0),
                "Finished with problems",
                ("Not valid: 1", "Imported without some values: 2", "Left to resolve: 2 of 3"),
            ),
            (
                resolved(ended(JobStatus.FINISHED, {"with_problems": 1}, created=3, rejected=1), 1),
                "Finished with problems",
                ("Not valid: 1", "Imported with problems: 1", "Left to resolve: 1 of 2"),
            ),
            (
                resolved(ended(JobStatus.CANCELLED, created=1, not_sent=3), 3),
                "Cancelled part-way, all rows resolved since",
                (),
            ),
            (
                resolved(ended(JobStatus.FAILED, created=1, not_sent=3), 2),
                "Failed part-way",
                ("Not sent: 3", "Left to resolve: 1 of 3"),
            ),
        ],
    )
    def test_it_says_what_has_been_resolved_since(self, job, words, details):
        standing = standing_of(job)

        assert (standing.words, standing.details) == (words, details)
        assert standing.look != Look.GOOD
        assert (standing.look == Look.PLAIN) == (not details)

    def test_it_says_with_what(self):
        job = ended(JobStatus.FINISHED, {"values_left_out": 1_200}, created=2_000, refused=3, blank=4)

        assert standing_of(job).sentence == (
            "Finished with problems (Refused by Dotdigital: 3 and Imported without some values: 1,200)"
        )

    def test_only_what_went_well_throughout_is_green(self):
        for status in JobStatus:
            for bucket in ("refused", "unknown", "not_sent", "rejected"):
                job = ended(status, created=1, **{bucket: 1})
                if job.has_ended:
                    assert standing_of(job).look != Look.GOOD


class TestUnderWay:
    @pytest.mark.parametrize(
        ("statuses", "changes", "words"),
        [
            ([BatchStatus.ACTIVE], {}, "Importing"),
            ([BatchStatus.HELD, BatchStatus.ACTIVE], {}, "Waiting for your decision"),
            (
                [BatchStatus.PENDING],
                {"blocked_reason": Message("credentials_refused").to_json()},
                "credentials",
            ),
            (
                [BatchStatus.PENDING],
                {"blocked_reason": Message("secret_unreadable").to_json()},
                "credentials",
            ),
            ([BatchStatus.PENDING], {"blocked_reason": Message("wrong_region").to_json()}, "the account"),
            ([BatchStatus.PENDING], {"failed_calls": 5}, "Waiting for Dotdigital"),
            ([BatchStatus.PENDING], {"is_paused": True}, "Paused"),
        ],
    )
    def test_it_says_what_is_waited_for(self, statuses, changes, words, as_alice, account, alice):
        type(account).objects.update(**changes)
        account.refresh_from_db()
        job = job_being_sent(account, alice, *statuses)

        standing = standing_of(job, alice)

        assert words in standing.words
        assert standing.look != Look.GOOD
        assert f'{standing.look}">{standing.words}</span>' in as_alice.get(HOME).text

    def test_a_decision_is_the_owners_and_others_are_not_told_that_it_is_theirs(
        self, account, alice, bob, client_of
    ):
        job = job_being_sent(account, alice, BatchStatus.HELD)

        assert standing_of(job, bob).words == standing_of(job).words == "Waiting for a decision"
        assert "Waiting for a decision" in client_of(bob).get(HOME).text

    def test_a_job_that_was_stopped_is_not_importing(self, account, alice):
        job = job_being_sent(account, alice, BatchStatus.ACTIVE, failure_code="stopped")

        assert standing_of(job).words == "Stopping"


class TestPages:
    def test_the_report_and_the_history_say_the_same(self, as_alice, make_job):
        job = make_job(until="finished")
        standing = standing_of(job)

        assert standing.words == "Finished with problems"
        for page in (HOME, reverse("imports:report", args=[job.pk])):
            text = as_alice.get(page).text
            assert '<span class="chip care">Finished with problems</span>' in text
            assert all(detail in text for detail in standing.details)
            assert "chip good" not in text or page != HOME

    def test_once_nothing_is_left_to_do_no_page_speaks_of_problems(self, as_alice, make_job):
        job = make_job(until="finished")
        type(job).objects.update(rows_resolved=9, rows_completed=9)

        for page in (HOME, reverse("imports:report", args=[job.pk])):
            text = as_alice.get(page).text
            assert '<span class="chip plain">Finished, all problems resolved</span>' in text
            assert "Finished with problems" not in text

    def test_an_import_cancelled_before_sending_speaks_of_nothing_that_was_imported(self, as_alice, make_job):
        job = make_job(until="checked")
        as_alice.post(reverse("imports:cancel", args=[job.pk]))

        report = as_alice.get(reverse("imports:report", args=[job.pk])).text
        check = as_alice.get(reverse("imports:check", args=[job.pk])).text

        assert "Nothing was sent to Dotdigital." in report
        for words in ("were imported", "Imported as", "Lists"):
            assert words not in report
        assert "How it was imported" not in check
        assert "What would have been imported" in check
