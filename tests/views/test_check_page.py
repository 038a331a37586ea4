import html
import re

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from imports.contacts.mapping import Mapping
from imports.contacts.policies import MERGING
from imports.contacts.problems import PROBLEM_TYPES
from imports.contacts.repairs.repair_types import LeaveOutRow
from imports.jobs.advance import run_inline
from imports.jobs.check import reopen_mapping, set_mapping
from imports.jobs.repairing import add_repairs
from imports.models import UploadJob
from imports.states import JobStatus


def page_of(job) -> str:
    return reverse("imports:check", args=[job.pk])


def confirm(client, job, stamp: str | None = None, **chosen: str):
    return client.post(
        reverse("imports:confirm", args=[job.pk]),
        {"stamp": job.changed_at.isoformat() if stamp is None else stamp, **chosen},
    )


@pytest.mark.once
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
        assert "Import 3 contacts" in as_alice.get(page_of(make_job(until="checked"))).text

    def test_it_says_how_many_values_would_be_cleared(self, as_alice, make_job):
        job = make_job(until="checked")
        reopen_mapping(job, job.owner)
        mapping = {**job.mapping, "blankCells": "clear"}
        type(job).objects.filter(pk=job.pk).update(status=JobStatus.CHECKING, mapping=mapping)
        job.refresh_from_db()
        run_inline(job)

        response = as_alice.get(page_of(job))
        cleared = sum(job.check_summary["cleared"].values())

        assert cleared > 0
        assert response.context["preflight"].values_cleared == cleared
        assert "may be erased in Dotdigital" in response.text

    def test_team_mates_have_no_button(self, client_of, bob, make_job):
        job = make_job(until="checked")

        assert reverse("imports:confirm", args=[job.pk]) not in client_of(bob).get(page_of(job)).text

    def test_it_stays_readable_after_the_import(self, as_alice, make_job):
        text = as_alice.get(page_of(make_job(until="finished"))).text

        assert "What the check found" in text
        assert "Before you import" not in text

    def test_a_mapping_that_is_changed_again_was_not_imported(self, as_alice, make_job):
        job = make_job(until="checked")
        reopen_mapping(job, job.owner)

        assert "How it was imported" not in as_alice.get(page_of(job)).text

    def test_it_leads_on_before_there_is_anything_to_see(self, as_alice, make_job):
        job = make_job()

        assert as_alice.get(page_of(job))["Location"] == reverse("imports:job", args=[job.pk])


EVERYTHING_CSV = (
    "Email,Mobile,Newsletter,Agreed,Lists,First name\r\n"
    "ada@example.com,07400 604986,Yes,2026-01-31 10:00,Newsletter,Ada\r\n"
    "grace@example.com,07400 604987,No,,Newsletter; Customers,\r\n"
    "zoe@gmial.com,,Yes,31/31/2026,,Zoe\r\n"
    ",,,,,Nobody\r\n"
)
EVERYTHING = {
    "matchIdentifier": "email",
    "mergeOption": "overwrite",
    "columns": [
        {"column": "Email", "target": "identifiers.email"},
        {"column": "Mobile", "target": "identifiers.mobileNumber", "region": "GB"},
        {"column": "Newsletter", "target": "preferences.9"},
        {"column": "Agreed", "target": "consentRecords.dateTimeConsented", "format": "%Y-%m-%d %H:%M"},
        {"column": "Lists", "target": "lists"},
        {"column": "First name", "target": "dataFields.FIRSTNAME", "blankCells": "clear"},
    ],
    "constants": [
        {"target": "channelProperties.email.optInType", "value": "verifiedDouble"},
        {"target": "consentRecords.text", "value": "Yes, send me the newsletter"},
        {"target": "consentRecords.url", "value": "https://example.com/form"},
        {"target": "consentRecords.ipAddress", "value": "192.0.2.1"},
        {"target": "consentRecords.userAgent", "value": "Form at the fair"},
    ],
}


