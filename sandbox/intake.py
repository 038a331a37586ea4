"""Imports received: accepted, processed in their order, and asked about.

An import is over `seconds_per_import` after it was accepted, and not before it has been processed; until then
it is active and its status is NotFinished. What it changes can be seen on the contacts a little earlier. Both
times are kept in the store, so that a restart changes nothing.
"""

import hashlib
import json
import logging
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

from sandbox.error_answers import v3_refusal
from sandbox.faults import PROCESSING, REPORT, Faults
from sandbox.field_values import utc_text_of
from sandbox.processing import process_call
from sandbox.report_faults import REPORT_FAULTS, changed_report
from sandbox.shapes import accepted_call, parse_call
from sandbox.statistics import Span
from sandbox.store import Store

MAX_ACTIVE_IMPORTS = 25
RUNNING = "NotFinished"
FINISHED = "Finished"
FAILED = "Failed"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ReceivedImport:
    """An import as the sandbox's own pages and helpers show it. `finished` is None while it is active."""

    import_id: str
    accepted: float
    finished: float | None
    status: str
    merge_option: str
    contacts: int
    bytes: int
    sha256: str
    summary: dict[str, int] | None

    def content(self) -> dict[str, Any]:
        return {
            "importId": self.import_id,
            "status": self.status,
            "acceptedAt": utc_text_of(self.accepted),
            "finishedAt": None if self.finished is None else utc_text_of(self.finished),
            "mergeOption": self.merge_option,
            "contacts": self.contacts,
            "bytes": self.bytes,
            "sha256": self.sha256,
            "summary": self.summary,
        }


