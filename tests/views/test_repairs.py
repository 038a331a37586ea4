"""Repairing a checked file: row by row, by groups of problems and by columns; and the list of what was repaired."""

import csv
import io

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse

from imports.jobs.advance import run_inline
from imports.jobs.confirm import confirm_job
from imports.jobs.draft import OpenPage, draft_of, keep_draft
from imports.jobs.repairing import overlay_of
from imports.models import UploadJob
from imports.states import JobStatus
from tests.views.conftest import MakeJob

FILE = (
    "Email,First name,Mobile number,Town\r\n"
    "ada@example.com,Ada,07400 604986,Leeds\r\n"
    "not an address,Nora,07400 604987,leeds\r\n"
    "zoe@gmial.com,Zoë,12,York\r\n"
    "lea@example.com,Lea,,Leeds\r\n"
)
BROKEN_ROW = 3
FETCHED = {"X-Requested-With": "fetch"}


@pytest.fixture
def job(make_job: MakeJob) -> UploadJob:
    return make_job(FILE, until="checked")


def url(name: str, job: UploadJob, *args: object) -> str:
    return reverse(f"imports:{name}", args=[job.pk, *args])


def as_it_is(job: UploadJob) -> UploadJob:
    return UploadJob.objects.select_related("account").get(pk=job.pk)


def checked_again(job: UploadJob) -> UploadJob:
    """The job after the check that a repair has begun."""
    again = as_it_is(job)
    assert again.status == JobStatus.CHECKING
    run_inline(again)
    return again


def cells_of(client, job: UploadJob, row: int) -> dict[str, str]:
    """What the form on the page of a row has in its fields."""
    shown = client.get(url("row", job, row)).context["row"]
    fields = {f"cell-{cell.place}": cell.value for cell in shown.cells}
    return fields | {f"was-{cell.place}": cell.value for cell in shown.cells}


def made(job: UploadJob) -> list[dict]:
    return [entry.repair.to_json() for entry in overlay_of(as_it_is(job))]


@pytest.mark.once
class TestRowPage:
    def test_every_value_is_a_field_and_says_what_is_wrong_with_it(self, as_alice, job):
        text = as_alice.get(url("row", job, BROKEN_ROW)).text

        assert 'name="cell-1" value="Nora"' in text
        assert 'name="cell-0" value="not an address" aria-describedby="said-0" aria-invalid="true"' in text
        assert "has no @" in text

    def test_what_is_changed_is_kept_and_the_rest_is_not(self, as_alice, job):
        posted = cells_of(as_alice, job, BROKEN_ROW) | {"cell-0": "nora@example.com"}

        response = as_alice.post(url("row", job, BROKEN_ROW), posted, follow=True)

        assert made(job) == [{"column": "Email", "row": BROKEN_ROW, "value": "nora@example.com"}]
        assert "Row 3: Ready." in response.text
        again = checked_again(job)
        assert again.check_summary["fates"]["ready"] == job.check_summary["fates"]["ready"] + 1
        assert "In the file: “not an address”" in as_alice.get(url("row", job, BROKEN_ROW)).text

    def test_a_script_gets_the_rows_that_are_others_now(self, as_alice, job):
        posted = {"place": "0", "was": "not an address", "value": "ada@example.com"}

        response = as_alice.post(url("row", job, BROKEN_ROW), posted, headers=FETCHED)

        assert response.status_code == 200
        assert "Row 2 is now: Duplicate." in response.context["says"]
        assert [row.row for row in response.context["rows"]] == [3, 2]
        assert 'id="row-2"' in response.text
        assert 'data-state="checking"' in response.text

    def test_nothing_changed_is_no_repair(self, as_alice, job):
        as_alice.post(url("row", job, BROKEN_ROW), cells_of(as_alice, job, BROKEN_ROW))

        assert made(job) == []
        assert as_it_is(job).status == JobStatus.CHECKED

    def test_line_ends_of_browsers_are_no_change(self, as_alice, make_job):
        job = make_job('Email,First name\r\nada@example.com,"Ada\nAugusta"\r\n', until="checked")
        posted = {name: value.replace("\n", "\r\n") for name, value in cells_of(as_alice, job, 2).items()}
        assert "<textarea" in as_alice.get(url("row", job, 2)).text

        as_alice.post(url("row", job, 2), posted)

        assert made(job) == []

    def test_what_somebody_else_has_changed_is_not_overwritten(self, as_alice, client_of, mona, job):
        before = cells_of(as_alice, job, BROKEN_ROW)
        client_of(mona).post(url("row", job, BROKEN_ROW), before | {"cell-0": "nora@example.org"})

        response = as_alice.post(
            url("row", job, BROKEN_ROW), before | {"cell-0": "nora@example.com"}, headers=FETCHED
        )

        assert response.status_code == 409
        assert "“nora@example.org” meanwhile" in response.context["says"]
        assert "You had typed “nora@example.com”" in response.context["says"]
        assert len(made(job)) == 1

    def test_no_value_is_kept_for_the_next_page(self, as_alice, client_of, mona, job):
        before = cells_of(as_alice, job, BROKEN_ROW)
        client_of(mona).post(url("row", job, BROKEN_ROW), before | {"cell-0": "nora@example.org"})

        refused = as_alice.post(url("row", job, BROKEN_ROW), before | {"cell-0": "nora@example.com"})
        now = cells_of(as_alice, job, BROKEN_ROW)
        made = as_alice.post(url("row", job, BROKEN_ROW), now | {"cell-0": "nora?"})

        assert "You had typed “nora@example.com”" in refused.text
        assert "“nora?” has no @" in made.text
        assert "messages" not in as_alice.cookies
        assert all("_messages" not in one.get_decoded() for one in Session.objects.all())

    def test_a_row_is_left_out_and_taken_back(self, as_alice, job):
        as_alice.post(url("row", job, 2), {"leave_out": "1"})
        assert checked_again(job).check_summary["fates"]["excluded"] == 1
        assert "Take this row back" in as_alice.get(url("row", job, 2)).text

        as_alice.post(url("row", job, 2), {"leave_out": "0"})

        assert checked_again(job).check_summary["fates"] == job.check_summary["fates"]

    def test_who_may_not_act_sees_the_row_without_a_form(self, client_of, bob, job):
        text = client_of(bob).get(url("row", job, BROKEN_ROW)).text

        assert "has no @" in text
        assert 'name="cell-0"' not in text

    def test_after_the_import_has_begun_it_is_too_late(self, as_alice, job, alice):
        posted = cells_of(as_alice, job, BROKEN_ROW) | {"cell-0": "nora@example.com"}
        assert confirm_job(as_it_is(job), alice)

        response = as_alice.post(url("row", job, BROKEN_ROW), posted, headers=FETCHED)

        assert response.status_code == 409
        assert "cannot be repaired any more" in response.context["says"]
        assert 'name="cell-0"' not in as_alice.get(url("row", job, BROKEN_ROW)).text

    @pytest.mark.parametrize("row", [1, 99])
    def test_there_is_no_other_row(self, row, as_alice, job):
        assert as_alice.get(url("row", job, row)).status_code == 404


