"""The environment in which tests read the portal's settings: nothing of the developer's own is touched."""

import os
import socket
from collections.abc import Mapping
from pathlib import Path

from portal.launch.keys import MAKERS
from portal.launch.ports import LOOPBACK
from portal.redis_socket import redis_folder, redis_url

# Set by tests.postgres; without it the database is SQLite in the data directory.
DATABASE_URL_VARIABLE = "PORTAL_TEST_DATABASE_URL"
# Set by tests.s3; without it the storage is a folder in the data directory.
STORAGE_URL_VARIABLE = "PORTAL_TEST_STORAGE_URL"
# Of the storage that tests start; it lets in whoever has any.
STORAGE_KEYS = {"S3_ACCESS_KEY_ID": "tests", "S3_SECRET_ACCESS_KEY": "tests-only"}


def free_port() -> int:
    """A TCP port on loopback that nothing listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return probe.getsockname()[1]


def isolated_environment(data_directory: Path) -> dict[str, str]:
    """Values for every variable that could otherwise lead the portal to somebody's data, keys or servers."""
    keys = {name: make() for name, make in MAKERS.items()}
    derived = ("DIGEST_KEY", "FILE_KEY")
    empty = {f"{name}_FILE": "" for name in (*keys, *derived, *STORAGE_KEYS, "DATABASE_URL", "REDIS_URL")}
    return {
        **keys,
        **dict.fromkeys(derived, ""),
        **empty,
        "DEBUG": "0",
        "HTTPS": "0",
        "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
        "CSRF_TRUSTED_ORIGINS": "",
        "TIME_ZONE": "Europe/London",
        "PORTAL_DATA_DIR": str(data_directory),
        "DATABASE_URL": "",
        "STORAGE_URL": "",
        "ENCRYPT_FILES": "0",
        **dict.fromkeys(STORAGE_KEYS, ""),
        "REDIS_URL": redis_url(redis_folder(data_directory)),
        "DOTDIGITAL_EXTRA_HOSTS": "",
        "PORTAL_URL": "https://imports.example.com",
        **dict.fromkeys(("EMAIL_HOST", "EMAIL_FROM", "EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD_FILE"), ""),
        "EMAIL_ON_CONSOLE": "1",
        "CLAMD": "",
        # What a test finds made, it has had made.
        "READY_REPORT_ROWS": "0",
        # One person imports in an hour what many would in a week.
        **{
            f"{whose}_{limit}": "0"
            for whose in ("PERSON", "ACCOUNT")
            for limit in ("UPLOADS_AN_HOUR", "RUNNING_IMPORTS", "STORED_BYTES")
        },
    }


def database_url(parameters: Mapping[str, object], base_url: str) -> str:
    """The DATABASE_URL by which another process reaches the database of Django's settings `parameters`.

    `base_url` is the URL that those settings came from, under another database name; "" for SQLite.
    """
    name = str(parameters["NAME"])
    if not base_url:
        return f"sqlite:///{name}"
    address, _, query = base_url.partition("?")
    server = address.rsplit("/", 1)[0]
    return f"{server}/{name}" + (f"?{query}" if query else "")


def child_environment(**changes: str) -> dict[str, str]:
    """The environment of a portal process that a test starts: these settings, read by portal.settings."""
    return {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings", "PYTHONUNBUFFERED": "1", **changes}
