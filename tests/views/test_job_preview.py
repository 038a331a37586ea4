"""The first rows of an import in the administration: nobody is told from them until somebody says why they must be."""

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from imports.admin.masking import HIDDEN, masked
from imports.models import AuditEvent


def page_of(job) -> str:
    return reverse("admin:imports_uploadjob_preview", args=[job.pk])


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("ada@example.com", "a••@e••••••.c••"),
        ("+44 7400 123456", "+•• •••• ••••56"),
        ("1990-12-31", "••••-••-31"),
        ("12.5", "••.•"),
        ("Anna-Maria O’Brien", "A•••-M•••• •’B••••"),
        ("x", "•"),
        ("", ""),
        ("—", "—"),
        ("Zoë", "Z••"),
        ("王小明", "王••"),
    ],
)
def test_what_kind_of_value_it_is_can_be_seen(value, shown):
    assert masked(value) == shown


@given(st.text(max_size=60))
def test_never_more_than_the_beginnings_of_words_and_two_digits_are_shown(value):
    hidden = masked(value)

    assert len(hidden) == len(value)
    shown = [one for one, before in zip(hidden, value, strict=True) if one == before and one.isalnum()]
    assert sum(one.isnumeric() for one in shown) <= 2
    for place in range(len(hidden) - 1):
        assert not (hidden[place].isalpha() and hidden[place + 1].isalpha())


def test_rows_are_masked_until_a_reason_is_given_which_is_recorded(admin_client, make_job):
    job = make_job()

    before = admin_client.get(page_of(job)).text
    refused = admin_client.post(page_of(job), {"reason": "because ada@example.com asked"}).text
    assert not AuditEvent.objects.filter(action="rows_revealed").exists()
    after = admin_client.post(page_of(job), {"reason": "the owner says that dates are wrong"}).text

    for masked_page in (before, refused):
        assert "ada@example.com" not in masked_page.replace("because ada@example.com asked", "")
        assert f"a{HIDDEN}{HIDDEN}@e" in masked_page
    assert "without the address or number of a person" in refused
    assert "ada@example.com" in after
    event = AuditEvent.objects.get(action="rows_revealed")
    assert (event.object_id, event.details) == (
        str(job.pk),
        {"reason": "the owner says that dates are wrong", "rows": 6},
    )


def test_whoever_has_not_proved_lately_who_they_are_does_that_first(admin_client, make_job, settings):
    job = make_job()
    settings.REAUTHENTICATE_MINUTES = 0

    answer = admin_client.post(page_of(job), {"reason": "the owner says that dates are wrong"})

    assert answer.status_code == 302
    assert "reauthenticate" in answer.url
    assert not AuditEvent.objects.filter(action="rows_revealed").exists()


def test_an_import_whose_rows_are_not_there_says_so(admin_client, make_job):
    job = make_job(until="uploaded")

    for answer in (
        admin_client.get(page_of(job)),
        admin_client.post(page_of(job), {"reason": "the owner says that dates are wrong"}),
    ):
        assert "are not kept, or have not been read yet" in answer.text
    assert not AuditEvent.objects.filter(action="rows_revealed").exists()
