"""What was sent and what a report says, brought to numbers that can be joined.

An identifier becomes one text, in the one form in which what was sent and what was echoed agree, and each text that
was sent a number. Entries are taken some thousand at a time, and of each only the numbers it names and the words of
its failures are kept, so that a report may be of any size.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

import polars as pl

from imports.fates import EntryKind
from imports.tables import Schema

RANKS = range(3)
"""What a row was matched by, its e-mail address, its mobile number."""

_EMAIL, _MOBILE_NUMBER, _CONTACT_ID = "email", "mobilenumber", "contactid"

ENTRIES_PER_CHUNK = 10_000
LOOK_UPS_FOR_ALL_KEYS = 8
MAX_NAMES_KEPT = 100


class ReportedFailure(Protocol):
    """One of the things that went wrong with a contact."""

    @property
    def code(self) -> str: ...
    @property
    def description(self) -> str: ...


class ReportedEntry(Protocol):
    """What a report says of one contact; `kind` is an `EntryKind`."""

    @property
    def kind(self) -> str: ...
    @property
    def contact_id(self) -> int | None: ...
    @property
    def identifiers(self) -> Mapping[str, object]: ...
    @property
    def reasons(self) -> Sequence[ReportedFailure]: ...


@dataclass(frozen=True)
class ReportTables:
    """What is kept of a report. `entry` numbers its entries in the order they came.

    `contacts`: `entry`, `kind`, `contact_id`. `echoed`: `entry`, `key`, each text that was sent and that the entry
    names; `alike`: the same of texts that were sent in one other spelling, and not in this one. `problems`: `entry`,
    `failed_contact_id`, `code`, `text`, one for each reason of a failure.
    """

    contacts: pl.DataFrame
    echoed: pl.DataFrame
    alike: pl.DataFrame
    problems: pl.DataFrame


_KIND = pl.Enum([kind.value for kind in EntryKind])
_IDENTIFIERS: Schema = {"entry": pl.UInt32, "name": pl.String, "value": pl.String}
_CONTACTS: Schema = {"entry": pl.UInt32, "kind": _KIND, "contact_id": pl.Int64}
_PROBLEMS: Schema = {
    "entry": pl.UInt32,
    "failed_contact_id": pl.Int64,
    "code": pl.String,
    "text": pl.String,
}


def read_report(rows: pl.DataFrame, entries: Iterable[ReportedEntry]) -> tuple[pl.DataFrame, ReportTables]:
    """`row`, `rank`, `key`: what was sent, each text as a number; and what the report says of it."""
    sent = _texts_sent(rows)
    keys = sent.select("text").unique().with_row_index("key")
    sent = sent.join(keys, on="text").drop("text")
    names = {_EMAIL, _MOBILE_NUMBER, *rows.select(_plain_name(pl.col("match_by")).unique()).to_series()}
    contacts, found, missed, problems = [], [], [], []
    waiting: list[pl.DataFrame] = []

    def look_up() -> None:
        looked_up = pl.concat(waiting).join(keys, on="text", how="left")
        waiting.clear()
        found.append(looked_up.drop_nulls("key").select("entry", "key"))
        missed.append(
            looked_up.filter(pl.col("key").is_null())
            .select("entry", _loose_text(pl.col("text")).alias("loose"))
            .drop_nulls()
        )

    for chunk in _chunks(entries, names):
        contacts.append(chunk.contacts)
        problems.append(chunk.problems)
        texts = chunk.identifiers.select("entry", _text(pl.col("name"), pl.col("value")).alias("text"))
        waiting.append(texts.drop_nulls().unique())
        # Each look-up goes over all keys, so there is one for as many texts as a good part of them.
        if sum(frame.height for frame in waiting) * LOOK_UPS_FOR_ALL_KEYS >= keys.height:
            look_up()
    if waiting:
        look_up()
    alike = _sent_alike(keys, pl.concat(missed))
    return sent, ReportTables(pl.concat(contacts), pl.concat(found), alike, pl.concat(problems))


def _texts_sent(rows: pl.DataFrame) -> pl.DataFrame:
    """`row`, `rank`, `text`: what each row may be found by, the lowest rank first."""
    matched_by = _text(_plain_name(pl.col("match_by")), pl.col("match_identifier"))
    others = (
        _text(pl.lit(_EMAIL), pl.col("email")),
        _text(pl.lit(_MOBILE_NUMBER), pl.col("mobile_number")),
    )
    # What a row was matched by finds it at once, so it is not needed at a higher rank too.
    texts = (matched_by, *(pl.when(other.ne_missing(matched_by)).then(other) for other in others))
    return pl.concat(
        rows.select("row", pl.lit(rank, pl.UInt8).alias("rank"), text.alias("text")).drop_nulls("text")
        for rank, text in zip(RANKS, texts, strict=True)
    )


def _plain_name(name: pl.Expr) -> pl.Expr:
    return name.str.strip_chars().str.to_lowercase()


def _text(name: pl.Expr, value: pl.Expr) -> pl.Expr:
    """An identifier, name and value, in the one form in which what was sent and what was echoed agree; null if
    blank."""
    text = value.str.strip_chars()
    normal = (
        pl.when(name == _EMAIL)
        .then(text.str.to_lowercase())
        .when(name == _MOBILE_NUMBER)
        .then(text.str.replace_all("[^0-9]", "").str.strip_prefix("00"))
        .when(name == _CONTACT_ID)
        .then(text.str.replace(r"^0*([0-9]+?)(?:\.0*)?$", "${1}"))
        .otherwise(text)
    )
    return pl.when(normal != "").then(pl.concat_str(name, pl.lit(":"), normal))


def _loose_text(text: pl.Expr) -> pl.Expr:
    """A `_text` without letter case of any language; null where letters do not matter."""
    loose = text.str.normalize("NFC").str.to_lowercase().str.to_uppercase().str.replace_all("\u0307", "")
    numbers = text.str.starts_with(f"{_MOBILE_NUMBER}:") | text.str.starts_with(f"{_CONTACT_ID}:")
    return pl.when(~numbers).then(loose)


def _sent_alike(keys: pl.DataFrame, missed: pl.DataFrame) -> pl.DataFrame:
    """`entry`, `key`: which of the texts that were `missed` were sent in one other spelling."""
    if missed.is_empty():
        return missed.select("entry", pl.lit(None, pl.UInt32).alias("key"))
    sent = keys.lazy().select("key", _loose_text(pl.col("text")).alias("loose"))
    spellings = sent.join(missed.lazy().select("loose").unique(), on="loose", how="semi")
    only_ones = spellings.filter(pl.len().over("loose") == 1)
    return missed.lazy().join(only_ones, on="loose").select("entry", "key").unique().collect()


@dataclass(frozen=True)
class _Chunk:
    """A part of a report, as in `ReportTables`; `identifiers`: `entry`, `name` in lower case, `value`."""

    contacts: pl.DataFrame
    identifiers: pl.DataFrame
    problems: pl.DataFrame


def _chunks(entries: Iterable[ReportedEntry], names: Collection[str]) -> Iterator[_Chunk]:
    """The report, `ENTRIES_PER_CHUNK` entries at a time, at least once, with the identifiers of these `names`."""
    numbered = enumerate(entries)
    plain_names = _PlainNames()
    # Only rows that were matched by their contactId are found by it.
    takes_ids = _CONTACT_ID in names
    while True:
        contacts: list[tuple[int, str, int | None]] = []
        identifiers: list[tuple[int, str, str]] = []
        problems: list[tuple[int, int | None, str, str]] = []
        for number, entry in islice(numbered, ENTRIES_PER_CHUNK):
            contacts.append((number, entry.kind, entry.contact_id))
            for spelt, value in (entry.identifiers or {}).items():
                name = plain_names[spelt]
                if name in names and (text := _identifier_text(value)) is not None:
                    identifiers.append((number, name, text))
            if takes_ids and entry.contact_id is not None:
                identifiers.append((number, _CONTACT_ID, str(entry.contact_id)))
            if entry.kind == EntryKind.FAILED:
                problems.extend((number, entry.contact_id, *words) for words in _reasons(entry))
        yield _Chunk(
            _frame(contacts, _CONTACTS), _frame(identifiers, _IDENTIFIERS), _frame(problems, _PROBLEMS)
        )
        if len(contacts) < ENTRIES_PER_CHUNK:
            return


def _frame(records: Sequence[tuple[object, ...]], schema: Schema) -> pl.DataFrame:
    columns = zip(*records, strict=True) if records else ((),) * len(schema)
    return pl.DataFrame(dict(zip(schema, columns, strict=True)), schema=schema)


class _PlainNames(dict[str, str]):
    """The names of identifiers in lower case, by how they are spelt: a report has few, and each of them often."""

    def __missing__(self, spelt: str) -> str:
        plain = spelt.strip().lower()
        if len(self) < MAX_NAMES_KEPT:
            self[spelt] = plain
        return plain


def _identifier_text(value: object) -> str | None:
    """An echoed identifier as text, whatever JSON type it came as; None for what cannot be one."""
    match value:
        case str():
            return value
        case bool():
            return None
        case float() if value.is_integer():
            return str(int(value))
        case int() | float():
            return str(value)
        case _:
            return None


def _reasons(entry: ReportedEntry) -> Iterator[tuple[str, str]]:
    """Code and words of each reason of a failure; of one without any, both are ""."""
    if not entry.reasons:
        yield "", ""
    for reason in entry.reasons:
        yield code_word(reason.code), (reason.description or "").strip()


def code_word(code: str | None) -> str:
    """A failure code without blanks, since blanks part codes."""
    return "-".join((code or "").split())
