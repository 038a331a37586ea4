"""A sandbox to talk to, and the few calls that the tests repeat."""

import json
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
import requests

from tests.patience import PATIENCE_SECONDS
from tests.sandbox_process import SandboxProcess
from tests.sandbox_process import running_sandbox as running_watched_sandbox

JSON_HEADERS = {"Content-Type": "application/json"}


# What these tests send is broken on purpose, so their sandboxes do not hold it against the contract.
running_sandbox = partial(running_watched_sandbox, holds_contract=False)


class Caller:
    """An API user of one sandbox."""

    def __init__(self, sandbox: SandboxProcess) -> None:
        self.sandbox = sandbox
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.auth = sandbox.auth

    def get(self, path: str, **options: Any) -> requests.Response:
        return self.session.get(self.sandbox.url + path, timeout=30, **options)

    def post(self, path: str, content: Any) -> requests.Response:
        return self.session.post(self.sandbox.url + path, json=content, timeout=30)

    def put_body(self, body: bytes, **options: Any) -> requests.Response:
        return self.session.put(
            f"{self.sandbox.url}/contacts/v3/import",
            data=body,
            timeout=120,
            **{"headers": JSON_HEADERS, **options},
        )

    def put(self, contacts: Any, **content: Any) -> requests.Response:
        return self.put_body(json.dumps({"contacts": contacts, **content}).encode())

    def status(self, import_id: str) -> requests.Response:
        return self.get(f"/contacts/v3/import/{import_id}")

    def wait_for(self, import_id: str) -> dict[str, Any]:
        """The report of an import, once it is over."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (report := self.status(import_id).json())["status"] == "NotFinished":
            assert time.monotonic() < deadline, "the import never ended"
            time.sleep(0.01)
        return report

    def import_contacts(self, *contacts: dict[str, Any], **content: Any) -> dict[str, Any]:
        """Import contacts and wait for the report."""
        response = self.put(list(contacts), **content)
        assert response.status_code == 202, response.text
        return self.wait_for(response.json()["importId"])


def by_email(email: str, mobile_number: str | None = None, **parts: Any) -> dict[str, Any]:
    """A contact matched by its address."""
    identifiers = {"email": email}
    if mobile_number is not None:
        identifiers["mobileNumber"] = mobile_number
    return {"matchIdentifier": "email", "identifiers": identifiers, **parts}


def failure_codes(report: dict[str, Any]) -> list[list[str]]:
    """The failure codes of each failed row."""
    return [[reason["failureCode"] for reason in failure["failures"]] for failure in report["failures"]]


@pytest.fixture(scope="module")
def shared_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox"), seconds_per_import=0) as sandbox:
        yield sandbox


@pytest.fixture
def caller(shared_sandbox: SandboxProcess) -> Iterator[Caller]:
    """A caller of a fresh account."""
    shared_sandbox.reset()
    caller = Caller(shared_sandbox)
    yield caller
    caller.session.close()
