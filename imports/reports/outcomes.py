"""What became of the rows of one batch: Dotdigital's report, joined back to rows.

The report carries no row numbers (`GET /contacts/v3/import/{importId}`), so a row finds its entries by the
identifiers it sent. How identifiers are echoed is not promised: case, the `+` of a number, identifiers
that are missing or were never sent. `report_matching` allows for all of that, here the two are joined.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from imports.fates import EntryKind
from imports.messages import NOTHING, Message
from imports.reports.ledger import Outcome
from imports.reports.report_matching import RANKS, ReportedEntry, ReportTables, code_word, read_report
from imports.reports.report_words import NOT_MENTIONED, REFUSED_WITHOUT_REASON
from imports.tables import Schema

OUTCOME_SCHEMA: Schema = {
    "row": pl.UInt32,
    "outcome": pl.String,
    "contact_id": pl.Int64,
    "codes": pl.String,
    "reason": pl.String,
    "told": pl.String,
    "with_problems": pl.Boolean,
    "repeated": pl.Boolean,
}
"""The columns of an outcomes table, of one batch or of a whole job. `codes` are separated by spaces. `reason` has
Dotdigital's own words, "" for none. What the portal has to say is a message in `told`, as JSON, null for none."""

SENT_COLUMNS = ("row", "match_by", "match_identifier", "email", "mobile_number")
"""What of a prepared table is needed to find its rows in a report."""

_PROBLEMS_OF_ROWS: Schema = {
    "row": pl.UInt32,
    "failed": pl.Boolean,
    "codes": pl.String,
    "reason": pl.String,
    "failed_contact_id": pl.Int64,
}

SETTLED_OUTCOMES = (
    Outcome.CREATED,
    Outcome.UPDATED,
    Outcome.REFUSED,
    Outcome.UNKNOWN,
    Outcome.NOT_SENT,
)
"""The buckets in which a row of a batch can end."""


def join_report(
    prepared_rows: pl.DataFrame | pl.LazyFrame, entries: Iterable[ReportedEntry], *, repeated: bool
) -> pl.DataFrame:
    """The outcome of every row of one batch, in the order of `prepared_rows`, as OUTCOME_SCHEMA.

    `prepared_rows` has `row`, `match_by` (the name of the identifier that the row's contact was matched by:
    `email`, `mobileNumber`, `contactId` or a custom one), `match_identifier` (its value), `email` and
    `mobile_number`, as sent. `entries` are gone through once.

    A row is `created` or `updated` as listed; one listed as both was made and then updated by the same
    import, and counts as created. Listed among the failures too, it has problems. Listed there alone, it
    is `refused`. Listed nowhere, it is `unknown`.

    An entry belongs to the rows that sent its match identifier; only when there are none, to those that
    sent its email, then its mobile number. Where several rows sent it, those that nothing else speaks for
    come first, so that two people who share a telephone are told apart as far as the report allows. An entry
    that no row sent anything of belongs to the rows of the entries that have its contact's id.

    Names of identifiers, e-mail addresses and the codes of a row's failures are the same in any letter case.
    Custom identifiers are the same in the same letter case, or in another when only one spelling was sent;
    so are addresses that only the case rules of some language make the same (`ß` and `SS`, `I` and `ı`).
    """
    rows = prepared_rows.lazy().select(SENT_COLUMNS).collect()
    sent, report = read_report(rows, entries)
    claims = _claim_entries(sent, report)
    arrivals = _best_arrivals(claims, report.contacts)
    problems = _joined_problems(claims, report.problems)
    failed = pl.col("failed").fill_null(False)
    arrived = pl.col("arrival").is_not_null()
    return (
        rows.select("row")
        .join(arrivals, on="row", how="left", maintain_order="left")
        .join(problems, on="row", how="left", maintain_order="left")
        .select(
            "row",
            pl.coalesce(
                "arrival",
                pl.when(failed).then(pl.lit(Outcome.REFUSED)).otherwise(pl.lit(Outcome.UNKNOWN)),
            ).alias("outcome"),
            pl.coalesce("contact_id", "failed_contact_id").alias("contact_id"),
            pl.col("codes").fill_null(""),
            pl.when(failed | arrived).then(pl.col("reason")).fill_null("").alias("reason"),
            pl.when(failed & (pl.col("reason") == ""))
            .then(pl.lit(_json(REFUSED_WITHOUT_REASON)))
            .when(~failed & ~arrived)
            .then(pl.lit(_json(NOT_MENTIONED)))
            .alias("told"),
            (failed & arrived).alias("with_problems"),
            pl.lit(repeated).alias("repeated"),
        )
        .cast(OUTCOME_SCHEMA)  # type: ignore[arg-type]
    )


