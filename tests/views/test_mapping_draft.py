"""What somebody chooses on the mapping page is kept with each change, whatever becomes of the page."""

import pytest
from django.urls import reverse

from imports.jobs.advance import run_inline
from imports.jobs.cancel import cancel_job
from imports.jobs.check import reopen_mapping
from imports.jobs.stage import restage
from imports.models import MappingDraft, MappingTemplate, MappingTrial, UploadJob
from imports.states import JobStatus
from tests.views.test_mapping_page import FULL_CSV, page_of, shown, with_fields

pytestmark = pytest.mark.once

FIRST, LAST = "dataFields.COMPANY", "dataFields.CITY"


def trial_of_page(client, job, fields):
    return client.post(reverse("imports:trial", args=[job.pk]), fields)


def chosen(client, job) -> dict[str, str]:
    """What a browser that opens the page anew would show."""
    return shown(client.get(page_of(job)))


@pytest.fixture
def job(make_job) -> UploadJob:
    return make_job()


@pytest.fixture
def opened(as_alice, job):
    return shown(as_alice.get(page_of(job)))


class TestKept:
    @pytest.fixture
    def job(self, make_job) -> UploadJob:
        """Its page lacks some choices when it is opened."""
        return make_job(FULL_CSV)

    def test_a_page_on_which_nothing_was_chosen_is_no_draft(self, as_alice, job, opened):
        trial_of_page(as_alice, job, opened)

        assert not MappingDraft.objects.exists()
        assert 'id="draft"' not in as_alice.get(page_of(job)).text

    def test_a_mapping_that_can_be_tried(self, as_alice, job, opened):
        trial_of_page(as_alice, job, with_fields(opened, **{"target-1": FIRST}))

        assert chosen(as_alice, job)["target-1"] == FIRST
        assert "which have not been checked yet" in as_alice.get(page_of(job)).text

    def test_a_mapping_with_problems_which_cannot_be_tried(self, as_alice, job, opened):
        MappingTrial.objects.all().delete()
        lacking = with_fields(opened, **{"target-0": "", "target-2": "dataFields.BIRTHDAY", "format-2": ""})
        answer = trial_of_page(as_alice, job, lacking)

        assert 'data-state="needed"' in answer.text
        assert not MappingTrial.objects.exists()
        again = chosen(as_alice, job)
        assert (again["target-0"], again["target-2"]) == ("", "dataFields.BIRTHDAY")

    def test_what_is_half_filled_in_and_no_mapping_at_all(self, as_alice, job, opened):
        text = with_fields(opened, **{"target-6": "consentRecords.dateTimeConsented", "go": "show"})
        fields = shown(as_alice.post(page_of(job), text))
        name = next(name for name in fields if name.startswith("constant-") and "consent" in name.lower())
        trial_of_page(as_alice, job, with_fields(fields, **{name: "Yes, please"}))

        assert chosen(as_alice, job)[name] == "Yes, please"

    def test_a_check_that_is_refused(self, as_alice, job, opened):
        refused = as_alice.post(page_of(job), with_fields(opened, **{"target-0": ""}))

        assert refused.status_code == 422
        assert chosen(as_alice, job)["target-0"] == ""

    def test_all_values_of_a_column_are_looked_at_and_the_choices_are_there_afterwards(
        self, as_alice, job, opened
    ):
        left = as_alice.post(page_of(job), with_fields(opened, **{"target-1": FIRST, "go": "all:4"}))

        assert left["Location"] == reverse("imports:values", args=[job.pk, 4])
        assert chosen(as_alice, job)["target-1"] == FIRST

    def test_a_saved_mapping_that_was_put_in(self, as_alice, job, alice):
        mapping = {**job.mapping, "columns": job.mapping["columns"][:1]}
        template = MappingTemplate.objects.create(
            account=job.account, fingerprint="x", name="spring.csv", mapping=mapping
        )
        as_alice.post(reverse("imports:use-saved", args=[job.pk]), {"template": template.pk})

        assert chosen(as_alice, job)["target-1"] == ""

    def test_meanings_of_values_without_the_values_that_have_none(self, as_alice, job, opened):
        fields = with_fields(opened, **{"target-2": "", "target-4": "dataFields.VIP", "go": "values:4"})
        meanings = shown(as_alice.post(page_of(job), fields))
        trial_of_page(as_alice, job, with_fields(meanings, **{"meaning-4-1": "false"}))

        draft = MappingDraft.objects.get()
        assert "Nein" in draft.form
        assert "Ja" not in draft.form
        again = chosen(as_alice, job)
        words = {again[f"word-4-{number}"]: again[f"meaning-4-{number}"] for number in (0, 1)}
        assert words == {'"Ja"': "", '"Nein"': "false"}

    def test_team_mates_see_it_as_well(self, as_alice, job, opened, client_of, bob):
        trial_of_page(as_alice, job, with_fields(opened, **{"target-1": FIRST}))

        text = client_of(bob).get(page_of(job)).text
        assert "These are the choices of Alice" in text
        assert "Discard them" not in text