@pytest.mark.once
class TestRowsPage:
    def test_it_can_be_edited_by_who_may_act_alone(self, as_alice, client_of, bob, job):
        assert 'data-place="0"' in as_alice.get(url("rows", job)).text
        assert 'data-place="0"' not in client_of(bob).get(url("rows", job)).text

    def test_while_the_file_is_checked_it_shows_what_was_changed(self, as_alice, job):
        as_alice.post(
            url("row", job, BROKEN_ROW), {"place": "0", "was": "not an address", "value": "n@example.com"}
        )

        response = as_alice.get(url("rows", job), {"show": "rejected"})

        (row,) = (one["grid"] for one in response.context["rows"])
        assert (row.label, row.cells[0].value, row.cells[0].severity) == (
            "Being checked",
            "n@example.com",
            "",
        )
        assert "The whole file is being checked again" in response.text

    def test_a_long_value_is_edited_on_the_page_of_its_row(self, as_alice, make_job):
        job = make_job(f"Email,First name\r\nada@example.com,{'x' * 3_000}\r\n", until="checked")

        assert "data-long" in as_alice.get(url("rows", job)).text


@pytest.mark.once
class TestGroups:
    def repair(self, client, job: UploadJob, **posted: str):
        return client.post(url("repair", job), posted, headers=FETCHED)

    def offers(self, client, job: UploadJob, code: str) -> dict[str, str]:
        columns = client.get(url("group-repairs", job, code)).context["columns"]
        return {offer.title: offer.meaning for column in columns for offer in column.offers}

    def test_each_says_how_many_and_gives_an_example(self, as_alice, job):
        offers = self.offers(as_alice, job, "email_domain_typo")

        assert offers["Use the suggested values"] == (
            "1 value. Row 4: “zoe@gmial.com” becomes “zoe@gmail.com”."
        )
        assert offers["Leave the rows out"] == "1 row, for example row 4."
        assert offers["Send the values as they are"] == "Nothing has to be done for this."

    def test_the_check_page_leads_to_them(self, as_alice, client_of, bob, job):
        link = url("group-repairs", job, "email_domain_typo")

        assert link in as_alice.get(url("check", job)).text
        assert link not in client_of(bob).get(url("check", job)).text

    def test_the_suggested_value_is_used(self, as_alice, job):
        response = self.repair(as_alice, job, kind="suggested", place="0", code="email_domain_typo")

        assert response.status_code == 200
        assert 'data-state="checking"' in response.text
        assert made(job) == [{"column": "Email", "code": "email_domain_typo", "use": "suggested"}]
        assert "email_domain_typo" not in checked_again(job).check_summary["issue_counts"]

    def test_values_become_blank(self, as_alice, job):
        code = next(
            issue["code"]
            for issue in job.check_summary["issues"]
            if issue["column"] == "Mobile number" and issue["severity"] == "warning"
        )
        self.repair(as_alice, job, kind="blank", place="2", code=code)

        assert code not in checked_again(job).check_summary["issue_counts"]

    def test_rows_are_left_out(self, as_alice, job):
        self.repair(as_alice, job, kind="leave_out", place="0", code="email_domain_typo")

        assert checked_again(job).check_summary["fates"]["excluded"] == 1

    def test_a_part_of_values_is_found_and_replaced(self, as_alice, job):
        self.repair(as_alice, job, kind="find", place="3", find="eeds", by="EEDS")
        checked_again(job)

        shown = as_alice.get(url("row", job, 2)).context["row"]
        assert shown.cells[3].value == "LEEDS"

    def test_a_change_of_a_column_says_first_how_many_values_it_would_change(self, as_alice, job):
        asked = {"kind": "find", "place": "0", "find": "@", "by": " at ", "preview": "1"}

        response = self.repair(as_alice, job, **asked)

        assert response.context["sentences"] == [
            "1 value with a problem would change. Row 4: “zoe@gmial.com” becomes “zoe at gmial.com”.",
            "2 values without a problem would change. Row 2: “ada@example.com” becomes “ada at example.com”.",
        ]
        assert "Change 3 values" in response.text
        assert made(job) == []
        assert as_it_is(job).status == JobStatus.CHECKED

        self.repair(as_alice, job, **dict(response.context["fields"]))

        assert made(job) == [{"column": "Email", "find": "@", "by": " at "}]

    def test_a_change_of_no_value_cannot_be_made(self, as_alice, job):
        response = self.repair(as_alice, job, kind="trim", place="3", preview="1")

        assert "No value would change." in response.text
        assert "<button" not in response.text.partition('id="repair-preview"')[2].partition("</main>")[0]

    def test_what_would_change_is_told_once_the_file_is_checked(self, as_alice, job):
        self.repair(as_alice, job, kind="find", place="3", find="eeds", by="EEDS")

        response = self.repair(as_alice, job, kind="trim", place="3", preview="1")

        assert response.status_code == 409
        assert "Wait for the end of that" in response.text
        assert len(made(job)) == 1

    def test_the_country_of_numbers_changes_the_mapping(self, as_alice, make_job):
        job = make_job("Email,Mobile number\r\nada@example.com,01512 3456789\r\n", until="checked")
        code = next(iter(job.check_summary["issue_counts"]))
        titles = self.offers(as_alice, job, code)
        assert any("Germany" in title for title in titles)

        self.repair(as_alice, job, kind="setting", place="1", key="region", value="DE")

        assert checked_again(job).mapping["columns"][1]["region"] == "DE"
        assert made(job) == []

    def test_a_setting_leaves_what_somebody_chooses_on_the_mapping_page(self, as_alice, make_job, mona):
        job = make_job("Email,Mobile number\r\nada@example.com,01512 3456789\r\n", until="checked")
        chosen = {**job.mapping, "lists": [1]}
        keep_draft(job, OpenPage("a-page", 0, job.changed_at.isoformat()), mona, mapping=chosen)

        self.repair(as_alice, job, kind="setting", place="1", key="region", value="DE")

        kept = draft_of(checked_again(job))
        assert kept is not None
        assert (kept.person, kept.mapping) == (mona, chosen)

    @pytest.mark.parametrize(
        "posted",
        [
            {},
            {"kind": "suggested", "place": "0"},
            {"kind": "suggested", "place": "99", "code": "email_domain_typo"},
            {"kind": "find", "place": "0", "find": ""},
            {"kind": "nonsense", "place": "0", "code": "email_domain_typo"},
            {"kind": "suggested", "place": "0", "code": "nonsense"},
            {"kind": "setting", "place": "0", "key": "nonsense", "value": "DE"},
        ],
        ids=str,
    )
    def test_what_asks_for_nothing_changes_nothing(self, posted, as_alice, job):
        assert self.repair(as_alice, job, **posted).status_code == 409
        assert made(job) == []
        assert as_it_is(job).status == JobStatus.CHECKED