def refuse_all(
    rows: pl.DataFrame | pl.LazyFrame,
    code: str,
    said: str = "",
    told: Message = NOTHING,
    *,
    repeated: bool = False,
) -> pl.DataFrame:
    """The outcomes of a batch that Dotdigital refused as a whole, of which it `said` this, and the portal has `told` to
    say; `rows` has at least the column `row`."""
    return _same_end(rows, Outcome.REFUSED, code_word(code), said, told, repeated)


def unknown_all(
    rows: pl.DataFrame | pl.LazyFrame,
    code: str,
    said: str = "",
    told: Message = NOTHING,
    *,
    repeated: bool = False,
) -> pl.DataFrame:
    """The outcomes of a batch that went out, or may have, and of which nothing could be learnt; as `refuse_all`."""
    return _same_end(rows, Outcome.UNKNOWN, code_word(code), said, told, repeated)


def not_sent_all(rows: pl.DataFrame | pl.LazyFrame) -> pl.DataFrame:
    """The outcomes of a batch that never went out."""
    return _same_end(rows, Outcome.NOT_SENT, "", "", NOTHING, repeated=False)


def _same_end(
    rows: pl.DataFrame | pl.LazyFrame, outcome: Outcome, codes: str, said: str, told: Message, repeated: bool
) -> pl.DataFrame:
    return (
        rows.lazy()
        .select(
            pl.col("row").cast(pl.UInt32),
            pl.lit(outcome).alias("outcome"),
            pl.lit(None, pl.Int64).alias("contact_id"),
            pl.lit(codes).alias("codes"),
            pl.lit(said).alias("reason"),
            pl.lit(_json(told) if told else None, pl.String).alias("told"),
            pl.lit(False).alias("with_problems"),
            pl.lit(repeated).alias("repeated"),
        )
        .collect()
    )


def _json(told: Message) -> str:
    return json.dumps(told.to_json())


@dataclass(frozen=True)
class _Claims:
    """Which entries speak of which rows: those of the same `group`.

    `of_entries`: `entry`, `group`; `of_rows`: `row`, `group`. They are never paired one by one: where many rows share
    a number and many entries name it, there would be a pair for each row and entry.
    """

    of_entries: pl.DataFrame
    of_rows: pl.DataFrame


