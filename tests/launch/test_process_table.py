from pathlib import Path

from imports.work.queue import QUEUES
from portal.launch.ports import LOOPBACK, Listener
from portal.launch.process_table import POOLS, portal_processes

ROOT = Path(__file__).resolve().parents[2]


def read_procfile() -> dict[str, str]:
    lines = ROOT.joinpath("Procfile").read_text().splitlines()
    return {name: command.strip() for name, _, command in (line.partition(":") for line in lines)}


def test_procfile_runs_the_same_commands_under_the_same_names() -> None:
    table = portal_processes(sandbox=Listener("SANDBOX_PORT", LOOPBACK, 8010), data_directory=Path("/data"))
    del table["sandbox"]

    assert {name: command.partition("/bin/python ")[2] for name, command in table.items()} == {
        name: command.removeprefix("exec python ") for name, command in read_procfile().items()
    }


def test_every_queue_has_a_pool_that_takes_from_it_first() -> None:
    assert {name: queues[0] for name, queues in POOLS.items()} == {name: name for name in QUEUES}
