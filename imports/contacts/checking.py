"""The check: a mapping applied to a whole file, column by column, a row group at a time.

Two passes. The first cleans every mapped column and writes each row's identifiers and the rest of its contact to a
draft; of the identifiers it keeps hashes in memory. The second knows which rows stand for which, and writes the
prepared table. What was refused or changed goes to the issues table, value by value.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from imports import tables
from imports.contacts import cleaning, payload
from imports.contacts.duplicates import HASH_TYPE, find_duplicates, find_shared, identifier_hash
from imports.contacts.mapping import MATCH_IDENTIFIERS, ColumnMapping, Mapping, RegionColumn
from imports.contacts.phones import clean_phone, region_of_country
from imports.contacts.problems import PROBLEM_TYPES, Kind, Severity
from imports.contacts.targets import EMAIL, LISTS, MOBILE_NUMBER, Target, TargetCatalogue, ValueType

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
DRAFT_SCHEMA: tables.Schema = {
    "row": pl.UInt32,
    "fate": pl.String,
    "email": pl.String,
    "mobile_number": pl.String,
    "rest": pl.String,
}
# The identifiers of a contact: the column of the prepared table that holds each, and its target.
IDENTIFIER_COLUMNS = {"email": EMAIL, "mobile_number": MOBILE_NUMBER}
ROWS_PER_FRAME = 50_000


class UnusableMappingError(Exception):
    """The mapping names what the file or the account does not have; `mapping.validate` says so beforehand."""


@dataclass
class CheckSummary:
    """What the check found, in counts; no value of anybody's. `issue_examples` names one row and column a code."""

    rows: int = 0
    fates: dict[str, int] = field(default_factory=dict)
    issue_counts: dict[str, int] = field(default_factory=dict)
    issue_examples: dict[str, dict[str, Any]] = field(default_factory=dict)
    severities: dict[str, int] = field(default_factory=dict)
    filled: dict[str, int] = field(default_factory=dict)
    cleared: dict[str, int] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "CheckSummary":
        return cls(**data)

    @property
    def ready(self) -> int:
        """How many contacts would be sent."""
        return self.fates.get("ready", 0)

    @property
    def values_to_clear(self) -> int:
        """How many stored values the import would erase."""
        return sum(self.cleared.values())


@dataclass(frozen=True, slots=True)
class Field:
    """A mapped column on its way into the contact. `source` is its column in the staged table."""

    index: int
    source: str
    mapped: ColumnMapping
    target: Target
    clears: bool

    @property
    def value(self) -> str:
        return f"value{self.index}"

    @property
    def code(self) -> str:
        return f"code{self.index}"


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
    """Write the `prepared` and `issues` tables of the file in `staged`, and return their counts.

    `columns[i]` is the header of the staged column `c{i}`. `default_region` is the country that phone numbers are read
    in where the mapping names none. `progress` is told how many rows are done. Raises UnusableMappingError.
    """
    return _Check(staged, columns, mapping, catalogue, prepared, issues, default_region, excluded_rows, progress).run()


