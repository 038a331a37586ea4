import tempfile
from collections import Counter
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imports import tables
from imports.dotdigital.types import FailureReason, ReportEntry
from imports.reports.ledger import LedgerError
from imports.reports.outcomes import join_report, refuse_all, unknown_all
from imports.reports.report_words import SENT_AGAIN_REASON, with_words
from imports.reports.settlement import FINAL_SCHEMA, count_ledger, scan_outcomes, write_outcomes
from tests.examples import examples
from tests.reports.artefacts import WORDS, sent, write_issues, write_prepared, write_settled

FATES = ("ready", "ready", "ready", "rejected", "duplicate", "excluded", "blank")


def settle(folder, prepared, issues=(), parts=(), **options):
    """The final table's rows by row number, and its ledger."""
    paths = [write_settled(folder / f"part-{number}", *rows) for number, rows in enumerate(parts)]
    ledger = write_outcomes(
        write_prepared(folder / "prepared", prepared),
        write_issues(folder / "issues", *issues),
        paths,
        folder / "outcomes",
        **options,
    )
    table = pl.read_parquet(folder / "outcomes")
    assert table.schema == pl.Schema(FINAL_SCHEMA)
    worded = with_words(scan_outcomes(folder / "outcomes").collect(), WORDS)
    return {row["row"]: row for row in worded.iter_rows(named=True)}, ledger


def ready(*rows):
    return [(row, "ready", None) for row in rows]


