"""The page that shows how a file was read, and lets a person overrule it."""

import pytest
from django.urls import reverse

from imports.contacts.mapping import Mapping
from imports.jobs.advance import run_inline
from imports.jobs.check import set_mapping
from imports.jobs.confirm import confirm_job
from imports.models import UploadJob
from imports.states import JobStatus
from imports.views.reading.reading_form import ReadingForm
from tests.files.xlsb_writer import sheet, xlsb_of

# What is asked of the database is a job and its account; every page is opened on PostgreSQL by test_access.
pytestmark = pytest.mark.once

LIST_WITH_TITLE = (
    "Visitors of the fair,,\r\n\r\nEmail,First name,Town\r\n"
    "ada@example.com,Ada,Leeds\r\ngrace@example.com,Grace,York\r\n\r\nTotal,2,\r\n"
)


def page_of(job) -> str:
    return reverse("imports:reading", args=[job.pk])


class TestLooking:
    def test_it_shows_each_decision_with_how_sure_it_is_and_why(self, as_alice, make_job):
        text = as_alice.get(page_of(make_job())).text

        for words in ("UTF-8", "Comma ,", "Row 1", "Row 2", "Sure", "Every byte of the file fits"):
            assert words in text

    def test_it_shows_the_rows_with_the_part_they_play(self, as_alice, make_job):
        context = as_alice.get(page_of(make_job(LIST_WITH_TITLE))).context

        labels = {shown.row.row: shown.label for shown in context["rows"]}
        assert labels == {
            1: "Left out", 2: "Blank", 3: "Column names", 4: "Contact", 5: "Contact", 6: "Blank", 7: "Left out",
        }  # fmt: skip

    def test_the_mapping_page_says_what_was_left_out(self, as_alice, make_job):
        text = as_alice.get(reverse("imports:mapping", args=[make_job(LIST_WITH_TITLE).pk])).text

        assert "2 rows left out: 1 and 7" in text.replace("\N{NO-BREAK SPACE}", " ")

    def test_the_mapping_page_says_what_the_portal_is_not_sure_of(self, as_alice, make_job):
        doubtful = make_job("Name|Town;Street\nAna|Leeds;x\nBo|York;y\n")
        sure = make_job()

        assert "Please check" in as_alice.get(reverse("imports:mapping", args=[doubtful.pk])).text
        assert "Please check" not in as_alice.get(reverse("imports:mapping", args=[sure.pk])).text

    def test_what_is_in_the_file_is_text_on_the_page(self, as_alice, make_job):
        text = as_alice.get(page_of(make_job("Email,<script>x</script>\r\na@example.com,<b>y</b>\r\n"))).text

        assert "<script>x" not in text
        assert "<b>y" not in text

    def test_a_team_mate_looks_and_changes_nothing(self, client_of, bob, make_job):
        job = make_job()

        assert "<fieldset disabled>" in client_of(bob).get(page_of(job)).text
        assert client_of(bob).post(page_of(job), {"delimiter": ";"}).status_code == 403


class TestTrying:
    def test_a_preview_shows_another_way_and_changes_nothing(self, as_alice, make_job):
        job = make_job()

        response = as_alice.post(page_of(job), {"delimiter": ";", "preview": "1"})

        assert response.status_code == 200
        assert response.context["found"].columns == (
            "Email,First name,Last name,Mobile number,Country,Notes",
        )
        assert "Preview only" in response.text
        assert "Chosen by a person." in response.text
        job.refresh_from_db()
        assert (job.status, job.reading_options) == (JobStatus.STAGED, {})

    def test_how_many_rows_name_the_columns_can_be_said(self, as_alice, make_job):
        job = make_job("Email,First name\r\n(work),(given)\r\nada@example.com,Ada\r\n")

        response = as_alice.post(page_of(job), {"header_rows": "2", "preview": "1"})

        assert response.context["found"].columns == ("Email (work)", "First name (given)")
        assert [shown.label for shown in response.context["rows"]] == [
            "Column names",
            "Column names",
            "Contact",
        ]
        assert as_alice.post(page_of(job), {"header_rows": "51", "preview": "1"}).status_code == 422

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            ({"header_row": "99"}, "There is no row 99"),
            ({"header_row": "3", "first_data_row": "2"}, "row 2"),
            ({"header_row": "0", "header_rows": "2"}, "cannot go over 2 rows"),
            ({"delimiter": "other", "delimiter_other": '"'}, "cannot separate columns"),
        ],
    )
    @pytest.mark.parametrize("preview", [{}, {"preview": "1"}])
    def test_what_cannot_be_is_said_and_the_job_stays_as_it_was(
        self, options, words, preview, as_alice, make_job
    ):
        job = make_job()

        response = as_alice.post(page_of(job), {**options, **preview})

        assert response.status_code == 422
        assert words in response.text
        job.refresh_from_db()
        assert job.status == JobStatus.STAGED

    @pytest.mark.parametrize(
        "options",
        [
            {"delimiter": "xx"},
            {"header_row": "-1"},
            {"first_data_row": "0"},
            {"delimiter": "other"},
            {"encoding": "klingon"},
        ],
    )
    def test_what_no_field_offers_is_refused(self, options, as_alice, make_job):
        assert as_alice.post(page_of(make_job()), options).status_code == 422


