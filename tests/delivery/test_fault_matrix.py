"""Whatever goes wrong between the portal and Dotdigital: the job ends, and its report is true.

`WRITE_FAULT_MATRIX=1` has the table in docs/reliability.md written anew.
"""

import os
from collections.abc import Iterator

import pytest

from imports.accounts import blocked
from imports.delivery import pace
from imports.dotdigital.client import CONNECT_TIMEOUT_SECONDS, DotdigitalClient
from tests.delivery.cells import CELLS, COVERING, READ_TIMEOUT_SECONDS, Cell
from tests.delivery.matrix import DOCUMENT, Calls, Portal, table_in, table_of, with_table
from tests.examples import some_of
from tests.sandbox_process import SandboxProcess, running_sandbox

pytestmark = pytest.mark.pipeline

WRITE_VARIABLE = "WRITE_FAULT_MATRIX"


@pytest.fixture(scope="module")
def sandbox_process(contract_violations, tmp_path_factory) -> Iterator[SandboxProcess]:
    with running_sandbox(tmp_path_factory.mktemp("matrix") / "sandbox", 0.0) as process:
        yield process


@pytest.fixture
def sandbox(sandbox_process, settings) -> SandboxProcess:
    """The one sandbox of all cells, as good as new."""
    settings.DOTDIGITAL_EXTRA_HOSTS = [sandbox_process.host_port]
    sandbox_process.clear_faults()
    sandbox_process.occupy(0, 0)
    sandbox_process.reset()
    return sandbox_process


@pytest.fixture
def portal(account, alice, sandbox, monkeypatch) -> Portal:
    monkeypatch.setitem(
        DotdigitalClient.__init__.__kwdefaults__, "timeout", (CONNECT_TIMEOUT_SECONDS, READ_TIMEOUT_SECONDS)
    )
    # Nothing is asked after before the sandbox has ended it, so that questions can be counted.
    monkeypatch.setattr(pace, "MIN_POLL_SECONDS", pace.MAX_POLL_SECONDS)
    # Nor is anything tried again within the round in which it failed, however slow the machine.
    monkeypatch.setattr(blocked, "MIN_RETRY_SECONDS", blocked.MAX_BACKOFF_SECONDS)
    calls = Calls()
    calls.count(monkeypatch)
    return Portal(account, alice, sandbox, calls)


@pytest.mark.parametrize(
    "cell",
    [
        *(
            pytest.param(cell, id=cell.name, marks=pytest.mark.on_postgres)
            for cell in CELLS
            if cell.name in COVERING
        ),
        *(
            pytest.param(cell, id=cell.name, marks=(pytest.mark.once, pytest.mark.deep))
            for cell in some_of([cell for cell in CELLS if cell.name not in COVERING], every=3)
        ),
    ],
)
def test_the_job_ends_and_its_report_is_true(cell: Cell, portal, ready_jobs):
    portal.carry_out(cell, ready_jobs.make(cell.contents, portal.account, portal.person))


def test_the_documentation_has_this_table():
    text, table = DOCUMENT.read_text(encoding="utf-8"), table_of(CELLS)
    if os.environ.get(WRITE_VARIABLE):
        DOCUMENT.write_text(with_table(text, table), encoding="utf-8")
        return

    assert table_in(text) == table, f"run this file with {WRITE_VARIABLE}=1"