class Intake:
    """Takes calls in and answers questions about them."""

    def __init__(
        self,
        store: Store,
        seconds_per_import: float,
        on_accepted: Callable[[], None],
        clock: Callable[[], float] = time.time,
        faults: Faults | None = None,
    ) -> None:
        self._store = store
        self._faults = faults or Faults()
        self._foreign: list[float] = []  # when each import of another program ends
        self._seconds_per_import = seconds_per_import
        self._on_accepted = on_accepted
        self._clock = clock

    def accept(self, body: bytes) -> str:
        """Queue the call in `body` and return its import id; raises CallRefusedError."""
        call = parse_call(body)
        digest = hashlib.sha256(body).hexdigest()
        import_id = str(uuid4())
        with self._store.writing() as connection:
            accepted = self._clock()
            if _active_imports(connection, accepted) + self._foreign_active(accepted) >= MAX_ACTIVE_IMPORTS:
                raise v3_refusal(
                    HTTPStatus.TOO_MANY_REQUESTS,
                    "tooManyActiveImports",
                    f"{MAX_ACTIVE_IMPORTS} imports are active for this account; wait for one to finish",
                )
            due = accepted + self._seconds_per_import
            connection.execute(
                "INSERT INTO imports (import_id, accepted, due, contacts, bytes, sha256, merge_option)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (import_id, accepted, due, len(call.contacts), len(body), digest, call.merge_option),
            )
            connection.execute("INSERT INTO bodies VALUES (?, ?)", (import_id, body))
        self._on_accepted()
        return import_id

    def occupy(self, count: int, seconds: float) -> None:
        """Have another program's `count` imports hold slots for so long, in the place of any before."""
        self._foreign = [self._clock() + seconds] * count

    def _foreign_active(self, now: float) -> int:
        return sum(end > now for end in self._foreign)

    def status(self, import_id: str) -> bytes:
        """The JSON text of the status call's answer; raises CallRefusedError."""
        try:
            canonical_id = str(UUID(import_id))
        except ValueError:
            raise v3_refusal(HTTPStatus.BAD_REQUEST, "invalidId", "The id value is invalid") from None
        now = self._clock()
        with self._store.reading() as connection:
            row = connection.execute(
                "SELECT due, status, report FROM imports LEFT JOIN reports USING (import_id)"
                " WHERE import_id = ?",
                (canonical_id,),
            ).fetchone()
        if row is None:
            raise v3_refusal(HTTPStatus.NOT_FOUND, "importNotFound", "The import request could not be found")
        due, status, report = row
        if report is None or due > now:
            return _status_text(canonical_id, RUNNING, {"summary": None})
        if status == FINISHED and (rule := self._faults.take(REPORT, frozenset(REPORT_FAULTS))):
            return changed_report(report, rule.fault, self._matches(canonical_id))
        return bytes(report)

    def process_next(self) -> bool:
        """Process the oldest import that waits; False when there is none."""
        with self._store.reading() as connection:
            row = connection.execute(
                "SELECT import_id, body FROM imports JOIN bodies USING (import_id) ORDER BY sequence LIMIT 1"
            ).fetchone()
        if row is None:
            return False
        import_id, body = row
        if rule := self._faults.take(PROCESSING, frozenset({"end"}), body):
            with self._store.writing() as connection:
                if _take_body(connection, import_id):
                    self._settle(connection, import_id, rule.status, {"summary": None})
            return True
        try:
            call = accepted_call(body)
            with self._store.writing() as connection:
                if _take_body(connection, import_id):
                    report = process_call(connection, call, utc_text_of(self._clock()))
                    self._settle(connection, import_id, FINISHED, report.content())
                    connection.execute(
                        "INSERT INTO matches VALUES (?, ?)", (import_id, json.dumps(report.matches))
                    )
        except Exception:
            # One import that cannot be processed must not hold up those behind it.
            logger.exception("Import %s failed", import_id)
            with self._store.writing() as connection:
                if _take_body(connection, import_id):
                    self._settle(connection, import_id, FAILED, {"summary": None})
        return True

    def received(self, skip: int, select: int, newest_first: bool = False) -> list[ReceivedImport]:
        """Up to `select` imports after the first `skip`, in the order in which they were accepted."""
        now = self._clock()
        with self._store.reading() as connection:
            rows = connection.execute(
                "SELECT import_id, accepted, due, processed, status, merge_option, contacts, bytes, sha256,"
                " summary FROM imports ORDER BY iif(?, -sequence, sequence) LIMIT ? OFFSET ?",
                (newest_first, select, skip),
            ).fetchall()
        return [_received_import(now, *row) for row in rows]

    def spans(self) -> tuple[list[Span], float]:
        """When each import was accepted and when its status could first be read as over, None if it cannot yet; and
        what the time is."""
        with self._store.reading() as connection:
            now = self._clock()
            rows = connection.execute(
                "SELECT accepted, iif(due <= ?, max(due, processed), NULL) FROM imports", (now,)
            ).fetchall()
        return [(accepted, ended) for accepted, ended in rows], now

    def _matches(self, import_id: str) -> dict[int, str]:
        """The match identifier of each contact that the import created or updated."""
        with self._store.reading() as connection:
            row = connection.execute("SELECT names FROM matches WHERE import_id = ?", (import_id,)).fetchone()
        contact_ids: dict[str, list[int]] = json.loads(row[0]) if row else {}
        return {contact_id: name for name, ids in contact_ids.items() for contact_id in ids}

    def count_received(self) -> int:
        with self._store.reading() as connection:
            return int(connection.execute("SELECT count(*) FROM imports").fetchone()[0])

    def _settle(
        self, connection: sqlite3.Connection, import_id: str, status: str, content: dict[str, Any]
    ) -> None:
        connection.execute(
            "UPDATE imports SET processed = ?, status = ?, summary = ? WHERE import_id = ?",
            (self._clock(), status, json.dumps(content["summary"]), import_id),
        )
        connection.execute(
            "INSERT INTO reports VALUES (?, ?)", (import_id, _status_text(import_id, status, content))
        )


def _take_body(connection: sqlite3.Connection, import_id: str) -> bool:
    """Remove the import's body; False when it is gone, because the sandbox was reset meanwhile."""
    return connection.execute("DELETE FROM bodies WHERE import_id = ?", (import_id,)).rowcount == 1


def _active_imports(connection: sqlite3.Connection, now: float) -> int:
    row = connection.execute(
        "SELECT count(*) FROM imports WHERE processed IS NULL OR due > ?", (now,)
    ).fetchone()
    return int(row[0])


def _status_text(import_id: str, status: str, content: dict[str, Any]) -> bytes:
    return json.dumps({"importId": import_id, "status": status, **content}).encode()


def _received_import(
    now: float,
    import_id: str,
    accepted: float,
    due: float,
    processed: float | None,
    status: str | None,
    merge_option: str,
    contacts: int,
    size: int,
    sha256: str,
    summary: str | None,
) -> ReceivedImport:
    is_over = processed is not None and due <= now
    return ReceivedImport(
        import_id=import_id,
        accepted=accepted,
        finished=max(due, processed) if processed is not None and is_over else None,
        status=(status or RUNNING) if is_over else RUNNING,
        merge_option=merge_option,
        contacts=contacts,
        bytes=size,
        sha256=sha256,
        summary=json.loads(summary) if summary and is_over else None,
    )
