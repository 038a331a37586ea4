"""A real Redis for the tests: the server the launcher would choose, with nothing kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal.launch.redis_server import RedisServer


@contextmanager
def running_redis(directory: Path) -> Iterator[RedisServer]:
    """A server with its data and its socket in `directory` that answers, ended with the context."""
    server = RedisServer.start(directory, durable=False)
    try:
        server.wait_until_ready()
        yield server
    finally:
        server.stop()
