"""What became of the rows of one batch: Dotdigital's report, joined back to rows.

The report carries no row numbers (`GET /contacts/v3/import/{importId}`), so a row finds its entries by the
identifiers it sent. How identifiers are echoed is not promised: case, the `+` of a number, identifiers
that are missing or were never sent. All of that is allowed for here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

import polars as pl

from imports.tables import Schema

OUTCOME_SCHEMA: Schema = {
    "row": pl.UInt32,
    "outcome": pl.String,
    "contact_id": pl.Int64,
    "codes": pl.String,
    "reason": pl.String,
    "with_problems": pl.Boolean,
    "repeated": pl.Boolean,
}
"""The columns of an outcomes table, of one batch or of a whole job. `codes` are parted by spaces."""

SENT_COLUMNS = ("row", "match_by", "match_identifier", "email", "mobile_number")
"""What of a prepared table is needed to find its rows in a report."""

SETTLED_OUTCOMES = ("created", "updated", "refused", "unknown", "not_sent")
"""The buckets in which a row of a batch can end."""

NOT_MENTIONED = (
    "Dotdigital's report does not mention this contact. Look it up in Dotdigital before you send it again."
)
REFUSED_WITHOUT_REASON = "Dotdigital refused this contact and gave no reason."
NOT_SENT = "The import ended before this row was sent."

_EMAIL, _MOBILE_NUMBER, _CONTACT_ID = "email", "mobilenumber", "contactid"
_RANKS = 3


class ContactReference(Protocol):
    """An entry of `created` or `updated`."""

    @property
    def contact_id(self) -> int: ...
    @property
    def identifiers(self) -> Mapping[str, object]: ...


class FailureReason(Protocol):
    """One of the things that went wrong with a contact."""

    @property
    def code(self) -> str: ...
    @property
    def description(self) -> str: ...


class ImportFailure(Protocol):
    """An entry of `failures`."""

    @property
    def contact_id(self) -> int | None: ...
    @property
    def identifiers(self) -> Mapping[str, object]: ...
    @property
    def reasons(self) -> Sequence[FailureReason]: ...


def join_report(
    prepared_rows: pl.DataFrame | pl.LazyFrame,
    created: Sequence[ContactReference],
    updated: Sequence[ContactReference],
    failures: Sequence[ImportFailure],
    *,
    repeated: bool,
) -> pl.DataFrame:
    """The outcome of every row of one batch, in the order of `prepared_rows`, as OUTCOME_SCHEMA.

    `prepared_rows` has `row`, `match_by` (the name of the identifier that the row's contact was matched by:
    `email`, `mobileNumber`, `contactId` or a custom one), `match_identifier` (its value), `email` and
    `mobile_number`, as sent.

    A row is `created` or `updated` as listed; one listed as both was made and then updated by the same
    import, and counts as created. Listed among the failures too, it has problems. Listed there alone, it
    is `refused`. Listed nowhere, it is `unknown`.

    An entry belongs to the rows that sent its match identifier; only when there are none, to those that
    sent its email, then its mobile number. Where several rows sent it, those that nothing else speaks for
    come first, so that two people who share a telephone are told apart as far as the report allows.
    """
    rows = prepared_rows.lazy().select(SENT_COLUMNS).collect()
    references = [*created, *updated]
    entries: list[ContactReference | ImportFailure] = [*references, *failures]
    claims = _claim_entries(_keys_sent(rows), _keys_echoed(entries))
    arrivals = _best_arrivals(claims, references, len(created))
    problems = _joined_problems(claims, failures, first_entry=len(references))
    failed = pl.col("failed").fill_null(False)
    arrived = pl.col("arrival").is_not_null()
    return (
        rows.select("row")
        .join(arrivals, on="row", how="left", maintain_order="left")
        .join(problems, on="row", how="left", maintain_order="left")
        .select(
            "row",
            pl.coalesce(
                "arrival", pl.when(failed).then(pl.lit("refused")).otherwise(pl.lit("unknown"))
            ).alias("outcome"),
            pl.coalesce("contact_id", "failed_contact_id").alias("contact_id"),
            pl.col("codes").fill_null(""),
            pl.when(failed & (pl.col("reason") == ""))
            .then(pl.lit(REFUSED_WITHOUT_REASON))
            .when(failed | arrived)
            .then(pl.col("reason").fill_null(""))
            .otherwise(pl.lit(NOT_MENTIONED))
            .alias("reason"),
            (failed & arrived).alias("with_problems"),
            pl.lit(repeated).alias("repeated"),
        )
        .cast(OUTCOME_SCHEMA)  # type: ignore[arg-type]
    )


def refuse_all(
    rows: pl.DataFrame | pl.LazyFrame, code: str, reason: str, *, repeated: bool = False
) -> pl.DataFrame:
    """The outcomes of a batch that Dotdigital refused as a whole; `rows` has at least the column `row`."""
    return _same_end(rows, "refused", _code_word(code), reason, repeated)


def unknown_all(
    rows: pl.DataFrame | pl.LazyFrame, code: str, reason: str, *, repeated: bool = False
) -> pl.DataFrame:
    """The outcomes of a batch that went out, or may have, and of which nothing could be learnt."""
    return _same_end(rows, "unknown", _code_word(code), reason, repeated)


def not_sent_all(rows: pl.DataFrame | pl.LazyFrame, reason: str = NOT_SENT) -> pl.DataFrame:
    """The outcomes of a batch that never went out."""
    return _same_end(rows, "not_sent", "", reason, repeated=False)


def _same_end(
    rows: pl.DataFrame | pl.LazyFrame, outcome: str, codes: str, reason: str, repeated: bool
) -> pl.DataFrame:
    return (
        rows.lazy()
        .select(
            pl.col("row").cast(pl.UInt32),
            pl.lit(outcome).alias("outcome"),
            pl.lit(None, pl.Int64).alias("contact_id"),
            pl.lit(codes).alias("codes"),
            pl.lit(reason).alias("reason"),
            pl.lit(False).alias("with_problems"),
            pl.lit(repeated).alias("repeated"),
        )
        .collect()
    )


def _key(name: pl.Expr, value: pl.Expr) -> pl.Expr:
    """An identifier in the one form in which what was sent and what was echoed agree; null if blank."""
    text = value.str.strip_chars()
    normal = (
        pl.when(name == _EMAIL)
        .then(text.str.to_lowercase())
        .when(name == _MOBILE_NUMBER)
        .then(text.str.replace_all("[^0-9]", "").str.strip_prefix("00"))
        .otherwise(text)
    )
    return pl.when(normal != "").then(pl.concat_str(name, pl.lit(":"), normal))


def _keys_sent(rows: pl.DataFrame) -> pl.DataFrame:
    """`row`, `rank`, `key`: what each row may be found by, the lowest rank first."""
    keys = (
        _key(pl.col("match_by").str.strip_chars().str.to_lowercase(), pl.col("match_identifier")),
        _key(pl.lit(_EMAIL), pl.col("email")),
        _key(pl.lit(_MOBILE_NUMBER), pl.col("mobile_number")),
    )
    ranked = [
        rows.select("row", pl.lit(rank, pl.UInt8).alias("rank"), key.alias("key"))
        for rank, key in enumerate(keys)
    ]
    return pl.concat(ranked).drop_nulls("key")


def _keys_echoed(entries: Sequence[ContactReference | ImportFailure]) -> pl.DataFrame:
    """`entry` (its place in `entries`), `key`: what each entry of the report may be claimed by."""

    def triples() -> Iterator[tuple[int, str, str]]:
        for entry, item in enumerate(entries):
            for name, value in (item.identifiers or {}).items():
                if (text := _identifier_text(value)) is not None:
                    yield entry, name.strip().lower(), text
            # Only rows that were matched by their contactId have a key that fits.
            if item.contact_id is not None:
                yield entry, _CONTACT_ID, str(item.contact_id)

    echoed = pl.DataFrame(
        list(triples()), schema={"entry": pl.UInt32, "name": pl.String, "value": pl.String}, orient="row"
    )
    key = _key(pl.col("name"), pl.col("value")).alias("key")
    return echoed.select("entry", key).drop_nulls("key").unique()


def _identifier_text(value: object) -> str | None:
    """An echoed identifier as text, whatever JSON type it came as; None for what cannot be one."""
    match value:
        case bool():
            return None
        case float() if value.is_integer():
            return str(int(value))
        case str() | int() | float():
            return str(value)
        case _:
            return None


def _claim_entries(sent: pl.DataFrame, echoed: pl.DataFrame) -> pl.DataFrame:
    """`row`, `entry`: which entries speak of which rows. An entry is claimed at one rank only."""
    claims = pl.DataFrame(schema={"row": sent.schema["row"], "entry": pl.UInt32})
    for rank in range(_RANKS):
        spoken_for = claims.select("row", spoken_for=True).unique()
        pairs = (
            echoed.join(sent.filter(pl.col("rank") == rank), on="key")
            .select("row", "entry")
            .unique()
            .join(spoken_for, on="row", how="left")
            .with_columns(pl.col("spoken_for").fill_null(False))
        )
        chosen = pairs.filter(~pl.col("spoken_for") | pl.col("spoken_for").all().over("entry"))
        claims = pl.concat([claims, chosen.select("row", "entry")])
        echoed = echoed.join(pairs, on="entry", how="anti")
    return claims


def _best_arrivals(
    claims: pl.DataFrame, references: Sequence[ContactReference], created: int
) -> pl.DataFrame:
    """`row`, `arrival`, `contact_id`; the first `created` of `references` are those that were created."""
    arrivals = pl.DataFrame(
        {
            "entry": range(len(references)),
            "arrival": ["created" if entry < created else "updated" for entry in range(len(references))],
            "contact_id": [reference.contact_id for reference in references],
        },
        schema={"entry": pl.UInt32, "arrival": pl.String, "contact_id": pl.Int64},
    )
    spoken = claims.join(arrivals, on="entry").sort("row", "entry")
    return spoken.unique("row", keep="first", maintain_order=True).drop("entry")


def _joined_problems(
    claims: pl.DataFrame, failures: Sequence[ImportFailure], first_entry: int
) -> pl.DataFrame:
    """`row`, `failed`, `codes`, `reason`, `failed_contact_id`: all that the failures say of a row."""
    said = pl.DataFrame(
        list(_problems(failures, first_entry)),
        schema={"entry": pl.UInt32, "failed_contact_id": pl.Int64, "code": pl.String, "text": pl.String},
        orient="row",
    )

    def distinct(column: str) -> pl.Expr:
        return pl.col(column).filter(pl.col(column) != "").unique(maintain_order=True)

    return (
        claims.join(said, on="entry", maintain_order="right")
        .group_by("row", maintain_order=True)
        .agg(
            pl.lit(True).alias("failed"),
            distinct("code").str.join(" ").alias("codes"),
            distinct("text").str.join("; ").alias("reason"),
            pl.col("failed_contact_id").drop_nulls().first(),
        )
    )


def _problems(
    failures: Iterable[ImportFailure], first_entry: int
) -> Iterator[tuple[int, int | None, str, str]]:
    for entry, failure in enumerate(failures, start=first_entry):
        if not failure.reasons:
            yield entry, failure.contact_id, "", ""
        for reason in failure.reasons:
            yield entry, failure.contact_id, _code_word(reason.code), (reason.description or "").strip()


def _code_word(code: str | None) -> str:
    """A failure code without blanks, since blanks part codes."""
    return "-".join((code or "").split())
