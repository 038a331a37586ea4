import csv
import io
import re
from errno import ENOSPC

import pytest
from django.urls import reverse

from imports import tables
from imports.contacts.mapping import Mapping
from imports.jobs.advance import run_inline
from imports.jobs.check import set_mapping
from imports.jobs.confirm import confirm_job
from imports.reasons import REPORT_WORDS
from imports.storage import artefacts
from imports.storage.cache import LOCK_PREFIX, cache_folder
from imports.views.report.row_views import ROWS_PER_PAGE, CheckedRows
from tests.views.downloads import downloaded

pytestmark = pytest.mark.once


def rows_of(client, job, **query):
    url = reverse("imports:rows", args=[job.pk])
    return client.post(url, query, follow=True) if "q" in query else client.get(url, query)


def left_out(client, job) -> list[dict[str, str]]:
    """The rows of the download that arrived without some of their values."""
    text = downloaded(client, job, "values_left_out").getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def numbers(response) -> list[int]:
    return [row["row"] for row in response.context["rows"]]


class TestCheckedRows:
    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ({}, [2, 3, 4, 5, 6, 7]),
            ({"show": "ready"}, [3, 5, 7]),
            ({"show": "rejected"}, [4]),
            ({"show": "duplicate"}, [2]),
            ({"show": "blank"}, [6]),
            ({"q": "GRACE"}, [3]),
            ({"q": "grace", "show": "rejected"}, []),
            ({"q": "(.*"}, []),
            ({"show": "nonsense"}, [2, 3, 4, 5, 6, 7]),
            ({"page": "99"}, [2, 3, 4, 5, 6, 7]),
        ],
    )
    def test_they_are_chosen_by_fate_and_text(self, query, expected, as_alice, make_job):
        assert numbers(rows_of(as_alice, make_job(until="checked"), **query)) == expected

    def test_they_are_chosen_by_problem(self, as_alice, make_job):
        job = make_job(until="checked")
        code = next(issue["code"] for issue in job.check_summary["issues"] if issue["severity"] == "error")

        response = rows_of(as_alice, job, show=code)

        assert numbers(response) == [4]
        assert "“not an address”" in response.text

    def test_a_value_says_at_its_cell_what_is_wrong_with_it(self, as_alice, make_job):
        response = rows_of(as_alice, make_job(until="checked"), show="rejected")

        cells = response.context["rows"][0]["grid"].cells
        assert [cell.severity for cell in cells] == ["error", "", "", "", "", ""]
        assert cells[0].sentences.startswith("“not an address” has no @")
        assert '<td class="is-error"' in response.text
        assert 'title="“not an address” has no @' in response.text

    def test_what_is_said_of_a_whole_row_stands_at_its_state(self, as_alice, make_job):
        job = make_job("First name,Email\r\nAda,\r\nGrace,grace@example.com\r\n", until="checked")

        (row,) = rows_of(as_alice, job, show="rejected").context["rows"]

        assert [problem["place"] for problem in row["problems"]] == [1]
        assert row["grid"].cells[1].severity == "error"
        assert row["grid"].about == []

    def test_another_form_is_shown_at_the_cell_to_whoever_looks_for_it(self, as_alice, make_job):
        job = make_job("Email,Mobile number\r\nzoe@example.com,07400 604986\r\n", until="checked")

        assert "447400604986" in rows_of(as_alice, job, show="format").text
        assert "447400604986" not in rows_of(as_alice, job).text

    def test_a_value_in_another_form_is_told_apart_from_problems(self, as_alice, make_job):
        job = make_job("Email,Mobile number\r\nzoe@gmial.com,07400 604986\r\n", until="checked")

        (row,) = rows_of(as_alice, job, show="format").context["rows"]

        assert [one["severity"] for one in row["forms"]] == ["format"]
        assert [one["severity"] for one in row["problems"]] == ["doubt"]

    def test_forms_are_not_read_where_they_are_not_shown(self, as_alice, make_job):
        job = make_job("Email,Mobile number\r\nzoe@gmial.com,07400 604986\r\n", until="checked")

        (row,) = rows_of(as_alice, job).context["rows"]

        assert row["forms"] == []
        assert [one["severity"] for one in row["problems"]] == ["doubt"]

    @pytest.mark.parametrize(
        ("show", "says"), [("warning", "The value is left out."), ("doubt", "sent anyway")]
    )
    def test_what_follows_from_a_problem_is_said_where_it_is_not_plain(self, show, says, as_alice, make_job):
        job = make_job(
            "Email,Mobile number\r\nada@example.com,123\r\nzoe@gmial.com,07400 604986\r\n", until="checked"
        )

        rows = rows_of(as_alice, job, show=show).context["rows"]

        assert any(says in one["sentence"] for row in rows for one in row["problems"])

    @pytest.mark.parametrize("show", ["failed_name", "excluded", "doubt", "email_two_ats"])
    def test_rows_that_are_mended_do_not_become_all_rows(self, show, as_alice, make_job):
        response = rows_of(as_alice, make_job(until="checked"), show=show)

        is_known = show != "failed_name"
        assert (numbers(response) == []) is is_known
        assert [count for key, _, count in response.context["tabs"] if key == show] == [0] * is_known

    def test_a_duplicate_names_the_row_that_stands_for_it(self, as_alice, make_job):
        job = make_job(until="checked")

        text = rows_of(as_alice, job, show="duplicate").text

        assert '?row=2&amp;row=5">Row 5 is used instead.</a>' in text
        assert 'name="leave_out"' not in text

    def test_a_duplicate_is_seen_beside_the_row_that_is_used(self, as_alice, make_job):
        response = rows_of(as_alice, make_job(until="checked"), row=["5", "2", "x", "99"])

        assert numbers(response) == [2, 5]
        assert response.text.count('name="leave_out"') == 1

    def test_cells_cannot_be_markup(self, as_alice, make_job):
        text = rows_of(as_alice, make_job(until="checked")).text

        assert "&lt;b&gt;bold&lt;/b&gt;" in text
        assert "<b>bold</b>" not in text

    def test_they_come_in_pages(self, as_alice, make_job):
        lines = "".join(f"p{number}@example.com,P\r\n" for number in range(ROWS_PER_PAGE + 3))
        job = make_job(f"Email,First name\r\n{lines}", until="checked")

        assert len(numbers(rows_of(as_alice, job))) == ROWS_PER_PAGE
        assert numbers(rows_of(as_alice, job, page="2", show="ready")) == [52, 53, 54]

    @pytest.mark.parametrize(
        ("after", "page"), [("1", "1"), ("51", "2"), ("50", "1"), ("99", "2"), ("x", None)]
    )
    def test_a_page_is_found_by_what_comes_before_it(self, after, page, as_alice, make_job):
        lines = "".join(f"p{number}@example.com,P\r\n" for number in range(ROWS_PER_PAGE + 3))
        job = make_job(f"Email,First name\r\n{lines}", until="checked")

        response = rows_of(as_alice, job, after=after, show="ready")

        if page is None:
            assert response.status_code == 200
        else:
            assert response["Location"].endswith(f"/rows/?show=ready&page={page}")

    @pytest.mark.parametrize("wanted", ["1", "2", "9"])
    def test_only_the_wanted_page_is_read_and_once(self, wanted, as_alice, make_job, monkeypatch):
        lines = "".join(f"p{number}@example.com,P\r\n" for number in range(ROWS_PER_PAGE + 3))
        job = make_job(f"Email,First name\r\n{lines}", until="checked")
        asked, read = [], CheckedRows.read
        monkeypatch.setattr(
            CheckedRows, "read", lambda *arguments: asked.append(arguments[1:]) or read(*arguments)
        )

        assert len(numbers(rows_of(as_alice, job, page=wanted))) == (ROWS_PER_PAGE if wanted == "1" else 3)
        # Beyond the end, nobody knows the last page before the rows are counted.
        offset = ROWS_PER_PAGE * (int(wanted) - 1)
        assert asked == [(offset, ROWS_PER_PAGE)] + ([(50, 50)] if wanted == "9" else [])

    @pytest.mark.parametrize("until", ["checked", "finished"])
    def test_the_search_text_of_a_large_file_is_made_by_the_check(
        self, until, as_alice, make_job, monkeypatch
    ):
        monkeypatch.setattr(artefacts, "MIN_ROWS", 1)
        job = make_job(until=until)
        monkeypatch.setattr(artefacts, "write_search_text", None)

        assert numbers(rows_of(as_alice, job, q="GRACE")) == [3]
        with artefacts.search_text(job) as text:
            assert tables.row_count(text) == 6

    def test_the_search_text_goes_with_the_table_it_was_made_of(self, make_job, monkeypatch):
        def kept():
            return {path for path in cache_folder().iterdir() if not path.name.startswith(LOCK_PREFIX)}

        monkeypatch.setattr(artefacts, "MIN_ROWS", 1)
        cache_folder().mkdir(exist_ok=True)
        before = kept()
        job = make_job(until="checked")
        assert len(kept() - before) == 1
        job_id, stored = job.pk, list(job.tables.values())
        job.delete()

        artefacts.drop(job_id, stored)

        assert kept() == before

    def test_a_search_makes_the_text_that_nobody_has_made(self, as_alice, make_job, monkeypatch):
        job = make_job(until="checked")
        monkeypatch.setattr(artefacts, "MIN_ROWS", 1)
        made, write = [], artefacts.write_search_text
        monkeypatch.setattr(
            artefacts, "write_search_text", lambda *arguments: made.append(1) or write(*arguments)
        )

        assert [numbers(rows_of(as_alice, job, q=text)) for text in ("GRACE", "(.*")] == [[3], []]
        assert made == [1]

    def test_there_is_a_search_without_a_text(self, as_alice, make_job, monkeypatch):
        monkeypatch.setattr(artefacts, "MIN_ROWS", 1)

        def fails(*_):
            raise OSError(ENOSPC, "No space left on device")

        monkeypatch.setattr(artefacts, "write_search_text", fails)
        job = make_job(until="checked")

        assert numbers(rows_of(as_alice, job, q="GRACE")) == [3]

    def test_there_are_none_before_the_check(self, as_alice, make_job):
        job = make_job()

        assert rows_of(as_alice, job)["Location"] == reverse("imports:job", args=[job.pk])