@pytest.mark.once
class TestPreflight:
    """What would be brought about is said in numbers before anything is sent."""

    @pytest.fixture
    def job(self, make_job) -> UploadJob:
        job = make_job(EVERYTHING_CSV)
        assert set_mapping(job, Mapping.from_json(EVERYTHING), job.owner) == []
        run_inline(job)
        assert job.status == JobStatus.CHECKED
        return job

    @pytest.fixture
    def response(self, as_alice, job):
        return as_alice.get(page_of(job))

    @pytest.fixture
    def words(self, response):
        return response.context["preflight"]

    def test_people_whom_dotdigital_may_subscribe_or_write_to(self, response, words):
        assert (words.mobile_without_sms_status, words.confirmation_mails) == (2, 3)
        assert "may subscribe 2 people to text messages" in response.text
        assert "may send 3 confirmation e-mails" in response.text

    def test_lists_and_preferences_by_name(self, words):
        assert words.lists == [("Newsletter", 2), ("Customers", 1)]
        assert [(line.name, line.yes, line.no) for line in words.preferences] == [("Newsletter", 2, 1)]

    def test_consent_records_that_are_sent_and_what_the_others_lack(self, words):
        (record,) = words.consents
        assert (record.complete, record.absent, record.incomplete) == (1, 1, 1)
        assert record.lacking == [("Consent date and time", 1)]

    def test_how_full_every_field_is(self, words):
        full = {field.name: (field.count, field.percent) for field in words.fields}
        assert full["E-mail address"] == (3, "100%")
        assert full["Mobile number"] == (2, "67%")

    def test_values_have_the_names_that_the_mapping_page_has_for_them(self, response, words):
        told = {line.name: line.word for line in words.statuses}
        assert told["E-mail opt-in type"] == "Verified double: Dotdigital mails them to confirm"

    def test_what_merging_means_with_blank_cells(self, response, words):
        assert words.clearing == [("FIRSTNAME", 1)]
        assert "blank cells erase them" in words.merging
        assert words.merging in html.unescape(response.text)

    def test_how_much_is_sent(self, response):
        assert "in 1 batch<" in response.text

    def test_values_by_what_was_done_to_them(self, response):
        sections = {section.kind.key: section for section in response.context["sections"]}
        assert {"row", "warning", "doubt", "format"} <= set(sections)
        assert "gmial.com" in sections["doubt"].groups[0].example
        assert "<summary><strong>" in response.text

    def test_rows_can_be_chosen_by_what_was_done_to_their_values(self, as_alice, job):
        rows = as_alice.get(reverse("imports:rows", args=[job.pk]), {"show": "doubt"}).context["rows"]
        assert [row["row"] for row in rows] == [4]

    def test_contacts_that_can_only_be_updated(self, as_alice, make_job):
        job = make_job("Id,First name\r\n50000001,Ada\r\n50000002,Grace\r\n")
        columns = [
            {"column": "Id", "target": "identifiers.contactId"},
            {"column": "First name", "target": "dataFields.FIRSTNAME"},
        ]
        mapping = Mapping.from_json({"matchIdentifier": "contactId", "columns": columns})
        assert set_mapping(job, mapping, job.owner) == []
        run_inline(job)

        text = as_alice.get(page_of(job)).text

        assert "2 contacts can only be updated" in text

    def test_people_who_say_no_to_mail_and_would_be_subscribed(self, as_alice, make_job):
        job = make_job(
            "Email,Newsletter\r\nada@example.com,yes\r\nzoe@example.com,no\r\nbo@example.com,no\r\n"
        )
        columns = [
            {"column": "Email", "target": "identifiers.email"},
            {"column": "Newsletter", "target": "dataFields.FIRSTNAME"},
        ]
        mapping = Mapping.from_json({"matchIdentifier": "email", "columns": columns})
        assert set_mapping(job, mapping, job.owner) == []
        run_inline(job)

        text = " ".join(as_alice.get(page_of(job)).text.split())

        assert "2 contacts say no to e-mail in “Newsletter”, and would become subscribed" in text
        assert f'href="{reverse("imports:mapping", args=[job.pk])}#column-1"' in text
        assert "says who must not get e-mail, and is not used" not in text
        page = as_alice.get(reverse("imports:mapping", args=[job.pk])).text
        assert "Leave out 2 rows of people" in page

    def test_people_who_say_no_to_mail_in_a_preference(self, as_alice, make_job):
        job = make_job("Email,NL\r\nada@example.com,yes\r\nzoe@example.com,no\r\nbo@example.com,no\r\n")
        columns = [
            {"column": "Email", "target": "identifiers.email"},
            {"column": "NL", "target": "preferences.9"},
        ]
        mapping = Mapping.from_json({"matchIdentifier": "email", "columns": columns})
        assert set_mapping(job, mapping, job.owner) == []
        run_inline(job)

        text = " ".join(as_alice.get(page_of(job)).text.split())

        assert "2 contacts say no to e-mail in “NL”, and would become subscribed" in text
        assert "The column is imported as a preference" in text
        assert "Import the column as “E-mail subscription” as well" in text
        assert "Or tick under the column" not in text

    def test_warning_of_text_messages_leads_to_their_subscription(self, as_alice, job, response):
        anchor = "constant-channelProperties.sms.status"
        mapping_page = reverse("imports:mapping", args=[job.pk])
        assert f'href="{mapping_page}#{anchor}"' in response.text
        assert f'id="{anchor}"' in as_alice.get(mapping_page).text

    def test_more_to_say_takes_no_more_queries(self, as_alice, job, make_job, django_assert_num_queries):
        simple = make_job(until="checked")
        with CaptureQueriesContext(connection) as short:
            as_alice.get(page_of(simple))

        with django_assert_num_queries(len(short)):
            as_alice.get(page_of(job))


