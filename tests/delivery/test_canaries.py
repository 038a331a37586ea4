"""What is of contacts and what is secret stays where it belongs, whatever goes wrong.

Workers as they run in production deliver a file while Dotdigital refuses rows and quotes them, breaks off, and echoes
what it was sent, and while steps crash with a whole file in their exceptions. Then everything that Redis was ever told,
all that any process has logged and every column of the database is searched.
"""

import base64
import json
import os
import subprocess
import urllib.parse
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import redis
from django.core.files import File
from django.db import connection
from django.utils.encoding import force_bytes

from imports.contacts.mapping import Mapping
from imports.delivery.doubt import release_held
from imports.jobs.check import set_mapping
from imports.jobs.confirm import confirm_job
from imports.jobs.suggesting import refresh_account
from imports.jobs.trial import request_trial
from imports.jobs.upload import receive_upload
from imports.models import DotdigitalAccount, JobEvent, MappingTrial, UploadJob
from imports.states import BatchStatus, JobStatus, TrialState
from imports.work.queue import wake_account, wake_job
from portal.launch.redis_server import RedisServer
from portal.models import User
from tests.delivery.canaries import forms, found_in
from tests.delivery.crashing import PLACES
from tests.delivery.matrix import outcomes_of
from tests.environment import child_environment, database_url
from tests.patience import wait_until
from tests.pipeline import files
from tests.sandbox_process import SandboxProcess, running_sandbox
from tests.worker_processes import WorkerProcess, running_workers

pytestmark = [pytest.mark.pipeline, pytest.mark.once]

WORKERS = 2
PASSWORD, TOKEN = "hunter-Qv7-passphrase", "token-Zk3-vestibule"

CONTACTS = {
    "e-mail address": "zq7.quillfeather@canary.example",
    "refused address": "wd4.thistlewick@canary.example",
    "suppressed address": "px9.marrowby@suppressed.example",
    "phone number": "7400604986",
    "name": "Żofia-Quillfeather",
    "data field": "Plumtree & Söhne 8810",
    "value of few": "Brünnlitz-Gold",
    "consent text": "Ich willige ein, Kanarienfall 31",
    "IP address": "203.0.113.77",
    "text above the table": "Auszug Wolkenheim 2214",
    "text below the table": "Übergabe an Nachtigall 2215",
}
SECRETS = {"API password": PASSWORD, "integration token": TOKEN}
# What a person types or what a column is called is no contact's: a mapping is made of it.
TYPED = {"constant": "Typed Wörtersee 4711", "name of a column": "Kolumne Ährengold"}

HEADER = ("Email", "Mobile", "First name", TYPED["name of a column"], "City", "Agreed", "Text", "IP")
COLUMNS = [
    {"column": "Email", "target": "identifiers.email"},
    {"column": "Mobile", "target": "identifiers.mobileNumber", "region": "GB"},
    {"column": "First name", "target": "dataFields.FIRSTNAME"},
    {"column": TYPED["name of a column"], "target": "dataFields.COMPANY"},
    {"column": "City", "target": "dataFields.CITY"},
]
CONSENT_COLUMNS = [
    {"column": "Agreed", "target": "consentRecords.dateTimeConsented", "format": "ISO 8601"},
    {"column": "Text", "target": "consentRecords.text"},
    {"column": "IP", "target": "consentRecords.ipAddress"},
]
CONSTANTS = [{"target": "dataFields.SOURCE", "value": TYPED["constant"]}]
CONSENT_CONSTANTS = [
    {"target": "consentRecords.url", "value": "https://example.com/form"},
    {"target": "consentRecords.userAgent", "value": "Form at the fair"},
]
# Each only in columns that hold what people have typed or called something.
TYPED_PLACES = {
    "constant": {
        ("imports_uploadjob", "mapping"),
        ("imports_mappingtemplate", "mapping"),
        ("imports_mappingtrial", "mapping"),
    },
    "name of a column": {
        ("imports_uploadjob", "mapping"),
        ("imports_uploadjob", "reading"),
        ("imports_uploadjob", "profiles"),
        ("imports_uploadjob", "suggestions"),
        ("imports_uploadjob", "check_summary"),
        ("imports_mappingtemplate", "mapping"),
        ("imports_mappingtemplate", "columns"),
        ("imports_mappingtemplate", "shape"),
        ("imports_mappingtrial", "mapping"),
        ("imports_mappingtrial", "summary"),
    },
}


