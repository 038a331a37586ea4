"""Pages of a file that was repaired: rows as they were checked, and a confirmation of what was reviewed."""

from dataclasses import asdict

import pytest
from django.urls import reverse

from imports.contacts.repairs.repair_types import SetCell
from imports.contacts.setting_trials import ReadOtherwise, SettingOffer
from imports.jobs.advance import run_inline
from imports.jobs.repairing import add_repairs
from imports.states import JobStatus
from imports.views.repairs.offer_words import shown_setting
from tests.views.test_rows_page import numbers, rows_of


def test_rows_of_the_check_are_as_they_were_checked_and_found_so(as_alice, make_job, alice):
    job = make_job("Email,First name\r\nann@@example.com,Ann\r\nbob@example.com,Bob\r\n", until="checked")
    add_repairs(job, [SetCell("Email", 2, "ann@example.com")], alice)
    run_inline(job)

    assert numbers(rows_of(as_alice, job, show="ready")) == [2, 3]
    assert numbers(rows_of(as_alice, job, q="ann@example.com")) == [2]
    assert numbers(rows_of(as_alice, job, q="ann@@")) == []


@pytest.mark.parametrize("is_all", [True, False])
def test_what_was_not_counted_to_the_end_is_said_to_be_so(is_all):
    offer = SettingOffer("decimal", ",", 3, 2, "1,5", "1.5", 0, is_all)
    assert shown_setting(offer, 0).meaning.endswith("the 2,000 most frequent values.") != is_all


def test_an_offer_says_how_many_values_it_would_make_others_with_an_example():
    changed = ReadOtherwise(1_200, 9, "1.234", "1234", "1.234")
    offer = SettingOffer("decimal", ".", 3, 2, "106.46", "106.46", 0, True, changed)

    meaning = shown_setting(SettingOffer.from_dict(asdict(offer)), 0).meaning

    assert "1,200 values that can be read now would become other values." in meaning
    assert "Row 9: “1.234” is sent as “1234” now, and would be sent as “1.234”." in meaning


def test_what_was_repaired_after_it_was_reviewed_is_reviewed_again(as_alice, make_job, alice):
    job = make_job("Email,First name\r\nann@@example.com,Ann\r\nbob@example.com,Bob\r\n", until="checked")
    stamp = as_alice.get(reverse("imports:check", args=[job.pk])).context["stamp"]
    add_repairs(job, [SetCell("Email", 2, "ann@example.com")], alice)
    run_inline(job)

    as_alice.post(reverse("imports:confirm", args=[job.pk]), {"stamp": stamp})

    job.refresh_from_db()
    assert job.status == JobStatus.CHECKED
