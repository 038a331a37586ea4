"""What a check or a trial found, grouped by cause, in sections by what it did: the gravest first."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, ngettext, ngettext_lazy

from imports import tables
from imports.contacts.problems import PROBLEM_TYPES, RESULT_WORDS, ProblemKind, Severity, describe
from imports.jobs.trial import Trial
from imports.locale_forms import number
from imports.messages import column_label
from imports.models import UploadJob
from imports.states import TrialState
from imports.storage import artefacts
from imports.views.formatting import shortened

ROW = "row"
IssueCount = dict[str, Any]  # of a CheckSummary's JSON
REPAIRED_IN_ROWS = frozenset({"match_identifier_missing", "duplicate_rejected"})
Values = dict[tuple[str, int, str], tuple[str, str | None]]  # code, row, column -> original, result


@dataclass(frozen=True)
class ProblemGroup:
    """All problems of one cause, with one of them as it stands in the file. `count` are values, in so many `rows`; 0
    where that is not known: in checks of older versions, and where some of the rows are left out for it and others not.
    `is_of_values`: they are of single values, which can be repaired, not of rows, and not of values that are only
    written in another form, or were sent before."""

    code: str
    title: str
    count: int
    rows: int
    columns: list[str]
    example: str
    remedy: str
    is_of_values: bool = False

    @property
    def is_repaired_in_rows(self) -> bool:
        """Whether a person has to say row by row what is right."""
        return self.code in REPAIRED_IN_ROWS


@dataclass(frozen=True)
class SectionKind:
    """What the problems of a section did. `counted` says how many there are, with the number for {count}."""

    key: str
    heading: Promise
    meaning: Promise
    counted: Promise
    is_folded: bool = False


SECTION_KINDS = (
    SectionKind(
        ROW,
        gettext_lazy("Rows that are left out"),
        gettext_lazy("Nothing of them is sent."),
        ngettext_lazy("{count} row left out", "{count} rows left out"),
    ),
    SectionKind(
        Severity.WARNING,
        gettext_lazy("Values that are left out"),
        gettext_lazy("Where nothing else is wrong with a row, the rest of it is imported."),
        ngettext_lazy("{count} value left out", "{count} values left out"),
    ),
    SectionKind(
        Severity.DOUBT,
        gettext_lazy("Sent, but please check them"),
        gettext_lazy("These values can be used and are sent as they are. They may not be what was meant."),
        ngettext_lazy("{count} value to check", "{count} values to check"),
    ),
    SectionKind(
        Severity.NOTE,
        gettext_lazy("Values that were repaired"),
        gettext_lazy("They are sent as repaired."),
        ngettext_lazy("{count} value repaired", "{count} values repaired"),
    ),
    SectionKind(
        Severity.SENT_BEFORE,
        gettext_lazy("Sent before, and not sent again"),
        gettext_lazy(
            "An earlier import of the same rows has brought them. The rest of their rows is imported."
        ),
        ngettext_lazy("{count} value not sent again", "{count} values not sent again"),
    ),
    SectionKind(
        Severity.FORMAT,
        gettext_lazy("Written in Dotdigital’s format"),
        gettext_lazy("They mean the same, in the format that Dotdigital accepts."),
        ngettext_lazy(
            "{count} value written in Dotdigital’s format", "{count} values written in Dotdigital’s format"
        ),
        is_folded=True,
    ),
)
"""The sections in their order. Their keys are severities, but for the first: what is about whole rows."""


@dataclass(frozen=True)
class ProblemSection:
    """The problems of one kind, by cause, the most frequent first."""

    kind: SectionKind
    groups: list[ProblemGroup]

    @property
    def count(self) -> int:
        return sum(group.count for group in self.groups)

    @property
    def summary(self) -> str:
        """How many there are, and what was done to them."""
        return (self.kind.counted % self.count).format(count=number(self.count))


def check_sections(job: UploadJob) -> list[ProblemSection]:
    """What the check of `job` found, with what can be done about it by now."""
    has_begun = job.is_delivering or bool(job.ledger)
    return problem_sections(
        job.check_summary, artefacts.key_of(job, artefacts.ISSUES), is_afterwards=has_begun
    )


def trial_groups(trial: Trial) -> list[ProblemSection]:
    """What the trial of a mapping found; nothing while it is under way."""
    return problem_sections(trial.summary, trial.issues) if trial.state == TrialState.DONE else []


def problem_sections(
    summary: dict[str, Any], table: str, *, is_afterwards: bool = False
) -> list[ProblemSection]:
    """The issues that `summary` counts, in sections; their examples are read from the issues table `table`, a key.
    `is_afterwards`: they are looked at once the import has begun."""
    issues: list[IssueCount] = summary.get("issues", [])
    values = _values_of(table, {(one["code"], one["example_row"], one["column"]) for one in issues})
    found: dict[str, dict[str, list[IssueCount]]] = {}
    for issue in issues:
        found.setdefault(section_of(issue), {}).setdefault(issue["code"], []).append(issue)
    sections = Counter(code for by_code in found.values() for code in by_code)
    told = {code: rows for code, rows in summary.get("told_rows", {}).items() if sections[code] == 1}
    return [
        ProblemSection(kind, _groups(found[kind.key], values, told, is_afterwards=is_afterwards))
        for kind in SECTION_KINDS
        if kind.key in found
    ]


def section_of(issue: IssueCount) -> str:
    """The section that an issue stands in: rows that are left out, or what its severity says."""
    kind = PROBLEM_TYPES.get(issue["code"])
    is_about_row = issue["severity"] == Severity.ERROR or (kind and kind.kind is ProblemKind.ROW)
    return ROW if is_about_row else issue["severity"]


def _groups(
    by_code: dict[str, list[IssueCount]], values: Values, told: dict[str, int], *, is_afterwards: bool
) -> list[ProblemGroup]:
    groups = [
        _group(code, issues, values, told.get(code, 0), is_afterwards=is_afterwards)
        for code, issues in by_code.items()
    ]
    return sorted(groups, key=lambda group: -group.count)


def _group(
    code: str, issues: Sequence[IssueCount], values: Values, rows: int, *, is_afterwards: bool
) -> ProblemGroup:
    kind = PROBLEM_TYPES.get(code)
    first = min(issues, key=lambda issue: issue["example_row"])
    original, result = values.get((code, first["example_row"], first["column"]), ("", None))
    sentence = problem_sentence(code, first["column"], original, result)
    return ProblemGroup(
        code=code,
        title=kind.title if kind else code,
        count=sum(issue["count"] for issue in issues),
        rows=rows,
        columns=[column_label(issue["column"]) for issue in issues if issue["column"]],
        example=gettext("Row {row}, {sentence}").format(row=number(first["example_row"]), sentence=sentence),
        remedy="" if kind is None else kind.remedy_afterwards if is_afterwards else kind.remedy,
        is_of_values=kind is not None
        and kind.kind not in {ProblemKind.ROW, ProblemKind.FORMATTED}
        and first["severity"] != Severity.SENT_BEFORE,
    )


def _values_of(table: str, examples: set[tuple[str, int, str]]) -> Values:
    """The values of the examples; none when the table has just been replaced by a newer one."""
    if not examples or not table:
        return {}
    try:
        with artefacts.local_file(table) as issues:
            found = (
                tables.scan(issues)
                .filter(pl.col("row").is_in(sorted({row for _, row, _ in examples})))
                .select("code", "row", "column", "original", "result")
                .collect()
            )
    except FileNotFoundError:
        return {}
    return {
        (code, row, column): (original, result) for code, row, column, original, result in found.iter_rows()
    }


def problem_sentence(code: str, column: str, original: str | None, result: str | None) -> str:
    """What is wrong, and what the value becomes if it was changed."""
    told = result if result is None or code in RESULT_WORDS else shortened(result)
    sentence = describe(code, column, shortened(original or ""), told)
    kind = PROBLEM_TYPES[code].kind if code in PROBLEM_TYPES else None
    if kind is ProblemKind.CHANGED and told and result != original:
        becomes = gettext("It becomes “{value}”.").format(value=told)
        return f"{sentence} {becomes}"
    return sentence


def rows_and_values(rows: int, values: int) -> int | str:
    """How many rows, and how many values that are, where some rows have several: 51, or “51 rows, 66 values”."""
    if not rows or rows == values:
        return values
    return gettext("{rows}, {values}").format(
        rows=ngettext("{count} row", "{count} rows", rows).format(count=number(rows)),
        values=ngettext("{count} value", "{count} values", values).format(count=number(values)),
    )


def consequence(code: str, severity: str) -> str:
    """What follows for a value that has a problem, where its sentence does not say it; "" for the others."""
    is_invalid = code in PROBLEM_TYPES and PROBLEM_TYPES[code].kind is ProblemKind.INVALID
    if severity == Severity.WARNING and is_invalid:
        return gettext("The value is left out.")
    return gettext("It is sent anyway.") if severity == Severity.DOUBT else ""
