"""The language of a page is what a person has chosen, else what their browser asks for.

What is stored of a job, and what programs read of a file that is downloaded, is the same in every language.
"""

from collections.abc import Iterator
from typing import Any

import polars as pl
import pytest
from django.db.models import JSONField
from django.test import Client
from django.urls import reverse
from django.utils import translation

from imports.delivery.stopping import pause_account
from imports.models import MappingTemplate, UploadJob
from imports.states import JOB_STATES, BatchStatus, JobStatus
from imports.views.help.help_topics import HELP_TOPICS
from tests.english_words import english_in
from tests.pseudo_language import spoken
from tests.views.deliveries import job_being_sent
from tests.views.downloads import downloaded
from tests.views.posted import form_data
from tests.views.test_pseudo_language import FILE, FILE_NAME, OF_THE_ADMINISTRATION, SUPPLIED, texts_in

GERMAN = {"accept-language": "de-AT,de;q=0.9,en;q=0.5"}
# What the sandbox's account, places and programs are called, and letters in web addresses.
NAMES = [*SUPPLIED, "Isle of Man", "Port of Spain", "eacute"]


@pytest.fixture
def german() -> Iterator[None]:
    """What a page leaves in its thread, the tests' own, is gone after it."""
    yield
    translation.deactivate()


pytestmark = [pytest.mark.usefixtures("german"), pytest.mark.once]


def test_without_another_language_a_page_is_in_english(as_alice, settings):
    settings.LANGUAGES = [("en-gb", "English")]

    response = as_alice.get(reverse("imports:home"), headers={"accept-language": "de"})

    assert '<html lang="en-gb">' in response.text
    assert response["Content-Language"] == "en-gb"
    assert "Accept-Language" in response["Vary"]


def test_german_is_spoken_to_who_asks_for_it(as_alice):
    response = as_alice.get(reverse("imports:home"), headers=GERMAN)

    assert '<html lang="de">' in response.text
    assert "<h1>Importe</h1>" in response.text
    assert response["Content-Language"] == "de"


def test_who_asks_for_another_gets_english(as_alice):
    response = as_alice.get(reverse("imports:home"), headers={"accept-language": "fr"})

    assert "<h1>Imports</h1>" in response.text


def test_plurals_and_numbers_are_the_languages_own(as_alice, make_job):
    job = make_job("Email\r\n" + "".join(f"a{number}@example.com\r\n" for number in range(1_200)))

    page = as_alice.get(reverse("imports:mapping", args=[job.pk]), headers={"accept-language": "de"})

    assert "1.200\N{NO-BREAK SPACE}Zeilen" in page.text


class TestNothingIsEnglish:
    """Of pages in German, as they are."""

    @pytest.fixture
    def english(self, as_alice, account) -> Any:
        names = [*NAMES, *texts_in(account.catalogue.content)]

        def english(url: str, *supplied: str, client: Client = as_alice, status: int = 200) -> list[str]:
            response = client.get(url, headers=GERMAN)
            assert response.status_code == status
            assert '<html lang="de"' in response.text
            return english_in(spoken(response.text), [*names, *supplied])

        return english

    def test_lists_and_upload(self, english, account, alice, mona):
        assert english(reverse("imports:home")) == []
        for status in JobStatus:
            job_being_sent(account, alice, *BatchStatus, status=status, name=FILE_NAME)
        pause_account(account, mona)
        for page in ("home", "upload", "profile", "password", "notifications"):
            assert english(reverse(f"imports:{page}"), "Europe/", "GMT") == []
        assert english(reverse("imports:account", args=[account.pk])) == []

    def test_help(self, english):
        for key in HELP_TOPICS:
            assert english(reverse("imports:help-topic", args=[key])) == []

    def test_the_way_of_a_file(self, english, make_job):
        job = make_job(FILE, name=FILE_NAME, until="finished")
        ids = [str(job.pk), *job.batches.values_list("import_id", flat=True)]
        for page in ("check", "rows", "report", "repairs"):
            assert english(reverse(f"imports:{page}", args=[job.pk]), *ids) == []
        staged = make_job(FILE, name=FILE_NAME)
        assert english(reverse("imports:reading", args=[staged.pk])) == []
        open_job = make_job(FILE, name=FILE_NAME, until="checked")
        for page in ("mapping", "check", "rows"):
            assert english(reverse(f"imports:{page}", args=[open_job.pk]), *ids) == []
        for issue in open_job.check_summary["issues"]:
            assert english(reverse("imports:group-repairs", args=[open_job.pk, issue["code"]])) == []

    @pytest.mark.parametrize("status", [status for status in JobStatus if JOB_STATES[status].heading])
    def test_progress(self, status, english, account, alice):
        job = job_being_sent(account, alice, *BatchStatus, status=status, rows=7, name=FILE_NAME)

        assert english(reverse("imports:progress", args=[job.pk])) == []

    def test_administration(self, english, admin_client, make_job):
        job = make_job(FILE, name=FILE_NAME, until="finished")
        ids = [str(job.pk), *job.batches.values_list("import_id", flat=True)]
        assert english(reverse("admin:index"), *OF_THE_ADMINISTRATION, client=admin_client) == []
        for kind in ("uploadjob", "dotdigitalaccount", "mappingtemplate"):
            assert (
                english(
                    reverse(f"admin:imports_{kind}_changelist"), *OF_THE_ADMINISTRATION, client=admin_client
                )
                == []
            )
        for kind, pk in (("uploadjob", job.pk), ("dotdigitalaccount", job.account_id)):
            url = reverse(f"admin:imports_{kind}_change", args=[pk])
            assert english(url, *ids, *OF_THE_ADMINISTRATION, client=admin_client) == []

    def test_signing_in_and_what_is_not_there(self, english):
        assert english(reverse("login"), client=Client()) == []
        assert english("/nowhere/", status=404) == []


