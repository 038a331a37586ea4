"""E-mails are sent once, whatever happens to workers and mail servers, and hold no more than they should."""

import os
import signal
from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.core.mail import get_connection
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from imports.jobs.tasks import sweep
from imports.models import Membership, Notification, UploadJob
from imports.querysets import tell_owner
from imports.states import BatchStatus, MailState, NotificationOccasion
from imports.telling.outbox import GIVEN_UP_AFTER, send, send_due, take_next
from portal.models import Telling
from tests.delivery.test_crashes import horses
from tests.environment import child_environment, database_url, free_port
from tests.mail_server import running_mail_server
from tests.patience import wait_until
from tests.queued import queued
from tests.telling.conftest import finish
from tests.views.deliveries import add_batch
from tests.worker_processes import WorkerProcess, running_shared_pool

PAST = timedelta(seconds=-1)


def be_due() -> None:
    """Brings forward what is waited for: a time to try again, a lease that nobody renews."""
    past = timezone.now() + PAST
    Notification.objects.exclude(mail_not_before=None).update(mail_not_before=past)
    Notification.objects.exclude(lease_until=None).update(lease_until=past)


def state() -> str:
    return Notification.objects.get().mail


@pytest.mark.django_db
class TestSending:
    def test_an_end_is_mailed_once(self, job, mail_server):
        finish(job)
        send_due()
        send_due()

        assert [mail["To"] for mail in mail_server.received] == ["alice@example.com"]
        assert state() == MailState.SENT

    def test_the_sweep_has_a_worker_send_it(self, job, mail_server, django_capture_on_commit_callbacks):
        finish(job)
        with django_capture_on_commit_callbacks(execute=True):
            sweep()

        assert ("send_mails", "due") in queued()

    def test_a_server_that_is_down_is_tried_again_later(self, job, settings):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
        finish(job)
        waits = []
        for _ in range(4):
            be_due()
            send_due()
            one = Notification.objects.get()
            assert (one.mail, one.run, one.lease_until) == (MailState.WAITING, None, None)
            waits.append((one.mail_not_before - timezone.now()).total_seconds())
        send_due()  # it is not due
        assert Notification.objects.get().mail_tries == 4
        assert max(waits) <= 300
        assert waits[3] > waits[0]

        with running_mail_server(settings.EMAIL_PORT) as server:
            be_due()
            send_due()
            assert len(server.received) == 1

    def test_while_it_is_down_it_is_asked_once_for_all(self, job, settings, alice, monkeypatch):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
        for _ in range(3):
            finish(
                UploadJob.objects.create(
                    account=job.account, owner=alice, file_name="a.csv", status="sending"
                )
            )
        Notification.objects.update(is_needed=True)
        send_due()

        assert sorted(Notification.objects.values_list("mail_tries", flat=True)) == [0, 0, 1]
        assert not Notification.objects.to_be_mailed(timezone.now()).exists()

    @pytest.mark.parametrize(
        ("answers", "after"),
        [
            # Against the portal, which may be let in again, and not against one e-mail.
            ({"to_sender": "550 Not from you"}, MailState.WAITING),
            ({"to_recipient": "451 Try later"}, MailState.WAITING),
            ({"to_recipient": "550 No such user"}, MailState.FAILED),
            ({"to_message": "452 Full"}, MailState.WAITING),
            ({"to_message": "554 No"}, MailState.FAILED),
        ],
    )
    def test_what_a_server_refuses_is_tried_again_unless_it_is_for_good(
        self, answers, after, job, mail_server
    ):
        for name, answer in answers.items():
            setattr(mail_server, name, answer)
        finish(job)
        send_due()

        assert state() == after
        assert mail_server.received == []

    def test_an_e_mail_that_nothing_is_answered_to_is_not_sent_again(self, job, mail_server):
        mail_server.breaks_off = True
        finish(job)
        send_due()
        mail_server.breaks_off = False
        be_due()
        send_due()

        assert state() == MailState.UNKNOWN
        assert len(mail_server.received) == 1

    def test_what_can_never_be_sent_is_given_up(self, job, mail_server):
        mail_server.to_message = "452 Full"
        finish(job)
        Notification.objects.update(made_at=timezone.now() - 2 * GIVEN_UP_AFTER)
        send_due()

        assert state() == MailState.FAILED

    def test_one_that_is_refused_does_not_keep_others_back(self, job, alice, mail_server):
        alice.email = "zoë@example.com"  # the server does not say that it can take such addresses
        alice.save()
        finish(job)
        other = UploadJob.objects.create(
            account=job.account, owner=alice, file_name="b.csv", status="sending"
        )
        finish(other)
        Notification.objects.update(is_needed=True)
        send_due()

        assert set(Notification.objects.values_list("mail", flat=True)) <= {MailState.FAILED, MailState.SENT}


@pytest.mark.django_db
class TestWorkersThatDie:
    def test_one_that_dies_before_it_hands_it_over_leaves_it_to_another(self, job, mail_server):
        finish(job)
        assert take_next() is not None  # and no more is heard of who took it
        send_due()
        assert mail_server.received == []
        be_due()
        send_due()

        assert len(mail_server.received) == 1

    def test_one_that_dies_while_it_hands_it_over_leaves_a_doubt(self, job, mail_server):
        finish(job)
        assert take_next() is not None
        Notification.objects.update(mail=MailState.HANDED_OVER)
        be_due()
        send_due()

        assert mail_server.received == []
        assert state() == MailState.UNKNOWN

    def test_one_that_was_taken_for_dead_hands_nothing_over(self, job, mail_server):
        finish(job)
        late = take_next()
        be_due()
        send_due()
        with get_connection() as another:
            assert send(late, another)

        assert len(mail_server.received) == 1
        assert state() == MailState.SENT


