import socket
from pathlib import Path

import pytest

from tests.serving.web_process import StartWeb


def has_ipv6() -> bool:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")
def test_an_ipv6_address_is_served_and_the_server_ends_when_asked(
    tmp_path: Path, start_web: StartWeb
) -> None:
    with start_web(tmp_path / "data", host="::1", WEB_PROCESSES="1") as web:
        assert web.get("/upload/")[0] == 200
        with web.connect() as waiting:
            waiting.sendall(b"GET / HTTP/1.1\r\n")
            web.process.terminate()
            assert web.process.wait(60) == 0