def _claim_entries(sent: pl.DataFrame, report: ReportTables) -> _Claims:
    """Which entries speak of which rows. An entry is claimed at one rank only, by rows that are free (nothing of a
    lower rank speaks for them) if any of them is."""
    spoken_for = sent.select("row").clear()
    of_entries, of_rows = [], []
    echoed, alike = report.echoed, report.alike
    for rank in RANKS:
        rows = sent.filter(pl.col("rank") == rank).join(
            spoken_for.with_columns(is_free=False), on="row", how="left"
        )
        rows = rows.select("row", "key", pl.col("is_free").fill_null(True))
        keys = rows.group_by("key").agg(pl.col("is_free").any().alias("has_free"))
        named = echoed.join(keys, on="key")
        nearly_named = alike.join(keys, on="key").join(named, on="entry", how="anti")
        pairs = pl.concat([named, nearly_named]).with_columns(
            wants_free=pl.col("has_free").any().over("entry")
        )
        claimed = rows.join(pairs.select("key", "wants_free").unique(), on="key").filter(
            pl.col("is_free") | ~pl.col("wants_free")
        )
        group = (pl.col("key").cast(pl.UInt64) * 8 + rank * 2 + pl.col("wants_free")).alias("group")
        of_entries.append(pairs.select("entry", group))
        of_rows.append(claimed.select("row", group))
        spoken_for = pl.concat([spoken_for, claimed.select("row")]).unique()
        echoed, alike = (keyed.join(pairs, on="entry", how="anti") for keyed in (echoed, alike))
        if echoed.is_empty() and alike.is_empty():  # as in most reports after the first rank
            break
    claimed_entries = pl.concat(of_entries)
    by_contact = _claimed_by_contact(claimed_entries, report.contacts.drop_nulls("contact_id"))
    return _Claims(pl.concat([claimed_entries, by_contact]), pl.concat(of_rows))


def _claimed_by_contact(claimed: pl.DataFrame, contacts: pl.DataFrame) -> pl.DataFrame:
    """`entry`, `group` of entries that are not `claimed` and whose contact is that of one that is."""
    others = contacts.join(claimed, on="entry", how="anti")
    if others.is_empty():
        return claimed.clear()
    known = contacts.join(others, on="contact_id", how="semi").join(claimed, on="entry")
    return others.join(known.select("contact_id", "group").unique(), on="contact_id").select("entry", "group")


def _best_arrivals(claims: _Claims, contacts: pl.DataFrame) -> pl.DataFrame:
    """`row`, `arrival`, `contact_id`: the first entry that says a row was created, or else updated."""
    listed = claims.of_entries.join(contacts.filter(pl.col("kind") != EntryKind.FAILED.value), on="entry")
    of_groups = _first_of(listed, "group", "kind", "entry")
    of_rows = _first_of(claims.of_rows.join(of_groups, on="group"), "row", "kind", "entry")
    return of_rows.select("row", pl.col("kind").cast(pl.String).alias("arrival"), "contact_id")


def _joined_problems(claims: _Claims, problems: pl.DataFrame) -> pl.DataFrame:
    """`row`, `failed`, `codes`, `reason`, `failed_contact_id`: all that the failures say of a row."""
    if problems.is_empty():
        return pl.DataFrame(schema=_PROBLEMS_OF_ROWS)
    said = claims.of_entries.join(problems.with_row_index("place"), on="entry").with_columns(
        alike=pl.col("code").str.to_lowercase()
    )
    words = _first_of(said, ["group", "alike", "text"], "place")
    of_rows = claims.of_rows.join(words, on="group").sort("row", "place")
    ids = _first_of(said.drop_nulls("failed_contact_id"), "group", "place")
    ids_of_rows = _first_of(claims.of_rows.join(ids, on="group"), "row", "place")

    def joined(column: str, same: str, separator: str) -> pl.DataFrame:
        told = of_rows.filter(pl.col(column) != "").unique(["row", same], keep="first", maintain_order=True)
        lists = told.group_by("row", maintain_order=True).agg(column)
        return lists.with_columns(pl.col(column).list.join(separator))

    return (
        of_rows.select("row", failed=True)
        .unique()
        .join(joined("code", "alike", " ").rename({"code": "codes"}), on="row", how="left")
        .join(joined("text", "text", "; ").rename({"text": "reason"}), on="row", how="left")
        .join(ids_of_rows.select("row", "failed_contact_id"), on="row", how="left")
        .with_columns(pl.col("reason").fill_null(""))
    )


def _first_of(frame: pl.DataFrame, same: str | list[str], *order: str) -> pl.DataFrame:
    """Of the rows that are the `same`, the first by `order`."""
    return frame.sort(order).unique(same, keep="first", maintain_order=True)
