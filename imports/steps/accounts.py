"""The account's side of things: its client, what it has (data fields, lists, preferences, identifiers), and making
more of it."""

import logging
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from imports.contacts.targets import TargetCatalogue
from imports.dotdigital.client import PRIVATE, DotdigitalClient, FieldValue
from imports.dotdigital.discovery import discover_account
from imports.dotdigital.errors import DotdigitalError
from imports.dotdigital.hosts import DISCOVERY_ENDPOINT, REGIONAL_HOSTS
from imports.dotdigital.types import AccountInfo, ContactList, DataField
from imports.models import DotdigitalAccount
from imports.transactions import assign

logger = logging.getLogger(__name__)

Made = TypeVar("Made", DataField, ContactList)

DATA_FIELDS, LISTS = "data_fields", "lists"
USABLE: dict[str, Any] = {"trouble": "", "failed_calls": 0, "not_before": None, "probe": None}
SENDABLE: dict[str, Any] = {"failed_sends": 0, "send_not_before": None}
# What the answer to a call is about: written down only as long as the account still has these.
ASKED_WITH = ("endpoint", "api_user", "api_password_encrypted")


def client_for(
    account: DotdigitalAccount, endpoint: str = "", spool_dir: Path | None = None
) -> DotdigitalClient:
    """A client with the account's credentials, for `endpoint` or the account's own; reports are kept in `spool_dir`.

    Raises EndpointRefusedError for a host that is not allowed, SecretUnreadableError when the key is lost.
    """
    return DotdigitalClient(
        endpoint or account.endpoint,
        account.api_user,
        account.api_password,
        integration_token=account.integration_token or None,
        extra_hosts=settings.DOTDIGITAL_EXTRA_HOSTS,
        spool_dir=spool_dir,
    )


def test_connection(account: DotdigitalAccount, probe: UUID | None = None) -> AccountInfo:  # noqa: PT028
    """Ask Dotdigital who the account is, and keep the regional address that it names. Raises DotdigitalError.

    An account that answers can be used: whatever trouble it was in is over. That is not written down when somebody has
    given it another address or other credentials meanwhile, or when another than `probe` asks on behalf of the workers.

    Dotdigital is asked at its first region, which knows the accounts of all; any other host is asked itself.
    """
    is_regional = urlsplit(account.endpoint).hostname in REGIONAL_HOSTS
    with client_for(account, DISCOVERY_ENDPOINT if is_regional else "") as client:
        info = discover_account(client)
    asked = DotdigitalAccount.objects.filter(
        pk=account.pk, **{name: getattr(account, name) for name in ASKED_WITH}
    )
    if probe is not None:
        asked = asked.filter(probe=probe)
    changes = {"endpoint": info.api_endpoint, **USABLE}
    if asked.update(**changes):
        logger.info("account=%s can be used", account.pk)
        assign(account, changes)
    return info


test_connection.__test__ = False  # type: ignore[attr-defined]


def end_trouble(account: DotdigitalAccount, *, sends: bool = False) -> None:
    """Dotdigital has answered: whatever the account was waiting for is over. `sends`: it has answered a PUT."""
    resting = DotdigitalAccount.objects.filter(pk=account.pk)
    clear = USABLE | (SENDABLE if sends else {})
    if resting.exclude(**clear).update(**clear):
        logger.info("account=%s can be used again", account.pk)
    assign(account, clear)


def refresh_catalogue(account: DotdigitalAccount) -> None:
    """Read data fields, lists, preferences and custom identifiers from Dotdigital and keep them.

    Raises DotdigitalError.
    """
    with client_for(account) as client:
        _keep_catalogue(account, client)


def _keep_catalogue(account: DotdigitalAccount, client: DotdigitalClient) -> None:
    account.catalogue = {
        DATA_FIELDS: [asdict(field) for field in client.data_fields()],
        LISTS: [asdict(contact_list) for contact_list in client.lists()],
        "preferences": [asdict(preference) for preference in client.preferences()],
        # Asked last: where all the others were answered, a refusal is about these alone.
        "custom_identifiers": _custom_identifiers(account, client),
    }
    account.catalogue_read_at = timezone.now()
    account.save(update_fields=["catalogue", "catalogue_read_at"])


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
    """Make a data field in Dotdigital and read the account again. The field as the account has it now.

    Raises DotdigitalError, whose sentence and remedy say why there is none.
    """
    return _create(
        account,
        DATA_FIELDS,
        name,
        DataField,
        lambda client: client.create_data_field(name, type_name, visibility, default),
    )


def create_list(account: DotdigitalAccount, name: str, visibility: str = PRIVATE) -> ContactList:
    """Make a list in Dotdigital and read the account again. The list as the account has it now.

    Raises DotdigitalError, whose sentence and remedy say why there is none.
    """
    return _create(account, LISTS, name, ContactList, lambda client: client.create_list(name, visibility))


def _create(
    account: DotdigitalAccount,
    part: str,
    name: str,
    kind: type[Made],
    make: Callable[[DotdigitalClient], Made],
) -> Made:
    with client_for(account) as client:
        try:
            made = make(client)
        except DotdigitalError as error:
            # A call that broke off may have made it all the same: what the account has decides.
            if error.may_have_been_accepted and _is_read(account, client):
                found = _found(account, part, name, kind)
                if found is not None:
                    return found
            raise
        if not _is_read(account, client):
            entries = [*account.catalogue.get(part, []), asdict(made)]
            account.catalogue = {**account.catalogue, part: entries}
            account.save(update_fields=["catalogue"])
    return _found(account, part, name, kind) or made


def _is_read(account: DotdigitalAccount, client: DotdigitalClient) -> bool:
    """Read the account again; False when Dotdigital does not answer."""
    try:
        _keep_catalogue(account, client)
    except DotdigitalError as error:
        logger.warning("account=%s not read: %s", account.pk, error)
        return False
    return True


def _found(account: DotdigitalAccount, part: str, name: str, kind: type[Made]) -> Made | None:
    """The entry of the catalogue with this name, in any letter case."""
    entries: list[dict[str, Any]] = account.catalogue[part]
    wanted = name.strip().lower()
    entry = next((one for one in entries if one["name"].strip().lower() == wanted), None)
    return kind(**entry) if entry else None


def catalogue_of(account: DotdigitalAccount) -> TargetCatalogue:
    """The targets that a mapping into `account` can name, as last read."""
    known = account.catalogue
    return TargetCatalogue.from_account(
        data_fields=[(field["name"], field["type"]) for field in known.get("data_fields", [])],
        lists=[(contact_list["id"], contact_list["name"]) for contact_list in known.get("lists", [])],
        preferences=[(preference["id"], preference["name"]) for preference in known.get("preferences", [])],
        custom_identifiers=known.get("custom_identifiers", []),
    )
