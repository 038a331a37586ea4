"""The account's side of things: its client, and what it has (data fields, lists, preferences)."""

from dataclasses import asdict
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from imports.contacts.targets import TargetCatalogue
from imports.dotdigital.client import DotdigitalClient
from imports.dotdigital.discovery import discover_account
from imports.dotdigital.hosts import DISCOVERY_ENDPOINT, REGIONAL_HOSTS
from imports.dotdigital.types import AccountInfo
from imports.models import DotdigitalAccount


def client_for(account: DotdigitalAccount, endpoint: str = "") -> DotdigitalClient:
    """A client with the account's credentials, for `endpoint` or the account's own.

    Raises EndpointRefusedError for a host that is not allowed, SecretUnreadableError when the key is lost.
    """
    return DotdigitalClient(
        endpoint or account.endpoint,
        account.api_user,
        account.api_password,
        integration_token=account.integration_token or None,
        extra_hosts=settings.DOTDIGITAL_EXTRA_HOSTS,
    )


def test_connection(account: DotdigitalAccount) -> AccountInfo:
    """Ask Dotdigital who the account is, and keep the regional address that it names. Raises DotdigitalError.

    Dotdigital is asked at its first region, which knows the accounts of all; any other host is asked itself.
    """
    is_regional = urlsplit(account.endpoint).hostname in REGIONAL_HOSTS
    with client_for(account, DISCOVERY_ENDPOINT if is_regional else "") as client:
        info = discover_account(client)
    if info.api_endpoint != account.endpoint:
        account.endpoint = info.api_endpoint
        account.save(update_fields=["endpoint"])
    return info


test_connection.__test__ = False  # type: ignore[attr-defined]


def refresh_catalogue(account: DotdigitalAccount) -> None:
    """Read data fields, lists and preferences from Dotdigital and keep them. Raises DotdigitalError."""
    with client_for(account) as client:
        account.catalogue = {
            "data_fields": [asdict(field) for field in client.data_fields()],
            "lists": [asdict(contact_list) for contact_list in client.lists()],
            "preferences": [asdict(preference) for preference in client.preferences()],
        }
    account.catalogue_read_at = timezone.now()
    account.save(update_fields=["catalogue", "catalogue_read_at"])


def catalogue_of(account: DotdigitalAccount) -> TargetCatalogue:
    """The targets that a mapping into `account` can name, as last read."""
    known = account.catalogue
    return TargetCatalogue.from_account(
        data_fields=[(field["name"], field["type"]) for field in known.get("data_fields", [])],
        lists=[(contact_list["id"], contact_list["name"]) for contact_list in known.get("lists", [])],
        preferences=[(preference["id"], preference["name"]) for preference in known.get("preferences", [])],
    )
