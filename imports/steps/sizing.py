"""How many contacts go out in one import: as few calls as the rate limit wants, as many slots busy as there are."""

import math

from django.conf import settings
from django.utils import timezone

from imports.models import DotdigitalAccount
from imports.states import Call
from imports.steps.body_limit import body_limit_of
from imports.steps.budget import calls_a_minute

FEWEST_CONTACTS = 2_000  # what the vendor's own shop plug-ins send at once
CALLS_AN_IMPORT = 4  # one that sends it, and about three that ask after it
PATIENCE_MINUTES = 2  # what a tight limit may cost a job, before its imports become larger instead


def contacts_a_batch(account: DotdigitalAccount, ready: int) -> int:
    """Into batches of how many contacts the `ready` ones of a job are cut."""
    slots = account.ceiling_at(timezone.now()) or account.max_active_imports
    return batch_size(ready, slots, settings.IMPORT_BATCH_CONTACTS, calls_a_minute(account, Call.IMPORT))


def bytes_a_batch(account: DotdigitalAccount) -> int:
    """How large a body may become that is planned for `account`."""
    limit = body_limit_of(account)
    return settings.IMPORT_BATCH_BYTES if limit is None else min(settings.IMPORT_BATCH_BYTES, limit - 1)


def batch_size(ready: int, slots: int, largest: int, allowed_a_minute: float | None) -> int:
    """The contacts of a batch, when `ready` contacts have `slots` slots and so many calls a minute (None: not known).

    A job takes all slots at once rather than filling one after the other, but neither in crumbs, nor with more calls
    than the account has; `largest` is a limit whatever else.
    """
    size = math.ceil(ready / slots)
    if allowed_a_minute:
        size = max(size, math.ceil(ready * CALLS_AN_IMPORT / (allowed_a_minute * PATIENCE_MINUTES)))
    return min(max(size, FEWEST_CONTACTS), largest)
