"""The SQLite file that holds the account, the contacts and the imports, and survives a restart."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sandbox import seed

FILE_NAME = "sandbox.sqlite3"
BUSY_SECONDS = 60
CACHE_KIBIBYTES = 256 * 1024
# Checkpoints are few and large, because batches dirty the same index pages over and over.
CHECKPOINT_PAGES = 20_000

_SCHEMA = """
CREATE TABLE IF NOT EXISTS data_fields (
    name TEXT PRIMARY KEY, type TEXT NOT NULL, visibility TEXT NOT NULL, default_value TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS lists (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE, visibility TEXT NOT NULL,
    contacts INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS contacts (id INTEGER PRIMARY KEY, document TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS identifiers (
    name TEXT NOT NULL, key TEXT NOT NULL, contact_id INTEGER NOT NULL, PRIMARY KEY (name, key)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS imports (
    sequence INTEGER PRIMARY KEY, import_id TEXT NOT NULL UNIQUE, accepted REAL NOT NULL, due REAL NOT NULL,
    contacts INTEGER NOT NULL, bytes INTEGER NOT NULL, sha256 TEXT NOT NULL, merge_option TEXT NOT NULL,
    processed REAL, status TEXT, summary TEXT
);
CREATE TABLE IF NOT EXISTS bodies (import_id TEXT PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS reports (import_id TEXT PRIMARY KEY, report BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS deletions (
    sequence INTEGER PRIMARY KEY, delete_id TEXT NOT NULL UNIQUE, due REAL NOT NULL, keys TEXT NOT NULL, result TEXT
);
CREATE TABLE IF NOT EXISTS binned (id INTEGER PRIMARY KEY);
CREATE TABLE IF NOT EXISTS matches (import_id TEXT PRIMARY KEY, names TEXT NOT NULL);
"""
_CLEAR = """
DELETE FROM matches; DELETE FROM reports; DELETE FROM bodies; DELETE FROM imports;
DELETE FROM deletions; DELETE FROM binned;
DELETE FROM identifiers; DELETE FROM contacts; DELETE FROM lists; DELETE FROM data_fields;
"""


class Store:
    """Connections to the file in `data_dir`: any number of readers and, one at a time, a writer.

    Readers see the last committed state and are never held up by the writer.
    """

    def __init__(self, data_dir: Path, extra_lists: int = 0) -> None:
        data_dir.mkdir(parents=True, exist_ok=True)
        self._path = data_dir / FILE_NAME
        self._extra_lists = extra_lists
        self._writing = threading.Lock()
        self._writer = self._connect()
        self._writer.execute("PRAGMA journal_mode = WAL")
        self._writer.executescript(_SCHEMA)
        with self.writing() as connection:
            if not connection.execute("SELECT 1 FROM data_fields LIMIT 1").fetchone():
                self._seed(connection)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIBIBYTES}")
        connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        return connection

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection that sees one unchanging state throughout the block."""
        with closing(self._connect()) as connection:
            connection.execute("PRAGMA query_only = ON")
            connection.execute("BEGIN")
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction: committed at the end of the block, rolled back when the block raises."""
        with self._writing:
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
            except BaseException:
                self._writer.execute("ROLLBACK")
                raise
            self._writer.execute("COMMIT")

    def reset(self) -> None:
        """Forget every contact, import, list and data field, and begin again with the seeded account."""
        with self.writing() as connection:
            for statement in filter(None, map(str.strip, _CLEAR.split(";"))):
                connection.execute(statement)
            self._seed(connection)

    def close(self) -> None:
        with self._writing:
            self._writer.close()

    def _seed(self, connection: sqlite3.Connection) -> None:
        connection.executemany(
            "INSERT INTO data_fields VALUES (?, ?, ?, 'null')",
            seed.DATA_FIELDS,
        )
        extra = ((f"Extra list {number:04}", "Private") for number in range(1, self._extra_lists + 1))
        connection.executemany(
            "INSERT INTO lists (id, name, visibility) VALUES (?, ?, ?)",
            ((number, *row) for number, row in enumerate((*seed.LISTS, *extra), seed.FIRST_LIST_ID)),
        )
