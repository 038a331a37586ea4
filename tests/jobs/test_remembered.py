"""Mappings are remembered from file to file; what has changed is told, and is not taken from memory."""

from typing import Any

import pytest
from django.core.files.base import ContentFile

from imports.contacts.mapping import LEAVE_OUT_KEY, Mapping
from imports.contacts.suggestions.suggestion_reasons import REMEMBERED
from imports.jobs.advance import run_inline
from imports.jobs.check import set_mapping
from imports.jobs.confirm import confirm_job
from imports.jobs.stage import restage
from imports.jobs.suggesting import suggest_again
from imports.jobs.upload import receive_upload
from imports.models import AccountCatalogue, DotdigitalAccount, MappingTemplate, UploadJob
from imports.states import JobStatus
from portal.models import User

pytestmark = [
    pytest.mark.pipeline,
    pytest.mark.django_db,
    pytest.mark.once,
    pytest.mark.usefixtures("files_are_read_once"),
]

FIELDS = {
    "FIRSTNAME": "String",
    "LASTNAME": "String",
    "CITY": "String",
    "NICKNAME": "String",
    "BIRTHDAY": "Date",
    "SPEND": "Numeric",
}
FILE = (
    "Email;First name;Last name;Mobile;Birthday;Spend;Remark\r\n"
    "ada@example.com;Ada;Example;07400 604986;31/12/1980;1,50;blue\r\n"
    "grace@example.com;Grace;Sample;07400 604987;28/02/1990;22,75;green\r\n"
)
MAPPING = {
    "matchIdentifier": "email",
    "mergeOption": "overwriteIfEmpty",
    "columns": [
        {"column": "Email", "target": "identifiers.email"},
        {"column": "First name", "target": "dataFields.NICKNAME"},
        {"column": "Mobile", "target": "identifiers.mobileNumber", "region": "GB"},
        {"column": "Birthday", "target": "dataFields.BIRTHDAY", "format": "%d/%m/%Y"},
        {"column": "Spend", "target": "dataFields.SPEND", "decimal": ","},
    ],
}


@pytest.fixture
def account() -> DotdigitalAccount:
    """An account that Dotdigital does not answer for, so that what it has stays as it is here."""
    fields = [{"name": name, "type": kind, "visibility": "Private"} for name, kind in FIELDS.items()]
    account = DotdigitalAccount.objects.create(name="Acme", endpoint="", api_user="")
    content = {"data_fields": fields, "lists": [], "preferences": []}
    AccountCatalogue.objects.create(account=account, content=content)
    return account


@pytest.fixture
def alice() -> User:
    return User.objects.create_user("alice")


def staged(
    account: DotdigitalAccount, owner: User, text: str, name: str = "fair.csv", **given: Any
) -> UploadJob:
    content = ContentFile(text.encode())
    job = receive_upload(account=account, owner=owner, file_name=name, file=content, **given)
    run_inline(job)
    assert job.status == JobStatus.STAGED, job.failure_sentence
    return job


@pytest.fixture
def template(account, alice) -> MappingTemplate:
    """What is remembered of an import of FILE by MAPPING."""
    job = staged(account, alice, FILE)
    assert set_mapping(job, Mapping.from_json(MAPPING), alice) == []
    run_inline(job)
    assert confirm_job(job, alice)
    return MappingTemplate.objects.get()


def targets(job: UploadJob) -> dict[str, str]:
    return {column["column"]: column["target"] for column in job.mapping["columns"]}


def told(job: UploadJob) -> set[tuple[str, str]]:
    return {(change["kind"], change["column"]) for change in job.drift}


def reason(job: UploadJob, column: str) -> dict[str, Any]:
    return next(one for one in job.suggestions if one["column"] == column)


def test_name_columns_and_looks_are_kept_and_nothing_of_any_contact(template):
    assert (template.name, template.columns[:2]) == ("fair.csv", ["Email", "First name"])
    looks = {entry["column"]: entry.get("looks_like") for entry in template.shape["columns"]}
    assert looks["Email"] == "email"
    assert "ada" not in str(template.shape).lower()