def test_every_way_of_merging_has_words():
    assert all(option.checked and option.checked_clearing for option in MERGING)


class TestConfirm:
    def test_it_starts_the_import(self, as_alice, make_job):
        job = make_job(until="checked")

        confirm(as_alice, job)

        job.refresh_from_db()
        assert job.status == JobStatus.SENDING
        assert job.events.last().actor == job.owner

    @pytest.mark.parametrize(
        ("chosen", "stops"),
        [({}, False), ({"on_refusal": "continue"}, False), ({"on_refusal": "stop"}, True)],
    )
    def test_what_is_done_about_a_refusal_is_chosen(self, chosen, stops, as_alice, make_job):
        job = make_job(until="checked")
        assert 'value="continue" checked' in as_alice.get(page_of(job)).text

        confirm(as_alice, job, **chosen)

        job.refresh_from_db()
        assert job.stops_on_refusal is stops
        words = "Stop and do not send the rest" if stops else "Continue with the rest"
        assert f"<dd>{words}</dd>" in as_alice.get(page_of(job)).text

    def test_while_the_file_is_checked_again_it_says_why_nothing_is_imported(self, as_alice, make_job):
        job = make_job(until="checked")
        as_alice.post(reverse("imports:row", args=[job.pk, 2]), {"leave_out": "1"})

        response = confirm(as_alice, job)

        job.refresh_from_db()
        assert job.status == JobStatus.CHECKING
        assert "Nothing has been imported" in str(list(get_messages(response.wsgi_request))[-1])

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


SUBSCRIBING_CSV = (
    "Email,Status,First name\r\nada@example.com,subscribed,Ada\r\nzoe@example.com,unsubscribed,\r\n"
)


def _warnings(page: str) -> set[str]:
    """The headings of what a page warns of."""
    found = re.findall(r'<div class="notice (?:bad|care)">\s*<h2>(.*?)</h2>', page, re.DOTALL)
    return {" ".join(re.sub(r"<[^>]*>", "", heading).split()) for heading in found}


