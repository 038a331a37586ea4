"""What an import would do that cannot be taken back, asked once more in numbers before it starts."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext, ngettext

from imports.contacts.targets import EMAIL_STATUS, RESUBSCRIBE_AT_ONCE, SMS_STATUS, WHATSAPP_STATUS
from imports.fates import Fate
from imports.locale_forms import number
from imports.models import UploadJob
from imports.views.check.lost_columns import LostColumn, lost_columns
from imports.views.check.preflight_words import PreflightWords, preflight_words
from imports.views.mapping.target_choices import AccountChoices
from imports.views.notices import as_sentences

SUBSCRIBED = "subscribed"
SUBSCRIPTIONS = (EMAIL_STATUS, SMS_STATUS, WHATSAPP_STATUS)


@dataclass(frozen=True)
class Concern:
    """Something that somebody should be sure of: what it is, with its number, and what it means."""

    heading: str
    words: str


@dataclass(frozen=True)
class SecondQuestion:
    """What somebody should be sure of (`concerns`), and what the check page has warned of already."""

    concerns: list[Concern]
    preflight: PreflightWords
    lost_columns: list[LostColumn]


def second_question(job: UploadJob, account_choices: AccountChoices) -> SecondQuestion | None:
    """What the person is asked about a second time before `job` is imported; None for most imports."""
    preflight = preflight_words(job.check_summary, job.mapping, account_choices, job.profiles)
    concerns = concerns_of(job, preflight, account_choices)
    is_asked = concerns or preflight.values_cleared or preflight.refused or preflight.unused_statuses
    return SecondQuestion(concerns, preflight, lost_columns(job, account_choices)) if is_asked else None


def concerns_of(job: UploadJob, preflight: PreflightWords, account_choices: AccountChoices) -> list[Concern]:
    """What is asked about beyond the warnings of the check page."""
    proof = _proof(preflight, _ready(job.check_summary))
    return [
        *_subscribed(job.check_summary, account_choices, proof),
        *_resubscribed(job, account_choices, proof),
        *_large(job.check_summary),
    ]


def _proof(preflight: PreflightWords, ready: int) -> str:
    """For how many of the contacts their consent is sent along. Of several records only each on its own is counted, so
    that there may be more contacts with one than with the most frequent."""
    if not preflight.consents:
        return gettext("No consent record is sent as proof.")
    words = (
        gettext("A complete consent record is sent as proof for {complete} of {ready} contacts.")
        if len(preflight.consents) == 1
        else gettext(
            "A complete consent record is sent as proof for at least {complete} of {ready} contacts."
        )
    )
    complete = max(record.complete for record in preflight.consents)
    repeated = max(record.repeated for record in preflight.consents)
    proof = words.format(complete=number(complete), ready=number(ready))
    if not repeated:
        return proof
    before = ngettext(
        "{count} contact got it with an earlier import.",
        "{count} contacts got it with an earlier import.",
        repeated,
    )
    return as_sentences(proof, before.format(count=number(repeated)))


def _subscribed(summary: dict[str, Any], account_choices: AccountChoices, proof: str) -> Iterator[Concern]:
    statuses: dict[str, dict[str, int]] = summary.get("preflight", {}).get("statuses", {})
    for target in SUBSCRIPTIONS:
        if count := statuses.get(target.name, {}).get(SUBSCRIBED, 0):
            yield Concern(
                ngettext(
                    "{count} contact is set to “Subscribed” ({channel})",
                    "{count} contacts are set to “Subscribed” ({channel})",
                    count,
                ).format(count=number(count), channel=account_choices.name_of(target.name)),
                as_sentences(
                    gettext(
                        "People who had unsubscribed may get messages again. Import this only with their consent."
                    ),
                    proof,
                ),
            )


def _resubscribed(job: UploadJob, account_choices: AccountChoices, proof: str) -> Iterator[Concern]:
    entries = (*job.mapping.get("columns", []), *job.mapping.get("constants", []))
    said = [entry for entry in entries if entry["target"] == RESUBSCRIBE_AT_ONCE.name]
    if not said or all(entry.get("value") is False for entry in said):
        return
    summary = job.check_summary
    count = summary.get("filled", {}).get(RESUBSCRIBE_AT_ONCE.name) or _ready(summary)
    yield Concern(
        ngettext(
            "{count} contact can be resubscribed without being asked",
            "{count} contacts can be resubscribed without being asked",
            count,
        ).format(count=number(count)),
        as_sentences(
            gettext(
                "“{setting}” subscribes people who had unsubscribed at once. Import this only with their consent."
            ).format(setting=account_choices.name_of(RESUBSCRIBE_AT_ONCE.name)),
            proof,
        ),
    )


def _large(summary: dict[str, Any]) -> Iterator[Concern]:
    ready = _ready(summary)
    if ready > settings.CONFIRM_ABOVE_CONTACTS:
        yield Concern(
            ngettext("{count} contact is imported", "{count} contacts are imported", ready).format(
                count=number(ready)
            ),
            gettext("This is a large import, and it cannot be undone here."),
        )


def _ready(summary: dict[str, Any]) -> int:
    return int(summary.get("fates", {}).get(Fate.READY, 0))
