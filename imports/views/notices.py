"""What keeps an account's imports waiting, in words for those who wait."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, ngettext

from imports.accounts.blocked import is_silent
from imports.locale_forms import number
from imports.models import CallBudget, DotdigitalAccount
from imports.querysets import come
from imports.states import Call
from imports.views.wizard import Look

BY_ITSELF = gettext_lazy(
    "Nothing is lost: the portal tries again about every 20 seconds, and continues by itself once it works."
)
FINISHES_BATCHES = gettext_lazy("Dotdigital finishes the batches that it already has.")


@dataclass(frozen=True)
class Notice:
    """Something people should know: a heading, and what it means."""

    look: Look
    heading: str | Promise
    words: str | Promise


def notices_of_stop(account: DotdigitalAccount) -> list[Notice]:
    """Why nothing at all is sent to `account`: somebody has paused it, or it cannot be used."""
    notices = []
    if account.is_paused:
        notices.append(
            Notice(
                Look.CARE,
                gettext("All imports into {account} are paused").format(account=account),
                as_sentences(
                    gettext("Nothing more is sent until a manager of the account resumes them."),
                    FINISHES_BATCHES,
                ),
            )
        )
    if account.blocked_reason:
        notices.append(
            Notice(
                Look.BAD,
                gettext("{account} cannot be used at the moment").format(account=account),
                as_sentences(account.blocked_words, BY_ITSELF),
            ),
        )
    return notices


def notices_of_wait(
    account: DotdigitalAccount, slots: int, budgets: Iterable[CallBudget], now: datetime
) -> list[Notice]:
    """Why `account` gets on more slowly than it might; `slots` is how many imports it can have at once."""
    notices = []
    if is_silent(account) and not account.blocked_reason:
        notices.append(Notice(Look.CARE, gettext("Dotdigital does not answer"), _silence_words(account, now)))
    exhausted = next((one for one in budgets if one.call == Call.IMPORT and is_exhausted(one, now)), None)
    if exhausted is not None and exhausted.resets_at is not None:
        notices.append(
            Notice(
                Look.PLAIN,
                gettext("The limit of calls to Dotdigital is reached"),
                gettext("The next call is sent at {time}.").format(time=clock_time(exhausted.resets_at)),
            )
        )
    if slots < account.max_active_imports:
        notices.append(
            Notice(
                Look.PLAIN,
                gettext("Other programs use the account as well"),
                _others_words(account.max_active_imports - slots, account.max_active_imports),
            )
        )
    return notices


def _others_words(held: int, slots: int) -> str:
    return as_sentences(
        ngettext(
            "They hold about {held} of its {slots} slot in Dotdigital.",
            "They hold about {held} of its {slots} slots in Dotdigital.",
            slots,
        ).format(held=number(held), slots=number(slots)),
        gettext("The portal checks from time to time whether one is free again."),
    )


def _silence_words(account: DotdigitalAccount, now: datetime) -> str:
    failed = max(account.failed_calls, account.failed_sends)
    again_at = max(come(account.not_before, now), come(account.send_not_before, now))
    return as_sentences(
        ngettext(
            "It has not answered {count} call in a row.",
            "It has not answered {count} calls in a row.",
            failed,
        ).format(count=number(failed)),
        gettext("The portal tries again at {time}.").format(time=clock_time(again_at))
        if again_at > now
        else gettext("The portal is trying again now."),
        gettext("Nothing is lost meanwhile."),
    )


def as_sentences(*sentences: str | Promise) -> str:
    """Whole sentences, one after the other; those that are "" are left out."""
    return " ".join(text for sentence in sentences if (text := str(sentence)))


def is_exhausted(budget: CallBudget, now: datetime) -> bool:
    """Whether there is no call left in the present window."""
    return budget.remaining == 0 and budget.resets_at is not None and budget.resets_at > now


def clock_time(moment: datetime | None) -> str:
    """A time of today, to the second; "" for none."""
    return date_format(timezone.localtime(moment), "H:i:s") if moment else ""
