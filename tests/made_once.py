"""What takes seconds of a core to make and none to copy, made once a run: a database as migrations leave it, and the
static files as they are served."""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection

from tests.environment import isolated_environment
from tests.worker_processes import run_command


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """The file or folder `name`. The first process of a run that asks has `make` leave it at a path, others wait."""
    folder = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    made, unfinished = folder / name, folder / f"unfinished-{name}"
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            make(unfinished)
            unfinished.rename(made)
    return made


def have_done(command: list[str], data: Path) -> None:
    """Have `manage.py COMMAND` done with the data folder `data`."""
    environ = {**os.environ, **isolated_environment(data), "DJANGO_SETTINGS_MODULE": "portal.settings"}
    run_command(command, environ, data)


@pytest.fixture(scope="session")
def migrated_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of an SQLite database that is migrated. Nobody opens it, but copies."""

    def migrate(path: Path) -> None:
        data = tmp_path_factory.mktemp("migrated")
        have_done(["migrate"], data)
        (data / "portal.sqlite3").rename(path)

    return made_once(tmp_path_factory, "migrated.sqlite3", migrate)


@pytest.fixture(scope="session")
def collected_static(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of static files, with the names and the compressed forms that pages ask for."""

    def collect(path: Path) -> None:
        data = tmp_path_factory.mktemp("collected")
        have_done(["collectstatic", "--no-input", "--verbosity", "0"], data)
        (data / "static").rename(path)

    return made_once(tmp_path_factory, "static", collect)


@pytest.fixture(scope="session")
def django_db_keepdb(
    django_db_keepdb: bool, django_db_modify_db_settings: None, request: pytest.FixtureRequest
) -> bool:
    """The tests' database is there before pytest-django looks for it, if it is SQLite."""
    if connection.vendor != "sqlite":
        return django_db_keepdb
    shutil.copyfile(request.getfixturevalue("migrated_database"), connection.settings_dict["TEST"]["NAME"])
    return True
