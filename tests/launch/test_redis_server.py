import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import redis

from portal.launch.launch_errors import ConfigurationError, LaunchError
from portal.launch.redis_server import PACKAGE, RedisServer, ensure_not_running, find_server
from portal.launch.sessions import PROC
from portal.redis_socket import MAX_SOCKET_PATH_BYTES, redis_socket
from tests.redis_process import running_redis


def put_program(folder: Path, name: str) -> Path:
    program = folder / name
    program.write_text("#!/bin/sh\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program


def started(directory: Path) -> RedisServer:
    server = RedisServer.start(directory, durable=True)
    server.wait_until_ready()
    return server


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_server_on_the_path_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    valkey = put_program(tmp_path, "valkey-server")
    assert find_server() == valkey

    redis_program = put_program(tmp_path, "redis-server")
    assert find_server() == redis_program


def test_without_one_the_packaged_server_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    found = find_server()

    assert PACKAGE in found.parts
    assert os.access(found, os.X_OK)


def test_what_it_holds_outlives_a_restart(tmp_path: Path) -> None:
    server = started(tmp_path)
    with redis.Redis.from_url(server.url) as connection:
        connection.set("job", "kept")
    server.stop()
    assert not server.is_running

    server = started(tmp_path)
    with redis.Redis.from_url(server.url) as connection:
        assert connection.get("job") == b"kept"
    server.stop()


def test_no_port_is_opened_and_nobody_else_gets_to_the_socket(tmp_path: Path) -> None:
    folder = tmp_path / "redis"
    folder.mkdir(mode=0o777)
    with running_redis(folder) as server:
        with redis.Redis.from_url(server.url) as connection:
            assert connection.config_get("port")["port"] == "0"
        assert listening_sockets(server.process.pid) == []
        assert mode_of(folder) == 0o700
        assert mode_of(server.socket) == 0o700
        assert mode_of(server.log) == 0o600


def listening_sockets(pid: int) -> list[str]:
    """Local addresses of the TCP sockets that a process listens at, as /proc/net/tcp writes them."""
    links = [os.readlink(link) for link in PROC.joinpath(str(pid), "fd").iterdir()]
    inodes = {
        link.removeprefix("socket:[").removesuffix("]") for link in links if link.startswith("socket:[")
    }
    listening = "0A"
    return [
        fields[1]
        for name in ("tcp", "tcp6")
        for fields in map(str.split, PROC.joinpath("net", name).read_text().splitlines()[1:])
        if fields[3] == listening and fields[9] in inodes
    ]


def test_a_path_too_long_for_a_socket_is_given_one_elsewhere(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 30)
    with running_redis(folder) as server:
        assert len(os.fsencode(server.socket)) <= MAX_SOCKET_PATH_BYTES
        assert redis_socket(folder) == server.socket
        assert mode_of(server.socket.parent) == 0o700
        with redis.Redis.from_url(server.url) as connection:
            assert connection.ping()
    server.socket.parent.rmdir()


def test_a_folder_that_somebody_else_has_put_there_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 30)
    place = redis_socket(folder).parent
    (tmp_path / "theirs").mkdir()
    place.symlink_to(tmp_path / "theirs")
    try:
        with pytest.raises(LaunchError, match="is not a folder of this user alone"):
            RedisServer.start(folder, durable=False)
    finally:
        place.unlink()


def test_data_that_another_portal_uses_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "redis"
    ensure_not_running(folder)
    with (
        running_redis(folder),
        pytest.raises(ConfigurationError, match=f"{folder.parent} is running already"),
    ):
        ensure_not_running(folder)
    ensure_not_running(folder)


def test_failure_to_start_shows_the_end_of_its_log(tmp_path: Path) -> None:
    # A socket cannot be made where a folder lies.
    redis_socket(tmp_path).mkdir()
    server = RedisServer.start(tmp_path, durable=False)

    with pytest.raises(LaunchError, match=r"(?i)unix socket"):
        server.wait_until_ready()

    assert not server.is_running


def test_other_programs_find_it_by_the_settings_alone(tmp_path: Path) -> None:
    """What is run from another shell beside `make run` is told of no Redis."""
    environ = {**os.environ, "REDIS_URL": "", "PORTAL_DATA_DIR": str(tmp_path)}
    with running_redis(tmp_path / "redis") as server:
        found = subprocess.run(
            [sys.executable, "-c", "from portal import settings; print(settings.REDIS_URL)"],
            env=environ,
            capture_output=True,
            text=True,
            check=True,
        )
        assert found.stdout.strip() == server.url
