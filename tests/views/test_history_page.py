import html
import re

import pytest
from django.urls import reverse

from imports.models import DotdigitalAccount, Membership, UploadJob
from imports.states import JobStatus
from portal.models import User
from tests.told import as_told
from tests.views.conftest import signed_in

HOME = reverse("imports:home")


def plain_job(account, owner, name="contacts.csv", **fields) -> UploadJob:
    """A line of the history; nothing of its file is looked at there."""
    if counts := fields.get("ledger", {}).get("counts"):
        imported = counts.get("created", 0) + counts.get("updated", 0)
        fields |= {"rows_imported": imported, "rows_not_imported": sum(counts.values()) - imported}
    return UploadJob.objects.create(
        account=account,
        owner=owner,
        file_name=name,
        upload="uploads/none",
        file_bytes=1,
        file_sha256="",
        **fields,
    )


class TestHistory:
    def test_it_says_what_to_do_first(self, as_alice):
        response = as_alice.get(HOME)

        assert "No imports yet" in response.text
        assert reverse("imports:upload") in response.text
        assert reverse("imports:sample") in response.text

    def test_it_tells_people_without_an_account_whom_to_ask(self, db):
        response = signed_in(User.objects.create_user("nobody")).get(HOME)

        assert "not a member of any account" in response.text
        assert "Import a file" not in response.text

    def test_it_shows_who_when_file_account_counts_and_status(self, as_alice, account, alice):
        counts = {"created": 4_000, "updated": 812, "rejected": 3}
        plain_job(
            account, alice, "fair.csv", status=JobStatus.FINISHED, rows=4_815, ledger={"counts": counts}
        )

        text = as_alice.get(HOME).text

        for words in ("fair.csv", "Alice", "Acme", "Finished", "4,815", "4,812"):
            assert words in text

    def test_it_leads_to_where_each_job_stands(self, as_alice, account, alice):
        job = plain_job(account, alice, status=JobStatus.CHECKED)

        assert reverse("imports:check", args=[job.pk]) in as_alice.get(HOME).text

    def test_team_mates_see_each_other_and_strangers_do_not(self, account, alice, bob, charlie):
        plain_job(account, alice, "ours.csv")

        assert "ours.csv" in signed_in(bob).get(HOME).text
        assert "ours.csv" not in signed_in(charlie).get(HOME).text

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("q=fair", {"fair.csv"}),
            ("q=SHOP", {"shop.csv"}),
            ("q=bob", set()),
            ("person={bob}", {"shop.csv"}),
            ("person=0", {"fair.csv", "shop.csv"}),
            ("since=2026-03-03", {"shop.csv"}),
            ("until=2026-03-02", {"fair.csv"}),
            ("since=2026-03-02&until=2026-03-02", {"fair.csv"}),
            ("since=2026-03-04&until=2026-03-01", set()),
            ("since=yesterday", {"fair.csv", "shop.csv"}),
            ("status=failed", {"shop.csv"}),
            ("status=finished&q=shop", set()),
            ("status=nonsense", {"fair.csv", "shop.csv"}),
            ("page=999", {"fair.csv", "shop.csv"}),
        ],
    )
    def test_it_narrows_down(self, query, found, as_alice, account, alice, bob):
        first, second = "2026-03-02T23:59:00Z", "2026-03-03T00:00:00Z"
        plain_job(account, alice, "fair.csv", status=JobStatus.FINISHED, created_at=first)
        plain_job(account, bob, "shop.csv", status=JobStatus.ERRORED, created_at=second)

        text = as_alice.get(f"{HOME}?{query.format(bob=bob.pk)}").text

        assert {name for name in ("fair.csv", "shop.csv") if name in text} == found

    def test_a_day_is_one_where_the_person_is(self, as_alice, account, alice):
        type(alice).objects.update(time_zone="Asia/Tokyo")
        plain_job(account, alice, "fair.csv", created_at="2026-03-02T15:00:00Z")

        assert "fair.csv" in as_alice.get(f"{HOME}?since=2026-03-03&until=2026-03-03").text
        assert "fair.csv" not in as_alice.get(f"{HOME}?until=2026-03-02").text

    def test_it_offers_those_who_have_uploaded_what_the_person_may_see(
        self, as_alice, account, alice, bob, charlie
    ):
        plain_job(account, bob)
        plain_job(charlie.memberships.get().account, charlie)
        people = as_alice.get(HOME).context["form"].fields["person"].queryset

        assert list(people) == [bob]

    def test_it_narrows_down_to_an_account(self, as_alice, account, alice):
        second = DotdigitalAccount.objects.create(name="Second", endpoint="", api_user="")
        Membership.objects.create(account=second, user=alice)
        plain_job(account, alice, "first.csv")
        plain_job(second, alice, "second.csv")

        text = as_alice.get(f"{HOME}?account={second.pk}").text

        assert "second.csv" in text
        assert "first.csv" not in text

    def test_it_offers_only_own_accounts(self, as_alice, account, alice, charlie):
        other = charlie.memberships.get().account
        plain_job(account, alice, "ours.csv")
        plain_job(other, charlie, "theirs.csv")

        response = as_alice.get(f"{HOME}?account={other.pk}")

        assert list(response.context["form"].fields["account"].queryset) == [account]
        assert f'<option value="{account.pk}">Acme</option>' in response.text
        assert "Other" not in response.text
        assert "theirs.csv" not in response.text

    def test_it_takes_pages(self, as_alice, account, alice):
        for number in range(30):
            plain_job(account, alice, f"file-{number}.csv")

        text = as_alice.get(f"{HOME}?q=file&page=2").text

        assert "26 to 30 of 30" in text
        assert "q=file&amp;page=1" in text

    def test_a_longer_history_takes_no_more_queries(
        self, as_alice, account, alice, django_assert_max_num_queries, django_assert_num_queries
    ):
        plain_job(account, alice)
        with django_assert_max_num_queries(10) as few:
            as_alice.get(HOME)
        for number in range(20):
            other = DotdigitalAccount.objects.create(name=f"A{number}", endpoint="", api_user="")
            Membership.objects.create(account=other, user=alice)
            plain_job(other, User.objects.create_user(f"user{number}"))

        with django_assert_num_queries(len(few.captured_queries)):
            as_alice.get(HOME)

    @pytest.mark.parametrize("is_the_account", [True, False])
    def test_a_paused_import_is_shown_as_that(self, is_the_account, as_alice, account, alice):
        plain_job(account, alice, status=JobStatus.SENDING, is_paused=not is_the_account)
        type(account).objects.update(is_paused=is_the_account)

        assert '<span class="chip care">Paused</span>' in as_alice.get(HOME).text

    def test_an_import_that_is_not_paused_is_not(self, as_alice, account, alice):
        plain_job(account, alice, status=JobStatus.SENDING)
        plain_job(account, alice, status=JobStatus.FINISHED, is_paused=True)

        assert "Paused" not in as_alice.get(HOME).text

    def test_file_names_cannot_be_markup(self, as_alice, account, alice):
        plain_job(account, alice, "<script>alert(1)</script>.csv")

        assert "<script>alert" not in as_alice.get(HOME).text


