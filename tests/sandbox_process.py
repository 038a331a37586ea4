"""A sandbox in a process of its own, for tests that talk to Dotdigital over real HTTP."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from tests.patience import PATIENCE_SECONDS
from tests.sandbox_template import StartedSandbox, StartsSandbox, fork_sandbox, spawn_sandbox

API_USER = "apiuser-demo@apiconnector.example"
API_PASSWORD = "demo-password"
PAGE_CONTACTS = 20_000


class SandboxProcess:
    """A running sandbox; it can be stopped and started again on the same port with the same data.

    `url` has no trailing slash; `host_port` is what DOTDIGITAL_EXTRA_HOSTS takes.
    """

    def __init__(
        self, data_dir: Path, arguments: tuple[str, ...], start: StartsSandbox = spawn_sandbox
    ) -> None:
        self.data_dir = data_dir
        self.api_user = API_USER
        self.api_password = API_PASSWORD
        self._arguments = arguments
        self._start = start
        self._port = 0
        self._process: StartedSandbox | None = None
        # Loopback calls must not go through a proxy of the environment.
        self._session = requests.Session()
        self._session.trust_env = False

    @property
    def host_port(self) -> str:
        return f"127.0.0.1:{self._port}"

    @property
    def url(self) -> str:
        return f"http://{self.host_port}"

    @property
    def is_running(self) -> bool:
        return self._process is not None

    @property
    def auth(self) -> tuple[str, str]:
        return self.api_user, self.api_password

    def start(self) -> None:
        """Start, and wait until it listens."""
        assert self._process is None, "the sandbox is running"
        self.data_dir.mkdir(parents=True, exist_ok=True)
        log = self.data_dir / "sandbox.log"
        self._process = self._start(
            [
                *("--port", str(self._port), "--data-dir", str(self.data_dir)),
                *("--api-user", API_USER, "--api-password", API_PASSWORD),
                *self._arguments,
            ],
            log,
        )
        line = self._process.first_line(PATIENCE_SECONDS)
        if "listening on" not in line:
            self.kill()
            raise RuntimeError(f"The sandbox did not start: {log.read_text()[-2000:]}")
        self._port = int(line.rstrip("/\n").rpartition(":")[2])

    def stop(self) -> None:
        """End it as an operator would, letting the import in hand finish."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once, as a crash would."""
        self._end(signal.SIGKILL)

    def _end(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        self._session.close()
        if process is None:
            return
        process.end(number)

    def get(self, path: str, **query: Any) -> Any:
        """The JSON that a GET of `path` answers with."""
        response = self._session.get(f"{self.url}{path}", params=query, auth=self.auth, timeout=60)
        response.raise_for_status()
        return response.json()

    def contacts(self) -> list[dict[str, Any]]:
        """Every contact it holds, oldest first: contactId, identifiers, dataFields, channelProperties, lists,
        preferences, consentRecords, created, updated."""
        return self._all("/sandbox/contacts")

    def imports(self) -> list[dict[str, Any]]:
        """Every import it accepted, oldest first: importId, status, acceptedAt, finishedAt, mergeOption,
        contacts, bytes, sha256 (of the body), summary. finishedAt and summary are None while it is active."""
        return self._all("/sandbox/imports")

    def faults(self, *rules: dict[str, Any]) -> None:
        """Have these go wrong from now on, and nothing else: see `sandbox/faults.py`. Kept until a reset or the end."""
        self._post("/sandbox/faults", list(rules))

    def fault_hits(self) -> list[int]:
        """How often each of the rules has been carried out, counted when that began."""
        return [rule["hits"] for rule in self.get("/sandbox/faults")]

    def clear_faults(self) -> None:
        """Have nothing go wrong any more."""
        self.faults()

    def occupy(self, count: int, seconds: float = 3_600) -> None:
        """Have another program hold `count` slots for so long; 0 gives all of them back."""
        self._post("/sandbox/foreign-imports", {"count": count, "seconds": seconds})

    def statistics(self) -> dict[str, Any]:
        """importCalls, statusCalls, accountCalls, contactCalls (that read contacts), deleteCalls, refusedForDeletions,
        accepted, refusedForSlots, rateLimited, refusedForSize (413),
        shortestBetweenPolls (seconds between two polls of one import, None before there were two), peakActive,
        averageActive, firstAccepted, lastFinished (epoch seconds, None before there is one). Since the start or the
        last reset."""
        found: dict[str, Any] = self.get("/sandbox/statistics")
        return found

    def _post(self, path: str, content: Any) -> None:
        self._session.post(f"{self.url}{path}", json=content, timeout=60).raise_for_status()

    def _all(self, path: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while page := self.get(path, skip=len(found), select=PAGE_CONTACTS):
            found += page
        return found

    def reset(self) -> None:
        """Back to the seeded account without contacts and imports, faults, other programs' imports and statistics."""
        self._post("/sandbox/reset", {})


@contextmanager
def running_sandbox(
    data_dir: Path,
    seconds_per_import: float = 0.05,
    *,
    extra_lists: int = 0,
    rate_limit: int | None = None,
    rate_limits: tuple[int, int] | None = None,
    rate_limit_reset: str = "epoch",
    holds_contract: bool = True,
) -> Iterator[SandboxProcess]:
    """A sandbox on a free loopback port for the length of the block.

    An import is over `seconds_per_import` after it was accepted, or as soon after that as it is processed.
    `rate_limit` enforces that many v3 calls a minute in each tier, `rate_limits` so many imports and status calls; the
    header says when that is over as `rate_limit_reset` names it. Bodies that break the API's contract fail the
    test, unless it sends such bodies on purpose and starts a sandbox that does not look (`holds_contract`).
    """
    arguments = ["--seconds-per-import", str(seconds_per_import), "--extra-lists", str(extra_lists)]
    if rate_limit is not None:
        arguments += ["--rate-limit", str(rate_limit), "--enforce-rate-limit"]
    if rate_limits is not None:
        imports, status = map(str, rate_limits)
        arguments += ["--rate-limit-imports", imports, "--rate-limit-status", status, "--enforce-rate-limit"]
    arguments += ["--rate-limit-reset", rate_limit_reset]
    sandbox = SandboxProcess(data_dir, tuple(arguments), fork_sandbox if holds_contract else spawn_sandbox)
    sandbox.start()
    try:
        yield sandbox
    finally:
        sandbox.stop()
