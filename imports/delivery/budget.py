"""How many calls an account has left: taken from Dotdigital's headers, shared by all workers, spent before each call.

Nothing is known until an answer has carried such headers; until then nothing is held back, and a refusal says when to
go on.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.utils import timezone

from imports.dotdigital.errors import RateLimitedError
from imports.dotdigital.limits import MAX_WAIT_SECONDS, CallAllowance
from imports.models import CallBudget, DotdigitalAccount
from imports.states import Call
from imports.transactions import unit_of_work

WINDOW = timedelta(minutes=1)
MAX_WINDOW = timedelta(seconds=MAX_WAIT_SECONDS)
SAME_WINDOW = timedelta(seconds=5)  # a reset given in seconds from now is read a little differently each time
# Where asking and sending are counted together, asking leaves this share of the calls alone.
KEPT_FOR_SENDING = 0.2
# Reading contacts leaves this share of them alone.
KEPT_FROM_READING = 0.5
_KEPT_BACK = {Call.STATUS: KEPT_FOR_SENDING, Call.READ: KEPT_FROM_READING}


def spend_call(account: DotdigitalAccount, call: Call) -> bool:
    """Take a call of this kind off the account's budget. False when there is none left in this window."""
    with unit_of_work():
        _lock(account)
        return spend_locked(account, call)


def spend_locked(account: DotdigitalAccount, call: Call) -> bool:
    """The same for one who holds the account's row already."""
    now, budgets = timezone.now(), _budgets(account)
    own = budgets.get(call)
    if own is None or own.remaining is None:
        return True
    if allowed_at(budgets, call, now) > now:
        return False
    if _is_over(own, now):
        own.remaining, own.resets_at = own.limit or None, now + WINDOW
    if own.remaining is not None:
        own.remaining -= 1
    _copy(own, budgets)
    return True


def note_allowance(account: DotdigitalAccount, call: Call, allowance: CallAllowance | None) -> None:
    """Keep what an answer said of the calls that are left; None when it said nothing."""
    if allowance is None:
        return
    with unit_of_work():
        budgets = _locked(account)
        own = budgets.setdefault(call, CallBudget(account=account, call=call))
        remaining = allowance.remaining
        if _is_same_window(own, allowance) and own.remaining is not None and remaining is not None:
            # Other workers' calls are spent here before Dotdigital counts them.
            remaining = min(remaining, own.remaining)
        own.scope, own.limit = allowance.scope, allowance.limit or None  # no account has a limit of nothing
        own.remaining, own.resets_at = remaining, allowance.resets_at
        _copy(own, budgets)


def note_exhausted(account: DotdigitalAccount, call: Call, error: RateLimitedError) -> None:
    """Dotdigital refused a call because there are none left. One that names no tier is taken to mean all calls."""
    with unit_of_work():
        budgets = _locked(account)
        calls = (call,) if error.scope and not error.is_flat else tuple(Call)
        for kind in calls:
            own = budgets.setdefault(kind, CallBudget(account=account, call=kind))
            own.scope = error.scope or own.scope
            own.remaining, own.resets_at = 0, error.until
            _copy(own, budgets)


def next_call_at(account: DotdigitalAccount, call: Call, now: datetime) -> datetime:
    """When a call of this kind can be made: `now` unless the budget is spent."""
    return allowed_at({budget.call: budget for budget in account.budgets.all()}, call, now)


def allowed_at(budgets: Mapping[str, CallBudget], call: Call, now: datetime) -> datetime:
    """The same by the account's `budgets`, each by its kind of call."""
    own = budgets.get(call)
    if own is None or own.remaining is None or own.resets_at is None or _is_over(own, now):
        return now
    return own.resets_at if own.remaining <= kept_back(own, budgets) else now


def calls_a_minute(account: DotdigitalAccount, call: Call) -> float | None:
    """How many calls of this kind Dotdigital allows a minute, as far as it has said; None while it has not."""
    budgets = {budget.call: budget for budget in account.budgets.all()}
    own = budgets.get(call)
    if own is None or not own.limit:
        return None
    shared = own.scope and any(other.scope == own.scope for other in budgets.values() if other is not own)
    if call == Call.STATUS and shared:
        return own.limit * (1 - KEPT_FOR_SENDING)
    return float(own.limit)


def kept_back(own: CallBudget, budgets: Mapping[str, CallBudget]) -> int:
    """How many of the calls that are left are not for this kind."""
    sending = budgets.get(Call.IMPORT)
    if sending is not None and own.scope and own.scope == sending.scope:
        return int((own.limit or 0) * _KEPT_BACK.get(Call(own.call), 0))
    return 0


def _locked(account: DotdigitalAccount) -> dict[str, CallBudget]:
    """The account's budgets, which nobody else changes until the transaction is over."""
    _lock(account)
    return _budgets(account)


def _lock(account: DotdigitalAccount) -> None:
    DotdigitalAccount.objects.select_for_update(no_key=True).only("pk").get(pk=account.pk)


def _budgets(account: DotdigitalAccount) -> dict[str, CallBudget]:
    return {budget.call: budget for budget in CallBudget.objects.filter(account=account)}


def _copy(own: CallBudget, budgets: dict[str, CallBudget]) -> None:
    """Save `own`, and what is left on all that is counted together with it."""
    own.save()
    for other in budgets.values():
        if other is not own and own.scope and other.scope == own.scope:
            other.limit, other.remaining, other.resets_at = own.limit, own.remaining, own.resets_at
            other.save()


def _is_over(budget: CallBudget, now: datetime) -> bool:
    resets_at = budget.resets_at
    return resets_at is None or resets_at <= now or resets_at > now + MAX_WINDOW + WINDOW


def _is_same_window(own: CallBudget, allowance: CallAllowance) -> bool:
    if own.resets_at is None or allowance.resets_at is None:
        return own.resets_at is allowance.resets_at
    return abs(own.resets_at - allowance.resets_at) <= SAME_WINDOW