class _Check:
    def __init__(
        self,
        staged: Path,
        columns: Sequence[str],
        mapping: Mapping,
        catalogue: TargetCatalogue,
        prepared: Path,
        issues: Path,
        default_region: str | None,
        excluded_rows: Collection[int],
        progress: Callable[[int], None] | None,
    ) -> None:
        self.staged, self.prepared, self.issues = staged, prepared, issues
        self.mapping, self.columns, self.default_region = mapping, list(columns), default_region
        self.excluded_rows, self.progress = sorted(excluded_rows), progress
        self.fields = [self._field(i, column, catalogue) for i, column in enumerate(mapping.columns)]
        self.match_target = MATCH_IDENTIFIERS[mapping.match_identifier]
        self.match_column = next(name for name, target in IDENTIFIER_COLUMNS.items() if target == self.match_target)
        self.constants = [
            (catalogue.find(constant.target), constant.value)
            for constant in mapping.constants
            if constant.target != LISTS
        ]
        self.summary = CheckSummary()
        self.hashes: list[pl.DataFrame] = []
        self.issue_spool = _Spool(issues.with_name(issues.name + ".spool"))

    def _field(self, index: int, column: ColumnMapping, catalogue: TargetCatalogue) -> Field:
        target = catalogue.find(column.target)
        if target is None or column.column not in self.columns:
            raise UnusableMappingError(column.target)
        policy = column.blank_cells or self.mapping.blank_cells
        source = f"c{self.columns.index(column.column)}"
        return Field(index, source, column, target, clears=policy == "clear" and not target.is_identifier)

    def run(self) -> CheckSummary:
        draft = self.prepared.with_name(self.prepared.name + ".draft")
        try:
            tables.write_table(self._draft_frames(), DRAFT_SCHEMA, draft)
            tables.write_table(self._prepared_frames(draft), PREPARED_SCHEMA, self.prepared)
            tables.write_table(self.issue_spool.frames(), ISSUES_SCHEMA, self.issues)
        finally:
            draft.unlink(missing_ok=True)
            self.issue_spool.remove()
        return self.summary

    def _draft_frames(self) -> Iterator[pl.DataFrame]:
        for frame in tables.iter_frames(self.staged, ROWS_PER_FRAME):
            cleaned = self._clean(frame)
            self._collect_issues(frame, cleaned)
            self._collect_hashes(cleaned)
            self._count_values(cleaned)
            yield cleaned.select(list(DRAFT_SCHEMA))
            self.summary.rows += frame.height
            if self.progress:
                self.progress(self.summary.rows)

    def _clean(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The frame with each field's value and code, then each row's fate, identifiers and rest of the contact."""
        expressions = [(one, self._cleaner(one, frame)) for one in self.fields]
        cleaned = frame.with_columns(
            **{one.value: pair.value for one, pair in expressions}, **{one.code: pair.code for one, pair in expressions}
        )
        blank = pl.all_horizontal(cleaning.is_blank(pl.col(one.source)) for one in self.fields)
        rejected = pl.col(self._match_field.value).is_null()
        if self.mapping.invalid_values == "reject":
            rejected = rejected | pl.any_horizontal(self._is_invalid(one) for one in self.fields)
        fate = (
            pl.when(pl.col("row").is_in(self.excluded_rows))
            .then(pl.lit("excluded"))
            .when(blank)
            .then(pl.lit("blank"))
            .when(rejected)
            .then(pl.lit("rejected"))
            .otherwise(pl.lit("ready"))
        )
        return cleaned.with_columns(
            fate=fate,
            **{name: self._identifier(target) for name, target in IDENTIFIER_COLUMNS.items()},
            rest=self._rest(),
        )

    def _cleaner(self, one: Field, frame: pl.DataFrame) -> cleaning.Cleaned:
        column = pl.col(one.source)
        match one.target.value_type:
            case ValueType.EMAIL:
                return cleaning.clean_email(column)
            case ValueType.PHONE:
                return clean_phone(frame, one.source, self._region(one))
            case ValueType.NUMERIC:
                return cleaning.clean_number(column, one.mapped.decimal or ".")
            case ValueType.DATE:
                return cleaning.clean_date(column, one.mapped.format)
            case ValueType.BOOLEAN:
                return cleaning.clean_boolean(column, one.mapped.values)
            case ValueType.STRING:
                return cleaning.clean_text(column)

    def _region(self, one: Field) -> pl.Expr:
        region = one.mapped.region
        if isinstance(region, RegionColumn):
            return region_of_country(pl.col(f"c{self.columns.index(region.column)}"), self.default_region)
        return pl.lit(region or self.default_region, dtype=pl.String)

    @property
    def _match_field(self) -> Field:
        return next(one for one in self.fields if one.target.name == self.match_target)

    def _identifier(self, target: str) -> pl.Expr:
        found = next((one for one in self.fields if one.target.name == target), None)
        return pl.col(found.value) if found else pl.lit(None, dtype=pl.String)

    def _is_invalid(self, one: Field) -> pl.Expr:
        invalid = [code for code, problem in PROBLEM_TYPES.items() if problem.kind is Kind.INVALID]
        return pl.col(one.code).is_in(invalid).fill_null(False)

    def _rest(self) -> pl.Expr:
        """The members of the contact after its identifiers, joined by commas; null when there are none."""
        members = [self._data_field(one) for one in self.fields if not one.target.is_identifier]
        members += [
            payload.member(target.key, pl.lit(payload.json_text(value)))
            for target, value in self.constants
            if target is not None
        ]
        parts = [payload.member("dataFields", payload.object_of(members)), payload.lists_member(self.mapping.lists)]
        inside = pl.concat_str(parts, separator=",", ignore_nulls=True)
        return pl.when(inside != "").then(inside)

    def _data_field(self, one: Field) -> pl.Expr:
        value = pl.col(one.value)
        is_text = one.target.value_type in {ValueType.STRING, ValueType.DATE}
        text = payload.quoted(value) if is_text else value
        if one.clears:
            text = pl.when(self._clears(one)).then(pl.lit("null")).otherwise(text)
        return payload.member(one.target.key, text)

    def _clears(self, one: Field) -> pl.Expr:
        """Cells that erase: blank ones. A value that was refused never erases anything."""
        return cleaning.is_blank(pl.col(one.source))

    def _severity(self, one: Field) -> pl.Expr:
        invalid = Severity.WARNING
        if one.target.name == self.match_target or self.mapping.invalid_values == "reject":
            invalid = Severity.ERROR
        by_kind = {Kind.INVALID: invalid, Kind.CHANGED: Severity.NOTE, Kind.MISSING: Severity.ERROR}
        by_code = {code: by_kind[problem.kind].value for code, problem in PROBLEM_TYPES.items()}
        return pl.col("code").replace_strict(by_code, return_dtype=pl.String)

    def _collect_issues(self, frame: pl.DataFrame, cleaned: pl.DataFrame) -> None:
        considered = cleaned.filter(pl.col("fate").is_in(["ready", "rejected"]))
        found = [
            considered.filter(pl.col(one.code).is_not_null())
            .select(
                "row",
                column=pl.lit(one.mapped.column),
                code=one.code,
                original=pl.col(one.source),
                result=pl.col(one.value),
            )
            .with_columns(severity=self._severity(one))
            for one in self.fields
        ]
        match = self._match_field
        found.append(
            considered.filter(
                pl.col(match.value).is_null() & (pl.col(match.code).is_null() | (pl.col(match.code) == "placeholder"))
            ).select(
                "row",
                column=pl.lit(match.mapped.column),
                code=pl.lit("match_identifier_missing"),
                original=pl.col(match.source),
                result=pl.lit(None, dtype=pl.String),
                severity=pl.lit(Severity.ERROR.value),
            )
        )
        self._add_issues(pl.concat([one.select(list(ISSUES_SCHEMA)) for one in found]).sort("row", maintain_order=True))

    def _add_issues(self, found: pl.DataFrame) -> None:
        if found.is_empty():
            return
        self.issue_spool.add(found)
        summary = self.summary
        for code, severity, count, row, column in (
            found.group_by("code", "severity", maintain_order=True)
            .agg(pl.len(), pl.col("row").first(), pl.col("column").first())
            .iter_rows()
        ):
            summary.issue_counts[code] = summary.issue_counts.get(code, 0) + count
            summary.severities[severity] = summary.severities.get(severity, 0) + count
            summary.issue_examples.setdefault(code, {"row": row, "column": column, "severity": severity})

    def _collect_hashes(self, cleaned: pl.DataFrame) -> None:
        ready = cleaned.lazy().filter(pl.col("fate") == "ready")
        self.hashes.append(
            ready.select("row", **{name: identifier_hash(pl.col(name)) for name in IDENTIFIER_COLUMNS}).collect()
        )

    def _count_values(self, cleaned: pl.DataFrame) -> None:
        ready = cleaned.filter(pl.col("fate") == "ready")
        for one in self.fields:
            filled = ready.height - ready[one.value].null_count()
            name = one.target.name
            self.summary.filled[name] = self.summary.filled.get(name, 0) + filled

    def _prepared_frames(self, draft: Path) -> Iterator[pl.DataFrame]:
        schema: tables.Schema = {"row": pl.UInt32, **dict.fromkeys(IDENTIFIER_COLUMNS, HASH_TYPE)}
        keys = pl.concat(self.hashes) if self.hashes else pl.DataFrame(schema=schema)
        self.hashes.clear()
        policy = self.mapping.duplicates
        gone = find_duplicates(keys, self.match_column, policy)
        others = [name for name in IDENTIFIER_COLUMNS if name != self.match_column]
        shared = find_shared(keys, others, gone, policy)
        del keys
        fates: Counter[str] = Counter()
        for frame in tables.iter_frames(draft, ROWS_PER_FRAME):
            done = self._prepare(frame, gone, shared)
            fates.update(dict(done["fate"].value_counts().iter_rows()))
            yield done
        self.summary.fates = dict(fates)
        self._count_clearing(gone, shared)

    def _prepare(self, frame: pl.DataFrame, gone: pl.DataFrame, shared: pl.DataFrame) -> pl.DataFrame:
        rejects = self.mapping.duplicates == "reject"
        stale = pl.col("is_copy").fill_null(False)
        frame = frame.join(
            gone.with_columns(is_copy=pl.lit(True)), on="row", how="left", maintain_order="left"
        )
        if rejects:
            self._add_row_issues(frame.filter(stale), self.match_column, "duplicate_rejected", Severity.ERROR)
        frame = frame.with_columns(
            fate=pl.when(stale).then(pl.lit("rejected" if rejects else "duplicate")).otherwise("fate")
        )
        for name in IDENTIFIER_COLUMNS:
            rows = shared.filter(pl.col("key") == name)["row"]
            if rows.is_empty():
                continue
            hit = pl.col("row").is_in(rows.implode()) & (pl.col("fate") == "ready")
            reject_row = self.mapping.invalid_values == "reject"
            severity = Severity.ERROR if reject_row else Severity.WARNING
            self._add_row_issues(frame.filter(hit), name, "identifier_shared", severity)
            frame = frame.with_columns(
                pl.when(hit).then(None).otherwise(pl.col(name)).alias(name),
                fate=pl.when(hit & reject_row).then(pl.lit("rejected")).otherwise("fate"),
            )
        identifiers = payload.object_of(
            [
                payload.member(target.rsplit(".", 1)[-1], payload.quoted(pl.col(name)))
                for name, target in IDENTIFIER_COLUMNS.items()
            ]
        )
        contact = payload.contact_json(self.mapping.match_identifier, identifiers, pl.col("rest"))
        return frame.with_columns(
            match_identifier=pl.lit(self.mapping.match_identifier),
            contact=pl.when(pl.col("fate") == "ready").then(contact),
        ).select(list(PREPARED_SCHEMA))

    def _add_row_issues(self, rows: pl.DataFrame, name: str, code: str, severity: Severity) -> None:
        target = IDENTIFIER_COLUMNS[name]
        mapped = self.mapping.column_of(target)
        self._add_issues(
            rows.select(
                "row",
                column=pl.lit(mapped.column if mapped else ""),
                code=pl.lit(code),
                severity=pl.lit(severity.value),
                original=pl.col(name),
                result=pl.lit(None, dtype=pl.String),
            )
        )

    def _count_clearing(self, gone: pl.DataFrame, shared: pl.DataFrame) -> None:
        """How many values of the rows that will be sent would be erased, by target."""
        clearing = [one for one in self.fields if one.clears]
        if not clearing:
            return
        left_out = [gone["row"]]
        if self.mapping.invalid_values == "reject":
            left_out.append(shared["row"])
        out = pl.concat(left_out).implode()
        for frame in tables.iter_frames(self.staged, ROWS_PER_FRAME):
            sent = self._clean(frame).filter((pl.col("fate") == "ready") & ~pl.col("row").is_in(out))
            for one in clearing:
                count = int(sent.select(self._clears(one).sum()).item())
                self.summary.cleared[one.target.name] = self.summary.cleared.get(one.target.name, 0) + count


class _Spool:
    """Frames put aside on disk, so that they can be written as one table after the other one is done."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.paths: list[Path] = []

    def add(self, frame: pl.DataFrame) -> None:
        self.folder.mkdir(exist_ok=True)
        path = self.folder / f"{len(self.paths):06d}"
        frame.write_parquet(path, compression="lz4")
        self.paths.append(path)

    def frames(self) -> Iterator[pl.DataFrame]:
        for path in self.paths:
            yield pl.read_parquet(path)

    def remove(self) -> None:
        for path in self.paths:
            path.unlink(missing_ok=True)
        if self.folder.exists():
            self.folder.rmdir()
