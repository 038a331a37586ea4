"""The check: a mapping applied to a whole file, column by column, a row group at a time.

Three passes, each of which holds one row group. The first cleans every mapped column and writes a draft:
values, codes, and the cells there is something to say about. Between the first and the second, rows that
share an identifier are found in the draft. The second writes the prepared table from it, the third the
issues.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

import polars as pl

from imports import tables
from imports.contacts import payload
from imports.contacts.cleaning import Field, clean_frame, plan_fields
from imports.contacts.duplicates import SHARED_SCHEMA, find_shared
from imports.contacts.emails import email_key
from imports.contacts.mapping import REJECT, Mapping, validate
from imports.contacts.problems import Severity
from imports.contacts.targets import DATA_FIELDS, LISTS, TargetCatalogue
from imports.contacts.typed_values import clean_typed

PREPARED_SCHEMA: tables.Schema = {
    "row": pl.UInt32,
    "fate": pl.String,
    "stands_for_it": pl.UInt32,
    "match_identifier": pl.String,
    "email": pl.String,
    "mobile_number": pl.String,
    "contact": pl.String,
}
ISSUES_SCHEMA: tables.Schema = {
    "row": pl.UInt32,
    "column": pl.String,
    "code": pl.String,
    "severity": pl.String,
    "original": pl.String,
    "result": pl.String,
}
DRAFT_ROWS_PER_GROUP = 10_000
"""Smaller than elsewhere: a draft is three times as wide as its file, and several groups of it are read ahead."""

FATES = ("ready", "rejected", "duplicate", "blank", "excluded")

_IDENTIFIER_COLUMNS = {"email": "email", "mobile_number": "mobileNumber"}
_TEXT_TYPES = ("String", "Date", "email", "mobileNumber")


class UnusableMappingError(ValueError):
    """The mapping has problems; `mapping.validate` lists them."""


@dataclass(frozen=True, slots=True)
class IssueCount:
    """How many issues of one kind a column has, and the first row that has one."""

    code: str
    severity: str
    column: str
    count: int
    example_row: int

    def to_dict(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "severity": self.severity,
            "column": self.column,
            "count": self.count,
            "example_row": self.example_row,
        }


@dataclass(frozen=True, slots=True)
class CheckSummary:
    """What the check found, in counts; nothing of any contact.

    `fates` add up to `rows`. `filled` counts the values that will be sent, by target, `cleared` the stored
    values that will be erased. `payload_bytes` is what the contacts take, without what is around them in a
    body.
    """

    rows: int
    fates: dict[str, int]
    issues: tuple[IssueCount, ...] = ()
    filled: dict[str, int] = field(default_factory=dict)
    cleared: dict[str, int] = field(default_factory=dict)
    payload_bytes: int = 0

    @property
    def ready(self) -> int:
        """How many contacts will be sent."""
        return self.fates["ready"]

    @property
    def values_to_clear(self) -> int:
        """How many stored values the import will erase."""
        return sum(self.cleared.values())

    @property
    def issue_counts(self) -> dict[str, int]:
        """How many issues there are of each code."""
        counts: Counter[str] = Counter()
        for issue in self.issues:
            counts[issue.code] += issue.count
        return dict(counts)

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON-safe values, with what follows from them; `from_dict` is its inverse."""
        return {
            "rows": self.rows,
            "fates": dict(self.fates),
            "issues": [issue.to_dict() for issue in self.issues],
            "issue_counts": self.issue_counts,
            "filled": dict(self.filled),
            "cleared": dict(self.cleared),
            "values_to_clear": self.values_to_clear,
            "payload_bytes": self.payload_bytes,
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """The summary that `to_dict` gave."""
        return cls(
            rows=values["rows"],
            fates=dict(values["fates"]),
            issues=tuple(IssueCount(**issue) for issue in values["issues"]),
            filled=dict(values["filled"]),
            cleared=dict(values["cleared"]),
            payload_bytes=values["payload_bytes"],
        )


def check(
    staged: Path,
    columns: Sequence[str],
    mapping: Mapping,
    catalogue: TargetCatalogue,
    prepared: Path,
    issues: Path,
    *,
    default_region: str | None = None,
    excluded_rows: Collection[int] = (),
    progress: Callable[[int], None] | None = None,
) -> CheckSummary:
    """Write the tables `prepared` and `issues` for the file in `staged`, and count what is in them.

    `columns[i]` is the header of the staged column `c{i}`. `default_region` is the country of phone numbers
    for which the mapping knows none. `excluded_rows` are those a person left out. `progress` is told how many
    rows have been cleaned, which is nearly all of the work. Raises UnusableMappingError for a mapping with
    problems.

    A row that cannot be matched is rejected; of those left, the mapping's policy keeps one for each match
    identifier; of those kept, the policy keeps one for each other identifier, and the others go without it or
    are rejected. A row that stands for others and is then rejected stands for them all the same: its own
    reason says what to mend.
    """
    problems = validate(mapping, columns, catalogue)
    if problems:
        raise UnusableMappingError(f"{problems[0].where}: {problems[0].sentence}")
    with TemporaryDirectory(dir=prepared.parent, prefix=f"{prepared.name}.") as folder:
        run = _Check(columns, mapping, catalogue, default_region, excluded_rows, Path(folder) / "draft")
        run.write_draft(staged, progress)
        run.resolve_shared()
        tables.write_table(run.prepared_frames(), PREPARED_SCHEMA, prepared)
        tables.write_table(run.issue_frames(), ISSUES_SCHEMA, issues)
    return run.summary()


class _Check:
    """One check on its way. Counts gather as the frames are written."""

    def __init__(
        self,
        columns: Sequence[str],
        mapping: Mapping,
        catalogue: TargetCatalogue,
        default_region: str | None,
        excluded_rows: Collection[int],
        draft: Path,
    ) -> None:
        self.mapping, self.draft = mapping, draft
        self.fields = plan_fields(mapping, columns, catalogue, default_region)
        self.match = next(one for one in self.fields if one.is_match)
        self.shareable = [one for one in self.fields if one.is_shareable]
        self.excluded_rows = pl.Series(sorted(excluded_rows), dtype=pl.UInt32)
        self.rejects_invalid = mapping.invalid_values == REJECT
        self.contact = _contact_text(mapping, self.fields, catalogue)
        self.rows = 0
        self.copies = pl.DataFrame(schema=SHARED_SCHEMA)
        self.sharing: dict[int, pl.DataFrame] = {}
        self.fates: Counter[str] = Counter()
        self.filled: Counter[str] = Counter()
        self.cleared: Counter[str] = Counter()
        self.payload_bytes = 0
        self.issues: dict[tuple[str, str, str], tuple[int, int]] = {}

    # First pass

    def write_draft(self, staged: Path, progress: Callable[[int], None] | None) -> None:
        schema: tables.Schema = {"row": pl.UInt32, "fate": pl.String}
        for one in self.fields:
            schema |= dict.fromkeys((one.value, one.code, one.original), pl.String)
        cells = sorted(frozenset().union(*(one.sources for one in self.fields)))
        source = tables.scan(staged).select("row", *cells)

        def frames() -> Iterator[pl.DataFrame]:
            for frame in tables.iter_frames(source):
                yield (
                    clean_frame(frame, self.fields).with_columns(fate=self._first_fate()).select(list(schema))
                )
                self.rows += frame.height
                if progress:
                    progress(self.rows)

        tables.write_table(frames(), schema, self.draft, DRAFT_ROWS_PER_GROUP)

    def _first_fate(self) -> pl.Expr:
        """The fate of a row by itself, whatever is in the others."""
        is_rejected = pl.col(self.match.value).is_null()
        if self.rejects_invalid:
            is_rejected = reduce(or_, (one.is_invalid() for one in self.fields), is_rejected)
        return (
            pl.when(pl.col("row").is_in(self.excluded_rows.implode()))
            .then(pl.lit("excluded"))
            .when(pl.all_horizontal(one.is_blank() for one in self.fields))
            .then(pl.lit("blank"))
            .when(is_rejected)
            .then(pl.lit("rejected"))
            .otherwise(pl.lit("ready"))
        )

    # Between the passes

    def resolve_shared(self) -> None:
        """Find the rows that another stands for, then those of the rest whose other identifiers another row
        has."""
        ready = tables.scan(self.draft).filter(pl.col("fate") == "ready")
        policy = self.mapping.duplicates
        self.copies = find_shared(_keys(ready, self.match), policy, self.rows)
        kept = ready.join(self.copies.lazy().select("row"), on="row", how="anti")
        self.sharing = {one.index: find_shared(_keys(kept, one), policy, self.rows) for one in self.shareable}

    def _settled_frames(self) -> Iterator[pl.DataFrame]:
        """The draft with final fates, `stands_for_it`, `rows` of the copies and `rows_{index}` of shared
        identifiers."""
        for frame in tables.iter_frames(self.draft, DRAFT_ROWS_PER_GROUP):
            if frame.is_empty():
                continue
            span = pl.col("row").is_between(frame["row"].min(), frame["row"].max())
            settled = frame.lazy().join(
                self.copies.filter(span).lazy(), on="row", how="left", maintain_order="left"
            )
            fate = (
                pl.when(pl.col("stands_for_it").is_not_null())
                .then(pl.lit("duplicate"))
                .when(pl.col("rows").is_not_null())
                .then(pl.lit("rejected"))
            )
            for index, shared in self.sharing.items():
                rows = shared.filter(span).select("row", pl.col("rows").alias(f"rows_{index}"))
                settled = settled.join(rows.lazy(), on="row", how="left", maintain_order="left")
                if self.rejects_invalid:
                    fate = fate.when(pl.col(f"rows_{index}").is_not_null()).then(pl.lit("rejected"))
            yield settled.with_columns(fate=fate.otherwise(pl.col("fate"))).collect()

    # Second pass

    def prepared_frames(self) -> Iterator[pl.DataFrame]:
        named = {one.target.key: pl.col(one.value) for one in self.fields if one.is_identifier}
        identifiers = {
            column: named.get(key, pl.lit(None, pl.String)) for column, key in _IDENTIFIER_COLUMNS.items()
        }
        for settled in self._settled_frames():
            sent = settled.with_columns(
                pl.when(pl.col(f"rows_{one.index}").is_null()).then(pl.col(one.value)).alias(one.value)
                for one in self.shareable
            )
            frame = sent.lazy().select(
                "row",
                "fate",
                "stands_for_it",
                match_identifier=pl.col(self.match.value),
                **identifiers,
                contact=pl.when(pl.col("fate") == "ready").then(self.contact),
            )
            done = frame.collect()
            self._count_prepared(sent, done)
            yield done

    def _count_prepared(self, sent: pl.DataFrame, done: pl.DataFrame) -> None:
        self.fates.update(done["fate"].to_list())
        self.payload_bytes += int(done["contact"].str.len_bytes().sum())
        ready = sent.filter(pl.col("fate") == "ready")
        for one in self.fields:
            self.filled[one.target.name] += ready[one.value].count()
            if one.clears:
                self.cleared[one.target.name] += int(ready.select(one.is_blank().sum()).item())

    # Third pass

    def issue_frames(self) -> Iterator[pl.DataFrame]:
        for settled in self._settled_frames():
            parts = [self._issues_of_match(settled), *(self._issues_of(settled, one) for one in self.fields)]
            found = pl.concat(pl.collect_all(parts)).sort("row", maintain_order=True)
            self._count_issues(found)
            yield found

    def _issues_of(self, settled: pl.DataFrame, one: Field) -> pl.LazyFrame:
        """The issues of a column's values. Notes are of rows that are sent; errors and warnings of rejected
        ones too."""
        fate, value, code = pl.col("fate"), pl.col(one.value), pl.col(one.code)
        fails = one.is_match | (pl.lit(self.rejects_invalid) & one.is_invalid())
        severity = (
            pl.when(value.is_not_null())
            .then(pl.lit(Severity.NOTE))
            .when(fails)
            .then(pl.lit(Severity.ERROR))
            .otherwise(pl.lit(Severity.WARNING))
        )
        is_told = code.is_not_null() & ((fate == "ready") | ((fate == "rejected") & value.is_null()))
        frame = settled.lazy()
        if not one.is_shareable:
            return _issues(frame.filter(is_told), one, code, severity, pl.col(one.original), value)
        rows = pl.col(f"rows_{one.index}")
        is_shared = rows.is_not_null()
        shared_severity = pl.lit(Severity.ERROR if self.rejects_invalid else Severity.WARNING)
        return pl.concat(
            [
                _issues(frame.filter(is_told & ~is_shared), one, code, severity, pl.col(one.original), value),
                _issues(
                    frame.filter(is_shared), one, pl.lit("identifier_shared"), shared_severity, value, rows
                ),
            ]
        )

    def _issues_of_match(self, settled: pl.DataFrame) -> pl.LazyFrame:
        """The issues of rows without their identifier, and of those that share it."""
        one, frame, error = self.match, settled.lazy(), pl.lit(Severity.ERROR)
        is_missing = (pl.col("fate") == "rejected") & one.is_blank()
        is_copy = pl.col("rows").is_not_null()
        is_kept_out = pl.col("stands_for_it").is_null()
        value = pl.col(one.value)
        code = pl.when(is_kept_out).then(pl.lit("duplicate_rejected")).otherwise(pl.lit("duplicate_row"))
        severity = pl.when(is_kept_out).then(error).otherwise(pl.lit(Severity.WARNING))
        return pl.concat(
            [
                _issues(
                    frame.filter(is_missing),
                    one,
                    pl.lit("match_identifier_missing"),
                    error,
                    pl.lit(""),
                    pl.lit(None, pl.String),
                ),
                _issues(frame.filter(is_copy), one, code, severity, value, pl.col("rows")),
            ]
        )

    def _count_issues(self, found: pl.DataFrame) -> None:
        counts = found.group_by("code", "severity", "column").agg(pl.len(), pl.col("row").min())
        for code, severity, column, count, row in counts.iter_rows():
            before, first = self.issues.get((code, severity, column), (0, row))
            self.issues[code, severity, column] = (before + count, min(first, row))

    def summary(self) -> CheckSummary:
        severities = list(Severity)
        ordered = sorted(
            (IssueCount(*key, *counts) for key, counts in self.issues.items()),
            key=lambda issue: (
                severities.index(Severity(issue.severity)),
                -issue.count,
                issue.code,
                issue.column,
            ),
        )
        return CheckSummary(
            rows=self.rows,
            fates={fate: self.fates[fate] for fate in FATES},
            issues=tuple(ordered),
            filled=dict(self.filled),
            cleared=dict(self.cleared),
            payload_bytes=self.payload_bytes,
        )


def _keys(rows: pl.LazyFrame, one: Field) -> pl.LazyFrame:
    value = pl.col(one.value)
    return rows.select("row", key=email_key(value) if one.target.type == "email" else value)


def _issues(
    rows: pl.LazyFrame, one: Field, code: pl.Expr, severity: pl.Expr, original: pl.Expr, result: pl.Expr
) -> pl.LazyFrame:
    return rows.select(
        "row",
        column=pl.lit(one.header),
        code=code,
        severity=severity.cast(pl.String),
        original=original,
        result=result,
    )


def _contact_text(mapping: Mapping, fields: Sequence[Field], catalogue: TargetCatalogue) -> pl.Expr:
    """The contact's finished JSON text, from cleaned columns."""
    by_key = {one.target.key: one for one in fields if one.is_identifier}
    identifiers = [
        payload.member(key, payload.quoted(pl.col(by_key[key].value)))
        for key in _IDENTIFIER_COLUMNS.values()
        if key in by_key
    ]
    data_fields = [_data_field(one) for one in fields if one.target.part == DATA_FIELDS]
    list_ids: list[int] = []
    for constant in mapping.constants:
        target = catalogue.find(constant.target)
        if target is not None and target.part == LISTS:
            list_ids = list(constant.value)
        elif target is not None:
            text = clean_typed(constant.value, target.type) or ""
            json_text = payload.json_text(text) if target.type in _TEXT_TYPES else text
            data_fields.append(payload.member(target.key, pl.lit(json_text)))
    parts = [payload.member("dataFields", payload.object_of(data_fields)), payload.lists_member(list_ids)]
    rest = pl.concat_str(parts, separator=",", ignore_nulls=True)
    return payload.contact_json(
        mapping.match_identifier, payload.object_of(identifiers), pl.when(rest != "").then(rest)
    )


def _data_field(one: Field) -> pl.Expr:
    value = pl.col(one.value)
    text = payload.quoted(value) if one.target.type in _TEXT_TYPES else value
    # A blank cell erases; a value that cannot be used, and a placeholder, never do.
    cleared = pl.when(one.is_blank()).then(pl.lit("null")).otherwise(text) if one.clears else text
    return payload.member(one.target.key, cleared)
