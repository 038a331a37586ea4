import pytest
from django.contrib.auth.models import Permission
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from imports.contacts.mapping import Mapping
from imports.jobs.advance import run_inline
from imports.jobs.check import set_mapping
from imports.jobs.confirm import confirm_job
from imports.jobs.upload import receive_upload
from imports.models import ImportBatch, JobEvent, MappingTemplate, Membership, UploadJob
from imports.states import BatchStatus, JobStatus
from portal.models import User
from tests.views.deliveries import add_batch

LIST = reverse("admin:imports_uploadjob_changelist")


@pytest.fixture
def job(account, admin_user) -> UploadJob:
    file = ContentFile(b"Email\r\nada@example.com\r\n")
    return receive_upload(account=account, owner=admin_user, file_name="fair.csv", file=file)


def deliver(job: UploadJob, *, to_the_end: bool = True) -> None:
    run_inline(job)
    assert not set_mapping(job, Mapping.from_json(job.mapping), job.owner)
    run_inline(job)
    assert confirm_job(job, job.owner)
    if to_the_end:
        run_inline(job)


def page_of(job) -> str:
    return reverse("admin:imports_uploadjob_change", args=[job.pk])


def act(client, action, *jobs):
    return client.post(
        LIST, {"action": action, "_selected_action": [str(job.pk) for job in jobs]}, follow=True
    )


class TestList:
    @pytest.mark.parametrize("term", ["fair", "admin", "Acme", "{job.pk}", "{job.pk.hex}"])
    def test_a_job_is_found_by_file_person_account_and_number(self, term, as_admin, job):
        assert "fair.csv" in as_admin.get(LIST, {"q": term.format(job=job)}).text

    def test_others_are_not(self, as_admin, job):
        assert "fair.csv" not in as_admin.get(LIST, {"q": "shop"}).text

    @pytest.mark.parametrize(("status", "is_found"), [("uploaded", True), ("failed", False)])
    def test_it_is_filtered_by_status(self, status, is_found, as_admin, job):
        assert (page_of(job) in as_admin.get(LIST, {"status__exact": status}).text) is is_found

    def test_a_longer_list_takes_no_more_queries(self, as_admin, job, account, django_assert_num_queries):
        with CaptureQueriesContext(connection) as short:
            as_admin.get(LIST)
        for number in range(20):
            UploadJob.objects.create(
                account=account,
                owner=User.objects.create_user(f"user{number}"),
                file_name="x.csv",
                upload="x",
                file_bytes=1,
            )

        with django_assert_num_queries(len(short)):
            as_admin.get(LIST)


class TestPage:
    def test_it_shows_batches_and_events(self, as_admin, job):
        deliver(job)

        text = as_admin.get(page_of(job)).text

        assert ImportBatch.objects.get().import_id in text
        assert "identifiers.email" in text

    def test_batches_say_where_they_come_from_and_how_often_they_went_out(self, as_admin, job):
        whole = add_batch(job, BatchStatus.HALVED)
        add_batch(job, BatchStatus.FINISHED, origin=whole, attempts=2, polls=37)

        text = as_admin.get(page_of(job)).text

        assert "Sent in halves" in text
        assert "<p>batch 1</p>" in text
        assert "<p>37</p>" in text
        assert 'alt="True"' in text

    def test_many_batches_take_no_more_queries(self, as_admin, job, django_assert_num_queries):
        whole = add_batch(job, BatchStatus.HALVED)
        add_batch(job, BatchStatus.FINISHED, origin=whole)
        with CaptureQueriesContext(connection) as short:
            as_admin.get(page_of(job))
        for _ in range(20):
            add_batch(job, BatchStatus.FINISHED, origin=whole)

        with django_assert_num_queries(len(short)):
            as_admin.get(page_of(job))

    def test_many_events_take_no_more_queries(self, as_admin, job, admin_user, django_assert_num_queries):
        with CaptureQueriesContext(connection) as short:
            as_admin.get(page_of(job))
        for _ in range(20):
            JobEvent.objects.create(job=job, actor=admin_user, to_status="uploaded")

        with django_assert_num_queries(len(short)):
            as_admin.get(page_of(job))

    @pytest.mark.parametrize("is_superuser", [True, False])
    def test_only_superusers_see_what_is_stored(self, is_superuser, job, admin_user):
        deliver(job)
        admin_user.is_superuser = is_superuser
        admin_user.save()
        admin_user.user_permissions.set(Permission.objects.filter(codename="view_uploadjob"))
        Membership.objects.create(account=job.account, user=admin_user, role=Membership.Role.APPROVER)
        client = Client()
        client.force_login(admin_user)

        text = client.get(page_of(job)).text

        assert "Columns that are imported" in text
        assert ("mergeOption" in text) is is_superuser

    def test_nothing_of_a_job_can_be_edited(self, as_admin, job):
        response = as_admin.post(page_of(job), {"status": "finished"})

        job.refresh_from_db()
        assert response.status_code == 403
        assert job.status == JobStatus.UPLOADED

    @pytest.mark.parametrize("name", ["uploadjob", "mappingtemplate"])
    def test_none_can_be_added(self, name, as_admin):
        assert as_admin.get(reverse(f"admin:imports_{name}_add")).status_code == 403


