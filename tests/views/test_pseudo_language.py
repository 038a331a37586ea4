"""No page says anything but by way of a translation: each is shown in a language that only tests speak.

Jobs are made in English, as they would be, so that a sentence that is stored and shown as it is comes out in English.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext, pgettext

from imports.admin.job_summary import check_html, mapping_html
from imports.contacts.approval_rules import APPROVAL_RULES
from imports.contacts.mapping import Mapping as ContactMapping
from imports.delivery.stopping import pause_account, pause_job
from imports.jobs.advance import run_inline
from imports.jobs.approval import reject_job
from imports.jobs.cancel import cancel_job
from imports.jobs.check import set_mapping
from imports.jobs.confirm import confirm_job
from imports.jobs.trial import run_trial
from imports.locale_forms import zone_place
from imports.models import (
    AccountCatalogue,
    ApprovalRequest,
    AuditEvent,
    DotdigitalAccount,
    JobEvent,
    MappingTemplate,
    Membership,
    Notification,
    ResumableUpload,
    UploadJob,
)
from imports.querysets import tell_owner
from imports.reasons import EVENTS
from imports.states import JOB_ENDS, JOB_STATES, BatchStatus, JobStatus, MailState, NotificationOccasion
from imports.telling.notification_mail import letter_of
from imports.views.help.help_topics import HELP_TOPICS
from imports.views.mapping.option_lists import country_choices, zone_options, zones_by_area
from portal.models import User
from tests.pseudo_language import LANGUAGE, pseudo, speaking_pseudo, spoken
from tests.views.conftest import CONTACTS_CSV, MakeJob, signed_in
from tests.views.deliveries import add_batch, ended_job, job_being_sent
from tests.views.downloads import make_all, page_of
from tests.views.posted import form_data
from tests.views.test_check_page import EVERYTHING, EVERYTHING_CSV

pytestmark = [pytest.mark.django_db, pytest.mark.once]

ENDED = NotificationOccasion.ENDED
# The file has no name and no column that a page could have in English.
FILE_NAME = "kontaktliste.csv"
HEADER = "E-Mail-Adresse,Vorname,Nachname,Mobilnummer,Land,Notizen"
FILE = "\r\n".join([HEADER, *CONTACTS_CSV.split("\r\n")[1:]])
# What people, their files and their account supplied, and what is the same in every language.
SUPPLIED = [
    *{cell for row in FILE.split("\r\n") for cell in row.split(",") if cell},
    *[FILE_NAME, "kontaktliste", "contacts.csv", "Acme", "Alice", "alice", "Bob", "Mona", "Charlie", "Vera"],
    *["CSV", "XLSX", "Dotdigital", "UTF-8", "UTF-16", "UTF-32", "GMT", "BST", "Europe/London", "csv", "xlsx"],
]
# What Django's own templates of the administration never translate.
OF_THE_ADMINISTRATION = ["Search", "True", "False", "None", "Django_Rq", "Django-RQ", "Access admin page"]
# The name of a letter in web pages.
OF_THE_HELP = ["eacute"]
LETTER = re.compile(r"[A-Za-z]")
# What a script fills in; codes of languages and of outcomes.
SAME_EVERYWHERE = re.compile(r"\{\w+\}|\([a-z]{2}(-[A-Z]{2})?\)|\([a-z]+(_[a-z]+)+\)")


# They come from Unicode's tables, which have them in every real language.
COUNTRIES = tuple(name for _, name in country_choices())


def english(page: str, supplied: Iterable[str] = ()) -> list[str]:
    """What `page` says in English, but for what was supplied."""
    names = [name for catalogue in AccountCatalogue.objects.all() for name in texts_in(catalogue.content)]
    longest_first = sorted([*SUPPLIED, *COUNTRIES, *names, *supplied], key=len, reverse=True)
    known = re.compile(rf"(?<![A-Za-z])(?:{'|'.join(map(re.escape, longest_first))})(?![A-Za-z])")
    return [text for text in spoken(page) if LETTER.search(SAME_EVERYWHERE.sub("", known.sub("", text)))]


def texts_in(content: object) -> Iterator[str]:
    """The texts in JSON: what an account has, by its own names."""
    if isinstance(content, str) and content:
        yield content
    for part in (
        content.values() if isinstance(content, dict) else content if isinstance(content, list) else ()
    ):
        yield from texts_in(part)


def said(client: Client, url: str, supplied: Iterable[str] = (), status: int = 200) -> list[str]:
    with speaking_pseudo():
        response = client.get(url)
        assert response.status_code == status
        assert "⟦" in response.text
        assert f'<html lang="{LANGUAGE}"' in response.text
        return english(response.text, supplied)


@pytest.fixture
def make_job(make_job: MakeJob) -> MakeJob:
    def make(content: str | bytes = FILE, *, name: str = FILE_NAME, **given: Any) -> UploadJob:
        return make_job(content, name=name, **given)

    return make


def test_the_language_keeps_what_is_filled_in():
    assert pseudo("Upload <b>{count}</b> of %(all)s") == "⟦Úþļóáð <b>{count}</b> óƒ %(all)s⟧"


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<p>⟦Úþļóáð⟧ now</p>", ["⟦Úþļóáð⟧ now"]),
        ("<p>Alice</p><p>Alices</p>", ["Alices"]),
        ('<p translate="no">Kept<br>too</p><p>Now</p>', ["Now"]),
        ('<input type="submit" value="Now"><input type="hidden" value="now">', ["Now"]),
    ],
)
def test_what_is_english_is_found(html, found):
    assert english(html) == found


def test_the_language_has_what_a_catalogue_would_have():
    with speaking_pseudo():
        assert gettext("Upload a file") == pseudo("Upload a file")
        assert ngettext("{count} byte", "{count} bytes", 2) == pseudo("{count} bytes")
        assert pgettext("when", "Uploaded") == pseudo("Uploaded")

        assert gettext("{count} bytes") == "{count} bytes"
        assert ngettext("Upload a file", "Uploading", 2) == "Uploading"
        assert pgettext("where", "Uploaded") == "Uploaded"


class TestHistory:
    def test_empty(self, as_alice):
        assert said(as_alice, reverse("imports:home")) == []

    def test_full(self, as_alice, make_job, account, alice, mona):
        for until in ("uploaded", "staged", "checked", "finished"):
            make_job(until=until)
        job_being_sent(account, alice, BatchStatus.HELD)
        pause_account(account, mona)

        assert said(as_alice, reverse("imports:home")) == []
        assert said(as_alice, reverse("imports:home") + "?q=nothing") == []

    def test_without_an_account(self, db):
        client = signed_in(User.objects.create_user("alice"))

        assert said(client, reverse("imports:home")) == []
        assert said(client, reverse("imports:upload")) == []


class TestHelp:
    def test_every_topic(self, as_alice):
        assert said(as_alice, reverse("imports:help")) == []
        for key in HELP_TOPICS:
            assert said(as_alice, reverse("imports:help-topic", args=[key]), OF_THE_HELP) == []


class TestNotifications:
    def test_page(self, as_alice, account, alice):
        assert said(as_alice, reverse("imports:notifications")) == []
        counts = {"created": 2, "rejected": 1}
        for status in JOB_ENDS:
            tell_owner(job_being_sent(account, alice, status=status, name=FILE_NAME), ENDED, is_needed=True)
        for ledger in ({"counts": counts}, {"counts": {"created": 2}}, {"counts": {"rejected": 1}}):
            job = job_being_sent(account, alice, status=JobStatus.FINISHED, ledger=ledger)
            tell_owner(job, ENDED, is_needed=True)
        for occasion in (NotificationOccasion.DECISION, NotificationOccasion.STUCK):
            tell_owner(job_being_sent(account, alice, BatchStatus.HELD), occasion, is_needed=True)
        Notification.objects.filter(occasion=NotificationOccasion.STUCK).update(over_at=timezone.now())
        for one, state in zip(Notification.objects.all(), MailState, strict=False):
            Notification.objects.filter(pk=one.pk).update(mail=state)

        assert said(as_alice, reverse("imports:notifications")) == []

    def test_the_mail(self, account, alice):
        job = job_being_sent(account, alice, status=JobStatus.FINISHED, ledger={"counts": {"created": 2}})
        tell_owner(job, ENDED, is_needed=True)
        with speaking_pseudo():
            letter = letter_of(Notification.objects.get())
            assert english(letter.html, [letter.link, letter.profile_link]) == []
            assert english(letter.text, [letter.link, letter.profile_link]) == []


class TestProfile:
    def test_page(self, as_alice, alice):
        places = [label for _, zones in zones_by_area() for _, label in zones]
        for email in ("", "alice@example.com"):
            type(alice).objects.update(email=email)
            with speaking_pseudo():
                page = as_alice.get(reverse("imports:profile")).text
                own = [zone_place("Europe/London"), *re.findall(r"<option[^>]*>([^<⟦]+)", page), *places]
                assert english(page, [*own, email or "Alice"]) == []

    def test_errors(self, as_alice):
        with speaking_pseudo():
            for name in ("profile", "password"):
                page = as_alice.post(reverse(f"imports:{name}"), {"time_zone": "Nowhere"}).text
                own = re.findall(r"<option[^>]*>([^<⟦]+)", page)
                assert "⟦" in page
                assert english(page, [*own, "Nowhere", "Europe/Berlin"]) == []


class TestUpload:
    def test_page(self, as_alice):
        assert said(as_alice, reverse("imports:upload")) == []

    def test_with_the_mapping_of_another(self, as_alice, make_job):
        job = make_job(until="finished")
        assert said(as_alice, f"{reverse('imports:upload')}?like={job.pk}") == []

    def test_unfinished_uploads(self, as_alice, account, alice):
        ResumableUpload.objects.create(
            account=account, owner=alice, file_name=FILE_NAME, file_bytes=9, received_bytes=5
        )

        assert said(as_alice, reverse("imports:upload")) == []

    def test_refusals(self, as_alice, account):
        from django.core.files.uploadedfile import SimpleUploadedFile

        for file in ({}, {"file": SimpleUploadedFile("contacts.csv", b"")}):
            with speaking_pseudo():
                response = as_alice.post(reverse("imports:upload"), {"account": account.pk, **file})
                assert english(response.text) == []


class TestReading:
    def test_page(self, as_alice, make_job):
        assert said(as_alice, reverse("imports:reading", args=[make_job().pk])) == []

    def test_preview_and_errors(self, as_alice, make_job):
        url = reverse("imports:reading", args=[make_job().pk])
        with speaking_pseudo():
            for data in ({"preview": 1, "header_row": 2}, {"header_row": 4_000}, {"delimiter": "other"}):
                assert english(as_alice.post(url, data).text) == []


class TestMapping:
    def test_page(self, as_alice, make_job):
        assert said(as_alice, reverse("imports:mapping", args=[make_job().pk])) == []

    def test_values(self, as_alice, make_job):
        job = make_job()

        assert said(as_alice, reverse("imports:values", args=[job.pk, 4])) == []
        assert said(as_alice, reverse("imports:mapping", args=[job.pk]) + "?values=4") == []

    def test_for_a_team_mate(self, client_of, bob, make_job):
        assert said(client_of(bob), reverse("imports:mapping", args=[make_job().pk])) == []

    @pytest.mark.parametrize(
        "fields",
        [
            {"go": "more:0"},
            {"go": "more:3"},
            {"go": "values:4"},
            {"go": "also:0"},
            {"go": "record"},
            {"target-5": "new:dataField", "go": "show"},
            {"target-5": "dataFields.GONE", "go": "show"},
            {
                "target-1": "lists",
                "target-2": "channelProperties.email.status",
                "go": "show",
            },
            {"target-0": "", "blankCells": "clear"},
        ],
        ids=str,
    )
    def test_what_is_opened_and_what_is_wrong(self, fields, client_of, mona, make_job):
        job, client = make_job(), client_of(mona)
        with speaking_pseudo():
            url = reverse("imports:mapping", args=[job.pk])
            posted = {**form_data(client.get(url).text), **fields}
            assert english(client.post(url, posted).text, ["NOTES", "GONE", "dataFields."]) == []

    def test_times_without_a_zone(self, as_alice, make_job):
        cells = ["E-Mail", "Gesehen", "ada@example.com", "2026-01-31 10:00"]
        job = make_job(f"{cells[0]},{cells[1]}\r\n{cells[2]},{cells[3]}\r\n")
        with speaking_pseudo():
            url = reverse("imports:mapping", args=[job.pk])
            fields = {"target-1": "dataFields.LAST_ORDER", "format-1": "%Y-%m-%d %H:%M", "go": "more:1"}
            page = as_alice.post(url, {**form_data(as_alice.get(url).text), **fields}).text
            places = re.findall(
                r"<option[^>]*>([^<]+)", zone_options("")
            )  # of Unicode's tables, as countries
            as_in_files = ["Dec", "December", "pm"]
            assert "Europe/Vienna" in page
            assert english(page, [*cells, *places, *as_in_files]) == []

    def test_kept_ones(self, as_alice, make_job):
        job = make_job(until="finished")
        as_alice.post(reverse("imports:save-mapping", args=[job.pk]), {"name": "Kontakte"}, follow=True)
        other = make_job("E-Mail;Town\r\nada@example.com;Leeds\r\n")
        supplied = ["Kontakte", "E-Mail", "Town"]

        assert said(as_alice, reverse("imports:mappings", args=[job.account_id]), supplied) == []
        assert said(as_alice, reverse("imports:choose-mapping", args=[other.pk]), supplied) == []
        with speaking_pseudo():
            for name in ("KONTAKTE", "", "Mehr"):
                url = reverse("imports:save-mapping", args=[job.pk])
                page = as_alice.post(url, {"name": name}, follow=True).text
                ids = [str(job.pk), *job.batches.values_list("import_id", flat=True)]
                assert english(page, [*supplied, *ids, name or "Mehr"]) == []

    def test_on_trial(self, as_alice, make_job):
        job = make_job()
        url = reverse("imports:trial", args=[job.pk])
        posted = form_data(as_alice.get(reverse("imports:mapping", args=[job.pk])).text)
        with speaking_pseudo():
            assert english(as_alice.post(url, {**posted, "target-0": ""}).text) == []
            assert english(as_alice.post(url, posted).text) == []
        run_trial(job)
        with speaking_pseudo():
            assert english(as_alice.get(url).text) == []

    def test_another_file_than_the_last(self, as_alice, make_job):
        make_job(until="finished")
        other = make_job("E-Mail;Town;Country\r\nada@example.com;Leeds;GB\r\n")

        supplied = ["E-Mail", "Town", "Country", "Leeds"]
        assert said(as_alice, reverse("imports:mapping", args=[other.pk]), supplied) == []


class TestColumnsWithoutAName:
    """Their keys are stored; pages have words for them."""

    FILE = "ada@example.com,Ada,nonsense\r\nbob@example.com,Bob,+44 7700 900123\r\n"
    MAPPING: ClassVar = {
        "matchIdentifier": "email",
        "columns": [
            {"column": "Column 1", "target": "identifiers.email"},
            {"column": "Column 3", "target": "identifiers.mobileNumber", "region": {"column": "Column 2"}},
        ],
    }
    SUPPLIED: ClassVar = [cell for row in FILE.split("\r\n") for cell in row.split(",") if cell]

    def test_before_the_check(self, as_alice, make_job):
        job = make_job(self.FILE)
        assert job.columns == ["Column 1", "Column 2", "Column 3"]

        for page in ("reading", "mapping"):
            assert said(as_alice, reverse(f"imports:{page}", args=[job.pk]), self.SUPPLIED) == []
        assert said(as_alice, reverse("imports:values", args=[job.pk, 1]), self.SUPPLIED) == []
        with speaking_pseudo():
            url = reverse("imports:mapping", args=[job.pk])
            posted = {
                **form_data(as_alice.get(url).text),
                "target-0": "lists",
                "target-1": "gone",
                "go": "more:2",
            }
            assert english(as_alice.post(url, posted).text, [*self.SUPPLIED, "gone"]) == []

    def test_from_the_check_on(self, as_alice, make_job):
        job = make_job(self.FILE)
        assert set_mapping(job, ContactMapping.from_json(self.MAPPING), job.owner) == []
        run_inline(job)

        for page in ("check", "rows"):
            text = said(as_alice, reverse(f"imports:{page}", args=[job.pk]), self.SUPPLIED)
            assert text == []
        with speaking_pseudo():
            assert english(mapping_html(job.mapping, job.columns, job.account)) == []
            assert english(check_html(job)) == []


class TestDraft:
    def test_draft_and_conflict(self, as_alice, make_job):
        job = make_job()
        url = reverse("imports:mapping", args=[job.pk])
        first, second = (form_data(as_alice.get(url).text) for _ in range(2))
        as_alice.post(reverse("imports:trial", args=[job.pk]), {**first, "target-0": ""})

        assert said(as_alice, url) == []
        with speaking_pseudo():
            for page in ("mapping", "trial"):
                posted = as_alice.post(reverse(f"imports:{page}", args=[job.pk]), second)
                assert "conflict" in posted.text
                assert english(posted.text) == []


class TestCheck:
    def test_preflight(self, as_alice, make_job):
        job = make_job(EVERYTHING_CSV)
        assert set_mapping(job, ContactMapping.from_json(EVERYTHING), job.owner) == []
        run_inline(job)

        cells = [cell for row in EVERYTHING_CSV.split("\r\n") for cell in row.split(",") if cell]
        supplied = [
            *cells,
            "gmail.com",
            "true",
            "false",
            "2026-01-31T10:00:00Z",
        ]  # as Dotdigital gets them, too
        assert said(as_alice, reverse("imports:check", args=[job.pk]), supplied) == []
        assert said(as_alice, reverse("imports:rows", args=[job.pk]), supplied) == []

    def test_second_question_and_lost_columns(self, as_alice, make_job, settings):
        settings.CONFIRM_ABOVE_CONTACTS = 0
        job = make_job("Email,Status,Note\r\nada@example.com,subscribed,\r\nzoe@example.com,,none\r\n")
        resubscribe = "channelProperties.email.resubscribeOptions.resubscribeWithNoChallenge"
        mapping = {
            "matchIdentifier": "email",
            "columns": [
                {"column": "Email", "target": "identifiers.email"},
                {"column": "Status", "target": "channelProperties.email.status"},
                {"column": "Note", "target": "dataFields.SPEND", "blankCells": "clear"},
            ],
            "constants": [{"target": resubscribe, "value": True}],
        }
        assert set_mapping(job, ContactMapping.from_json(mapping), job.owner) == []
        run_inline(job)
        supplied = ["Email", "Status", "Note", "none", "subscribed"]

        assert said(as_alice, reverse("imports:check", args=[job.pk]), supplied) == []
        with speaking_pseudo():
            for asked in ({}, {"asked": "1"}):
                posted = {"stamp": job.changed_at.isoformat(), **asked}
                answer = as_alice.post(reverse("imports:confirm", args=[job.pk]), posted)
                assert len(answer.context["concerns"]) == 3
                assert answer.context["preflight"].values_cleared == 1
                assert english(answer.text, supplied) == []

    def test_nothing_that_can_be_imported(self, as_alice, make_job):
        job = make_job("Email,Town\r\nnothing,Leeds\r\n")
        email = {"column": "Email", "target": "identifiers.email"}
        mapping = ContactMapping.from_json({"matchIdentifier": "email", "columns": [email]})
        assert set_mapping(job, mapping, job.owner) == []
        run_inline(job)

        supplied = ["Email", "Town", "nothing", "Leeds"]
        assert said(as_alice, reverse("imports:check", args=[job.pk]), supplied) == []

    def test_approval(self, as_alice, client_of, mona, make_job, account):
        account.approval_rules = {
            code: 0 if rule.has_limit else True for code, rule in APPROVAL_RULES.items()
        }
        account.save()
        job = make_job(until="checked")
        assert not confirm_job(job, job.owner)
        approval, as_mona = reverse("imports:approval", args=[job.pk]), client_of(mona)
        fingerprint = [ApprovalRequest.objects.get().digest[:12]]

        for client in (as_alice, as_mona):
            assert said(client, approval, fingerprint) == []
        assert said(as_alice, reverse("imports:check", args=[job.pk])) == []
        assert said(as_mona, reverse("imports:notifications")) == []
        assert said(as_mona, reverse("imports:account", args=[account.pk])) == []
        assert said(as_mona, reverse("imports:approval-rules", args=[account.pk])) == []
        with speaking_pseudo():
            refused = as_mona.post(reverse("imports:reject", args=[job.pk]))
            assert english(refused.text, fingerprint) == []
        reject_job(job, mona, "No.")
        assert said(as_alice, reverse("imports:check", args=[job.pk]), ["No."]) == []
        assert said(as_alice, approval, [*fingerprint, "No."]) == []
        assert not confirm_job(job, job.owner)
        assert UploadJob.objects.transition(job, JobStatus.CHECKING, note="approval_void")
        run_inline(job)
        assert said(as_alice, reverse("imports:check", args=[job.pk])) == []
        assert said(as_alice, reverse("imports:notifications")) == []

    def test_page_and_rows(self, as_alice, make_job):
        job = make_job(until="checked")

        assert said(as_alice, reverse("imports:check", args=[job.pk])) == []
        assert said(as_alice, reverse("imports:rows", args=[job.pk])) == []
        found = as_alice.post(reverse("imports:rows", args=[job.pk]), {"q": "zzz"}).url
        assert said(as_alice, found) == []
        assert said(as_alice, found.replace("find=", "find=x")) == []


class TestRepairs:
    """Everything that is said of repairs, before they are made, as they are made and afterwards."""

    FILE: ClassVar = (
        "E-Mail,Vorname,Handy,Datum\r\n"
        "ada@example.com, Ada,07400 604986,31.01.1990\r\n"
        "nichts,Nora,07400 604987,1990-31-31\r\n"
        "zoe@gmial.com,Zoe,12,01.02.1991\r\n"
        "ada@example.com,Lea,01512 3456789,\r\n"
    )
    SUPPLIED: ClassVar = [
        *{cell.strip() for row in FILE.split("\r\n") for cell in row.split(",") if cell},
        *[
            "zoe@gmail.com",
            "gmail.com",
            "neu",
            "Z",
            "oe",
            "NORA",
            "nora",
            "LEA",
            "lea",
            "ADA",
            "ada",
            "ZOE",
            "zoe",
        ],
    ]

    @pytest.fixture
    def job(self, make_job):
        return make_job(self.FILE, until="checked")

    def test_what_is_offered(self, as_alice, job):
        codes = {issue["code"] for issue in job.check_summary["issues"]}
        assert len(codes) > 3
        for code in codes:
            url = reverse("imports:group-repairs", args=[job.pk, code])
            assert said(as_alice, url, self.SUPPLIED) == []
        for place in range(len(job.columns)):
            url = reverse("imports:column-values", args=[job.pk, place])
            assert said(as_alice, url, self.SUPPLIED) == []
        assert said(as_alice, reverse("imports:repairs", args=[job.pk]), self.SUPPLIED) == []

    def test_what_is_answered_and_listed(self, as_alice, job):
        row, repair = (reverse("imports:row", args=[job.pk, 3]), reverse("imports:repair", args=[job.pk]))
        cell = {"place": "0", "was": "nichts"}
        with speaking_pseudo():
            for url, posted in (
                (row, {}),
                (row, {**cell, "value": "ada@example.com"}),
                (row, {**cell, "value": "neu"}),  # it is another by now
                (row, {"leave_out": "1"}),
                (repair, {}),
                (repair, {"kind": "suggested", "place": "0", "code": "email_domain_typo"}),
                (repair, {"kind": "blank", "place": "2", "code": "phone_too_short"}),
                (repair, {"kind": "leave_out", "place": "0", "code": "email_domain_typo"}),
                (repair, {"kind": "title", "place": "1"}),
                (repair, {"kind": "trim", "place": "1", "code": "spaces_trimmed"}),
                (repair, {"kind": "values", "place": "1", "word-0": "Nora", "by-0": "neu"}),
                (repair, {"kind": "values", "place": "1", "word-0": "Lea", "blank-0": "1"}),
                (repair, {"kind": "find", "place": "1", "find": "Z", "by": "neu"}),
                (repair, {"kind": "find", "place": "1", "find": "neu", "by": ""}),
            ):
                answer = as_alice.post(url, posted, headers={"X-Requested-With": "fetch"})
                assert english(answer.text, self.SUPPLIED) == []
        for page in ("repairs", "rows", "check"):
            assert said(as_alice, reverse(f"imports:{page}", args=[job.pk]), self.SUPPLIED) == []
        run_inline(UploadJob.objects.select_related("account").get(pk=job.pk))
        with speaking_pseudo():
            as_alice.post(reverse("imports:undo-repair", args=[job.pk, 1]))
        for page in ("repairs", "rows", "check"):
            assert said(as_alice, reverse(f"imports:{page}", args=[job.pk]), self.SUPPLIED) == []
        for number in (2, 3, 5):
            url = reverse("imports:row", args=[job.pk, number])
            assert said(as_alice, url, self.SUPPLIED) == []


class TestProgress:
    @pytest.mark.parametrize("until", ["uploaded", "sending"])
    def test_states(self, until, as_alice, make_job):
        assert said(as_alice, reverse("imports:progress", args=[make_job(until=until).pk])) == []

    @pytest.mark.parametrize("status", [status for status in JobStatus if JOB_STATES[status].heading])
    def test_other_states(self, status, as_alice, account, alice):
        job = job_being_sent(account, alice, *BatchStatus, status=status, rows=7)

        assert said(as_alice, reverse("imports:progress", args=[job.pk])) == []
        assert said(as_alice, reverse("imports:cancel", args=[job.pk])) == []

    @pytest.mark.parametrize(
        ("status", "done"), [(JobStatus.STAGING, 0), (JobStatus.CHECKING, 3), (JobStatus.CHECKING, 7)]
    )
    def test_how_far_it_is(self, status, done, as_alice, account, alice):
        job = job_being_sent(account, alice, status=status, rows=7, rows_done=done)

        assert said(as_alice, reverse("imports:progress", args=[job.pk])) == []

    def test_estimate(self, as_alice, account, alice):
        job = job_being_sent(account, alice, *[BatchStatus.FINISHED] * 3, BatchStatus.PENDING)
        job.batches.update(sent_at=timezone.now() - timedelta(minutes=9))
        page = reverse("imports:progress", args=[job.pk])

        assert said(as_alice, page) == []
        assert said(as_alice, f"{page}?estimate={int(timezone.now().timestamp())}-0-25") == []

    def test_held_and_paused(self, as_alice, client_of, bob, account, alice):
        mapping = {
            "columns": [],
            "constants": [
                {"target": "consentRecords.0.text"},
                {"target": "channelProperties.email.optInType"},
            ],
        }
        job = job_being_sent(account, alice, BatchStatus.HELD, BatchStatus.PENDING, mapping=mapping)
        pause_job(job, alice)

        assert said(as_alice, reverse("imports:progress", args=[job.pk])) == []
        assert said(client_of(bob), reverse("imports:progress", args=[job.pk])) == []

    def test_what_is_waited_for(self, as_alice, account, alice):
        job = job_being_sent(account, alice, BatchStatus.PENDING)
        DotdigitalAccount.objects.filter(pk=account.pk).update(
            failed_calls=5, slot_ceiling=18, slot_probe_at=timezone.now()
        )

        assert said(as_alice, reverse("imports:progress", args=[job.pk])) == []
        assert said(as_alice, reverse("imports:account", args=[account.pk])) == []


class TestReport:
    def test_finished(self, as_alice, make_job):
        job = make_job(until="finished")
        ids = [str(job.pk), *job.batches.values_list("import_id", flat=True)]

        assert said(as_alice, reverse("imports:report", args=[job.pk]), ids) == []
        assert said(as_alice, reverse("imports:rows", args=[job.pk]), ids) == []
        assert said(as_alice, reverse("imports:check", args=[job.pk]), ids) == []

    def test_cancelled(self, as_alice, alice, make_job):
        job = make_job()
        cancel_job(job, alice)

        assert said(as_alice, reverse("imports:report", args=[job.pk])) == []

    def test_failed(self, as_alice, make_job):
        job = make_job(b"\xd0\xcf\x11\xe0", name="contacts.csv")
        job.refresh_from_db()
        assert job.status == JobStatus.FAILED

        assert said(as_alice, reverse("imports:report", args=[job.pk])) == []

    def test_timeline(self, as_alice, account, alice):
        job = job_being_sent(account, alice, *BatchStatus, status=JobStatus.ERRORED)
        for note in ("paused", "resumed", "account_paused", "account_resumed"):
            JobEvent.objects.create(
                job=job, from_status="sending", to_status="sending", note=note, actor=alice
            )

        assert said(as_alice, reverse("imports:report", args=[job.pk]), [str(job.pk)]) == []

    def test_downloads(self, as_alice, make_job):
        job = make_job(until="finished")
        page = page_of(job, "all", "xlsx")

        assert said(as_alice, page, ["kontaktliste-report.xlsx"]) == []
        make_all(job)
        assert said(as_alice, page, ["kontaktliste-report.xlsx"]) == []

    def test_a_workbook_that_is_ready(self, as_alice, make_job, settings):
        settings.READY_REPORT_ROWS = 1_000
        job = make_job(until="finished")
        make_all(job)
        ids = [str(job.pk), *job.batches.values_list("import_id", flat=True)]

        assert said(as_alice, reverse("imports:report", args=[job.pk]), ids) == []

    def test_rows_that_came_again(self, as_alice, make_job):
        content = FILE.replace("zoe@example.com", "suppressed@example.com")
        job = make_job(content, until="finished")
        rejected = as_alice.get(reverse("imports:download", args=[job.pk, "rejected", "csv"])).getvalue()
        fixed = rejected.decode("utf-8-sig").replace("not an address", "nora@example.com")
        cells = {cell for row in csv.reader(fixed.splitlines()) for cell in row if cell}
        # Dotdigital says why in its own words.
        said_there = "The identifier 'suppressed@example.com' is barred from this account"
        own = [*cells, "suppressed@example.com", said_there]

        again = make_job(fixed)
        assert again.parent == job
        assert said(as_alice, reverse("imports:mapping", args=[again.pk]), own) == []
        other = make_job(fixed.replace("row", "place"))
        assert other.parent is None
        assert said(as_alice, reverse("imports:mapping", args=[other.pk]), [*own, *other.columns]) == []
        again = make_job(fixed, until="finished")
        for one in (job, again):
            ids = [str(one.pk), *one.batches.values_list("import_id", flat=True)]
            assert said(as_alice, reverse("imports:report", args=[one.pk]), [*own, *ids]) == []


class TestAccount:
    def test_idle_and_in_use(self, as_alice, client_of, mona, account, alice):
        url = reverse("imports:account", args=[account.pk])
        assert said(as_alice, url) == []

        job_being_sent(account, alice, BatchStatus.ACTIVE, BatchStatus.PENDING, BatchStatus.FINISHED)
        pause_account(account, mona)

        assert said(client_of(mona), url) == []

    def test_looking_back(self, as_alice, account, alice):
        now = timezone.now()
        for days, reasons in (
            (0, {"email_spaces": 3, "email_several": 1}),
            (9, {"email_spaces": 2, "url_scheme": 1}),
        ):
            ended_job(account, alice, now - timedelta(days=days), 40, 4, reasons)
        job = job_being_sent(account, alice, BatchStatus.HELD, name=FILE_NAME)
        add_batch(job, BatchStatus.ACTIVE, sent_at=now - timedelta(hours=1))
        for status in (JobStatus.STAGED, JobStatus.CHECKED):
            job_being_sent(account, alice, status=status)
        job_being_sent(account, alice, BatchStatus.PENDING, is_paused=True, name=FILE_NAME)
        account.blocked_reason = {"code": "credentials_refused"}
        account.save()

        assert said(as_alice, reverse("imports:account", args=[account.pk])) == []


class TestRoles:
    """What is said to those who may only look, and of imports that somebody does not see."""

    def test_viewers(self, account, make_job, alice, vera, client_of):
        as_vera = client_of(vera)
        assert said(as_vera, reverse("imports:home")) == []
        assert said(as_vera, reverse("imports:upload")) == []
        finished, staged = make_job(until="finished"), make_job()
        ids = [str(finished.pk), *finished.batches.values_list("import_id", flat=True)]

        assert said(as_vera, reverse("imports:report", args=[finished.pk]), ids) == []
        Membership.objects.filter(user=alice).update(role=Membership.Role.VIEWER)
        assert said(client_of(alice), reverse("imports:mapping", args=[staged.pk])) == []

    def test_imports_of_others(self, account, as_alice, alice, bob, make_job):
        DotdigitalAccount.objects.update(shares_jobs=False)
        job, others = make_job(until="finished"), make_job(until="finished", owner=bob)
        job_being_sent(account, bob, BatchStatus.PENDING)
        UploadJob.objects.filter(pk=others.pk).update(parent=job, line={"keeps_rows": True, **others.line})
        ids = [str(job.pk), *job.batches.values_list("import_id", flat=True)]

        assert said(as_alice, reverse("imports:report", args=[job.pk]), ids) == []
        assert said(as_alice, reverse("imports:account", args=[account.pk])) == []
        MappingTemplate.objects.update(name="secret.csv")
        assert said(as_alice, reverse("imports:choose-mapping", args=[make_job().pk])) == []


class TestOthers:
    def test_sign_in(self, db):
        url = reverse("login")
        assert said(Client(), url) == []
        with speaking_pseudo():
            assert english(Client().post(url, {"login": "alice", "password": "wrong"}).text) == []

    def test_errors(self, as_alice, bob, client_of, make_job):
        job = make_job()

        assert said(as_alice, "/nowhere/", status=404) == []
        with speaking_pseudo():
            refused = client_of(bob).post(reverse("imports:cancel", args=[job.pk]))
            assert refused.status_code == 403
            assert english(refused.text) == []

    @pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "429", "500", "503"])
    def test_every_error_page(self, name):
        from django.template.loader import render_to_string

        with speaking_pseudo():
            assert english(render_to_string(f"{name}.html")) == []


class TestAdministration:
    def test_lists_and_forms(self, account, make_job, root):
        make_job(until="staged")
        Membership.objects.create(account=account, user=root)
        permissions = Permission.objects.values_list("name", flat=True)  # Django stores them in English
        event = AuditEvent.objects.filter(action="file_uploaded").get()
        told = [
            event.action,
            event.agent,
            event.object_id,
            event.key,
            event.mac,
            event.at.isoformat(),
            *event.details,
            *map(str, event.details.values()),
        ]
        for name, args in (
            ("index", []),
            ("imports_uploadjob_changelist", []),
            ("imports_dotdigitalaccount_changelist", []),
            ("imports_dotdigitalaccount_add", []),
            ("imports_dotdigitalaccount_change", [account.pk]),
            ("imports_mappingtemplate_changelist", []),
            ("imports_auditevent_changelist", []),
            ("imports_auditevent_change", [event.pk]),
            ("portal_user_change", [root.pk]),
        ):
            own = [account.endpoint, account.api_user, *permissions, *told]
            assert administered(root, name, args, own) == [], name

    @pytest.mark.parametrize("until", ["uploaded", "staged", "checked", "finished"])
    def test_a_job(self, until, make_job, root):
        assert administered(root, "imports_uploadjob_change", [make_job(until=until).pk]) == []

    def test_a_job_with_all_that_can_be_chosen(self, make_job, root):
        job = make_job(EVERYTHING_CSV)
        assert set_mapping(job, ContactMapping.from_json(EVERYTHING), job.owner) == []
        run_inline(job)
        cells = [cell for row in EVERYTHING_CSV.split("\r\n") for cell in row.split(",") if cell]
        constants = [constant["value"] for constant in EVERYTHING["constants"]]

        assert (
            administered(
                root, "imports_uploadjob_change", [job.pk], [*cells, *constants, "31/12/2026", "Sandbox Ltd"]
            )
            == []
        )

    def test_a_job_that_failed(self, make_job, root):
        job = make_job(b"\xd0\xcf\x11\xe0", name="contacts.csv")

        assert administered(root, "imports_uploadjob_change", [job.pk]) == []

    def test_a_job_of_every_batch_and_with_every_note(self, account, alice, root):
        job = job_being_sent(account, alice, *BatchStatus, status=JobStatus.ERRORED)
        for note in EVENTS.texts:
            JobEvent.objects.create(
                job=job, from_status="sending", to_status="sending", note=note, actor=alice
            )

        assert administered(root, "imports_uploadjob_change", [job.pk]) == []

    def test_a_remembered_mapping(self, make_job, root):
        make_job(until="finished")
        template = MappingTemplate.objects.get()

        assert administered(root, "imports_mappingtemplate_change", [template.pk]) == []

    def test_what_actions_say(self, account, make_job, root):
        make_job(until="staged")
        actions = ("pause", "resume", "send_held", "drop_held", "retry", "cancel", "cancel")
        for action in actions:
            with speaking_pseudo():
                response = signed_in(root).post(
                    reverse("admin:imports_uploadjob_changelist"),
                    {"action": action, "_selected_action": [str(job.pk) for job in UploadJob.objects.all()]},
                    follow=True,
                )
                assert english(response.text, OF_THE_ADMINISTRATION) == [], action
        for action in ("pause", "resume", "check_connection"):
            with speaking_pseudo():
                response = signed_in(root).post(
                    reverse("admin:imports_dotdigitalaccount_changelist"),
                    {"action": action, "_selected_action": [str(account.pk)]},
                    follow=True,
                )
                own = [account.endpoint, account.api_user, "Sandbox Ltd", *OF_THE_ADMINISTRATION]
                assert english(response.text, own) == [], action

    def test_errors_of_forms(self, account, root):
        with speaking_pseudo():
            for posted in (
                {},
                {"name": "Acme", "endpoint": "http://example.com", "api_user": "u", "phone_region": "ZZ"},
            ):
                response = signed_in(root).post(
                    reverse("admin:imports_dotdigitalaccount_add"), {**posted, **NO_MEMBERS}
                )
                assert english(response.text, ["http://example.com", *OF_THE_ADMINISTRATION]) == []


NO_MEMBERS = {
    f"{of}-{name}_FORMS": "0" for of in ("memberships", "group_memberships") for name in ("TOTAL", "INITIAL")
}


@pytest.fixture
def root(db) -> User:
    return User.objects.create_superuser("alice2")


def administered(root: User, name: str, args: list[object], supplied: Iterable[str] = ()) -> list[str]:
    """What a page of the administration says in English."""
    url = reverse(f"admin:{name}", args=args)
    own = ["alice2", *map(str, args), *OF_THE_ADMINISTRATION]
    return said(signed_in(root), url, [*own, *supplied])
