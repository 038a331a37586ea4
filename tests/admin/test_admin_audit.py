from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate

from imports.audit.recording import record
from imports.models import AuditEvent, Membership
from portal.models import User
from tests.views.deliveries import job_being_sent

LIST = reverse("admin:imports_auditevent_changelist")


def page_of(number: int) -> str:
    return reverse("admin:imports_auditevent_change", args=[number])


@pytest.fixture
def staff(account) -> User:
    """Who manages no account, and may look at the log."""
    user = User.objects.create_user("stefan", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_auditevent"))
    return user


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


class TestAuditList:
    def test_it_is_filtered_by_action_person_and_day(self, as_admin, admin_user, account):
        kept = record("account_paused", by=admin_user, on=account)
        others = record("account_resumed", by=None, on=account)

        def shown(**query: str) -> set[int]:
            text = as_admin.get(LIST, query).text
            return {number for number in (kept, others) if page_of(number) in text}

        assert shown() == {kept, others}
        assert shown(action="account_paused") == {kept}
        assert shown(person="admin", action="account_paused") == {kept}
        assert shown(person="–") == {others} | shown(person="–")
        assert kept not in shown(person="–")
        assert shown(q=str(kept)) == {kept}
        day = localdate(AuditEvent.objects.get(pk=kept).at)
        before, after = (str(day + timedelta(days=days)) for days in (-1, 1))
        assert shown(since=str(day), until=str(day)) == {kept, others}
        assert shown(since=before, until=after, action="account_paused") == {kept}
        assert shown(until=before) == shown(since=after) == set()
        assert as_admin.get(LIST, {"since": "yesterday"}).headers["Location"] == f"{LIST}?e=1"

    def test_a_longer_list_takes_no_more_queries(self, as_admin, account, admin_user):
        job = job_being_sent(account, admin_user)
        record("import_paused", by=admin_user, on=job)
        with CaptureQueriesContext(connection) as short:
            as_admin.get(LIST)
        for _ in range(30):
            record("import_paused", by=admin_user, on=job)
        with CaptureQueriesContext(connection) as longer:
            assert as_admin.get(LIST).text.count("Import paused") > 30
        assert len(longer) == len(short)

    def test_of_accounts_that_nobody_manages_staff_see_nothing(self, staff, account):
        seen = record("account_paused", by=None, on=account)
        hidden = record("person_changed", by=None, on=staff)
        client = client_of(staff)
        assert page_of(seen) not in client.get(LIST).text
        assert client.get(page_of(seen)).status_code == 404

        Membership.objects.create(account=account, user=staff, role=Membership.Role.MANAGER)
        text = client.get(LIST).text
        assert page_of(seen) in text
        assert page_of(hidden) not in text


class TestAuditPage:
    def test_it_says_what_there_is(self, as_admin, account, admin_user):
        job = job_being_sent(account, admin_user)
        text = as_admin.get(page_of(record("import_paused", by=admin_user, on=job, limit="<b>7"))).text
        assert "Import paused" in text
        assert "limit: &quot;&lt;b&gt;7&quot;" in text
        assert reverse("admin:imports_uploadjob_change", args=[job.pk]) in text

    def test_what_it_is_of_may_be_gone(self, as_admin, admin_user):
        eve = User.objects.create_user("eve")
        number = record("person_changed", by=admin_user, on=eve)
        eve.delete()
        assert "eve" in as_admin.get(page_of(number)).text

    def test_nothing_of_it_can_be_changed(self, as_admin, account):
        number = record("account_paused", by=None, on=account)
        before = AuditEvent.objects.filter(pk=number).values().get()
        for url in (page_of(number), f"{page_of(number)[:-7]}delete/", LIST + "add/"):
            assert as_admin.post(url, {"action": "x", "post": "yes"}).status_code == 403
        assert AuditEvent.objects.filter(pk=number).values().get() == before
