"""What the administration says of a job beside its plain fields: how it was read, its mapping, its check and what
became of its rows, as tables of words and numbers. What is stored is shown to superusers alone, as it is."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy

from imports.accounts.catalogue import known_of
from imports.contacts.problems import PROBLEM_TYPES
from imports.contacts.suggestions import drift
from imports.contacts.value_types.date_type import format_label
from imports.fates import Fate
from imports.files.reading import Reading
from imports.jobs.remembered import drift_of
from imports.locale_forms import listed, number
from imports.messages import column_label
from imports.models import DotdigitalAccount, ImportBatch, MappingTemplate, UploadJob
from imports.reports.ledger import Ledger
from imports.standing import standing_of
from imports.views.formatting import percent, sureness
from imports.views.mapping.mapping_words import mapping_words
from imports.views.mapping.target_choices import AccountChoices
from imports.views.problem_groups import SECTION_KINDS, section_of
from imports.views.reading.reading_form import ReadingForm
from imports.views.reading.reading_views import FOUND_WORDS
from imports.views.report.report_views import SHARE_PLACES, ledger_lines

NOTHING = "–"
STEP_LABELS = {
    "stage": gettext_lazy("Reading the file"),
    "check": gettext_lazy("Checking"),
    "deliver": gettext_lazy("Importing"),
}
"""The steps whose seconds are kept."""

STORED = (
    "reading_options",
    "reading",
    "drift",
    "mapping",
    "check_summary",
    "ledger",
    "failure",
    "step_seconds",
)
"""What superusers can look at as it is stored."""


@dataclass(frozen=True)
class SummaryTable:
    """A table of a summary; cells are words, or numbers, which stand to the right."""

    caption: str
    headings: Sequence[str]
    rows: Sequence[Sequence[object]]


def tables_html(*tables: SummaryTable) -> str:
    """Those of the tables that have rows; a dash when none has."""
    shown = [table for table in tables if table.rows]
    return render_to_string("imports/admin/summary_tables.html", {"tables": shown}) if shown else NOTHING


def choices_of(account: DotdigitalAccount) -> AccountChoices:
    """What a mapping names, as far as the account has it."""
    return AccountChoices(known_of(account).content)


def reading_html(job: UploadJob) -> str:
    """How the file was read, who decided so, and what was wrong with rows of it."""
    if not job.reading:
        return NOTHING
    facts = render_to_string("imports/reading/facts.html", {"job": job, "reading": job.reading})
    found = Reading.from_dict(job.reading)
    decided = [
        (
            ReadingForm.base_fields[name].label,
            FOUND_WORDS[name](found),
            decision.words,
            sureness(decision.confidence).words,
        )
        for name, decision in found.decisions.items()
        if name in FOUND_WORDS
    ]
    if job.reading_options.get("keep_footer"):
        label = ReadingForm.base_fields["keep_footer"].label
        decided.append((label, gettext("yes"), gettext("Chosen by a person."), sureness(1.0).words))
    table = SummaryTable(
        gettext("What was decided"),
        (gettext("Option"), gettext("As read"), gettext("Why"), gettext("How sure")),
        decided,
    )
    return format_html("{}{}", facts, tables_html(table) if decided else "")


def drift_html(job: UploadJob) -> str:
    """How the file differs from the one whose mapping was remembered."""
    changes = drift_of(job)
    if not changes:
        return NOTHING
    lines = format_html_join("", "<li>{} {}</li>", ((one.sentence, one.remedy) for one in changes))
    return format_html("<ul>{}</ul>", lines)


def mapping_html(mapping: dict[str, Any], columns: Sequence[str], account: DotdigitalAccount) -> str:
    """What each column is sent as, in the file's order, and by which rules."""
    if not mapping:
        return NOTHING
    words = mapping_words(mapping, choices_of(account))
    used = {one.column for one in words.columns}
    sent = [
        (
            column_label(one.column),
            one.target,
            listed(f"{question}: {answer}" for question, answer in one.settings),
        )
        for one in words.columns
    ]
    return tables_html(
        SummaryTable(
            gettext("Columns that are imported"),
            (gettext("Column in the file"), gettext("Imported as"), gettext("How it is read")),
            sent,
        ),
        SummaryTable(
            gettext("Columns that are not imported"),
            (gettext("Column in the file"), gettext("What it does")),
            [
                (
                    column_label(name),
                    gettext("Leaves rows out") if name in words.leave_out else gettext("Nothing"),
                )
                for name in columns
                if name not in used
            ],
        ),
        SummaryTable(
            gettext("The same for every contact"), (gettext("Imported as"), gettext("Value")), words.constants
        ),
        SummaryTable(gettext("Rules"), (gettext("Question"), gettext("Answer")), words.rules),
    )