class TestReasons:
    def test_a_rejected_row_is_told_every_error_and_nothing_else(self, tmp_path):
        rows, ledger = settle(
            tmp_path,
            [(2, "rejected", None), (3, "ready", None)],
            [
                (2, "Email", "email_invalid", "error", "x@"),
                (2, "Phone", "phone_invalid", "error", "12"),
                (2, "Birthday", "date_unreadable", "warning", "soon"),
                (2, "Email", "email_invalid", "error", "x@"),
                (3, "Phone", "phone_invalid", "warning", "13"),
            ],
        )
        assert rows[2]["codes"] == "email_invalid phone_invalid"
        assert rows[2]["reason"] == "Email holds 'x@' (email_invalid). Phone holds '12' (phone_invalid)."
        assert (rows[3]["codes"], ledger.counts["rejected"]) == ("phone_invalid", 1)

    @pytest.mark.parametrize(
        ("said", "codes", "reason"),
        [
            ({"outcome": "created"}, "", ""),
            ({"outcome": "updated", "repeated": True}, "sent_again", f" {SENT_AGAIN_REASON}"),
        ],
    )
    def test_a_row_that_arrived_without_some_values_names_each_and_why(self, tmp_path, said, codes, reason):
        rows, ledger = settle(
            tmp_path,
            ready(2, 3),
            [
                (2, "Phone", "phone_invalid", "warning", "12"),
                (2, "Phone", "phone_not_mobile", "doubt", "13"),
                (2, "Birthday", "date_unreadable", "warning", "soon"),
                (2, "City", "text_trimmed", "note", " Ulm"),
                (3, "City", "text_trimmed", "note", " Ulm"),
            ],
            [[{"row": 2, **said}, {"row": 3, "outcome": "created"}]],
        )
        assert rows[2]["reason"] == (
            "Without some of its values: Phone holds '12' (phone_invalid). Birthday holds 'soon' (date_unreadable)."
            + reason
        )
        assert rows[2]["codes"] == f"phone_invalid date_unreadable {codes}".strip()
        assert (rows[2]["values_left_out"], rows[3]["values_left_out"]) == (True, False)
        assert (rows[3]["codes"], rows[3]["reason"]) == ("", "")
        assert ledger.values_left_out == 1

    @pytest.mark.parametrize(
        ("said", "reason"),
        [
            ({"outcome": "refused", "codes": "invalidEmail", "reason": "Invalid email"}, "Invalid email. "),
            ({"outcome": "unknown", "reason": "Nobody answered."}, "Nobody answered. "),
            (None, "The import ended before this row was sent. "),
        ],
    )
    def test_a_row_that_did_not_arrive_names_its_values_too_and_is_not_counted(self, tmp_path, said, reason):
        rows, ledger = settle(
            tmp_path,
            ready(2),
            [(2, "Phone", "phone_invalid", "warning", "12")],
            [[{"row": 2, **said}]] if said else [],
        )
        assert rows[2]["reason"] == f"{reason}Without some of its values: Phone holds '12' (phone_invalid)."
        assert (rows[2]["values_left_out"], ledger.values_left_out) == (False, 0)

    def test_a_rejected_row_without_an_error_is_not_left_without_a_word(self, tmp_path):
        rows, _ = settle(tmp_path, [(2, "rejected", None)])
        assert rows[2]["reason"] == "This row has an error, so it is not sent."

    def test_a_duplicate_names_the_row_that_stands_for_it(self, tmp_path):
        rows, _ = settle(tmp_path, [(2, "duplicate", 7), (3, "duplicate", None), (7, "ready", None)])
        assert rows[2]["reason"] == "Row 7 stands for this row."
        assert rows[3]["reason"] == "Another row of the file stands for this row."

    def test_a_ready_row_that_no_batch_speaks_of_was_not_sent(self, tmp_path):
        rows, ledger = settle(tmp_path, ready(2, 3), parts=[[{"row": 3, "outcome": "created"}]])
        assert (rows[2]["outcome"], rows[3]["outcome"]) == ("not_sent", "created")
        assert rows[2]["reason"] == "The import ended before this row was sent."
        assert rows[3]["reason"] == ""
        assert ledger.counts["not_sent"] == 1

    def test_what_a_batch_reported_is_kept(self, tmp_path):
        reported = {
            "row": 2,
            "outcome": "updated",
            "contact_id": 50_010_002,
            "codes": "consentRecordsNotApplied",
            "reason": "Consent records were badly formed",
            "with_problems": True,
            "values_left_out": False,
            "repeated": False,
        }
        rows, ledger = settle(tmp_path, ready(2), parts=[[reported]])
        assert rows[2] == reported
        assert ledger.with_problems == 1

    @pytest.mark.parametrize(
        ("said", "codes", "reason"),
        [
            ({"outcome": "created"}, "sent_again", SENT_AGAIN_REASON),
            (
                {"outcome": "refused", "codes": "invalidEmail", "reason": "Invalid 'email'"},
                "invalidEmail sent_again",
                f"Invalid 'email'. {SENT_AGAIN_REASON}",
            ),
            (
                {"outcome": "unknown", "codes": "no_answer", "reason": "Nobody answered."},
                "no_answer sent_again",
                f"Nobody answered. {SENT_AGAIN_REASON}",
            ),
        ],
    )
    def test_a_row_that_went_out_twice_says_so_in_every_bucket(self, tmp_path, said, codes, reason):
        twice = {"row": 2, **said, "repeated": True}
        rows, ledger = settle(tmp_path, ready(2, 3), parts=[[twice, {"row": 3, "outcome": "created"}]])
        assert (rows[2]["outcome"], rows[2]["codes"], rows[2]["reason"]) == (said["outcome"], codes, reason)
        assert (rows[3]["codes"], rows[3]["reason"]) == ("", "")
        assert ledger.counts[said["outcome"]] >= 1


