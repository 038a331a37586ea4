"""Events go to syslog, each at least once, and nothing stops where it is away."""

import json
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from imports.audit.recording import record
from imports.auditing import syslog_forwarding
from imports.auditing.syslog_forwarding import events_waiting, forward_events
from imports.management.commands.check_deployment import BAD, OK, check_syslog
from imports.models import AuditForwarding
from portal import env

pytestmark = [pytest.mark.django_db, pytest.mark.once]

MESSAGE = re.compile(rb"<109>1 \S+Z \S+ import-portal - (\w+) - \xef\xbb\xbf(\{.*\})", re.DOTALL)


class SyslogServer:
    """Takes connections one after another; `received` is what came by each. `breaks_off`: reset, unread."""

    def __init__(self) -> None:
        self.received: list[bytes] = []
        self.breaks_off = False
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"tcp://127.0.0.1:{self.listening.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.listening.accept()
            except OSError:
                return
            with connection:
                if self.breaks_off:
                    connection.recv(1)  # what is left unread resets the connection
                    continue
                pieces = []
                while piece := connection.recv(65_536):
                    pieces.append(piece)
                self.received.append(b"".join(pieces))

    def end(self) -> None:
        with suppress(OSError):  # it may have ended
            self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()

    @property
    def events(self) -> list[tuple[str, dict]]:
        """Each message by its action, and the event in it, in the order in which they came."""
        found = []
        for stream in self.received:
            rest = stream
            while rest:
                length, _, rest = rest.partition(b" ")
                message, rest = rest[: int(length)], rest[int(length) :]
                told = MESSAGE.fullmatch(message)
                assert told is not None
                found.append((told[1].decode(), json.loads(told[2])))
        return found


@pytest.fixture
def server(settings) -> Iterator[SyslogServer]:
    server = SyslogServer()
    settings.AUDIT_SYSLOG = server.url
    write(1)
    assert forward_events()
    server.received.clear()
    yield server
    server.end()


def write(count: int) -> list[int]:
    return [record("repairs_made", by=None, count=n, said="Zoë") for n in range(count)]


def no_more_waiting() -> None:
    AuditForwarding.objects.update(not_before=None)


def test_each_is_sent_once_in_order(server, monkeypatch):
    monkeypatch.setattr(syslog_forwarding, "SENT_AT_ONCE", 2)
    ids = write(5)
    assert forward_events() == 5
    assert [event["id"] for _, event in server.events] == ids
    assert server.events[0][0] == "repairs_made"
    assert server.events[0][1]["details"] == {"count": 0, "said": "Zoë"}
    assert (forward_events(), events_waiting()) == (0, 0)
    more = write(1)
    forward_events()
    assert [event["id"] for _, event in server.events] == ids + more
    assert check_syslog()[0] == OK


def test_what_a_server_breaks_off_is_sent_again(server):
    ids = write(3)
    server.breaks_off = True
    assert forward_events() == 0
    assert events_waiting() == 3
    assert check_syslog()[0] == BAD
    server.breaks_off = False
    assert forward_events() == 0, "it is given time"
    no_more_waiting()
    assert forward_events() == 3
    assert [event["id"] for _, event in server.events] == ids
    state = AuditForwarding.objects.get()
    assert (state.failing_since, state.failures, state.lease_until) == (None, 0, None)


def test_one_that_is_away_stops_nothing(server):
    server.end()
    assert write(2)
    assert forward_events() == 0
    assert write(2)
    assert events_waiting() == 4


def test_one_process_forwards_at_a_time(server):
    write(2)
    AuditForwarding.objects.update(lease_until=timezone.now() + syslog_forwarding.LEASE)
    assert forward_events() == 0
    assert server.events == []
    AuditForwarding.objects.update(lease_until=timezone.now() - syslog_forwarding.LEASE)
    assert forward_events() == 2


def test_a_socket_of_this_machine(settings, tmp_path: Path):
    path = Path("/dev/shm") / f"{tmp_path.name}.sock" if len(str(tmp_path)) > 90 else tmp_path / "log"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as log:
        log.bind(str(path))
        log.settimeout(10)
        settings.AUDIT_SYSLOG = f"unix://{path}"
        write(1)
        waiting = events_waiting()
        assert forward_events() == waiting
        messages = [log.recv(65_536) for _ in range(waiting)]
    assert all(MESSAGE.fullmatch(message) for message in messages)


@pytest.mark.parametrize("url", ["udp://host:514", "tcp://host", "tls://:6514", "tcp://host:port", "unix://"])
def test_addresses_that_cannot_be_used(url, monkeypatch):
    monkeypatch.setenv("AUDIT_SYSLOG", url)
    with pytest.raises(ImproperlyConfigured, match="AUDIT_SYSLOG"):
        env.syslog("AUDIT_SYSLOG")
