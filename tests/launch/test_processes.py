from pathlib import Path

from portal.launch.ports import LOOPBACK, Listener
from portal.launch.processes import portal_processes

ROOT = Path(__file__).resolve().parents[2]


def read_procfile() -> dict[str, str]:
    lines = ROOT.joinpath("Procfile").read_text().splitlines()
    return {name: command.strip() for name, _, command in (line.partition(":") for line in lines)}


def test_procfile_runs_the_same_commands_under_the_same_names() -> None:
    table = portal_processes(
        workers=1, sandbox=Listener("SANDBOX_PORT", LOOPBACK, 8010), data_directory=Path("/data")
    )
    table["worker"] = table.pop("worker.1")
    del table["sandbox"]

    assert {name: command.partition("/bin/python ")[2] for name, command in table.items()} == {
        name: command.removeprefix("exec python ") for name, command in read_procfile().items()
    }


def test_there_are_as_many_workers_as_asked_for() -> None:
    table = portal_processes(
        workers=3, sandbox=Listener("SANDBOX_PORT", LOOPBACK, 8010), data_directory=Path("/data")
    )

    assert [name for name in table if name.startswith("worker")] == ["worker.1", "worker.2", "worker.3"]
