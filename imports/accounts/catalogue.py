"""What an account has: its data fields, lists, preferences and own identifiers, as last read, and making more of them.

It is read beside the work of people, never before it: what is known is used, and when that is old or somebody asks,
a worker reads the account again. Jobs whose columns were suggested by less are suggested again then.
"""

import logging
import uuid
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from imports.accounts.connection import PERSON_TIMEOUT, client_for
from imports.contacts.targets import TargetCatalogue
from imports.dotdigital.client import PRIVATE, DotdigitalClient, FieldValue, Timeout
from imports.dotdigital.errors import DotdigitalError
from imports.dotdigital.types import ContactList, DataField
from imports.messages import NOTHING, Message
from imports.models import AccountCatalogue, DotdigitalAccount
from imports.querysets import MAX_LEASE, is_over
from imports.secrets import SecretUnreadableError
from imports.transactions import assign, unit_of_work
from imports.work.lease import lease_end, renewed
from imports.work.queue import wake_catalogue

logger = logging.getLogger(__name__)

Made = TypeVar("Made", DataField, ContactList)

DATA_FIELDS, LISTS = "data_fields", "lists"
READ_TIMEOUT: Timeout = (10.0, 30.0)
# An account that could not be read is not tried again by itself before this has gone by.
TRY_AGAIN_AFTER = timedelta(minutes=1)
FAULT = Message("account_read_fault")
FORGOTTEN: dict[str, Any] = {"content": {}, "read_at": None, "unread_reason": {}}
NOBODY_READS: dict[str, Any] = {"run": None, "lease_until": None}


def known_of(account: DotdigitalAccount) -> AccountCatalogue:
    """What is known of `account`, as it was when this instance was first asked for it or read again.

    The row is made here, the first time anybody asks, so that no way of making an account can forget it.
    """
    try:
        return account.catalogue
    except AccountCatalogue.DoesNotExist:
        known, _ = AccountCatalogue.objects.get_or_create(account=account)
        known.account = account  # so that the instance keeps it
        return known


def age_of(account: DotdigitalAccount) -> AccountCatalogue:
    """What is known of `account` now, without its content, which is loaded once somebody looks at it."""
    return AccountCatalogue.objects.defer("content").filter(pk=account.pk).first() or known_of(account)


def is_old(account: DotdigitalAccount, now: datetime) -> bool:
    """Whether `account` was never read, or longer ago than CATALOGUE_MAX_AGE_MINUTES, as far as is known here."""
    read_at = known_of(account).read_at
    if read_at is None:
        return True
    return not timedelta() <= now - read_at <= timedelta(minutes=settings.CATALOGUE_MAX_AGE_MINUTES)


def refresh_if_old(account: DotdigitalAccount) -> None:
    """Have a worker read `account` again if what is known of it is old, and nobody has just tried or been asked to."""
    now = timezone.now()
    if not is_old(account, now):
        return
    not_asked = AccountCatalogue.objects.filter(
        is_over("lease_until", now, MAX_LEASE), pk=account.pk, asked_at=None
    ).exclude(tried_at__gt=now - TRY_AGAIN_AFTER, tried_at__lte=now)
    if not_asked.update(asked_at=now):
        assign(known_of(account), {"asked_at": now})
        wake_catalogue(account)


def request_refresh(account: DotdigitalAccount, *, is_another: bool = False) -> None:
    """Have a worker read `account` again, however new what is known is.

    Whoever reads it just now began before, and writes nothing. `is_another`: it has been given another address or API
    user, so that what is known may be of another account, and is forgotten.
    """
    known = known_of(account)
    changes = {"asked_at": timezone.now(), **NOBODY_READS, **(FORGOTTEN if is_another else {})}
    AccountCatalogue.objects.filter(pk=account.pk).update(**changes)
    assign(known, changes)
    wake_catalogue(account)


def refresh_catalogue(account: DotdigitalAccount, once_read: Callable[[DotdigitalAccount], None]) -> bool:
    """Read `account`, and do what is to be done `once_read`, as long as nobody else may read it.

    False, and the reason on the account, when Dotdigital does not tell; False as well when another worker reads it.
    """
    run, now = uuid.uuid4(), timezone.now()
    known_of(account)
    free = AccountCatalogue.objects.filter(is_over("lease_until", now, MAX_LEASE), pk=account.pk)
    if not free.update(run=run, lease_until=lease_end()):
        return False
    account.refresh_from_db()  # what is known of it as well, when it is next asked for
    mine = AccountCatalogue.objects.filter(pk=account.pk, run=run)
    with renewed(mine):
        reason = _read_and_keep(account, mine, once_read)
    over = {"asked_at": None, "tried_at": timezone.now(), **NOBODY_READS}
    if reason:
        over["unread_reason"] = reason.to_json()
    if reason is None or not mine.update(**over):
        return False
    assign(known_of(account), over)
    return not reason


