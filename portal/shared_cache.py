"""What the portal's processes count together, such as attempts to sign in: in Redis, as JSON.

Whoever may write to Redis must not choose what a process runs, so nothing is pickled. While Redis is away each process
counts for itself; what it has counted there is lost to it, and nothing else.
"""

from __future__ import annotations

import json
import logging
from typing import Any

from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

TIMEOUT_SECONDS = 2.0


class JSONSerializer:
    """Values as JSON. Whole numbers are themselves, so that Redis can add to them."""

    def dumps(self, value: Any) -> int | bytes:
        return value if type(value) is int else json.dumps(value).encode()

    def loads(self, data: bytes) -> Any:
        return json.loads(data)


class SharedCache(BaseCache):
    """Redis's cache, or one of this process's own for as long as Redis cannot be asked."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        options = {"serializer": JSONSerializer(), "socket_timeout": TIMEOUT_SECONDS}
        if not server.startswith("unix:"):
            options["socket_connect_timeout"] = TIMEOUT_SECONDS
        self._shared = RedisCache(server, {**params, "OPTIONS": options})
        self._own = LocMemCache("without-redis", params)

    def _ask(self, act: str, *args: Any, **options: Any) -> Any:
        try:
            return getattr(self._shared, act)(*args, **options)
        except RedisError as error:
            logger.warning("Redis is away (%s): this process counts for itself", type(error).__name__)
            return getattr(self._own, act)(*args, **options)

    def add(self, key: str, value: Any, *args: Any, **options: Any) -> bool:
        return bool(self._ask("add", key, value, *args, **options))

    def get(self, key: str, *args: Any, **options: Any) -> Any:
        return self._ask("get", key, *args, **options)

    def set(self, key: str, value: Any, *args: Any, **options: Any) -> None:
        self._ask("set", key, value, *args, **options)

    def touch(self, key: str, *args: Any, **options: Any) -> bool:
        return bool(self._ask("touch", key, *args, **options))

    def delete(self, key: str, *args: Any, **options: Any) -> bool:
        return bool(self._ask("delete", key, *args, **options))

    def has_key(self, key: str, *args: Any, **options: Any) -> bool:
        return bool(self._ask("has_key", key, *args, **options))

    def incr(self, key: str, *args: Any, **options: Any) -> int:
        return int(self._ask("incr", key, *args, **options))

    def clear(self) -> None:
        """Forget what this process has counted. What is in Redis stays: the queues are there too."""
        self._own.clear()