class TestSecondQuestion:
    """What cannot be taken back is asked about once more, with its numbers, before anything is sent."""

    @pytest.fixture
    def checked(self, make_job):
        def make(*columns: dict[str, str], **policies) -> UploadJob:
            job = make_job(SUBSCRIBING_CSV)
            email = {"column": "Email", "target": "identifiers.email"}
            mapping = {"matchIdentifier": "email", "columns": [email, *columns], **policies}
            assert set_mapping(job, Mapping.from_json(mapping), job.owner) == []
            run_inline(job)
            assert job.status == JobStatus.CHECKED
            return job

        return make

    NAME = {"column": "First name", "target": "dataFields.FIRSTNAME"}
    STATUS = {"column": "Status", "target": "channelProperties.email.status"}

    def test_most_imports_are_started_at_once(self, as_alice, checked):
        job = checked(self.NAME, leaveOutUnsubscribed=["Status"])

        assert confirm(as_alice, job).status_code == 302

        job.refresh_from_db()
        assert job.status == JobStatus.SENDING

    @pytest.mark.parametrize(
        ("column", "policies", "limit", "words"),
        [
            (STATUS, {}, 100, "1 contact is set to “Subscribed” (E-mail subscription)"),
            ({**NAME, "blankCells": "clear"}, {}, 100, "1 value may be erased in Dotdigital"),
            (NAME, {}, 1, "2 contacts are imported"),
        ],
    )
    def test_it_is_asked_with_the_numbers_and_started_by_a_deliberate_act(
        self, column, policies, limit, words, as_alice, checked, settings
    ):
        settings.CONFIRM_ABOVE_CONTACTS = limit
        job = checked(column, **policies)

        asked = confirm(as_alice, job, on_refusal="stop")

        job.refresh_from_db()
        assert (asked.status_code, job.status) == (200, JobStatus.CHECKED)
        assert words in asked.text
        unticked = confirm(as_alice, job, asked="1", on_refusal="stop")
        assert unticked.status_code == 422
        assert "Tick the box" in unticked.text

        confirm(as_alice, job, agreed="1", asked="1", on_refusal="stop")

        job.refresh_from_db()
        assert (job.status, job.stops_on_refusal) == (JobStatus.SENDING, True)

    @pytest.mark.parametrize(
        ("records", "proof"),
        [
            ([], "No consent record is sent as proof."),
            ([""], "A complete consent record is sent as proof for 2 of 2 contacts."),
            (["", "2."], "A complete consent record is sent as proof for at least 2 of 2 contacts."),
        ],
    )
    def test_it_says_for_how_many_their_consent_is_sent_along(self, records, proof, as_alice, checked):
        parts = {
            "text": "Yes",
            "dateTimeConsented": "2026-03-04",
            "url": "https://example.com/join",
            "ipAddress": "192.0.2.1",
            "userAgent": "Form",
        }
        constants = [
            {"target": f"consentRecords.{record}{part}", "value": value}
            for record in records
            for part, value in parts.items()
        ]

        asked = confirm(as_alice, checked(self.STATUS, constants=constants)).text

        assert f"only with their consent. {proof}" in asked

    def test_it_says_how_many_have_got_their_consent_before(self, as_alice, checked):
        parts = ("text", "dateTimeConsented", "url", "ipAddress", "userAgent")
        values = ("Yes", "2026-03-04", "https://example.com/join", "192.0.2.1", "Form")
        constants = [
            {"target": f"consentRecords.{part}", "value": value}
            for part, value in zip(parts, values, strict=True)
        ]
        job = checked(self.STATUS, constants=constants)
        job.check_summary["preflight"]["consent"]["1"] |= {"complete": 1, "repeated": 1}
        job.save()

        page = as_alice.get(page_of(job))
        assert "Without one: it was sent with an earlier import" in page.text
        (record,) = page.context["preflight"].consents
        assert (record.complete, record.repeated, record.incomplete) == (1, 1, 0)
        words = "for 1 of 2 contacts. 1 contact got it with an earlier import."
        assert words in confirm(as_alice, job).text

    def test_people_who_are_resubscribed_without_being_asked(self, as_alice, checked):
        target = "channelProperties.email.resubscribeOptions.resubscribeWithNoChallenge"
        asked = confirm(as_alice, checked(self.STATUS, constants=[{"target": target, "value": True}])).text

        assert "2 contacts can be resubscribed without being asked" in asked

    def test_what_the_check_page_warns_of_is_said_again(self, as_alice, make_job):
        job = make_job(
            "Email,Newsletter,Mobile,Remark\r\n"
            "ada@example.com,yes,07400 604986,one\r\n"
            "zoe@example.com,no,07400 604987,two\r\n"
        )
        columns = [
            {"column": "Email", "target": "identifiers.email"},
            {"column": "Newsletter", "target": "dataFields.FIRSTNAME"},
            {"column": "Mobile", "target": "identifiers.mobileNumber", "region": "GB"},
            {"column": "Remark", "target": "dataFields.SPEND", "decimal": "."},
        ]
        mapping = Mapping.from_json({"matchIdentifier": "email", "columns": columns})
        assert set_mapping(job, mapping, job.owner) == []
        run_inline(job)
        warned = _warnings(as_alice.get(page_of(job)).text)

        asked = confirm(as_alice, job)

        job.refresh_from_db()
        assert job.status == JobStatus.CHECKED
        assert len(warned) == 3
        assert "1 contact says no to e-mail in “Newsletter”, and would become subscribed" in warned
        assert warned <= _warnings(asked.text)

    def test_people_who_say_no_in_a_column_that_is_not_used_are_asked_about(self, as_alice, checked):
        asked = confirm(as_alice, checked(self.NAME))

        assert "“Status” says who must not get e-mail, and is not used" in asked.text

    def test_the_answer_holds_for_what_was_reviewed_alone(self, as_alice, checked):
        job = checked(self.STATUS)
        stamp = job.changed_at.isoformat()
        reopen_mapping(job, job.owner)
        set_mapping(job, Mapping.from_json(job.mapping), job.owner)
        run_inline(job)

        confirm(as_alice, job, stamp, agreed="1", asked="1")

        job.refresh_from_db()
        assert job.status == JobStatus.CHECKED