class TestOrder:
    @pytest.fixture
    def jobs(self, account, alice, bob) -> None:
        """Three jobs, of which no two columns are in the same order; the last has not come far."""
        second = DotdigitalAccount.objects.create(name="acorn", endpoint="", api_user="")
        Membership.objects.create(account=second, user=alice)
        some = {"status": JobStatus.FINISHED, "rows": 5, "ledger": {"counts": {"created": 1, "blank": 4}}}
        more = {"status": JobStatus.CANCELLED, "rows": 4, "ledger": {"counts": {"created": 3, "blank": 1}}}
        plain_job(account, bob, "b.csv", created_at="2026-03-01T00:00:00Z", **some)
        plain_job(second, alice, "C.csv", created_at="2026-03-02T00:00:00Z", **more)
        plain_job(account, alice, "a.csv", created_at="2026-03-03T00:00:00Z", status=JobStatus.STAGED)

    @pytest.mark.parametrize(
        ("sort", "names"),
        [
            ("", "a C b"),
            ("-uploaded", "a C b"),
            ("uploaded", "b C a"),
            ("file", "a b C"),
            ("-file", "C b a"),
            ("status", "a b C"),
            ("-status", "C b a"),
            ("account", "a b C"),
            ("person", "a C b"),
            ("-person", "b a C"),
            ("-rows", "b C a"),
            ("rows", "C b a"),
            ("-imported", "C b a"),
            ("imported", "b C a"),
            ("-not_imported", "b C a"),
            ("not_imported", "C b a"),
            ("nonsense", "a C b"),
        ],
    )
    def test_it_is_by_any_column_and_what_a_job_has_not_comes_last(self, sort, names, as_alice, jobs):
        lines = as_alice.get(f"{HOME}?sort={sort}").context["lines"]

        assert [line.job.file_name.removesuffix(".csv") for line in lines] == names.split()

    def test_a_heading_says_so_and_leads_to_the_other_direction(self, as_alice, jobs):
        text = as_alice.get(f"{HOME}?status=finished&sort=file&page=1").text

        assert '<th scope="col" aria-sort="ascending">' in text
        assert 'href="?status=finished&amp;sort=-file"' in text
        assert 'href="?status=finished&amp;sort=-rows"' in text
        assert text.count("aria-sort") == 1
        assert '<option value="file" selected>' in text

    def test_pages_keep_the_order(self, as_alice, account, alice):
        for number in range(26):
            plain_job(account, alice, f"{number:02}.csv")

        assert 'href="?sort=-file&amp;page=2"' in as_alice.get(f"{HOME}?sort=-file").text
        assert "00.csv" in as_alice.get(f"{HOME}?sort=-file&page=2").text


