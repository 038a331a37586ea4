import pytest

from tests.serving.web_process import StartWeb, WebProcess, start_web

__all__ = ["start_web"]

MAX_UPLOAD_BYTES = 3_000_000
BIG_FILE_BYTES = 20_000_000


@pytest.fixture(scope="session")
def web(tmp_path_factory: pytest.TempPathFactory, start_web: StartWeb):
    """One server for all tests here, with a large file to be read from it as `/static/big.bin`."""
    data = tmp_path_factory.mktemp("web") / "data"
    starting = start_web(data, UPLOAD_MAX_BYTES=str(MAX_UPLOAD_BYTES))
    (data / "static" / "big.bin").write_bytes(bytes(range(250)) * (BIG_FILE_BYTES // 250))
    with starting as process:
        yield process


@pytest.fixture
def answers(web: WebProcess):
    """Asks for a page and for the health page, and fails when they do not come."""

    def ask() -> None:
        assert web.get("/health/") == (200, b'{"status": "ok"}')
        assert web.get("/upload/")[0] == 200

    return ask