@pytest.fixture
def sandbox(tmp_path, settings, monkeypatch) -> Iterator[SandboxProcess]:
    """A sandbox whose password is a canary."""
    monkeypatch.setattr("tests.sandbox_process.API_PASSWORD", PASSWORD)
    with running_sandbox(tmp_path / "sandbox") as process:
        settings.DOTDIGITAL_EXTRA_HOSTS = [process.host_port]
        yield process


@pytest.fixture
def own_redis(tmp_path, settings) -> Iterator[RedisServer]:
    """A Redis that writes down each command it is given, and nothing of it compressed."""
    server = RedisServer.start(tmp_path / "redis", durable=True)
    server.wait_until_ready()
    settings.REDIS_URL = server.url
    with redis.Redis.from_url(server.url) as client:
        client.config_set("rdbcompression", "no")
    yield server
    server.stop()


@pytest.fixture
def workers(transactional_db, sandbox, own_redis, tmp_path) -> Iterator[list[WorkerProcess]]:
    environ = child_environment(
        DATABASE_URL=database_url(connection.settings_dict, os.environ["DATABASE_URL"]),
        DOTDIGITAL_EXTRA_HOSTS=sandbox.host_port,
        REDIS_URL=own_redis.url,
        DJANGO_SETTINGS_MODULE="tests.delivery.crashing",
        LOG_LEVEL="DEBUG",
        IMPORT_BATCH_CONTACTS="6",
    )
    (tmp_path / "workers").mkdir()
    with running_workers(WORKERS, environ, tmp_path / "workers") as processes:
        yield processes


class Deliveries:
    """Takes files through the portal as a person at its pages does, while workers do the work."""

    def __init__(self, account: DotdigitalAccount, person: User, folder: Path) -> None:
        self._account, self._person, self._folder = account, person, folder

    def upload(self, name: str, rows: list[tuple[str, ...]], around: bool = False) -> UploadJob:
        """A job of a file of this name; with text `around` the table if wanted."""
        path = self._folder / f"{name}.csv"
        files.delimited(path, HEADER, rows)
        if around:
            above, below = CONTACTS["text above the table"], CONTACTS["text below the table"]
            path.write_text(f"{above}\r\n\r\n{path.read_text()}\r\n{below}\r\n")
        with path.open("rb") as file:
            job = receive_upload(
                account=self._account, owner=self._person, file_name=path.name, file=File(file)
            )
        wake_job(job)
        return job

    def check(self, job: UploadJob, consent: bool = False) -> None:
        self._wait(job, JobStatus.STAGED)
        mapping = Mapping.from_json(
            {
                "matchIdentifier": "email",
                "columns": COLUMNS + (CONSENT_COLUMNS if consent else []),
                "constants": CONSTANTS + (CONSENT_CONSTANTS if consent else []),
            }
        )
        assert request_trial(job, mapping) == []
        tried = {TrialState.DONE, TrialState.FAILED}
        wait_until(lambda: MappingTrial.objects.get(pk=job.pk).state in tried, "the mapping is tried")
        MappingTrial.objects.filter(pk=job.pk).update(
            digest="of another mapping"
        )  # so that it is checked anew
        assert set_mapping(job, mapping, self._person) == []
        wake_job(job)

    def send(self, job: UploadJob) -> None:
        self._wait(job, JobStatus.CHECKED)
        assert confirm_job(job, self._person)
        wake_account(self._account)

    def end(self, job: UploadJob, status: JobStatus = JobStatus.FINISHED) -> None:
        self._wait(job, status)

    def _wait(self, job: UploadJob, status: JobStatus) -> None:
        def has_come() -> bool:
            job.refresh_from_db()
            assert job.status == status or not job.has_ended, f"{job.file_name} has ended {job.status}"
            return job.status == status

        wait_until(has_come, f"{job.file_name} is {status}")


def rows_of(domain: str = "") -> list[tuple[str, ...]]:
    """Contacts, of whom some are unlike any other; with `domain` theirs."""
    emails = [CONTACTS["e-mail address"], CONTACTS["refused address"], CONTACTS["suppressed address"]]
    emails += [f"person{number}@canary.example" for number in range(9)]
    return [
        (
            email.partition("@")[0] + f"@{domain}" if domain else email,
            "+44 7400 604986" if number == 0 else "",
            CONTACTS["name"],
            CONTACTS["data field"],
            CONTACTS["value of few"],
            "2026-01-31T10:00:00Z",
            CONTACTS["consent text"],
            CONTACTS["IP address"],
        )
        for number, email in enumerate(emails)
    ]