def test_the_same_columns_are_mapped_as_before(template, account, alice):
    job = staged(account, alice, FILE)

    assert job.mapping == Mapping.from_json(MAPPING).to_json()
    assert job.drift == []
    assert [one["reason"] for one in job.suggestions] == [REMEMBERED.to_json()] * len(job.columns)
    assert reason(job, "Last name")["target"] is None


def test_a_file_with_a_column_more_is_mapped_as_before_and_the_new_one_by_us(template, account, alice):
    lines = [
        f"{line};{cell}" for line, cell in zip(FILE.split("\r\n"), ("City", "Leeds", "York"), strict=False)
    ]

    job = staged(account, alice, "\r\n".join(lines))

    assert targets(job) == {
        **{column["column"]: column["target"] for column in MAPPING["columns"]},
        "City": "dataFields.CITY",
    }
    assert job.mapping["mergeOption"] == "overwriteIfEmpty"
    assert told(job) == {("new", "City")}
    assert reason(job, "City")["reason"] != REMEMBERED


def test_a_missing_column_is_told_and_left_out(template, account, alice):
    text = "\r\n".join(";".join(line.split(";")[:5] + line.split(";")[6:]) for line in FILE.split("\r\n"))

    job = staged(account, alice, text)

    assert ("missing", "Spend") in told(job)
    assert targets(job) == {
        column["column"]: column["target"] for column in MAPPING["columns"] if column["column"] != "Spend"
    }


def test_columns_that_changed_places_are_not_taken_from_memory(template, account, alice):
    header = "Mobile;First name;Last name;Email;Birthday;Spend;Remark"

    job = staged(account, alice, "\r\n".join([header, *FILE.split("\r\n")[1:]]))

    assert any(kind == "swapped" for kind, _ in told(job))
    assert targets(job).get("Mobile") != "identifiers.mobileNumber"
    assert targets(job).get("Email") != "identifiers.email"
    assert reason(job, "Mobile")["reason"] != REMEMBERED


def test_people_are_left_out_by_the_column_that_says_so_now(account, alice):
    file = (
        "Email;Remark;Mobile;Status\r\n"
        "ada@example.com;blue;07400 604986;subscribed\r\n"
        "zoe@example.com;green;07400 604987;unsubscribed\r\n"
    )
    columns = [MAPPING["columns"][0], MAPPING["columns"][2]]
    before = staged(account, alice, file)
    mapping = Mapping.from_json({"matchIdentifier": "email", "columns": columns, LEAVE_OUT_KEY: ["Status"]})
    assert set_mapping(before, mapping, alice) == []
    run_inline(before)
    assert confirm_job(before, alice)

    same = staged(account, alice, file)
    job = staged(account, alice, file.replace("Mobile;Status", "Status;Mobile"))
    gone = staged(account, alice, "\r\n".join(line.rpartition(";")[0] for line in file.splitlines()))

    assert same.mapping[LEAVE_OUT_KEY] == ["Status"]
    assert same.drift == []
    assert [change["kind"] for change in job.drift] == ["swapped"]
    assert "Mobile" in job.mapping[LEAVE_OUT_KEY]
    assert told(gone) == {("missing", "Status")}


def test_dates_that_are_written_otherwise_now_are_read_by_our_own_suggestion(template, account, alice):
    job = staged(account, alice, FILE.replace("31/12/1980", "1980-12-31").replace("28/02/1990", "1990-02-28"))

    assert ("changed", "Birthday") in told(job)
    birthday = next(one for one in job.mapping["columns"] if one["column"] == "Birthday")
    assert birthday["format"] != "%d/%m/%Y"
    assert targets(job)["First name"] == "dataFields.NICKNAME"


def test_another_kind_of_file_is_not_mapped_from_memory(template, account, alice):
    job = staged(account, alice, "E-Mail;Nickname\r\nzoe@example.com;Zoe\r\n")

    assert job.drift == []
    assert job.mapping["mergeOption"] == "overwrite"


def test_what_other_accounts_remember_is_another_matter(template, account, alice):
    template.account = DotdigitalAccount.objects.create(name="Other", endpoint="", api_user="")
    template.save()

    job = staged(account, alice, FILE)

    assert targets(job)["First name"] == "dataFields.FIRSTNAME"