class TestWhatIsStored:
    def test_it_is_codes_and_dotdigital_s_own_words_alone(self, tmp_path):
        settle(
            tmp_path,
            [
                (2, "rejected", None),
                (3, "duplicate", 4),
                (4, "ready", None),
                (5, "ready", None),
                (6, "blank", None),
            ],
            [
                (2, "Email", "email_invalid", "error", "x@"),
                (4, "Phone", "phone_invalid", "warning", "12"),
            ],
            [[{"row": 4, "outcome": "refused", "reason": "Invalid", "repeated": True}]],
        )
        table = tables.scan(tmp_path / "outcomes").select(
            "codes", "reason", "told", "stands_for_it", "issues"
        )
        email, phone = (
            [{"code": code, "column": column, "original": original, "result": ""}]
            for code, column, original in (("email_invalid", "Email", "x@"), ("phone_invalid", "Phone", "12"))
        )
        assert table.collect().rows() == [
            ("email_invalid", "", None, None, email),
            ("", "", None, 4, None),
            ("phone_invalid sent_again", "Invalid", None, None, phone),
            ("", "", None, None, None),
            ("", "", None, None, None),
        ]

    def test_a_table_of_an_older_version_is_read_as_it_was_worded(self, tmp_path):
        path = tmp_path / "older"
        older = {"row": 2, "outcome": "updated", "contact_id": 7, "codes": "sent_again", "repeated": True}
        worded = f"Without some of its values: no phone. {SENT_AGAIN_REASON}"
        pl.DataFrame(
            [{**older, "reason": worded, "with_problems": False, "values_left_out": True}]
        ).write_parquet(path)
        [row] = with_words(scan_outcomes(path).collect(), WORDS).iter_rows(named=True)
        assert (row["reason"], row["repeated"], row["values_left_out"]) == (worded, True, True)

    def test_a_batch_that_an_older_version_settled_keeps_its_words(self, tmp_path):
        part = tmp_path / "part"
        older = {"row": 2, "outcome": "unknown", "contact_id": None, "codes": "", "repeated": False}
        pl.DataFrame([{**older, "reason": "Nobody answered.", "with_problems": False}]).write_parquet(part)
        prepared = write_prepared(tmp_path / "prepared", ready(2))
        write_outcomes(prepared, write_issues(tmp_path / "issues"), [part], tmp_path / "outcomes")
        [row] = with_words(scan_outcomes(tmp_path / "outcomes").collect(), WORDS).iter_rows(named=True)
        assert (row["outcome"], row["reason"]) == ("unknown", "Nobody answered.")

    def test_sentences_are_in_the_language_of_whoever_reads(self, tmp_path, shouting):
        rows, _ = settle(tmp_path, [(2, "duplicate", 7), (3, "blank", None), (7, "ready", None)])
        assert [rows[row]["reason"] for row in (2, 3, 7)] == [
            "ROW 7 STANDS FOR THIS ROW.",
            "THERE IS NOTHING IN ANY MAPPED COLUMN OF THIS ROW.",
            "THE IMPORT ENDED BEFORE THIS ROW WAS SENT.",
        ]


class TestLedger:
    def test_an_empty_file_has_an_empty_ledger(self, tmp_path):
        rows, ledger = settle(tmp_path, [])
        assert (rows, ledger.rows) == ({}, 0)

    def test_takes_batches_in_any_order_and_empty_ones(self, tmp_path):
        parts = [[{"row": 5, "outcome": "unknown"}], [], [{"row": 2, "outcome": "refused"}]]
        rows, _ = settle(tmp_path, ready(2, 5), parts=parts)
        assert [row["outcome"] for row in rows.values()] == ["refused", "unknown"]

    @pytest.mark.parametrize(
        ("prepared", "parts", "words"),
        [
            (ready(2, 2), [], "row 2 is there twice"),
            (ready(3, 2), [], "row 2 is there twice or out of order"),
            ([(2, "lost", None)], [], "row 2 has no known fate: 'lost'"),
            ([(2, None, None)], [], "row 2 has no known fate: None"),
            (
                ready(2),
                [[{"row": 2, "outcome": "created"}], [{"row": 2, "outcome": "updated"}]],
                "settled twice",
            ),
            (ready(2), [[{"row": 2, "outcome": "created"}] * 2], "row 2 was settled twice"),
            ([(2, "blank", None)], [[{"row": 2, "outcome": "created"}]], "row 2 was settled though"),
            (ready(2, 4), [[{"row": 3, "outcome": "created"}]], "row 3 was settled though"),
            (ready(2), [[{"row": 9, "outcome": "created"}]], "rows that the file does not have"),
            (ready(2), [[{"row": 2, "outcome": "blank"}]], "row 2 has no known outcome: 'blank'"),
        ],
    )
    def test_refuses_tables_that_do_not_fit_and_leaves_none_behind(self, tmp_path, prepared, parts, words):
        with pytest.raises(LedgerError, match=words):
            settle(tmp_path, prepared, parts=parts)
        assert sorted(path.name for path in tmp_path.glob("outcomes*")) == []

    def test_refuses_a_prepared_table_that_lost_rows_of_the_file(self, tmp_path):
        with pytest.raises(LedgerError, match="the buckets hold 2 rows, the file has 3"):
            settle(tmp_path, ready(2, 3), rows=3)
        assert not (tmp_path / "outcomes").exists()

    def test_counts_what_is_written_and_nothing_else(self, tmp_path):
        table = write_settled(
            tmp_path / "outcomes", {"row": 2, "outcome": "created"}, {"row": 2, "outcome": "blank"}
        )
        with pytest.raises(LedgerError, match="row 2 is there twice"):
            count_ledger(table, 2)

    def test_agrees_across_row_groups_and_batches_that_straddle_them(self, tmp_path):
        rows = 120_001
        prepared = write_prepared(
            tmp_path / "prepared",
            [(row, "rejected" if row % 10 == 0 else "ready", None) for row in range(2, rows + 2)],
            rows_per_group=7_000,
        )
        issues = write_issues(
            tmp_path / "issues",
            *[(row, "Email", "email_invalid", "error", str(row)) for row in range(10, rows + 2, 10)],
        )
        ready_rows = tables.scan(prepared).filter(pl.col("fate") == "ready").select("row").collect()
        parts = []
        for number, batch in enumerate(ready_rows.iter_slices(9_999)):
            parts.append(tmp_path / f"part-{number}")
            refuse_all(batch, "x", f"batch {number}").write_parquet(parts[-1])
        ledger = write_outcomes(prepared, issues, parts, tmp_path / "outcomes", rows=rows)
        assert dict(ledger.counts) | {"refused": 108_001, "rejected": 12_000} == dict(ledger.counts)
        table = with_words(scan_outcomes(tmp_path / "outcomes").collect(), WORDS)
        assert table["row"].to_list() == list(range(2, rows + 2))
        wrong = table.filter(
            pl.col("outcome").eq("rejected")
            & pl.col("reason").ne(pl.format("Email holds '{}' (email_invalid).", "row"))
        )
        assert wrong.is_empty()


