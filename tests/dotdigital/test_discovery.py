import pytest

from imports.dotdigital.client import DotdigitalClient
from imports.dotdigital.discovery import discover_account
from imports.dotdigital.errors import CredentialsRefusedError, EndpointRefusedError, UnreadableAnswerError
from tests.dotdigital.servers import Reply, ScriptedServer, json_reply


def account_reply(*properties: tuple[str, str]) -> Reply:
    return json_reply({"id": 7, "properties": [{"name": name, "value": value} for name, value in properties]})


def test_the_region_that_the_account_names_is_found(server: ScriptedServer, client: DotdigitalClient) -> None:
    server.will_answer(
        account_reply(("Name", "Example Ltd"), ("ApiEndpoint", "https://r2-api.dotdigital.com/"))
    )
    account = discover_account(client)
    assert account.api_endpoint == "https://r2-api.dotdigital.com"
    assert (account.id, account.name) == (7, "Example Ltd")
    assert [request.path for request in server.requests] == ["/v2/account-info"]


def test_a_stand_in_may_name_itself(server: ScriptedServer, client: DotdigitalClient) -> None:
    server.will_answer(account_reply(("ApiEndpoint", f"{server.endpoint}/")))
    assert discover_account(client).api_endpoint == server.endpoint


@pytest.mark.parametrize(
    "named",
    ["https://r1-api.dotdigital.com.example.org/", "http://r1-api.dotdigital.com/", "http://127.0.0.1:1/"],
)
def test_an_address_that_is_not_allowed_is_refused(
    server: ScriptedServer, client: DotdigitalClient, named: str
) -> None:
    server.will_answer(account_reply(("ApiEndpoint", named)))
    with pytest.raises(EndpointRefusedError):
        discover_account(client)


def test_an_account_that_names_no_address_is_unreadable(
    server: ScriptedServer, client: DotdigitalClient
) -> None:
    server.will_answer(account_reply(("Name", "Example Ltd")))
    with pytest.raises(UnreadableAnswerError) as caught:
        discover_account(client)
    assert caught.value.code == "ApiEndpoint"


def test_wrong_credentials_are_told_as_such(server: ScriptedServer, client: DotdigitalClient) -> None:
    server.will_answer(Reply(401))
    with pytest.raises(CredentialsRefusedError):
        discover_account(client)
