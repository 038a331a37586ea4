"""A real S3 service over HTTP for the tests: moto's server as a process of its own, on loopback."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import requests
from botocore.config import Config

from portal.launch.ports import LOOPBACK
from tests.environment import STORAGE_KEYS, free_port

BUCKET = "portal-tests"
PREFIX = "contacts"
REGION = "eu-west-2"
READY_SECONDS = 60
STOP_SECONDS = 10


@dataclass
class S3Process:
    """The server, and its bucket, which is empty at first. Stopping it loses what it holds."""

    process: subprocess.Popen[bytes]
    endpoint: str
    log: Path

    @property
    def url(self) -> str:
        """The STORAGE_URL."""
        return f"s3://{BUCKET}/{PREFIX}?endpoint_url={self.endpoint}&region_name={REGION}"

    @property
    def environ(self) -> dict[str, str]:
        """What a process of the portal needs to store here."""
        return {"STORAGE_URL": self.url, **STORAGE_KEYS}

    def client(self) -> Any:
        """A client of the tests' own, to look at what is stored."""
        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id=STORAGE_KEYS["S3_ACCESS_KEY_ID"],
            aws_secret_access_key=STORAGE_KEYS["S3_SECRET_ACCESS_KEY"],
            config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}),
        )

    def requests(self) -> list[str]:
        """The requests that it has answered, such as `HEAD /portal-tests/contacts/key`, oldest first."""
        lines = self.log.read_text(errors="replace").splitlines()
        return [line.split('"')[1].rsplit(" ", 1)[0] for line in lines if ' HTTP/1.1"' in line]

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextmanager
def running_s3(directory: Path) -> Iterator[S3Process]:
    """A server that answers and has the bucket, ended with the context; it logs to `directory`."""
    port = free_port()
    log = directory / "s3.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", LOOPBACK, "-p", str(port)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    server = S3Process(process, f"http://{LOOPBACK}:{port}", log)
    try:
        _wait_until_ready(server)
        client = server.client()
        client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        client.close()
        yield server
    finally:
        server.stop()


def _wait_until_ready(server: S3Process) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while server.process.poll() is None and time.monotonic() < deadline:
        try:
            requests.get(f"{server.endpoint}/moto-api/", timeout=5)
            return
        except requests.ConnectionError:
            # Nothing tells from outside when it listens.
            time.sleep(0.05)
    raise RuntimeError(f"S3 did not start:\n{server.log.read_text(errors='replace')}")