class TestOver:
    def test_it_is_over_once_it_is_checked(self, as_alice, job, opened):
        trial_of_page(as_alice, job, with_fields(opened, **{"target-3": ""}))
        as_alice.post(page_of(job), chosen(as_alice, job))

        job.refresh_from_db()
        assert job.status == JobStatus.CHECKING
        assert not MappingDraft.objects.exists()

    def test_it_can_be_discarded(self, as_alice, job, opened):
        trial_of_page(as_alice, job, with_fields(opened, **{"target-0": ""}))
        as_alice.post(page_of(job), {"go": "restart"})

        assert chosen(as_alice, job)["target-0"] == opened["target-0"]

    def test_it_goes_with_a_job_that_is_cancelled(self, as_alice, job, opened, alice):
        trial_of_page(as_alice, job, with_fields(opened, **{"target-0": ""}))
        cancel_job(job, alice)

        assert not MappingDraft.objects.exists()

    def test_one_for_other_columns_is_not_shown(self, as_alice, job, opened, alice):
        trial_of_page(as_alice, job, with_fields(opened, **{"target-0": ""}))
        assert restage(job, {"header_rows": 0}, alice)
        run_inline(job)

        assert 'id="draft"' not in as_alice.get(page_of(job)).text


class TestTwoTabs:
    @pytest.fixture
    def two(self, as_alice, job):
        """The same page, opened twice; something was chosen in the first."""
        first, second = chosen(as_alice, job), chosen(as_alice, job)
        trial_of_page(as_alice, job, with_fields(first, **{"target-5": FIRST}))
        return first, with_fields(second, **{"target-5": LAST})

    def test_the_later_one_is_told_and_changes_nothing(self, as_alice, job, two):
        answer = trial_of_page(as_alice, job, two[1])

        assert 'data-state="conflict"' in answer.text
        assert "Alice chose something else at" in answer.text
        assert chosen(as_alice, job)["target-5"] == FIRST
        assert [entry["target"] for entry in MappingTrial.objects.get().mapping["columns"]][-1] == FIRST

    def test_it_starts_no_check_unasked(self, as_alice, job, two):
        answer = as_alice.post(page_of(job), two[1])

        job.refresh_from_db()
        assert (answer.status_code, job.status) == (409, JobStatus.STAGED)
        assert "What you choose here is not kept." in answer.text
        assert shown(answer)["target-5"] == LAST

    def test_it_can_overrule_the_first_which_is_told_then(self, as_alice, job, two):
        kept = as_alice.post(page_of(job), with_fields(two[1], go="keep"))

        assert kept.status_code == 200
        assert chosen(as_alice, job)["target-5"] == LAST
        assert 'data-state="conflict"' in trial_of_page(as_alice, job, two[0]).text

    def test_the_first_goes_on_as_long_as_it_likes(self, as_alice, job, two):
        for target in ("", FIRST, LAST):
            answer = trial_of_page(as_alice, job, with_fields(two[0], **{"target-5": target}))
            assert "conflict" not in answer.text
            assert chosen(as_alice, job)["target-5"] == target

    def test_a_page_from_before_a_check_is_told(self, as_alice, job, opened):
        as_alice.post(page_of(job), opened)
        job.refresh_from_db()
        run_inline(job)
        reopen_mapping(job, job.owner)

        answer = trial_of_page(as_alice, job, with_fields(opened, **{"target-5": FIRST}))

        assert "This import was checked or repaired" in answer.text
        assert not MappingDraft.objects.exists()

    def test_a_manager_who_changes_it_is_named(self, as_alice, job, opened, client_of, mona):
        theirs = chosen(client_of(mona), job)
        trial_of_page(client_of(mona), job, with_fields(theirs, **{"target-0": ""}))

        answer = trial_of_page(as_alice, job, with_fields(opened, **{"target-5": FIRST}))

        assert "Mona chose something else" in answer.text
