"""Typed readers for the process environment.

Every setting comes from an environment variable. A secret may instead lie in a file that `NAME_FILE` names, as
container platforms hand them over. A value that cannot be used stops the start with a sentence that names it.
"""

import base64
import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off", ""})

DATABASE_ENGINES = {
    "postgres": "django.db.backends.postgresql",
    "postgresql": "django.db.backends.postgresql",
    "sqlite": "django.db.backends.sqlite3",
}

# A database machine that has vanished is noticed instead of waited for (libpq's connection parameters).
POSTGRESQL_OPTIONS = {"connect_timeout": "10", "keepalives_idle": "30", "tcp_user_timeout": "60000"}

FERNET_KEY_BYTES = 32

S3_SCHEME = "s3"
S3_PARAMETERS = frozenset({"endpoint_url", "region_name"})
S3_CONNECT_SECONDS, S3_READ_SECONDS, S3_TRIES = 5, 60, 4
# What an upload holds in memory is a few of these parts.
S3_PART_BYTES, S3_PARTS_AT_ONCE = 8_000_000, 2

SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000;",
}


def text(name: str, default: str = "") -> str:
    """The variable `name`, or `default` when it is not set or blank."""
    return os.environ.get(name, "").strip() or default


def secret(name: str) -> str:
    """The secret `name`: the variable itself, or the content of the file that `NAME_FILE` names; "" if neither."""
    path = text(f"{name}_FILE")
    if not path:
        return text(name)
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"{name}_FILE names {path}, which cannot be read: {error.strerror}."
        ) from None


def keys(name: str, min_chars: int = 1) -> list[str]:
    """The secret `name` as a list of keys, split at commas; none when it is not set."""
    found = [key.strip() for key in secret(name).split(",") if key.strip()]
    if any(len(key) < min_chars for key in found):
        raise ImproperlyConfigured(
            f"{name} has a key of fewer than {min_chars} characters. "
            "Make one with: python -c 'import secrets; print(secrets.token_urlsafe(50))'."
        )
    return found


def fernet_keys(name: str, text: str) -> list[str]:
    """`text`, the value of the secret `name`, as a list of Fernet keys: 32 bytes each, in URL-safe base64."""
    found = [key.strip() for key in text.split(",") if key.strip()] or [text]
    for number, key in enumerate(found, start=1):
        try:
            is_one = len(base64.urlsafe_b64decode(key)) == FERNET_KEY_BYTES
        except ValueError:
            is_one = False
        if not is_one:
            raise ImproperlyConfigured(
                f"{name}: key {number} of {len(found)} is not a Fernet key. Make one with: "
                "python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'."
            )
    return found


def boolean(name: str, default: bool) -> bool:
    """The variable `name` as yes or no."""
    if name not in os.environ:
        return default
    word = os.environ[name].strip().lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise ImproperlyConfigured(f"{name} is {word!r}; write 1 or 0.")


def integer(name: str, default: int, minimum: int = 1) -> int:
    """The variable `name` as a whole number of at least `minimum`."""
    value = text(name, str(default)).replace("_", "")
    if not value.lstrip("-").isdigit() or int(value) < minimum:
        raise ImproperlyConfigured(f"{name} is {value!r}; write a whole number of at least {minimum}.")
    return int(value)


def choice(name: str, choices: tuple[str, ...], default: str) -> str:
    """The variable `name` as one of `choices`."""
    word = text(name, default).lower()
    if word not in choices:
        raise ImproperlyConfigured(f"{name} is {word!r}; write one of {', '.join(choices)}.")
    return word


def address(name: str) -> str:
    """The variable `name`, `host:port` or the path of a socket; "" when it is not set."""
    value = text(name)
    host, _, port = value.rpartition(":")
    if value and not value.startswith("/") and not (host and port.isascii() and port.isdecimal()):
        raise ImproperlyConfigured(f"{name} is {value!r}; write host:port, or the path of a socket.")
    return value