TWICE_WRONG_CSV = (
    "Email,Mobile number,Birthday\r\n"
    "ada@example.com,123,no day\r\n"
    "grace@example.com,12,1990-03-04\r\n"
    "zoe@gmial.com,0491 570 156,1991-03-04\r\n"
    "not an address,456,\r\n"
    "bo@example.com,,\r\n"
    "bo@example.com,,\r\n"
    ",,\r\n"
)
TWICE_WRONG = {
    "matchIdentifier": "email",
    "columns": [
        {"column": "Email", "target": "identifiers.email"},
        {"column": "Mobile number", "target": "identifiers.mobileNumber", "region": "AU"},
        {"column": "Birthday", "target": "dataFields.BIRTHDAY", "format": "%Y-%m-%d"},
    ],
    "constants": [],
}


@pytest.fixture
def twice_wrong(make_job):
    """Makes a job of which a row has two values that cannot be used."""

    def make(until: str):
        job = make_job(TWICE_WRONG_CSV)
        assert set_mapping(job, Mapping.from_json(TWICE_WRONG), job.owner) == []
        run_inline(job)
        if until == "finished":
            assert confirm_job(job, job.owner)
            run_inline(job)
        return job

    return make


class TestCounts:
    """What a choice of rows says of itself is what it shows."""

    @pytest.mark.parametrize("until", ["checked", "finished"])
    def test_each_choice_counts_its_rows(self, until, as_alice, twice_wrong):
        job = twice_wrong(until)
        context = rows_of(as_alice, job).context
        choices = [*context["tabs"], *context["causes"]]

        assert len(choices) > 8
        for key, _, count in choices:
            found = numbers(rows_of(as_alice, job, show=key))
            assert str(count).split(" ")[0] == str(len(found)), key

    def test_rows_and_values_are_told_apart(self, as_alice, twice_wrong):
        job = twice_wrong("checked")
        context = rows_of(as_alice, job).context

        assert {key: count for key, _, count in context["tabs"]}["warning"] == "3 rows, 4 values"
        (section,) = [
            one for one in as_alice.get(reverse("imports:check", args=[job.pk])).context["sections"]
            if one.kind.key == "warning"
        ]  # fmt: skip
        assert sum(group.count for group in section.groups) == 4