class TestReadingAgain:
    @pytest.mark.parametrize("until", ["staged", "checked"])
    def test_the_file_is_read_again_as_told(self, until, as_alice, make_job):
        job = make_job(until=until)

        as_alice.post(page_of(job), {"delimiter": ";", "header_row": "2"})
        job.refresh_from_db()
        assert job.status == JobStatus.UPLOADED
        run_inline(job)

        assert job.reading_options == {"delimiter": ";", "header_row": 2}
        assert job.columns == [",Ada,Example,,GB,<b>bold</b>"]

    def test_what_was_chosen_is_shown_as_chosen(self, as_alice, make_job):
        job = make_job()
        options = {
            "delimiter": "other",
            "delimiter_other": "@",
            "quote": "none",
            "header_row": "0",
            "keep_footer": "on",
        }

        as_alice.post(page_of(job), options)
        job.refresh_from_db()
        run_inline(job)

        assert job.reading_options == {"delimiter": "@", "quote": "", "header_row": 0, "keep_footer": True}
        form: ReadingForm = as_alice.get(page_of(job)).context["form"]
        shown = {
            name: form[name].value()
            for name in ("delimiter", "delimiter_other", "quote", "header_row", "keep_footer")
        }
        assert shown == {
            "delimiter": "other",
            "delimiter_other": "@",
            "quote": "none",
            "header_row": 0,
            "keep_footer": True,
        }

    def test_what_is_left_alone_is_found_out_again(self, as_alice, make_job):
        job = make_job()
        as_alice.post(page_of(job), {"delimiter": ";"})
        job.refresh_from_db()
        run_inline(job)

        as_alice.post(page_of(job), {})
        job.refresh_from_db()
        run_inline(job)

        assert job.reading_options == {}
        assert job.columns[0] == "Email"


class TestWorkbooks:
    def test_sheets_are_offered_and_hidden_ones_named(self, as_alice, make_job):
        people = sheet({0: ["Email", "Name"], 1: ["ada@example.com", "Ada"]})
        job = make_job(xlsb_of({"Old": people, "People": people}, hidden=["Old"]), name="people.xlsb")

        form = as_alice.get(page_of(job)).context["form"]

        assert "<dt>Hidden sheet</dt><dd>“Old”</dd>" in as_alice.get(page_of(job)).text
        assert form.fields["sheet"].choices[1:] == [("Old", "Old (hidden)"), ("People", "People")]
        assert "encoding" not in form.fields
        as_alice.post(page_of(job), {"sheet": "Old"})
        job.refresh_from_db()
        run_inline(job)
        assert job.reading["sheet"] == "Old"


class TestReadingThatFails:
    def test_a_job_whose_other_reading_cannot_be_stays_as_it_was_read(self, as_alice, make_job):
        job = make_job("Email,Name\r\nada@example.com,Ada\r\n")
        read = job.reading

        as_alice.post(page_of(job), {"first_data_row": "400"})
        job.refresh_from_db()
        # What a progress message of the reading that failed may have left.
        UploadJob.objects.filter(pk=job.pk).update(rows=400)
        run_inline(job)
        job.refresh_from_db()

        assert (job.status, job.reading, job.reading_options) == (JobStatus.STAGED, read, {})
        assert job.rows == read["staged_rows"]
        text = as_alice.get(reverse("imports:mapping", args=[job.pk])).text
        assert "There is no row 400" in text
        assert "The file is still read as before." in text
        assert {entry["column"] for entry in job.mapping["columns"]} == {"Email", "Name"}

    def test_what_could_not_be_is_forgotten_once_the_job_goes_on(self, as_alice, make_job):
        job = make_job("Email,Name\r\nada@example.com,Ada\r\n")
        as_alice.post(page_of(job), {"first_data_row": "400"})
        job.refresh_from_db()
        run_inline(job)

        assert not set_mapping(job, Mapping.from_json(job.mapping), job.owner)

        assert job.failure_sentence == ""


LIST_WITH_NOTE = (
    "Email,First name\r\nyour address,your name\r\nada@example.com,Ada\r\ngrace@example.com,Grace\r\n"
)


class TestRemembering:
    @pytest.fixture
    def remembered(self, as_alice, make_job) -> dict[str, object]:
        """Makes the portal remember that the row below the names holds no contact."""
        job = make_job(LIST_WITH_NOTE)
        as_alice.post(page_of(job), {"first_data_row": "3"})
        job.refresh_from_db()
        run_inline(job)
        assert not set_mapping(job, Mapping.from_json(job.mapping), job.owner)
        run_inline(job)
        assert confirm_job(job, job.owner)
        return {"first_data_row": 3}

    def test_a_file_like_it_is_read_the_same_way(self, as_alice, make_job, remembered):
        again = make_job(LIST_WITH_NOTE.replace("ada", "zoe"))

        assert again.reading_options == remembered
        assert again.reading["decisions"]["first_data_row"]["reason"] == "remembered"
        assert "As it was chosen for a file like this one before." in as_alice.get(page_of(again)).text

    @pytest.mark.parametrize(
        "text",
        [
            "Email,Town\r\nyour address,your name\r\nada@example.com,Leeds\r\n",
            # What was left out before is a contact here.
            LIST_WITH_NOTE.replace("your address,your name", "zoe@example.com,Zoe"),
            LIST_WITH_NOTE.replace(",", ";"),
            LIST_WITH_NOTE.encode("utf-16"),
        ],
    )
    def test_a_file_that_is_taken_in_another_way_is_read_afresh(self, make_job, remembered, text):
        assert make_job(text).reading_options == {}

    def test_what_is_left_to_the_portal_again_is_not_remembered(self, as_alice, make_job, remembered):
        again = make_job(LIST_WITH_NOTE.replace("ada", "zoe"))

        as_alice.post(page_of(again), {})
        again.refresh_from_db()
        run_inline(again)

        assert again.reading_options == {}