def words(name: str, default: str = "") -> list[str]:
    """The variable `name` as a list, split at commas."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def web_address(name: str) -> str:
    """The address of a web site in the variable `name`, without a slash at its end; "" when it is not set."""
    url = text(name)
    parts = urlsplit(url)
    if url and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment):
        raise ImproperlyConfigured(
            f"{name} is {url!r}; write the address that people open, such as https://imports.example.com."
        )
    return url.rstrip("/")


def syslog(name: str) -> str:
    """Where a syslog server listens, by the URL in the variable `name`; "" when it is not set. No UDP: what it loses,
    it loses in silence."""
    url = text(name)
    parts = urlsplit(url)
    try:
        is_complete = bool(parts.path if parts.scheme == "unix" else parts.hostname and parts.port)
    except ValueError:  # the port is no number
        is_complete = False
    if url and (parts.scheme not in {"tcp", "tls", "unix"} or not is_complete):
        raise ImproperlyConfigured(
            f"{name} is {url!r}; write tcp://host:port, tls://host:port or unix:///dev/log."
        )
    return url


def database(name: str, default_path: Path) -> dict[str, object]:
    """Django's settings for the database URL in `name`; SQLite at `default_path` when there is none.

    `postgresql://user:password@host:5432/name?sslmode=require` or `sqlite:////absolute/path`. A socket
    folder goes into the query as `host=/folder`.
    """
    url = secret(name)
    if not url:
        return sqlite(default_path)
    parts = urlsplit(url)
    engine = DATABASE_ENGINES.get(parts.scheme)
    if engine is None:
        known = ", ".join(sorted(DATABASE_ENGINES))
        raise ImproperlyConfigured(f"{name} begins with {parts.scheme!r}; it must begin with one of {known}.")
    if engine.endswith("sqlite3"):
        return sqlite(Path(unquote(parts.path[1:] if parts.path.startswith("//") else parts.path)))
    options: dict[str, object] = {**POSTGRESQL_OPTIONS, **dict(parse_qsl(parts.query))}
    return {
        "ENGINE": engine,
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": str(options.pop("host", parts.hostname or "")),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def sqlite(path: Path) -> dict[str, object]:
    """Django's settings for SQLite at `path`: write-ahead log, writers that queue instead of failing."""
    return {"ENGINE": DATABASE_ENGINES["sqlite"], "NAME": path, "OPTIONS": dict(SQLITE_OPTIONS)}


def storage(name: str, default_location: Path) -> dict[str, object]:
    """Django's settings for the storage URL in `name`; a folder of this machine when there is none.

    `s3://bucket/prefix?endpoint_url=https://s3.example.com&region_name=eu-west-2`, with the keys in
    S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY. Without these, it is the role of the machine that counts.
    """
    url = text(name)
    if not url:
        return folder(default_location)
    parts = urlsplit(url)
    if parts.scheme != S3_SCHEME or not parts.hostname:
        raise ImproperlyConfigured(f"{name} must be like s3://bucket/prefix, or not be set.")
    if "@" in parts.netloc:
        raise ImproperlyConfigured(
            f"{name} holds a key. Set S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY, or their _FILE variants."
        )
    parameters = dict(parse_qsl(parts.query))
    if unknown := sorted(parameters.keys() - S3_PARAMETERS):
        known = ", ".join(sorted(S3_PARAMETERS))
        raise ImproperlyConfigured(f"{name} has the parameter {unknown[0]!r}; it may have {known}.")
    return {
        "BACKEND": "imports.storage.s3.PrivateS3Storage",
        "OPTIONS": {
            "bucket_name": unquote(parts.netloc),
            "location": unquote(parts.path.strip("/")),
            **parameters,
            **s3_keys(),
            **s3_behaviour(has_endpoint="endpoint_url" in parameters),
        },
    }


def s3_keys() -> dict[str, object]:
    """The key pair for S3; nothing when neither part is set. Raises ImproperlyConfigured for half a pair."""
    key_id, key = secret("S3_ACCESS_KEY_ID"), secret("S3_SECRET_ACCESS_KEY")
    if bool(key_id) != bool(key):
        raise ImproperlyConfigured("Set both S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY, or neither.")
    return {"access_key": key_id, "secret_key": key} if key else {}


def s3_behaviour(has_endpoint: bool) -> dict[str, object]:
    """How S3 is talked to: privately, with limits to every wait, and so that services other than Amazon's understand.

    Those often know neither host names for each bucket nor the checksums that botocore sends of its own accord.
    """
    # Only with this storage is boto loaded.
    from boto3.s3.transfer import TransferConfig
    from botocore.config import Config

    elsewhere = {
        "s3": {"addressing_style": "path"},
        "request_checksum_calculation": "when_required",
        "response_checksum_validation": "when_required",
    }
    parts = TransferConfig(
        multipart_threshold=S3_PART_BYTES,
        multipart_chunksize=S3_PART_BYTES,
        max_concurrency=S3_PARTS_AT_ONCE,
    )
    # Ten of them otherwise, for each upload (s3transfer's own option, which boto3 hands on but does not name).
    parts.max_in_memory_upload_chunks = S3_PARTS_AT_ONCE
    return {
        "file_overwrite": True,
        "default_acl": None,
        "client_config": Config(
            signature_version="s3v4",
            connect_timeout=S3_CONNECT_SECONDS,
            read_timeout=S3_READ_SECONDS,
            retries={"mode": "standard", "total_max_attempts": S3_TRIES},
            **(elsewhere if has_endpoint else {}),
        ),
        "transfer_config": parts,
    }


def folder(location: Path) -> dict[str, object]:
    """Django's settings for storage in a folder that only the portal's user may read."""
    return {
        "BACKEND": "imports.storage.folder.FolderStorage",
        "OPTIONS": {
            "location": str(location),
            "base_url": None,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    }
