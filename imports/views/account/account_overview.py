"""What an account's page shows of the last days and hours, as pictures, as sentences and as tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, ngettext, pgettext

from imports.locale_forms import number
from imports.models import DotdigitalAccount
from imports.views.account.drawn_series import Bar, bars, rounded_top, steps
from imports.views.account.imported_days import DAYS, ImportedDay, imported_days
from imports.views.account.reason_trends import ReasonTrend, reason_trends
from imports.views.account.slot_history import HOURS, SlotHistory, slot_history
from imports.views.data_table import Cell, DataTable, TableHeading
from imports.views.formatting import percent
from imports.views.report.reason_lines import words_of_code

WHOLE = 100


@dataclass(frozen=True)
class Picture:
    """A small picture: its title, the figure beside that, all of it in a sentence, what is drawn (`bars` or an area by
    its `points`), and what stands at its ends; `top`: how much its height is."""

    title: str
    figure: str
    sentence: str
    top: str
    begin: str
    end: str
    look: str
    bars: Sequence[Bar] = ()
    points: str = ""


@dataclass(frozen=True)
class DayLine:
    """A day in the table; `share` is "" where nothing was to be imported."""

    day: date
    imported: int
    failed: int
    share: str


@dataclass(frozen=True)
class HourLine:
    """The most slots that were in use at once, from a time to another."""

    begin: str
    end: str
    most: int


@dataclass(frozen=True)
class ReasonRow:
    """A reason in the table of reasons: rows of the last seven days and of those before, and the change in words."""

    title: str
    now: int
    before: int
    trend: str
    bars: Sequence[Bar]


@dataclass(frozen=True)
class Overview:
    """All of it; without pictures where there is nothing to show."""

    pictures: Sequence[Picture]
    days: Sequence[DayLine]
    hours: Sequence[HourLine]
    reasons: Sequence[ReasonRow]


def account_overview(account: DotdigitalAccount) -> Overview:
    """The overview of `account`, for whoever asks: their days and times, in their language."""
    now = timezone.now()
    today = timezone.localdate(now)
    days = imported_days(account, today)
    slots = slot_history(account, now)
    has_days, has_slots = any(one.rows for one in days), any(slots.most)
    return Overview(
        pictures=[
            *([_imported(days), _failed(days)] if has_days else []),
            *([_slots(slots, account.max_active_imports)] if has_slots else []),
        ],
        days=[_day_line(one) for one in reversed(days) if one.rows] if has_days else [],
        hours=_hour_lines(slots) if has_slots else [],
        reasons=[_reason_row(one) for one in reason_trends(account, today)],
    )


def overview_context(overview: Overview) -> dict[str, Any]:
    """The overview and its tables, for the page."""
    return {
        "overview": overview,
        "days_table": _days_table(overview.days),
        "hours_table": _hours_table(overview.hours),
        "reasons_table": _reasons_table(overview.reasons),
    }


def _days_table(days: Sequence[DayLine]) -> DataTable:
    return DataTable(
        [
            TableHeading(gettext("Day")),
            TableHeading(pgettext("rows", "Imported"), is_number=True),
            TableHeading(pgettext("rows", "Failed"), is_number=True),
            TableHeading(gettext("Share"), is_number=True),
        ],
        [
            [
                Cell(_day(one.day), is_whole=True),
                Cell(number(one.imported)),
                Cell(number(one.failed)),
                Cell(one.share),
            ]
            for one in days
        ],
        gettext(
            "Rows of the imports that ended on a day. Failed are those that the check or Dotdigital refused, that were "
            "not sent, and whose outcome is unknown. Duplicates, blank rows and those left out by choice do not count. "
            "Days without an import are not listed."
        ),
    )


def _hours_table(hours: Sequence[HourLine]) -> DataTable:
    span = gettext("{begin} to {end}")
    return DataTable(
        [TableHeading(gettext("Time")), TableHeading(gettext("Slots"), is_number=True)],
        [
            [Cell(span.format(begin=one.begin, end=one.end), is_whole=True), Cell(number(one.most))]
            for one in hours
        ],
        gettext("The most slots that were in use at once."),
        "data",
    )


def _reasons_table(reasons: Sequence[ReasonRow]) -> DataTable:
    return DataTable(
        [
            TableHeading(gettext("Reason")),
            TableHeading(gettext("Rows in the last 7 days"), is_number=True),
            TableHeading(gettext("In the 7 days before"), is_number=True),
            TableHeading(gettext("Trend")),
        ],
        [
            [
                Cell(one.title),
                Cell(number(one.now)),
                Cell(number(one.before)),
                Cell(one.trend, bars=one.bars),
            ]
            for one in reasons
        ],
        gettext("The commonest reasons of the last two weeks. A row with several reasons counts at each."),
        "data stack wide",
    )


def _imported(days: Sequence[ImportedDay]) -> Picture:
    counts = [one.imported for one in days]
    total, top = sum(counts), rounded_top(max(counts))
    best = max(days, key=lambda one: one.imported)
    said = ngettext(
        "{count} contact was imported in the last {days} days.",
        "{count} contacts were imported in the last {days} days.",
        total,
    ).format(count=number(total), days=DAYS)
    most = gettext("Most on {day}: {count}.").format(day=_day(best.day), count=number(best.imported))
    return Picture(
        title=gettext("Contacts imported a day"),
        figure=gettext("{count} in all").format(count=number(total)),
        sentence=f"{said} {most}" if total else said,
        top=number(top),
        begin=_day(days[0].day),
        end=gettext("today"),
        look="imported",
        bars=bars(counts, top),
    )


def _failed(days: Sequence[ImportedDay]) -> Picture:
    shares = [WHOLE * one.failed / one.rows if one.rows else None for one in days]
    failed, rows = sum(one.failed for one in days), sum(one.rows for one in days)
    top = min(rounded_top(max(share or 0 for share in shares)), WHOLE)
    worst = max((one for one in days if one.rows), key=lambda one: one.failed / one.rows)
    said = gettext("{share} of the rows of the last {days} days failed: {failed} of {rows}.").format(
        share=percent(failed, rows, 1), days=DAYS, failed=number(failed), rows=number(rows)
    )
    most = gettext("Most on {day}: {share}.").format(
        day=_day(worst.day), share=percent(worst.failed, worst.rows, 1)
    )
    return Picture(
        title=gettext("Share of rows that failed"),
        figure=percent(failed, rows, 1),
        sentence=f"{said} {most}" if failed else said,
        top=percent(round(top), WHOLE),
        begin=_day(days[0].day),
        end=gettext("today"),
        look="failed",
        bars=bars(shares, top),
    )


def _slots(slots: SlotHistory, limit: int) -> Picture:
    most = max(slots.most)
    top = max(limit, most)
    figure = gettext("at most {count} of {limit}").format(count=number(most), limit=number(top))
    return Picture(
        title=gettext("Slots in use, last {hours} hours").format(hours=HOURS),
        figure=figure,
        sentence=gettext(
            "In the last {hours} hours, at most {count} of {limit} slots were in use at once."
        ).format(hours=HOURS, count=number(most), limit=number(top)),
        top=number(top),
        begin=_clock(slots.begin),
        end=gettext("now"),
        look="used",
        points=steps(slots.most, top),
    )


def _day_line(one: ImportedDay) -> DayLine:
    return DayLine(one.day, one.imported, one.failed, percent(one.failed, one.rows, 1))


def _hour_lines(slots: SlotHistory) -> list[HourLine]:
    hours = slots.by_hour
    ends = [*(begin for begin, _ in hours[1:]), slots.end]
    lines = [
        HourLine(_clock(begin), _clock(end), most) for (begin, most), end in zip(hours, ends, strict=True)
    ]
    return lines[::-1]


def _reason_row(one: ReasonTrend) -> ReasonRow:
    title, _ = words_of_code(one.code)
    top = max(one.by_day)
    return ReasonRow(title, one.now, one.before, trend_words(one.now, one.before), bars(one.by_day, top))


NEW, GONE, SAME = gettext_lazy("new"), gettext_lazy("none any more"), gettext_lazy("unchanged")


def trend_words(now: int, before: int) -> str:
    """How `now` compares with `before`, of which one at least is more than nothing."""
    ends: dict[bool, Promise] = {not before: NEW, not now: GONE, now == before: SAME}
    if said := ends.get(True):
        return str(said)
    change = percent(abs(now - before), before)
    more = gettext("{share} more") if now > before else gettext("{share} less")
    return more.format(share=change)


def _day(day: date) -> str:
    return date_format(day, "DATE_FORMAT")


def _clock(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "TIME_FORMAT")
