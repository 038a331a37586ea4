"""However many calls go wrong, a delivery ends balanced, and costs at most 2.5 times the calls and the waiting.

`FAULT_RATES=all` carries out the whole matrix, and `WRITE_FAULT_RATES=1` writes it into docs/reliability.md.
"""

import os
from collections.abc import Iterator

import pytest

from imports.dotdigital.client import CONNECT_TIMEOUT_SECONDS, DotdigitalClient
from imports.models import UploadJob
from tests.delivery.matrix import DOCUMENT, Calls
from tests.delivery.rates import (
    CASES,
    FEW,
    MOST,
    NO_FAULTS,
    RateCase,
    RateOutcome,
    RatePortal,
    in_text,
    lines_of,
    set_clock,
    with_lines,
)
from tests.sandbox_process import SandboxProcess, running_sandbox

pytestmark = [pytest.mark.pipeline, pytest.mark.once]

CARRIED_OUT = CASES if os.environ.get("FAULT_RATES") == "all" else FEW
WRITES = bool(os.environ.get("WRITE_FAULT_RATES"))
ROWS = 40


@pytest.fixture(scope="module")
def sandbox_process(contract_violations, tmp_path_factory) -> Iterator[SandboxProcess]:
    # Times relative to now: the portal's clock is not the sandbox's.
    folder = tmp_path_factory.mktemp("rates") / "sandbox"
    with running_sandbox(folder, 0.0, rate_limit_reset="seconds") as process:
        yield process


@pytest.fixture(scope="module")
def outcomes() -> dict[RateCase, RateOutcome]:
    """What has come of the cases so far; the one without faults comes first."""
    return {}


@pytest.fixture
def portal(account, alice, sandbox_process, settings, ready_jobs, monkeypatch) -> RatePortal:
    settings.DOTDIGITAL_EXTRA_HOSTS = [sandbox_process.host_port]
    sandbox_process.clear_faults()
    sandbox_process.reset()
    account.endpoint = sandbox_process.url
    account.save()
    monkeypatch.setitem(DotdigitalClient.__init__.__kwdefaults__, "timeout", (CONNECT_TIMEOUT_SECONDS, 30.0))
    calls = Calls()
    calls.count(monkeypatch)
    return RatePortal(account, alice, sandbox_process, ready_jobs, set_clock(monkeypatch), calls)


@pytest.mark.parametrize("case", CARRIED_OUT, ids=lambda case: case.name)
def test_it_ends_balanced_and_takes_at_most_so_much_longer(case: RateCase, portal, outcomes):
    outcome = portal.carry_out(case)

    outcomes[case] = outcome
    base = outcomes[NO_FAULTS]
    if WRITES:
        DOCUMENT.write_text(with_lines(DOCUMENT.read_text(encoding="utf-8"), outcomes), encoding="utf-8")
    assert set(outcome.rows) <= {"created", "updated"}
    assert sum(outcome.rows.values()) == ROWS
    assert outcome.calls <= MOST * base.calls
    assert outcome.waited <= MOST * base.waited
    assert UploadJob.objects.count() == 2


def test_the_documentation_has_these_lines(outcomes):
    if NO_FAULTS not in outcomes:
        pytest.skip("the case without faults has not been carried out")
    lines = in_text(DOCUMENT.read_text(encoding="utf-8")).splitlines()

    assert [line for line in lines_of(outcomes).values() if line not in lines] == [], "run `make fault-rates`"
