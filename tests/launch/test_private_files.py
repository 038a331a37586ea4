"""Nobody but the portal's own user reads what it writes, whatever the umask it is started with."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from imports.management.commands import check_deployment
from imports.management.commands.check_deployment import BAD, OK, WARNING, check_data_folder
from tests.environment import isolated_environment

ROOT = Path(__file__).resolve().parents[2]
WRITE_SOMETHING_OF_EACH_KIND = """
import django; django.setup()
from django.core.files.base import ContentFile
from django.core.management import call_command
call_command("migrate", verbosity=0)
from imports.storage import artefacts
from imports.models import DotdigitalAccount, UploadJob
from imports.jobs.upload import receive_upload
from imports.jobs.stage import stage_job
from portal.models import User
account = DotdigitalAccount.objects.create(name="Acme", endpoint="", api_user="")
owner = User.objects.create_user("ada")
upload = ContentFile(b"Email\\r\\nada@example.com\\r\\n")
job = receive_upload(account=account, owner=owner, file_name="contacts.csv", file=upload)
with artefacts.work_folder() as folder:
    (folder / "draft").write_text("draft")
    (folder / "table").write_text("table")
    artefacts.store(job, "staged", folder / "table", job.token)
    from tests.launch.test_private_files import told
    told()
"""


def told() -> None:
    """Prints every file and folder of the data directory with its mode, from inside a process of the portal."""
    from django.conf import settings

    for path in (settings.DATA_DIR, *settings.DATA_DIR.rglob("*")):
        sys.stdout.write(f"{stat.S_IMODE(path.stat().st_mode):o} {path.relative_to(settings.DATA_DIR)}\n")


def written_under(umask: int, directory: Path) -> dict[str, int]:
    environ = {
        **os.environ,
        **isolated_environment(directory),
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "DATABASE_URL": "",
    }
    done = subprocess.run(
        [sys.executable, "-c", WRITE_SOMETHING_OF_EACH_KIND],
        cwd=ROOT,
        env=environ,
        umask=umask,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = [line.partition(" ") for line in done.stdout.splitlines()]
    return {name: int(mode, 8) for mode, _, name in lines}


def test_a_folder_that_is_not_closed_is_pointed_out(tmp_path: Path, settings) -> None:
    settings.DATA_DIR = tmp_path
    tmp_path.chmod(0o750)
    assert check_data_folder()[0] == BAD

    tmp_path.chmod(0o700)
    assert check_data_folder()[0] == OK


@pytest.mark.parametrize(
    ("url", "verdict"),
    [
        ("redis://redis.internal:6379/0", WARNING),
        ("rediss://:its-password@redis.internal:6379/0", OK),
        ("unix:///srv/portal/redis/redis.sock", OK),
    ],
)
def test_a_redis_that_asks_for_no_password_is_pointed_out(
    settings, monkeypatch: pytest.MonkeyPatch, url: str, verdict: str
) -> None:
    settings.REDIS_URL = url
    monkeypatch.setattr(check_deployment, "queue_lengths", dict)

    assert check_deployment.check_redis()[0] == verdict


def test_files_and_folders_are_the_portals_own_whatever_the_umask(tmp_path: Path) -> None:
    """By the one that keeps nothing from anybody; the test below has the usual one."""
    data = tmp_path / "data"
    data.mkdir()
    data.chmod(0o755)

    modes = written_under(0o000, data)

    assert {"portal.sqlite3", "portal.sqlite3-wal", "portal.sqlite3-shm", "files", "incoming"} <= set(modes)
    assert any(name.endswith("/draft") for name in modes)
    assert any(name.startswith("files/uploads/") for name in modes)
    assert any(name.endswith(".parquet") for name in modes)
    assert {name: oct(mode) for name, mode in modes.items() if mode & 0o077} == {}


def test_a_database_that_was_open_to_others_is_closed(tmp_path: Path, migrated_database: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    shutil.copyfile(migrated_database, data / "portal.sqlite3")
    for path in (data, data / "portal.sqlite3"):
        path.chmod(0o777)

    assert {mode & 0o077 for mode in written_under(0o022, data).values()} == {0}