@pytest.mark.once
class TestColumnValues:
    def test_each_different_value_has_its_count(self, as_alice, job):
        response = as_alice.get(url("column-values", job, 3))

        assert response.context["counted"] == [("Leeds", 2), ("York", 1), ("leeds", 1)]

    def test_only_those_with_a_problem_are_listed(self, as_alice, job):
        response = as_alice.get(url("column-values", job, 0), {"code": "email_domain_typo"})

        assert response.context["counted"] == [("zoe@gmial.com", 1)]

    def test_they_are_replaced_and_made_blank(self, as_alice, job):
        posted = {
            "kind": "values", "place": "3",
            "word-0": "Leeds", "by-0": "", "word-1": "York", "by-1": "", "blank-1": "1",
            "word-2": "leeds", "by-2": "Leeds",
        }  # fmt: skip

        response = as_alice.post(url("repair", job), posted)

        assert response["Location"] == url("check", job)
        assert made(job) == [
            {"column": "Town", "replace": "York", "by": ""},
            {"column": "Town", "replace": "leeds", "by": "Leeds"},
        ]

    def test_there_is_no_other_column(self, as_alice, job):
        assert as_alice.get(url("column-values", job, 9)).status_code == 404


@pytest.mark.once
class TestList:
    @pytest.fixture
    def repaired(self, as_alice, job) -> UploadJob:
        as_alice.post(
            url("row", job, BROKEN_ROW), {"place": "0", "was": "not an address", "value": "n@example.com"}
        )
        checked_again(job)
        as_alice.post(url("repair", job), {"kind": "values", "place": "3", "word-0": "York", "by-0": "Hull"})
        return checked_again(job)

    def lines(self, client, job: UploadJob):
        return client.get(url("repairs", job)).context["repairs"]

    def test_it_says_what_by_whom_and_how_many(self, as_alice, repaired):
        first, second = self.lines(as_alice, repaired)

        assert (first.words, first.column, first.effect_words, first.person) == (
            "Row 3: change the value to “n@example.com”", "Email", "1 value", "Alice",
        )  # fmt: skip
        assert (second.words, second.column) == ("Replace every “York” by “Hull”", "Town")

    def test_one_is_undone_and_done_again(self, as_alice, repaired):
        as_alice.post(url("undo-repair", repaired, 1))
        again = checked_again(repaired)
        assert again.check_summary["fates"]["rejected"] == 1
        assert [line.is_undone for line in self.lines(as_alice, again)] == [True, False]

        as_alice.post(url("redo-repair", repaired, 1))

        assert "rejected" not in {
            fate for fate, count in checked_again(again).check_summary["fates"].items() if count
        }

    def test_all_are_undone(self, as_alice, repaired, job):
        as_alice.post(url("undo-repairs", repaired))

        assert checked_again(repaired).check_summary["fates"] == job.check_summary["fates"]
        assert all(line.is_undone for line in self.lines(as_alice, repaired))
        assert "Undo all repairs" not in as_alice.get(url("repairs", repaired)).text

    def test_it_is_exported_value_by_value(self, as_alice, repaired):
        response = as_alice.get(url("repairs-csv", repaired))

        rows = list(csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig"))))
        assert [(row["row"], row["column"], row["was"], row["is"], row["by"]) for row in rows] == [
            ("3", "Email", "not an address", "n@example.com", "Alice"),
            ("4", "Town", "York", "Hull", "Alice"),
        ]

    def test_who_may_not_act_and_what_was_sent_have_no_buttons(
        self, as_alice, alice, client_of, bob, repaired
    ):
        assert "Undo all repairs" in as_alice.get(url("repairs", repaired)).text
        assert "<button" not in client_of(bob).get(url("repairs", repaired)).text.partition("<main")[2]

        assert confirm_job(as_it_is(repaired), alice)

        page = as_alice.get(url("repairs", repaired)).text.partition("<main")[2]
        assert "Replace every “York” by “Hull”" in page
        assert "<button" not in page

    def test_without_repairs_it_says_so(self, as_alice, job):
        assert "Nothing has been repaired" in as_alice.get(url("repairs", job)).text


class TestRecheck:
    def test_it_tells_how_far_the_check_is(self, as_alice, job):
        asked = url("recheck", job)
        assert "3 contacts are ready. 1 row is left out." in as_alice.get(asked).text

        as_alice.post(url("row", job, 2), {"leave_out": "1"})
        assert 'data-state="checking"' in as_alice.get(asked).text

        checked_again(job)
        assert "2 contacts are ready. 2 rows are left out." in as_alice.get(asked).text

    def test_it_leads_elsewhere_once_the_job_has_moved_on(self, as_alice, make_job):
        assert 'data-state="elsewhere"' in as_alice.get(url("recheck", make_job())).text
