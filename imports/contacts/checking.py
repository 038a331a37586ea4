"""The check: a mapping applied to a whole file, column by column, a row group at a time.

Two passes, each of which holds one row group. The first cleans every mapped column and writes a draft:
values, codes, and the cells there is something to say about. Between the passes, rows that share an
identifier are found in the draft. The second writes the prepared table and the issues.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from collections.abc import Mapping as Marks
from functools import reduce
from operator import or_
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import polars as pl

from imports import tables
from imports.contacts.arrived import ArrivedRows
from imports.contacts.balance import Balance, UnaccountedCellsError, filled_cells
from imports.contacts.check_request import CheckRequest
from imports.contacts.cleaned_fields import CleanedField, clean_frame
from imports.contacts.contact_text import plan_contact, with_contact_text
from imports.contacts.field_plan import plan_fields
from imports.contacts.forms import (
    count_formed_rows,
    count_forms,
    example_lines,
    forms,
    forms_schema,
    forms_written,
)
from imports.contacts.frames import Draft, map_ahead
from imports.contacts.guards import find_guards
from imports.contacts.issues import ISSUES_SCHEMA, count_lines, count_told_rows, find_issues
from imports.contacts.mapping_problems import validate
from imports.contacts.matching import (
    SHARED_SCHEMA,
    find_shared,
    identifier_key,
    match_key,
    match_name,
    match_value,
)
from imports.contacts.policies import DUPLICATES, INVALID_VALUES
from imports.contacts.preflight import CheckSummary, PreflightTally, count_values, ordered_counts
from imports.contacts.problems import Severity
from imports.contacts.repairs.repaired_table import NO_EFFECTS, Effects, write_repaired
from imports.contacts.targets import CONTACT_ID, EMAIL, MOBILE_NUMBER
from imports.contacts.withheld import is_withheld, plan_withholding
from imports.fates import Fate

PREPARED_SCHEMA: tables.Schema = {
    "row": pl.UInt32,
    "fate": pl.String,
    "stands_for_it": pl.UInt32,
    "match_by": pl.String,
    "match_identifier": pl.String,
    "email": pl.String,
    "mobile_number": pl.String,
    "contact_id": pl.String,
    "contact": pl.String,
}
"""`match_by` names the identifier that the row's contact is matched by, `match_identifier` is its value. Beside these,
a prepared table has the columns of `forms.forms_schema` for its fields."""

ROWS_CLEANED_AT_ONCE = 100_000
ROWS_SETTLED_AT_ONCE = 15_000
"""Fewer: making a frame's JSON takes several times the memory of the frame itself."""

_IDENTIFIER_COLUMNS = {"email": EMAIL, "mobile_number": MOBILE_NUMBER, "contact_id": CONTACT_ID}


class UnusableMappingError(ValueError):
    """The mapping has problems; `mapping_problems.validate` lists them."""


def check(request: CheckRequest, progress: Callable[[int], None] | None = None) -> CheckSummary:
    """Write the tables that are asked for, and count what is in them.

    `progress` is told how many rows have been cleaned, which is most of the work. Raises UnusableMappingError for a
    mapping with problems, and UnaccountedCellsError, which is a fault of ours, when cells and contacts do not add up.

    A row that cannot be matched is rejected; of those left, the mapping's policy keeps one for each contact;
    of those kept, the policy keeps one for each other identifier, and the others go without it or are
    rejected. A row that stands for others and is then rejected stands for them all the same: its own reason
    says what to correct.
    """
    problems = validate(request.mapping, request.columns, request.catalogue)
    if problems:
        raise UnusableMappingError(f"{problems[0].where}: {problems[0].sentence}")
    checked, prepared, issues = request.checked, request.prepared, request.issues
    effects = NO_EFFECTS
    if request.overlay and request.repaired:
        effects = write_repaired(request.staged, request.overlay, request.columns, request.repaired)
    with TemporaryDirectory(dir=prepared.parent, prefix=f"{prepared.name}.") as folder:
        # Of the file as it came: a repair of one cell is not to change how the others are read.
        guards = find_guards(
            request.whole or request.staged, [f"c{place}" for place in range(len(request.columns))]
        )
        run = _Check(request, Draft(Path(folder)), guards, effects)
        run.write_draft(checked, progress)
        run.resolve_shared()
        run.write_tables(prepared, issues)
    summary = run.summary()
    rows = (tables.row_count(request.staged), tables.row_count(prepared), tables.row_count(issues))
    run.hold(summary, *rows, forms=forms_written(prepared))
    return summary