POLL = re.compile(r'hx-get="(\?[^"]*)"')


class TestLive:
    def poll(self, client, page: str):
        return client.get(html.unescape(HOME + POLL.search(page)[1]), headers={"HX-Request": "true"})

    def test_it_asks_again_while_something_is_under_way(self, as_alice, account, alice):
        job = plain_job(account, alice, status=JobStatus.SENDING)
        page = as_alice.get(f"{HOME}?sort=file").text
        assert self.poll(as_alice, page).status_code == 204

        UploadJob.objects.filter(pk=job.pk).update(status=JobStatus.FINISHED, rows_imported=4_812)
        answer = self.poll(as_alice, page)
        assert answer.status_code == 200
        assert "4,812" in answer.text
        assert "<html" not in answer.text
        assert not POLL.search(answer.text)

    def test_it_does_not_where_all_has_ended_or_waits_for_somebody(self, as_alice, account, alice):
        plain_job(account, alice, status=JobStatus.FINISHED)
        plain_job(account, alice, status=JobStatus.CHECKED)
        page = as_alice.get(HOME).text

        assert not POLL.search(page)
        assert "htmx" not in page

    def test_asking_takes_few_queries_however_many_there_are(
        self, as_alice, account, alice, django_assert_max_num_queries
    ):
        for number in range(60):
            plain_job(account, alice, f"{number}.csv", status=JobStatus.SENDING)
        page = as_alice.get(HOME).text

        with django_assert_max_num_queries(5):
            assert self.poll(as_alice, page).status_code == 204


class TestAccounts:
    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"is_paused": True}, "All imports into Acme are paused"),
            (
                {"blocked_reason": as_told("Dotdigital does not accept the password.")},
                "does not accept the password",
            ),
        ],
    )
    def test_it_says_when_nothing_can_be_sent(self, changes, words, as_alice, account, charlie):
        assert "notice" not in as_alice.get(HOME).text
        type(account).objects.filter(pk=account.pk).update(**changes)

        text = as_alice.get(HOME).text

        assert words in text
        assert reverse("imports:account", args=[account.pk]) in text
        assert words not in signed_in(charlie).get(HOME).text

    def test_the_history_leads_to_them(self, as_alice, account, alice):
        plain_job(account, alice)

        assert reverse("imports:account", args=[account.pk]) in as_alice.get(HOME).text
