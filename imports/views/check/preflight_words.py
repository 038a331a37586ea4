"""What an import would bring about, in words and numbers, from the counts of its check."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, ngettext

from imports.contacts.mapping import Mapping as ContactMapping
from imports.contacts.policies import MERGING
from imports.contacts.suggestions.profiles import ColumnProfile
from imports.contacts.suggestions.withdrawals import Withdrawals, unused_withdrawals
from imports.contacts.targets import CONSENT_PARTS, EMAIL_STATUS, IDENTIFIERS, OPT_IN_TYPE, PREFERENCES
from imports.fates import Fate
from imports.languages.mail_questions import asks_for_mail
from imports.locale_forms import listed, number
from imports.views.formatting import percent
from imports.views.mapping.target_choices import AccountChoices

VERIFIED_DOUBLE = "verifiedDouble"


@dataclass(frozen=True)
class Fullness:
    """How many of the contacts bring a value for a field; `percent` is in words."""

    name: str
    count: int
    percent: str


@dataclass(frozen=True)
class StatusLine:
    """How many contacts get one word of a channel property."""

    name: str
    word: str
    count: int


@dataclass(frozen=True)
class PreferenceLine:
    """How many contacts say yes to a preference, and how many no."""

    name: str
    yes: int
    no: int


@dataclass(frozen=True)
class ConsentLine:
    """For how many contacts a consent record is sent, and for how many with a date in the `future`; for how many it was
    sent with an earlier import, and is not again (`repeated`); `lacking` has the parts that others lack, most first."""

    number: int
    complete: int
    future: int
    repeated: int
    absent: int
    incomplete: int
    lacking: list[tuple[str, int]]


@dataclass(frozen=True)
class Refused:
    """How many `contacts` say no in a `column` that asks who wants e-mail, though Dotdigital would subscribe them.

    `index` is the column's place in the file, None where the file is not known any more. `is_preference`: it is
    imported as a preference, not as a data field.
    """

    column: str
    contacts: int
    index: int | None
    is_preference: bool

    @property
    def may_be_left_out(self) -> bool:
        """Whether its rows can be left out by the column: only where its own name asks, not that of the preference."""
        return asks_for_mail(self.column)


@dataclass(frozen=True)
class PreflightWords:
    """All that the check page says about what the import would do."""

    fields: list[Fullness]
    statuses: list[StatusLine]
    confirmation_mails: int
    refused: list[Refused]
    mobile_without_sms_status: int
    leaves_email_status: bool
    lists: list[tuple[str, int]]
    preferences: list[PreferenceLine]
    consents: list[ConsentLine]
    update_only: int
    matched_by: list[tuple[str, int]]
    clearing: list[tuple[str, int]]
    merging: str
    unused_statuses: list[Withdrawals]

    @property
    def matched_by_words(self) -> str:
        """What contacts are matched by; of several identifiers, each with how many."""
        if len(self.matched_by) == 1:
            return self.matched_by[0][0]
        return listed(
            ngettext("{name} ({count} contact)", "{name} ({count} contacts)", count).format(
                name=name, count=number(count)
            )
            for name, count in self.matched_by
        )

    @property
    def list_words(self) -> str:
        return listed(name for name, _ in self.lists)

    @property
    def values_cleared(self) -> int:
        return sum(count for _, count in self.clearing)


def preflight_words(
    summary: Mapping[str, Any],
    mapping: Mapping[str, Any],
    account_choices: AccountChoices,
    profiles: Sequence[Mapping[str, Any]] = (),
) -> PreflightWords:
    """What the check's `summary` means for an import by `mapping` of a file whose columns have these profiles."""
    ready = summary.get("fates", {}).get(Fate.READY, 0)
    cleared: dict[str, int] = summary.get("cleared", {})
    found = summary.get("preflight", {})
    statuses: dict[str, dict[str, int]] = found.get("statuses", {})
    places = {profile["column"]: place for place, profile in enumerate(profiles)}
    preferences = {
        entry["column"]
        for entry in mapping.get("columns", [])
        if entry["target"].startswith(f"{PREFERENCES}.")
    }
    return PreflightWords(
        fields=[
            Fullness(account_choices.name_of(target), count, percent(count, ready))
            for target, count in summary.get("filled", {}).items()
        ],
        statuses=[
            StatusLine(account_choices.name_of(target), _meaning(target, word, account_choices), count)
            for target, words in statuses.items()
            for word, count in words.items()
        ],
        confirmation_mails=statuses.get(OPT_IN_TYPE.name, {}).get(VERIFIED_DOUBLE, 0),
        refused=[
            Refused(column, count, places.get(column), is_preference=column in preferences)
            for column, count in found.get("refused", {}).items()
        ],
        mobile_without_sms_status=found.get("mobile_without_sms_status", 0),
        leaves_email_status=EMAIL_STATUS.name not in statuses,
        lists=[
            (name, count)
            for list_id, count in found.get("lists", {}).items()
            for name in account_choices.list_names([int(list_id)])
        ],
        preferences=[
            PreferenceLine(
                account_choices.name_of(f"{PREFERENCES}.{key}"),
                answers.get("true", 0),
                answers.get("false", 0),
            )
            for key, answers in found.get("preferences", {}).items()
        ],
        consents=[
            _consent(int(number), record, ready) for number, record in found.get("consent", {}).items()
        ],
        update_only=found.get("update_only", 0),
        matched_by=[
            (account_choices.name_of(f"{IDENTIFIERS}.{name}"), count)
            for name, count in (found.get("matched_by") or {mapping["matchIdentifier"]: ready}).items()
        ],
        clearing=_most_first({account_choices.name_of(target): count for target, count in cleared.items()}),
        merging=_merging_words(mapping, clears=any(cleared.values())),
        unused_statuses=unused_withdrawals(
            [ColumnProfile.from_dict(profile) for profile in profiles], ContactMapping.from_json(mapping)
        )
        if profiles
        else [],
    )


def _consent(number: int, record: Mapping[str, Any], ready: int) -> ConsentLine:
    complete, absent = record["complete"], record.get("absent", 0)
    labels = {gettext(CONSENT_PARTS[part].title): count for part, count in record["lacking"].items()}
    future, repeated = record.get("future", 0), record.get("repeated", 0)
    incomplete = max(ready - complete - repeated - absent, 0)
    return ConsentLine(number, complete, future, repeated, absent, incomplete, _most_first(labels))


def _meaning(target: str, value: str, account_choices: AccountChoices) -> str:
    """A value of a target, for people; as it is where the account has no such target any more."""
    found = account_choices.catalogue.find(target)
    return found.type.words_of(value, account_choices.catalogue) if found else value


def _merging_words(mapping: Mapping[str, Any], *, clears: bool) -> str:
    """What merging means for contacts that exist; `clears`: some blank cells erase values."""
    option = MERGING.of(mapping.get(MERGING.key, MERGING.default))
    return gettext(option.checked_clearing if clears else option.checked)


def _most_first(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(((name, count) for name, count in counts.items() if count), key=lambda entry: -entry[1])