class TestAfterTheImport:
    """A filter that was chosen on the page of the check is still the filter after the import."""

    @pytest.mark.parametrize(
        ("show", "expected"),
        [("warning", [2, 3, 5]), ("doubt", [4]), ("ready", [2, 3, 4, 7]), ("nonsense", None)],
    )
    def test_it_shows_the_same_rows(self, show, expected, as_alice, twice_wrong):
        before = numbers(rows_of(as_alice, twice_wrong("checked"), show=show))
        job = twice_wrong("finished")

        response = rows_of(as_alice, job, show=show)

        assert numbers(response) == before
        assert response.context["is_report"]
        if expected is not None:
            assert before == expected
            assert response.context["show"] == show
            assert [key for key, _, _ in response.context["tabs"] if key == show] == [show]

    def test_every_link_of_the_check_leads_to_its_rows(self, as_alice, twice_wrong):
        job = twice_wrong("finished")
        text = as_alice.get(reverse("imports:check", args=[job.pk])).text
        links = re.findall(r"/rows/\?show=([^\"]+)", text)

        assert len(links) > 4
        for show in links:
            response = rows_of(as_alice, job, show=show)
            assert response.context["show"] == show
            assert 0 < len(numbers(response)) < 7

    def test_a_search_keeps_to_it(self, as_alice, twice_wrong):
        job = twice_wrong("finished")

        assert numbers(rows_of(as_alice, job, show="warning", q="grace")) == [3]