def email_of(row):
    return f"person{row}@example.com"


def report_on(draw, rows):
    """A report that may mention each row anywhere, more than once, or not at all."""
    places = [draw(st.sets(st.sampled_from(["created", "updated", "failures"]))) for _ in rows]

    def listed(place):
        return [row for row, found in zip(rows, places, strict=True) if place in found]

    reasons = (FailureReason("invalidEmail", "Invalid value for 'email'"),)
    arrived = [
        ReportEntry(kind, row, {"email": email_of(row)})
        for kind in ("created", "updated")
        for row in listed(kind)
    ]
    failed = [ReportEntry("failed", None, {"email": email_of(row)}, reasons) for row in listed("failures")]
    return [*arrived, *failed]


@settings(max_examples=examples(quick=20, deep=1_000), deadline=None)
@given(st.data(), st.lists(st.sampled_from(FATES), max_size=30), st.integers(2, 9))
def test_every_row_ends_in_exactly_one_bucket_and_they_add_up(data, fates, first_row):
    prepared = [
        (row, fate, first_row if fate == "duplicate" else None)
        for row, fate in enumerate(fates, start=first_row)
    ]
    ready_rows = [row for row, fate, _ in prepared if fate == "ready"]
    cuts = data.draw(st.sets(st.integers(0, len(ready_rows)), max_size=4))
    batches = [ready_rows[start:end] for start, end in pairwise(sorted({0, *cuts, len(ready_rows)}))]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        parts = []
        never_sent = 0
        for number, rows in enumerate(batches):
            batch = sent(*[(row, email_of(row), email_of(row), None) for row in rows])
            match data.draw(st.sampled_from(["joined", "refused", "unknown", "never sent"])):
                case "joined":
                    part = join_report(batch, report_on(data.draw, rows), repeated=False)
                case "refused":
                    part = refuse_all(batch, "contacts:badRequest", "No.")
                case "unknown":
                    part = unknown_all(batch, "no_answer", "Nobody answered.")
                case _:
                    never_sent += len(rows)
                    continue
            parts.append(folder / f"part-{number}")
            part.write_parquet(parts[-1])
        ledger = write_outcomes(
            write_prepared(folder / "prepared", prepared),
            write_issues(folder / "issues"),
            parts,
            folder / "outcomes",
            rows=len(fates),
        )
        table = with_words(scan_outcomes(folder / "outcomes").collect(), WORDS)
    assert table["row"].to_list() == [row for row, _, _ in prepared]
    assert sum(ledger.counts.values()) == ledger.rows == len(fates)
    assert Counter(table["outcome"].to_list()) == Counter(ledger.counts)
    assert ledger.with_problems == table["with_problems"].sum()
    assert ledger.counts["not_sent"] == never_sent
    for fate in ("rejected", "duplicate", "excluded", "blank"):
        assert ledger.counts[fate] == fates.count(fate)
    unexplained = table.filter((pl.col("reason") == "") & ~pl.col("outcome").is_in(["created", "updated"]))
    assert unexplained.is_empty()
