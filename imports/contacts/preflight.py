"""What an import would do, in numbers, before anything is sent. Counts only: nothing of any contact."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self

import polars as pl

from imports.contacts.cleaned_fields import CleanedField
from imports.contacts.contact_text import ContactPlan, list_ids
from imports.contacts.problems import Severity
from imports.contacts.targets import (
    CHANNEL_PROPERTIES,
    CONTACT_ID,
    DATA_FIELDS,
    EMAIL,
    EMAIL_STATUS,
    MOBILE_NUMBER,
    PREFERENCES,
    SMS_STATUS,
)
from imports.contacts.values.cells import trim
from imports.contacts.values.statuses import SUBSCRIBED, is_no, is_not_mailable
from imports.fates import Fate
from imports.languages.mail_questions import asks_for_mail


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
class Preflight:
    """What the contacts that are ready would bring about.

    `statuses`: channel property -> word -> contacts. `mobile_without_sms_status`: contacts with a mobile
    number whose SMS status is not said, which Dotdigital may subscribe. `lists` and `preferences`: id ->
    contacts, and answer -> contacts. `consent`: number of the record -> contacts for which it is `complete` and sent,
    of these those whose date has yet to come (`future`), contacts that got it with an earlier import and do not again
    (`repeated`), contacts whose rows bring nothing for it (`absent`), and for each part how many of the rest are
    `lacking` it.
    `update_only`: contacts with neither e-mail address nor mobile number, which can be updated, not created.
    `matched_by`: identifier -> contacts. `refused`: column that asks who wants e-mail, and is imported as a data
    field or a preference -> contacts with an e-mail address that say no there, and come without another e-mail status
    than subscribed: Dotdigital subscribes those that are new.
    """

    statuses: dict[str, dict[str, int]] = field(default_factory=dict)
    mobile_without_sms_status: int = 0
    lists: dict[str, int] = field(default_factory=dict)
    preferences: dict[str, dict[str, int]] = field(default_factory=dict)
    consent: dict[str, dict[str, Any]] = field(default_factory=dict)
    update_only: int = 0
    matched_by: dict[str, int] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON-safe values; `Preflight(**values)` is the inverse."""
        return {
            "statuses": self.statuses,
            "mobile_without_sms_status": self.mobile_without_sms_status,
            "lists": self.lists,
            "preferences": self.preferences,
            "consent": self.consent,
            "update_only": self.update_only,
            "matched_by": self.matched_by,
            "refused": self.refused,
        }


@dataclass(frozen=True, slots=True)
class CheckSummary:
    """What the check found, in counts; nothing of any contact.

    `fates` add up to `rows`. `told_rows`: of how many rows there is an issue, by its code, and by its severity where it
    is not about the row as a whole; a row may have several. `filled` counts the values that will be sent, by target,
    `cleared` the stored values that will be erased. `payload_bytes` is what the contacts take, without what is around
    them in a body. `repairs`: for each entry of the overlay how many cells it changes, or rows it leaves out or takes
    back; None for one that is undone. `corrected`: how many contacts arrived before without some of their values, and
    will be sent again with a corrected one.
    """

    rows: int
    fates: dict[str, int]
    issues: tuple[IssueCount, ...] = ()
    told_rows: dict[str, int] = field(default_factory=dict)
    filled: dict[str, int] = field(default_factory=dict)
    cleared: dict[str, int] = field(default_factory=dict)
    payload_bytes: int = 0
    preflight: Preflight = field(default_factory=Preflight)
    repairs: tuple[int | None, ...] = ()
    corrected: int = 0

    @property
    def ready(self) -> int:
        """How many contacts will be sent."""
        return self.fates[Fate.READY]

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
            "told_rows": dict(self.told_rows),
            "filled": dict(self.filled),
            "cleared": dict(self.cleared),
            "values_to_clear": self.values_to_clear,
            "payload_bytes": self.payload_bytes,
            "preflight": self.preflight.to_dict(),
            **({"repairs": list(self.repairs)} if self.repairs else {}),
            **({"corrected": self.corrected} if self.corrected else {}),
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """The summary that `to_dict` gave."""
        return cls(
            rows=values["rows"],
            fates=dict(values["fates"]),
            issues=tuple(IssueCount(**issue) for issue in values["issues"]),
            told_rows=dict(values["told_rows"]),
            filled=dict(values["filled"]),
            cleared=dict(values["cleared"]),
            payload_bytes=values["payload_bytes"],
            preflight=Preflight(**values["preflight"]),
            repairs=tuple(values.get("repairs", ())),
            corrected=values.get("corrected", 0),
        )