def test_where_contacts_can_no_longer_be_matched_all_is_suggested_anew(template, account, alice):
    text = "\r\n".join(line.partition(";")[2] for line in FILE.split("\r\n"))

    job = staged(account, alice, text)

    assert ("missing", "Email") in told(job)
    assert job.mapping["matchIdentifier"] == "mobileNumber"
    assert targets(job)["First name"] == "dataFields.FIRSTNAME"


def test_an_incomplete_consent_is_left_for_a_person_to_mend(template, account, alice):
    consent = {"text": "Yes", "url": "https://example.com", "ipAddress": "192.0.2.1", "userAgent": "Form"}
    template.mapping = {
        **MAPPING,
        "columns": [
            *MAPPING["columns"],
            {"column": "Remark", "target": "consentRecords.dateTimeConsented", "format": "%d/%m/%Y"},
        ],
        "constants": [
            {"target": f"consentRecords.{part}", "value": value} for part, value in consent.items()
        ],
    }
    template.save()

    job = staged(account, alice, FILE.replace(";Remark", ";Note"))

    assert ("missing", "Remark") in told(job)
    assert targets(job)["First name"] == "dataFields.NICKNAME"
    problems = set_mapping(job, Mapping.from_json(job.mapping), alice)
    assert {problem.code for problem in problems} == {"consent_part_missing"}


class TestAskingTheAccountAgain:
    """When Dotdigital did not answer while the file was read, what it has is asked for again."""

    @pytest.fixture
    def job(self, account, alice) -> UploadJob:
        known = AccountCatalogue.objects.get(account=account)
        AccountCatalogue.objects.update(content={})
        account.refresh_from_db()
        job = staged(account, alice, FILE)
        assert targets(job).get("First name") is None

        AccountCatalogue.objects.update(content=known.content)
        return UploadJob.objects.select_related("account").get(pk=job.pk)

    def test_all_is_suggested_anew(self, job):
        assert suggest_again(job)

        job.refresh_from_db()
        assert targets(job)["First name"] == "dataFields.FIRSTNAME"

    def test_what_a_person_has_used_stays(self, job, alice):
        used = Mapping.from_json({**job.mapping, "duplicates": "reject"})
        assert set_mapping(job, used, alice) == []
        UploadJob.objects.transition(job, JobStatus.STAGED)

        assert suggest_again(job)

        job.refresh_from_db()
        assert job.mapping == used.to_json()


class TestAsAnotherImport:
    """A file takes the mapping of the import that the person has asked for, whatever is remembered since."""

    @pytest.fixture
    def earlier(self, account, alice) -> UploadJob:
        """An import of FILE by MAPPING, after which the same headers were imported otherwise."""
        job = imported(account, alice, MAPPING)
        imported(account, alice, {**MAPPING, "columns": MAPPING["columns"][:1]})
        return job

    def test_a_file_with_its_columns_takes_all_of_it(self, account, alice, earlier):
        job = staged(account, alice, FILE, mapped_like=earlier)

        assert job.mapping == earlier.mapping
        assert job.drift == []

    def test_other_headers_in_another_order_take_what_fits_and_are_told(self, account, alice, earlier):
        text = "City;First name;Email\r\nLeeds;Ada;ada@example.com\r\nYork;Grace;grace@example.com\r\n"
        job = staged(account, alice, text, mapped_like=earlier)

        mapped = {column["column"]: column["target"] for column in job.mapping["columns"]}
        assert mapped["First name"] == "dataFields.NICKNAME"
        assert mapped["Email"] == "identifiers.email"
        told = {change["column"] for change in job.drift}
        assert {"Mobile", "Birthday", "Spend", "City"} <= told

    def test_it_is_kept_when_the_file_is_read_otherwise(self, account, alice, earlier):
        job = staged(account, alice, FILE, mapped_like=earlier)
        assert restage(job, {"delimiter": ";"}, alice)
        run_inline(job)

        assert job.mapping == earlier.mapping


def imported(account: DotdigitalAccount, owner: User, mapping: dict[str, Any]) -> UploadJob:
    """An import of FILE that was confirmed with `mapping`."""
    job = staged(account, owner, FILE)
    assert set_mapping(job, Mapping.from_json(mapping), owner) == []
    run_inline(job)
    assert confirm_job(job, owner)
    return job