class TestWhatHasNoLanguage:
    @pytest.fixture
    def jobs(self, make_job) -> tuple[UploadJob, UploadJob]:
        """The same file imported by somebody who reads English, and by somebody who reads German."""
        english = make_job(FILE, name=FILE_NAME, until="finished")
        MappingTemplate.objects.all().delete()  # else the second is mapped like the first
        with translation.override("de"):
            german = make_job(FILE, name=FILE_NAME, until="finished")
        return english, german

    def test_what_is_stored_of_a_job(self, jobs):
        names = [field.name for field in UploadJob._meta.concrete_fields if isinstance(field, JSONField)]
        own = {"tables", "step_seconds"}
        first, second = ({name: getattr(job, name) for name in names if name not in own} for job in jobs)

        assert len(first) > 5
        first["ledger"]["counts"], second["ledger"]["counts"] = (
            {},
            {},
        )  # the second finds the first's contacts
        assert second == first

    def test_what_a_form_makes_of_a_mapping(self, as_alice, make_job):
        made = []
        for language in ("en", "de"):
            job = make_job(FILE, name=FILE_NAME)
            headers = {"accept-language": language}
            url = reverse("imports:mapping", args=[job.pk])
            posted = form_data(as_alice.get(url, headers=headers).text)
            as_alice.post(url, {**posted, "go": "check"}, headers=headers)
            made.append(UploadJob.objects.get(pk=job.pk).mapping)

        assert made[0] == made[1]
        assert made[0]["columns"]

    def test_files_that_are_downloaded(self, as_alice, make_job):
        job = make_job(FILE, name=FILE_NAME, until="finished")
        tables = []
        for language in ("en", "de"):
            as_alice.defaults["HTTP_ACCEPT_LANGUAGE"] = language
            content = b"".join(downloaded(as_alice, job).streaming_content)
            tables.append(pl.read_csv(content, infer_schema=False))

        assert tables[0].columns == tables[1].columns
        assert tables[0].drop("reason").equals(tables[1].drop("reason"))
        assert "Zeile" in "".join(tables[1]["reason"].drop_nulls())

    def test_workbooks_differ_in_their_reasons_alone(self, as_alice, make_job):
        job = make_job(FILE, name=FILE_NAME, until="finished")
        tables = []
        for language in ("en", "de"):
            as_alice.defaults["HTTP_ACCEPT_LANGUAGE"] = language
            content = b"".join(downloaded(as_alice, job, "all", "xlsx").streaming_content)
            tables.append(pl.read_excel(content, engine="openpyxl", infer_schema_length=0))

        english, german = tables
        assert english.columns == german.columns
        assert english.drop("reason").equals(german.drop("reason"))
        assert "Zeile" in "".join(german["reason"].drop_nulls())

    def test_the_file_of_repairs(self, as_alice, make_job):
        job = make_job(FILE, name=FILE_NAME, until="checked")
        cell = {"place": "0", "was": "not an address", "value": "nora@example.com"}
        assert as_alice.post(reverse("imports:row", args=[job.pk, 4]), cell).status_code == 200
        files = []
        for language in ("en", "de"):
            answer = as_alice.get(
                reverse("imports:repairs-csv", args=[job.pk]), headers={"accept-language": language}
            )
            files.append(b"".join(answer.streaming_content))

        assert files[0] == files[1]
        assert b"nora@example.com" in files[0]
