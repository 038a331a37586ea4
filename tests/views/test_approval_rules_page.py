"""The page on which a manager says which imports of an account are to be approved."""

import pytest
from django.urls import reverse

from imports.models import AuditEvent


@pytest.fixture
def page(account) -> str:
    return reverse("imports:approval-rules", args=[account.pk])


def test_it_keeps_what_was_chosen_and_records_what_was(client_of, mona, account, page):
    posted = {"rule_contacts": "500", "rule_clears": "on", "approvals_needed": "2"}
    assert client_of(mona).post(page, posted).status_code == 302

    account.refresh_from_db()
    assert (account.approval_rules, account.approvals_needed) == ({"contacts": 500, "clears": True}, 2)
    event = AuditEvent.objects.get(action="account_changed")
    assert (event.actor_id, event.object_id) == (mona.pk, str(account.pk))
    assert event.details == {
        "approval_rules": {"was": {}, "is": {"contacts": 500, "clears": True}},
        "approvals_needed": {"was": 1, "is": 2},
    }


def test_it_shows_what_is_in_force(client_of, mona, vera, account, page):
    account.approval_rules = {"contacts": 0, "always": True}
    account.save()

    shown = client_of(mona).get(page).text
    assert 'name="rule_contacts" value="0"' in shown
    assert shown.count(" checked") == 1
    account_page = client_of(vera).get(reverse("imports:account", args=[account.pk])).text
    assert "More contacts than: 0" in account_page
    assert "Every import" in account_page
    assert page not in account_page


@pytest.mark.parametrize(
    "posted", [{"rule_contacts": "-1"}, {"rule_rejected": "101"}, {"approvals_needed": "6"}]
)
def test_a_limit_that_cannot_be_is_refused(client_of, mona, account, page, posted):
    assert client_of(mona).post(page, posted).status_code == 422

    account.refresh_from_db()
    assert (account.approval_rules, account.approvals_needed) == ({}, 1)


def test_how_many_approve_stays_where_it_is_not_said(client_of, mona, account, page):
    account.approvals_needed = 3
    account.save()

    client_of(mona).post(page, {"rule_always": "on"})

    account.refresh_from_db()
    assert account.approvals_needed == 3
