"""A real OpenID Connect provider over HTTP for the tests: a process of its own, on loopback."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import requests
from django.test import Client

from portal.launch.ports import LOOPBACK
from tests.environment import free_port
from tests.patience import wait_until

SECONDS = 10


@dataclass(frozen=True)
class OIDCProcess:
    """The provider. It lets in whoever is named to it."""

    issuer: str

    def knows(self, number: str, **claims: object) -> None:
        """From now on it says `claims` of the person of that number."""
        requests.put(f"{self.issuer}/users/{number}", json=claims, timeout=SECONDS).raise_for_status()

    def sign_in(self, client: Client, address: str, number: str):
        """Go to the provider from the portal's `address`, sign in there, and come back; how the portal answers."""
        there = client.get(address).headers["Location"]
        assert there.startswith(f"{self.issuer}/")
        back = requests.post(there, {"sub": number}, allow_redirects=False, timeout=SECONDS).headers[
            "Location"
        ]
        parts = urlsplit(back)
        return client.get(f"{parts.path}?{parts.query}")


@contextmanager
def running_oidc(folder: Path) -> Iterator[OIDCProcess]:
    issuer, port = "", free_port()
    issuer = f"http://{LOOPBACK}:{port}"
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--host", LOOPBACK]
    with (folder / "oidc.log").open("wb") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        wait_until(lambda: _answers(issuer), "the OpenID Connect provider answers")
        yield OIDCProcess(issuer)
    finally:
        process.terminate()
        process.wait(SECONDS)


def _answers(issuer: str) -> bool:
    try:
        return requests.get(f"{issuer}/.well-known/openid-configuration", timeout=SECONDS).ok
    except requests.ConnectionError:
        return False
