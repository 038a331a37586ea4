"""The account's side of things: its client, whether it can be used, and the targets that it has."""

import logging
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings

from imports.accounts.blocked import USABLE
from imports.audit.recording import record
from imports.dotdigital.client import CONNECT_TIMEOUT_SECONDS, READ_TIMEOUT_SECONDS, DotdigitalClient, Timeout
from imports.dotdigital.discovery import discover_account
from imports.dotdigital.hosts import DISCOVERY_ENDPOINT, REGIONAL_HOSTS
from imports.dotdigital.types import AccountInfo
from imports.models import DotdigitalAccount
from imports.transactions import assign, unit_of_work

logger = logging.getLogger(__name__)

# (seconds to connect, seconds between two bytes of the answer)
WORKER_TIMEOUT: Timeout = (CONNECT_TIMEOUT_SECONDS, READ_TIMEOUT_SECONDS)
PERSON_TIMEOUT: Timeout = (5.0, 10.0)
# What the answer to a call is about: written down only as long as the account still has these.
ASKED_WITH = ("endpoint", "api_user", "api_password_encrypted")


def client_for(
    account: DotdigitalAccount,
    endpoint: str = "",
    spool_dir: Path | None = None,
    timeout: Timeout = WORKER_TIMEOUT,
) -> DotdigitalClient:
    """A client with the account's credentials, for `endpoint` or the account's own; reports are kept in `spool_dir`.

    Where a page waits for the answer, `timeout` is PERSON_TIMEOUT: a web process has few threads.

    Raises EndpointRefusedError for a host that is not allowed, SecretUnreadableError when the key is lost.
    """
    return DotdigitalClient(
        endpoint or account.endpoint,
        account.api_user,
        account.api_password,
        integration_token=account.integration_token or None,
        extra_hosts=settings.DOTDIGITAL_EXTRA_HOSTS,
        spool_dir=spool_dir,
        timeout=timeout,
    )


def test_connection(
    account: DotdigitalAccount,
    probe: UUID | None = None,  # noqa: PT028
    timeout: Timeout = WORKER_TIMEOUT,  # noqa: PT028
) -> AccountInfo:
    """Ask Dotdigital who the account is, and keep the regional address that it names. Raises DotdigitalError.

    An account that answers can be used: whatever blocked it is over. That is not written down when somebody has
    given it another address or other credentials meanwhile, or when another than `probe` asks on behalf of the workers.

    Dotdigital is asked at its first region, which knows the accounts of all; any other host is asked itself.
    """
    is_regional = urlsplit(account.endpoint).hostname in REGIONAL_HOSTS
    with client_for(account, DISCOVERY_ENDPOINT if is_regional else "", timeout=timeout) as client:
        info = discover_account(client)
    asked = DotdigitalAccount.objects.filter(
        pk=account.pk, **{name: getattr(account, name) for name in ASKED_WITH}
    )
    if probe is not None:
        asked = asked.filter(probe=probe)
    changes = {"endpoint": info.api_endpoint, **USABLE}
    with unit_of_work():
        if asked.update(**changes):
            if account.endpoint != info.api_endpoint:
                moved = {"was": account.endpoint, "is": info.api_endpoint}
                record("account_changed", by=None, on=account, endpoint=moved)
            logger.info("account=%s can be used", account.pk)
            assign(account, changes)
    return info


test_connection.__test__ = False  # type: ignore[attr-defined]
