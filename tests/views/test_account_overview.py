"""How an account did over the last days and hours: counts, pictures, reasons, and whom imports wait for."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from imports.contacts.problems import PROBLEM_TYPES
from imports.models import DotdigitalAccount, ImportBatch, Membership, ReasonTally, UploadJob
from imports.states import JOB_STATES, BatchStatus, Group, JobStatus
from imports.views.account.account_overview import account_overview, trend_words
from imports.views.account.drawn_series import HEIGHT, WIDTH, bars, rounded_top, steps
from imports.views.account.imported_days import DAYS, ImportedDay, imported_days
from imports.views.account.people_waited_for import ACTS, ACTS_OF_OTHERS, people_waited_for
from imports.views.account.reason_trends import MAX_REASONS, ReasonTrend, reason_trends
from imports.views.account.slot_history import HOURS, STEP, STEPS, most_at_once, slot_history
from portal.models import User
from tests.told import as_told
from tests.views.conftest import signed_in
from tests.views.deliveries import add_batch, ended_job, job_being_sent

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
TODAY = date(2026, 11, 30)


def text_of(account, user: User) -> str:
    return signed_in(user).get(reverse("imports:account", args=[account.pk])).text


def other_account() -> DotdigitalAccount:
    return DotdigitalAccount.objects.create(name="Another", endpoint="", api_user="u")


class TestDrawing:
    @pytest.mark.parametrize(
        ("most", "top"), [(0, 1), (1, 1), (1.2, 2), (3, 5), (10, 10), (4_812, 5_000), (5_001, 10_000)]
    )
    def test_the_top_is_round_and_not_below(self, most, top):
        assert rounded_top(most) == top

    def test_bars_stand_at_their_places_as_high_as_their_values(self):
        assert [(bar.x, bar.y, bar.width, bar.height) for bar in bars([5, 0, None, 10], 10)] == [
            ("0.0", "50.0", "187.5", "50.0"),
            ("750.0", "0.0", "187.5", "100.0"),
        ]

    def test_little_is_seen(self):
        assert float(bars([1, 1_000_000], 1_000_000)[0].height) > 1

    def test_steps_keep_each_value_for_its_part(self):
        assert steps([1, 2], 2) == "0.0,100.0 0.0,50.0 500.0,50.0 500.0,0.0 1000.0,0.0 1000.0,100.0"
        assert steps([], 2) == ""

    @given(st.lists(st.floats(0, 1e9), max_size=40))
    def test_nothing_is_outside_of_the_picture(self, values):
        top = rounded_top(max(values, default=0))

        for bar in bars(values, top):
            assert 0 <= float(bar.x) <= float(bar.x) + float(bar.width) <= WIDTH + 0.2
            assert float(bar.y) >= 0
            assert float(bar.y) + float(bar.height) == pytest.approx(HEIGHT, abs=0.2)
        for corner in steps(values, top).split():
            x, y = map(float, corner.split(","))
            assert 0 <= x <= WIDTH
            assert 0 <= y <= HEIGHT

    def test_numbers_are_written_for_programs(self):
        with override("de"):
            assert bars([1], 3)[0].y == "66.7"


class TestDays:
    def test_rows_are_added_up_by_day(self, account, alice, bob):
        ended_job(account, alice, NOON, 40, failed=2)
        ended_job(account, bob, NOON - timedelta(hours=3), 60)
        ended_job(account, alice, NOON - timedelta(days=DAYS - 1), 7, failed=7)
        ended_job(account, alice, NOON - timedelta(days=DAYS), 1_000)
        ended_job(other_account(), alice, NOON, 1_000)
        job_being_sent(account, alice, BatchStatus.ACTIVE)

        days = imported_days(account, TODAY)

        assert len(days) == DAYS
        assert days[-1] == ImportedDay(TODAY, 100, 2)
        assert [one for one in days if one.rows] == [ImportedDay(date(2026, 11, 1), 7, 7), days[-1]]

    def test_days_begin_where_the_person_is(self, account, alice):
        late = datetime(2026, 11, 29, 23, 30, tzinfo=UTC)
        ended_job(account, alice, late, 5)

        with timezone.override("Europe/London"):
            assert [one.day for one in imported_days(account, TODAY) if one.rows] == [date(2026, 11, 29)]
        with timezone.override("Europe/Berlin"):
            assert [one.day for one in imported_days(account, TODAY) if one.rows] == [TODAY]

    def test_a_real_import_counts_as_its_report_does(self, account, make_job):
        job = make_job(until="finished")

        today = imported_days(account, timezone.localdate())[-1]

        assert (today.imported, today.failed) == (3, 1)
        assert today.imported == job.rows_imported
        assert list(ReasonTally.objects.values_list("job", "account", "ended_at", "outcome", "rows")) == [
            (job.pk, account.pk, job.changed_at, "rejected", 1)
        ]


class TestReasons:
    def test_this_week_is_held_against_the_week_before(self, account, alice):
        for days, rows in ((0, 5), (6, 1), (7, 20), (13, 2), (14, 1_000)):
            ended_job(account, alice, NOON - timedelta(days=days), 1, rows, {"not_an_email": rows})
        ended_job(account, alice, NOON - timedelta(days=8), 1, 3, {"gone": 3})
        ended_job(other_account(), alice, NOON, 1, 9, {"others": 9})

        first, second = reason_trends(account, TODAY)

        assert (first.code, first.now, first.before) == ("not_an_email", 6, 22)
        assert (first.by_day[0], first.by_day[6], first.by_day[7], first.by_day[13]) == (2, 20, 1, 5)
        assert (second.code, second.now, second.before) == ("gone", 0, 3)

    def test_the_commonest_are_shown(self, account, alice):
        ended_job(account, alice, NOON, 0, 55, {f"code{number}": number for number in range(1, 11)})

        assert [one.now for one in reason_trends(account, TODAY)] == [10, 9, 8, 7, 6][:MAX_REASONS]

    def test_values_that_were_left_out_are_no_reason_for_a_refusal(self, account, alice):
        job = ended_job(account, alice, NOON, 0, 2)
        for code in ("phone_invalid", "ContactSuppressed"):
            ReasonTally.objects.create(
                job=job, account=account, ended_at=NOON, outcome="refused", code=code, rows=2
            )
        assert "phone_invalid" in PROBLEM_TYPES
        assert [one.code for one in reason_trends(account, TODAY)] == ["ContactSuppressed"]

    @pytest.mark.parametrize(
        ("now", "before", "words"),
        [(5, 0, "new"), (0, 5, "none any more"), (5, 5, "unchanged"), (6, 5, "20% more"), (4, 5, "20% less")],
    )
    def test_the_trend_in_words(self, now, before, words):
        assert trend_words(now, before) == words

    def test_a_reason_is_told_as_in_the_report(self, account, make_job, alice):
        make_job(until="finished")

        text = text_of(account, alice)

        assert "Why rows failed" in text
        assert f'<th scope="row">{PROBLEM_TYPES["email_without_at"].title}</th>' in text


def minutes(begin: int, end: int) -> tuple[datetime, datetime]:
    return NOON + timedelta(minutes=begin), NOON + timedelta(minutes=end)


class TestSlots:
    def test_spans_are_there_at_once(self):
        held = [minutes(-3, 1), minutes(0, 12), minutes(11, 12), minutes(20, 99)]

        assert most_at_once(held, NOON, 5) == [2, 1, 2, 0, 1]

    def test_one_after_the_other_is_one(self):
        assert most_at_once([minutes(0, 5), minutes(5, 10), minutes(10, 12)], NOON, 3) == [1, 1, 1]

    @given(
        st.lists(
            st.tuples(st.integers(-30, 90), st.integers(-5, 60)).map(lambda at: minutes(at[0], sum(at))),
            max_size=12,
        )
    )
    def test_it_is_what_counting_every_minute_gives(self, held):
        """Spans begin and end at whole minutes, so what is there at the begin of each is all there is."""
        a_minute = timedelta(minutes=1)
        counted = [
            max(
                sum(since <= NOON + step * STEP + minute * a_minute < until for since, until in held)
                for minute in range(STEP // a_minute)
            )
            for step in range(12)
        ]

        assert most_at_once(held, NOON, 12) == counted

    def test_it_is_told_from_the_batches(self, account, alice):
        job = job_being_sent(account, alice)
        for status, sent, changed in (
            (BatchStatus.FINISHED, 400, 350),
            (BatchStatus.ACTIVE, 400, 399),
            (BatchStatus.REFUSED, 62, 61),
            (BatchStatus.FINISHED, 500, 361),
            (BatchStatus.UNKNOWN, 62, 61),
            (BatchStatus.PENDING, 62, 61),
        ):
            add_batch(
                job,
                status,
                sent_at=NOON - timedelta(minutes=sent),
                changed_at=NOON - timedelta(minutes=changed),
            )
        elsewhere = job_being_sent(other_account(), alice)
        add_batch(elsewhere, BatchStatus.ACTIVE, sent_at=NOON - timedelta(minutes=30))

        history = slot_history(account, NOON)

        assert (history.begin, history.end) == (NOON - timedelta(hours=HOURS), NOON)
        assert history.most[:3] == [2, 2, 1]
        assert [most for _, most in history.by_hour] == [2, 1, 1, 1, 2, 1]
        assert len(history.most) == STEPS


class TestWaits:
    def test_people_are_named_with_what_they_are_to_do(self, account, alice, bob):
        hour = timedelta(hours=1)
        UploadJob.objects.create(
            account=account, owner=bob, status=JobStatus.CHECKED, changed_at=NOON - 2 * hour
        )
        for hours in (1, 3):
            UploadJob.objects.create(
                account=account, owner=alice, status=JobStatus.STAGED, changed_at=NOON - hours * hour
            )
        held = job_being_sent(account, alice, BatchStatus.HELD, BatchStatus.HELD)
        ImportBatch.objects.filter(job=held).update(changed_at=NOON - hour)
        job_being_sent(account, bob, BatchStatus.PENDING, is_paused=True)
        job_being_sent(account, bob, BatchStatus.PENDING)
        job_being_sent(other_account(), alice, BatchStatus.HELD)

        waits = people_waited_for(account, alice)

        assert [(one.person, one.act, one.imports, one.since) for one in waits] == [
            ("Alice", "Map the columns", 2, NOON - 3 * hour),
            ("Bob", "Review the check and start the import", 1, NOON - 2 * hour),
            ("Alice", "Decide about batches that Dotdigital did not answer", 1, NOON - hour),
            ("Bob", "Resume the paused import", 1, None),
        ]

    def test_every_status_that_waits_for_a_person_has_its_act(self):
        waiting = {status for status, state in JOB_STATES.items() if state.group is Group.WAITING}

        assert waiting == {*ACTS, *ACTS_OF_OTHERS} - {JobStatus.SENDING}

    def test_approvers_are_waited_for_together(self, account, alice, bob):
        for owner, hours in ((alice, 1), (bob, 2)):
            UploadJob.objects.create(
                account=account,
                owner=owner,
                status=JobStatus.APPROVAL,
                changed_at=NOON - timedelta(hours=hours),
            )

        (wait,) = people_waited_for(account, alice)

        assert (wait.person, wait.act) == ("An approver", "Approve or reject imports")
        assert (wait.imports, wait.since) == (2, NOON - timedelta(hours=2))

    def test_the_number_leads_to_the_imports(self, as_alice, account, alice, bob):
        for owner in (alice, alice, bob):
            job_being_sent(account, owner, status=JobStatus.STAGED, name=f"{owner}.csv")
        wait = next(one for one in people_waited_for(account, alice) if one.person == "Alice")

        found = as_alice.get(wait.url).context["jobs"]

        assert wait.imports == len(found) == 2

    def test_credentials_are_waited_for_with_an_administrator(self, account, alice):
        account.blocked_reason = {"code": "credentials_refused"}
        account.save()
        assert people_waited_for(account, alice) == []
        job_being_sent(account, alice, BatchStatus.PENDING)

        assert [(one.person, one.act, one.imports) for one in people_waited_for(account, alice)] == [
            ("An administrator", "Enter the account’s credentials again", 1)
        ]

    def test_other_troubles_wait_for_nobody(self, account, alice):
        account.blocked_reason = as_told("Dotdigital is closed.")
        account.save()
        job_being_sent(account, alice, BatchStatus.PENDING)

        assert people_waited_for(account, alice) == []

    def test_they_are_told_while_somebody_looks(self, as_alice, account, alice):
        url = reverse("imports:account", args=[account.pk])
        asked = re.search(r'hx-get="([^"]+)"', as_alice.get(url).text)[1]
        job_being_sent(account, alice, status=JobStatus.CHECKED)

        assert "Waiting for people" in as_alice.get(asked, headers={"HX-Request": "true"}).text


class TestPage:
    def test_nothing_is_said_where_there_is_nothing(self, account, alice):
        text = text_of(account, alice)

        assert "Nothing was imported in the last 30 days." in text
        assert "<figure" not in text
        assert "Why rows failed" not in text
        assert "Waiting for people" not in text

    def test_pictures_say_what_they_show(self, account, alice):
        now = timezone.now()
        ended_job(account, alice, now, 4_000, 100)
        ended_job(account, alice, now - timedelta(days=2), 812, 300)
        job = job_being_sent(account, alice)
        add_batch(job, BatchStatus.ACTIVE, sent_at=now - timedelta(hours=1))

        text = text_of(account, alice)

        pictures = re.findall(r'role="img" aria-label="([^"]+)"', text)
        today = timezone.localdate()
        worst = today - timedelta(days=2)
        assert pictures == [
            f"4,812 contacts were imported in the last 30 days. Most on {today.day} {today:%b %Y}: 4,000.",
            "7.7% of the rows of the last 30 days failed: 400 of 5,212. "
            f"Most on {worst.day} {worst:%b %Y}: 27.0%.",
            "In the last 6 hours, at most 1 of 25 slots were in use at once.",
        ]
        assert "style=" not in text

    def test_numbers_and_days_are_written_as_the_reader_does(self, account, alice):
        ended_job(account, alice, timezone.now(), 4_812, 1)
        alice.language = "de"
        alice.save()

        text = text_of(account, alice)

        assert "4.812" in text
        assert "4,812" not in text

    def test_only_members_see_it(self, account, alice, charlie, mona):
        ended_job(account, alice, timezone.now(), 4_812)
        url = reverse("imports:account", args=[account.pk])

        assert "4,812" in text_of(account, mona)
        assert signed_in(charlie).get(url).status_code == 404
        Membership.objects.filter(user=alice).delete()
        assert signed_in(alice).get(url).status_code == 404

    def test_its_queries_do_not_grow_with_the_jobs(
        self, account, alice, bob, django_assert_num_queries, django_assert_max_num_queries
    ):
        now = timezone.now()
        job = job_being_sent(account, alice, BatchStatus.HELD)
        add_batch(job, BatchStatus.ACTIVE, sent_at=now)
        with django_assert_max_num_queries(7) as few:
            account_overview(account)
            people_waited_for(account, alice)

        UploadJob.objects.bulk_create(
            UploadJob(
                account=account,
                owner=(alice, bob)[number % 2],
                status=(JobStatus.FINISHED, JobStatus.STAGED)[number % 3 == 0],
                changed_at=now - timedelta(hours=number % 700),
                rows_imported=None if number % 3 == 0 else number,
                rows_failed=0,
            )
            for number in range(500)
        )
        for ended in UploadJob.objects.filter(rows_imported__isnull=False)[:50]:
            ReasonTally.objects.create(
                job=ended,
                account=account,
                ended_at=ended.changed_at,
                outcome="rejected",
                code="gone",
                rows=1,
            )
        with django_assert_num_queries(len(few.captured_queries)) as many:
            account_overview(account)
            people_waited_for(account, alice)
        loaded = " ".join(query["sql"].partition(" FROM ")[0] for query in many.captured_queries)
        assert not [name for name in ("mapping", "profiles", "reasons", "ledger") if f'"{name}"' in loaded]


def test_a_trend_is_of_two_weeks():
    assert (ReasonTrend("x", range(14)).before, ReasonTrend("x", range(14)).now) == (21, 70)
