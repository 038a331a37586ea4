"""Which regional address an account lives at.

Source: the vendor's pages on API endpoints and on requirements for verified integrations: ask r1 for the
account whatever its region, then use the address the account names.
"""

from dataclasses import replace

from imports.dotdigital.client import DotdigitalClient
from imports.dotdigital.errors import UnreadableAnswerError
from imports.dotdigital.hosts import normalise_endpoint
from imports.dotdigital.types import AccountInfo


def discover_account(client: DotdigitalClient) -> AccountInfo:
    """The account of `client`, with an `api_endpoint` that is normalised and allowed.

    Ask with a client for `hosts.DISCOVERY_ENDPOINT`, or for a stand-in's address. Credentials go to the
    client's own endpoint only: the address that the account names is checked, not called.
    EndpointRefusedError when it is not an allowed one, UnreadableAnswerError when the account names none.
    """
    account = client.account_info()
    if not account.api_endpoint:
        raise UnreadableAnswerError(status=200, code="ApiEndpoint")
    return replace(account, api_endpoint=normalise_endpoint(account.api_endpoint, client.extra_hosts))