def _read_and_keep(
    account: DotdigitalAccount,
    mine: QuerySet[AccountCatalogue],
    once_read: Callable[[DotdigitalAccount], None],
) -> Message | None:
    """Read `account`, write down what it has while it is `mine` to do so, and do what is to be done `once_read`.

    Why it could not be read; NOTHING when it was, None when another has taken over. Whoever dies in the middle is still
    asked for it, so that another does all of it.
    """
    try:
        with client_for(account, timeout=READ_TIMEOUT) as client:
            content = _read(account, client)
    except (DotdigitalError, SecretUnreadableError) as error:
        logger.warning("account=%s not read: %s", account.pk, type(error).__name__)
        return error.reason
    except Exception as error:
        logger.error("account=%s not read", account.pk, exc_info=error)
        return FAULT
    changes = {"content": content, "read_at": timezone.now(), "unread_reason": {}}
    if not mine.update(**changes):
        return None
    assign(known_of(account), changes)
    once_read(account)
    return NOTHING


def _read(account: DotdigitalAccount, client: DotdigitalClient) -> dict[str, Any]:
    return {
        DATA_FIELDS: [asdict(field) for field in client.data_fields()],
        LISTS: [asdict(contact_list) for contact_list in client.lists()],
        "preferences": [asdict(preference) for preference in client.preferences()],
        # Asked last: where all the others were answered, a refusal is about these alone.
        "custom_identifiers": _custom_identifiers(account, client),
    }


def _custom_identifiers(account: DotdigitalAccount, client: DotdigitalClient) -> list[str]:
    """The account's own identifiers; none when it lacks the feature, or the API user the right."""
    try:
        return client.custom_identifiers()
    except DotdigitalError as error:
        if not error.meaning.is_refusal:
            raise
        logger.info("account=%s without custom identifiers: %s", account.pk, error)
        return []


def create_data_field(
    account: DotdigitalAccount,
    name: str,
    type_name: str,
    visibility: str = PRIVATE,
    default: FieldValue = None,
) -> DataField:
    """Make a data field in Dotdigital. The field as the account has it now. Somebody waits for it: it takes two calls
    that are soon given up.

    Raises DotdigitalError, whose sentence and remedy say why there is none. When `may_have_been_accepted`, nobody knows
    yet whether there is one: the account is being read again.
    """
    return _create(
        account,
        DATA_FIELDS,
        name,
        lambda client: client.create_data_field(name, type_name, visibility, default),
        DotdigitalClient.data_fields,
    )


def create_list(account: DotdigitalAccount, name: str, visibility: str = PRIVATE) -> ContactList:
    """Make a list in Dotdigital. The list as the account has it now. Otherwise as `create_data_field`."""
    return _create(
        account, LISTS, name, lambda client: client.create_list(name, visibility), DotdigitalClient.lists
    )


def _create(
    account: DotdigitalAccount,
    part: str,
    name: str,
    make: Callable[[DotdigitalClient], Made],
    look: Callable[[DotdigitalClient], list[Made]],
) -> Made:
    with client_for(account, timeout=PERSON_TIMEOUT) as client:
        try:
            made, refusal = make(client), None
        except DotdigitalError as error:
            if not error.may_have_been_accepted:
                raise
            # A call that broke off may have made it all the same: what the account has decides.
            made, refusal = None, error
        entries = _looked_up(account, client, look)
    found = next((one for one in entries or () if one.name.strip().lower() == name.strip().lower()), made)
    _keep_part(account, part, entries, made)
    if entries is None or found is None:
        request_refresh(account)
    if found is None:
        raise refusal or AssertionError("made, and not there")
    return found


def _looked_up(
    account: DotdigitalAccount, client: DotdigitalClient, look: Callable[[DotdigitalClient], list[Made]]
) -> list[Made] | None:
    try:
        return look(client)
    except DotdigitalError as error:
        logger.warning("account=%s not read: %s", account.pk, type(error).__name__)
        return None


def _keep_part(account: DotdigitalAccount, part: str, entries: list[Made] | None, made: Made | None) -> None:
    """Keep one part of what the account has: its `entries`, or one more of them where they could not be had.

    Whoever reads the account just now began before, so what it finds is thrown away, and it is read once more.
    """
    known = known_of(account)
    with unit_of_work():
        locked = AccountCatalogue.objects.select_for_update(no_key=True).only("content").get(pk=account.pk)
        kept: list[dict[str, Any]] = locked.content.get(part, [])
        if entries is not None:
            kept = [asdict(entry) for entry in entries]
        elif made is not None:
            kept = [*kept, asdict(made)]
        changes = {"content": {**locked.content, part: kept}, **NOBODY_READS}
        AccountCatalogue.objects.filter(pk=account.pk).update(**changes)
        assign(known, changes)


def catalogue_of(account: DotdigitalAccount) -> TargetCatalogue:
    """The targets that a mapping into `account` can name, as last read."""
    known = known_of(account).content
    return TargetCatalogue.from_account(
        data_fields=[(field["name"], field["type"]) for field in known.get("data_fields", [])],
        lists=[(contact_list["id"], contact_list["name"]) for contact_list in known.get("lists", [])],
        preferences=[(preference["id"], preference["name"]) for preference in known.get("preferences", [])],
        custom_identifiers=known.get("custom_identifiers", []),
    )
