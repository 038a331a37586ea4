"""What keeps an account's imports waiting, in words for those who wait."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils import timezone
from django.utils.formats import date_format

from imports.accounts.blocked import is_silent
from imports.models import CallBudget, DotdigitalAccount
from imports.querysets import come
from imports.states import Call
from imports.views.wizard import Look

BY_ITSELF = (
    "Nothing is lost: the portal asks again about every 20 seconds, and goes on by itself once it works."
)


@dataclass(frozen=True)
class Notice:
    """Something people should know: a heading, and what it means."""

    look: Look
    heading: str
    words: str


def notices_of_stop(account: DotdigitalAccount) -> list[Notice]:
    """Why nothing at all is sent to `account_views`: somebody has paused it, or it cannot be used."""
    notices = []
    if account.is_paused:
        notices.append(
            Notice(
                Look.CARE,
                f"Everything that goes into {account} is paused",
                "Nothing more is sent until a manager of the account lets it go on. What Dotdigital has already is "
                "followed to its end.",
            )
        )
    if account.blocked_reason:
        notices.append(
            Notice(Look.BAD, f"{account} cannot be used for now", f"{account.blocked_reason} {BY_ITSELF}"),
        )
    return notices


def notices_of_wait(
    account: DotdigitalAccount, slots: int, budgets: Iterable[CallBudget], now: datetime
) -> list[Notice]:
    """Why `account_views` gets on more slowly than it might; `slots` is how many imports it can have at once."""
    notices = []
    if is_silent(account) and not account.blocked_reason:
        notices.append(Notice(Look.CARE, "Dotdigital does not answer", _silence_words(account, now)))
    exhausted = next((one for one in budgets if one.call == Call.IMPORT and is_exhausted(one, now)), None)
    if exhausted is not None and exhausted.resets_at is not None:
        notices.append(
            Notice(
                Look.PLAIN,
                "Dotdigital takes no more calls for now",
                f"The account has made as many as it may. The next is sent at {clock_time(exhausted.resets_at)}.",
            )
        )
    if slots < account.max_active_imports:
        notices.append(
            Notice(
                Look.PLAIN,
                "Other programs use the account as well",
                f"They hold about {account.max_active_imports - slots} of its {account.max_active_imports} slots "
                "at Dotdigital. The portal tries every now and then whether they have left one.",
            )
        )
    return notices


def _silence_words(account: DotdigitalAccount, now: datetime) -> str:
    failed = max(account.failed_calls, account.failed_sends)
    again_at = max(come(account.not_before, now), come(account.send_not_before, now))
    calls = f"It has not taken or answered {intcomma(failed)} calls in a row."
    again = f"tries again at {clock_time(again_at)}" if again_at > now else "is trying again now"
    return f"{calls} The portal {again}; nothing is lost meanwhile."


def is_exhausted(budget: CallBudget, now: datetime) -> bool:
    """Whether there is no call left in the present window."""
    return budget.remaining == 0 and budget.resets_at is not None and budget.resets_at > now


def clock_time(moment: datetime | None) -> str:
    """A time of today, to the second; "" for none."""
    return date_format(timezone.localtime(moment), "H:i:s") if moment else ""