def quoting() -> str:
    """An answer of Dotdigital that repeats everything it knows of contacts."""
    said = "; ".join(CONTACTS.values())
    details = [{"item": value, "description": f"{name}: {value}"} for name, value in CONTACTS.items()]
    return json.dumps(
        {"errorCode": "contacts:badRequest", "description": f"Not valid: {said}", "details": details}
    )


def import_answer(status: int, **rule: Any) -> dict[str, Any]:
    answer = {"status": status, "body": quoting(), "contentType": "application/json"}
    return {"call": "import", "fault": "answer", "answer": answer, **rule}


def everything_of_redis(server: RedisServer) -> bytes:
    """Each key with what is in it, the snapshot, and the log of all commands since the start."""
    parts: list[bytes] = []
    readers = {b"string": "get", b"hash": "hgetall", b"set": "smembers"}
    with redis.Redis.from_url(server.url) as client:
        for key in client.scan_iter():
            kind = client.type(key)
            if kind in readers:
                content = getattr(client, readers[kind])(key)
            elif kind == b"list":
                content = client.lrange(key, 0, -1)
            elif kind == b"zset":
                content = client.zrange(key, 0, -1, withscores=True)
            else:
                content = client.xrange(key)
            parts += [key, *_flat(content), client.dump(key) or b""]
        client.save()
        folder = Path(client.config_get("dir")["dir"])
    kept = [path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()]
    assert any(b"deliver_account" in one for one in kept), "the log of commands is not there"
    return b"\0".join([*parts, *kept])


def _flat(content: Any) -> Iterator[bytes]:
    if isinstance(content, dict):
        content = [*content.keys(), *content.values()]
    if isinstance(content, list | set | tuple):
        for one in content:
            yield from _flat(one)
    elif content is not None:
        yield content if isinstance(content, bytes) else str(content).encode()


def database_columns() -> Iterator[tuple[str, str, bytes]]:
    """Table, column and all that stands in it."""
    # Bytes that are no text are none to SQLite either; PostgreSQL writes them in hexadecimal digits.
    kind = "blob" if connection.vendor == "sqlite" else "text"
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            for column in connection.introspection.get_table_description(cursor, table):
                name = connection.ops.quote_name(column.name)
                cursor.execute(f"SELECT CAST({name} AS {kind}) FROM {connection.ops.quote_name(table)}")
                values = (value for (value,) in cursor.fetchall() if value is not None)
                yield table, column.name, b"\0".join(map(force_bytes, values))


def database_files() -> bytes:
    """The database's own files, with what is deleted and not yet overwritten; empty where it is a server's.

    Another process reads them. To close a file is to give up all locks that one's process has on it, SQLite's too:
    whoever of the others then closes the database takes himself for the last, and removes its log under this one.
    """
    if connection.vendor != "sqlite":
        return b""
    name = str(connection.settings_dict["NAME"])
    paths = [path for path in (name, f"{name}-wal", f"{name}-journal") if Path(path).exists()]
    return subprocess.run(["cat", "--", *paths], check=True, capture_output=True).stdout


def command_lines() -> bytes:
    """How all processes of this machine were started, which any user of it may list."""
    lines = b""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            lines += path.read_bytes() + b"\n"
    return lines


def keys_of_the_portal() -> dict[str, str]:
    return {name: os.environ[name] for name in ("SECRET_KEY", "ENCRYPTION_KEY", "AUDIT_KEY")}


