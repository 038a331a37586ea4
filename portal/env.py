"""Typed readers for the process environment.

Every setting comes from an environment variable. A secret may instead lie in a file that `NAME_FILE` names, as
container platforms hand them over. A value that cannot be used stops the start with a sentence that names it.
"""

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

SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000;",
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


def words(name: str, default: str = "") -> list[str]:
    """The variable `name` as a list, split at commas."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


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
    options: dict[str, object] = dict(parse_qsl(parts.query))
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