@pytest.mark.django_db
class TestWhoGetsOne:
    @pytest.mark.parametrize(
        ("wanted", "is_needed", "sent"),
        [
            (Telling.ALWAYS, False, 1),
            (Telling.NEEDED, False, 0),
            (Telling.NEEDED, True, 1),
            (Telling.NEVER, True, 0),
        ],
    )
    def test_those_who_want_it(self, wanted, is_needed, sent, job, alice, mail_server):
        alice.mails = wanted
        alice.save()
        finish(job)
        Notification.objects.update(is_needed=is_needed)
        send_due()

        assert len(mail_server.received) == sent
        assert state() == (MailState.SENT if sent else MailState.UNWANTED)

    @pytest.mark.parametrize("changes", [{"email": ""}, {"is_active": False}])
    def test_nobody_without_an_address_or_a_login(self, changes, job, alice, mail_server):
        type(alice).objects.update(**changes)
        finish(job)
        send_due()

        assert mail_server.received == []
        assert state() == MailState.UNWANTED

    def test_nobody_who_may_not_see_the_import_any_more(self, job, mail_server):
        finish(job)
        Membership.objects.all().delete()
        send_due()

        assert mail_server.received == []

    def test_nobody_of_what_is_over(self, job, mail_server):
        tell_owner(job, NotificationOccasion.STUCK, is_needed=True)
        be_due()
        send_due()

        assert mail_server.received == []
        assert state() == MailState.UNWANTED

    def test_nobody_where_no_server_is_set_up(self, job, mail_server, settings):
        settings.SENDS_MAIL = False
        finish(job)
        send_due()

        assert mail_server.received == []
        assert state() == MailState.UNWANTED


def body(mail: EmailMessage, kind: str) -> str:
    return mail.get_body((kind,)).get_content()


@pytest.mark.django_db
class TestWhatItSays:
    def test_the_file_counts_and_a_link_as_text_and_html(self, job, mail_server):
        finish(job)
        send_due()
        mail = mail_server.received[0]

        assert mail["Subject"] == "fair.csv has been imported, with problems"
        assert mail["Auto-Submitted"] == "auto-generated"
        assert mail["Message-ID"].endswith("@imports.example.com>")
        link = f"https://imports.example.com{reverse('imports:job', args=[job.pk])}"
        for kind in ("plain", "html"):
            text = body(mail, kind)
            for words in (
                "Hello Alice,",
                "5 of 7 rows were imported.",
                "Acme",
                link,
                reverse("imports:profile"),
            ):
                assert words in text, kind
        assert "Rows imported: 5\nRows not imported: 2\n" in body(mail, "plain").replace("\r\n", "\n")

    def test_a_decision_says_how_many_contacts_wait(self, job, mail_server):
        batch = add_batch(job, BatchStatus.IN_DOUBT)
        assert type(batch).objects.transition(batch, BatchStatus.HELD)
        be_due()
        send_due()
        mail = mail_server.received[0]

        assert mail["Subject"] == "fair.csv waits for your decision"
        assert "Contacts that wait for your decision: 10" in body(mail, "plain")

    def test_times_are_in_the_persons_zone(self, job, alice, mail_server):
        alice.time_zone = "Asia/Tokyo"
        alice.save()
        UploadJob.objects.update(created_at="2026-11-30T20:00:00Z")
        finish(job)
        send_due()

        assert "1 Dec 2026, 05:00 (JST)" in body(mail_server.received[0], "plain")

    def test_without_an_address_of_the_portal_it_says_where_to_look(self, job, mail_server, settings):
        settings.PORTAL_URL = ""
        finish(job)
        send_due()

        for kind in ("plain", "html"):
            text = body(mail_server.received[0], kind)
            assert "look for the file among your imports" in text
            assert "href" not in text

    def test_a_name_of_a_file_cannot_be_markup(self, job, mail_server):
        UploadJob.objects.update(file_name="<b>it's</b>.csv")
        job.refresh_from_db()
        finish(job)
        send_due()
        mail = mail_server.received[0]

        assert "<b>it's</b>.csv has been" in mail["Subject"]
        assert "<b>it's</b>.csv" in body(mail, "plain")
        assert "<b>" not in body(mail, "html")


@pytest.mark.django_db(transaction=True)
def test_workers_that_are_killed_send_it_once(job, mail_server, tmp_path):
    """One is killed while it waits for the greeting of the server, the next while the server takes the e-mail."""
    environ = child_environment(
        DATABASE_URL=database_url(connection.settings_dict, os.environ["DATABASE_URL"]),
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=str(mail_server.port),
        EMAIL_FROM="portal@example.com",
        EMAIL_TIMEOUT="60",
    )
    mail_server.greets.clear()
    mail_server.answers.clear()
    with running_shared_pool(1, environ, tmp_path) as (pool, _schedule):
        finish(job)
        assert mail_server.is_called.wait(60)
        kill_horses(pool)
        assert state() == MailState.WAITING
        mail_server.greets.set()
        be_due()

        assert mail_server.has_message.wait(60)
        kill_horses(pool)
        assert state() == MailState.HANDED_OVER
        be_due()

        wait_until(lambda: state() == MailState.UNKNOWN, "the doubt has been noted")
    assert len(mail_server.received) == 1


def kill_horses(pool: WorkerProcess) -> None:
    for horse in horses(pool):
        os.kill(horse, signal.SIGKILL)
    wait_until(lambda: not horses(pool), "they are dead")
