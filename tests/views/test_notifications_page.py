"""What a person was told of their imports, and how many of that they have not read."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from imports.models import Membership, Notification, UploadJob
from imports.querysets import tell_owner
from imports.states import JobStatus, MailState, NotificationOccasion
from portal.models import Telling
from tests.views.conftest import signed_in
from tests.views.deliveries import job_being_sent

PAGE, HOME = reverse("imports:notifications"), reverse("imports:home")
COUNT = re.compile(r'<span class="count">(\d+)')


def ended(account, owner, name: str = "fair.csv", *, is_needed: bool = True, **fields) -> UploadJob:
    """An import that has ended and is told."""
    job = job_being_sent(account, owner, name=name, **{"status": JobStatus.FINISHED, **fields})
    tell_owner(job, NotificationOccasion.ENDED, is_needed=is_needed)
    return job


def unread(client, url: str = HOME) -> int:
    found = COUNT.search(client.get(url).text)
    return int(found[1]) if found else 0


class TestTheCount:
    def test_it_is_that_of_what_is_not_read(self, as_alice, account, alice):
        assert unread(as_alice) == 0
        ended(account, alice)
        ended(account, alice)

        assert unread(as_alice) == 2

    def test_what_is_over_is_not_counted(self, as_alice, account, alice):
        ended(account, alice)
        Notification.objects.update(over_at=timezone.now())

        assert unread(as_alice) == 0

    def test_whoever_looks_at_the_import_has_read_it(self, as_alice, account, alice, make_job):
        job = make_job(until="finished")
        ended(account, alice)
        assert unread(as_alice) == 2

        assert unread(as_alice, reverse("imports:report", args=[job.pk])) == 1
        assert unread(as_alice) == 1

    def test_a_team_mate_who_looks_at_it_reads_nothing_for_others(self, as_alice, bob, make_job):
        job = make_job(until="finished")
        assert signed_in(bob).get(reverse("imports:report", args=[job.pk])).status_code == 200

        assert unread(as_alice) == 1

    def test_all_are_taken_for_read(self, as_alice, account, alice, bob):
        ended(account, alice)
        ended(account, bob)
        as_alice.post(reverse("imports:read-all"))

        assert unread(as_alice) == 0
        assert unread(signed_in(bob)) == 1

    def test_pages_for_nobody_in_particular_have_none(self, client, db):
        assert not COUNT.search(client.get(reverse("login")).text)

    def test_a_poll_does_not_ask(self, as_alice, account, alice, django_assert_max_num_queries):
        job = job_being_sent(account, alice)
        url = reverse("imports:progress", args=[job.pk])
        with django_assert_max_num_queries(20) as queries:
            as_alice.get(url, headers={"HX-Request": "true"})

        assert "imports_notification" not in " ".join(query["sql"] for query in queries.captured_queries)


class TestThePage:
    def test_it_says_what_became_of_the_imports(self, as_alice, account, alice):
        ended(account, alice, "good.csv", ledger={"counts": {"created": 4_812}})
        ended(account, alice, "bad.csv", ledger={"counts": {"created": 1, "rejected": 2}})
        mended = {"created": 1, "rejected": 2}
        ended(account, alice, "mended.csv", ledger={"counts": mended}, rows_resolved=2)
        ended(account, alice, "half.csv", ledger={"counts": mended}, rows_resolved=1)
        aside = {"created": 1, "duplicate": 4, "excluded": 1, "blank": 2}
        ended(account, alice, "aside.csv", ledger={"counts": aside})
        ended(account, alice, "gone.csv", status=JobStatus.CANCELLED)
        tell_owner(
            job_being_sent(account, alice, name="held.csv"), NotificationOccasion.DECISION, is_needed=True
        )
        text = as_alice.get(PAGE).text

        for words in (
            "good.csv has been imported<",
            "4,812 of 4,812 rows were imported.",
            "bad.csv has been imported, with problems",
            "The report says what became of 2 rows that could not be imported.",
            "1 of 8 rows were imported. 4 rows were duplicates. 1 row was left out. 2 rows were blank.<",
            "mended.csv has been imported, and all its problems have been resolved",
            "Later imports have resolved all of its problems.",
            "half.csv has been imported, with problems",
            "Later imports have resolved 1 of its 2 problems.",
            "The import of gone.csv was cancelled",
            "held.csv waits for your decision",
        ):
            assert words in text

    def test_it_says_so_when_an_e_mail_could_not_be_sent(self, as_alice, account, alice):
        ended(account, alice)
        Notification.objects.update(mail=MailState.FAILED)

        assert "could not be sent" in as_alice.get(PAGE).text

    def test_nobody_reads_of_what_they_may_not_see(self, as_alice, account, alice, bob):
        ended(account, alice)
        ended(account, bob, "bobs.csv")
        assert "bobs.csv" not in as_alice.get(PAGE).text
        Membership.objects.filter(user=alice).delete()

        assert "fair.csv" not in as_alice.get(PAGE).text
        assert unread(as_alice) == 0

    @pytest.mark.parametrize(
        ("wanted", "shown"),
        [(Telling.ALWAYS, {"a.csv", "b.csv"}), (Telling.NEEDED, {"b.csv"}), (Telling.NEVER, set())],
    )
    def test_it_shows_what_the_person_wants_to_be_told(self, wanted, shown, as_alice, account, alice):
        ended(account, alice, "a.csv", is_needed=False)
        ended(account, alice, "b.csv", is_needed=True)
        type(alice).objects.update(notices=wanted)
        text = as_alice.get(PAGE).text

        assert {name for name in ("a.csv", "b.csv") if name in text} == shown
        assert unread(as_alice) == len(shown)

    def test_a_longer_list_takes_no_more_queries(self, as_alice, account, alice, django_assert_num_queries):
        ended(account, alice)
        as_alice.get(PAGE)
        with django_assert_num_queries(6):
            as_alice.get(PAGE)
        for number in range(40):
            ended(account, alice, f"{number}.csv", ledger={"counts": {"created": 1}})

        with django_assert_num_queries(6):
            assert "1 to 25 of 41" in as_alice.get(PAGE).text