class _Finished(NamedTuple):
    """A frame of the second pass: rows as they are sent, as prepared, what is said of them, how many lines of which
    kind that is and of how many rows, and what was counted of the cells."""

    sent: pl.DataFrame
    done: pl.DataFrame
    found: pl.DataFrame
    counts: pl.DataFrame
    told_rows: list[dict[str, int]]
    counted: Counter[str]


class _Check:
    """One check on its way. Counts gather as the frames go by."""

    def __init__(
        self, request: CheckRequest, draft: Draft, guards: Marks[str, str], effects: Effects
    ) -> None:
        mapping, columns, catalogue = request.mapping, request.columns, request.catalogue
        self.mapping, self.draft = mapping, draft
        self.checked, self.columns = request.checked, columns
        self.fields = plan_fields(mapping, columns, catalogue, request.default_region, guards)
        self.identifiers = [one for one in self.fields if one.is_identifier]
        self.withholding = plan_withholding(mapping, columns)
        self.plan = plan_contact(mapping, self.fields, catalogue)
        self.balance = Balance(self.plan, columns)
        self.counted: Counter[str] = Counter()
        self.effects = effects
        left_out = pl.Series("row", sorted(request.excluded_rows), dtype=pl.UInt32)
        self.excluded_rows = pl.concat([left_out, effects.left_out])
        self.arrived = ArrivedRows(request.arrived, request.lacking, self.fields, self.plan.consents)
        self.corrected = 0
        self.rejects_invalid = INVALID_VALUES.of(mapping.invalid_values).rejects_row
        self.rows = 0
        self.copies = pl.DataFrame(schema=SHARED_SCHEMA)
        self.sharing: dict[int, pl.DataFrame] = {}
        self.fates: Counter[str] = Counter()
        self.tally = PreflightTally(self.plan)
        self.payload_bytes = 0
        self.issues: dict[tuple[str, str, str], tuple[int, int]] = {}
        self.told_rows: Counter[str] = Counter()

    # First pass

    def write_draft(self, staged: Path, progress: Callable[[int], None] | None) -> None:
        read = frozenset().union(
            *(one.sources for one in self.fields), [one.cell for one in self.withholding]
        )
        cells = sorted(read)
        frames = tables.iter_frames(staged, lambda rows: rows.select("row", *cells), ROWS_CLEANED_AT_ONCE)
        for cleaned in map_ahead(self._clean, frames):
            for part in cleaned.iter_slices(ROWS_SETTLED_AT_ONCE):
                self.draft.add(part)
            self.rows += cleaned.height
            if progress:
                progress(self.rows)

    def _clean(self, frame: pl.DataFrame) -> pl.DataFrame:
        beside = frame.select(
            *filled_cells(self.fields), *(one.found().alias(one.original) for one in self.withholding)
        )
        cleaned = clean_frame(frame, self.fields).hstack(beside).lazy()
        matched = cleaned.with_columns(match_by=match_name(self.mapping, self.fields))
        withheld_by = (one.is_invalid() for one in self.fields if one.says_subscription)
        is_kept_back = reduce(or_, withheld_by, is_withheld(self.withholding))
        said = [pl.col(one.value).is_not_null() for one in self._contents()]
        filled = pl.sum_horizontal(*said, is_kept_back).cast(pl.UInt32)
        valued = matched.with_columns(
            match_value=match_value(self.identifiers), withheld=is_kept_back, filled=filled
        )
        return self.arrived.mark(valued.collect(), frame).with_columns(fate=self._first_fate())

    def _first_fate(self) -> pl.Expr:
        """The fate of a row by itself, whatever is in the others."""
        is_rejected = pl.col("match_value").is_null()
        if self.rejects_invalid:
            is_rejected = reduce(or_, (one.is_invalid() for one in self.fields), is_rejected)
        return (
            pl.when(pl.col("row").is_in(self.excluded_rows.implode()) | pl.col("arrived").is_not_null())
            .then(Fate.EXCLUDED.lit)
            .when(pl.all_horizontal(one.is_blank() for one in self.fields))
            .then(Fate.BLANK.lit)
            .when(is_rejected)
            .then(Fate.REJECTED.lit)
            .otherwise(Fate.READY.lit)
        )

    # Between the passes

    def resolve_shared(self) -> None:
        """Find the rows that another stands for, then those of the rest whose identifiers another row has."""
        if not self.rows:
            return
        ready = self.draft.scan().filter(Fate.READY.holds)
        policy = DUPLICATES.of(self.mapping.duplicates)
        keys = ready.select("row", "filled", key=match_key(self.identifiers), is_held=pl.lit(value=False))
        said = {one.value: pl.col(one.value) for one in self._contents()}
        contents = ready.select(
            "row",
            withheld=pl.when("withheld").then(pl.lit(1, pl.UInt64)),
            **{name: pl.when(text.is_not_null()).then(text.hash(seed=0)) for name, text in said.items()},
        )
        self.copies = find_shared(keys, policy, self.rows, contents)
        sent = ready.filter(~pl.col("withheld"))
        kept = sent.join(self.copies.lazy().select("row"), on="row", how="anti")
        for one in self.identifiers:
            is_held = pl.col("match_by") == one.target.key
            if self._is_always_held(one.target.key):
                continue
            keys = kept.select("row", key=identifier_key(one), is_held=is_held)
            self.sharing[one.index] = find_shared(keys, policy, self.rows)

    def _contents(self) -> list[CleanedField]:
        """What a row says of its contact, beside what it is matched by."""
        found = [one for one in self.fields if not one.says_match]
        if len(found) < len(self.fields):
            return found
        return [
            one
            for one in found
            if not (one.is_identifier and one.target.key == self.mapping.match_identifier)
        ]

    def _is_always_held(self, key: str) -> bool:
        return key == self.mapping.match_identifier and not any(one.says_match for one in self.fields)

    def _settled_frames(self) -> Iterator[pl.DataFrame]:
        """The draft with final fates, `stands_for_it`, `rows` of the copies and `rows_{index}` of shared
        identifiers."""
        for frame in self.draft.frames():
            span = pl.col("row").is_between(frame["row"].min(), frame["row"].max())
            settled = _joined(frame.lazy(), self.copies.filter(span), {})
            fate = (
                pl.when(pl.col("stands_for_it").is_not_null())
                .then(Fate.DUPLICATE.lit)
                .when(pl.col("rows").is_not_null() | (pl.col("withheld") & Fate.READY.holds))
                .then(Fate.REJECTED.lit)
            )
            for one in self.identifiers:
                rows = f"rows_{one.index}"
                shared = self.sharing.get(one.index, self.copies.clear()).filter(span).drop("stands_for_it")
                settled = _joined(settled, shared, {"rows": rows})
                if self.rejects_invalid:
                    fate = fate.when(pl.col(rows).is_not_null()).then(Fate.REJECTED.lit)
            yield settled.with_columns(fate=fate.otherwise(pl.col("fate"))).collect()

    # Second pass

    def write_tables(self, prepared: Path, issues: Path) -> None:
        schema = PREPARED_SCHEMA | forms_schema(self.fields)
        with tables.TableWriter(issues, ISSUES_SCHEMA) as lines:
            with tables.TableWriter(prepared, schema) as contacts:
                for finished in map_ahead(self._finish, self._settled_frames()):
                    self._count(finished.sent, finished.done)
                    self._count_issues(finished.counts)
                    for told in finished.told_rows:
                        self.told_rows.update(told)
                    self.counted.update(finished.counted)
                    contacts.write(finished.done)
                    lines.write(finished.found)
            lines.write(example_lines(self.checked, prepared, self.columns, self.examples()))

    def _finish(self, settled: pl.DataFrame) -> _Finished:
        found = find_issues(
            settled, self.fields, self.plan.consents, self.withholding, rejects_invalid=self.rejects_invalid
        )
        unshared = settled.lazy().with_columns(
            pl.when(pl.col(f"rows_{one.index}").is_null()).then(pl.col(one.value)).alias(one.value)
            for one in self.identifiers
        )
        sent = (
            with_contact_text(unshared, self.plan)
            .with_columns(contact=pl.when(Fate.READY.holds).then("contact"))
            .collect()
        )
        values = {one.target: pl.col(one.value) for one in self.identifiers}
        named = {
            column: values.get(target, pl.lit(None, pl.String))
            for column, target in _IDENTIFIER_COLUMNS.items()
        }
        done = sent.select(
            "row",
            "fate",
            "stands_for_it",
            "match_by",
            match_identifier=pl.col("match_value"),
            **named,
            contact="contact",
            **forms(self.fields),
        )
        formed = count_forms(done, self.fields)
        counts = pl.concat([count_lines(found), formed])
        told_rows = [count_told_rows(found), count_formed_rows(done, formed)]
        counted = self.balance.measure(sent, found, counts)
        return _Finished(sent, done, found.drop("fate"), counts, told_rows, counted)

    def _count(self, sent: pl.DataFrame, done: pl.DataFrame) -> None:
        self.fates.update(count_values(done["fate"]))
        self.payload_bytes += int(done["contact"].str.len_bytes().sum())
        ready = sent.filter(Fate.READY.holds)
        self.corrected += int(ready["is_corrected"].sum())
        self.tally.add(ready)

    def _count_issues(self, counts: pl.DataFrame) -> None:
        said = counts.select("code", "severity", "column", "lines", "row")
        for code, severity, column, count, row in said.iter_rows():
            before, first = self.issues.get((code, severity, column), (0, row))
            self.issues[code, severity, column] = (before + count, min(first, row))

    def examples(self) -> list[tuple[str, str, int]]:
        """The code, the column and the first row of each form."""
        return [
            (code, column, row)
            for (code, severity, column), (_, row) in self.issues.items()
            if severity == Severity.FORMAT
        ]

    def summary(self) -> CheckSummary:
        return CheckSummary(
            rows=self.rows,
            fates={fate.value: self.fates[fate] for fate in Fate},
            issues=tuple(ordered_counts(self.issues)),
            told_rows=dict(self.told_rows),
            filled=self.tally.filled,
            cleared=self.tally.cleared,
            payload_bytes=self.payload_bytes,
            preflight=self.tally.preflight(),
            repairs=self.effects.changed,
            corrected=self.corrected,
        )

    def hold(self, summary: CheckSummary, staged: int, prepared: int, issues: int, forms: int) -> None:
        """Hold what is announced against what was counted, and the tables against one another, by their rows, and
        values that are told to be in another form.

        Raises UnaccountedCellsError.
        """
        self.balance.hold(self.counted, summary.cleared, summary.filled)
        said: Counter[bool] = Counter()
        for issue in summary.issues:
            said[issue.severity == Severity.FORMAT] += issue.count
        are_told = said[False] == issues - len(self.examples()) and said[True] == forms
        if not staged == prepared == self.rows == sum(summary.fates.values()) or not are_told:
            raise UnaccountedCellsError


def _joined(frame: pl.LazyFrame, some: pl.DataFrame, renamed: dict[str, str]) -> pl.LazyFrame:
    """`frame` with the columns of `some` by row, null where that has no such row."""
    more = some.rename(renamed)
    if more.is_empty():
        return frame.with_columns(
            pl.lit(None, kind).alias(name) for name, kind in more.schema.items() if name != "row"
        )
    return frame.join(more.lazy(), on="row", how="left", maintain_order="left")
