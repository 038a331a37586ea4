"""What an admin sees and steers, and what never comes out again."""

import pytest
from django.contrib.admin.sites import site
from django.contrib.messages import get_messages
from django.urls import reverse

from imports.models import DotdigitalAccount, UploadJob
from imports.states import JobStatus
from portal.models import User

SECRET = "a secret that must not come out"
TOKEN = "11111111-2222-4333-8444-555555555555"


@pytest.fixture
def admin_client(db, client):
    client.force_login(User.objects.create_superuser("root"))
    return client


@pytest.fixture
def acme(db) -> DotdigitalAccount:
    account = DotdigitalAccount(name="Acme", endpoint="https://r1-api.dotdigital.com", api_user="user")
    account.api_password = SECRET
    account.integration_token = TOKEN
    account.save()
    return account


def job_of(account: DotdigitalAccount, **values) -> UploadJob:
    owner, _ = User.objects.get_or_create(username="alice")
    fields = {"file_name": "people.csv", "upload": "uploads/x", "file_bytes": 1, "file_sha256": "0" * 64}
    return UploadJob.objects.create(account=account, owner=owner, **(fields | values))


def account_form(**changes: str) -> dict[str, str]:
    return {
        "name": "Acme",
        "endpoint": "https://r1-api.dotdigital.com",
        "api_user": "user",
        "phone_region": "gb",
        "max_active_imports": "25",
        "api_password": "",
        "integration_token": "",
        "memberships-TOTAL_FORMS": "0",
        "memberships-INITIAL_FORMS": "0",
        **changes,
    }


class TestAccounts:
    def test_credentials_are_encrypted_and_never_shown(self, admin_client, acme):
        page = admin_client.get(reverse("admin:imports_dotdigitalaccount_change", args=[acme.pk]))

        assert SECRET not in page.content.decode()
        assert TOKEN not in page.content.decode()
        assert acme.api_password_encrypted not in page.content.decode()
        assert SECRET not in acme.api_password_encrypted
        assert acme.api_password == SECRET

    def test_a_blank_password_leaves_the_stored_one(self, admin_client, acme):
        url = reverse("admin:imports_dotdigitalaccount_change", args=[acme.pk])

        assert admin_client.post(url, account_form()).status_code == 302

        acme.refresh_from_db()
        assert (acme.api_password, acme.integration_token, acme.phone_region) == (SECRET, TOKEN, "GB")

    def test_a_new_password_replaces_the_stored_one(self, admin_client, acme):
        url = reverse("admin:imports_dotdigitalaccount_change", args=[acme.pk])

        admin_client.post(url, account_form(api_password="another"))

        acme.refresh_from_db()
        assert acme.api_password == "another"

    def test_a_token_that_is_none_is_refused(self, admin_client, acme):
        url = reverse("admin:imports_dotdigitalaccount_change", args=[acme.pk])

        assert admin_client.post(url, account_form(integration_token="not a token")).status_code == 200

        acme.refresh_from_db()
        assert acme.integration_token == TOKEN

    def test_a_new_account_needs_a_password(self, admin_client, db):
        page = admin_client.post(reverse("admin:imports_dotdigitalaccount_add"), account_form())

        assert page.status_code == 200
        assert not DotdigitalAccount.objects.exists()

    def test_an_endpoint_that_is_not_dotdigital_is_refused(self, admin_client, acme):
        url = reverse("admin:imports_dotdigitalaccount_change", args=[acme.pk])

        page = admin_client.post(url, account_form(endpoint="https://example.com"))

        assert page.status_code == 200
        acme.refresh_from_db()
        assert acme.endpoint == "https://r1-api.dotdigital.com"

    @pytest.mark.parametrize(("password", "level"), [(None, "success"), ("wrong", "error")])
    def test_the_connection_can_be_tested(self, admin_client, acme, sandbox, password, level):
        acme.endpoint, acme.api_user = sandbox.url, sandbox.api_user
        acme.api_password = password or sandbox.api_password
        acme.save()

        answer = admin_client.post(
            reverse("admin:imports_dotdigitalaccount_changelist"),
            {"action": "check_connection", "_selected_action": [acme.pk]},
        )

        assert [message.level_tag for message in get_messages(answer.wsgi_request)] == [level]


class TestJobs:
    def test_jobs_can_be_searched_filtered_and_opened(self, admin_client, acme):
        job = job_of(acme)
        job_of(acme, file_name="other.csv", status=JobStatus.FAILED)
        changelist = reverse("admin:imports_uploadjob_changelist")

        assert "people.csv" in admin_client.get(changelist, {"q": str(job.pk)}).content.decode()
        assert "people.csv" not in admin_client.get(changelist, {"status__exact": "failed"}).content.decode()
        assert admin_client.get(reverse("admin:imports_uploadjob_change", args=[job.pk])).status_code == 200

    def test_a_longer_list_takes_no_more_queries(self, admin_client, acme, django_assert_max_num_queries):
        changelist = reverse("admin:imports_uploadjob_changelist")
        for _ in range(30):
            job_of(acme)

        with django_assert_max_num_queries(12):
            admin_client.get(changelist)

    def test_an_action_cancels(self, admin_client, acme, redis_server, django_capture_on_commit_callbacks):
        job = job_of(acme, status=JobStatus.STAGED)

        with django_capture_on_commit_callbacks(execute=True):
            admin_client.post(
                reverse("admin:imports_uploadjob_changelist"),
                {"action": "cancel", "_selected_action": [job.pk]},
            )

        job.refresh_from_db()
        assert job.status == JobStatus.CANCELLED
        assert job.events.get().actor.username == "root"

    def test_an_action_says_when_there_is_nothing_to_try_again(self, admin_client, acme):
        job = job_of(acme, status=JobStatus.FAILED)

        answer = admin_client.post(
            reverse("admin:imports_uploadjob_changelist"), {"action": "retry", "_selected_action": [job.pk]}
        )

        assert [message.level_tag for message in get_messages(answer.wsgi_request)] == ["warning"]
        assert UploadJob.objects.count() == 1

    def test_jobs_are_neither_added_nor_deleted_here(self, rf, acme):
        model_admin = site.get_model_admin(UploadJob)
        request = rf.get("/")
        request.user = User(is_superuser=True, is_active=True)

        assert not model_admin.has_add_permission(request)
        assert not model_admin.has_delete_permission(request)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "page", ["index", "imports_uploadjob_changelist", "imports_dotdigitalaccount_changelist"]
)
def test_people_who_are_no_staff_are_sent_to_sign_in(client, page):
    client.force_login(User.objects.create_user("alice"))

    assert client.get(reverse(f"admin:{page}")).status_code == 302
