"""A process that has the tests' SQLite database open, so that no other is ever the last to close it.

Whoever closes it last removes its log. A process that has given up its locks, as one does that closes any file of the
database, is not seen by the others; then its open connections would be left with a log that nobody else has.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_HOLDER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("SELECT count(*) FROM django_migrations").fetchone()
print("held", flush=True)
sys.stdin.read()
connection.close()
"""


@contextmanager
def held_open(database: str) -> Iterator[None]:
    """`database`, the path of a migrated one, is open in a process of its own for the length of the block."""
    command = [sys.executable, "-I", "-c", _HOLDER, database]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdin is not None
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        yield
        holder.stdin.close()