class TestReportedRows:
    def test_a_row_says_how_many_of_its_values_did_not_arrive(self, as_alice, make_job, twice_wrong):
        job = twice_wrong("finished")

        response = rows_of(as_alice, job, show="values_left_out")

        told = {row["row"]: row["values_missing"] for row in response.context["rows"]}
        assert told == {int(row["row"]): int(row["values_left_out"]) for row in left_out(as_alice, job)}
        assert told == {2: 2, 3: 1}
        assert "without 2 values<" in response.text
        assert "without 1 value<" in response.text
        report = as_alice.get(reverse("imports:report", args=[job.pk]))
        assert "2 rows were created or updated without some of their values" in report.text
        assert "Fix rows and send them again" in report.text
        assert "Imported without some values, 2 rows:" in report.text
        assert "In all, 3 values did not arrive." in report.text

    @pytest.mark.parametrize(
        ("query", "expected"),
        [({}, [2, 3, 4, 5, 6, 7]), ({"show": "created"}, [3, 5, 7]), ({"q": "zoe"}, [7])],
    )
    def test_they_are_chosen_by_bucket_and_text(self, query, expected, as_alice, make_job):
        assert numbers(rows_of(as_alice, make_job(until="finished"), **query)) == expected

    def test_each_says_what_became_of_it(self, as_alice, make_job):
        response = rows_of(as_alice, make_job(until="finished"), show="rejected")

        assert "Not valid" in response.text
        assert "“not an address”" in response.text

    def test_what_is_said_of_a_large_file_can_be_searched_from_its_end_on(
        self, as_alice, make_job, monkeypatch
    ):
        monkeypatch.setattr(artefacts, "MIN_ROWS", 1)
        job = make_job(until="finished")
        monkeypatch.setattr(artefacts, "write_told_text", None)

        with artefacts.told_text(job, REPORT_WORDS) as told:
            assert tables.scan(told).collect()["row"].to_list() == [2, 4, 6]
        assert numbers(rows_of(as_alice, job, q="STANDS for this row")) == [2]

    def test_a_report_without_its_words_is_a_report(self, as_alice, make_job, monkeypatch):
        monkeypatch.setattr(artefacts, "MIN_ROWS", 1)

        def fails(*_):
            raise OSError(ENOSPC, "No space left on device")

        monkeypatch.setattr(artefacts, "write_told_text", fails)
        job = make_job(until="finished")

        assert numbers(rows_of(as_alice, job, q="stands for this row")) == [2]

    def test_contact_ids_are_not_written_as_amounts(self, as_alice, make_job):
        response = rows_of(as_alice, make_job(until="finished"), show="created")
        contact_id = response.context["rows"][0]["contact_id"]

        assert f">{contact_id}<" in response.text

    def test_those_that_went_out_twice_are_found_and_say_so(self, as_alice, make_job):
        job = make_job(until="sending")
        job.batches.update(attempts=1)  # a call that was never answered
        run_inline(job)

        response = rows_of(as_alice, job, show="sent_again")

        assert numbers(response) == [3, 5, 7]
        assert ("sent_again", "Sent more than once", 3) in response.context["tabs"]
        assert "Sent again, because Dotdigital did not answer the first time." in response.text
        download = downloaded(as_alice, job, "sent_again")
        assert 'filename="contacts-sent-again.csv"' in download["Content-Disposition"]
        assert download.getvalue().count(b"sent_again") == 3

    def test_there_is_no_such_tab_when_none_did(self, as_alice, make_job):
        tabs = rows_of(as_alice, make_job(until="finished")).context["tabs"]

        assert "sent_again" not in {key for key, _, _ in tabs}
