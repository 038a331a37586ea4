from django.urls import reverse

from imports.states import JobStatus
from imports.steps.check import reopen_mapping
from imports.steps.inline import run_inline


def page_of(job) -> str:
    return reverse("imports:check", args=[job.pk])


def confirm(client, job, stamp: str | None = None):
    return client.post(
        reverse("imports:confirm", args=[job.pk]),
        {"stamp": job.changed_at.isoformat() if stamp is None else stamp},
    )


class TestPage:
    def test_it_gives_totals_that_add_up(self, as_alice, make_job):
        context = as_alice.get(page_of(make_job(until="checked"))).context

        assert (context["ready"], context["left_out"]) == (3, 3)
        assert {line.key: line.count for line in context["left_out_by"]} == {
            "rejected": 1,
            "duplicate": 1,
            "blank": 1,
        }

    def test_it_names_row_column_value_and_what_to_do(self, as_alice, make_job):
        text = as_alice.get(page_of(make_job(until="checked"))).text

        assert "Row 4, Email: “not an address”" in text
        assert "What to do:" in text

    def test_its_button_says_how_many(self, as_alice, make_job):
        assert "Import 3\N{NO-BREAK SPACE}contacts" in as_alice.get(page_of(make_job(until="checked"))).text

    def test_it_says_how_many_values_would_be_cleared(self, as_alice, make_job):
        job = make_job(until="checked")
        reopen_mapping(job, job.owner)
        mapping = {**job.mapping, "blankCells": "clear"}
        type(job).objects.filter(pk=job.pk).update(status=JobStatus.CHECKING, mapping=mapping)
        job.refresh_from_db()
        run_inline(job)

        context = as_alice.get(page_of(job)).context

        assert context["values_cleared"] == sum(job.check_summary["cleared"].values())
        assert context["values_cleared"] > 0

    def test_team_mates_have_no_button(self, client_of, bob, make_job):
        job = make_job(until="checked")

        assert reverse("imports:confirm", args=[job.pk]) not in client_of(bob).get(page_of(job)).text

    def test_it_stays_readable_after_the_import(self, as_alice, make_job):
        text = as_alice.get(page_of(make_job(until="finished"))).text

        assert "What the check found" in text
        assert "Before you import" not in text

    def test_it_leads_on_before_there_is_anything_to_see(self, as_alice, make_job):
        job = make_job()

        assert as_alice.get(page_of(job))["Location"] == reverse("imports:job", args=[job.pk])


class TestConfirm:
    def test_it_starts_the_import(self, as_alice, make_job):
        job = make_job(until="checked")

        confirm(as_alice, job)

        job.refresh_from_db()
        assert job.status == JobStatus.SENDING
        assert job.events.last().actor == job.owner

    def test_twice_is_once(self, as_alice, make_job):
        job = make_job(until="checked")

        confirm(as_alice, job)
        confirm(as_alice, job)

        assert job.batches.count() == 1

    def test_it_does_nothing_for_a_page_that_is_out_of_date(self, as_alice, make_job):
        job = make_job(until="checked")

        response = confirm(as_alice, job, "2020-01-01T00:00:00+00:00")

        job.refresh_from_db()
        assert job.status == JobStatus.CHECKED
        assert "checked again" in as_alice.get(response["Location"], follow=True).text

    def test_nothing_ready_cannot_be_imported(self, as_alice, make_job):
        job = make_job("Email\r\nnot an address\r\nan address\r\n\r\nx@example.com\r\n")
        type(job).objects.filter(pk=job.pk).update(
            status=JobStatus.CHECKED, check_summary={"fates": {"ready": 0, "rejected": 3}}
        )
        job.refresh_from_db()

        confirm(as_alice, job)

        job.refresh_from_db()
        assert job.status == JobStatus.CHECKED