class TestActions:
    def test_a_job_is_cancelled(self, as_admin, job, admin_user):
        act(as_admin, "cancel", job)

        job.refresh_from_db()
        assert job.status == JobStatus.CANCELLED
        assert job.events.last().actor == admin_user

    def test_a_job_that_has_ended_is_left_alone(self, as_admin, job):
        act(as_admin, "cancel", job)
        deliver_events = job.events.count()

        act(as_admin, "cancel", job)

        assert job.events.count() == deliver_events

    def test_rows_that_did_not_arrive_are_tried_again(self, as_admin, job):
        deliver(job, to_the_end=False)
        act(as_admin, "cancel", job)
        job.refresh_from_db()
        run_inline(job)

        act(as_admin, "retry", job)

        assert job.retries.get().parent == job

    def test_nothing_to_try_again_makes_no_job(self, as_admin, job):
        deliver(job)

        act(as_admin, "retry", job)

        assert UploadJob.objects.count() == 1

    @pytest.mark.parametrize(("action", "is_paused"), [("pause", True), ("resume", False)])
    def test_a_job_is_paused_and_goes_on_and_twice_is_once(self, action, is_paused, as_admin, job):
        UploadJob.objects.update(status=JobStatus.SENDING, is_paused=not is_paused)

        for _ in range(2):
            text = act(as_admin, action, job).text

        job.refresh_from_db()
        assert job.is_paused is is_paused
        assert 'class="success"' in text
        assert job.events.filter(note="paused" if is_paused else "resumed").count() == 1

    @pytest.mark.parametrize("action", ["pause", "resume"])
    def test_what_is_not_being_sent_is_not_paused(self, action, as_admin, job):
        assert "it is not being sent" in act(as_admin, action, job).text

    @pytest.mark.parametrize(
        ("action", "status"), [("send_held", BatchStatus.PENDING), ("drop_held", BatchStatus.UNKNOWN)]
    )
    def test_what_is_held_is_decided_once(self, action, status, as_admin, job, admin_user):
        UploadJob.objects.update(status=JobStatus.SENDING)
        batch = add_batch(job, BatchStatus.HELD)

        first, second = act(as_admin, action, job).text, act(as_admin, action, job).text

        batch.refresh_from_db()
        assert batch.status == status
        assert batch.events.get().actor == admin_user
        assert 'class="success"' in first
        assert "no batch is held" in second

    @pytest.mark.parametrize("permission", ["view_uploadjob", "change_uploadjob"])
    def test_they_take_the_permission_to_change_jobs(self, permission, job, db):
        user = User.objects.create_user("staff", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=["view_uploadjob", permission]))
        Membership.objects.create(account=job.account, user=user, role=Membership.Role.MANAGER)
        client = Client()
        client.force_login(user)

        act(client, "cancel", job)

        job.refresh_from_db()
        assert (job.status == JobStatus.CANCELLED) is (permission == "change_uploadjob")


def test_remembered_mappings_are_shown(as_admin, job):
    deliver(job)

    template = MappingTemplate.objects.get()

    url = reverse("admin:imports_mappingtemplate_change", args=[template.pk])
    text = as_admin.get(url).text
    assert "identifiers.email" in text
    assert "fair.csv" in text


def test_they_are_found_by_the_file_they_were_used_for(as_admin, job):
    deliver(job)
    url = reverse("admin:imports_mappingtemplate_changelist")

    assert "fair.csv" in as_admin.get(url, {"q": "fair"}).text
    assert "fair.csv" not in as_admin.get(url, {"q": "shop"}).text
