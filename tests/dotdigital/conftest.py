from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import pytest

from imports.dotdigital.client import DotdigitalClient
from tests.dotdigital.servers import ScriptedServer

API_USER = "apiuser-test@apiconnector.example"
API_PASSWORD = "a very secret password"
NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)

MakeClient = Callable[..., DotdigitalClient]


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    server = ScriptedServer()
    yield server
    server.close()


@pytest.fixture
def make_client() -> Iterator[MakeClient]:
    """Makes clients for a `host:port`, with a clock that stands still, and closes them in the end."""
    with ExitStack() as stack:

        def make(host: str, scheme: str = "http", **options: Any) -> DotdigitalClient:
            options = {"timeout": (5.0, 5.0), "clock": lambda: NOW, "extra_hosts": [host], **options}
            client = DotdigitalClient(f"{scheme}://{host}", API_USER, API_PASSWORD, **options)
            return stack.enter_context(client)

        yield make


@pytest.fixture
def client(server: ScriptedServer, make_client: MakeClient) -> DotdigitalClient:
    return make_client(server.host)
