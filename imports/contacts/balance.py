"""Every filled cell of a mapped column is accounted for: it ends as a value that is sent, as a line that says why it is
not, or in a row that is not sent and has its fate. And what is not filled sends nothing, but for the null that clears.

The check counts both sides in every frame and stops where they differ. What is filled is told from the staged cells,
what is sent from the contacts' JSON, what is said from the lines that are written: none of it by a cleaner. Of a
consent record the values are taken as they were made ready, and the whole records are told from the JSON.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import reduce
from operator import add
from typing import NamedTuple

import polars as pl

from imports.contacts.cleaned_fields import INVALID_CODES, CleanedField
from imports.contacts.contact_text import (
    CONTACT_START,
    PARTS,
    ContactPlan,
    json_column,
    part_start,
    preference_start,
)
from imports.contacts.payload import member_start
from imports.contacts.problems import Severity
from imports.contacts.targets import (
    CHANNEL_PROPERTIES,
    CONSENT_PARTS,
    CONSENT_RECORDS,
    LISTS,
    MATCH_IDENTIFIER,
    PREFERENCES,
)
from imports.contacts.values.cells import INVISIBLE, SPACES, is_placeholder, shows_no_value, trim
from imports.fates import Fate

_NO_INK = "".join(f"\\x{{{ord(character):x}}}" for character in SPACES + INVISIBLE)
_SOMETHING = f"[^{_NO_INK}]"
_LAST_CONSENT_PART = list(CONSENT_PARTS)[-1]
_IS_READY = pl.col("is ready")


class UnaccountedCellsError(Exception):
    """A fault of ours: the cells of a column, and what became of them, do not add up.

    `column` is its header, the person's own words, and `place` its number in the file, from 1; "" and 0 where the
    contacts as a whole do not add up. Only the number is part of the text.
    """

    def __init__(self, column: str = "", place: int = 0) -> None:
        super().__init__(column, place)
        self.column, self.place = column, place

    def __str__(self) -> str:
        return f"column {self.place} does not add up" if self.place else "the contacts do not add up"


def filled_cells(fields: Sequence[CleanedField]) -> Iterator[pl.Expr]:
    """For staged frames: where there is something in the cells of each field, as the columns that it names."""
    for one in fields:
        something = [_is_filled(cell) for cell in one.cells]
        yield pl.any_horizontal(something).alias(one.filled)
        meant = [_is_meant(cell, one.named) for cell in one.cells] if one.skips_placeholders else something
        if one.skips_placeholders:
            yield pl.any_horizontal(meant).alias(one.meant)
        if len(meant) > 1:
            yield pl.any_horizontal(meant[1:]).alias(one.joined)


def _is_filled(cell: str) -> pl.Expr:
    return pl.col(cell).map_batches(has_ink, return_dtype=pl.Boolean)


def has_ink(cells: pl.Series) -> pl.Series:
    """Whether there is a character in each cell that can be seen."""
    # Nearly all cells that are not empty begin with a letter, digit or sign of ASCII, which is told at once.
    is_sure = (cells >= "!") & (cells <= "~\U0010ffff")
    is_open = ~is_sure & (cells != "")
    if not is_open.any():
        return is_sure
    return is_sure.scatter(is_open.arg_true(), cells.filter(is_open).str.contains(_SOMETHING))


def _is_meant(cell: str, named: Collection[str]) -> pl.Expr:
    is_blanked = is_placeholder(trim(pl.col(cell))) & ~shows_no_value(pl.col(cell), named)
    return _is_filled(cell) & ~is_blanked


class Balance:
    """Holds both sides against each other, a frame at a time. Frames may come at the same time."""

    def __init__(self, plan: ContactPlan, columns: Sequence[str]) -> None:
        self._fields, self._columns = plan.fields, columns
        self._consents = plan.consents
        # What is looked for in the JSON is looked for once, and counted in many ways.
        self._found = dict(self._looked_for(plan))
        self._measures = dict(self._measured(plan))
        self._of_consents = [one for one in plan.fields if one.target.part == CONSENT_RECORDS]

    def measure(self, contacts: pl.DataFrame, lines: pl.DataFrame, counts: pl.DataFrame) -> Counter[str]:
        """What was counted in a frame. Raises UnaccountedCellsError where it does not add up.

        `contacts` has the columns of `filled_cells`, the fields' values as they are sent, `fate`, `match_by`,
        `match_value` and those of `with_contact_text`; `lines` is what `find_issues` said of them, and `counts` the
        `issues.count_lines` of that.
        """
        found = contacts.with_columns(**self._found)
        counted = found.select(**self._measures).row(0, named=True)
        sums = Counter({name: int(count or 0) for name, count in counted.items()})
        said = _said(counts)
        for header in dict.fromkeys(one.header for one in self._fields):
            fields = [one for one in self._fields if one.header == header]
            missing = sum(sums[f"missing {one.index}"] for one in fields)
            joined = sum(sums[f"joined {one.index}"] for one in fields)
            wrong = sum(sums[f"wrong {one.index}"] for one in fields)
            wrong += abs(said.blank[header] - sum(sums[f"blank {one.index}"] for one in fields))
            if missing != said.left_out[header] or missing + joined > said.told[header] or wrong:
                raise self._error(header)
        if sums["incomplete"] != said.consents or sums["consents from nothing"]:
            raise self._error(self._of_consents[0].header if self._of_consents else "")
        rejected = _rows_with_errors(lines)
        if sums["rejected"] != rejected or sums["other bytes"] or sums["contacts"] != sums["ready"]:
            raise UnaccountedCellsError
        return sums

    def hold(self, counted: Counter[str], cleared: Mapping[str, int], filled: Mapping[str, int]) -> None:
        """Hold what was announced of all frames, by target, against what was counted in them: values that are
        sent, and nulls that clear."""
        for one in self._fields:
            fields = [other for other in self._fields if other.target == one.target]
            sent = sum(counted[f"sent {other.index}"] for other in fields)
            nulls = sum(counted[f"nulls {other.index}"] for other in fields)
            if filled.get(one.target.name, 0) != sent or cleared.get(one.target.name, 0) != nulls:
                raise self._error(one.header)

    def _error(self, header: str) -> UnaccountedCellsError:
        place = self._columns.index(header) + 1 if header in self._columns else 0
        return UnaccountedCellsError(header, place)

    def _looked_for(self, plan: ContactPlan) -> Iterator[tuple[str, pl.Expr]]:
        """Of every row: whether it is ready, what its contact has, and how many consent records there are."""
        yield "is ready", Fate.READY.holds
        for one in plan.fields:
            yield f"is sent {one.index}", _is_sent(one, plan)
            if one.clears:
                yield f"is null {one.index}", _has(one, member_start(one.target.key) + "null")
        yield "begun", self._begun()
        yield "records", self._records()

    def _measured(self, plan: ContactPlan) -> Iterator[tuple[str, pl.Expr]]:
        for one in plan.fields:
            filled, meant = pl.col(one.filled), pl.col(one.meant)
            is_sent = pl.col(f"is sent {one.index}")
            wrong = [
                _IS_READY & ~filled & is_sent,
                Fate.BLANK.holds & meant,
            ]
            if one.clears:
                is_null = pl.col(f"is null {one.index}")
                is_sent = is_sent & ~is_null
                wrong = [*wrong[1:], _IS_READY & ~filled & is_sent, _IS_READY & (is_null == meant)]
                yield f"nulls {one.index}", (_IS_READY & is_null).sum()
            yield f"sent {one.index}", (_IS_READY & is_sent).sum()
            yield f"missing {one.index}", (_IS_READY & filled & ~is_sent).sum()
            yield f"wrong {one.index}", reduce(add, (rows.sum() for rows in wrong))
            if one.is_identifier:
                is_wanted = Fate.REJECTED.holds & (pl.col("match_by") == one.target.key)
                yield f"blank {one.index}", (is_wanted & ~meant & pl.col("match_value").is_null()).sum()
            if len(one.cells) > 1:
                yield f"joined {one.index}", (_IS_READY & is_sent & pl.col(one.joined)).sum()
        begun, records = pl.col("begun"), pl.col("records")
        yield "incomplete", pl.when(_IS_READY).then(begun - records).sum()
        yield "consents from nothing", (_IS_READY & (begun < records)).sum()
        yield "ready", _IS_READY.sum()
        yield "contacts", (_IS_READY & pl.col("contact").is_not_null()).sum()
        yield "rejected", Fate.REJECTED.holds.sum()
        yield "other bytes", (_IS_READY & (pl.col("contact").str.len_bytes() != _bytes_of_parts())).sum()

    def _begun(self) -> pl.Expr:
        """How many consent records a row has something for."""
        begun = pl.lit(0, pl.Int64)
        for record in self._consents:
            brought = [pl.col(one.meant) for one in record.fields.values()]
            begun += pl.any_horizontal(brought).cast(pl.Int64) if brought else 1
        return begun

    def _records(self) -> pl.Expr:
        """How many consent records a contact has."""
        text = pl.col(json_column(CONSENT_RECORDS))
        sent = text.str.count_matches(member_start(_LAST_CONSENT_PART), literal=True)
        return sent.cast(pl.Int64).fill_null(0)


def _is_sent(one: CleanedField, plan: ContactPlan) -> pl.Expr:
    """Where the contact has a member for a field, be it a null; never null itself."""
    value = pl.col(one.value)
    if one.target.part == CONSENT_RECORDS:
        return value.is_not_null()
    if one.target.part == MATCH_IDENTIFIER:
        start = pl.concat_str([pl.lit(CONTACT_START), value, pl.lit('"')])
        return pl.col("contact").str.starts_with(start).fill_null(value=False)
    if one.target.part == LISTS:
        return _are_listed(one)
    if one.target.part == PREFERENCES:
        return _has(one, preference_start(one.target))
    return _has(one, member_start(one.target.key.rpartition(".")[2] if _channel(one) else one.target.key))


def _has(one: CleanedField, text: str) -> pl.Expr:
    part = f"{CHANNEL_PROPERTIES}.{_channel(one)}" if _channel(one) else one.target.part
    return pl.col(json_column(part)).str.contains(text, literal=True).fill_null(value=False)


def _channel(one: CleanedField) -> str:
    return one.target.key.partition(".")[0] if one.target.part == CHANNEL_PROPERTIES else ""


def _are_listed(one: CleanedField) -> pl.Expr:
    """Where the contact is added to every list that the field names."""
    listed = pl.col(json_column(LISTS)).str.strip_chars("[]").str.split(",")
    named = pl.col(one.value).str.split(",")
    return (named.list.set_difference(listed).list.len() == 0).fill_null(value=False)


def _bytes_of_parts() -> pl.Expr:
    """How long the text is that is made of the parts that a contact has."""
    around = len(CONTACT_START) + len('"') + len("}")
    parts = (
        (pl.col(json_column(part)).str.len_bytes() + len(part_start(part))).fill_null(0) for part in PARTS
    )
    return reduce(add, parts, pl.col("match_by").str.len_bytes() + around)


class _Said(NamedTuple):
    """By header, how many lines say that a value is not sent, how many what was done to one, both of contacts that are,
    and how many rows are not sent because the cell they would be matched by is blank; and how many consent records are
    said not to be sent."""

    left_out: Counter[str]
    told: Counter[str]
    blank: Counter[str]
    consents: int


_WITHOUT_VALUE = frozenset({*INVALID_CODES, "identifier_shared"})
"""Lines that say that a value is not sent, whatever their result tells."""

_WITHOUT_CONSENT = frozenset({"consent_incomplete", "consent_sent_before"})
"""Lines that say that a consent record is not sent."""


def _said(counts: pl.DataFrame) -> _Said:
    said = _Said(Counter(), Counter(), Counter(), 0)
    for one in counts.iter_rows(named=True):
        header, code, lines = one["column"], one["code"], one["lines"]
        if code == "match_identifier_missing":
            said.blank[header] += lines
        if one["fate"] != Fate.READY:
            continue
        if code in _WITHOUT_CONSENT:
            said = said._replace(consents=said.consents + lines)
            continue
        if not one["has_result"] or code in _WITHOUT_VALUE:
            said.left_out[header] += lines
        if one["severity"] != Severity.DOUBT:
            said.told[header] += lines
    return said


def _rows_with_errors(lines: pl.DataFrame) -> int:
    """How many of the rows that are rejected have a line that says so."""
    told = lines.filter(Fate.REJECTED.holds & (pl.col("severity") == Severity.ERROR))
    return told["row"].n_unique()