class PreflightTally:
    """Counts that gather while the ready rows go by, a frame at a time."""

    def __init__(self, plan: ContactPlan) -> None:
        self._plan = plan
        self._ready = 0
        self._now = datetime.now(UTC)
        self._sums: Counter[str] = Counter()
        self._words: dict[str, Counter[str]] = {
            one.value: Counter()
            for one in plan.fields
            if one.target.type.is_told_by_word or one.target.part == PREFERENCES
        }
        self._asking = [one for one in plan.fields if _asks_for_mail(one)]
        self._refused: Counter[str] = Counter()
        self._matched: Counter[str] = Counter()
        self._lists: Counter[str] = Counter()
        self._measures = dict(self._measured())

    def add(self, ready: pl.DataFrame) -> None:
        """Count the rows of `ready`: cleaned columns as they are sent, and `match_by`."""
        self._ready += ready.height
        sums = ready.lazy().select(**self._measures).collect()
        self._sums.update({name: value or 0 for name, value in sums.row(0, named=True).items()})
        for column, counts in self._words.items():
            counts.update(count_values(ready[column]))
        self._add_refused(ready)
        self._matched.update(count_values(ready["match_by"]))
        self._lists.update(count_values(ready.select(list_ids(self._plan)).to_series()))

    def _add_refused(self, ready: pl.DataFrame) -> None:
        if not self._asking:
            return
        subscribed = ready.filter(self._becomes_subscribed())
        counts: Counter[str] = Counter()
        text = pl.col("text")
        for one in self._asking:
            # What is no yes or no for the field, such as “unsubscribed”, is not sent; it is an answer all the same.
            unread = trim(pl.col(one.original).cast(pl.String))
            words = subscribed.select(text=pl.coalesce(one.value, unread)).to_series().drop_nulls()
            told = words.value_counts(name="times").filter(is_no(text) | is_not_mailable(text))
            # A column may be imported as several fields.
            counts[one.header] = max(counts[one.header], int(told["times"].sum()))
        self._refused.update(counts)

    def _becomes_subscribed(self) -> pl.Expr:
        """Whether Dotdigital would subscribe a new contact of the row to e-mail."""
        mail, status = self._found(EMAIL), [one for one in self._plan.fields if one.target == EMAIL_STATUS]
        if not mail or self._plan.constants.get(EMAIL_STATUS, SUBSCRIBED) != SUBSCRIBED:
            return pl.lit(value=False)
        is_open = [pl.col(one.value).is_null() | (pl.col(one.value) == SUBSCRIBED) for one in status]
        return pl.all_horizontal(mail[0], *is_open)

    def _measured(self) -> Iterable[tuple[str, pl.Expr]]:
        """What is counted of every frame."""
        for one in self._plan.fields:
            is_sent = pl.col(one.value).is_not_null()
            if one.target == CONTACT_ID:
                is_sent &= pl.col("match_by") == CONTACT_ID.key
            yield f"filled {one.index}", is_sent.sum()
            if one.clears:
                yield f"cleared {one.index}", one.is_blank().sum()
        yield "mobile", self._mobile_without_status().sum()
        yield "update", self._is_update_only().sum()
        for record in self._plan.consents:
            complete, begun = record.is_complete(), record.is_begun()
            yield f"complete {record.number}", record.is_sent().sum()
            yield f"repeated {record.number}", record.is_withheld().sum()
            yield f"absent {record.number}", (~complete & ~begun).sum()
            yield f"future {record.number}", record.is_future(self._now).sum()
            for part, one in record.fields.items():
                yield f"lacking {record.number} {part}", (begun & pl.col(one.value).is_null()).sum()

    def _found(self, *targets: object) -> list[pl.Expr]:
        return [pl.col(one.value).is_not_null() for one in self._plan.fields if one.target in targets]

    def _mobile_without_status(self) -> pl.Expr:
        mobile, status = self._found(MOBILE_NUMBER), self._found(SMS_STATUS)
        if not mobile or SMS_STATUS in self._plan.constants:
            return pl.lit(value=False)
        return mobile[0] & ~status[0] if status else mobile[0]

    def _is_update_only(self) -> pl.Expr:
        found = self._found(EMAIL, MOBILE_NUMBER)
        return ~pl.any_horizontal(found) if found else pl.col("row").is_not_null()

    @property
    def filled(self) -> dict[str, int]:
        """Target -> how many contacts bring a value for it."""
        filled: Counter[str] = Counter()
        for one in self._plan.fields:
            filled[one.target.name] += self._sums[f"filled {one.index}"]
        return dict(filled)

    @property
    def cleared(self) -> dict[str, int]:
        """Target -> how many stored values are erased."""
        return {
            one.target.name: self._sums[f"cleared {one.index}"] for one in self._plan.fields if one.clears
        }

    def preflight(self) -> Preflight:
        """All that was counted."""
        return Preflight(
            statuses=self._statuses(),
            mobile_without_sms_status=self._sums["mobile"],
            lists=self._contacts_by_list(),
            preferences=self._preferences(),
            consent={str(record.number): self._consent(record.number) for record in self._plan.consents},
            update_only=self._sums["update"],
            matched_by=dict(self._matched),
            refused={header: count for header, count in self._refused.items() if count},
        )

    def _statuses(self) -> dict[str, dict[str, int]]:
        same = {
            target.name: {value: self._ready}
            for target, value in self._plan.constants.items()
            if target.part == CHANNEL_PROPERTIES and target.type.is_told_by_word
        }
        by_row = {
            one.target.name: dict(self._words[one.value])
            for one in self._plan.fields
            if one.target.type.is_told_by_word
        }
        return {**same, **by_row}

    def _preferences(self) -> dict[str, dict[str, int]]:
        same = {
            target.key: {value: self._ready}
            for target, value in self._plan.constants.items()
            if target.part == PREFERENCES
        }
        by_row = {
            one.target.key: dict(self._words[one.value])
            for one in self._plan.fields
            if one.target.part == PREFERENCES
        }
        return {**same, **by_row}

    def _contacts_by_list(self) -> dict[str, int]:
        counts: Counter[str] = Counter()
        for ids, count in self._lists.items():
            counts.update(dict.fromkeys(ids.split(","), count))
        return dict(counts)

    def _consent(self, number: int) -> dict[str, Any]:
        record = next(one for one in self._plan.consents if one.number == number)
        return {
            "complete": self._sums[f"complete {number}"],
            "absent": self._sums[f"absent {number}"],
            "future": self._sums[f"future {number}"],
            "repeated": self._sums[f"repeated {number}"],
            "lacking": {part: self._sums[f"lacking {number} {part}"] for part in record.fields},
        }


def _asks_for_mail(one: CleanedField) -> bool:
    """Whether a field asks who wants e-mail, and is no subscription: by its column's name, or that of a preference."""
    if one.target.part == PREFERENCES:
        return asks_for_mail(one.header) or asks_for_mail(one.target.label)
    return one.target.part == DATA_FIELDS and asks_for_mail(one.header)


def count_values(values: pl.Series) -> dict[str, int]:
    """How often each value comes; nulls are left out."""
    counts = values.drop_nulls().value_counts()
    return dict(counts.iter_rows())


def ordered_counts(issues: dict[tuple[str, str, str], tuple[int, int]]) -> Sequence[IssueCount]:
    """(code, severity, column) -> (count, first row), the gravest and then the most frequent first."""
    severities = list(Severity)
    return sorted(
        (IssueCount(*key, *counts) for key, counts in issues.items()),
        key=lambda issue: (
            severities.index(Severity(issue.severity)),
            -issue.count,
            issue.code,
            issue.column,
        ),
    )