class TestSearch:
    """Otherwise finding nothing would mean nothing."""

    @pytest.mark.parametrize("name", CONTACTS)
    def test_it_finds_a_canary_in_every_form(self, name):
        value = CONTACTS[name]
        written = [
            f"row: {value.upper()}".encode(),
            json.dumps({"a": json.dumps({"b": value})}).encode(),
            urllib.parse.quote(value).encode(),
            repr(f"x{value}".encode()).encode(),
            f"ab{value}".encode("utf-16"),
            f"ab{value}".encode().hex().upper().encode(),
            zlib.compress(f"task of {value}".encode()),
            b"key\0" + zlib.compress(f"task of {value}".encode(), 9) + b"\0more",
            base64.b64encode(zlib.compress(f"raised: {value}".encode())),
            *(base64.b64encode(b"x" * before + value.encode() + b"y") for before in range(6)),
        ]
        for haystack in written:
            assert found_in(haystack, {name: value}) == {name}

    def test_it_finds_none_where_there_is_none(self):
        assert found_in(Path(__file__).parent.joinpath("crashing.py").read_bytes(), CONTACTS) == set()

    def test_its_forms_are_long_enough_to_mean_something(self):
        for value in (CONTACTS | SECRETS | TYPED).values():
            assert all(len(form) >= 8 for kind in forms(value) for form in kind)


def test_nothing_of_contacts_and_no_secret_is_anywhere_it_does_not_belong(
    account, alice, sandbox, own_redis, workers, tmp_path
):
    account.integration_token = TOKEN
    account.save()
    assert refresh_account(account)
    deliveries = Deliveries(account, alice, tmp_path)

    # Steps that crash, at every place where one can.
    crashed = {place: deliveries.upload(place, rows_of(f"{place}.example")) for place in PLACES}
    deliveries.end(crashed.pop("reading"), JobStatus.ERRORED)
    for job in crashed.values():
        deliveries.check(job)
    deliveries.end(crashed.pop("checking"), JobStatus.ERRORED)
    for job in crashed.values():
        deliveries.send(job)
    for place, job in crashed.items():
        is_over = place in {"sending", "reporting"}
        deliveries.end(job, JobStatus.ERRORED if is_over else JobStatus.FINISHED)

    # Calls that fail, with answers that repeat what was sent.
    refused = CONTACTS["refused address"]
    sandbox.faults(
        import_answer(400, contains=refused, times=None),
        import_answer(500),
        {"call": "import", "fault": "reset", "moment": "after"},
        {"call": "report", "fault": "bothLists", "times": None},
        {"call": "status", "fault": "answer", "answer": {"status": 500, "body": quoting()}},
    )
    told = deliveries.upload("told", rows_of(), around=True)
    deliveries.check(told)
    deliveries.send(told)
    deliveries.end(told)
    # A batch with consent records that was never answered waits for a person.
    sandbox.faults({"call": "import", "fault": "close", "moment": "after"}, import_answer(500, skip=1))
    held = deliveries.upload("held", rows_of("held.example"))
    deliveries.check(held, consent=True)
    deliveries.send(held)
    wait_until(lambda: held.batches.filter(status=BatchStatus.HELD).count() == 2, "both batches are held")
    assert release_held(held, alice) == 2
    wake_account(account)
    deliveries.end(held)

    # All of that has really happened, and the person can read what Dotdigital said.
    assert JobEvent.objects.filter(to_status=BatchStatus.HALVED, job=told).exists()
    assert JobEvent.objects.filter(to_status=BatchStatus.IN_DOUBT, job=told).count() == 2
    reasons = outcomes_of(told).filter(outcome="refused")["reason"].to_list()
    assert found_in(str(reasons).encode(), CONTACTS) == set(CONTACTS)
    assert (
        MappingTrial.objects.filter(state=TrialState.FAILED).count() == 0
    )  # those are gone with their jobs' check
    assert found_in(json.dumps(sandbox.contacts()).encode(), CONTACTS) >= {
        "phone number",
        "name",
        "IP address",
    }

    canaries = CONTACTS | SECRETS | keys_of_the_portal()
    anywhere = canaries | TYPED
    assert found_in(command_lines(), anywhere) == set()
    assert found_in(everything_of_redis(own_redis), anywhere) == set()
    logs = {worker.name: worker.output for worker in workers} | {"Redis": own_redis.log.read_text()}
    assert "".join(logs.values()).count("StepCrashError") >= len(PLACES)
    assert {name: found for name, log in logs.items() if (found := found_in(log.encode(), anywhere))} == {}
    places = {(table, column): found_in(text, anywhere) for table, column, text in database_columns()}
    assert {place: found & set(canaries) for place, found in places.items() if found & set(canaries)} == {}
    for name, allowed in TYPED_PLACES.items():
        assert {place for place, found in places.items() if name in found} <= allowed
    assert found_in(database_files(), canaries) == set()
