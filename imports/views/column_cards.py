"""What the mapping page shows of each column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from imports.contacts.dates import CANDIDATE_FORMATS
from imports.mapping_form import ColumnFacts, MappingJson, only_format, region_value
from imports.models import UploadJob
from imports.offers import (
    DECIMALS,
    AccountOffers,
    format_label,
)
from imports.steps.stage import REMEMBERED
from imports.views.countries import country_choices
from imports.views.samples import column_samples

REMEMBERED_WORDS = "Remembered from the last file with these columns."
CHOSEN_HERE, LEFT_OUT_HERE = "Chosen by a person.", "Left out by a person."
VALUE_WORDS = {True: "yes", False: "no", None: "nothing"}


@dataclass(frozen=True)
class ColumnCard:
    """One column of the file: what is in it, what it becomes, why, and how its values are read."""

    index: int
    name: str
    filled: int
    percent: int
    samples: Sequence[str]
    target: str
    target_options: SafeString
    value_type: str
    why: str
    error: str
    region_options: SafeString
    format_options: SafeString
    decimal_options: SafeString
    default_format: str
    default_decimal: str
    notes: Sequence[str]


def column_facts(job: UploadJob) -> list[ColumnFacts]:
    """What the form needs to know of each column of `job`."""
    return [
        ColumnFacts(profile["column"], tuple(profile["date_formats"]), profile["decimal"])
        for profile in job.profiles
    ]


def column_cards(
    job: UploadJob, mapping: MappingJson, offers: AccountOffers, errors: dict[int, str]
) -> list[ColumnCard]:
    """A card for each column of `job`, in the file's order, as `mapping` has it."""
    samples, facts = column_samples(job), column_facts(job)
    mapped = {entry["column"]: entry for entry in mapping.get("columns", [])}
    reasons = {entry["column"]: entry for entry in job.suggestions}
    names = job.columns
    blank_options = _target_options(offers)
    cards = []
    for index, (fact, profile) in enumerate(zip(facts, job.profiles, strict=True)):
        entry = mapped.get(fact.name, {})
        target = entry.get("target", "")
        offer = offers.find(target) if target else None
        cards.append(
            ColumnCard(
                index=index,
                name=fact.name,
                filled=profile["filled"],
                percent=_percent(profile["filled"], profile["rows"]),
                samples=samples[index],
                target=target,
                target_options=_chosen(blank_options, offer.target if offer else target, target),
                value_type=offer.value_type if offer else "",
                why=_why(reasons.get(fact.name, {}), target),
                error=errors.get(index, ""),
                region_options=region_options(job, region_value(entry.get("region"), names)),
                format_options=format_options(fact, entry.get("format", "")),
                decimal_options=decimal_options(entry.get("decimal", "")),
                default_format=only_format(fact) or "",
                default_decimal=fact.decimal or "",
                notes=_notes(entry),
            )
        )
    return cards


def _percent(count: int, total: int) -> int:
    """Whole percent of `total`, never 0 for something and never 100 for less than all."""
    if not count or count == total:
        return 100 if count else 0
    return min(99, max(1, round(100 * count / total)))


def _why(reason: dict[str, Any], target: str) -> str:
    suggested = reason.get("target") or ""
    if target.lower() != suggested.lower():
        return CHOSEN_HERE if target else LEFT_OUT_HERE
    text = reason.get("reason", "")
    return REMEMBERED_WORDS if text == REMEMBERED else text


def _notes(entry: dict[str, Any]) -> list[str]:
    """Settings of the column that were made elsewhere and hold here too."""
    notes = [
        f"“{word}” is read as {VALUE_WORDS.get(meaning, meaning)}."
        for word, meaning in (entry.get("values") or {}).items()
    ]
    if entry.get("blankCells") == "clear":
        notes.append("A blank cell in this column clears the field.")
    return notes


def _target_options(offers: AccountOffers) -> SafeString:
    groups = format_html_join(
        "",
        '<optgroup label="{}">{}</optgroup>',
        (
            (heading, format_html_join("", '<option value="{}" data-type="{}">{}</option>', _rows(group)))
            for heading, group in offers.groups
        ),
    )
    return format_html('<option value="" data-type="">Do not import</option>{}', groups)


def _rows(group: Any) -> Any:
    return ((offer.target, offer.value_type, offer.label) for offer in group)


def _chosen(options: SafeString, value: str, raw: str) -> SafeString:
    """`options` with the one of `value` chosen; a value that is not among them is added, so that it is not lost."""
    mark = f'<option value="{conditional_escape(value)}"'
    if mark in options:
        # The options are safe, and so is the attribute.
        return mark_safe(options.replace(mark, f"{mark} selected", 1))  # noqa: S308
    return format_html(
        '{}<option value="{}" data-type="" selected>{} (not in the account)</option>', options, raw, raw
    )


def _option_list(choices: Any, chosen: str) -> SafeString:
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((value, mark_safe(" selected") if value == chosen else "", label) for value, label in choices),
    )


def region_options(job: UploadJob, chosen: str = "") -> SafeString:
    """Where the country of numbers without one comes from: the account, a column, or one country for all."""
    own = job.account.phone_region
    first = f"The account's country ({own})" if own else "Nowhere: leave such numbers out"
    columns = ((f"column:{index}", name) for index, name in enumerate(job.columns))
    return format_html(
        '<option value="">{}</option><optgroup label="A column of the file">{}</optgroup>'
        '<optgroup label="One country">{}</optgroup>',
        first,
        _option_list(columns, chosen),
        _option_list(country_choices(), chosen),
    )


def format_options(column: ColumnFacts | None = None, chosen: str = "") -> SafeString:
    """How dates are written; those that fit every value of the column come first."""
    fitting = list(column.date_formats) if column else []
    others = [one for one in CANDIDATE_FORMATS if one not in fitting]
    if chosen and chosen not in fitting and chosen not in others:
        others.append(chosen)
    return format_html(
        '<option value="">Choose</option>{}{}',
        _format_group("Fits every value", fitting, chosen),
        _format_group("Others" if fitting else "Formats", others, chosen),
    )


def _format_group(heading: str, formats: Sequence[str], chosen: str) -> SafeString | str:
    if not formats:
        return ""
    options = _option_list(((one, format_label(one)) for one in formats), chosen)
    return format_html('<optgroup label="{}">{}</optgroup>', heading, options)


def decimal_options(chosen: str = "") -> SafeString:
    """Which sign stands between whole and fraction."""
    return _option_list((("", "Choose"), *DECIMALS), chosen)