def check_html(job: UploadJob) -> str:
    """How many rows have which fate, what was found, and which fields how many contacts fill."""
    summary = job.check_summary
    if not summary:
        return NOTHING
    fates, names = summary.get("fates", {}), choices_of(job.account)
    sections = {kind.key: kind.heading for kind in SECTION_KINDS}
    found = [
        (
            PROBLEM_TYPES[issue["code"]].title if issue["code"] in PROBLEM_TYPES else issue["code"],
            sections.get(section_of(issue), issue["severity"]),
            column_label(issue["column"]) or NOTHING,
            issue["count"],
            issue["example_row"],
        )
        for issue in summary.get("issues", ())
    ]
    return tables_html(
        SummaryTable(
            gettext("Rows"),
            (gettext("Fate"), gettext("Rows")),
            [(fate.label, fates[fate]) for fate in Fate if fates.get(fate)],
        ),
        SummaryTable(
            gettext("Problems"),
            (
                gettext("Problem"),
                gettext("What was done"),
                gettext("Column in the file"),
                gettext("Lines"),
                gettext("First row"),
            ),
            found,
        ),
        SummaryTable(
            gettext("Fields that are filled"),
            (gettext("Field"), gettext("Contacts"), gettext("Share")),
            [
                (names.name_of(target), count, percent(count, fates.get(Fate.READY, 0)))
                for target, count in summary.get("filled", {}).items()
            ],
        ),
        SummaryTable(
            gettext("Fields that blank cells clear"),
            (gettext("Field"), gettext("Contacts")),
            [(names.name_of(target), count) for target, count in summary.get("cleared", {}).items() if count],
        ),
    )


def ledger_html(job: UploadJob) -> str:
    """What became of every row."""
    if not job.ledger:
        return NOTHING
    ledger = Ledger.from_dict(job.ledger)
    outcomes = [(line.bucket.label, line.count, line.share) for line in ledger_lines(ledger)]
    beside = [
        (gettext("Of these, with problems at Dotdigital"), ledger.with_problems),
        (gettext("Of these, without some of their values"), ledger.values_left_out),
    ]
    return tables_html(
        SummaryTable(
            gettext("Outcome of every row"),
            (gettext("Outcome"), gettext("Rows"), gettext("Share")),
            [
                *outcomes,
                *(
                    (words, count, percent(count, ledger.rows, SHARE_PLACES))
                    for words, count in beside
                    if count
                ),
                (gettext("All rows"), ledger.rows, percent(1, 1, SHARE_PLACES)),
            ],
        )
    )


def seconds_html(job: UploadJob) -> str:
    """How long each step took."""
    steps = [
        (STEP_LABELS.get(step, step), gettext("{number} s").format(number=number(seconds)))
        for step, seconds in job.step_seconds.items()
    ]
    return tables_html(SummaryTable("", (gettext("Step"), gettext("Time taken")), steps))


def shape_html(template: MappingTemplate) -> str:
    """What the columns of the file that a mapping was last used for looked like."""
    kept = {entry["column"]: entry for entry in template.shape.get("columns", ())}
    rows = [_shape_words(name, kept.get(name, {})) for name in template.columns or kept]
    return tables_html(
        SummaryTable(
            "",
            (gettext("Column in the file"), gettext("Looked like"), gettext("Dates written as")),
            rows,
        )
    )


def _shape_words(name: str, entry: dict[str, Any]) -> tuple[str, str, str]:
    kind = entry.get("looks_like")
    looks = drift.CATALOGUE.sentence(drift.holds_of(kind)) if kind else NOTHING
    return column_label(name), looks, listed(map(format_label, entry.get("date_formats", ()))) or NOTHING


def stored_html(job: UploadJob) -> SafeString:
    """The JSON of a job as it is stored: data, which is the same in every language."""
    return stored_json(job, STORED)


def stored_json(item: UploadJob | MappingTemplate, names: Sequence[str]) -> SafeString:
    """Some fields of `item` as they are stored, folded away; those that hold nothing are left out."""
    kept = {name: value for name in names if (value := getattr(item, name))}
    text = json.dumps(kept, indent=2, ensure_ascii=False)
    return format_html(
        '<details><summary>{}</summary><pre class="stored" translate="no">{}</pre></details>',
        gettext("Show as it is stored"),
        text,
    )


def may_see_stored(request: HttpRequest) -> bool:
    """Whether the person is shown what is stored: superusers."""
    return bool(request.user.is_superuser)


def chip_html(item: UploadJob | ImportBatch) -> str:
    """The status of a job or a batch, in words, with a sign and a colour."""
    standing = standing_of(item)
    return format_html('<span class="chip {}">{}</span>', standing.look, standing.words)


def code_html(code: object) -> str:
    """A code or an identifier, which is the same in every language; a dash for none."""
    return format_html('<code translate="no">{}</code>', code) if code else NOTHING