@pytest.mark.once
class TestLostColumns:
    """A column that was read as what it is not is named first."""

    @pytest.fixture
    def job(self, make_job) -> UploadJob:
        rows = "".join(f"p{n}@example.com,note {n},{n if n < 4 else ''}\r\n" for n in range(10))
        job = make_job("Email,Remark,Few\r\n" + rows)
        columns = [
            {"column": "Email", "target": "identifiers.email"},
            {"column": "Remark", "target": "identifiers.mobileNumber", "region": "GB"},
        ]
        set_mapping(job, Mapping.from_json({"matchIdentifier": "email", "columns": columns}), job.owner)
        run_inline(job)
        return job

    def test_it_is_named_with_its_numbers_and_the_likeliest_cause(self, as_alice, job):
        response = as_alice.get(page_of(job))

        (column,) = response.context["lost_columns"]
        assert (column.name, column.lost, column.filled) == ("Remark", 10, 10)
        assert "Most of “Remark” cannot be used" in response.text
        assert "10 of its 10 values cannot be imported as Mobile number." in response.text
        assert column.cause.title in response.text
        assert f"{reverse('imports:mapping', args=[job.pk])}#column-1" in response.text

    def test_a_column_of_which_half_can_be_used_is_none(self, as_alice, make_job):
        rows = "ada@example.com,07400 604986\r\nzoe@example.com,none of yours\r\n"
        job = make_job("Email,Mobile number\r\n" + rows, until="checked")

        assert as_alice.get(page_of(job)).context["lost_columns"] == []


@pytest.mark.once
class TestNothingReady:
    """Where no row can be imported, it says why and what to do."""

    @pytest.fixture
    def told(self, as_alice, make_job):
        def tell(content: str, *columns: dict[str, str], leaves_out: str = "") -> str:
            job = make_job(content)
            email = {"column": "Email", "target": "identifiers.email"}
            mapping = {"matchIdentifier": "email", "columns": [email, *columns]}
            if leaves_out:
                mapping["leaveOutUnsubscribed"] = [leaves_out]
            assert set_mapping(job, Mapping.from_json(mapping), job.owner) == []
            run_inline(job)
            aside = as_alice.get(page_of(job)).text.partition("<aside")[2]
            return " ".join(html.unescape(re.sub(r"<[^>]*>", "", aside)).split())

        return tell

    def test_it_names_the_commonest_problem_its_column_and_its_number(self, told):
        text = told(
            "Email,Town\r\n" + "".join(f"p{n},Leeds\r\n" for n in range(4)) + "a@b@example.com,York\r\n"
        )

        assert "Most common reason, in “Email”: E-mail addresses without @ (4 of 5 rows)." in text
        assert PROBLEM_TYPES["email_without_at"].remedy in text
        assert "Check what this column is imported as" in text

    def test_people_who_are_not_to_be_mailed(self, told):
        people = "".join(f"p{n}@example.com,unsubscribed\r\n" for n in range(3))

        text = told("Email,Status\r\n" + people, leaves_out="Status")

        assert "in “Status”: People who are not to be mailed (3 of 3 rows)." in text
        assert PROBLEM_TYPES["not_mailable"].remedy in text

    def test_blank_rows(self, told):
        text = told("Email,Town\r\n" + ",Leeds\r\n" * 3)

        assert "Most common reason: Rows with nothing in any column that is imported (3 of 3 rows)." in text

    def test_rows_that_were_left_out_by_choice(self, as_alice, make_job):
        job = make_job("Email\r\nada@example.com\r\n", until="checked")
        add_repairs(job, [LeaveOutRow(2)], job.owner)
        run_inline(job)

        text = as_alice.get(page_of(job)).text

        assert "Rows that were left out by choice" in text
        assert "undo the repair that leaves them out" in text
